/** Values that cleaning drops: counted in the summary of every command that cleans, or refused with `--strict`. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import type { JsonObject } from "../base/ndjson/index.js";
import { linesOf, PROJECT, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

const LOSSY = ndjson([
  sampleRecord({ foreign_identifier: "1", width: "1.200", tags: ["by", "geo:lat=52", "pier"] }),
  sampleRecord({ foreign_identifier: "2", width: -5, height: 600 }),
  sampleRecord({ foreign_identifier: "3" }),
  sampleRecord({ foreign_identifier: "4", creator: ["Ada"] }),
]);
const COUNTS = {
  creator: { "wrong type": 1 },
  tags: { "not about the work": 2 },
  width: { "below zero": 1, "not a whole number": 1 },
};
const WORDS =
  "dropped: 2 tags (not about the work), 1 creator (wrong type), 1 width (below zero), 1 width (not a whole number)";
/** What `--strict` refuses of these lines. */
const REFUSED = [
  [1, "bad_width", "width has a value that would be dropped: not a whole number, and 2 more"],
  [2, "bad_width", "width has a value that would be dropped: below zero"],
  [4, "bad_creator", "creator has a value that would be dropped: wrong type"],
];

const rejectsIn = (file: string) =>
  linesOf(readFileSync(file, "utf8")).map(({ line, code, error }) => [line, code, error]);

test("ov-stage load counts what was dropped, in its answer and its message", async (t) => {
  const cwd = temporaryFolder(t);
  const loaded = await run(["ov-stage", "load", "--db", "t.db"], { cwd, stdin: LOSSY });
  assert.equal(
    loaded.stderr,
    `ov-stage: t.db: 4 inserted, 0 updated, 0 unchanged, 0 rejected\nov-stage: ${WORDS}\n`,
  );
  assert.deepEqual(linesOf(loaded.stdout), [
    { inserted: 4, updated: 0, unchanged: 0, duplicates: 0, url_duplicates: 0, rejected: 0, dropped: COUNTS },
  ]);
  const runs = await run(["ov-stage", "runs", "--db", "t.db"], { cwd });
  assert.match(runs.stdout, / 4 inserted, 5 dropped$/m);
  const clean = await run(["ov-stage", "dump", "--db", "t.db"], { cwd });
  const again = await run(["ov-stage", "load", "--db", "other.db", "--log-format", "json"], {
    cwd,
    stdin: clean.stdout,
  });
  assert.deepEqual(Object.keys(linesOf(again.stdout)[0] as object), [
    ...["inserted", "updated", "unchanged", "duplicates", "url_duplicates", "rejected"],
  ]);
  assert.equal(linesOf(again.stderr).length, 1);
});

test("ov-stage load --strict refuses records that lose something, the first of them or all with --rejects", async (t) => {
  const cwd = temporaryFolder(t);
  const stopped = await run(["ov-stage", "load", "--db", "t.db", "--strict"], { cwd, stdin: LOSSY });
  assert.equal(stopped.code, 65);
  assert.equal(
    stopped.stderr,
    "ov-stage: stdin:1: width has a value that would be dropped: not a whole number, and 2 more\n",
  );
  const args = ["--strict", "--rejects", "rejects.ndjson"];
  const went = await run(["ov-stage", "load", "--db", "t.db", ...args], { cwd, stdin: LOSSY });
  assert.equal(went.code, 0, went.stderr);
  assert.equal(went.stderr, "ov-stage: t.db: 1 inserted, 0 updated, 0 unchanged, 3 rejected\n");
  assert.deepEqual(rejectsIn(join(cwd, "rejects.ndjson")), REFUSED);
});

test("ov-stage load counts the same when lines come again, and --strict refuses them then, too", async (t) => {
  const cwd = temporaryFolder(t);
  // Enough for the second thread, and for lines that are known by their digests alone.
  const lines = Array.from({ length: 6000 }, (_, i) =>
    sampleRecord({ foreign_identifier: String(i + 1), width: i % 100 === 7 ? "12.5" : 100 }),
  );
  writeFileSync(join(cwd, "lines.ndjson"), ndjson(lines));
  const dropped = { width: { "not a whole number": 60 } };
  for (const counts of [
    { inserted: 6000, unchanged: 0 },
    { inserted: 0, unchanged: 6000 },
  ]) {
    const loaded = await run(["ov-stage", "load", "--db", "t.db", "lines.ndjson"], { cwd });
    const [summary] = linesOf(loaded.stdout);
    assert.deepEqual(summary, {
      ...counts,
      updated: 0,
      duplicates: 0,
      url_duplicates: 0,
      rejected: 0,
      dropped,
    });
  }
  const args = ["--strict", "--rejects", "rejects.ndjson", "lines.ndjson"];
  const strict = await run(["ov-stage", "load", "--db", "t.db", ...args], { cwd });
  assert.match(strict.stderr, /: 0 inserted, 0 updated, 5,940 unchanged, 60 rejected\n$/);
});

