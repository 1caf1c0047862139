import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { tableFromIPC } from "apache-arrow";
import { COLUMNS, columnsOf, MEDIA_TYPES, SCHEMA_VERSION } from "../record/index.js";
import { footerOf, pathsOf, queryDuckdb, recordOf, scratchFolder, writeShards } from "./helpers.test.js";
import { schemaOf } from "./schema.js";

const out = join(await scratchFolder(), "shards");
const records = MEDIA_TYPES.map((media) => recordOf(media, 1));
const { shards } = await writeShards(records, { out });

const TAGS = "List<Struct<{name:Utf8, provider:Utf8, accuracy:Float64}>>";
const ARROW: Record<string, string> = {
  text: "Utf8",
  url: "Utf8",
  uuid: "Utf8",
  object: "Utf8",
  objects: "Utf8",
  integer: "Int32",
  number: "Float64",
  boolean: "Bool",
  timestamp: "Timestamp<MILLISECOND, UTC>",
  texts: "List<Utf8>",
  tags: TAGS,
};
const DUCKDB: Record<string, string> = {
  Utf8: "VARCHAR",
  Int32: "INTEGER",
  Float64: "DOUBLE",
  Bool: "BOOLEAN",
  "Timestamp<MILLISECOND, UTC>": "TIMESTAMP WITH TIME ZONE",
  "List<Utf8>": "VARCHAR[]",
  [TAGS]: 'STRUCT("name" VARCHAR, provider VARCHAR, accuracy DOUBLE)[]',
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

  test(`${media}: each column has the type of its row in the table, and its description`, () => {
    const fields = schemaOf(media).fields.map((field) => ({
      name: field.name,
      type: String(field.type),
      nullable: field.nullable,
      description: field.metadata.get("description"),
    }));
    const expected = columnsOf(media).map(({ name, type, description }) => ({
      name,
      type: ARROW[type],
      nullable: !NOT_NULL.includes(name),
      description,
    }));
    assert.deepEqual(fields, expected);
  });

  test(`${media}: DuckDB sees the same columns, though nearly all are null throughout`, async () => {
    const columns = await queryDuckdb(`DESCRIBE SELECT * FROM read_parquet('${path}')`);
    assert.deepEqual(
      columns.map(({ column_name, column_type }) => [column_name, column_type]),
      schemaOf(media).fields.map(({ name, type }) => [name, DUCKDB[String(type)]]),
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
    assert.equal(created_by, "ov-tools version 1");
    assert.equal(metadata.get("ov_schema_version"), String(SCHEMA_VERSION));
    const { schema } = tableFromIPC(Buffer.from(metadata.get("ARROW:schema") as string, "base64"));
    assert.deepEqual(Object.fromEntries(schema.metadata), {
      ov_media_type: media,
      ov_schema_version: String(SCHEMA_VERSION),
      ov_tools: "1",
    });
    assert.deepEqual(
      schema.fields.map(({ name, metadata }) => [name, metadata.get("description")]),
      columnsOf(media).map(({ name, description }) => [name, description]),
    );
  });
}

test("unique columns have no dictionary; statistics are those of column chunks", async () => {
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
  assert.ok([...chunks.values()].every(({ column_index_offset }) => !column_index_offset));
});
