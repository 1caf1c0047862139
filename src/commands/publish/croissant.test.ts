import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { strictHub, TOKEN } from "../../release/publishing/targets/hub/strict-hub.test.util.js";
import { PYTHON, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, SAMPLE_AUDIO, sampleRecord } from "../../testing/samples.js";

/** croissant.json, read by the reference library of the format: does it give every record, and no warning? */

const WITHOUT_MLCROISSANT =
  spawnSync(PYTHON, ["-c", "import mlcroissant"]).status === 0 ? false : `${PYTHON} has no mlcroissant`;

/** Prints the identifiers, URLs and titles of each set of records that the document describes. */
const READ = `
import json, sys, warnings
# Those of Python are about its libraries; mlcroissant's own go to its log, on stderr.
warnings.simplefilter("ignore")
import mlcroissant as mlc
mapping = {"mapping": {"repo": sys.argv[2]}} if len(sys.argv) > 2 else {}
dataset = mlc.Dataset(jsonld=sys.argv[1], **mapping)
found = {}
for records in dataset.metadata.record_sets:
    of = lambda row, name: (row[f"{records.uuid}/{name}"] or b"").decode()
    names = ["identifier", "reason"] if records.uuid == "deletions" else ["identifier", "url", "title"]
    found[records.uuid] = sorted([of(row, name) for name in names] for row in dataset.records(records.uuid))
print(json.dumps(found))
`;

/** What mlcroissant reads; fails at the first warning. */
function readCroissant(file: string, ...repository: string[]): Record<string, string[][]> {
  const { stdout, stderr, status } = spawnSync(PYTHON, ["-c", READ, file, ...repository], {
    cwd: dirname(file),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  assert.deepEqual([stderr, status], ["", 0]);
  return JSON.parse(stdout);
}

/** The same of DuckDB, in its order of bytes. */
async function readDuckdb(folder: string, subset: string): Promise<string[][]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const files = join(folder, "data", subset, "*.parquet").replaceAll("'", "''");
  const reader = await connection.runAndReadAll(
    `SELECT identifier::VARCHAR, url, coalesce(title, '') FROM '${files}' ORDER BY ALL`,
  );
  return reader.getRows() as string[][];
}

const IMAGES = Array.from({ length: 3000 }, (_, i) =>
  sampleRecord({
    foreign_identifier: String(i + 1),
    url: `https://live.staticflickr.com/65535/${i + 1}_b.jpg`,
    title: `Brücke ${i}`,
    tags: i % 3 === 0 ? [] : [{ name: "grey heron", provider: "flickr" }],
  }),
);

async function shardsOf(
  t: TestContext,
  records: readonly object[],
): Promise<{ folder: string; manifest: string }> {
  const folder = temporaryFolder(t);
  const flags = ["--out", join(folder, "shards"), "--rows-per-shard", "1000"];
  const { stdout, code, stderr } = await run(["ov-to-parquet", ...flags], { stdin: ndjson(records) });
  assert.equal(code, 0, stderr);
  return { folder, manifest: stdout };
}

test("mlcroissant reads every record of a published folder, several shards and two media types, without a warning", {
  skip: WITHOUT_MLCROISSANT,
}, async (t) => {
  const { folder, manifest } = await shardsOf(t, [...IMAGES, SAMPLE_AUDIO]);
  const out = join(folder, "dataset");
  // The second release of a day has a name that is no version as Croissant has it.
  for (const flags of [[], ["--release", "2026-11-02.2"], ["--release", "spring"]]) {
    const { code, stderr } = await run(["ov-publish", `folder:${out}`, "--replace", ...flags], {
      stdin: manifest,
    });
    assert.equal(code, 0, stderr);
    const found = readCroissant(join(out, "croissant.json"));
    assert.equal(found.image?.length, 3000);
    assert.deepEqual(found, { image: await readDuckdb(out, "image"), audio: await readDuckdb(out, "audio") });
  }
});

test("of a delta it reads the tombstones, too", { skip: WITHOUT_MLCROISSANT }, async (t) => {
  const { folder, manifest } = await shardsOf(t, IMAGES.slice(0, 10));
  const identifier = "0b1f0c5e-9b39-5a35-8d6c-3f0f3a8f7a11";
  const deleted_on = "2026-11-05T10:00:00.000Z";
  const list = join(folder, "tombstones.ndjson");
  const tombstone = { provider: "met", foreign_identifier: "1", identifier, deleted_on, reason: "takedown" };
  writeFileSync(list, ndjson([tombstone]));
  const out = join(folder, "dataset");
  const flags = ["--since", "2026-10-01", "--tombstones", list];
  const { code, stderr } = await run(["ov-publish", `folder:${out}`, ...flags], { stdin: manifest });
  assert.equal(code, 0, stderr);
  const found = readCroissant(join(out, "croissant.json"));
  assert.deepEqual([found.image?.length, found.deletions], [10, [[identifier, "takedown"]]]);
});

test("on the Hub the files are those of the repository, here a folder that stands for it", {
  skip: WITHOUT_MLCROISSANT,
}, async (t) => {
  const hub = await strictHub(t);
  const { folder, manifest } = await shardsOf(t, IMAGES);
  const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: TOKEN, HF_HOME: folder };
  const { code, stderr } = await run(["ov-publish", "hf:me/media"], { stdin: manifest, env });
  assert.equal(code, 0, stderr);
  const repository = join(folder, "repository");
  for (const [path, bytes] of hub.main()) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), bytes);
  }
  const found = readCroissant(join(repository, "croissant.json"), repository);
  assert.deepEqual(found, { image: await readDuckdb(repository, "image") });
});
