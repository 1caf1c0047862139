import type { PhysicalType } from "../format.js";
import type { PageResult } from "./module.js";

/**
 * The smallest and the largest value of a page or a column chunk, for readers that leave out what they do not look for
 * (Parquet's `Statistics` and `ColumnIndex`). Long texts are cut: then the bound is not a value, but no value is
 * beyond it.
 */
export interface Bound {
  /** As the format writes a value of the column's type, without the length of a text. */
  readonly bytes: Uint8Array;
  readonly isExact: boolean;
}

export interface Bounds {
  readonly least: Bound;
  readonly most: Bound;
}

/** The bounds of a page's values; undefined where there are none, or none that can be written. */
export function boundsOf(type: PhysicalType, page: PageResult): Bounds | undefined {
  if (page.levels === page.nulls) return undefined;
  if (type !== "BYTE_ARRAY") {
    // Zero may be negative in either: readers are told of the whole range.
    const least = page.leastNumber === 0 && type === "DOUBLE" ? -0 : page.leastNumber;
    const most = page.mostNumber === 0 ? 0 : page.mostNumber;
    return { least: exact(NUMBERS[type](least)), most: exact(NUMBERS[type](most)) };
  }
  const most = page.mostGoesOn ? above(page.mostText) : page.mostText.slice();
  if (most === undefined) return undefined;
  const least = page.leastGoesOn ? whole(page.leastText) : page.leastText.slice();
  return {
    least: { bytes: least, isExact: !page.leastGoesOn },
    most: { bytes: most, isExact: !page.mostGoesOn },
  };
}

/** The bounds of several pages, undefined where one has none; `compare` orders values of their type. */
export function joined(type: PhysicalType, all: readonly (Bounds | undefined)[]): Bounds | undefined {
  const compare = comparing(type);
  let both: Bounds | undefined;
  for (const bounds of all) {
    if (!bounds) return undefined;
    both ??= bounds;
    both = {
      least: compare(bounds.least.bytes, both.least.bytes) < 0 ? bounds.least : both.least,
      most: compare(bounds.most.bytes, both.most.bytes) > 0 ? bounds.most : both.most,
    };
  }
  return both;
}

/** Orders values of a type as the format does. */
export function comparing(type: PhysicalType): (a: Uint8Array, b: Uint8Array) => number {
  if (type === "BYTE_ARRAY") return Buffer.compare;
  const read = READ[type];
  return (a, b) => read(viewOf(a)) - read(viewOf(b));
}

/** The bounds as numbers. */
export function numbersOf(
  type: NumberType,
  bounds: Bounds | undefined,
): [least: number, most: number] | undefined {
  return bounds && [READ[type](viewOf(bounds.least.bytes)), READ[type](viewOf(bounds.most.bytes))];
}

function exact(bytes: Uint8Array): Bound {
  return { bytes, isExact: true };
}

type NumberType = Exclude<PhysicalType, "BYTE_ARRAY">;

const NUMBERS: Readonly<Record<NumberType, (value: number) => Uint8Array>> = {
  BOOLEAN: (value) => Uint8Array.of(value),
  INT32: (value) => bytesOf(4, (view) => view.setInt32(0, value, true)),
  INT64: (value) => bytesOf(8, (view) => view.setBigInt64(0, BigInt(value), true)),
  DOUBLE: (value) => bytesOf(8, (view) => view.setFloat64(0, value, true)),
};

const READ: Readonly<Record<NumberType, (view: DataView) => number>> = {
  BOOLEAN: (view) => view.getUint8(0),
  INT32: (view) => view.getInt32(0, true),
  INT64: (view) => Number(view.getBigInt64(0, true)),
  DOUBLE: (view) => view.getFloat64(0, true),
};

function bytesOf(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(viewOf(bytes));
  return bytes;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** The text without a character that was cut at its end. */
function whole(text: Uint8Array): Uint8Array {
  let end = text.length;
  while (end > 0 && ((text[end - 1] as number) & 0xc0) === 0x80) end--;
  const lead = text[end - 1] ?? 0;
  const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return text.slice(0, end - 1 + length <= text.length ? end - 1 + length : end - 1);
}

/** The shortest text that comes behind all that begin with this one: its last character that can be is the next one. */
function above(text: Uint8Array): Uint8Array | undefined {
  const characters = [...Buffer.from(whole(text)).toString()];
  while (characters.length > 0) {
    const next = nextCharacter(characters.pop() as string);
    if (next !== undefined) return Uint8Array.from(Buffer.from(characters.join("") + next));
  }
  return undefined;
}

function nextCharacter(character: string): string | undefined {
  const next = (character.codePointAt(0) as number) + 1;
  if (next === 0xd800) return "\u{e000}";
  return next <= 0x10ffff ? String.fromCodePoint(next) : undefined;
}
