import { isAscii, isUtf8 } from "node:buffer";
import type { Data } from "apache-arrow";
import { dateText, timestampText, timeText } from "./civil-time.js";
import { type Leaf, refused } from "./file-schema.js";
import type { Remarks } from "./remarks.js";
import type { ValueKind } from "./value-kinds.js";

/** Values as they are stored, to JSON: exact, or refused. */

/** Gives the JSON text of a row's value. */
export type ToJson = (row: number) => string;

/** A column of values, as the decoder gives some of them, and what they are. */
export interface LeafData {
  readonly data: Data;
  readonly leaf: Leaf;
  readonly kind: ValueKind;
  readonly remarks: Remarks;
}

type Writers = {
  readonly [K in ValueKind["kind"]]: (column: LeafData, kind: Extract<ValueKind, { kind: K }>) => ToJson;
};

/** Decimals with more digits are texts: no common reader of JSON keeps more of a number. */
const DOUBLE_DIGITS = 15;
const JULIAN_1970 = 2_440_588;
const DAY_NANOSECONDS = 86_400_000_000_000n;
const NANOSECONDS = 1_000_000_000n;

const WRITERS: Writers = {
  boolean:
    ({ data: { values, offset } }) =>
    (row) =>
      (((values[(offset + row) >> 3] as number) >> ((offset + row) & 7)) & 1) === 1 ? "true" : "false",
  integer: ({ data: { values }, leaf }, { isSigned }) => {
    if (isSigned) return (row) => String(values[row]);
    if (leaf.physical === "INT32") return (row) => String((values[row] as number) >>> 0);
    return (row) => String(BigInt.asUintN(64, values[row] as bigint));
  },
  float: (column) => {
    const values = column.data.values as Float64Array;
    return (row) => floatJson(values[row] as number, column);
  },
  float16: (column) => {
    const bytes = bytesOf(column);
    return (row) => floatJson(halfOf(bytes(row).readUInt16LE()), column);
  },
  decimal: (column, kind) => {
    const unscaled = unscaledOf(column);
    return (row) => decimalJson(unscaled(row), kind);
  },
  date:
    ({ data: { values } }) =>
    (row) =>
      `"${dateText(values[row] as number)}"`,
  time: ({ data: { values }, leaf }, { unitsPerSecond }) => {
    const end = 86_400n * unitsPerSecond;
    return (row) => {
      const value = BigInt(values[row] as bigint);
      if (value < 0n || value > end) throw refused(leaf.path, `holds ${value}, which is no time of day`);
      return `"${timeText(value, unitsPerSecond)}"`;
    };
  },
  timestamp: ({ data: { values } }, { unitsPerSecond, isUtc }) => {
    const end = isUtc ? 'Z"' : '"';
    return (row) => `"${timestampText(values[row] as bigint, unitsPerSecond)}${end}`;
  },
  // Nanoseconds of the day, then the Julian day. That these are UTC is not said: some writers have local times.
  int96: (column) => {
    const bytes = bytesOf(column);
    return (row) => {
      const time = bytes(row);
      const day = BigInt(time.readInt32LE(8) - JULIAN_1970);
      return `"${timestampText(day * DAY_NANOSECONDS + time.readBigInt64LE(), NANOSECONDS)}"`;
    };
  },
  interval: (column) => {
    const bytes = bytesOf(column);
    return (row) => {
      const interval = bytes(row);
      const [months, days, ms] = [0, 4, 8].map((at) => interval.readUInt32LE(at)) as [number, number, number];
      const rest = ms % 1000 === 0 ? "" : `.${String(ms % 1000).padStart(3, "0")}`;
      return `"P${months}M${days}DT${Math.floor(ms / 1000)}${rest}S"`;
    };
  },
  uuid: (column) => {
    const bytes = bytesOf(column);
    return (row) => {
      const hex = bytes(row).toString("hex");
      return `"${hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}"`;
    };
  },
  base64: (column) => {
    const bytes = bytesOf(column);
    return (row) => `"${bytes(row).toString("base64")}"`;
  },
  text: (column) => textOf(column, JSON.stringify),
  json: (column) => textOf(column, jsonOrText),
};

/** How the values of a column become JSON; none of them may be null. */
export function valueWriter(column: LeafData): ToJson {
  const write = WRITERS[column.kind.kind] as (column: LeafData, kind: ValueKind) => ToJson;
  return write(column, column.kind);
}

/** JSON that stands in a text, as it stands there but for line ends; a text that is none, as a text. */
function jsonOrText(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return JSON.stringify(text);
  }
  // In valid JSON they stand between its parts only.
  return text.replace(/[\r\n]+/g, " ");
}

/** JSON has no words for these numbers. */
function floatJson(value: number, { leaf, remarks }: LeafData): string {
  if (Object.is(value, -0)) return "-0";
  if (Number.isFinite(value)) return String(value);
  remarks.count(leaf.path.join("."), "not_finite");
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
function unscaledOf(column: LeafData): (row: number) => bigint {
  const { values } = column.data;
  if (column.leaf.physical === "INT32" || column.leaf.physical === "INT64")
    return (row) => BigInt(values[row] as bigint);
  const bytes = bytesOf(column);
  return (row) => {
    const stored = bytes(row);
    if (stored.length === 0) throw refused(column.leaf.path, "has a decimal without digits");
    return BigInt.asIntN(8 * stored.length, BigInt(`0x${stored.toString("hex")}`));
  };
}

/** The bytes of a row's value, which last as long as the column. */
function bytesOf({ data, leaf }: LeafData): (row: number) => Buffer {
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  const all = Buffer.from(buffer, byteOffset, byteLength);
  if (leaf.physical === "BYTE_ARRAY") {
    const offsets = data.valueOffsets as Int32Array;
    return (row) => all.subarray(offsets[row], offsets[row + 1]);
  }
  const length = leaf.physical === "INT96" ? 12 : leaf.length;
  return (row) => all.subarray(row * length, (row + 1) * length);
}

/** Bytes that are UTF-8 are a text, all others base64. */
function textOf(column: LeafData, toJson: (text: string) => string): ToJson {
  const { leaf, remarks } = column;
  const whole = wholeText(column);
  if (whole) return (row) => toJson(whole(row));
  const bytes = bytesOf(column);
  return (row) => {
    const value = bytes(row);
    if (isUtf8(value)) return toJson(value.toString("utf8"));
    remarks.count(leaf.path.join("."), "base64");
    return `"${value.toString("base64")}"`;
  };
}

/** The texts of a column all of which are known to be UTF-8; undefined where they are not, or that is not so quick to say. */
function wholeText({ data, leaf }: LeafData): ((row: number) => string) | undefined {
  if (leaf.physical !== "BYTE_ARRAY") return undefined;
  const offsets = data.valueOffsets as Int32Array;
  const { buffer, byteOffset } = data.values as Uint8Array;
  const all = Buffer.from(buffer, byteOffset, offsets[data.length]);
  if (isAscii(all)) return (row) => all.toString("latin1", offsets[row], offsets[row + 1]);
  if (!isUtf8(all)) return undefined;
  // A character may be divided among two values.
  for (let row = 0; row < data.length; row++)
    if (((all[offsets[row] as number] ?? 0) & 0xc0) === 0x80) return undefined;
  return (row) => all.toString("utf8", offsets[row], offsets[row + 1]);
}
