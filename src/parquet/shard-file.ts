import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { RecordBatch } from "apache-arrow";
import { Failure, systemReason } from "../failure.js";
import { type EncoderOptions, encode, encoderInput, rowsIn } from "./encoder.js";

/** What is known of a shard once it is on the disk. */
export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  /** Size of the rows as Arrow buffers. */
  readonly uncompressedBytes: number;
  readonly sha256: string;
}

/** One Parquet file that is written while its rows come in, a row group at a time. */
export class ShardFile {
  /** Rows added so far. */
  rows = 0;
  readonly #path: string;
  readonly #name: string;
  readonly #handle: FileHandle;
  readonly #batches: WritableStreamDefaultWriter<unknown>;
  /** Settles when the last byte is in the file, or rejects when writing failed. */
  readonly #written: Promise<void>;
  readonly #hash: Hash = createHash("sha256");
  /** Whether bytes are on their way to the disk, which may take its time. */
  #writing = false;
  #bytes = 0;
  #uncompressedBytes = 0;

  private constructor(path: string, name: string, handle: FileHandle, options: EncoderOptions) {
    this.#path = path;
    this.#name = name;
    this.#handle = handle;
    const { readable, writable } = new TransformStream<unknown>();
    this.#batches = writable.getWriter();
    this.#written = this.#write(readable, options);
    // Both are waited for in `add` and `close`; a failure between two calls must not end the process.
    this.#written.catch(() => undefined);
    this.#batches.closed.catch(() => undefined);
  }

  /** Opens a new file at `path`; `name` is what messages call it. */
  static async create(path: string, name: string, options: EncoderOptions): Promise<ShardFile> {
    const handle = await orCannotWrite(name, () => open(path, "wx"));
    return new ShardFile(path, name, handle, options);
  }

  /** Adds a batch, and waits until the encoder has taken it: no more than one batch is ever under way. */
  async add(batch: RecordBatch): Promise<void> {
    this.rows += batch.numRows;
    this.#uncompressedBytes += batch.data.byteLength;
    await this.#unlessFailed(this.#batches.write(encoderInput(batch)));
  }

  /** Ends the file, makes sure that it is whole, and syncs it to the disk. */
  async close(): Promise<WrittenFile> {
    await this.#unlessFailed(this.#batches.close());
    await this.#unlessSilent(this.#written);
    await orCannotWrite(this.#name, async () => {
      await this.#handle.sync();
      await this.#handle.close();
    });
    const rows = await rowsIn(this.#path);
    if (rows !== this.rows) throw new Error(`${this.#name} has ${rows} rows of ${this.rows}`);
    return {
      rows,
      bytes: this.#bytes,
      uncompressedBytes: this.#uncompressedBytes,
      sha256: this.#hash.digest("hex"),
    };
  }

  /** Stops writing. The file stays, for whoever removes its folder. */
  async abandon(): Promise<void> {
    await this.#batches.abort().catch(() => undefined);
    await this.#unlessSilent(this.#written).catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
  }

  async #write(batches: ReadableStream, options: EncoderOptions): Promise<void> {
    for await (const chunk of await encode(batches, options)) {
      this.#writing = true;
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      await orCannotWrite(this.#name, () => this.#handle.writeFile(chunk));
      this.#writing = false;
    }
  }

  /** When writing has failed, the encoder takes nothing any more, and waiting for it alone would never end. */
  async #unlessFailed(step: Promise<void>): Promise<void> {
    step.catch(() => undefined);
    await Promise.race([step, this.#written.then(() => step)]);
  }

  /**
   * After a batch that it could not encode, the encoder may neither go on nor end, and the process would end
   * instead, with nothing said. It works in this thread: silent for a second, it is silent for good.
   */
  async #unlessSilent(end: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let bytes = -1;
    const silence = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (this.#bytes === bytes && !this.#writing)
          reject(new Error(`the encoder of ${this.#name} gave up`));
        bytes = this.#bytes;
      }, 1000);
    });
    await Promise.race([end, silence]).finally(() => clearInterval(timer));
  }
}

/** Runs a file operation; its error becomes a `Failure` ("no_output") that says what could not be written and why. */
export async function orCannotWrite<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Failure("no_output", `cannot write ${name}: ${systemReason(error)}`, { cause: error });
  }
}
