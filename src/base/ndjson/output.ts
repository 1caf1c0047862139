import type { Writable } from "node:stream";
import { cannot, errorCode } from "../failure.js";

/**
 * Lines are gathered to this many characters before they are written: one write a line costs six times as much. With the
 * line that makes it full, a batch should fit into a pipe (64 KiB on Linux): else its end has to wait until the reader
 * has taken some of it, which takes a sixth more time.
 */
const BATCH = 48 * 1024;
/** A line waits at most this long for company, in milliseconds, so that a slow source shows at once. */
const PROMPT_MS = 50;

/** Bytes that the batches of a writer may need. */
const ROOM = 4 * BATCH;
/** A UTF-16 code unit takes at most this many bytes in UTF-8. */
const MOST_BYTES = 3;
const encoder = new TextEncoder();

/** The reader of the output went away (`| head`). Not an error: the command ends quietly. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/**
 * Writes lines to a stream: in batches, promptly, and never faster than the reader takes them. `write` gives a
 * promise only when the caller has to wait.
 */
export class LineWriter {
  /** Bytes that have been handed to the stream and accepted by it. */
  bytesWritten = 0;
  readonly #stream: Writable;
  readonly #name: string;
  readonly #shown: ((lines: string) => string) | undefined;
  #batch = "";
  /** Where a batch becomes bytes, one after the other. */
  #room: Buffer | undefined;
  /** Lines that came as bytes and are not handed over yet; texts come after them. */
  #blocks: Uint8Array[] = [];
  #blocksLength = 0;
  #timer: NodeJS.Timeout | undefined;
  #problem: Error | undefined;
  readonly #onError = (error: unknown) => {
    this.#problem ??= errorCode(error) === "EPIPE" ? new ReaderGone() : cannot("write", this.#name, error);
  };

  /** `shown` is what people are to see of the lines, where the stream leads to them. */
  constructor(stream: Writable, name: string, shown?: (lines: string) => string) {
    this.#stream = stream;
    this.#name = name;
    this.#shown = shown;
    stream.on("error", this.#onError);
  }

  /** Adds one line, its line end not included. Throws `ReaderGone`, or a `Failure` when writing failed. */
  write(line: string): Promise<void> | undefined {
    if (this.#problem) throw this.#problem;
    this.#batch += `${line}\n`;
    return this.#batch.length >= BATCH ? this.flush() : this.#flushSoon();
  }

  /** Adds whole lines that are bytes already, line ends included. The bytes must not change any more. */
  writeLines(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#problem) throw this.#problem;
    if (bytes.length === 0) return undefined;
    if (this.#batch !== "") this.#addBlock(Buffer.from(this.#batch));
    this.#batch = "";
    this.#addBlock(bytes);
    return this.#blocksLength >= BATCH ? this.flush() : this.#flushSoon();
  }

  #addBlock(bytes: Uint8Array): void {
    this.#blocks.push(bytes);
    this.#blocksLength += bytes.length;
  }

  #flushSoon(): undefined {
    this.#timer ??= setTimeout(() => {
      this.flush().catch(this.#onError);
    }, PROMPT_MS);
  }

  /** Hands over what is gathered and waits until the stream can take more. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#problem) throw this.#problem;
    if (this.#batch !== "") this.#addBlock(this.#encode(this.#batch));
    this.#batch = "";
    if (this.#blocksLength > 0) {
      const [first] = this.#blocks;
      const bytes = this.#blocks.length === 1 && first ? first : Buffer.concat(this.#blocks);
      this.#blocks = [];
      this.#blocksLength = 0;
      const written = this.#shown?.(Buffer.from(bytes).toString()) ?? bytes;
      if (!this.#stream.write(written)) await this.#drained();
      if (this.#problem) throw this.#problem;
      this.bytesWritten += bytes.length;
    }
  }

  /**
   * The bytes of a text, in the same memory as those before, where the stream holds nothing any more: new memory for each
   * batch takes 4 % more time. So it is only for streams that do not keep what they have written.
   */
  #encode(text: string): Uint8Array {
    if (this.#stream.writableLength > 0 || MOST_BYTES * text.length > ROOM) return Buffer.from(text);
    this.#room ??= Buffer.allocUnsafeSlow(ROOM);
    return this.#room.subarray(0, encoder.encodeInto(text, this.#room).written);
  }

  /** Waits until the stream can take more, or never will again. */
  #drained(): Promise<void> {
    const stream = this.#stream;
    return new Promise((resolve) => {
      // Not `events.once`: it would leave a listener for each event that did not come.
      const go = () => {
        for (const event of ["drain", "error", "close"]) stream.off(event, go);
        resolve();
      };
      for (const event of ["drain", "error", "close"]) stream.on(event, go);
      if (stream.destroyed) go();
    });
  }

  /** Waits until everything written so far has left the process; the stream stays open. */
  async end(): Promise<void> {
    await this.flush();
    await new Promise<void>((resolve) => {
      this.#stream.write("", (error) => {
        // It comes here before the stream's "error" event.
        if (error) this.#onError(error);
        resolve();
      });
    });
    if (this.#problem) throw this.#problem;
  }
}
