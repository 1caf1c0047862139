/** Media records to Parquet: columns, row groups, shards, and the manifest that describes them. */
export {
  type Counts,
  type Manifest,
  type ManifestLine,
  type ManifestShard,
  type ManifestTotals,
  readManifest,
} from "./manifest.js";
