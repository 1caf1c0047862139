import { once } from "node:events";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { lineOf } from "./parquet-rows.js";

/** The rows of a shard of images as lines, with hyparquet, a row group at a time. Usage: node parquet-rows-hyparquet.js FILE */

const file = await asyncBufferFromFile(process.argv[2] ?? "");
const metadata = await parquetMetadataAsync(file);
let rowStart = 0;
for (const { num_rows } of metadata.row_groups) {
  const rowEnd = rowStart + Number(num_rows);
  const rows = await parquetReadObjects({ file, metadata, compressors, rowStart, rowEnd });
  for (let at = 0; at < rows.length; at += 1024) {
    const lines = rows
      .slice(at, at + 1024)
      .map(lineOf)
      .join("");
    if (!process.stdout.write(lines)) await once(process.stdout, "drain");
  }
  rowStart = rowEnd;
}
