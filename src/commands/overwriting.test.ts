import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type CommandLine, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecords } from "../testing/samples.js";

/** Shards and datasets that are there are replaced only where that is asked for, and other files never. */

const many = ndjson(sampleRecords(5000));

test("shards are not written over older ones unless that is asked for", async (t) => {
  const folder = temporaryFolder(t);
  const out = join(folder, "shards");
  const first = await run(["ov-to-parquet", "--out", out], { stdin: many });
  assert.equal(first.code, 0, first.stderr);
  const second = await run(["ov-to-parquet", "--out", out], { stdin: many });
  const advice = "name another folder, or replace it with --replace";
  assert.equal(second.stderr, `ov-to-parquet: ${out} holds shards already; ${advice}\n`);
  assert.equal(second.code, 73);
  const third = await run(["ov-to-parquet", "--out", out, "--replace"], { stdin: many });
  assert.deepEqual([third.stdout, third.code], [first.stdout, 0]);
});

test("a dataset is not written over another one unless that is asked for", async (t) => {
  const folder = temporaryFolder(t);
  const dataset = join(folder, "dataset");
  const manifestOf = async (name: string, records: string) =>
    (await run(["ov-to-parquet", "--out", join(folder, name)], { stdin: records })).stdout;
  const one = await manifestOf("one", many);
  const other = await manifestOf("other", ndjson(sampleRecords(4999)));
  const publish = (stdin: string, ...flags: string[]) =>
    run(["ov-publish", `folder:${dataset}`, ...flags], { stdin });

  assert.equal((await publish(one)).code, 0);
  const again = await publish(one);
  assert.deepEqual([again.code, again.stderr], [0, `ov-publish: ${dataset} holds this dataset already\n`]);
  const refused = await publish(other);
  assert.equal(
    refused.stderr,
    `ov-publish: ${dataset} holds a dataset already; name another folder, or replace it with --replace\n`,
  );
  assert.equal(refused.code, 73);
  assert.equal((await publish(other, "--replace")).code, 0);
  assert.equal(JSON.parse(readFileSync(join(dataset, "manifest.json"), "utf8")).rows, 4999);
});

for (const [command, line] of [
  ["ov-to-parquet", (path: string) => ["ov-to-parquet", "--out", path, "--replace"]],
  ["ov-publish", (path: string) => ["ov-publish", `folder:${path}`, "--replace"]],
] as const) {
  test(`${command} never replaces a folder of other files`, async (t) => {
    const folder = temporaryFolder(t);
    const home = join(folder, "home");
    mkdirSync(home);
    writeFileSync(join(home, "letter.txt"), "dear");
    const manifest = await run(["ov-to-parquet", "--out", join(folder, "made")], { stdin: many });
    const stdin = command === "ov-publish" ? manifest.stdout : many;
    const { stderr, code } = await run(line(home) as unknown as CommandLine, { stdin });
    assert.equal(stderr, `${command}: ${home} holds other files; name a new or an empty folder\n`);
    assert.equal(code, 73);
    assert.deepEqual(readdirSync(home), ["letter.txt"]);
  });
}

test("an empty manifest makes no dataset, and replaces none", async (t) => {
  const folder = temporaryFolder(t);
  const dataset = join(folder, "dataset");
  const empty = await run(["ov-publish", `folder:${dataset}`]);
  assert.equal(
    empty.stderr,
    "ov-publish: warning: the manifest is empty: did ov-to-parquet fail?\n" +
      "ov-publish: there are no records to publish: did the command before this one fail?\n",
  );
  assert.deepEqual([empty.code, empty.stdout, existsSync(dataset)], [65, "", false]);

  const shards = await run(["ov-to-parquet", "--out", join(folder, "shards")], { stdin: many });
  assert.equal(
    (await run(["ov-publish", `folder:${dataset}`, "--replace"], { stdin: shards.stdout })).code,
    0,
  );
  const again = await run(["ov-publish", `folder:${dataset}`, "--replace"]);
  assert.equal(again.code, 65);
  assert.equal(JSON.parse(readFileSync(join(dataset, "manifest.json"), "utf8")).rows, 5000);
});
