import { copyBytes } from "./lines/scratch.js";

/**
 * The buffers of one Arrow array, as they go to the encoder; longer than their content, which `length` and the
 * offsets bound. Lists have one child, structs have several.
 */
export interface ColumnData {
  readonly length: number;
  readonly nullCount: number;
  /** One bit a row, lowest bit first; 0 for null. */
  readonly validity: Uint8Array;
  readonly offsets?: Int32Array;
  readonly values?: Uint8Array | Int32Array | Float64Array | BigInt64Array;
  readonly children?: readonly ColumnData[];
}

const ENCODER = new TextEncoder();
/** Room for so many rows to begin with. */
const ROWS = 64;
/** Room for so many bytes of texts. */
const BYTES = 1024;

/** Gathers the values of one column, row by row. */
export abstract class ColumnBuffer {
  length = 0;
  nullCount = 0;
  protected validity = new Uint8Array(ROWS / 8);

  /** Gives the buffers of the rows since the last call, which are then the caller's. */
  abstract take(): ColumnData;
  /** How many bytes the rows take. */
  abstract get bytes(): number;

  addNull(): void {
    this.addRow(false);
    this.nullCount++;
  }

  /** Counts a row; how the value is stored is for others. */
  protected addRow(isThere: boolean): void {
    const row = this.length++;
    if (row >> 3 === this.validity.length) this.validity = larger(this.validity, 2 * this.validity.length);
    if (isThere) this.validity[row >> 3] = (this.validity[row >> 3] as number) | (1 << (row & 7));
  }

  protected takeRows(): Pick<ColumnData, "length" | "nullCount" | "validity"> {
    const { length, nullCount, validity } = this;
    this.validity = new Uint8Array(validity.length);
    this.length = 0;
    this.nullCount = 0;
    return { length, nullCount, validity };
  }

  protected get rowBytes(): number {
    return this.nullCount > 0 ? Math.ceil(this.length / 8) : 0;
  }
}

/** Texts, in UTF-8. */
export class TextBuffer extends ColumnBuffer {
  #offsets = new Int32Array(ROWS + 1);
  #values = new Uint8Array(BYTES);
  #used = 0;

