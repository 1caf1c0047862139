import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Failure, systemReason } from "../failure.js";
import type { Manifest, ManifestShard } from "../parquet/index.js";
import { columnsOf, type MediaType, SCHEMA_VERSION } from "../record/index.js";
import { countsOfShard, totalsOfShards } from "./shard-counts.js";
import { hashFile, type Watch } from "./shard-files.js";
import { ShardReader } from "./shard-reader.js";
import { MAKE_AGAIN } from "./subsets.js";

/** The name that a shard has, in any folder. */
const SHARD_NAME = /^train-\d{5}-of-\d{5}\.parquet$/;

/**
 * The manifest of a folder of shards, made again from the shards themselves: for publishing when what ov-to-parquet
 * printed is gone. Every shard is compared with its checksums, four columns of it are read, and all of its bytes are hashed. Throws a `Failure`: "no_input"
 * where there is no such folder or no shard in it, "bad_input" for a shard that cannot be read.
 */
export async function manifestOfFolder(root: string, watch: Watch = {}): Promise<Manifest> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw new Failure("no_input", `cannot open ${root}: ${systemReason(error)}`, { cause: error });
  });
  const paths = entries
    .filter((entry) => entry.isFile() && SHARD_NAME.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  if (paths.length === 0) {
    throw new Failure("no_input", `${root} holds no shards; name the folder that ov-to-parquet made`);
  }
  const found = [];
  for (const path of paths) found.push(await describe(root, path, watch));
  const shards = found.map(({ shard }) => shard);
  return { shards, totals: { totals: totalsOfShards(found), schema_version: SCHEMA_VERSION } };
}

async function describe(root: string, path: string, watch: Watch) {
  const file = join(root, path);
  const reader = await ShardReader.open(file, watch);
  const { media, rows, uncompressedBytes } = reader;
  if (media === undefined) throw new Failure("bad_input", `${file} is of no media type`);
  checkKnown(reader, media);
  const updated = reader.range("updated_on");
  const folder = path
    .split("/")
    .slice(0, -1)
    .filter((name) => name !== "data")
    .join("-");
  const shard: ManifestShard = {
    root,
    path,
    media,
    config: folder || media,
    rows,
    bytes: (await stat(file)).size,
    uncompressed_bytes: uncompressedBytes,
    sha256: await hashFile(file, watch),
    min_updated_on: timeOf(updated?.min),
    max_updated_on: timeOf(updated?.max),
  };
  return { shard, counts: await countsOfShard(reader) };
}

/** What has no checksum of its footer (older shards, those of others) may have a column by another name. */
function checkKnown({ path, fields }: ShardReader, media: MediaType): void {
  const known = new Set(columnsOf(media).map(({ name }) => name));
  const unknown = fields.find(({ name }) => !known.has(name));
  if (unknown === undefined) return;
  throw new Failure("bad_input", `${path} has a column ${unknown.name}, which no record has; ${MAKE_AGAIN}`);
}

function timeOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null;
}
