import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import {
  COLUMNS,
  type ColumnType,
  columnsOf,
  MEDIA_TYPES,
  type MediaType,
  SCHEMA_VERSION,
} from "../../record/index.js";
import { footerOf, pathsOf, queryDuckdb, recordOf, scratchFolder, writeShards } from "./helpers.test.util.js";

const out = join(await scratchFolder(), "shards");
const records = MEDIA_TYPES.map((media) => recordOf(media, 1));
const { shards } = await writeShards(records, { out });

/** When a record was last seen is in shards only where that is asked for: round-trip.test.ts has it. */
const inShards = (media: MediaType) =>
  columnsOf(media).filter(({ name }) => name !== "last_synced_with_source");

/** How DuckDB calls the types of columns. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  url: "VARCHAR",
  uuid: "VARCHAR",
  object: "VARCHAR",
  objects: "VARCHAR",
  integer: "INTEGER",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP WITH TIME ZONE",
  texts: "VARCHAR[]",
  tags: 'STRUCT("name" VARCHAR, provider VARCHAR, accuracy DOUBLE)[]',
};
const NOT_NULL = [
  "identifier",
  "provider",
  "foreign_identifier",
  "foreign_landing_url",
  "url",
  "license",
  "license_version",
];

test("only what every record has is not null", () => {
  const required = COLUMNS.filter(({ required }) => required).map(({ name }) => name);
  assert.deepEqual(NOT_NULL, ["identifier", ...required]);
});

for (const [i, media] of MEDIA_TYPES.entries()) {
  const path = pathsOf(shards)[i] as string;

  test(`${media}: each column has the type of its row in the table, though nearly all are null throughout`, async () => {
    const columns = await queryDuckdb(`DESCRIBE SELECT * FROM read_parquet('${path}')`);
    assert.deepEqual(
      columns.map(({ column_name, column_type }) => [column_name, column_type]),
      inShards(media).map(({ name, type }) => [name, TYPES[type]]),
    );
  });

  test(`${media}: the file says what may be null, and its lists are as the format wants them`, async () => {
    const { schema } = await footerOf(path);
    const columns = schema.filter(({ name }) => columnsOf(media).some((column) => column.name === name));
    const required = columns.filter(({ repetition_type }) => repetition_type === "REQUIRED");
    // The members of a tag come after it and bear names of columns, too.
    const names = [...new Set(required.map(({ name }) => name))];
    assert.deepEqual(names, NOT_NULL);
    const tags = schema.findIndex(({ name }) => name === "tags");
    assert.deepEqual(
      schema.slice(tags, tags + 6).map(({ name, repetition_type }) => [name, repetition_type]),
      [
        ["tags", "OPTIONAL"],
        ["list", "REPEATED"],
        ["element", "REQUIRED"],
        ["name", "REQUIRED"],
        ["provider", "REQUIRED"],
        ["accuracy", "OPTIONAL"],
      ],
    );
  });

  test(`${media}: the file carries the schema version, the descriptions and its writer`, async () => {
    const { key_value_metadata = [], created_by } = await footerOf(path);
    const metadata = new Map(key_value_metadata.map(({ key, value }) => [key, value]));
    assert.equal(created_by, "ov-tools version 3");
    assert.equal(metadata.get("ov_schema_version"), String(SCHEMA_VERSION));
    assert.equal(metadata.get("ov_media_type"), media);
    for (const { name, description } of inShards(media)) {
      assert.equal(metadata.get(`ov_column_${name}`), description);
    }
    assert.equal(metadata.has("ov_column_last_synced_with_source"), false);
  });
}

test("unique columns have no dictionary; column chunks and pages have statistics", async () => {
  const { row_groups } = await footerOf(pathsOf(shards)[0] as string);
  const chunks = new Map(
    row_groups[0]?.columns.map((chunk) => [chunk.meta_data?.path_in_schema.join("."), chunk]),
  );
  assert.equal(chunks.get("url")?.meta_data?.encodings.includes("RLE_DICTIONARY"), false);
  assert.equal(chunks.get("provider")?.meta_data?.encodings.includes("RLE_DICTIONARY"), true);
  assert.equal(chunks.get("provider")?.meta_data?.statistics?.min_value, "flickr");
  assert.equal(chunks.get("title")?.meta_data?.statistics?.null_count, 1n);
  assert.equal(chunks.get("url")?.meta_data?.codec, "ZSTD");
  assert.ok([...chunks.values()].every(({ offset_index_offset }) => offset_index_offset));
  assert.ok([...chunks.values()].every(({ column_index_offset }) => column_index_offset));
});
