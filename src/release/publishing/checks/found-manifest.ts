import { stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Failure, orFail } from "../../../base/failure.js";
import { entriesUnder } from "../../../base/files/index.js";
import { columnsOf, type MediaType } from "../../../record/index.js";
import { type Manifest, type ManifestShard, Totals } from "../../parquet/index.js";
import { checkSets, configOf, updatedIn } from "./claims.js";
import { countsOfShard } from "./shard-counts.js";
import { hashFile, type Watch } from "./shard-files.js";
import { ShardReader } from "./shard-reader.js";
import { badShards } from "./subsets.js";

/** The name that a shard has, in any folder. */
const SHARD_NAME = /^train-\d{5}-of-\d{5}\.parquet$/;

/**
 * The manifest of a folder of shards, made again from the shards themselves: for publishing when what ov-to-parquet
 * printed is gone. Every shard is compared with its checksums, four columns of it are read, and all of its bytes are hashed;
 * `scratch` makes a folder for what is too much for memory. Throws a `Failure`: "no_input" where there is no such folder or no
 * shard in it, "bad_input" for a shard that cannot be read, or is not there.
 */
export async function manifestOfFolder(
  root: string,
  scratch: () => Promise<string>,
  watch: Watch = {},
): Promise<Manifest> {
  const entries = await orFail("open", root, () => entriesUnder(root));
  const paths = entries
    .filter((entry) => entry.isFile() && SHARD_NAME.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  if (paths.length === 0) {
    throw new Failure("no_input", `${root} holds no shards; name the folder that ov-to-parquet made`);
  }
  const shards: ManifestShard[] = [];
  const totals = new Totals(scratch, root);
  for (const path of paths) {
    const reader = await ShardReader.open(join(root, path), watch);
    shards.push(await describe(root, path, reader, watch));
    for await (const counts of countsOfShard(reader)) await totals.include(counts);
  }
  checkSets(shards);
  return { shards, totals: await totals.line() };
}

async function describe(
  root: string,
  path: string,
  reader: ShardReader,
  watch: Watch,
): Promise<ManifestShard> {
  const file = join(root, path);
  const { media, rows, uncompressedBytes } = reader.facts;
  if (media === undefined) throw new Failure("bad_input", `${file} is of no media type`);
  checkKnown(reader, media);
  const [min_updated_on, max_updated_on] = await updatedIn(reader);
  return {
    root,
    path,
    media,
    config: configOf(path, media),
    rows,
    bytes: (await stat(file)).size,
    uncompressed_bytes: uncompressedBytes,
    sha256: await hashFile(file, watch),
    min_updated_on,
    max_updated_on,
  };
}

/** What has no checksum of its footer (older shards, those of others) may have a column by another name. */
function checkKnown({ path, fields }: ShardReader, media: MediaType): void {
  const known = new Set(columnsOf(media).map(({ name }) => name));
  const unknown = fields.find(({ name }) => !known.has(name));
  if (unknown === undefined) return;
  throw badShards(`${path} has a column ${unknown.name}, which no record has`);
}
