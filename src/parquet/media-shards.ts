import { mkdir, open, rename } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.js";
import type { MediaRecord, MediaType } from "../record/index.js";
import { BatchBuilder } from "./columns.js";
import type { EncoderOptions } from "./encoder.js";
import type { ManifestShard } from "./manifest.js";
import { orCannotWrite, ShardFile } from "./shard-file.js";
import { TimeRange } from "./tally.js";

/** Shard names have five digits: readers of datasets know a set of shards by exactly this pattern. */
const MOST_SHARDS = 99_999;

/** How shards are cut. */
export interface ShardOptions extends EncoderOptions {
  /** Rows of a shard; the last one has what is left. */
  readonly rowsPerShard: number;
}

/** The folder that the shards are written into, and the name it will have. */
export interface ShardFolder {
  readonly path: string;
  readonly name: string;
}

/**
 * The shards of one media type, in a folder of their own. How many there are is part of their names and known only
 * at the end, so they are called `train-00000.partial` until then.
 */
export class MediaShards {
  readonly #media: MediaType;
  readonly #folder: string;
  readonly #root: string;
  readonly #options: ShardOptions;
  readonly #batch: BatchBuilder;
  readonly #done: Omit<ManifestShard, "path">[] = [];
  #updatedOn = new TimeRange();
  #file: ShardFile | undefined;

  private constructor(media: MediaType, folder: string, root: string, options: ShardOptions) {
    this.#media = media;
    this.#folder = folder;
    this.#root = root;
    this.#options = options;
    this.#batch = new BatchBuilder(media);
  }

  static async create(media: MediaType, { path, name }: ShardFolder, options: ShardOptions) {
    const folder = join(path, media);
    await orCannotWrite(name, () => mkdir(folder));
    return new MediaShards(media, folder, name, options);
  }

  /** Adds a record; gives a promise when it has to be waited for before the next one. */
  write(record: MediaRecord): Promise<void> | undefined {
    this.#batch.add(record);
    this.#updatedOn.add((record.updated_on as string | null | undefined) ?? null);
    const endsShard = (this.#file?.rows ?? 0) + this.#batch.rows >= this.#options.rowsPerShard;
    return endsShard ? this.#endShard() : this.#batch.full ? this.#endBatch() : undefined;
  }

  /** Ends the last shard and gives all of them their names. */
  async finish(): Promise<ManifestShard[]> {
    if (this.#batch.rows > 0 || this.#file) await this.#endShard();
    return orCannotWrite(this.#root, async () => {
      const shards: ManifestShard[] = [];
      for (const [number, shard] of this.#done.entries()) {
        const name = `train-${digits(number)}-of-${digits(this.#done.length)}.parquet`;
        await rename(join(this.#folder, partialName(number)), join(this.#folder, name));
        const { root, ...rest } = shard;
        shards.push({ root, path: `${this.#media}/${name}`, ...rest });
      }
      await syncFolder(this.#folder);
      return shards;
    });
  }

  /** Stops writing. The files stay, for whoever removes the folder. */
  async abandon(): Promise<void> {
    await this.#file?.abandon();
  }

  async #endBatch(): Promise<void> {
    this.#file ??= await this.#openShard();
    if (this.#batch.rows > 0) await this.#file.add(this.#batch.take());
  }

  async #endShard(): Promise<void> {
    await this.#endBatch();
    const { rows, bytes, uncompressedBytes, sha256 } = await (this.#file as ShardFile).close();
    this.#done.push({
      root: this.#root,
      media: this.#media,
      config: this.#media,
      rows,
      bytes,
      uncompressed_bytes: uncompressedBytes,
      sha256,
      min_updated_on: this.#updatedOn.min,
      max_updated_on: this.#updatedOn.max,
    });
    this.#file = undefined;
    this.#updatedOn = new TimeRange();
  }

  async #openShard(): Promise<ShardFile> {
    if (this.#done.length === MOST_SHARDS) {
      throw new Failure("no_output", `more than ${MOST_SHARDS} shards: put more rows into each`);
    }
    const path = join(this.#folder, partialName(this.#done.length));
    return ShardFile.create(path, this.#root, this.#options);
  }
}

function partialName(number: number): string {
  return `train-${digits(number)}.partial`;
}

function digits(number: number): string {
  return String(number).padStart(5, "0");
}

/** Makes the names in a folder as safe from a power cut as the files are. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