  addBytes(source: Uint8Array, start: number, end: number): void {
    const used = this.#used + end - start;
    if (used > this.#values.length) this.#reserve(used);
    copyBytes(source, start, end, this.#values, this.#used);
    this.#add(used, true);
  }

  addText(text: string): void {
    this.#reserve(this.#used + 3 * text.length);
    this.#add(this.#used + ENCODER.encodeInto(text, this.#values.subarray(this.#used)).written, true);
  }

  override addNull(): void {
    this.#add(this.#used, false);
    this.nullCount++;
  }

  #add(used: number, isThere: boolean): void {
    this.#used = used;
    this.addRow(isThere);
    if (this.length === this.#offsets.length) this.#offsets = larger(this.#offsets, 2 * this.length);
    this.#offsets[this.length] = used;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#values.length) return;
    this.#values = larger(this.#values, Math.max(2 * this.#values.length, bytes));
  }

  get bytes(): number {
    return this.rowBytes + 4 * (this.length + 1) + this.#used;
  }

  take(): ColumnData {
    const data = { offsets: this.#offsets, values: this.#values, ...this.takeRows() };
    this.#offsets = new Int32Array(data.offsets.length);
    this.#values = new Uint8Array(data.values.length);
    this.#used = 0;
    return data;
  }
}

/** Integers of 32 bits, or doubles. */
export class NumberBuffer extends ColumnBuffer {
  #values: Int32Array | Float64Array;

  constructor(array: typeof Int32Array | typeof Float64Array) {
    super();
    this.#values = new array(ROWS);
  }

  addNumber(value: number): void {
    this.#set(value);
    this.addRow(true);
  }

  override addNull(): void {
    this.#set(0);
    super.addNull();
  }

  #set(value: number): void {
    if (this.length === this.#values.length) this.#values = larger(this.#values, 2 * this.length);
    this.#values[this.length] = value;
  }

  get bytes(): number {
    return this.rowBytes + this.length * this.#values.BYTES_PER_ELEMENT;
  }

  take(): ColumnData {
    const data = { values: this.#values, ...this.takeRows() };
    this.#values = larger(this.#values.subarray(0, 0), data.values.length);
    return data;
  }
}

const TWO_TO_32 = 2 ** 32;

/** Times in milliseconds since 1970, as integers of 64 bits; in two halves, because BigInts are slow. */
export class TimeBuffer extends ColumnBuffer {
  #halves = new Int32Array(2 * ROWS);

  addNumber(time: number): void {
    this.#set(time);
    this.addRow(true);
  }

  override addNull(): void {
    this.#set(0);
    super.addNull();
  }

  #set(time: number): void {
    if (2 * this.length === this.#halves.length) this.#halves = larger(this.#halves, 4 * this.length);
    // Little-endian, as Arrow has it. The lower half wraps around by itself.
    this.#halves[2 * this.length] = time % TWO_TO_32;
    this.#halves[2 * this.length + 1] = Math.floor(time / TWO_TO_32);
  }

  get bytes(): number {
    return this.rowBytes + 8 * this.length;
  }

  take(): ColumnData {
    const { buffer, length } = this.#halves;
    this.#halves = new Int32Array(length);
    return { values: new BigInt64Array(buffer), ...this.takeRows() };
  }
}

/** One bit a row, lowest bit first. */
export class BooleanBuffer extends ColumnBuffer {
  #bits = new Uint8Array(ROWS / 8);

  /** Adds 0 or 1. */
  addNumber(value: number): void {
    this.#set(value);
    this.addRow(true);
  }

  override addNull(): void {
    this.#set(0);
    super.addNull();
  }

  #set(value: number): void {
    const at = this.length >> 3;
    if (at === this.#bits.length) this.#bits = larger(this.#bits, 2 * at);
    this.#bits[at] = (this.#bits[at] as number) | (value << (this.length & 7));
  }

  get bytes(): number {
    return this.rowBytes + Math.ceil(this.length / 8);
  }

  take(): ColumnData {
    const data = { values: this.#bits, ...this.takeRows() };
    this.#bits = new Uint8Array(data.values.length);
    return data;
  }
}

/** Lists, whose elements are gathered by a buffer of their own. */
export class ListBuffer<T extends ColumnBuffer> extends ColumnBuffer {
  readonly elements: T;
  #offsets = new Int32Array(ROWS + 1);

  constructor(elements: T) {
    super();
    this.elements = elements;
  }

  /** Ends a list, of the elements that were added since the one before. */
  endList(): void {
    this.addRow(true);
    this.#setEnd();
  }

  override addNull(): void {
    super.addNull();
    this.#setEnd();
  }

  #setEnd(): void {
    if (this.length === this.#offsets.length) this.#offsets = larger(this.#offsets, 2 * this.length);
    this.#offsets[this.length] = this.elements.length;
  }

  get bytes(): number {
    return this.rowBytes + 4 * (this.length + 1) + this.elements.bytes;
  }

  take(): ColumnData {
    const data = { offsets: this.#offsets, children: [this.elements.take()], ...this.takeRows() };
    this.#offsets = new Int32Array(data.offsets.length);
    return data;
  }
}

/** The elements of `tags`, none of which is null. */
export class TagBuffer extends ColumnBuffer {
  readonly names = new TextBuffer();
  readonly providers = new TextBuffer();
  readonly accuracies = new NumberBuffer(Float64Array);

  /** Ends a tag, whose name, provider and accuracy were added before. */
  endTag(): void {
    this.addRow(true);
  }

  get bytes(): number {
    return this.names.bytes + this.providers.bytes + this.accuracies.bytes;
  }

  take(): ColumnData {
    const children = [this.names.take(), this.providers.take(), this.accuracies.take()];
    return { children, ...this.takeRows() };
  }
}

function larger<T extends Uint8Array | Int32Array | Float64Array>(array: T, length: number): T {
  const copy = new (array.constructor as new (length: number) => T)(length);
  copy.set(array);
  return copy;
}
