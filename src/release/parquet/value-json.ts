import { isUtf8 } from "node:buffer";
import { dateText, timestampText, timeText } from "./civil-time.js";
import { type Leaf, refused } from "./file-schema.js";
import type { ByteValues, StoredValues } from "./page-values.js";
import type { Remarks } from "./remarks.js";
import type { ValueKind } from "./value-kinds.js";

/** Values as they are stored, to JSON: exact, or refused. */

/** Gives the JSON of a value of a page by its index, of one after the other. */
export type ToJson = (index: number) => string;

/** Values of a page or dictionary, and what they are. */
interface TypedValues {
  readonly values: StoredValues;
  readonly leaf: Leaf;
  readonly kind: ValueKind;
  readonly remarks: Remarks;
}

type Writers = {
  readonly [K in ValueKind["kind"]]: (column: TypedValues, kind: Extract<ValueKind, { kind: K }>) => ToJson;
};

/** Decimals with more digits are texts: no common reader of JSON keeps more of a number. */
const DOUBLE_DIGITS = 15;
const JULIAN_1970 = 2_440_588;
const DAY_NANOSECONDS = 86_400_000_000_000n;
const NANOSECONDS = 1_000_000_000n;

/** A writer of values that are stored as numbers, each by itself. */
const ofNumbers =
  <Kind>(write: (number: number | bigint, kind: Kind, column: TypedValues) => string) =>
  (column: TypedValues, kind: Kind): ToJson => {
    const number = numbersOf(column);
    return (index) => write(number(index), kind, column);
  };
/** The same of values that are stored as bytes. */
const ofBytes =
  (write: (bytes: Buffer, column: TypedValues) => string) =>
  (column: TypedValues): ToJson => {
    const bytes = bytesOf(column);
    return (index) => write(bytes(index), column);
  };

const WRITERS: Writers = {
  boolean: ({ values: { booleans } }) => {
    const reader = booleans as NonNullable<typeof booleans>;
    return () => (reader.next() === 1 ? "true" : "false");
  },
  integer: (column, { isSigned }) => {
    const number = numbersOf(column);
    if (isSigned) return (index) => String(number(index));
    if (column.leaf.physical === "INT32") return (index) => String((number(index) as number) >>> 0);
    return (index) => String(BigInt.asUintN(64, number(index) as bigint));
  },
  float: ofNumbers((number, _, column) => floatJson(number as number, column)),
  float16: ofBytes((bytes, column) => floatJson(halfOf(bytes.readUInt16LE()), column)),
  decimal: (column, kind) => {
    const unscaled = unscaledOf(column);
    return (index) => decimalJson(unscaled(index), kind);
  },
  date: ofNumbers((days) => `"${dateText(days as number)}"`),
  time: ofNumbers((number, { unitsPerSecond }, { leaf }) => {
    const value = BigInt(number);
    if (value < 0n || value > 86_400n * unitsPerSecond)
      throw refused(leaf.path, `holds ${value}, which is no time of day`);
    return `"${timeText(value, unitsPerSecond)}"`;
  }),
  timestamp: ofNumbers(
    (number, { unitsPerSecond, isUtc }) =>
      `"${timestampText(number as bigint, unitsPerSecond)}${isUtc ? "Z" : ""}"`,
  ),
  // Nanoseconds of the day, then the Julian day. That these are UTC is not said: some writers have local times.
  int96: ofBytes((bytes) => {
    const day = BigInt(bytes.readInt32LE(8) - JULIAN_1970);
    return `"${timestampText(day * DAY_NANOSECONDS + bytes.readBigInt64LE(), NANOSECONDS)}"`;
  }),
  interval: ofBytes((bytes) => {
    const [months, days, ms] = [0, 4, 8].map((at) => bytes.readUInt32LE(at)) as [number, number, number];
    const rest = ms % 1000 === 0 ? "" : `.${String(ms % 1000).padStart(3, "0")}`;
    return `"P${months}M${days}DT${Math.floor(ms / 1000)}${rest}S"`;
  }),
  uuid: ofBytes((bytes) => `"${bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}"`),
  base64: ofBytes((bytes) => `"${bytes.toString("base64")}"`),
  text: (column) => textOf(column, JSON.stringify),
  json: (column) => textOf(column, jsonOrText),
};

