import { isAscii } from "node:buffer";
import { readDeltas } from "./delta-values.js";
import type { Leaf } from "./file-schema.js";
import { ENCODINGS, type StoredType } from "./format.js";
import { HybridReader } from "./hybrid-reader.js";

/**
 * The values of a page without a dictionary, or of a dictionary, as they are stored. The physical type decides which of
 * these they are.
 */
export interface StoredValues {
  readonly numbers?: ArrayLike<number | bigint>;
  /** 1 for true. */
  readonly booleans?: HybridReader;
  readonly bytes?: ByteValues;
}

/** Values that are bytes, one at a time: `to` goes to a value, which then is from `start` to `end` of `bytes`. */
export interface ByteValues {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** How many there are at most; with `starts`, how many there are. */
  readonly count: number;
  /**
   * Where each value begins, and how many bytes are between two of them: the last number is where a further one would
   * begin. Only where the values lie as they are.
   */
  readonly starts?: Uint32Array;
  readonly gap?: number;
  /** True where all values are ASCII; false where some may not be. */
  readonly isAscii: boolean;
  /** From one to the next; in PLAIN, which dictionaries are in, to any. */
  to(index: number): void;
}

/** Where the values of a page are, and how many there are at most. */
interface Section {
  readonly bytes: Buffer;
  readonly most: number;
  readonly leaf: Leaf;
}

type Numbers = Int32Array | BigInt64Array | Float32Array | Float64Array;
type NumbersType = (new (buffer: ArrayBuffer) => Numbers) & { readonly BYTES_PER_ELEMENT: number };

const NUMBERS: Readonly<Partial<Record<StoredType, NumbersType>>> = {
  INT32: Int32Array,
  INT64: BigInt64Array,
  FLOAT: Float32Array,
  DOUBLE: Float64Array,
};
const INT96_BYTES = 12;
/** Deltas that are all the same take no bytes, so that a few bytes may give any number of values. */
const MOST_DELTAS = 2 ** 24;

const DECODERS: Readonly<Record<number, (section: Section) => StoredValues>> = {
  [ENCODINGS.PLAIN]: plainValues,
  [ENCODINGS.RLE]: ({ bytes }) => ({
    booleans: new HybridReader(bytes.subarray(4, 4 + bytes.readUInt32LE()), 1),
  }),
  [ENCODINGS.DELTA_BINARY_PACKED]: ({ bytes, most, leaf }) => {
    const isLong = leaf.physical === "INT64";
    if (!isLong && leaf.physical !== "INT32") throw new RangeError("values of this type have no deltas");
    const { words } = readDeltas(bytes, Math.min(most, MOST_DELTAS), isLong);
    return { numbers: isLong ? new BigInt64Array(words.buffer) : words };
  },
  [ENCODINGS.DELTA_LENGTH_BYTE_ARRAY]: (section) => {
    const { lengths, rest } = lengthsIn(section);
    return { bytes: new PlacedBytes(rest, startsOf(lengths)) };
  },
  [ENCODINGS.DELTA_BYTE_ARRAY]: (section) => {
    const prefixes = lengthsIn(section);
    const suffixes = lengthsIn({ ...section, bytes: prefixes.rest });
    return { bytes: new PrefixedBytes(suffixes.rest, prefixes.lengths, suffixes.lengths) };
  },
  [ENCODINGS.BYTE_STREAM_SPLIT]: (section) => plainValues({ ...section, bytes: joinedStreams(section) }),
};

/** The values in a section. Throws where the encoding is not known, or the section is damaged. */
export function valuesIn(encoding: number, section: Section): StoredValues {
  const decode = DECODERS[encoding];
  if (decode === undefined) throw new RangeError(`encoding ${encoding} is not known`);
  // A page of nulls only has nothing there.
  return section.bytes.length === 0 ? plainValues(section) : decode(section);
}

/** The bytes that each value takes in PLAIN; undefined where it depends on the value. */
function widthOf({ physical, length }: Leaf): number | undefined {
  if (physical === "FIXED_LEN_BYTE_ARRAY") return length;
  return physical === "INT96" ? INT96_BYTES : NUMBERS[physical]?.BYTES_PER_ELEMENT;
}

function plainValues({ bytes, most, leaf }: Section): StoredValues {
  if (leaf.physical === "BOOLEAN") return { booleans: HybridReader.bits(bytes) };
  if (leaf.physical === "BYTE_ARRAY") return { bytes: new PlacedBytes(bytes, plainStarts(bytes, most), 4) };
  const width = widthOf(leaf) as number;
  const type = NUMBERS[leaf.physical];
  if (type === undefined) return { bytes: new PlacedBytes(bytes, fixedStarts(bytes, width)) };
  const end = bytes.byteOffset + bytes.length - (bytes.length % width);
  return { numbers: new type(bytes.buffer.slice(bytes.byteOffset, end) as ArrayBuffer) };
}

