import { DuckDBInstance } from "@duckdb/node-api";

/** What files of Parquet hold, for comparing two ways of making them: counts and sums. Usage: node job-counts.js FILES */

const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
const result = await duckdb.runAndReadAll(
  `SELECT license, license_version, count(*), count(DISTINCT foreign_identifier), sum(hash(foreign_landing_url || url)),
    sum(hash(creator || creator_url || title)), sum(width + height), sum(len(tags)), sum(hash(tags[1].name))
   FROM '${process.argv[2]}' GROUP BY ALL ORDER BY ALL`,
);
console.log(JSON.stringify(result.getRowsJson()));
