import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { orFail } from "../../base/failure.js";
import { type MediaType, SCHEMA_VERSION } from "../../record/index.js";
import { WRITER } from "./checksums.js";
import { Footer } from "./footer.js";
import { MAGIC } from "./format.js";
import { shardColumns } from "./layout.js";
import type { Compression } from "./options.js";
import { codecOf, type EncodedRowGroup } from "./pages/index.js";

/**
 * Raised when the same rows of the same columns give other bytes than before, so that a reader can tell why. The version of the
 * package is left out on purpose: a release that writes the same bytes must not make every published shard differ.
 */
const WRITER_VERSION = 3;
/**
 * Readers of the Java library trust the statistics of text columns only when they can read a version here, in this
 * form (org.apache.parquet.VersionParser).
 */
const CREATED_BY = `${WRITER} ${WRITER_VERSION}`;

/** What is known of a shard once it is on the disk. */
export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Size of the rows in memory as Arrow columns. */
  readonly arrowBytes: number;
}

/** What is in a file, and how it is written. */
export interface ShardFileOptions {
  readonly media: MediaType;
  readonly withSyncTimes: boolean;
  readonly compression: Compression;
}

/** One Parquet file that is written a row group at a time. */
export class ShardFile {
  /** Bytes written so far. */
  bytes = 0;
  readonly #name: string;
  readonly #handle: FileHandle;
  readonly #options: ShardFileOptions;
  readonly #hash: Hash = createHash("sha256");
  readonly #footer: Footer;
  #arrowBytes = 0;

  private constructor(name: string, handle: FileHandle, options: ShardFileOptions) {
    this.#name = name;
    this.#handle = handle;
    this.#options = options;
    const { media, withSyncTimes, compression } = options;
    this.#footer = new Footer(shardColumns(media, withSyncTimes), codecOf(compression));
  }

  /** Opens a new file at `path`; `name` is what messages call it. */
  static async create(path: string, name: string, options: ShardFileOptions): Promise<ShardFile> {
    const handle = await orFail("write", name, () => open(path, "wx"));
    const file = new ShardFile(name, handle, options);
    await file.#write(MAGIC);
    return file;
  }

  /** Appends a row group. */
  async add(rowGroup: EncodedRowGroup): Promise<void> {
    this.#footer.add(rowGroup);
    this.#arrowBytes += rowGroup.arrowBytes;
    await this.#write(rowGroup.bytes);
  }

  /** Ends the file and syncs it to the disk. */
  async close(): Promise<WrittenFile> {
    await this.#write(this.#footer.end(CREATED_BY, metadataOf(this.#options, this.#arrowBytes)));
    await orFail("write", this.#name, async () => {
      await this.#handle.sync();
      await this.#handle.close();
    });
    const { rows } = this.#footer;
    return { rows, bytes: this.bytes, sha256: this.#hash.digest("hex"), arrowBytes: this.#arrowBytes };
  }

  /** Stops writing. The file stays, for whoever removes its folder. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    this.bytes += bytes.length;
    await orFail("write", this.#name, () => this.#handle.writeFile(bytes));
  }
}

/** The file's key-value metadata: what it holds, and a description of each column. */
function metadataOf(
  { media, withSyncTimes }: ShardFileOptions,
  arrowBytes: number,
): [key: string, value: string][] {
  return [
    ["ov_schema_version", String(SCHEMA_VERSION)],
    ["ov_media_type", media],
    // For a manifest that is made again from the shards: nothing else in a file tells it.
    ["ov_arrow_bytes", String(arrowBytes)],
    ...shardColumns(media, withSyncTimes).map(({ name, description }): [string, string] => [
      `ov_column_${name}`,
      description,
    ]),
  ];
}
