import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readRecords, stopAtBadLine } from "../../base/ndjson/index.js";
import { recordOf, scratchFolder, writeShards } from "./helpers.test.util.js";
import type { Manifest } from "./manifest.js";
import { readManifest } from "./manifest-reader.js";

type Line = Record<string, unknown>;

function read(lines: readonly unknown[]): Promise<Manifest> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  async function* inputs() {
    yield { name: "manifest.ndjson", bytes: bytes() };
  }
  async function* bytes() {
    yield Buffer.from(text);
  }
  return readManifest(readRecords(inputs(), stopAtBadLine));
}

const folder = await scratchFolder();
const records = [recordOf("image", 1), recordOf("image", 2), recordOf("audio", 3)];
const { lines, shards, totals } = await writeShards(records, {
  out: join(folder, "shards"),
  rowsPerShard: 1,
});
const [first, second, third] = shards as unknown as [Line, Line, Line];
const last = totals as unknown as Line & { totals: Line };

test("what the writer says is what the reader reads", async () => {
  assert.deepEqual(await read(lines), { shards, totals });
});

test("members that are unknown are left out", async () => {
  const noted = [{ ...first, note: "mine" }, second, third, { ...last, note: "mine" }];
  assert.deepEqual(await read(noted), { shards, totals });
});

test("a manifest of no shards", async () => {
  const nothing = { rows: 0, by_media: {}, by_license: {}, by_provider: {}, by_source: {} };
  const manifest = await read([{ totals: nothing, schema_version: 1 }]);
  assert.deepEqual(manifest, { shards: [], totals: { totals: nothing, schema_version: 1 } });
});

const { sha256: _, ...unhashed } = first;
const BAD: readonly [what: string, lines: readonly unknown[], line: number | undefined, message: RegExp][] = [
  [
    "nothing at all",
    [],
    undefined,
    /^the manifest has no line with totals: make it again with ov-to-parquet$/,
  ],
  ["cut off", [first, second, third], undefined, /no line with totals/],
  ["a line after the totals", [first, second, third, last, first], 5, /^there is a line after the totals/],
  ["the same shard twice", [first, first], 2, /^image\/train-00000-of-00002.parquet is there twice$/],
  ["a shard lost", [first, third, last], 3, /^totals\.rows is 3, but the shards have 2 rows/],
  ["something else", [{ provider: "flickr" }], 1, /^root is missing: is this a manifest\?$/],
  ["no hash", [unhashed], 1, /^sha256 is missing/],
  ["a short hash", [{ ...first, sha256: "abc" }], 1, /^sha256 is not 64 hexadecimal digits$/],
  [
    "a path out of the folder",
    [{ ...first, path: "../../etc/train-00000-of-00001.parquet" }],
    1,
    /^path is not a path/,
  ],
  ["an absolute path", [{ ...first, path: "/etc/train-00000-of-00001.parquet" }], 1, /^path is not a path/],
  ["an empty root", [{ ...first, root: "" }], 1, /^root is not a text that is not empty$/],
  ["another media type", [{ ...first, media: "video" }], 1, /^media is not "image" or "audio"$/],
  ["rows as a text", [{ ...first, rows: "1" }], 1, /^rows is not a whole number$/],
  ["negative bytes", [{ ...first, bytes: -1 }], 1, /^bytes is not a whole number$/],
  [
    "not a time",
    [{ ...first, min_updated_on: "2020" }],
    1,
    /^min_updated_on is not an ISO 8601 time or null$/,
  ],
  ["not totals", [{ ...last, totals: 3 }], 1, /^totals is not an object$/],
  [
    "not counts",
    [{ ...last, totals: { ...last.totals, by_license: { by: 0.5 } } }],
    1,
    /^totals\.by_license is not an object of whole numbers$/,
  ],
  ["no schema version", [{ totals: last.totals }], 1, /^schema_version is not a whole number$/],
  [
    "a schema to come",
    [first, { ...last, schema_version: 99 }],
    2,
    /^schema_version 99 is newer than this ov-tools/,
  ],
];

for (const [what, bad, line, message] of BAD) {
  test(`a bad manifest is refused: ${what}`, async () => {
    const place = line === undefined ? undefined : { file: "manifest.ndjson", line };
    await assert.rejects(() => read(bad), { name: "Failure", outcome: "bad_input", place, message });
  });
}
