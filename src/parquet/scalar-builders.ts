import {
  type Bool,
  type Data,
  type Float64,
  type Int32,
  makeData,
  type TimestampMillisecond,
  type Utf8,
} from "apache-arrow";
import type { Value } from "../record/index.js";

/** Gathers the values of one column and turns them into the buffers of an Arrow array. */
export interface ColumnBuilder {
  /** Adds the value of one row; says about how many bytes it takes. */
  add(value: Value): number;
  /** The values added since the last call. */
  take(): Data;
}

/** Counts rows and remembers which are null. */
export class Rows {
  length = 0;
  #nulls: number[] = [];

  add(isNull: boolean): void {
    if (isNull) this.#nulls.push(this.length);
    this.length++;
  }

  /** What `makeData` wants to know about the rows added since the last call. */
  take(): { length: number; nullCount: number; nullBitmap: Uint8Array | undefined } {
    const taken = {
      length: this.length,
      nullCount: this.#nulls.length,
      nullBitmap: this.#nulls.length > 0 ? bitmap(this.length, this.#nulls, false) : undefined,
    };
    this.length = 0;
    this.#nulls = [];
    return taken;
  }
}

/** One bit a row, lowest bit first: `value` in the given rows, its opposite in all others. */
function bitmap(length: number, rows: readonly number[], value: boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(length / 8));
  for (const row of rows) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  return value ? bits : bits.map((byte) => ~byte);
}

/**
 * Texts are joined and encoded in one go, which takes half the time of encoding them one by one. Where all is ASCII, as
 * URLs are, their lengths in characters are those in bytes.
 */
export class TextBuilder implements ColumnBuilder {
  readonly #type: Utf8;
  readonly #rows = new Rows();
  #texts: string[] = [];

  constructor(type: Utf8) {
    this.#type = type;
  }

  add(value: Value): number {
    const text = value === null ? "" : (value as string);
    this.#rows.add(value === null);
    this.#texts.push(text);
    return text.length;
  }

  take(): Data {
    const texts = this.#texts;
    const joined = texts.join("").toWellFormed();
    const data = Buffer.from(joined);
    const isAscii = data.length === joined.length;
    const valueOffsets = new Int32Array(texts.length + 1);
    let end = 0;
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i] as string;
      end += isAscii ? text.length : Buffer.byteLength(text);
      valueOffsets[i + 1] = end;
    }
    // Half surrogates on both sides of a seam would make one character; `cleanRecord` leaves none.
    if (end !== data.length) throw new TypeError("text that is not well-formed Unicode");
    this.#texts = [];
    return makeData({ type: this.#type, ...this.#rows.take(), valueOffsets, data });
  }
}

/** Objects and lists of objects, as JSON text. */
export class JsonBuilder extends TextBuilder {
  override add(value: Value): number {
    return super.add(value === null ? null : JSON.stringify(value));
  }
}

/** Integers and doubles. */
export class NumberBuilder implements ColumnBuilder {
  readonly #type: Int32 | Float64;
  readonly #toArray: (values: readonly number[]) => Int32Array | Float64Array;
  readonly #rows = new Rows();
  #values: number[] = [];

  constructor(type: Int32 | Float64, toArray: (values: readonly number[]) => Int32Array | Float64Array) {
    this.#type = type;
    this.#toArray = toArray;
  }

  add(value: Value): number {
    this.#rows.add(value === null);
    this.#values.push(value === null ? 0 : (value as number));
    return 8;
  }

  take(): Data {
    const data = this.#toArray(this.#values);
    this.#values = [];
    return makeData({ type: this.#type as Float64, ...this.#rows.take(), data: data as Float64Array });
  }
}

/** ISO 8601 texts, as milliseconds since 1970. */
export class TimeBuilder implements ColumnBuilder {
  readonly #type: TimestampMillisecond;
  readonly #rows = new Rows();
  #times: number[] = [];

  constructor(type: TimestampMillisecond) {
    this.#type = type;
  }

  add(value: Value): number {
    const time = value === null ? 0 : Date.parse(value as string);
    if (Number.isNaN(time)) throw new TypeError(`not a time: ${value}`);
    this.#rows.add(value === null);
    this.#times.push(time);
    return 8;
  }

  take(): Data {
    const data = BigInt64Array.from(this.#times, BigInt);
    this.#times = [];
    return makeData({ type: this.#type, ...this.#rows.take(), data });
  }
}

/** One bit a row. */
export class BooleanBuilder implements ColumnBuilder {
  readonly #type: Bool;
  readonly #rows = new Rows();
  #true: number[] = [];

  constructor(type: Bool) {
    this.#type = type;
  }

  add(value: Value): number {
    if (value === true) this.#true.push(this.#rows.length);
    this.#rows.add(value === null);
    return 1;
  }

  take(): Data {
    const data = bitmap(this.#rows.length, this.#true, true);
    this.#true = [];
    return makeData({ type: this.#type, ...this.#rows.take(), data });
  }
}