/** One value as statistics have it: in PLAIN, but for the length of bytes. */
export function plainValue(bytes: Buffer, leaf: Leaf): StoredValues {
  if (leaf.physical === "BYTE_ARRAY")
    return { bytes: new PlacedBytes(bytes, fixedStarts(bytes, bytes.length)) };
  return plainValues({ bytes, most: 1, leaf });
}

/** Where values begin that have their length in four bytes before them. */
function plainStarts(bytes: Buffer, most: number): Uint32Array {
  const starts = new Uint32Array(Math.min(most, Math.floor(bytes.length / 4)) + 1);
  let at = 4;
  let count = 0;
  for (; count < starts.length - 1 && at <= bytes.length; count++) {
    starts[count] = at;
    at += bytes.readUInt32LE(at - 4) + 4;
  }
  starts[count] = Math.min(at, 2 ** 32 - 1);
  return starts.subarray(0, count + 1);
}

/** Where values begin that all have the same length, which may be 0 for a single one. */
function fixedStarts(bytes: Buffer, width: number): Uint32Array {
  const count = width === bytes.length ? 1 : Math.floor(bytes.length / width);
  const starts = new Uint32Array(count + 1);
  for (let i = 1; i <= count; i++) starts[i] = i * width;
  return starts;
}

/** Where values begin that are without a gap, by their lengths. */
function startsOf(lengths: Int32Array): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    at += lengths[i] as number;
    if ((lengths[i] as number) < 0 || at >= 2 ** 32) throw new RangeError("a value has no such length");
    starts[i + 1] = at;
  }
  return starts;
}

/** Lengths as differences, and what comes after them. */
function lengthsIn({ bytes, most }: Section): { lengths: Int32Array; rest: Buffer } {
  const { words, at } = readDeltas(bytes, Math.min(most, MOST_DELTAS), false);
  return { lengths: words, rest: bytes.subarray(at) };
}

/** BYTE_STREAM_SPLIT, which has the first bytes of all values, then their second ones and so on, as PLAIN. */
function joinedStreams({ bytes, leaf }: Section): Buffer {
  const width = widthOf(leaf) as number;
  const count = Math.floor(bytes.length / width);
  const joined = Buffer.allocUnsafeSlow(count * width);
  for (let stream = 0; stream < width; stream++)
    for (let i = 0; i < count; i++) joined[i * width + stream] = bytes[stream * count + i] as number;
  return joined;
}

/** Values at places that are known beforehand. */
export class PlacedBytes implements ByteValues {
  readonly bytes: Buffer;
  readonly isAscii: boolean;
  readonly starts: Uint32Array;
  readonly gap: number;
  start = 0;
  end = 0;

  /** `starts` has one more than there are values; `gap` is the bytes between two of them. */
  constructor(bytes: Buffer, starts: Uint32Array, gap = 0) {
    this.bytes = bytes;
    this.isAscii = isAscii(bytes);
    this.starts = starts;
    this.gap = gap;
  }

  get count(): number {
    return this.starts.length - 1;
  }

  to(index: number): void {
    this.start = this.starts[index] as number;
    this.end = (this.starts[index + 1] as number) - this.gap;
    if (!(this.end <= this.bytes.length)) throw new RangeError("the page has fewer values than it says");
  }
}

/** Values of which each has the beginning of the one before it, of a length that is said. One is in memory at a time. */
class PrefixedBytes implements ByteValues {
  readonly isAscii: boolean;
  readonly #suffixes: Buffer;
  readonly #prefixLengths: Int32Array;
  readonly #suffixLengths: Int32Array;
  #bytes = Buffer.alloc(256);
  #at = 0;
  start = 0;
  end = 0;

  constructor(suffixes: Buffer, prefixLengths: Int32Array, suffixLengths: Int32Array) {
    this.isAscii = isAscii(suffixes);
    this.#suffixes = suffixes;
    this.#prefixLengths = prefixLengths;
    this.#suffixLengths = suffixLengths;
  }

  get count(): number {
    return this.#prefixLengths.length;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  to(index: number): void {
    const prefix = this.#prefixLengths[index] as number;
    const suffix = this.#suffixLengths[index] as number;
    const next = this.#at + suffix;
    if (!(prefix >= 0 && prefix <= this.end && suffix >= 0 && next <= this.#suffixes.length))
      throw new RangeError("the page has fewer values than it says");
    this.end = prefix + suffix;
    if (this.end > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * this.end);
      this.#bytes.copy(larger, 0, 0, prefix);
      this.#bytes = larger;
    }
    this.#suffixes.copy(this.#bytes, prefix, this.#at, next);
    this.#at = next;
  }
}
