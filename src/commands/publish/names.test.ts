/** Names that releases are given by themselves: each new one, whatever has changed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { strictHub, TOKEN } from "../../release/publishing/targets/hub/strict-hub.test.util.js";
import { strictS3 } from "../../release/publishing/targets/s3/strict-server.test.util.js";
import { linesOf, NO_PACE, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

Object.assign(process.env, NO_PACE);

interface Target {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** manifest.json of the latest release. */
  latest(): { readonly version: string; readonly date: string; readonly previous: string | null };
}

const TARGETS: Readonly<Record<string, (t: TestContext, folder: string) => Promise<Target>>> = {
  folder: async (_, folder) => ({
    args: ["folder:dataset", "--replace"],
    env: {},
    latest: () => JSON.parse(readFileSync(join(folder, "dataset/manifest.json"), "utf8")),
  }),
  s3: async (t) => {
    const { endpoint, owner, objects } = await strictS3(t);
    const textOf = (key: string) => objects.get(`daily/${key}`)?.body.toString() ?? "";
    return {
      args: ["s3://media/daily", "--endpoint", endpoint],
      env: {
        AWS_ACCESS_KEY_ID: owner.accessKeyId,
        AWS_SECRET_ACCESS_KEY: owner.secretAccessKey,
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        AWS_REGION: "us-east-1",
      },
      latest: () => JSON.parse(textOf(`${JSON.parse(textOf("latest.json")).path}manifest.json`)),
    };
  },
  hub: async (t, folder) => {
    const hub = await strictHub(t);
    return {
      args: ["hf:me/media"],
      env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: TOKEN, HF_HOME: folder },
      latest: () => JSON.parse(hub.main().get("manifest.json")?.toString() ?? ""),
    };
  },
};

/** Shards of one record for each day, changed on it. */
async function shardsOf(folder: string, days: readonly string[]): Promise<string> {
  const records = days.map((day) =>
    sampleRecord({ foreign_identifier: day, updated_on: `${day}T10:00:00.000Z` }),
  );
  const args = ["--out", join(folder, "shards"), "--replace", "--quiet"];
  const { stdout, stderr, code } = await run(["ov-to-parquet", ...args], { stdin: ndjson(records) });
  assert.equal(code, 0, stderr);
  return stdout;
}

async function setUp(t: TestContext, open: (typeof TARGETS)[string]) {
  const folder = temporaryFolder(t);
  const { args, env, latest } = await open(t, folder);
  const publish = async (days: readonly string[], ...more: readonly string[]) => {
    const stdin = await shardsOf(folder, days);
    const { stdout, stderr, code } = await run(["ov-publish", ...args, ...more], { stdin, env, cwd: folder });
    assert.equal(code, 0, stderr);
    const { version, unchanged } = linesOf(stdout)[0] ?? {};
    return unchanged ? `${version} again` : version;
  };
  return { publish, latest };
}

const DAYS = Array.from({ length: 9 }, (_, day) => `2026-11-1${day}`);

for (const [name, open] of Object.entries(TARGETS)) {
  test(`${name}: a release in which the newest records are gone is a new one, too`, async (t) => {
    const { publish, latest } = await setUp(t, open);
    assert.equal(await publish(DAYS.slice(0, 8)), "2026-11-17");
    assert.equal(await publish(DAYS), "2026-11-18");
    assert.equal(await publish(DAYS.slice(0, 8)), "2026-11-18.2");
    assert.deepEqual([latest().previous, latest().date], ["2026-11-18", "2026-11-18"]);
    assert.equal(await publish(DAYS.slice(0, 7)), "2026-11-18.3");
    assert.equal(await publish(DAYS.slice(0, 7)), "2026-11-18.3 again");
    assert.equal(await publish([...DAYS, "2026-11-20"]), "2026-11-20");
  });
}

test("on S3 a delta and a whole release of one day take each a name of their own", async (t) => {
  const { publish, latest } = await setUp(t, TARGETS.s3 as (typeof TARGETS)[string]);
  const delta = ["--since", "2026-11-17"];
  assert.equal(await publish(DAYS.slice(0, 8)), "2026-11-17");
  assert.equal(await publish(["2026-11-18"], ...delta), "2026-11-18");
  assert.equal(await publish(DAYS), "2026-11-18.2");
  assert.equal(latest().version, "2026-11-18.2");
  assert.equal(await publish(DAYS), "2026-11-18.2 again");
  assert.equal(await publish(DAYS, "--title", "Another title"), "2026-11-18.3");
  assert.equal(await publish(DAYS, "--title", "Another title", "--release", "one"), "one");
  assert.equal(await publish(DAYS, "--title", "A third title"), "2026-11-18.4");
});
