import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Outcome } from "../failure.js";
import { listen } from "../testing/hostile/attack.js";
import { MISBEHAVIOURS } from "../testing/hostile/misbehaviours.js";
import { run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecords } from "../testing/samples.js";
import { manifestOfFolder } from "./found-manifest.js";
import { isWhole, publishHastily, spoiltServer, TARGETS } from "./hostile.test.util.js";

/** Every target of publishing against servers that misbehave, at each request of a publish in turn. */

const ENDS: readonly Outcome[] = ["refused", "temporary", "bad_input", "no_permission", "no_output"];

/** So many requests more than those of a publish that goes well are too many. */
const MOST_MORE = 60;

async function shards(t: TestContext, records: number) {
  const root = join(temporaryFolder(t), "shards");
  const { code, stderr } = await run(["ov-to-parquet", "--out", root], { stdin: ndjson(sampleRecords(records)) });
  assert.equal(code, 0, stderr);
  return manifestOfFolder(root);
}

for (const target of TARGETS) {
  test(target.name, async (t) => {
    const manifest = await shards(t, 3);
    const elsewhere = await listen(t, (_, response) => response.end("{}"));
    const honest = await target.start(t);
    const good = await spoiltServer(t, honest.endpoint, { at: -1, elsewhere });
    const ended = await publishHastily(target, good.url, { manifest });
    assert.equal(ended.outcome, "done", ended.messages);
    assert.ok(isWhole(honest.standing()));
    console.log(target.name, good.kinds.length, new Set(good.kinds).size, good.kinds);
    const counts = new Map<string, number>();
    const bad: string[] = [];
    const began = Date.now();
    for (let at = 0; at < good.kinds.length; at++) for (const row of MISBEHAVIOURS.filter((_, i) => (i + at) % 4 === 0)) {
      const server = await target.start(t);
      const spoilt = await spoiltServer(t, server.endpoint, { at, row, elsewhere });
      const where = `${row.name} at ${spoilt.kinds[at] ?? at}`;
      try {
        const { outcome, messages } = await publishHastily(target, spoilt.url, { manifest });
        const end = `${outcome} ${isWhole(server.standing()) ? "whole" : server.standing() ? "HALF" : "nothing"}`;
        counts.set(end, (counts.get(end) ?? 0) + 1);
        if (outcome === "done" && !isWhole(server.standing())) bad.push(`${where}: says it is published: ${messages}`);
        if (!isWhole(server.standing()) && server.standing() !== undefined) bad.push(`${where}: half of a release`);
        if (spoilt.kinds.length > good.kinds.length + MOST_MORE) bad.push(`${where}: ${spoilt.kinds.length} requests`);
        if (outcome !== "done" && !target.names.some((name) => messages.includes(name)) && !/127\.0\.0\.1:\d+/.test(messages)) bad.push(`${where}: ${messages}`);
        if (outcome !== "done" && row.says && !row.says.test(messages)) bad.push(`SAYS ${where}: ${messages}`);
      } catch (error) {
        bad.push(`${row.name} at ${at} ${spoilt.kinds[at]}: ${(error as Error).stack?.slice(0, 600)}`);
      }
    }
    console.log(target.name, Date.now() - began, counts);
    for (const b of bad) console.log("BAD", b.slice(0,700));
    console.log(bad.length, elsewhere.asked.length);
  });
}
