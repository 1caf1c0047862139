import type { ShardWriter, ShardWriterOptions } from "./shards.js";

/** Media records to Parquet: columns, row groups, shards, and the manifest that describes them. */
export type { Compression } from "./encoder.js";
export {
  type Counts,
  EMPTY_MANIFEST,
  type Manifest,
  type ManifestLine,
  type ManifestShard,
  type ManifestTotals,
  readManifest,
} from "./manifest.js";
export type { ShardWriter, ShardWriterOptions } from "./shards.js";

/**
 * Opens a folder to write shards into. It stands under its name only after `finish`; call `abandon` in a `finally`,
 * so that a failure leaves nothing behind:
 *
 *     const shards = await openShardWriter({ out: "shards" });
 *     try {
 *       for await (const record of records) await shards.write(record);
 *       for (const line of await shards.finish()) console.log(JSON.stringify(line));
 *     } finally {
 *       await shards.abandon();
 *     }
 *
 * Throws a `Failure` ("no_output") when the folder cannot be made or written, or holds something else.
 */
export async function openShardWriter(options: ShardWriterOptions): Promise<ShardWriter> {
  // The encoder takes a fifth of a second to load; who only reads a manifest does not wait for it.
  const { ShardWriter } = await import("./shards.js");
  return ShardWriter.create(options);
}
