import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type BasicType, fileWriter, parquetWriteRows } from "hyparquet-writer";
import { type ColumnType, columnsOf } from "../record/index.js";

/**
 * The same rows with hyparquet-writer, which has snappy: JSON.parse, no cleaning, tags as JSON.
 * Usage: node parquet-hyparquet.js IN OUT
 */

const [input = "", output = ""] = process.argv.slice(2);
const TYPES: Partial<Record<ColumnType, BasicType>> = {
  integer: "INT32",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
  object: "JSON",
  tags: "JSON",
};
const columns = columnsOf("image").map(({ name, type }) => ({
  name,
  type: TYPES[type] ?? ("STRING" as const),
}));
const times = columns.filter(({ type }) => type === "TIMESTAMP").map(({ name }) => name);

async function* rows() {
  for await (const line of createInterface({ input: createReadStream(input) })) {
    const row = JSON.parse(line);
    for (const name of times) row[name] &&= new Date(row[name]);
    yield row;
  }
}

await parquetWriteRows({ writer: fileWriter(output), rows: rows(), columns, rowGroupSize: 50_000 });
