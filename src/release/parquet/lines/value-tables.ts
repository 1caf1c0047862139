import type { Leaf } from "../file-schema.js";
import { type ByteValues, PlacedBytes, type StoredValues } from "../page-values.js";
import type { Remarks } from "../remarks.js";
import { valueWriter } from "../value-json.js";
import type { ValueKind } from "../value-kinds.js";
import { fail, lines, put } from "./module.js";
import { Integer, Problem } from "./shared.js";

/** The most values that become JSON at a time, and the most bytes of them; one value may have more. */
const MOST_VALUES = 8192;
const MOST_BYTES = 2 ** 22;
/** Values with more bytes are left to JavaScript, whose texts end at the engine's limit. */
const LONG_BYTES = 2 ** 26;
const FIRST_ROOM = 2 ** 20;

/** The table that is filled: of which leaf, and which one of it. */
interface Place {
  readonly leaf: number;
  readonly isDictionary: boolean;
}

/** Values of a page or dictionary, and what they are. */
interface TypedValues {
  readonly values: StoredValues;
  readonly leaf: Leaf;
  readonly kind: ValueKind;
  readonly remarks: Remarks;
}

/** The values of a page or dictionary, as they become tables of JSON in the module's memory. */
export class ValueTables {
  readonly #typed: TypedValues;
  readonly #count: number;
  /** The next value. */
  #at = 0;

  /** `most` is how many values there may be. */
  constructor(typed: TypedValues, most: number) {
    this.#typed = typed;
    const { numbers, bytes } = typed.values;
    this.#count = Math.min(most, numbers?.length ?? bytes?.count ?? 0);
  }

  /** Makes the next values into a table. Throws where there are none. */
  fill(place: Place): void {
    if (this.#at === this.#count) fail(Problem.tooFewValues);
    const { bytes } = this.#typed.values;
    const most = Math.min(this.#count, this.#at + MOST_VALUES);
    if (bytes && !bytes.starts) {
      const values = gathered(bytes, this.#at, most);
      this.#at += values.count;
      setTable(place, { ...this.#typed, values: { bytes: values } }, 0, values.count);
      return;
    }
    const to = bytes?.starts ? endOf(bytes.starts, this.#at, most) : most;
    setTable(place, this.#typed, this.#at, to);
    this.#at = to;
  }

  /** Makes all values, which must lie as they are, into one table. */
  fillAll(place: Place): void {
    setTable(place, this.#typed, 0, this.#count);
  }
}

/** The end of some values from `from` on that do not have too many bytes. */
function endOf(starts: Uint32Array, from: number, to: number): number {
  const most = (starts[from] as number) + MOST_BYTES;
  let end = to;
  while (end > from + 1 && (starts[end] as number) > most) end = from + Math.ceil((end - from) / 2);
  return end;
}

/** The next values, which come one at a time, beside each other. */
function gathered(values: ByteValues, from: number, to: number): PlacedBytes {
  const starts = new Uint32Array(to - from + 1);
  let bytes = Buffer.allocUnsafeSlow(FIRST_ROOM);
  let [count, end] = [0, 0];
  for (; from + count < to && end < MOST_BYTES; count++) {
    values.to(from + count);
    const next = end + values.end - values.start;
    if (next > bytes.length) bytes = Buffer.concat([bytes], 2 * next);
    values.bytes.copy(bytes, end, values.start, values.end);
    starts[count + 1] = end = next;
  }
  return new PlacedBytes(bytes.subarray(0, end), starts.subarray(0, count + 1));
}

function setTable(place: Place, typed: TypedValues, from: number, to: number): void {
  if (!setInModule(place, typed, from, to)) setMade(place, typed, from, to);
}

/** False where the module has no way to write these values. */
function setInModule({ leaf, isDictionary }: Place, typed: TypedValues, from: number, to: number): boolean {
  const { values, kind } = typed;
  const table = [leaf, Number(isDictionary)] as const;
  const { numbers, bytes } = values;
  if (numbers instanceof Int32Array || numbers instanceof BigInt64Array) {
    if (kind.kind !== "integer" && kind.kind !== "timestamp") return false;
    const some = numbers.subarray(from, to);
    const at = putAll(bytesIn(some));
    if (kind.kind === "timestamp")
      return (
        lines.setTimestamps(...table, at, some.length, Number(kind.unitsPerSecond), Number(kind.isUtc)) !== 0
      );
    const isLong = numbers instanceof BigInt64Array;
    const [signed, unsigned] = isLong ? [Integer.i64, Integer.u64] : [Integer.i32, Integer.u32];
    lines.setIntegers(...table, at, some.length, kind.isSigned ? signed : unsigned);
    return true;
  }
  if (!bytes?.starts || (kind.kind !== "text" && kind.kind !== "json")) return false;
  const starts = bytes.starts.subarray(from, to + 1);
  const [first, last, gap] = [starts[0] as number, starts[to - from] as number, bytes.gap ?? 0];
  if (last - gap > bytes.bytes.length || last - first > LONG_BYTES) return false;
  const at = putAll(bytesIn(starts), bytes.bytes.subarray(first, last));
  const set = kind.kind === "text" ? lines.setTexts : lines.setJson;
  return set(...table, at + starts.byteLength - first, at, to - from, gap) !== 0;
}

/** Sets a table of JSON that JavaScript makes. */
function setMade({ leaf, isDictionary }: Place, typed: TypedValues, from: number, to: number): void {
  const toJson = valueWriter(typed);
  const made = Array.from({ length: to - from }, (_, i) => Buffer.from(toJson(from + i)));
  let end = 0;
  const ends = Uint32Array.from(made, ({ length }) => (end += length));
  const at = putAll(bytesIn(ends), ...made);
  lines.setMade(leaf, Number(isDictionary), at + ends.byteLength, at, made.length);
}

const bytesIn = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Puts bytes beside each other into the module's memory; gives where. */
function putAll(...parts: readonly Uint8Array[]): number {
  const at = lines.input(parts.reduce((sum, { length }) => sum + length, 0));
  let next = at;
  for (const part of parts) {
    put(next, part);
    next += part.length;
  }
  return at;
}
