import { type MediaType, SCHEMA_VERSION } from "../../record/index.js";
import type { Others } from "./name-counts.js";

/**
 * The manifest of a folder of shards, as NDJSON: one line a shard, then one line with the totals. It is what
 * `ov-to-parquet` prints and `ov-publish` reads, so each member says here what it holds.
 */

/** One shard: a Parquet file, whole and synced to the disk. */
export interface ManifestShard {
  /** The folder that `path` starts from, as the user named it. */
  readonly root: string;
  /** Below `root`, with `/` between names: `image/train-00000-of-00012.parquet`. */
  readonly path: string;
  readonly media: MediaType;
  /** The subset of the dataset that the shard belongs to. */
  readonly config: string;
  readonly rows: number;
  /** Size of the file. */
  readonly bytes: number;
  /** Size of the rows in memory as Arrow columns, which dataset cards call `num_bytes`. */
  readonly uncompressed_bytes: number;
  /** Of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** The earliest and latest `updated_on` of the rows, ISO 8601; null when no row has one. */
  readonly min_updated_on: string | null;
  readonly max_updated_on: string | null;
}

/** How many rows there are for each value of a column; values in order, none with no rows. */
export type Counts = Readonly<Record<string, number>>;

/** The last line. Each of the counts adds up to `rows`, with what `others` has of it. */
export interface ManifestTotals {
  readonly totals: {
    readonly rows: number;
    readonly by_media: Counts;
    /** By licence and version with a blank between them: `by-sa 2.0`. */
    readonly by_license: Counts;
    readonly by_provider: Counts;
    readonly by_source: Counts;
    /** Of a column with more than `MOST_NAMES` names: those with fewer rows than the ones that are counted by name. */
    readonly others?: Readonly<Partial<Record<"by_license" | "by_provider" | "by_source", Others>>>;
  };
  /** `SCHEMA_VERSION` of the columns. */
  readonly schema_version: number;
  /** When each provider was last synced; left out where no record says when it was last seen. */
  readonly last_synced?: SyncTimes;
}

/** By provider: the latest `last_synced_with_source` of its records, ISO 8601. */
export type SyncTimes = Readonly<Record<string, string>>;

/** A line of a manifest. */
export type ManifestLine = ManifestShard | ManifestTotals;

/** A manifest that has been read whole. */
export interface Manifest {
  readonly shards: readonly ManifestShard[];
  readonly totals: ManifestTotals;
}

/** What a manifest of no records says. */
export const EMPTY_MANIFEST: Manifest = {
  shards: [],
  totals: {
    totals: { rows: 0, by_media: {}, by_license: {}, by_provider: {}, by_source: {} },
    schema_version: SCHEMA_VERSION,
  },
};
