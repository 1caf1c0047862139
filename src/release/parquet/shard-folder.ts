import { rename } from "node:fs/promises";
import { join } from "node:path";
import { Failure, orFail } from "../../base/failure.js";
import { sync } from "../../base/files/index.js";
import { type EncodedRowGroup, FileWriter } from "./encoder/index.js";
import type { Compression } from "./format.js";
import type { ManifestShard } from "./manifest.js";
import { type ShardColumns, shardMetadata, shardSchema, updatedOnOf } from "./record-schema.js";

/** Shard names have five digits: readers of datasets know a set of shards by exactly this pattern. */
const MOST_SHARDS = 99_999;

/** What a folder of shards is called, and what is in it. */
export interface FolderOptions extends ShardColumns {
  readonly compression: Compression;
  /** The subset of the dataset. */
  readonly config: string;
  /** Below the root, with `/` between names: `image` or `image/by-sa`. */
  readonly path: string;
  /** Where the root is while it is written, and the name that it will have. */
  readonly root: { readonly path: string; readonly name: string };
  /** A shard ends before the row group that would make it larger than this. */
  readonly shardBytes: number;
}

/**
 * The shards of one subset, in a folder of their own. How many there are is part of their names and known only at the
 * end, so they are called `train-00000.partial` until then.
 */
export class ShardFolder {
  readonly #options: FolderOptions;
  readonly #done: Omit<ManifestShard, "path">[] = [];
  #file: FileWriter | undefined;
  /** The earliest and the latest `updated_on` in it, in milliseconds since 1970; empty where no row has one. */
  #updatedOn: readonly number[] = [];

  constructor(options: FolderOptions) {
    this.#options = options;
  }

  /** Adds a row group to the last shard, or begins one with it: when there is no room, or when it should. */
  async add(rowGroup: EncodedRowGroup, beginsShard: boolean): Promise<void> {
    const isFull = (this.#file?.bytes ?? 0) + rowGroup.bytes.length > this.#options.shardBytes;
    if (this.#file && (beginsShard || isFull)) await this.#endShard();
    this.#file ??= await this.#beginShard();
    await this.#file.add(rowGroup);
    const times = [...this.#updatedOn, ...updatedOnOf(this.#options, rowGroup)];
    if (times.length > 0) this.#updatedOn = [Math.min(...times), Math.max(...times)];
  }

  /** Ends the last shard and gives all of them their names. */
  async finish(): Promise<ManifestShard[]> {
    const { path, root } = this.#options;
    await this.#endShard();
    return orFail("write", root.name, async () => {
      const shards: ManifestShard[] = [];
      for (const [number, { root: name, ...rest }] of this.#done.entries()) {
        const file = `train-${digits(number)}-of-${digits(this.#done.length)}.parquet`;
        await rename(this.#partial(number), join(root.path, path, file));
        shards.push({ root: name, path: `${path}/${file}`, ...rest });
      }
      await sync(join(root.path, path));
      return shards;
    });
  }

  /** Stops writing. The files stay, for whoever removes the folder. */
  async abandon(): Promise<void> {
    await this.#file?.abandon();
  }

  async #beginShard(): Promise<FileWriter> {
    if (this.#done.length === MOST_SHARDS) {
      throw new Failure("no_output", `more than ${MOST_SHARDS} shards: put more rows into each`);
    }
    const { root, compression } = this.#options;
    const path = this.#partial(this.#done.length);
    return FileWriter.create(path, root.name, shardSchema(this.#options), compression);
  }

  async #endShard(): Promise<void> {
    if (!this.#file) return;
    const { media, config, root } = this.#options;
    const { arrowBytes } = this.#file;
    const { rows, bytes, sha256 } = await this.#file.close(shardMetadata(this.#options, arrowBytes));
    this.#done.push({
      root: root.name,
      media,
      config,
      rows,
      bytes,
      uncompressed_bytes: arrowBytes,
      sha256,
      min_updated_on: timeOf(this.#updatedOn[0]),
      max_updated_on: timeOf(this.#updatedOn[1]),
    });
    this.#file = undefined;
    this.#updatedOn = [];
  }

  #partial(number: number): string {
    const { root, path } = this.#options;
    return join(root.path, path, `train-${digits(number)}.partial`);
  }
}

/** ISO 8601 in UTC; null for no time. */
function timeOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

function digits(number: number): string {
  return String(number).padStart(5, "0");
}