for (const sort of [[], ["--sort", "foreign_identifier"]]) {
  test(`ov-to-parquet counts what was dropped, or refuses it: ${sort.join(" ") || "in order"}`, async (t) => {
    const cwd = temporaryFolder(t);
    const told = await run(["ov-to-parquet", "--out", "told", ...sort], { cwd, stdin: LOSSY });
    assert.equal(
      told.stderr,
      `ov-to-parquet: told: 4 records in 1 shard, 0 rejected\nov-to-parquet: ${WORDS}\n`,
    );
    const json = ["--log-format", "json"];
    const logged = await run(["ov-to-parquet", "--out", "logged", ...sort, ...json], { cwd, stdin: LOSSY });
    const [summary] = linesOf(logged.stderr);
    assert.deepEqual(summary?.dropped, COUNTS);
    // The manifest depends on the shards alone.
    assert.doesNotMatch(logged.stdout, /dropped/);
    const args = [...sort, "--strict", "--rejects", "rejects.ndjson"];
    const strict = await run(["ov-to-parquet", "--out", "strict", ...args], { cwd, stdin: LOSSY });
    assert.equal(strict.stderr, "ov-to-parquet: strict: 1 record in 1 shard, 3 rejected\n");
    assert.deepEqual(rejectsIn(join(cwd, "rejects.ndjson")), REFUSED);
  });
}

test("ov-to-parquet adds up what its threads have counted", async (t) => {
  const cwd = temporaryFolder(t);
  const lines = Array.from({ length: 20_000 }, (_, i) =>
    sampleRecord({ foreign_identifier: String(i + 1), width: i % 1000 === 7 ? "12.5" : 100 }),
  );
  const { stderr } = await run(["ov-to-parquet", "--out", "shards"], { cwd, stdin: ndjson(lines) });
  assert.match(stderr, /: dropped: 20 width \(not a whole number\)\n$/);
});

test("ov-to-parquet --extra keep keeps unknown columns beside meta_data that is JSON text", async (t) => {
  const cwd = temporaryFolder(t);
  const record = sampleRecord({ meta_data: '{"views":"12"}', accession: "17" });
  const keep = ["ov-to-parquet", "--extra", "keep", "--out"] as const;
  await run([...keep, "shards"], { cwd, stdin: ndjson([record]) });
  const back = await run(["ov-from-parquet", "shards/image/train-00000-of-00001.parquet"], { cwd });
  const [{ meta_data }] = linesOf(back.stdout) as [{ meta_data: object }];
  assert.deepEqual(meta_data, {
    views: "12",
    accession: "17",
    license_url: "https://creativecommons.org/licenses/by/2.0/",
    raw_license_url: null,
  });
  const bad = await run([...keep, "bad"], { cwd, stdin: ndjson([{ ...record, meta_data: "{" }]) });
  assert.equal(bad.stderr, "ov-to-parquet: stdin:1: meta_data is a text that is not JSON\n");
});

test("what DuckDB writes as JSON of our Parquet is read as what it was, and nothing is dropped", async (t) => {
  const cwd = temporaryFolder(t);
  const records = [
    sampleRecord({
      meta_data: { views: "12", exif: { iso: "100" } },
      tags: [
        { name: "pier", provider: "flickr" },
        { name: "sea", provider: "clarifai", accuracy: 0.98 },
      ],
    }),
    sampleRecord({
      foreign_identifier: "2",
      media_type: "audio",
      genres: ["rock", "drum, bass"],
      audio_set: { title: "An album" },
      alt_files: [{ url: "https://example.org/1.mp3", filesize: "5" }],
    }),
  ];
  await run(["ov-stage", "load", "--db", "t.db"], { cwd, stdin: ndjson(records) });
  const dumped = await run(["ov-stage", "dump", "--db", "t.db"], { cwd });
  await run(["ov-to-parquet", "--out", "shards", "--with-sync-times"], { cwd, stdin: dumped.stdout });
  const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
  for (const media of ["image", "audio"]) {
    const shards = join(cwd, "shards", media, "*.parquet");
    await duckdb.run(
      `COPY (SELECT '${media}' AS media_type, * FROM read_parquet('${shards}')) TO '${join(cwd, media)}.json'`,
    );
  }
  const loaded = await run(["ov-stage", "load", "--db", "u.db", "image.json", "audio.json"], { cwd });
  assert.match(loaded.stderr, /^ov-stage: u\.db: 2 inserted, 0 updated, 0 unchanged, 0 rejected\n$/);
  const again = await run(["ov-stage", "dump", "--db", "u.db"], { cwd });
  assert.deepEqual(linesOf(again.stdout), linesOf(dumped.stdout));
});

