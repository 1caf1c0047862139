import { Failure } from "../../../base/failure.js";
import { MEDIA_TYPES, type MediaType } from "../../../record/index.js";
import type { ManifestShard } from "../../parquet/index.js";

/** A part of the dataset that is loaded by its name; Hugging Face calls it a config. */
export interface Subset {
  readonly name: string;
  readonly media: MediaType;
  /** Its shards, as a pattern below the dataset's folder: `data/image/train-*.parquet`. */
  readonly pattern: string;
  /** The first of its shards, below the dataset's folder. */
  readonly firstShard: string;
  readonly shards: number;
  readonly rows: number;
  readonly bytes: number;
  /** Of its rows in memory. */
  readonly uncompressedBytes: number;
}

/** The folder of a dataset that holds its shards. */
export const DATA_FOLDER = "data";

/** What to do about a manifest or shards that cannot be published; messages end with it. */
export const MAKE_AGAIN = "make the shards again with ov-to-parquet";

/** A manifest or a shard that cannot be published. */
export function badShards(problem: string): Failure {
  return new Failure("bad_input", `${problem}; ${MAKE_AGAIN}`);
}

/** No character that means something to YAML, to a pattern or in the names of subsets at Hugging Face. */
const SUBSET_NAME = /^[A-Za-z0-9][\w.+-]*$/;

/**
 * The subsets of a manifest: in the order of the media types, then by name; the first is the one that loads without a
 * name. Throws a `Failure` ("bad_input") where a subset cannot be loaded by a pattern.
 */
export function subsetsOf(shards: readonly ManifestShard[]): Subset[] {
  const subsets = new Map<string, ManifestShard[]>();
  for (const media of MEDIA_TYPES) {
    const own = shards.filter((shard) => shard.media === media);
    for (const name of [...new Set(own.map(({ config }) => config))].sort()) {
      if (subsets.has(name)) throw badShards(`the subset ${name} mixes images and audio`);
      subsets.set(
        name,
        own.filter(({ config }) => config === name),
      );
    }
  }
  checkSubsets(subsets);
  return [...subsets].map(([name, own]) => subsetOf(name, own));
}

/** A subset is loaded by the pattern of its folder, so it has one folder to itself. */
function checkSubsets(subsets: ReadonlyMap<string, readonly ManifestShard[]>): void {
  const owners = new Map<string, string>();
  for (const [name, shards] of subsets) {
    const [folder = "", another] = new Set(shards.map(({ path }) => folderOf(path)));
    const owner = owners.get(folder);
    if (!SUBSET_NAME.test(name)) throw badShards(`${JSON.stringify(name)} is no name for a subset`);
    if (another !== undefined) throw badShards(`the subset ${name} is in two folders: ${folder}, ${another}`);
    if (owner !== undefined) throw badShards(`the subsets ${owner} and ${name} are in one folder: ${folder}`);
    owners.set(folder, name);
  }
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function subsetOf(name: string, shards: readonly ManifestShard[]): Subset {
  const paths = shards.map(({ path }) => `${DATA_FOLDER}/${path}`).sort();
  const firstShard = paths[0] as string;
  return {
    name,
    media: (shards[0] as ManifestShard).media,
    pattern: `${folderOf(firstShard)}/train-*.parquet`,
    firstShard,
    shards: shards.length,
    rows: shards.reduce((sum, { rows }) => sum + rows, 0),
    bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0),
    uncompressedBytes: shards.reduce((sum, { uncompressed_bytes }) => sum + uncompressed_bytes, 0),
  };
}
