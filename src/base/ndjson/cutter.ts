import { firstLine, wholeLines } from "./bounds.js";
import { MAX_LINE_BYTES } from "./limits.js";

/**
 * The one cutter of bytes into lines: chunks of an input in, blocks of whole lines out. Its three policies differ in whose
 * memory a block lies in and where it ends. Where a line ends, what is held of one that is too long, and what becomes of
 * a byte order mark are the same in all of them.
 *
 * Every line of a block ends with LF (0x0A), also the last one of an input that had none. A lone CR, U+2028 and U+2029
 * end no line: they may stand inside JSON text. A byte order mark at the start of an input is left out.
 */

const LF = 0x0a;
const LINE_END = Buffer.of(LF);
const BYTE_ORDER_MARK = Buffer.from("\ufeff");
/** How much more than the longest line is held: what is cut off must still be too long without a mark and a CR. */
const HELD_BEYOND = BYTE_ORDER_MARK.length + 2;

/** Cuts one input. */
export abstract class LineCutter<Block extends Buffer = Buffer> {
  /** More bytes of a line are not held. */
  protected readonly enough: number;
  protected isFirst = true;

  constructor(maxBytes: number = MAX_LINE_BYTES) {
    this.enough = maxBytes + HELD_BEYOND;
  }

  /** Takes the next chunk; gives blocks of the lines that have ended. */
  add(chunk: Buffer): Block[] {
    return this.#withoutMark(this.take(chunk));
  }

  /** Gives the last line, where it has no line end of its own. */
  end(): Block[] {
    return this.#withoutMark(this.takeOpen());
  }

  protected abstract take(chunk: Buffer): Block[];
  protected abstract takeOpen(): Block[];

  #withoutMark(blocks: Block[]): Block[] {
    const [first] = blocks;
    if (!first || !this.isFirst) return blocks;
    this.isFirst = false;
    blocks[0] = withoutMark(first);
    return blocks;
  }
}

/** The start of an input without its byte order mark, if it has one. */
export function withoutMark<Bytes extends Buffer>(start: Bytes): Bytes {
  const { length } = BYTE_ORDER_MARK;
  return start.subarray(0, length).equals(BYTE_ORDER_MARK) ? (start.subarray(length) as Bytes) : start;
}

/** The blocks of an input, as its chunks come. */
export async function* cut<Block extends Buffer>(
  chunks: AsyncIterable<Uint8Array>,
  cutter: LineCutter<Block>,
): AsyncGenerator<Block> {
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    // Not `yield*`, which waits several times for each block.
    for (const block of cutter.add(bytes)) yield block;
  }
  yield* cutter.end();
}

/** A block in memory of its own, which may be handed over to a thread. */
export type OwnBlock = Buffer<ArrayBuffer>;

/** The start of a line that has not ended yet. */
export interface OpenLine {
  readonly pieces: readonly Buffer[];
  /** Its bytes so far; of a line that is too long not all of them are in the pieces. */
  readonly length: number;
  readonly isFirst: boolean;
}

/** Holds the start of a line until its end comes. */
abstract class HoldingCutter<Block extends Buffer> extends LineCutter<Block> {
  #pieces: Buffer[] = [];
  #length = 0;

  protected get isOpen(): boolean {
    return this.#length > 0;
  }

