/** Many different sources and providers: what is counted by name stays short, and adds up everywhere. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

const NAMES = 2500;
/** The first three sources have two records. */
const RECORDS = Array.from({ length: NAMES + 3 }, (_, i) =>
  sampleRecord({
    foreign_identifier: String(i),
    provider: `provider_${i % 1200}`,
    source: `source_${i % NAMES}`,
  }),
);

test("a manifest names the 1,000 largest and sums up the rest, which is published and shown", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "records.ndjson"), ndjson(RECORDS));
  const made = await run(["ov-to-parquet", "--out", "shards", "records.ndjson"], { cwd });
  assert.equal(made.code, 0, made.stderr);
  const { totals } = linesOf(made.stdout).at(-1) as { totals: Record<string, Record<string, number>> };
  assert.deepEqual(totals.others, {
    by_provider: { names: 200, rows: 400 },
    by_source: { names: NAMES - 1000, rows: NAMES - 1000 },
  });
  assert.equal(Object.keys(totals.by_source ?? {}).length, 1000);
  assert.equal(totals.by_source?.source_2, 2);
  const published = await run(["ov-publish", "folder:dataset"], { cwd, stdin: made.stdout });
  assert.equal(published.code, 0, published.stderr);
  const card = readFileSync(join(cwd, "dataset/README.md"), "utf8");
  assert.match(card, /\| 2,400 others \(see manifest\.json\) \| 2,400 \|/);
  assert.match(card, /\| 1,100 others \(see manifest\.json\) \| 2,\d\d\d \|/);
  assert.match(readFileSync(join(cwd, "dataset/charts/providers.svg"), "utf8"), />1,189 others</);
  const manifest = JSON.parse(readFileSync(join(cwd, "dataset/manifest.json"), "utf8"));
  assert.deepEqual(manifest.totals.others, totals.others);
  const from = await run(["ov-publish", "folder:dataset", "--from", "shards"], { cwd });
  assert.match(from.stderr, /holds this dataset already/);
});

test("ov-stage stats shows the 1,000 largest to people, and all of them to programs", async (t) => {
  const cwd = temporaryFolder(t);
  const loaded = await run(["ov-stage", "load", "--db", "t.db"], { cwd, stdin: ndjson(RECORDS) });
  assert.equal(loaded.code, 0, loaded.stderr);
  const table = await run(["ov-stage", "stats", "--db", "t.db", "--by", "source"], { cwd });
  const lines = table.stdout.trimEnd().split("\n");
  assert.equal(lines.length, 1 + 1000 + 2);
  assert.match(lines.at(-2) as string, /^1,500 others +1,500$/);
  assert.match(lines.at(-1) as string, /^total +2,503$/);
  const json = await run(["ov-stage", "stats", "--db", "t.db", "--by", "source", "--json"], { cwd });
  assert.equal(linesOf(json.stdout).length, NAMES);
});

test("more subsets than there may be are refused, and nothing is left", async (t) => {
  const cwd = temporaryFolder(t);
  const line = ["ov-to-parquet", "--out", "shards", "--partition-by", "source"] as const;
  const { stderr, stdout, code } = await run(line, { cwd, stdin: ndjson(RECORDS) });
  assert.equal(stderr, "ov-to-parquet: more than 1000 values of source: too many subsets\n");
  assert.deepEqual([stdout, code], ["", 73]);
});
