import type { FileFacts } from "./file-facts.js";
import type { ShardWriterOptions } from "./options.js";
import type { ColumnValues, Lines, Reading } from "./reader.js";
import type { ShardWriter } from "./shards.js";

/** Media records to Parquet: columns, row groups, shards, and the manifest that describes them. And any Parquet back. */
export type { FileFacts, Range } from "./file-facts.js";
export type { Leaf, SchemaNode } from "./file-schema.js";
export {
  type Counts,
  EMPTY_MANIFEST,
  type Manifest,
  type ManifestLine,
  type ManifestShard,
  type ManifestTotals,
  type SyncTimes,
} from "./manifest.js";
export { readManifest } from "./manifest-reader.js";
export type { Others } from "./name-counts.js";
export {
  COMPRESSIONS,
  type Compression,
  type DuplicateRule,
  PARTITIONS,
  type Partition,
  ROW_GROUP_ROWS,
  SHARD_BYTES,
  type ShardWriterOptions,
} from "./options.js";
export type { ColumnValues } from "./reader.js";
export { Remarks } from "./remarks.js";
export { type CountsByValue, RowCounts } from "./row-counts.js";
export type { Folder } from "./runs.js";
export type { ShardWriter, WrittenLines } from "./shards.js";
export { sortColumns } from "./sorter.js";
export { Totals } from "./tally.js";

/**
 * Opens a folder to write shards into. It stands under its name only after `finish`; call `abandon` in a `finally`,
 * so that a failure leaves nothing behind:
 *
 *     const shards = await openShardWriter({ out: "shards" });
 *     try {
 *       for await (const { bad } of shards.write(readBlocks(inputs))) for (const { error } of bad) console.error(error);
 *       for (const line of await shards.finish()) console.log(JSON.stringify(line));
 *     } finally {
 *       await shards.abandon();
 *     }
 *
 * Throws a `Failure` ("no_output") when the folder cannot be made or written, or holds something else.
 */
export async function openShardWriter(options: ShardWriterOptions): Promise<ShardWriter> {
  // Who only reads a manifest does not wait for what writes shards.
  const { ShardWriter } = await import("./shards.js");
  return ShardWriter.create(options);
}

/**
 * The rows of a Parquet file as NDJSON, some lines at a time; with `isWanted`, of those rows alone, which are counted
 * from 0. A file of `ov-to-parquet` gives the lines that `ov-stage dump` writes; columns of other files come under their own
 * names, their values exactly or not at all. Throws a `Failure` ("no_input" or "bad_input") when the file cannot be read. What JSON has no way to write is
 * counted in `remarks`.
 */
export async function readParquet(path: string, reading?: Reading): Promise<AsyncGenerator<Lines>> {
  return (await import("./reader.js")).readParquet(path, reading);
}

/**
 * Some columns of a Parquet file, one row group at a time: their values as `JSON.parse` would give those of `readParquet`, but
 * times as `Date`s. Throws like `readParquet`, and a `Failure` ("bad_input") where a column is not there.
 */
export async function readColumns(
  path: string,
  names: readonly string[],
): Promise<AsyncGenerator<ColumnValues>> {
  return (await import("./reader.js")).readColumns(path, names);
}

/**
 * Checks a Parquet file without decoding its values: the checksums that it has, and that what its footer counts agrees with
 * its pages. Gives what the footer says. Throws like `readParquet`.
 */
export async function checkParquet(
  path: string,
  watch?: Parameters<typeof import("./reader.js").checkParquet>[1],
): Promise<FileFacts> {
  return (await import("./reader.js")).checkParquet(path, watch);
}
