import { MAX_LINE_BYTES } from "./limits.js";
import type { Input } from "./records.js";

const LF = 0x0a;
/** Large enough that a block costs little beside its lines. */
export const BLOCK_BYTES = 1024 * 1024;

/** Whole lines, each of which ends with a line end, in memory of their own that may be handed over to a thread. */
export interface Block {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it begins its input. */
  readonly isFirst: boolean;
}

/**
 * Cuts inputs into blocks of lines for several threads. Where they are cut depends on the bytes alone, never on how they
 * came: the same input gives the same blocks. Of a line that is too long only the start is held, a little more than
 * `maxBytes`, so that it is still too long.
 */
export async function* readBlocks(
  inputs: AsyncIterable<Input>,
  size: number = BLOCK_BYTES,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<Block> {
  for await (const { name, bytes } of inputs) {
    const cutter = new Cutter(size, maxBytes);
    let isFirst = true;
    for await (const chunk of bytes) {
      for (const block of cutter.add(chunk)) {
        yield { file: name, bytes: block, isFirst };
        isFirst = false;
      }
    }
    const last = cutter.end();
    if (last) yield { file: name, bytes: last, isFirst };
  }
}

/** Lines of text as blocks, as if they had been read from a file. */
export async function* blocksOf(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Block> {
  async function* inputs(): AsyncGenerator<Input> {
    yield { name: "stdin", bytes: bytesOf(lines) };
  }
  yield* readBlocks(inputs());
}

async function* bytesOf(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const line of lines) yield Buffer.from(`${line}\n`);
}

class Cutter {
  readonly #size: number;
  readonly #maxBytes: number;
  #buffer: Buffer<ArrayBuffer>;
  #used = 0;
  /** Whether bytes are left out up to the next line end. */
  #skips = false;

  constructor(size: number, maxBytes: number) {
    this.#size = size;
    this.#maxBytes = maxBytes;
    this.#buffer = allocated(size);
  }

  *add(bytes: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
    let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    while (rest.length > 0) {
      if (this.#skips) {
        const end = rest.indexOf(LF);
        if (end < 0) return;
        this.#skips = false;
        rest = rest.subarray(end);
      }
      const copied = rest.copy(this.#buffer, this.#used);
      this.#used += copied;
      rest = rest.subarray(copied);
      if (this.#used < this.#buffer.length) return;
      const end = this.#buffer.lastIndexOf(LF) + 1;
      if (end > 0) yield this.#take(end);
      else this.#makeRoom();
    }
  }

  /** What is left, with a line end. */
  end(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#used === 0) return undefined;
    if (this.#buffer[this.#used - 1] !== LF) {
      if (this.#used === this.#buffer.length) this.#grow();
      this.#buffer[this.#used++] = LF;
    }
    return this.#take(this.#used);
  }

  #take(end: number): Uint8Array<ArrayBuffer> {
    const full = this.#buffer;
    const rest = full.subarray(end, this.#used);
    this.#buffer = allocated(Math.max(this.#size, 2 * rest.length));
    this.#used = rest.copy(this.#buffer);
    return new Uint8Array(full.buffer, 0, end);
  }

  /** For a line that is longer than the buffer. */
  #makeRoom(): void {
    if (this.#used <= this.#maxBytes) {
      this.#grow();
      return;
    }
    // One byte is left for the line end that comes when the rest has been left out.
    this.#used = Math.max(this.#maxBytes + 1, this.#used - 1);
    if (this.#used === this.#buffer.length) this.#grow();
    this.#skips = true;
  }

  #grow(): void {
    const larger = allocated(2 * this.#buffer.length);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}

/** Not from the pool of small buffers, which cannot be handed over. */
function allocated(bytes: number): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(bytes);
}
