import { keepTag } from "../../record/index.js";
import { sameBytes } from "./byte-kinds.js";
import { Interned } from "./interned.js";
import { read, readDecimal, skipBlanks } from "./json-bytes.js";
import type { TextReader } from "./text-reader.js";

const QUOTE = 0x22;
const COMMA = 0x2c;
const NAME = Uint8Array.from(Buffer.from('"name":'));
const PROVIDER = Uint8Array.from(Buffer.from('"provider":'));
const ACCURACY = Uint8Array.from(Buffer.from('"accuracy":'));

/** Texts of a list, as spans of the line or of the scratch. */
export class Spans {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly inScratch: boolean[] = [];
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Adds the text that was read last; `commit` keeps it. */
  set(texts: TextReader): void {
    this.starts[this.length] = texts.start;
    this.ends[this.length] = texts.end;
    this.inScratch[this.length] = texts.inScratch;
  }

  /** Whether two of the texts are the same. */
  areSame(a: number, b: number, texts: TextReader): boolean {
    const start = this.starts[a] as number;
    const length = (this.ends[a] as number) - start;
    const other = this.starts[b] as number;
    return (
      (this.ends[b] as number) - other === length &&
      sameBytes(this.#bytes(a, texts), start, this.#bytes(b, texts), other, length)
    );
  }

  #bytes(at: number, texts: TextReader): Uint8Array {
    return this.inScratch[at] ? texts.scratch.bytes : texts.bytes;
  }
}

/** What is known of a tag's name. */
interface TagFacts {
  readonly keep: boolean;
  /** The list that had a tag of this name last. */
  list: number;
}

/** Reads the lists of the column `tags` as `cleanTags` does. */
export class TagReader {
  readonly names = new Spans();
  readonly providers = new Spans();
  /** NaN where there is none. */
  readonly accuracies: number[] = [];
  readonly #texts: TextReader;
  readonly #facts = new Interned<TagFacts>((name) => ({ keep: keepTag(name), list: 0 }));
  #list = 0;
  #hasName = false;
  #hasProvider = false;

  constructor(texts: TextReader) {
    this.#texts = texts;
  }

  /** How many tags there are. */
  get length(): number {
    return this.names.length;
  }

  /** Reads the list that begins at `at`; gives where it ends, or -1 for what is left to `cleanTags`. */
  read(at: number): number {
    const { bytes } = this.#texts;
    const { generation } = this.#facts;
    this.names.clear();
    this.providers.clear();
    this.#list++;
    let i = skipBlanks(bytes, at + 1);
    if (bytes[i] === 0x5d) return i + 1;
    for (;;) {
      i = this.#tag(i);
      if (i === -1) return -1;
      this.#keep();
      i = skipBlanks(bytes, i);
      if (bytes[i] === 0x5d) break;
      if (bytes[i] !== COMMA) return -1;
      i = skipBlanks(bytes, i + 1);
    }
    // Began the table anew meanwhile, then it does not know all tags of this list.
    return this.#facts.generation === generation ? i + 1 : -1;
  }

  #tag(at: number): number {
    const { bytes } = this.#texts;
    if (bytes[at] !== 0x7b) return -1;
    this.#hasName = false;
    this.#hasProvider = false;
    this.accuracies[this.names.length] = Number.NaN;
    let i = at;
    do {
      i = this.#member(skipBlanks(bytes, i + 1));
      if (i === -1) return -1;
      i = skipBlanks(bytes, i);
    } while (bytes[i] === COMMA);
    return bytes[i] === 0x7d && this.#hasName && this.#hasProvider ? i + 1 : -1;
  }

  #member(at: number): number {
    const { bytes } = this.#texts;
    if (startsWith(bytes, at, NAME) && !this.#hasName) {
      this.#hasName = true;
      return this.#text(skipBlanks(bytes, at + NAME.length), this.names);
    }
    if (startsWith(bytes, at, PROVIDER) && !this.#hasProvider) {
      this.#hasProvider = true;
      return this.#text(skipBlanks(bytes, at + PROVIDER.length), this.providers);
    }
    if (!startsWith(bytes, at, ACCURACY) || !Number.isNaN(this.accuracies[this.names.length])) return -1;
    const end = readDecimal(bytes, skipBlanks(bytes, at + ACCURACY.length));
    if (end !== -1) this.accuracies[this.names.length] = read.value;
    return end;
  }

  #text(at: number, spans: Spans): number {
    const texts = this.#texts;
    const end = texts.text(at);
    if (end === -1 || texts.start === texts.end) return -1;
    spans.set(texts);
    return end;
  }

  /** Keeps the tag that was read last, where it is about the work and there is no other like it. */
  #keep(): void {
    const { names, providers } = this;
    const tag = names.length;
    const bytes = names.inScratch[tag] ? this.#texts.scratch.bytes : this.#texts.bytes;
    const facts = this.#facts.of(bytes, names.starts[tag] as number, names.ends[tag] as number);
    if (!facts.keep || (facts.list === this.#list && this.#isThere(tag))) return;
    facts.list = this.#list;
    names.length++;
    providers.length++;
  }

  #isThere(tag: number): boolean {
    const texts = this.#texts;
    for (let i = 0; i < tag; i++) {
      if (this.names.areSame(i, tag, texts) && this.providers.areSame(i, tag, texts)) return true;
    }
    return false;
  }
}

function startsWith(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  return bytes[at] === QUOTE && sameBytes(bytes, at, word, 0, word.length);
}
