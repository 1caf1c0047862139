import type { Identity } from "../../record/decoder/index.js";
import type { MediaType } from "../../record/index.js";
import { IDENTIFIER_WORDS } from "./identifiers.js";

/** What is known of the rows of a block, to find those that come twice. */
export interface IdentifiedRows {
  readonly media: MediaType;
  /** Four numbers a row, in the order of the lines. */
  readonly identifiers: Uint32Array<ArrayBuffer>;
  /** The line of each, counted from 1 in the block. */
  readonly lines: Uint32Array<ArrayBuffer>;
  /** Which subset each is in, counted as the block's subsets are; a number where all are in one. */
  readonly subsets: Uint16Array<ArrayBuffer> | number;
  /** The names of the first and the last one: provider and foreign identifier. Undefined where names are not in order. */
  readonly names: readonly [first: Uint8Array<ArrayBuffer>, last: Uint8Array<ArrayBuffer>] | undefined;
}

/** Gathers that while a block is read. `Subset` represents a subset meanwhile. */
export class RowIdentities<Subset> {
  #rows = 0;
  #identifiers = new Uint32Array(0);
  #lines = new Uint32Array(0);
  /** The subset that all rows are in, or, when there is a second one, that of each. */
  #subset: Subset | undefined;
  #subsets: Subset[] | undefined;
  #isInOrder = true;
  #first: Uint8Array<ArrayBuffer> | undefined;
  #last = new Uint8Array(256);
  #lastLength = 0;

  get hasRows(): boolean {
    return this.#rows > 0;
  }

  add(line: number, subset: Subset, { words, at, bytes, start, end }: Identity): void {
    const row = this.#rows++;
    if (row === this.#lines.length) this.#grow();
    const to = row * IDENTIFIER_WORDS;
    for (let i = 0; i < IDENTIFIER_WORDS; i++) this.#identifiers[to + i] = words[at + i] as number;
    this.#lines[row] = line;
    if (row === 0) this.#subset = subset;
    else if (subset !== this.#subset) this.#subsets ??= new Array(row).fill(this.#subset);
    this.#subsets?.push(subset);
    if (this.#isInOrder) this.#addName(bytes, start, end);
  }

  take(media: MediaType, numberOf: (subset: Subset) => number): IdentifiedRows {
    const names = this.#first && this.#isInOrder ? ([this.#first, this.#lastName()] as const) : undefined;
    const taken = {
      media,
      identifiers: this.#identifiers.slice(0, this.#rows * IDENTIFIER_WORDS),
      lines: this.#lines.slice(0, this.#rows),
      subsets: this.#subsets ? Uint16Array.from(this.#subsets, numberOf) : numberOf(this.#subset as Subset),
      names,
    };
    this.#rows = 0;
    this.#subsets = undefined;
    this.#isInOrder = true;
    this.#first = undefined;
    return taken;
  }

  #addName(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const both = this.#first ? Math.min(length, this.#lastLength) : 0;
    let same = 0;
    while (same < both && bytes[start + same] === this.#last[same]) same++;
    const [next, last] = same < both ? [bytes[start + same], this.#last[same]] : [length, this.#lastLength];
    if (this.#first && (next as number) <= (last as number)) {
      this.#isInOrder = false;
      return;
    }
    if (length > this.#last.length) {
      this.#last = new Uint8Array(2 * length);
      same = 0;
    }
    for (let i = same; i < length; i++) this.#last[i] = bytes[start + i] as number;
    this.#lastLength = length;
    this.#first ??= this.#lastName();
  }

  #lastName(): Uint8Array<ArrayBuffer> {
    return this.#last.slice(0, this.#lastLength);
  }

  #grow(): void {
    const rows = Math.max(1024, 2 * this.#lines.length);
    const [identifiers, lines] = [new Uint32Array(rows * IDENTIFIER_WORDS), new Uint32Array(rows)];
    identifiers.set(this.#identifiers);
    lines.set(this.#lines);
    this.#identifiers = identifiers;
    this.#lines = lines;
  }
}

/** The numbers of an identifier as a record has it. */
export function wordsOf(identifier: string): [number, number, number, number] {
  const hex = identifier.replaceAll("-", "");
  const word = (i: number) => Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16);
  return [word(0), word(1), word(2), word(3)];
}
