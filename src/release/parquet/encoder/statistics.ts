import type { PhysicalType } from "../format.js";
import type { PageResult } from "./module.js";

/**
 * The bounds of the values of a data page or a column chunk (`ColumnIndex` and `Statistics`), with which readers skip what
 * they do not look for. Long texts are cut: then the bound is no value of the column, but no value is beyond it.
 */
interface Bound {
  /** As the format writes a value of the column's type, without the length of a text. */
  readonly bytes: Uint8Array;
  readonly isExact: boolean;
}

export interface Bounds {
  readonly min: Bound;
  readonly max: Bound;
}

/** The bounds of a page's values; undefined where it has no values, or no bounds that can be written. */
export function boundsOf(type: PhysicalType, page: PageResult): Bounds | undefined {
  if (page.levels === page.nulls) return undefined;
  if (type !== "BYTE_ARRAY") return numberBounds(type, page.minNumber, page.maxNumber);
  const max = page.isMaxExact ? page.maxText.slice() : above(page.maxText);
  if (max === undefined) return undefined;
  const min = page.isMinExact ? page.minText.slice() : whole(page.minText);
  return { min: { bytes: min, isExact: page.isMinExact }, max: { bytes: max, isExact: page.isMaxExact } };
}

/** NaN is never a bound, and of zeros the minimum is -0 and the maximum +0 (parquet.thrift, `ColumnOrder`). */
function numberBounds(type: NumberType, min: number, max: number): Bounds | undefined {
  // Of nothing but NaN.
  if (min > max) return undefined;
  // The module compares integers as doubles, which beyond 2^53 round.
  if (type === "INT64" && !(Number.isSafeInteger(min) && Number.isSafeInteger(max))) return undefined;
  const bound = (value: number) => ({ bytes: WRITE[type](value), isExact: true });
  return { min: bound(min === 0 && type === "DOUBLE" ? -0 : min), max: bound(max === 0 ? 0 : max) };
}

/** The bounds of several pages; undefined where one has none. */
export function joinedBounds(type: PhysicalType, all: readonly (Bounds | undefined)[]): Bounds | undefined {
  const compare = comparatorOf(type);
  let both: Bounds | undefined;
  for (const bounds of all) {
    if (!bounds) return undefined;
    both ??= bounds;
    both = {
      min: compare(bounds.min.bytes, both.min.bytes) < 0 ? bounds.min : both.min,
      max: compare(bounds.max.bytes, both.max.bytes) > 0 ? bounds.max : both.max,
    };
  }
  return both;
}

/** Orders values of a type as the format does. */
export function comparatorOf(type: PhysicalType): (a: Uint8Array, b: Uint8Array) => number {
  if (type === "BYTE_ARRAY") return Buffer.compare;
  const read = READ[type];
  return (a, b) => read(viewOf(a)) - read(viewOf(b));
}

/** The bounds as numbers. */
export function numbersOf(
  type: NumberType,
  bounds: Bounds | undefined,
): [min: number, max: number] | undefined {
  return bounds && [READ[type](viewOf(bounds.min.bytes)), READ[type](viewOf(bounds.max.bytes))];
}

type NumberType = Exclude<PhysicalType, "BYTE_ARRAY">;

/** In little-endian order, as the machine has them. */
const WRITE: Readonly<Record<NumberType, (value: number) => Uint8Array>> = {
  BOOLEAN: (value) => Uint8Array.of(value),
  INT32: (value) => new Uint8Array(Int32Array.of(value).buffer),
  INT64: (value) => new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
  DOUBLE: (value) => new Uint8Array(Float64Array.of(value).buffer),
};

const READ: Readonly<Record<NumberType, (view: DataView) => number>> = {
  BOOLEAN: (view) => view.getUint8(0),
  INT32: (view) => view.getInt32(0, true),
  INT64: (view) => Number(view.getBigInt64(0, true)),
  DOUBLE: (view) => view.getFloat64(0, true),
};

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

/** The shortest text after all that begin with this one: its last character that has a next one becomes that one. */
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
