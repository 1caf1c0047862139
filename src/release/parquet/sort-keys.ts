import { type ColumnPlace, placesIn, type RowsData } from "../../record/decoder/index.js";
import { type Column, columnsOf, type MediaType } from "../../record/index.js";
import type { IdentifiedRows } from "./identified-rows.js";

/** What sorting needs of lines: keys whose bytes have the order of the columns' values, one column after the other. */

/** The good lines of a block, in their order. */
export interface KeyedLines {
  /** Keys, one after the other, and where each ends. */
  readonly keys: Uint8Array<ArrayBuffer>;
  readonly keyEnds: Uint32Array<ArrayBuffer>;
  /** Where each line begins and ends in the block, without its line end. */
  readonly bounds: Uint32Array<ArrayBuffer>;
  /** By the number of the subset: which of the lines each of its rows is of. */
  readonly order: readonly Uint32Array<ArrayBuffer>[];
}

/** Rows of one subset: of the columns to sort by alone. */
interface SomeRows {
  readonly media: MediaType;
  readonly data: RowsData;
}

/** The columns of a media type that its rows need to be sorted. The others are read, for lines may be bad, and not kept. */
export function columnsToSort(names: readonly string[], media: MediaType): Column[] {
  return columnsOf(media).filter(({ name }) => names.includes(name));
}

/** Begins what there is; values that are missing come last. */
const THERE = 0x31;
const MISSING = 0x32;
/** Ends a text; cleaned values have no control characters. */
const TEXT_END = 0x01;

/**
 * The keys of lines by these columns. `numbers` has the number of each good line in the block, counted from 1; `rows` are
 * made of them, `identified` says which are.
 */
export function keyedLines(
  columns: readonly string[],
  numbers: readonly number[],
  bounds: readonly number[],
  rows: readonly SomeRows[],
  identified: readonly IdentifiedRows[],
): KeyedLines {
  const places = new Uint32Array((numbers.at(-1) ?? 0) + 1);
  for (let place = 0; place < numbers.length; place++) places[numbers[place] as number] = place;
  const order = rows.map(({ data }) => new Uint32Array(data.rows));
  const [subsetOf, rowOf] = [new Uint32Array(numbers.length), new Uint32Array(numbers.length)];
  const counts = new Uint32Array(rows.length);
  for (const { lines, subsets } of identified)
    for (let i = 0; i < lines.length; i++) {
      const subset = typeof subsets === "number" ? subsets : (subsets[i] as number);
      const row = counts[subset] as number;
      counts[subset] = row + 1;
      const place = places[lines[i] as number] as number;
      (order[subset] as Uint32Array)[row] = place;
      subsetOf[place] = subset;
      rowOf[place] = row;
    }
  const writers = rows.map((some) => {
    const all = columnsToSort(columns, some.media);
    return columns.map((name) => writerOf(some.data, all, name));
  });
  const keys = new Keys();
  const keyEnds = new Uint32Array(numbers.length);
  for (let place = 0; place < numbers.length; place++) {
    for (const write of writers[subsetOf[place] as number] ?? []) write(keys, rowOf[place] as number);
    keyEnds[place] = keys.length;
  }
  return { keys: keys.take(), keyEnds, bounds: Uint32Array.from(bounds), order };
}

type Write = (keys: Keys, row: number) => void;

/** What adds the part of a column to the key of a row. */
function writerOf(data: RowsData, all: readonly Column[], name: string): Write {
  const index = all.findIndex((column) => column.name === name);
  const place = placesIn(data)[index];
  if (place === undefined) return (keys) => keys.byte(MISSING);
  const write = valueWriter(all[index] as Column, place, data.body);
  return (keys, row) => {
    if (!bitAt(data.body, place.validity, row)) return keys.byte(MISSING);
    keys.byte(THERE);
    write(keys, row);
  };
}

function valueWriter({ type }: Column, { offsets, values }: ColumnPlace, body: Uint8Array): Write {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  switch (type) {
    case "integer":
      return (keys, row) => keys.number(view.getInt32(values + 4 * row, true));
    case "number":
      return (keys, row) => keys.number(view.getFloat64(values + 8 * row, true));
    case "timestamp":
      return (keys, row) => keys.number(Number(view.getBigInt64(values + 8 * row, true)));
    case "boolean":
      return (keys, row) => keys.byte(bitAt(body, values, row) ? 1 : 0);
    default:
      return (keys, row) => {
        const [from, to] = [offsets + 4 * row, offsets + 4 * row + 4].map((at) => view.getUint32(at, true));
        keys.text(body, values + (from as number), values + (to as number));
      };
  }
}

function bitAt(body: Uint8Array, at: number, row: number): boolean {
  return (((body[at + (row >>> 3)] as number) >> (row & 7)) & 1) === 1;
}

/** Bytes of keys that are gathered. */
class Keys {
  #bytes = Buffer.allocUnsafeSlow(64 * 1024);
  length = 0;

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.length++] = value;
  }

  text(from: Uint8Array, start: number, end: number): void {
    this.#room(end - start + 1);
    for (let at = start; at < end; at++) this.#bytes[this.length++] = from[at] as number;
    this.#bytes[this.length++] = TEXT_END;
  }

  /** The bits of a double, turned so that greater numbers have greater bits. */
  number(value: number): void {
    this.#room(8);
    const at = this.length;
    this.length = this.#bytes.writeDoubleBE(value, at);
    const first = this.#bytes[at] as number;
    if (first < 0x80) this.#bytes[at] = first ^ 0x80;
    else for (let i = at; i < at + 8; i++) this.#bytes[i] = (this.#bytes[i] as number) ^ 0xff;
  }

  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.subarray(0, this.length));
  }

  #room(more: number): void {
    if (this.length + more > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], 2 * (this.length + more));
  }
}
