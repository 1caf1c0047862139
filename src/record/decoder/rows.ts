import { columnsOf, type MediaType } from "../index.js";
import { CELL_NUMBERS, CellKind, Media, ROW_NUMBERS } from "./shared.js";

/** Rows as `LineDecoder.takeRows` gives them, also on another thread; see assembly/rows.ts. */

/**
 * A value of a row: booleans are 0 and 1, times ISO 8601 text, lists and objects the JSON text that `JSON.stringify`
 * makes of them. Text that is not ASCII stays UTF-8 bytes, so that passing it on needs no decoding.
 */
export type Cell = null | string | number | Uint8Array;

/** One record. */
export interface Row {
  readonly media: MediaType;
  /** In the order of the columns of the media type. */
  readonly values: Cell[];
  /** Places of values that were not given, and follow from a rule. */
  readonly filled: number[];
}

/** The bits of a kind beside `CellKind.filled`. */
const KIND = CellKind.filled - 1;

/** How many columns each media type has, by its number. */
const WIDTHS: Readonly<Record<number, number>> = {
  [Media.image]: columnsOf("image").length,
  [Media.audio]: columnsOf("audio").length,
};

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
    const media = numbers[start / 4] as Media;
    const width = WIDTHS[media] as number;
    const values: Cell[] = new Array(width).fill(null);
    const filled: number[] = [];
    let cell = start / 4 + ROW_NUMBERS;
    let from = 4 * (cell + width * CELL_NUMBERS);
    for (let i = 0; i < width; i++, cell += CELL_NUMBERS) {
      const kind = numbers[cell] as number;
      if (kind === CellKind.none) continue;
      const number = numbers[cell + 1] as number;
      if ((kind & CellKind.filled) !== 0) filled.push(i);
      if ((kind & KIND) === CellKind.integer) values[i] = number;
      else {
        values[i] = this.#value(kind & KIND, from, from + number);
        from += number;
      }
    }
    return { media: Media[media] as MediaType, values, filled };
  }

  #value(kind: number, from: number, to: number): Cell {
    if (kind === CellKind.ascii) return this.#text.substring(from, to);
    if (kind === CellKind.utf8) return new Uint8Array(this.#buffer, from, to - from);
    return new DataView(this.#buffer).getFloat64(from, true);
  }
}
