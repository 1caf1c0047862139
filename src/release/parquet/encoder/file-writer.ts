import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { orFail } from "../../../base/failure.js";
import { WRITER } from "../checksums.js";
import { CODECS, type Compression, MAGIC } from "../format.js";
import { Footer } from "./footer.js";
import type { EncodedRowGroup } from "./row-group.js";
import type { SchemaNode } from "./schema.js";

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

/** What is known of a file once it is on the disk. */
interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** A Parquet file that is written a row group at a time. */
export class FileWriter {
  /** Bytes written so far. */
  bytes = 0;
  /** Size of the rows in memory as Arrow arrays. */
  arrowBytes = 0;
  readonly #name: string;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash("sha256");
  readonly #footer: Footer;

  private constructor(name: string, handle: FileHandle, footer: Footer) {
    this.#name = name;
    this.#handle = handle;
    this.#footer = footer;
  }

  /** Opens a new file at `path`; `name` is what messages call it. */
  static async create(
    path: string,
    name: string,
    schema: readonly SchemaNode[],
    compression: Compression,
  ): Promise<FileWriter> {
    const handle = await orFail("write", name, () => open(path, "wx"));
    const file = new FileWriter(name, handle, new Footer(schema, CODECS[compression]));
    await file.#write(MAGIC);
    return file;
  }

  /** Appends a row group, whose columns are those of the schema. */
  async add(rowGroup: EncodedRowGroup): Promise<void> {
    this.#footer.add(rowGroup);
    this.arrowBytes += rowGroup.arrowBytes;
    await this.#write(rowGroup.bytes);
  }

  /** Ends the file with its key-value metadata and syncs it to the disk. */
  async close(metadata: readonly (readonly [key: string, value: string])[]): Promise<WrittenFile> {
    await this.#write(this.#footer.end(CREATED_BY, metadata));
    await orFail("write", this.#name, async () => {
      await this.#handle.sync();
      await this.#handle.close();
    });
    return { rows: this.#footer.rows, bytes: this.bytes, sha256: this.#hash.digest("hex") };
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
