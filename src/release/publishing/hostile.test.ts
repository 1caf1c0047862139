import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import type { Outcome } from "../../base/failure.js";
import { listen } from "../../testing/hostile/attack.js";
import type { Misbehaviour } from "../../testing/hostile/misbehaviour.js";
import { MISBEHAVIOURS } from "../../testing/hostile/misbehaviours.js";
import {
  type HostileTarget,
  isWhole,
  lieFrom,
  lyingServer,
  publishHastily,
  realShards,
  TARGETS,
} from "./hostile.test.util.js";
import type { PublishOptions } from "./publish.js";

/**
 * Every target of publishing against servers that are honest until one request of a publish, and lie from then on. Each
 * misbehaviour meets several requests, and each request several misbehaviours.
 */

const ENDS: readonly Outcome[] = ["refused", "temporary", "bad_input", "no_permission", "no_output"];
/** How many more requests than those of a publish that succeeds are too many. */
const MOST_MORE = 60;
const AT_ONCE = 16;

const folder = await mkdtemp(join(tmpdir(), "ov-hostile-"));
after(() => rm(folder, { recursive: true }));
const shards = (records: number) => realShards(join(folder, String(records)), records);

/** Publishes that are attacked: from an empty place on, and over a release. */
const FIRST: Partial<PublishOptions> & Pick<PublishOptions, "manifest"> = { manifest: await shards(3) };
const NEXT: typeof FIRST = { manifest: await shards(4), release: "next", keepReleases: 1 };

const SCENES = [
  { what: "a first release", oneIn: 12, before: undefined, options: FIRST },
  { what: "the next release", oneIn: 32, before: FIRST, options: NEXT },
] as const;

for (const target of TARGETS) {
  for (const { what, oneIn, before, options } of SCENES) {
    test(`${target.name}: ${what}`, async (t) => {
      const requests = await requestsOf(t, target, before, options);
      const kinds = requests.filter(isNewKind());
      const attacks = kinds.flatMap(({ kind, at }) =>
        MISBEHAVIOURS.filter((_, i) => (i + at) % oneIn === 0).map((row) => ({ kind, at, row })),
      );
      const tried = new Set(attacks.map(({ row }) => row));
      // No row is left out by the sample.
      for (const [i, row] of MISBEHAVIOURS.entries()) {
        const place = kinds[i % kinds.length];
        if (place && !tried.has(row)) attacks.push({ ...place, row });
      }
      const problems: string[] = [];
      const lane = async () => {
        for (let one = attacks.pop(); one; one = attacks.pop()) {
          const { kind, at, row } = one;
          for (const problem of await attack(t, {
            target,
            before,
            options,
            at,
            row,
            most: requests.length + MOST_MORE,
          }))
            problems.push(`${row.name}, at ${kind} (${at}): ${problem}`);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      assert.deepEqual(problems, []);
    });
  }
}

/** The requests of a publish that goes well. */
async function requestsOf(
  t: TestContext,
  target: HostileTarget,
  before: typeof FIRST | undefined,
  options: typeof FIRST,
): Promise<readonly { kind: string; at: number }[]> {
  const server = await target.start(t);
  if (before) await publishHastily(target, server.endpoint, before);
  const { url, kinds } = await lyingServer(t, server.endpoint, () => false);
  const { outcome, messages } = await publishHastily(target, url, options);
  assert.equal(outcome, "done", messages);
  assert.ok(isWhole(server.standing()));
  return kinds.map((kind, at) => ({ kind, at }));
}

/** Requests that are made of one file are made of the next one: of each kind the first two are enough. */
function isNewKind(): (request: { kind: string }) => boolean {
  const seen = new Map<string, number>();
  return ({ kind }) => {
    const sort = kind.replace(
      /[^/]*(?:README|LICENSE|charts|licenses|providers|croissant|datapackage|CITATION)[^/]*$/,
      "page",
    );
    const times = (seen.get(sort) ?? 0) + 1;
    seen.set(sort, times);
    return times <= 2;
  };
}

interface Attack {
  readonly target: HostileTarget;
  readonly before: typeof FIRST | undefined;
  readonly options: typeof FIRST;
  readonly at: number;
  readonly row: Misbehaviour;
  readonly most: number;
}

/** What is wrong with the way in which a publish ended. */
async function attack(t: TestContext, { target, before, options, at, row, most }: Attack): Promise<string[]> {
  const elsewhere = await listen(t, (_, response) => response.end("{}"));
  const server = await target.start(t);
  if (before) await publishHastily(target, server.endpoint, before);
  const old = server.standing()?.get("manifest.json");
  const { url, kinds } = await lyingServer(t, server.endpoint, lieFrom(at, row, elsewhere.url));
  const { outcome, messages } = await publishHastily(target, url, options, row).catch((error: Error) => ({
    outcome: "unexpected",
    messages: String(error.stack),
  }));
  const now = server.standing();
  const isNew = now !== undefined && old?.equals(now.get("manifest.json") ?? Buffer.alloc(0)) !== true;
  const isNamed = target.names.some((name) => messages.includes(name)) || /127\.0\.0\.1:\d+/.test(messages);
  const rules: readonly (readonly [problem: string, isBroken: boolean])[] = [
    [`it ended as ${outcome}`, outcome !== "done" && !ENDS.some((end) => end === outcome)],
    ["it says that it has published, and has not", outcome === "done" && !isNew],
    ["readers see half of a release", now !== undefined && !isWhole(now)],
    ["readers see nothing any more", old !== undefined && now === undefined],
    [`it asked ${kinds.length} times`, kinds.length > most],
    ["it was led elsewhere", elsewhere.asked.length > 0],
    ["it names no server", outcome !== "done" && !isNamed],
  ];
  return rules.filter(([, isBroken]) => isBroken).map(([problem]) => `${problem}: ${messages.slice(0, 600)}`);
}
