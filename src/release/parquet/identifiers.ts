import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { orFail } from "../../base/failure.js";

/**
 * Which identifiers have been seen, and where; in bounded memory, whatever the number of rows.
 *
 * Identifiers are hashes (UUIDs of version 5), so the order of the input does not help. But rows that come in the order of
 * their names, as `ov-stage dump` writes them, cannot repeat: then identifiers are only appended to a file (`add`), 24 bytes
 * a row. With the first row out of order, that file is turned into sorted runs, and every row is looked up
 * (`put`): the latest in a hash table, the others in a Bloom filter, which for tens of millions of rows shows that
 * nearly all are new, and then in the runs. That costs less than a microsecond a row.
 */

/** Numbers of 32 bits that an identifier has, and an entry: the identifier, then its place as a double. */
export const IDENTIFIER_WORDS = 4;
const WORDS = 6;
const BYTES = 4 * WORDS;
/** Entries of a run, and of the hash table. */
const ENTRIES = 2 ** 18;
/** Entries that are read at once where a run is looked into. */
const STEP = 256;
/** Bits of the filter that a run needs, and the most that there are, as powers of two. */
const RUN_BITS = 23;
const MOST_BITS = 28;

export class Identifiers {
  readonly #path: string;
  readonly #name: string;
  readonly #most: number;
  #fd: number | undefined;
  /** Entries that are not in the file yet. */
  #words = new Uint32Array(0);
  #places = new Float64Array(0);
  #count = 0;
  /** How many runs of entries lie in the file as they came. */
  #unsorted = 0;
  /** Of each run of sorted entries in the file: the first number of every `STEP`th entry. */
  readonly #runs: Uint32Array[] = [];
  /** Entries by their hash, counted from 1; there is none while all rows come in order. */
  #table: Int32Array | undefined;
  #filter = new Filter(RUN_BITS);
  readonly #step = Buffer.alloc(STEP * BYTES);

  /** The file is made when it is needed; `name` is what messages call the place. `most` is a power of two. */
  constructor(path: string, name: string, most = ENTRIES) {
    this.#path = path;
    this.#name = name;
    this.#most = most;
  }

  /** Puts identifiers aside that cannot have come before. All of them come before the first `put`. */
  add(words: Uint32Array, placeOf: (i: number) => number): void {
    for (let i = 0; i * IDENTIFIER_WORDS < words.length; i++) {
      if (this.#count === this.#most) {
        this.#write(this.#unsorted++, this.#words);
        this.#count = 0;
      }
      this.#append(words, i * IDENTIFIER_WORDS, placeOf(i));
    }
  }

