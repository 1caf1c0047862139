import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { MEDIA_TYPES } from "../../record/index.js";
import {
  everythingIn,
  footerOf,
  pathsOf,
  readWithHyparquet,
  recordOf,
  records,
  scratchFolder,
  sha256Of,
  writeRecords,
  writeShards,
} from "./helpers.test.util.js";
import { openShardWriter } from "./index.js";

const folder = await scratchFolder();

test("records are cut into shards and row groups; the manifest says what is there", async () => {
  const out = join(folder, "cut");
  const someOfBoth = records(10_000, (number) => (number % 10 === 0 ? "audio" : "image"));
  const { shards, totals } = await writeShards(someOfBoth, { out, rowsPerShard: 4_000, rowGroupRows: 1_500 });
  assert.deepEqual(
    shards.map(({ path, media, config, rows }) => [path, media, config, rows]),
    [
      ["image/train-00000-of-00003.parquet", "image", "image", 4_000],
      ["image/train-00001-of-00003.parquet", "image", "image", 4_000],
      ["image/train-00002-of-00003.parquet", "image", "image", 1_000],
      ["audio/train-00000-of-00001.parquet", "audio", "audio", 1_000],
    ],
  );
  assert.deepEqual(await everythingIn(out), [...MEDIA_TYPES, ...shards.map(({ path }) => path)].sort());
  for (const [i, path] of pathsOf(shards).entries()) {
    const { row_groups, num_rows } = await footerOf(path);
    const rows = shards[i]?.rows ?? 0;
    const groups = [1_500, 1_500, 1_500].map((most, n) => Math.min(most, Math.max(0, rows - n * 1_500)));
    assert.deepEqual(
      row_groups.map((group) => Number(group.num_rows)),
      groups.filter((n) => n > 0),
    );
    assert.equal(Number(num_rows), rows);
    assert.equal(shards[i]?.sha256, await sha256Of(path));
    assert.equal(shards[i]?.bytes, (await stat(path)).size);
    assert.ok(Number(shards[i]?.uncompressed_bytes) > rows * 100);
  }
  assert.deepEqual(totals, {
    totals: {
      rows: 10_000,
      by_media: { audio: 1_000, image: 9_000 },
      by_license: { "by 2.0": 10_000 },
      by_provider: { flickr: 10_000 },
      by_source: { flickr: 10_000 },
    },
    schema_version: 1,
  });
});

test("rows keep their order, and each shard knows its times", async () => {
  const { shards } = await writeShards(records(25), { out: join(folder, "order"), rowsPerShard: 10 });
  const rows = await readWithHyparquet(pathsOf(shards));
  assert.deepEqual(
    rows.map(({ foreign_identifier }) => foreign_identifier),
    Array.from({ length: 25 }, (_, i) => `${i}`),
  );
  assert.deepEqual(
    shards.map(({ min_updated_on, max_updated_on }) => [min_updated_on, max_updated_on]),
    [
      ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:09.000Z"],
      ["1970-01-01T00:00:10.000Z", "1970-01-01T00:00:19.000Z"],
      ["1970-01-01T00:00:20.000Z", "1970-01-01T00:00:24.000Z"],
    ],
  );
});

test("no times, and rows that fill the last shard to the brim", async () => {
  const rows = [1, 2, 3, 4].map((number) => recordOf("image", number));
  const { shards } = await writeShards(rows, { out: join(folder, "brim"), rowsPerShard: 2 });
  assert.deepEqual(
    shards.map(({ rows, min_updated_on, max_updated_on }) => [rows, min_updated_on, max_updated_on]),
    [
      [2, null, null],
      [2, null, null],
    ],
  );
});

test("the counts are in order and add up", async () => {
  const rows = [
    recordOf("image", 1, { provider: "smk", license: "pdm", license_version: "1.0" }),
    recordOf("image", 2, { source: "nasa" }),
    recordOf("image", 3, { provider: "__proto__", source: "__proto__" }),
  ];
  const { totals } = (await writeShards(rows, { out: join(folder, "counts") })).totals;
  assert.equal(
    JSON.stringify(totals),
    '{"rows":3,"by_media":{"image":3},"by_license":{"by 2.0":2,"pdm 1.0":1},' +
      '"by_provider":{"__proto__":1,"flickr":1,"smk":1},"by_source":{"__proto__":1,"nasa":1,"smk":1}}',
  );
});

test("the same records give the same bytes, wherever they stand among other shards", async () => {
  const first = await writeShards(records(9_000), { out: join(folder, "same-1"), rowsPerShard: 3_000 });
  const second = await writeShards(records(9_000), { out: join(folder, "same-2"), rowsPerShard: 3_000 });
  const alone = await writeShards(records(3_000), { out: join(folder, "same-3"), rowsPerShard: 3_000 });
  const hashes = first.shards.map(({ sha256 }) => sha256);
  assert.equal(new Set(hashes).size, 3);
  assert.deepEqual(
    second.shards.map(({ sha256 }) => sha256),
    hashes,
  );
  assert.equal(alone.shards[0]?.sha256, hashes[0]);
});

test("without records there is an empty folder, and a manifest of totals", async () => {
  const out = join(folder, "empty");
  const { lines } = await writeShards([], { out });
  assert.deepEqual(await readdir(out), []);
  assert.deepEqual(lines, [
    { totals: { rows: 0, by_media: {}, by_license: {}, by_provider: {}, by_source: {} }, schema_version: 1 },
  ]);
});

test("a media type without records has no folder", async () => {
  const out = join(folder, "one-kind");
  await writeShards(
    records(3, () => "audio"),
    { out },
  );
  assert.deepEqual(await readdir(out), ["audio"]);
});

test("nothing stands under its name before finish, all of it after", async () => {
  const parent = join(folder, "at-once");
  const out = join(parent, "shards");
  await mkdir(parent);
  const writer = await openShardWriter({ out, rowsPerShard: 5 });
  await writeRecords(writer, records(12));
  const before = await readdir(parent);
  assert.equal(before.length, 1);
  assert.match(before[0] as string, /^shards\.part-[0-9a-f-]+$/);
  await writer.finish();
  assert.deepEqual(await readdir(parent), ["shards"]);
  await writer.abandon();
  assert.equal((await readdir(join(out, "image"))).length, 3);
});

test("rows with huge texts end a row group early", async () => {
  const noises = Array.from({ length: 24 }, () => randomBytes(4 * 1024 * 1024).toString("hex"));
  const rows = noises.map((noise, number) => recordOf("image", number, { meta_data: { noise } }));
  const { shards } = await writeShards(rows, { out: join(folder, "huge") });
  const { row_groups } = await footerOf(pathsOf(shards)[0] as string);
  assert.ok(row_groups.length > 1, `${row_groups.length} row groups`);
  assert.equal(
    row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0),
    24,
  );
});
