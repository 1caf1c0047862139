/** ov-to-parquet and ov-from-parquet as they are used: real processes, real files. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet";
import { cleanRecord, columnsOf, MEDIA_TYPES } from "../record/index.js";
import type { ManifestTotals } from "../release/parquet/index.js";
import { binOf, linesOf, PYTHON, run, shell, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../testing/samples.js";

interface Shard {
  readonly root: string;
  readonly path: string;
  readonly config: string;
  readonly rows: number;
  readonly sha256: string;
  readonly uncompressed_bytes: number;
}

async function toParquet(t: TestContext, stdin: string, ...args: string[]) {
  const out = join(temporaryFolder(t), "shards");
  const { stdout, stderr, code } = await run(["ov-to-parquet", "--out", out, ...args], { stdin });
  const lines = linesOf<Shard>(stdout);
  const shards = lines.slice(0, -1);
  return {
    out,
    shards,
    totals: lines.at(-1),
    files: shards.map(({ path }) => join(out, path)),
    stderr,
    code,
  };
}

const fromParquet = (files: readonly string[]) => run(["ov-from-parquet", "--quiet", ...files]);

test("staged records come back from Parquet to the byte", async (t) => {
  const folder = temporaryFolder(t);
  const records = [
    ...sampleRecords(50),
    sampleRecord({
      foreign_identifier: "odd",
      title: 'Київ "東京" \\ 🦆',
      tags: [{ name: "a", provider: "b", accuracy: 0.25 }, "c"],
    }),
    sampleRecord({
      foreign_identifier: "meta",
      meta_data: { "a b": ["c", null, { d: '"' }], "": "e" },
      filesize: 2_147_483_646,
    }),
    sampleRecord({
      foreign_identifier: "sound",
      media_type: "audio",
      genres: ["x", "é"],
      alt_files: [{ url: "https://a.org/1.mp3" }],
      duration: 1,
    }),
  ];
  const line = `ov-stage load --quiet --db s.db > load.json && ov-stage dump --db s.db > dump.ndjson &&
    ov-to-parquet --out shards --with-sync-times --rows-per-shard 20 --row-group-rows 7 dump.ndjson > manifest.ndjson &&
    ov-from-parquet shards/image/*.parquet shards/audio/*.parquet > back.ndjson &&
    ov-to-parquet --quiet --out untimed dump.ndjson > untimed.ndjson &&
    ov-from-parquet --quiet untimed/image/*.parquet untimed/audio/*.parquet > untimed-back.ndjson`;
  const { code, stderr } = await shell(line, { cwd: folder, stdin: ndjson(records) });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /ov-from-parquet: 53 records of 4 files\n$/);
  const dump = readFileSync(join(folder, "dump.ndjson"), "utf8");
  assert.equal(readFileSync(join(folder, "back.ndjson"), "utf8"), dump);
  const untimed = dump.replaceAll(/"last_synced_with_source":"[^"]+",/g, "");
  assert.notEqual(untimed, dump);
  assert.equal(readFileSync(join(folder, "untimed-back.ndjson"), "utf8"), untimed);
});

test("the manifest says when each provider was last synced, also where the shards do not", async (t) => {
  const seen = (provider: string, id: string, last_synced_with_source: string | null) =>
    sampleRecord({ provider, foreign_identifier: id, last_synced_with_source });
  const records = [
    seen("met", "1", "2026-01-03T00:00:00.000Z"),
    seen("flickr", "2", "2026-01-01T00:00:00.001Z"),
    // Not as cleaned records have it: this line goes another way through the reader.
    { ...seen("flickr", "3", "2026-02-01T00:00:00.000+01:00"), title: " two  blanks" },
    seen("flickr", "4", "2026-01-02T00:00:00.000Z"),
    seen("nobody_says", "5", null),
  ];
  for (const flags of [[], ["--with-sync-times"], ["--sort", "title"]]) {
    const { totals, code, stderr } = await toParquet(t, ndjson(records), ...flags);
    assert.equal(code, 0, stderr);
    assert.deepEqual((totals as unknown as ManifestTotals).last_synced, {
      flickr: "2026-01-31T23:00:00.000Z",
      met: "2026-01-03T00:00:00.000Z",
    });
  }
  const nothing = await toParquet(t, ndjson(sampleRecords(3)));
  assert.ok(!Object.hasOwn(nothing.totals as object, "last_synced"));
});

test("records in the order of when they were seen are another dataset every night, so that has to be meant", async (t) => {
  const sorted = await toParquet(t, "", "--sort", "provider,last_synced_with_source");
  assert.deepEqual(
    [sorted.code, sorted.stderr.split("\n")[0]],
    [
      2,
      "ov-to-parquet: --sort: last_synced_with_source would put the records into another order every night; " +
        "if that is right, keep the column with --with-sync-times",
    ],
  );
  assert.equal((await toParquet(t, "", "--sort", "last_synced_with_source", "--with-sync-times")).code, 0);
});

test("the same input gives the same bytes, however it comes and however often", async (t) => {
  const stdin = ndjson(sampleRecords(3_000));
  const args = ["--rows-per-shard", "1000", "--row-group-rows", "300"];
  const first = await toParquet(t, stdin, ...args);
  const second = await toParquet(t, stdin, ...args);
  const file = join(temporaryFolder(t), "input.ndjson");
  writeFileSync(file, stdin);
  const third = await toParquet(t, "", ...args, file);
  const hashes = first.shards.map(({ sha256 }) => sha256);
  assert.equal(new Set(hashes).size, 3);
  for (const { shards } of [second, third])
    assert.deepEqual(
      shards.map(({ sha256 }) => sha256),
      hashes,
    );
});

const isInShards = ({ name }: { name: string }) => name !== "last_synced_with_source";

test("a file says its media type, its schema version and what each column is", async (t) => {
  const { files, shards } = await toParquet(t, ndjson(sampleRecords(3)));
  const { key_value_metadata = [] } = await parquetMetadataAsync(
    await asyncBufferFromFile(files[0] as string),
  );
  const own = key_value_metadata.filter(({ key }) => key.startsWith("ov_"));
  // Of its one row group, its indexes and its footer.
  const checksums = own.pop();
  assert.equal(checksums?.key, "ov_crc32");
  assert.match(checksums?.value ?? "", /^[0-9a-f]{8} [0-9a-f]{8} [0-9a-f]{8}$/);
  assert.deepEqual(
    own.map(({ key, value }) => [key, value]),
    [
      ["ov_schema_version", "1"],
      ["ov_media_type", "image"],
      ["ov_arrow_bytes", String(shards[0]?.uncompressed_bytes)],
      ...columnsOf("image")
        .filter(isInShards)
        .map(({ name, description }) => [`ov_column_${name}`, description]),
    ],
  );
});

for (const compression of ["zstd", "snappy", "lz4", "none"]) {
  test(`--compression ${compression} is read back by us and by DuckDB`, async (t) => {
    const records = sampleRecords(500);
    const { files, stderr } = await toParquet(t, ndjson(records), "--compression", compression);
    assert.equal(files.length, 1, stderr);
    const { row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(files[0] as string));
    const codec = { zstd: "ZSTD", snappy: "SNAPPY", lz4: "LZ4_RAW", none: "UNCOMPRESSED" }[compression];
    assert.equal(row_groups[0]?.columns[0]?.meta_data?.codec, codec);
    // Not hyparquet, as elsewhere: its LZ4 does not know the block of an empty page (hyparquet-compressors 1.1.2).
    const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
    const answer = await duckdb.runAndReadAll(`SELECT title FROM read_parquet('${files[0]}')`);
    const titles = records.map(({ title }) => title);
    assert.deepEqual(
      answer.getRowObjectsJS().map(({ title }) => title),
      titles,
    );
    assert.deepEqual(
      linesOf((await fromParquet(files)).stdout).map(({ title }) => title),
      titles,
    );
  });
}

test("--extra: columns that are unknown are refused by name, or kept in meta_data", async (t) => {
  const record = sampleRecord({ colour: "red", meta_data: { a: "b" }, camera: { make: "x" } });
  const refused = await toParquet(t, ndjson([record]));
  assert.equal(refused.code, 65);
  assert.equal(refused.stderr, 'ov-to-parquet: stdin:1: unknown column "colour"\n');
  const kept = await toParquet(t, ndjson([record]), "--extra", "keep");
  const [back] = linesOf<{ meta_data: object }>((await fromParquet(kept.files)).stdout);
  assert.deepEqual(back?.meta_data, {
    a: "b",
    colour: "red",
    camera: { make: "x" },
    license_url: "https://creativecommons.org/licenses/by/2.0/",
    raw_license_url: null,
  });
  const twice = await toParquet(
    t,
    ndjson([sampleRecord({ a: 1, meta_data: { a: "b" } })]),
    "--extra",
    "keep",
  );
  assert.equal(twice.stderr, 'ov-to-parquet: stdin:1: unknown column "a" is in meta_data as well\n');
  assert.equal(twice.code, 65);
});

test("values that are out of range, of a wrong type, or monstrous never become wrong ones", async (t) => {
  const withMembers = (json: string, i: number) =>
    JSON.stringify(sampleRecord({ foreign_identifier: String(i) })).replace(/\}$/, `,${json}}`);
  const LINES: [json: string, expected: object][] = [
    ['"width":2147483647', { width: null }],
    ['"width":-2147483646', { width: null }],
    ['"width":-1', { width: null }],
    ['"width":1e999', { width: null }],
    ['"width":"12.9"', { width: null }],
    ['"width":"12"', { width: 12 }],
    ['"width":1,"width":2', { width: 2 }],
    ['"standardized_popularity":-0', { standardized_popularity: -0 }],
    ['"standardized_popularity":"NaN"', { standardized_popularity: null }],
    ['"title":"\\ud800 lone"', { title: "\ufffd lone" }],
    ['"created_on":"2021-02-30T00:00:00.000Z"', { created_on: null }],
    ['"created_on":"0001-01-01T00:00:00.000Z"', { created_on: "0001-01-01T00:00:00.000Z" }],
    ['"created_on":"9999-12-31T23:59:59.999Z"', { created_on: "9999-12-31T23:59:59.999Z" }],
    ['"watermarked":"maybe"', { watermarked: false }],
    ['"tags":[1,{"name":"a"},null]', { tags: [{ name: "1", provider: "flickr" }] }],
    ['"tags":{}', { tags: null }],
    [
      `"meta_data":{"description":"${"é".repeat(7 * 1024 * 1024)}"}`,
      {
        meta_data: {
          description: "é".repeat(7 * 1024 * 1024),
          license_url: "https://creativecommons.org/licenses/by/2.0/",
          raw_license_url: null,
        },
      },
    ],
  ];
  const stdin = LINES.map(([json], i) => `${withMembers(json, i)}\n`).join("");
  const { files, stderr, code } = await toParquet(t, stdin, "--row-group-rows", "4");
  assert.equal(code, 0, stderr);
  const { stdout } = await fromParquet(files);
  const back = linesOf(stdout);
  for (const [i, [json, expected]] of LINES.entries()) {
    assert.deepEqual({ ...back[i], ...expected }, back[i], json.slice(0, 100));
    // And it is what cleaning alone makes of it.
    const cleaned = cleanRecord(JSON.parse(withMembers(json, i)));
    assert.ok("record" in cleaned);
    assert.deepEqual({ ...back[i], ...cleaned.record }, back[i], json.slice(0, 100));
  }
});

test("NaN and what else is no JSON is refused with its line", async (t) => {
  for (const bad of ["NaN", "Infinity", "01", "'a'", "undefined", '"\t"']) {
    const line = JSON.stringify(sampleRecord()).replace(/\}$/, `,"width":${bad}}`);
    const { stderr, code } = await toParquet(
      t,
      `${JSON.stringify(sampleRecord({ foreign_identifier: "2" }))}\n${line}\n`,
    );
    assert.match(stderr, /^ov-to-parquet: stdin:2: not valid JSON/, bad);
    assert.equal(code, 65);
  }
});

test("sorting changes the order alone: the same rows, rejects and counts, whatever the lines are", async (t) => {
  const tag = { name: "a", provider: "p" };
  const records = Array.from({ length: 300 }, (_, i) =>
    sampleRecord({
      media_type: i % 7 === 0 ? "audio" : "image",
      // Some come twice.
      foreign_identifier: `photo-${i % 250}`,
      title: `${(i * 37) % 11}`,
      standardized_popularity: 0.5,
      ...(i % 5 === 0 && { tags: [tag, tag, { ...tag, name: "" }] }),
      ...(i % 9 === 0 && { filesize: -5 }),
      ...(i % 13 === 0 && { license: "none at all" }),
    }),
  );
  // JSON.stringify has no way to write it.
  const input = ndjson(records).replaceAll('"standardized_popularity":0.5', '"standardized_popularity":-0');
  for (const more of [[], ["--duplicates", "last"], ["--partition-by", "license"]]) {
    const runs = [];
    for (const sort of [[], ["--sort", "title,foreign_identifier"]]) {
      const rejects = join(temporaryFolder(t), "rejects");
      const { files, stderr, code } = await toParquet(t, input, "--rejects", rejects, ...more, ...sort);
      assert.equal(code, 0, stderr);
      const lines = (await fromParquet(files)).stdout.split("\n").sort();
      const words = stderr.replaceAll(/\/\S+/g, "PATH");
      runs.push({ lines, words, rejects: readFileSync(rejects, "utf8") });
    }
    const [plain, sorted] = runs;
    assert.ok(plain?.lines.some((line) => line.includes('"standardized_popularity":-0')));
    assert.match(plain?.words ?? "", /dropped: .*below zero/);
    assert.deepEqual(sorted, plain);
  }
});

test("--sort names a column that there is and that has an order", async (t) => {
  const unknown = await toParquet(t, "", "--sort", "provider,size");
  assert.match(
    unknown.stderr,
    /^ov-to-parquet: --sort: there is no column "size" \(did you mean filesize\?\)\n/,
  );
  const tags = await toParquet(t, "", "--sort", "tags");
  assert.match(tags.stderr, /^ov-to-parquet: --sort: tags has no order to sort by\n/);
  assert.equal(tags.code, 2);
  const records = sampleRecords(30).reverse();
  const { files } = await toParquet(t, ndjson(records), "--sort", "title");
  const titles = linesOf<{ title: string }>((await fromParquet(files)).stdout).map(({ title }) => title);
  assert.deepEqual(titles, [...titles].sort());
});

for (const [size, bytes] of [
  ["5kB", 5_000],
  ["1.5MB", 1_500_000],
  ["20000", 20_000],
] as const) {
  test(`--shard-size ${size}`, async (t) => {
    const { files } = await toParquet(
      t,
      ndjson(sampleRecords(4_000)),
      "--shard-size",
      size,
      "--row-group-rows",
      "100",
    );
    assert.equal(files.length > 1, bytes < 1_000_000, `${files.length} shards`);
  });
}

test("--shard-size wants a size", async (t) => {
  const { stderr, code } = await toParquet(t, "", "--shard-size", "large");
  assert.match(
    stderr,
    /^ov-to-parquet: --shard-size: 'large' is not valid: it must be a size: 300MB or 1\.5GB\n/,
  );
  assert.equal(code, 2);
});

const UNREADABLE: readonly [what: string, make: (folder: string) => string, message: RegExp, code: number][] =
  [
    [
      "a file that is missing",
      (folder) => join(folder, "none.parquet"),
      /^ov-from-parquet: cannot open \S+none\.parquet: no such file or folder\n$/,
      66,
    ],
    [
      "a file of something else",
      (folder) => {
        const path = join(folder, "notes.parquet");
        writeFileSync(path, "not Parquet at all, but long enough");
        return path;
      },
      /^ov-from-parquet: \S+notes\.parquet cannot be read as Parquet: /,
      65,
    ],
    [
      "an empty file",
      (folder) => {
        const path = join(folder, "empty.parquet");
        writeFileSync(path, "");
        return path;
      },
      /^ov-from-parquet: \S+empty\.parquet cannot be read as Parquet: /,
      65,
    ],
    [
      "a folder",
      (folder) => {
        const path = join(folder, "folder");
        mkdirSync(path);
        return path;
      },
      /^ov-from-parquet: \S+folder cannot be read as Parquet: it is a folder; name the files in it\n$/,
      65,
    ],
  ];

for (const [what, make, message, code] of UNREADABLE) {
  test(`ov-from-parquet says what is wrong with ${what}`, async (t) => {
    const result = await run(["ov-from-parquet", make(temporaryFolder(t))]);
    assert.match(result.stderr, message);
    assert.equal(result.code, code);
  });
}

test("a shard that is cut off is not read as a shorter one", async (t) => {
  const { files } = await toParquet(t, ndjson(sampleRecords(300)));
  const [file] = files as [string];
  writeFileSync(file, readFileSync(file).subarray(0, -200));
  const result = await run(["ov-from-parquet", file]);
  assert.equal(result.code, 65, result.stderr);
});

test("ov-to-parquet, killed at any moment, leaves nothing that looks whole, and the next run cleans up", async (t) => {
  const folder = temporaryFolder(t);
  const input = join(folder, "input.ndjson");
  writeFileSync(input, ndjson(sampleRecords(60_000)));
  const args = [
    binOf("ov-to-parquet"),
    "--quiet",
    "--out",
    join(folder, "shards"),
    "--rows-per-shard",
    "5000",
    input,
  ];
  const started = performance.now();
  const clean = spawnSync(process.execPath, args, { encoding: "utf8" });
  const duration = performance.now() - started;
  assert.equal(clean.status, 0, clean.stderr);
  const expected = clean.stdout;
  spawnSync("rm", ["-r", join(folder, "shards")]);
  let killed = 0;
  for (let i = 0; i < 24 && killed < 8; i++) {
    const child = spawn(process.execPath, args, { stdio: "ignore" });
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.on("close", (_, signal) => resolve(signal)),
    );
    await sleep(Math.random() * duration);
    child.kill("SIGKILL");
    if ((await ended) !== "SIGKILL") {
      spawnSync("rm", ["-r", join(folder, "shards")]);
      continue;
    }
    killed++;
    // Killed on its way out, it has done its work: then the shards are those of the manifest, every byte of them.
    if (!existsSync(join(folder, "shards"))) continue;
    assert.deepEqual(hashesIn(join(folder, "shards")), hashesOf(expected));
    spawnSync("rm", ["-r", join(folder, "shards")]);
  }
  assert.ok(killed > 0);
  const again = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(again.stdout, expected, again.stderr);
  assert.deepEqual(readdirSync(folder).sort(), ["input.ndjson", "shards"]);
});

/** The SHA-256 of every file in a folder, by its path. */
function hashesIn(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true }).map(String).sort();
  const hashes = files
    .filter((file) => statSync(join(folder, file)).isFile())
    .map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ]);
  return Object.fromEntries(hashes);
}

