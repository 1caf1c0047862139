import { DuckDBInstance } from "@duckdb/node-api";
import { type ColumnType, columnsOf } from "../record/index.js";

/** The same rows with DuckDB: two threads, zstd, every column named. Usage: node parquet-duckdb.js IN OUT */

const [input, output] = process.argv.slice(2);
const TYPES: Partial<Record<ColumnType, string>> = {
  integer: "INTEGER",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMPTZ",
  object: "JSON",
  tags: "STRUCT(name VARCHAR, provider VARCHAR, accuracy DOUBLE)[]",
};
const columns = columnsOf("image").map(({ name, type }) => `${name}: '${TYPES[type] ?? "VARCHAR"}'`);
const read = `read_json('${input}', format = 'newline_delimited', columns = {${columns.join(", ")}})`;
const duckdb = await (await DuckDBInstance.create(":memory:", { threads: "2" })).connect();
await duckdb.run(`COPY (SELECT * FROM ${read}) TO '${output}' (FORMAT parquet, COMPRESSION zstd)`);
