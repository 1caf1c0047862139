import { MAX_LINE_BYTES } from "../../base/ndjson/index.js";

const LF = 0x0a;
/** How many bytes of an over-long line are kept, to recognise it by. */
const KEPT_OF_LONG_LINE = 1000;

/** What is done with bytes that hold whole lines; the last one may lack its line end. */
export type OnBlock = (bytes: Buffer, start: number, end: number) => void;
/** What is done with a line that is too long to be held: its first bytes. */
export type OnLongLine = (beginning: Buffer) => void;

/** The start of a line. */
export interface OpenLine {
  readonly pieces: readonly Buffer[];
  /** Its length; of a line that is too long not all of it is in the pieces. */
  readonly held: number;
}

/**
 * Cuts chunks of bytes into blocks of whole lines. Nearly all lines are handed on where they lie in their chunk; only
 * the one across the border of two chunks is copied. Nothing but LF (0x0A) ends a line: CR, U+2028 and U+2029 may
 * stand in one.
 */
export class LineBlocks {
  readonly #onBlock: OnBlock;
  readonly #onLongLine: OnLongLine;
  readonly #longest: number;
  /** The start of a line whose end has not come yet. */
  #pieces: Buffer[] = [];
  #held = 0;

  constructor(onBlock: OnBlock, onLongLine: OnLongLine, longest = MAX_LINE_BYTES) {
    this.#onBlock = onBlock;
    this.#onLongLine = onLongLine;
    this.#longest = longest;
  }

  /** Takes the next chunk. Its bytes may be used for something else afterwards: the line that it ends with is copied. */
  add(chunk: Buffer): void {
    const last = chunk.lastIndexOf(LF) + 1;
    if (last > 0) this.#handOver(chunk, last);
    if (last < chunk.length) this.#hold(chunk.subarray(last));
  }

  #handOver(chunk: Buffer, last: number): void {
    let start = 0;
    if (this.#held > 0) {
      start = chunk.indexOf(LF) + 1;
      this.#hold(chunk.subarray(0, start));
      this.#handOverHeld();
    }
    if (start < last) this.#onBlock(chunk, start, last);
  }

  /** Hands over the last line, where it has no line end. */
  end(): void {
    if (this.#held > 0) this.#handOverHeld();
  }

  /** Takes away the start of the line that has not ended yet. */
  takeRest(): Buffer {
    const rest = this.#joined();
    this.#forget();
    return rest;
  }

  /** The start of the line that has not ended yet, to come back to with `rollBack`. */
  mark(): OpenLine {
    return { pieces: [...this.#pieces], held: this.#held };
  }

  /** Forgets what came since a mark. */
  rollBack({ pieces, held }: OpenLine): void {
    this.#pieces = [...pieces];
    this.#held = held;
  }

  #hold(piece: Buffer): void {
    // A line over the limit keeps its start only, but goes on being counted.
    if (this.#held <= this.#longest) this.#pieces.push(Buffer.from(piece));
    this.#held += piece.length;
  }

  #handOverHeld(): void {
    const isTooLong = this.#held > this.#longest;
    const bytes = this.#joined();
    this.#forget();
    if (isTooLong) this.#onLongLine(bytes.subarray(0, KEPT_OF_LONG_LINE));
    else this.#onBlock(bytes, 0, bytes.length);
  }

  #joined(): Buffer {
    const [only] = this.#pieces;
    return this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
  }

  #forget(): void {
    this.#pieces = [];
    this.#held = 0;
  }
}
