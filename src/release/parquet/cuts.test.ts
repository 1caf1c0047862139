/** Where shards begin and end, and which subset a record goes to. */
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readBlocks } from "../../base/ndjson/index.js";
import type { MediaRecord } from "../../record/index.js";
import {
  everythingIn,
  footerOf,
  pathsOf,
  readWithHyparquet,
  recordOf,
  records,
  scratchFolder,
  writeShards,
} from "./helpers.test.util.js";
import { LineReader } from "./line-reader.js";
import type { ManifestShard } from "./manifest.js";
import type { KeyedLines } from "./sort-keys.js";
import { Sorter } from "./sorter.js";

const folder = await scratchFolder();
const keysOf = (rows: readonly Record<string, unknown>[]) => rows.map((row) => row.foreign_identifier);
const hashesOf = (shards: readonly ManifestShard[]) => shards.map(({ sha256 }) => sha256);

test("a shard ends before the row group that would make it larger than it may be", async () => {
  const out = join(folder, "sized");
  const shardBytes = 60_000;
  const { shards } = await writeShards(records(20_000), { out, shardBytes, rowGroupRows: 500 });
  assert.ok(shards.length > 5, `${shards.length} shards`);
  assert.equal(
    shards.reduce((sum, { rows }) => sum + rows, 0),
    20_000,
  );
  for (const [i, path] of pathsOf(shards).entries()) {
    const { row_groups } = await footerOf(path);
    const pages = row_groups.reduce((sum, group) => sum + Number(group.total_compressed_size), 0);
    assert.ok(pages <= shardBytes, `${path}: ${pages} bytes of row groups`);
    assert.ok(i === shards.length - 1 || pages > shardBytes / 2, `${path} is not nearly full: ${pages}`);
    assert.equal((await stat(path)).size, shards[i]?.bytes);
  }
  const keys = keysOf(await readWithHyparquet(pathsOf(shards)));
  assert.deepEqual(
    keys,
    Array.from({ length: 20_000 }, (_, i) => String(i)),
  );
});

test("a row group larger than a shard may be has a shard to itself", async () => {
  const { shards } = await writeShards(records(30), {
    out: join(folder, "tiny"),
    shardBytes: 1,
    rowGroupRows: 10,
  });
  assert.deepEqual(
    shards.map(({ rows }) => rows),
    [10, 10, 10],
  );
});

/** Records in the order of their keys, as a dump has them. */
function dump(numbers: readonly number[]): MediaRecord[] {
  return numbers.map((number) => recordOf("image", number, { title: `no. ${number}` }));
}
const NUMBERS = Array.from({ length: 12_000 }, (_, i) => 2 * i);
const stable = (name: string, numbers: readonly number[]) =>
  writeShards(dump(numbers), { out: join(folder, name), stable: true, rowsPerShard: 800, rowGroupRows: 300 });

test("with stable boundaries, a record that comes, goes or changes touches its own shard only", async () => {
  const before = await stable("stable", NUMBERS);
  assert.ok(before.shards.length > 20, `${before.shards.length} shards`);
  assert.ok(
    before.shards.every(({ rows }, i) => rows <= 800 && (rows >= 200 || i === before.shards.length - 1)),
  );
  const changes: [what: string, numbers: number[]][] = [
    ["new at the start", [-1, ...NUMBERS]],
    ["new in the middle", NUMBERS.flatMap((number) => (number === 9_000 ? [number, 9_001] : [number]))],
    ["gone", NUMBERS.filter((number) => number !== 9_000)],
    ["new at the end", [...NUMBERS, 99_999]],
  ];
  for (const [what, numbers] of changes) {
    const after = await stable(what, numbers);
    const old = new Set(hashesOf(before.shards));
    const changed = hashesOf(after.shards).filter((hash) => !old.has(hash));
    // One shard, and those up to the next boundary that is found again: a shard that is full ends where it is full.
    assert.ok(changed.length >= 1 && changed.length <= 4, `${what}: ${changed.length} shards changed`);
  }
});

test("with stable boundaries, shards still end at their largest number of rows", async () => {
  const { shards } = await stable("stable-again", NUMBERS);
  assert.deepEqual(hashesOf(shards), hashesOf((await stable("stable-twice", NUMBERS)).shards));
  assert.deepEqual(keysOf(await readWithHyparquet(pathsOf(shards))), NUMBERS.map(String));
});