  /** The bytes are copied: a chunk may be used for something else afterwards. */
  protected hold(piece: Buffer): void {
    if (piece.length === 0) return;
    if (this.#length < this.enough) this.#pieces.push(Buffer.from(piece));
    this.#length += piece.length;
  }

  /** What is held and what comes after it, in memory of their own. */
  protected joined(rest: Buffer): OwnBlock {
    const pieces = [...this.#pieces, rest];
    const block = Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) at += piece.copy(block, at);
    this.#pieces = [];
    this.#length = 0;
    return block;
  }

  /** The start of the line that has not ended yet, to come back to with `rollBack`. */
  mark(): OpenLine {
    return { pieces: [...this.#pieces], length: this.#length, isFirst: this.isFirst };
  }

  /** Forgets what came since a mark. */
  rollBack({ pieces, length, isFirst }: OpenLine): void {
    this.#pieces = [...pieces];
    this.#length = length;
    this.isFirst = isFirst;
  }

  /** Takes away the start of the line that has not ended yet. */
  takeRest(): Buffer {
    return this.joined(Buffer.alloc(0));
  }
}

/** Lines are left where they lie in their chunk, but for the one that crosses from one chunk into the next. */
export class ViewCutter extends HoldingCutter<Buffer> {
  protected take(chunk: Buffer): Buffer[] {
    const blocks: Buffer[] = [];
    const end = wholeLines(chunk);
    const start = this.isOpen && end > 0 ? firstLine(chunk) : 0;
    if (start > 0) blocks.push(this.joined(chunk.subarray(0, start)));
    if (start < end) blocks.push(chunk.subarray(start, end));
    this.hold(chunk.subarray(end));
    return blocks;
  }

  protected takeOpen(): Buffer[] {
    return this.isOpen ? [this.joined(LINE_END)] : [];
  }
}

/** Lines are copied into a block of their own as soon as their chunk has come. */
export class OwnCutter extends HoldingCutter<OwnBlock> {
  protected take(chunk: Buffer): OwnBlock[] {
    const end = wholeLines(chunk);
    const blocks = end > 0 ? [this.joined(chunk.subarray(0, end))] : [];
    this.hold(chunk.subarray(end));
    return blocks;
  }

  protected takeOpen(): OwnBlock[] {
    return this.isOpen ? [this.joined(LINE_END)] : [];
  }
}

/**
 * Blocks of a given size or a little less, in memory of their own: where they end depends on the bytes alone, never on
 * how these came, so that the same input gives the same blocks. A longer line has a block to itself.
 */
export class SizedCutter extends LineCutter<OwnBlock> {
  readonly #size: number;
  #buffer: OwnBlock;
  #used = 0;
  /** Whether bytes are left out up to the next line end. */
  #skips = false;

  constructor(size: number, maxBytes?: number) {
    super(maxBytes);
    this.#size = size;
    this.#buffer = Buffer.allocUnsafeSlow(size);
  }

  protected take(chunk: Buffer): OwnBlock[] {
    const blocks: OwnBlock[] = [];
    for (let rest = chunk; rest.length > 0; ) {
      if (this.#skips) {
        const end = rest.indexOf(LF);
        if (end < 0) break;
        this.#skips = false;
        rest = rest.subarray(end);
      }
      const copied = rest.copy(this.#buffer, this.#used);
      this.#used += copied;
      rest = rest.subarray(copied);
      if (this.#used < this.#buffer.length) break;
      const end = wholeLines(this.#buffer);
      if (end > 0) blocks.push(this.#takeUntil(end));
      else this.#makeRoom();
    }
    return blocks;
  }

  protected takeOpen(): OwnBlock[] {
    if (this.#used === 0) return [];
    if (this.#buffer[this.#used - 1] !== LF) {
      if (this.#used === this.#buffer.length) this.#grow();
      this.#buffer[this.#used++] = LF;
    }
    return [this.#takeUntil(this.#used)];
  }

  #takeUntil(end: number): OwnBlock {
    const full = this.#buffer;
    const rest = full.subarray(end, this.#used);
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(this.#size, 2 * rest.length));
    this.#used = rest.copy(this.#buffer);
    return full.subarray(0, end);
  }

  /** For a line that is longer than the buffer. */
  #makeRoom(): void {
    if (this.#used < this.enough) {
      this.#grow();
      return;
    }
    // One byte is left for the line end that comes when the rest has been left out.
    this.#used = Math.max(this.enough, this.#used - 1);
    if (this.#used === this.#buffer.length) this.#grow();
    this.#skips = true;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.#buffer.length);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}
