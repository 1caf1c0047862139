import type { Leaf } from "../file-schema.js";
import type { StoredValues } from "../page-values.js";
import type { Remarks } from "../remarks.js";
import { type ToJson, valueWriter } from "../value-json.js";
import type { ValueKind } from "../value-kinds.js";
import { fail, lines, put } from "./module.js";
import { Integer, Problem } from "./shared.js";

/** Values of a page or dictionary, as they become tables of JSON in the module's memory, some at a time. */

/** So many values become JSON at a time, and those of so many bytes, but one in any case. */
const MOST_VALUES = 8192;
const MOST_BYTES = 2 ** 22;
/** Values with more bytes are left to the host, whose texts end at the engine's limit. */
const LONG_BYTES = 2 ** 26;

/** The table that is filled: of which leaf, and which one of it. */
interface Place {
  readonly leaf: number;
  readonly isDictionary: boolean;
}

interface Typed {
  readonly values: StoredValues;
  readonly leaf: Leaf;
  readonly kind: ValueKind;
  readonly remarks: Remarks;
}

export class ValueTables {
  readonly #typed: Typed;
  readonly #count: number;
  #toJson: ToJson | undefined;
  /** The next value. */
  #at = 0;

  /** `most` is how many values there may be. */
  constructor(typed: Typed, most: number) {
    this.#typed = typed;
    const { numbers, bytes } = typed.values;
    this.#count = Math.min(most, numbers?.length ?? bytes?.count ?? 0);
  }

  /** Makes the next values into a table. Throws where there are none. */
  fill(place: Place): void {
    if (this.#at === this.#count) fail(Problem.tooFewValues);
    const to = this.#end(Math.min(this.#count, this.#at + MOST_VALUES), MOST_BYTES);
    this.#fillTo(place, to);
  }

  /** Makes all values into one table, which is empty where there are none. */
  fillAll(place: Place): void {
    this.#fillTo(place, this.#count);
  }

  /** The end of the next values up to `to` that have no more bytes than this; after one value at least. */
  #end(to: number, most: number): number {
    const { starts } = this.#typed.values.bytes ?? {};
    if (!starts) return to;
    const start = starts[this.#at] as number;
    let end = to;
    while (end > this.#at + 1 && (starts[end] as number) - start > most)
      end = this.#at + Math.ceil((end - this.#at) / 2);
    return end;
  }

  #fillTo(place: Place, to: number): void {
    const from = this.#at;
    this.#at = to;
    if (!this.#fillFast(place, from, to)) this.#fillMade(place, from, to);
  }

  /** False where the module has no way for these values. */
  #fillFast(place: Place, from: number, to: number): boolean {
    const { values, kind } = this.#typed;
    if (values.numbers instanceof Int32Array || values.numbers instanceof BigInt64Array)
      return fillNumbers(place, values.numbers.subarray(from, to), kind);
    const { bytes } = values;
    if (!bytes?.starts || (kind.kind !== "text" && kind.kind !== "json")) return false;
    const starts = bytes.starts.subarray(from, to + 1);
    const [first, last] = [starts[0] as number, starts[starts.length - 1] as number];
    const gap = bytes.gap ?? 0;
    if (last - gap > bytes.bytes.length || last - first > LONG_BYTES) return false;
    const lengths = starts.byteLength;
    const at = lines.input(lengths + last - first);
    put(at, new Uint8Array(starts.buffer, starts.byteOffset, lengths));
    put(at + lengths, bytes.bytes.subarray(first, last));
    const set = kind.kind === "text" ? lines.setTexts : lines.setJson;
    return set(place.leaf, Number(place.isDictionary), at + lengths - first, at, to - from, gap) !== 0;
  }

  #fillMade(place: Place, from: number, to: number): void {
    this.#toJson ??= valueWriter(this.#typed);
    const ends = new Uint32Array(to - from);
    const made: Buffer[] = [];
    let end = 0;
    for (let i = from; i < to; i++) {
      const json = Buffer.from(this.#toJson(i));
      made.push(json);
      end += json.length;
      ends[i - from] = end;
    }
    const at = lines.input(ends.byteLength + end);
    put(at, new Uint8Array(ends.buffer));
    put(at + ends.byteLength, Buffer.concat(made));
    lines.setMade(place.leaf, Number(place.isDictionary), at + ends.byteLength, at, to - from);
  }
}

function fillNumbers(place: Place, numbers: Int32Array | BigInt64Array, kind: ValueKind): boolean {
  if (kind.kind !== "integer" && kind.kind !== "timestamp") return false;
  const at = lines.input(numbers.byteLength);
  put(at, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  const isDictionary = Number(place.isDictionary);
  const isLong = numbers instanceof BigInt64Array;
  if (kind.kind === "timestamp") {
    const { unitsPerSecond, isUtc } = kind;
    return (
      lines.setTimestamps(
        place.leaf,
        isDictionary,
        at,
        numbers.length,
        Number(unitsPerSecond),
        Number(isUtc),
      ) !== 0
    );
  }
  const [signed, unsigned] = isLong ? [Integer.i64, Integer.u64] : [Integer.i32, Integer.u32];
  lines.setIntegers(place.leaf, isDictionary, at, numbers.length, kind.isSigned ? signed : unsigned);
  return true;
}
