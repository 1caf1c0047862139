import { DuckDBInstance } from "@duckdb/node-api";

/** The rows of a shard as lines, with DuckDB and two threads. Usage: node parquet-rows-duckdb.js FILE */

const duckdb = await (await DuckDBInstance.create(":memory:", { threads: "2" })).connect();
await duckdb.run(`COPY (SELECT * FROM '${process.argv[2]}') TO '/dev/stdout' (FORMAT json)`);
