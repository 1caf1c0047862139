import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, run, temporaryFolder } from "../testing/run.js";
import { sampleRecord } from "../testing/samples.js";

/** Several members of one object with the same name, one of them escaped: the last one is the member, for every command. */

const ADDRESS = (id: number) => `https://www.flickr.com/photos/someone/${id}`;
const record = sampleRecord({ provider: "flickr", foreign_identifier: "9", foreign_landing_url: ADDRESS(1) });
const LINE = `${JSON.stringify({ ...record, meta_data: undefined }).slice(0, -1)},"meta_data":{"a":"1","\\u0061":"2"},"foreign_landing_\\u0075rl":"${ADDRESS(2)}"}\n`;

type Read = { foreign_landing_url: string; meta_data: { a: string } };

test("of members with one name the last one counts, in every command", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "first"), `${ADDRESS(1)}\n`);
  writeFileSync(join(cwd, "last"), `${ADDRESS(2)}\n`);
  const given = async (...line: Parameters<typeof run>[0]) => {
    const { code, stdout, stderr } = await run(line, { cwd, stdin: LINE });
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.equal(await given("ov-optout", "--list", "first"), LINE);
  assert.equal(await given("ov-optout", "--list", "last"), "");
  assert.match(await given("ov-parse-flickr-url", "--field", "foreign_landing_url"), /"photo_id":"2"/);
  await given("ov-stage", "load", "--db", "t.db");
  await given("ov-to-parquet", "--out", "shards");
  for (const read of [
    await given("ov-stage", "dump", "--db", "t.db"),
    await given("ov-from-parquet", "shards/image/train-00000-of-00001.parquet"),
  ]) {
    const [{ foreign_landing_url, meta_data }] = linesOf<Read>(read) as [Read];
    assert.deepEqual([foreign_landing_url, meta_data.a], [ADDRESS(2), "2"]);
  }
});