  /**
   * The place of an identifier that has come before; its place is the new one from then on where `replaces` says so.
   * Undefined for one that is new.
   */
  put(words: Uint32Array, at: number, place: number, replaces: boolean): number | undefined {
    const table = this.#table ?? this.#startLooking();
    const mask = table.length - 1;
    // The last number has no bits that all UUIDs have.
    let slot = (words[at + 3] as number) & mask;
    for (let entry = table[slot] as number; entry !== 0; entry = table[slot] as number) {
      if (isSame(this.#words, (entry - 1) * WORDS, words, at)) {
        const before = this.#places[(entry - 1) * 3 + 2] as number;
        if (replaces) this.#places[(entry - 1) * 3 + 2] = place;
        return before;
      }
      slot = (slot + 1) & mask;
    }
    const before = this.#filter.mayHold(words, at) ? this.#findInRuns(words, at) : undefined;
    if (before !== undefined && !replaces) return before;
    this.#append(words, at, place);
    table[slot] = this.#count;
    if (this.#count === this.#most) this.#endRun(table);
    return before;
  }

  /** Removes the file. */
  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    rmSync(this.#path, { force: true });
    this.#fd = undefined;
  }

  #append(words: Uint32Array, at: number, place: number): void {
    const start = this.#count * WORDS;
    if (start === this.#words.length) this.#grow();
    for (let i = 0; i < IDENTIFIER_WORDS; i++) this.#words[start + i] = words[at + i] as number;
    this.#places[this.#count * 3 + 2] = place;
    this.#count++;
  }

  #grow(): void {
    const larger = new Uint32Array(Math.max(1024, (2 * this.#words.length) / WORDS) * WORDS);
    larger.set(this.#words);
    this.#words = larger;
    this.#places = new Float64Array(larger.buffer);
  }

  /** Rows have come out of order: what was put aside is made ready to be looked into. */
  #startLooking(): Int32Array {
    const table = new Int32Array(2 * this.#most);
    this.#table = table;
    for (let run = 0; run < this.#unsorted; run++) {
      const words = new Uint32Array(this.#most * WORDS);
      this.#read(Buffer.from(words.buffer), run * this.#most * BYTES);
      this.#sortRun(words);
    }
    for (let entry = 0; entry < this.#count; entry++) {
      let slot = (this.#words[entry * WORDS + 3] as number) & (table.length - 1);
      while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1);
      table[slot] = entry + 1;
    }
    if (this.#count === this.#most) this.#endRun(table);
    return table;
  }

  #endRun(table: Int32Array): void {
    this.#sortRun(this.#words);
    this.#count = 0;
    table.fill(0);
  }

  /** Writes entries as a run, in the order of their first numbers. */
  #sortRun(words: Uint32Array): void {
    const entries = this.#most;
    this.#growFilter();
    // The number and the place of each as one double: 50 bits at most. Numbers are sorted natively.
    const order = new Float64Array(entries);
    for (let i = 0; i < entries; i++) order[i] = (words[i * WORDS] as number) * entries + i;
    order.sort();
    const sorted = new Uint32Array(entries * WORDS);
    const fences = new Uint32Array(Math.ceil(entries / STEP));
    for (let i = 0; i < entries; i++) {
      const from = ((order[i] as number) % entries) * WORDS;
      for (let k = 0; k < WORDS; k++) sorted[i * WORDS + k] = words[from + k] as number;
      if (i % STEP === 0) fences[i / STEP] = words[from] as number;
      this.#filter.hold(words, from);
    }
    this.#write(this.#runs.length, sorted);
    this.#runs.push(fences);
  }

  /** Makes room in the filter for one more run: a larger one gets what is in the runs. A small one is faster, too. */
  #growFilter(): void {
    const bits = RUN_BITS + Math.ceil(Math.log2(this.#runs.length + 1));
    if (bits <= this.#filter.bits || bits > MOST_BITS) return;
    this.#filter = new Filter(bits);
    const words = new Uint32Array(this.#most * WORDS);
    for (let run = 0; run < this.#runs.length; run++) {
      this.#read(Buffer.from(words.buffer), run * this.#most * BYTES);
      for (let entry = 0; entry < this.#most; entry++) this.#filter.hold(words, entry * WORDS);
    }
  }

  /** The place of an identifier in the newest run that has it. */
  #findInRuns(words: Uint32Array, at: number): number | undefined {
    for (let run = this.#runs.length - 1; run >= 0; run--) {
      const place = this.#findIn(run, words, at);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  #findIn(run: number, words: Uint32Array, at: number): number | undefined {
    const [fences, entries] = [this.#runs[run] as Uint32Array, this.#most];
    const first = words[at] as number;
    const step = new Uint32Array(this.#step.buffer, this.#step.byteOffset, STEP * WORDS);
    // Entries with this first number may begin in the step before the one that begins with it.
    for (let from = Math.max(0, lowerBound(fences, first) - 1) * STEP; from < entries; from += STEP) {
      const count = Math.min(STEP, entries - from);
      this.#read(this.#step.subarray(0, count * BYTES), (run * entries + from) * BYTES);
      for (let i = 0; i < count; i++) {
        if ((step[i * WORDS] as number) > first) return undefined;
        if (isSame(step, i * WORDS, words, at)) return this.#step.readDoubleLE(i * BYTES + 16);
      }
    }
    return undefined;
  }

  #write(run: number, words: Uint32Array): void {
    const bytes = Buffer.from(words.buffer, 0, this.#most * BYTES);
    orFail("write", this.#name, () => {
      this.#fd ??= openSync(this.#path, "wx+", 0o600);
      for (let at = 0; at < bytes.length; ) {
        at += writeSync(this.#fd, bytes, at, bytes.length - at, run * bytes.length + at);
      }
    });
  }

  #read(bytes: Buffer, position: number): void {
    const read = readSync(this.#fd as number, bytes, 0, bytes.length, position);
    if (read !== bytes.length) throw new Error(`the file of identifiers ends after ${position + read} bytes`);
  }
}

function isSame(a: Uint32Array, at: number, b: Uint32Array, from: number): boolean {
  return (
    a[at] === b[from] && a[at + 1] === b[from + 1] && a[at + 2] === b[from + 2] && a[at + 3] === b[from + 3]
  );
}

/** The first place in sorted numbers that has at least this number. */
function lowerBound(numbers: Uint32Array, number: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A Bloom filter: three bits an identifier. */
class Filter {
  readonly bits: number;
  readonly #words: Uint32Array;

  /** `bits` is a power of two. */
  constructor(bits: number) {
    this.bits = bits;
    this.#words = new Uint32Array(2 ** (bits - 5));
  }

  hold(words: Uint32Array, at: number): void {
    for (const i of [1, 2, 3] as const) {
      const bit = this.#bitOf(words, at, i);
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] as number) | (1 << (bit & 31));
    }
  }

  mayHold(words: Uint32Array, at: number): boolean {
    for (const i of [1, 2, 3] as const) {
      const bit = this.#bitOf(words, at, i);
      if ((((this.#words[bit >>> 5] as number) >>> (bit & 31)) & 1) === 0) return false;
    }
    return true;
  }

  /** Some of an identifier's own bits are those of every UUID. */
  #bitOf(words: Uint32Array, at: number, i: 1 | 2 | 3): number {
    const mixed = Math.imul((words[at + i] as number) ^ (words[at] as number), 0x9e3779b1);
    return mixed >>> (32 - this.bits);
  }
}
