import { Failure } from "../../base/failure.js";
import { SYNC_TIME } from "../../record/index.js";
import type { Compression } from "./format.js";

/** How column chunks are compressed. */
export const COMPRESSIONS = ["zstd", "snappy", "lz4", "none"] as const satisfies readonly Compression[];
export type { Compression };

/** Columns whose values can have a subset of their own each. */
export const PARTITIONS = ["license", "provider", "source"] as const;
export type Partition = (typeof PARTITIONS)[number];

/**
 * About 40 MB of text: viewers on the web read no more than 300 MB of a row group, and a row group of one column is
 * large enough to read at speed.
 */
export const ROW_GROUP_ROWS = 50_000;
/** Bytes of a shard: large enough to upload and to read at speed, small enough to be sent again in a minute. */
export const SHARD_BYTES = 300_000_000;
/** The rows of about half a usual shard of 300 MB; only shards whose boundaries are found by keys need a number. */
const STABLE_ROWS = 2_000_000;

/** What becomes of two rows of one media type with one identifier: the later one is refused, or the last one stays. */
export type DuplicateRule = "refuse" | "last";

/** Where shards go and how they are cut. */
export interface ShardWriterOptions {
  /** The folder to make. */
  readonly out: string;
  /** Whether an older folder of shards may be replaced; otherwise it is a `Failure`. */
  readonly replace?: boolean | undefined;
  /** The most rows of a shard; no limit where it is left out. */
  readonly rowsPerShard?: number | undefined;
  /** Bytes of a shard: it ends before the row group that would make it larger. */
  readonly shardBytes?: number | undefined;
  /** Rows of a row group; the last of a shard has what is left. */
  readonly rowGroupRows?: number | undefined;
  readonly compression?: Compression | undefined;
  /** The column whose values get a subset each; one subset a media type where it is left out. */
  readonly partitionBy?: Partition | undefined;
  /** Whether shard boundaries are found by the keys of records instead of counting them. */
  readonly stable?: boolean | undefined;
  /** Columns to sort all rows by, the first one first; rows stay as they come where it is left out. */
  readonly sort?: readonly string[] | undefined;
  /** What becomes of rows whose identifier another one has; the later one is refused where it is left out. */
  readonly duplicates?: DuplicateRule | undefined;
  /** Whether columns that are unknown are kept as members of `meta_data`; otherwise the record is refused. */
  readonly keepExtra?: boolean | undefined;
  /** Whether shards say when each record was last seen at its source, so that they change whenever it is. */
  readonly withSyncTimes?: boolean | undefined;
  /** Whether a record that loses something when it is cleaned is refused; otherwise that is counted. */
  readonly strict?: boolean | undefined;
}

/** The options as they are worked with. */
export type Cut = Readonly<Record<"rowsPerShard" | "shardBytes" | "rowGroupRows", number>> & {
  readonly stable: boolean;
};

/** Checks the numbers; a `Failure` ("usage") where one is no whole number from 1 on. */
export function cutOf(options: ShardWriterOptions): Cut {
  const { stable = false, shardBytes = SHARD_BYTES, rowGroupRows = ROW_GROUP_ROWS } = options;
  const { rowsPerShard = stable ? STABLE_ROWS : Number.MAX_SAFE_INTEGER } = options;
  if (options.sort?.includes(SYNC_TIME) && !options.withSyncTimes) {
    const problem = `--sort: ${SYNC_TIME} would put the records into another order every night`;
    throw new Failure("usage", `${problem}; if that is right, keep the column with --with-sync-times`);
  }
  const numbers = {
    "rows of a shard": rowsPerShard,
    "bytes of a shard": shardBytes,
    "rows of a row group": rowGroupRows,
  };
  for (const [what, number] of Object.entries(numbers))
    if (!Number.isSafeInteger(number) || number < 1)
      throw new Failure("usage", `${what}: ${number} is not a whole number from 1 on`);
  return { rowsPerShard, shardBytes, rowGroupRows, stable };
}
