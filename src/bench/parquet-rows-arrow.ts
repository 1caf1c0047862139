import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type StructRowProxy, tableFromIPC } from "apache-arrow";
import { readParquet } from "parquet-wasm";
import { lineOf } from "./parquet-rows.js";

/** The rows of a shard of images as lines, with parquet-wasm and apache-arrow. Usage: node parquet-rows-arrow.js FILE */

const table = readParquet(readFileSync(process.argv[2] ?? ""), { batchSize: 1024 });
for (let i = 0; i < table.numBatches; i++) {
  const batch = table.recordBatch(i);
  if (!batch) continue;
  const lines: string[] = [];
  for (const row of tableFromIPC(batch.intoIPCStream())) lines.push(lineOf((row as StructRowProxy).toJSON()));
  if (!process.stdout.write(lines.join(""))) await once(process.stdout, "drain");
}
