/** What files say of their pages holds for the values in them, as an independent reader finds both. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parquetSchema, readColumnIndex, readOffsetIndex, type SchemaElement } from "hyparquet";
import {
  footerOf,
  pathsOf,
  readWithHyparquet,
  recordOf,
  scratchFolder,
  writeShards,
} from "./helpers.test.util.js";

const ROWS = 45_000;
const LONG = "ü".repeat(100);
const records = Array.from({ length: ROWS }, (_, i) =>
  recordOf("image", i, {
    title: i % 3 === 0 ? null : `${i % 1000} ${i % 2 === 0 ? LONG : ""}`,
    width: i % 7 === 0 ? null : (i * 7919) % 5000,
    filesize: i < 20_480 ? null : i,
    created_on: new Date(1e12 + i * 1000).toISOString(),
    // hyparquet cannot read the index of times that are null throughout a page.
    updated_on: new Date(2e12 - i * 1000).toISOString(),
    last_synced_with_source: "2026-01-01T00:00:00.000Z",
    watermarked: i > 30_000,
    standardized_popularity: i % 5 === 0 ? 0 : -i / ROWS,
    tags: i % 4 === 0 ? null : [{ name: `tag ${i % 50}`, provider: "flickr", accuracy: (i % 100) / 100 }],
  }),
);
const { shards } = await writeShards(records, { out: join(await scratchFolder(), "shards") });
const [path] = pathsOf(shards) as [string];
const file = readFileSync(path);
const metadata = await footerOf(path);
const rows = await readWithHyparquet([path]);
const chunks = metadata.row_groups[0]?.columns ?? [];

/** The bytes of an index. */
function reader(offset: bigint | undefined, length: number | undefined) {
  const start = file.byteOffset + Number(offset);
  return { view: new DataView(file.buffer, start, Number(length)), offset: 0 };
}

function comparable(value: unknown): unknown {
  return value instanceof Date
    ? value.getTime()
    : typeof value === "string"
      ? Buffer.from(value).toString("latin1")
      : value;
}

test("there is something to look at: one row group, and pages of 20,000 rows or fewer", () => {
  assert.equal(metadata.row_groups.length, 1);
  assert.equal(rows.length, ROWS);
  for (const { offset_index_offset, offset_index_length } of chunks) {
    assert.ok(readOffsetIndex(reader(offset_index_offset, offset_index_length)).page_locations.length > 2);
  }
});

for (const chunk of chunks) {
  const [name, ...below] = chunk.meta_data?.path_in_schema ?? [];
  const member = below.at(-1);
  test(`pages of ${[name, ...below].join(".")}`, () => {
    const element = elementOf(chunk.meta_data?.path_in_schema ?? []);
    const { page_locations } = readOffsetIndex(reader(chunk.offset_index_offset, chunk.offset_index_length));
    const index = readColumnIndex(reader(chunk.column_index_offset, chunk.column_index_length), element);
    assert.equal(page_locations[0]?.first_row_index, 0n);
    assert.equal(index.null_pages.length, page_locations.length);
    for (const [page, { first_row_index }] of page_locations.entries()) {
      const end = page_locations[page + 1]?.first_row_index ?? BigInt(ROWS);
      const values = rows.slice(Number(first_row_index), Number(end)).flatMap((row) => {
        const value = row[name as string];
        const all = member === undefined ? [value] : ((value as Record<string, unknown>[] | null) ?? []);
        return all.map((one) =>
          member && member !== "element" ? (one as Record<string, unknown>)[member] : one,
        );
      });
      const there = values.filter((value) => value !== null).map(comparable) as number[];
      assert.equal(index.null_pages[page], there.length === 0);
      if (there.length === 0) continue;
      const least = comparable(index.min_values[page]) as number;
      const most = comparable(index.max_values[page]) as number;
      assert.ok(
        there.every((value) => value >= least && value <= most),
        `page ${page}: ${least} to ${most}`,
      );
      // Bounds that are not cut are values.
      if (typeof least !== "string" || (least as string).length < 60) assert.ok(there.includes(least));
      if (typeof most !== "string" || (most as string).length < 60) assert.ok(there.includes(most));
    }
  });
}

function elementOf(names: readonly string[]): SchemaElement {
  let node = parquetSchema(metadata);
  for (const name of names) node = node.children.find(({ element }) => element.name === name) as typeof node;
  return node.element;
}
