import { columnsOf, MEDIA_TYPES, type MediaType } from "../index.js";

/** Rows as `LineWalker.takeRows` gives them, also on another thread; see assembly/rows.ts. */

/**
 * A value of a row: booleans are 0 and 1, times ISO 8601 text, lists and objects the JSON text that `JSON.stringify`
 * makes of them. Text that is not ASCII stays the bytes that it is in UTF-8: whoever only hands it on saves decoding it.
 */
export type Cell = null | string | number | Uint8Array;

/** One record. */
export interface Row {
  readonly media: MediaType;
  /** In the order of the columns of the media type. */
  readonly values: Cell[];
  /** Places of values that were not given, but go without saying. */
  readonly filled: number[];
}

/** Kinds of cells, by their numbers in assembly/rows.ts; the last one is a double. */
const [NONE, ASCII, UTF8, INTEGER] = [0, 1, 2, 3] as const;
const KIND = 7;
const FILLED = 8;
/** Numbers of 32 bits that a row begins with, and those of each cell. */
const HEADER = 2;
const CELL = 2;

const WIDTHS = MEDIA_TYPES.map((media) => columnsOf(media).length);

/** Rows that were taken. */
export class Rows {
  readonly #buffer: ArrayBuffer;
  readonly #numbers: Int32Array;
  /** All bytes as one text, which texts of ASCII are slices of: faster than to decode each. */
  readonly #text: string;

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer;
    this.#numbers = new Int32Array(buffer);
    this.#text = Buffer.from(buffer).toString("latin1");
  }

  /** The row that begins at this byte. */
  at(start: number): Row {
    const numbers = this.#numbers;
    const media = (numbers[start / 4] as number) - 1;
    const width = WIDTHS[media] as number;
    const values: Cell[] = new Array(width).fill(null);
    const filled: number[] = [];
    let cell = start / 4 + HEADER;
    let from = 4 * (cell + width * CELL);
    for (let i = 0; i < width; i++, cell += CELL) {
      const kind = numbers[cell] as number;
      if (kind === NONE) continue;
      const number = numbers[cell + 1] as number;
      if ((kind & FILLED) !== 0) filled.push(i);
      if ((kind & KIND) === INTEGER) values[i] = number;
      else {
        values[i] = this.#value(kind & KIND, from, from + number);
        from += number;
      }
    }
    return { media: MEDIA_TYPES[media] as MediaType, values, filled };
  }

  #value(kind: number, from: number, to: number): Cell {
    if (kind === ASCII) return this.#text.substring(from, to);
    if (kind === UTF8) return new Uint8Array(this.#buffer, from, to - from);
    return new DataView(this.#buffer).getFloat64(from, true);
  }
}