/** The same as a manifest says it. */
function hashesOf(manifest: string): Record<string, string> {
  const lines = manifest
    .trim()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return Object.fromEntries(lines.map(({ path, sha256 }) => [path, sha256]));
}

const LOAD = `
import json, sys
import datasets
datasets.disable_progress_bars()
folder, media = sys.argv[1:]
pattern = f"{folder}/{media}/train-*.parquet"
whole = datasets.load_dataset("parquet", data_files={"train": pattern}, split="train", cache_dir=sys.argv[1] + "-cache")
stream = datasets.load_dataset("parquet", data_files={"train": pattern}, split="train", streaming=True)
plain = datasets.load_dataset(f"{folder}/{media}", split="train", cache_dir=sys.argv[1] + "-cache")
assert [r["identifier"] for r in whole] == [r["identifier"] for r in stream] == [r["identifier"] for r in plain]
for row in whole:
    row = {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
    print(json.dumps(row))
`;
const hasDatasets = spawnSync(PYTHON, ["-c", "import datasets"]).status === 0;

test("datasets.load_dataset loads the folder, streaming and not", {
  skip: hasDatasets ? false : "there is no Python with the package datasets",
}, async (t) => {
  const records = [
    ...sampleRecords(40),
    sampleRecord({
      foreign_identifier: "s",
      media_type: "audio",
      genres: ["a"],
      tags: [{ name: "b", provider: "c", accuracy: 0.5 }],
    }),
  ];
  const { out } = await toParquet(t, ndjson(records), "--rows-per-shard", "15");
  for (const media of MEDIA_TYPES) {
    const { stdout, stderr, status } = spawnSync(PYTHON, ["-c", LOAD, out, media], {
      encoding: "utf8",
      env: { ...process.env, HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1" },
    });
    assert.equal(status, 0, stderr);
    const expected = records
      .map((record) => cleanRecord(record))
      .flatMap((result) => ("record" in result && result.record.media_type === media ? [result.record] : []));
    const rows = linesOf(stdout);
    assert.deepEqual(
      rows.map(({ identifier, title, license, genres }) => ({ identifier, title, license, genres })),
      expected.map(({ identifier, title, license, genres }) => ({ identifier, title, license, genres })),
    );
  }
});
