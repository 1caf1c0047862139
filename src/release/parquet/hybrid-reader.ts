/** So that the number of a bit is a 32-bit one. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads numbers in the hybrid of run-length encoding and bit-packing, in which levels, dictionary indexes and booleans are:
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#RLE. One number at a time, so that a run takes no
 * memory, however long the file says that it is.
 */
export class HybridReader {
  readonly #bytes: Uint8Array;
  readonly #width: number;
  #at: number;
  /** Numbers left in the run. */
  #left = 0;
  /** That of a run of one number. */
  #value = 0;
  /** In a bit-packed run: the next bit, from the start of the bytes; else -1. */
  #bit = -1;

  /** `width` is the bits of a number, from 0 to 32; `at` where the first run begins. */
  constructor(bytes: Uint8Array, width: number, at = 0) {
    if (width > 32) throw new RangeError("a number has more than 32 bits");
    if (bytes.length > MOST_BYTES) throw new RangeError("a page is too large");
    this.#bytes = bytes;
    this.#width = width;
    this.#at = at;
    if (width === 0) this.#left = Number.POSITIVE_INFINITY;
  }

  /** Reads bits without runs, as booleans are in PLAIN. */
  static bits(bytes: Uint8Array): HybridReader {
    const reader = new HybridReader(bytes, 1);
    reader.#bit = 0;
    reader.#left = bytes.length * 8;
    reader.#at = bytes.length;
    return reader;
  }

  /** Throws a `RangeError` when there is none. */
  next(): number {
    while (this.#left === 0) this.#readRun();
    this.#left--;
    return this.#bit < 0 ? this.#value : this.#unpack();
  }

  #unpack(): number {
    const value = bitsAt(this.#bytes, this.#bit, this.#width);
    this.#bit += this.#width;
    return value;
  }

  #readRun(): void {
    const header = this.#varint();
    if (header & 1) {
      // Some writers leave out the end of the last eight.
      const room = Math.floor(((this.#bytes.length - this.#at) * 8) / this.#width);
      this.#bit = this.#at * 8;
      this.#left = Math.min((header >>> 1) * 8, room);
      this.#at = Math.min(this.#bytes.length, this.#at + (header >>> 1) * this.#width);
    } else {
      this.#bit = -1;
      this.#left = header >>> 1;
      this.#value = 0;
      for (let shift = 0; shift < this.#width; shift += 8) this.#value |= this.#byte() << shift;
      this.#value >>>= 0;
    }
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new RangeError("the length of a run has more than 32 bits");
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError("the page has fewer values than it says");
    return byte;
  }
}

/** A number of up to 32 bits, the lowest first, from a bit on. */
export function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  if (width === 0) return 0;
  let at = bit >>> 3;
  let taken = 8 - (bit & 7);
  let value = (bytes[at] as number) >>> (8 - taken);
  for (; taken < width; taken += 8) value |= (bytes[++at] as number) << taken;
  return width === 32 ? value >>> 0 : value & ((1 << width) - 1);
}