/** How the values of a column become JSON; none of them may be null. */
export function valueWriter(column: TypedValues): ToJson {
  const write = WRITERS[column.kind.kind] as (column: TypedValues, kind: ValueKind) => ToJson;
  return write(column, column.kind);
}

/** The first of these values as one of JavaScript: a time as a `Date`, bytes as a text, others as `JSON.parse` gives them. */
export function oneValue(column: TypedValues): unknown {
  return valueIn(valueWriter(column)(0), column.kind);
}

/** The value that some JSON is of. */
export function valueIn(json: string, { kind }: ValueKind): unknown {
  const value: unknown = JSON.parse(json);
  if (kind !== "timestamp" || typeof value !== "string") return value;
  return new Date(value.endsWith("Z") ? value : `${value}Z`);
}

/** A text that is JSON, as it is but for line ends; any other text as a JSON string. */
function jsonOrText(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return JSON.stringify(text);
  }
  // In valid JSON they occur only between tokens.
  return text.replace(/[\r\n]+/g, " ");
}

/** JSON has no form for some numbers: they become texts. */
function floatJson(value: number, { leaf, remarks }: TypedValues): string {
  if (Object.is(value, -0)) return "-0";
  if (Number.isFinite(value)) return String(value);
  remarks.add(leaf.path.join("."), "not_finite");
  return `"${value}"`;
}

/** https://en.wikipedia.org/wiki/Half-precision_floating-point_format */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function decimalJson(unscaled: bigint, { precision, scale }: { precision: number; scale: number }): string {
  const sign = unscaled < 0n ? "-" : "";
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const whole = digits.length - scale;
  const text = `${sign}${digits.slice(0, whole)}${scale > 0 ? "." : ""}${digits.slice(whole)}`;
  return precision > DOUBLE_DIGITS ? `"${text}"` : text;
}

/** The whole numbers that decimals are stored as: those of bytes are in two's complement, their first byte first. */
function unscaledOf(column: TypedValues): (index: number) => bigint {
  if (column.values.numbers) {
    const number = numbersOf(column);
    return (index) => BigInt(number(index));
  }
  const bytes = bytesOf(column);
  return (index) => {
    const stored = bytes(index);
    if (stored.length === 0) throw refused(column.leaf.path, "has a decimal without digits");
    return BigInt.asIntN(8 * stored.length, BigInt(`0x${stored.toString("hex")}`));
  };
}

function numbersOf({ values }: TypedValues): (index: number) => number | bigint {
  const numbers = values.numbers as ArrayLike<number | bigint>;
  return (index) => {
    const number = numbers[index];
    if (number === undefined) throw new RangeError("the page has fewer values than it says");
    return number;
  };
}

/** The bytes of a value, which last until the next. */
function bytesOf({ values }: TypedValues): (index: number) => Buffer {
  const bytes = values.bytes as ByteValues;
  return (index) => {
    bytes.to(index);
    return bytes.bytes.subarray(bytes.start, bytes.end);
  };
}

/** Bytes that are UTF-8 are a text, all others base64. */
function textOf({ values, leaf, remarks }: TypedValues, toJson: (text: string) => string): ToJson {
  const bytes = values.bytes as ByteValues;
  if (bytes.isAscii)
    return (index) => {
      bytes.to(index);
      return toJson(bytes.bytes.toString("latin1", bytes.start, bytes.end));
    };
  return (index) => {
    bytes.to(index);
    const value = bytes.bytes.subarray(bytes.start, bytes.end);
    if (isUtf8(value)) return toJson(value.toString("utf8"));
    remarks.add(leaf.path.join("."), "base64");
    return `"${value.toString("base64")}"`;
  };
}