test("each value of a column gets a subset, of each media type", async () => {
  const rows = [
    recordOf("image", 1, { license: "by" }),
    recordOf("image", 2, { license: "by-sa" }),
    recordOf("audio", 3, { license: "by" }),
    recordOf("image", 4, { license: "by" }),
  ];
  const out = join(folder, "by-license");
  const { shards } = await writeShards(rows, { out, partitionBy: "license" });
  assert.deepEqual(
    shards.map(({ path, media, config, rows }) => [path, media, config, rows]),
    [
      ["image/by/train-00000-of-00001.parquet", "image", "image-by", 2],
      ["image/by-sa/train-00000-of-00001.parquet", "image", "image-by-sa", 1],
      ["audio/by/train-00000-of-00001.parquet", "audio", "audio-by", 1],
    ],
  );
  assert.deepEqual(keysOf(await readWithHyparquet(pathsOf(shards).slice(0, 1))), ["1", "4"]);
});

test("values that cannot be names of folders get one each, below the folder of shards", async () => {
  const sources = [
    "../../etc",
    "a/b",
    "a_b",
    "Ärger",
    "",
    "..",
    "UPPER",
    "upper",
    "x".repeat(80),
    "東京",
    "-rf",
  ];
  const rows = sources.map((source, i) => recordOf("image", i, { source }));
  const out = join(folder, "odd-names");
  const { shards } = await writeShards(rows, { out, partitionBy: "source" });
  assert.equal(new Set(shards.map(({ config }) => config)).size, sources.length);
  for (const { path, rows } of shards) {
    assert.match(path, /^image\/[a-z0-9][a-z0-9._+-]{0,79}\/train-00000-of-00001\.parquet$/);
    assert.equal(rows, 1);
  }
  assert.deepEqual(
    await everythingIn(join(folder, "odd-names")).then((all) => all.filter((one) => /etc$/.test(one))),
    [],
  );
});

test("too many subsets are refused", async () => {
  const rows = Array.from({ length: 1_001 }, (_, i) => recordOf("image", i, { source: `s${i}` }));
  const write = () => writeShards(rows, { out: join(folder, "many"), partitionBy: "source" });
  const message = "more than 1000 values of source: too many subsets";
  await assert.rejects(write, { name: "Failure", outcome: "no_output", message });
});

test("records are sorted by columns, those without a value last, equal ones in their order", async () => {
  const values: [title: string | null, filesize: number | null][] = [
    ["b", 10],
    [null, 1],
    ["a", 2],
    ["a", 3],
    ["ä", 0],
    ["🦆", 0],
    ["\uffee", 0],
    ["a", null],
    ["a", 20],
    ["b", 10],
  ];
  const rows = values.map(([title, filesize], i) => recordOf("image", i, { title, filesize }));
  const { shards } = await writeShards(rows, { out: join(folder, "sorted"), sort: ["title", "filesize"] });
  const sorted = await readWithHyparquet(pathsOf(shards));
  assert.deepEqual(keysOf(sorted), ["2", "3", "8", "7", "0", "9", "4", "6", "5", "1"]);
  assert.deepEqual(await everythingIn(join(folder, "sorted")), [
    "image",
    "image/train-00000-of-00001.parquet",
  ]);
});

test("more records than memory holds are sorted by merging, and come back whole", async () => {
  const shuffled = Array.from({ length: 5_000 }, (_, i) => recordOf("image", (i * 1_237) % 5_000));
  const lines = Buffer.from(shuffled.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const reader = new LineReader(undefined, { keepExtra: false, strict: false }, ["foreign_identifier"]);
  const sorter = new Sorter(join(folder, "runs"), "runs", 20_000);
  async function* inputs() {
    yield {
      name: "stdin",
      bytes: (async function* () {
        yield lines;
      })(),
    };
  }
  for await (const block of readBlocks(inputs(), 10_000)) {
    const { bytes, keyed } = reader.read(block);
    await sorter.add(bytes as Uint8Array<ArrayBuffer>, keyed as KeyedLines);
  }
  assert.ok((await everythingIn(join(folder, "runs"))).length > 1);
  const sorted: MediaRecord[] = [];
  for await (const { bytes } of sorter.sorted())
    sorted.push(
      ...Buffer.from(bytes)
        .toString()
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
  assert.deepEqual(
    keysOf(sorted),
    keysOf(shuffled)
      .map(String)
      .sort((a, b) => (a < b ? -1 : 1)),
  );
  assert.deepEqual(sorted[0], recordOf("image", 0));
  assert.equal((await everythingIn(folder)).includes("runs"), false);
});
