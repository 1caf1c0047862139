import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { orFail } from "../files/index.js";
import { columnsOf, type MediaType, SCHEMA_VERSION } from "../record/index.js";
import { RowGroups } from "./row-groups.js";

/** What is known of a shard once it is on the disk. */
export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** One Parquet file that is written a row group at a time. */
export class ShardFile {
  /** Bytes written so far. */
  bytes = 0;
  readonly #name: string;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  readonly #groups = new RowGroups();

  private constructor(name: string, handle: FileHandle) {
    this.#name = name;
    this.#handle = handle;
  }

  /** Opens a new file at `path`; `name` is what messages call it. */
  static async create(path: string, name: string): Promise<ShardFile> {
    const file = new ShardFile(name, await orFail("write", name, () => open(path, "wx")));
    await file.#write(RowGroups.start);
    return file;
  }

  /** Appends a row group, which comes as a Parquet file of its own and has to have so many rows. */
  async add(bytes: Uint8Array, rows: number): Promise<void> {
    const before = this.#groups.rows;
    const piece = this.#groups.add(bytes);
    const written = this.#groups.rows - before;
    if (written !== rows) throw new Error(`a row group of ${this.#name} has ${written} rows of ${rows}`);
    await this.#write(piece);
  }

  /** Ends the file and syncs it to the disk. */
  async close(media: MediaType): Promise<WrittenFile> {
    await this.#write(this.#groups.end(metadataOf(media)));
    await orFail("write", this.#name, async () => {
      await this.#handle.sync();
      await this.#handle.close();
    });
    return { rows: this.#groups.rows, bytes: this.bytes, sha256: this.#hash.digest("hex") };
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
function metadataOf(media: MediaType): [key: string, value: string][] {
  return [
    ["ov_schema_version", String(SCHEMA_VERSION)],
    ["ov_media_type", media],
    ...columnsOf(media).map(({ name, description }): [string, string] => [`ov_column_${name}`, description]),
  ];
}