const PAGE = JSON.parse(readFileSync(join(PROJECT, "fixtures/flickr/page-1.json"), "utf8")) as {
  photos: { photo: JsonObject[] };
};

/** A saved page of that many photos, the first one with two tags that are not about it. */
function page(folder: string, file: string, photos: number): void {
  const photo = Array.from({ length: photos }, (_, i) => ({
    ...(PAGE.photos.photo[0] as JsonObject),
    id: `${file.length}${i + 1}`,
    tags: i === 0 ? "by cc0 pier" : "pier",
  }));
  writeFileSync(join(folder, file), JSON.stringify({ stat: "ok", photos: { photo } }));
}

test("ov-fetch counts what was dropped, or refuses it with --strict", async (t) => {
  const cwd = temporaryFolder(t);
  page(cwd, "page.json", 3);
  const told = await run(["ov-fetch", "flickr", "--input", "page.json"], { cwd });
  assert.equal(
    told.stderr,
    "ov-fetch: 3 records, 0 rejected\nov-fetch: dropped: 2 tags (not about the work)\n",
  );
  const logged = await run(["ov-fetch", "flickr", "--log-format", "json", "--input", "page.json"], { cwd });
  assert.deepEqual(linesOf(logged.stderr)[0]?.dropped, { tags: { "not about the work": 2 } });
  const strict = ["--strict", "--rejects", "rejects.ndjson"];
  const refused = await run(["ov-fetch", "flickr", ...strict, "--input", "page.json"], { cwd });
  assert.equal(refused.stderr, "ov-fetch: 2 records, 1 rejected\n");
  assert.equal(linesOf(refused.stdout).length, 2);
  const [{ item, code, error }] = linesOf(readFileSync(join(cwd, "rejects.ndjson"), "utf8")) as [JsonObject];
  assert.deepEqual(
    [item, code, error],
    [1, "bad_tags", "tags has a value that would be dropped: not about the work, and 1 more"],
  );
  const raw = await run(["ov-fetch", "flickr", "--raw", "--strict", "--input", "page.json"], { cwd });
  assert.equal(raw.stderr, "ov-fetch: 3 items, 0 rejected\n");
});

test("ov-fetch counts the same in several threads", async (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, "pages"));
  // Nine megabytes: threads begin at eight.
  for (const name of ["a", "bb", "ccc"]) page(join(cwd, "pages"), name, 3500);
  const told = await run(["ov-fetch", "flickr", "--input", "pages"], { cwd });
  assert.match(
    told.stderr,
    /^ov-fetch: 10,500 records, 0 rejected\nov-fetch: dropped: 6 tags \(not about the work\)\n$/,
  );
  const strict = ["--strict", "--rejects", "rejects.ndjson"];
  const refused = await run(["ov-fetch", "flickr", ...strict, "--input", "pages"], { cwd });
  assert.equal(refused.stderr, "ov-fetch: 10,497 records, 3 rejected\n");
});

test("what a table of PostgreSQL writes for null is no value in any column, and nothing is lost with it", async (t) => {
  const cwd = temporaryFolder(t);
  const columns = [
    "thumbnail",
    "width",
    "filetype",
    "creator",
    "title",
    "meta_data",
    "tags",
    "category",
    "source",
  ];
  const nulls = Object.fromEntries(columns.map((name) => [name, "\\N"]));
  const plain = sampleRecord({ foreign_identifier: "2", creator: "\\N", title: "a \\N b" });
  // Lines in the form of a dump are read in another way.
  const dumped = await run(["ov-stage", "load", "--db", "t.db"], { cwd, stdin: ndjson([plain]) });
  assert.equal(dumped.code, 0, dumped.stderr);
  const { stdout: line } = await run(["ov-stage", "dump", "--db", "t.db"], { cwd });
  const stdin = line.replace('"creator":null', '"creator":"\\\\N"') + ndjson([sampleRecord(nulls)]);
  assert.match(line, /"creator":null,.*"title":"a \\\\N b"/);
  const loaded = await run(["ov-stage", "load", "--db", "other.db"], { cwd, stdin });
  assert.match(loaded.stderr, /^ov-stage: other.db: 2 inserted, 0 updated, 0 unchanged, 0 rejected\n$/);
  const { stdout: dump } = await run(["ov-stage", "dump", "--db", "other.db"], { cwd });
  const made = await run(["ov-to-parquet", "--out", "shards", "--extra", "keep"], { cwd, stdin });
  assert.match(made.stderr, /^ov-to-parquet: shards: 2 records in 1 shard, 0 rejected\n$/);
  const shard = join("shards", "image", "train-00000-of-00001.parquet");
  const { stdout: back } = await run(["ov-from-parquet", shard], { cwd });
  for (const text of [dump, back]) {
    assert.deepEqual(
      linesOf(text).map(({ creator }) => creator),
      [null, null],
    );
    assert.doesNotMatch(text, /:"\\\\N"/);
  }
});
