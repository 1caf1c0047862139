import { textOf } from "../../record/index.js";
import { BLANK, BYTE_KINDS, LEAD, PLAIN, QUOTE, sameBytes } from "./byte-kinds.js";
import { skipBlanks } from "./json-bytes.js";
import { textIn } from "./scratch.js";
import type { TextReader } from "./text-reader.js";

const QUOTE_BYTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** What is left to `cleanJson`: objects of more members, and deeper ones. */
const MOST_MEMBERS = 64;
const DEEPEST = 20;

const LICENSE_URL = Uint8Array.from(Buffer.from("license_url"));
const RAW_LICENSE_URL = Uint8Array.from(Buffer.from("raw_license_url"));
const NUMBER = /^[-+.\deE]+/;

/**
 * Reads JSON objects as the record stores them: what `JSON.stringify` makes of what `cleanJson` makes of them. Nearly
 * always that is what stands in the line, to the byte; so bytes are copied only where something differs.
 */
export class ObjectReader {
  readonly #texts: TextReader;
  /** Where the bytes begin that are not copied yet; whether some are. */
  #run = 0;
  #isCopied = false;
  /** Starts and ends of the names of open objects' members, the innermost object's last. */
  readonly #names: number[] = [];
  /** Where the object that was read last lies: in the scratch of the reader of texts, or in the line. */
  inScratch = false;
  start = 0;
  end = 0;
  /** The members of `meta_data` that the licence is in; spans of the line, empty where they are absent. */
  licenseStart = 0;
  licenseEnd = 0;
  hasRawLicense = false;

  constructor(texts: TextReader) {
    this.#texts = texts;
  }

  /** Reads an object or a list; gives where it ends, or -1 for what has to be left to others, an empty one included. */
  read(at: number): number {
    this.licenseStart = 0;
    this.licenseEnd = 0;
    this.hasRawLicense = false;
    this.#names.length = 0;
    this.#run = at;
    this.#isCopied = false;
    const { scratch, bytes } = this.#texts;
    const copied = scratch.length;
    const end = bytes[at] === OPEN_OBJECT ? this.#object(at, 0) : this.#listOfObjects(at);
    if (end === -1) return -1;
    this.inScratch = this.#isCopied;
    if (this.#isCopied) scratch.append(bytes, this.#run, end);
    this.start = this.#isCopied ? copied : at;
    this.end = this.#isCopied ? scratch.length : end;
    return end;
  }

  #object(at: number, depth: number): number {
    const { bytes } = this.#texts;
    const firstName = this.#names.length;
    let i = at + 1;
    for (;;) {
      i = this.#blanks(i);
      const name = i + 1;
      const nameEnd = this.#name(i, firstName);
      if (nameEnd === -1) return -1;
      i = this.#blanks(nameEnd + 1);
      if (bytes[i] !== COLON) return -1;
      i = this.#blanks(i + 1);
      const end = this.#value(i, depth + 1);
      if (end === -1 || (depth === 0 && !this.#noteLicense(name, nameEnd, i, end))) return -1;
      i = this.#blanks(end);
      if (bytes[i] === CLOSE_OBJECT) break;
      if (bytes[i] !== COMMA) return -1;
      i++;
    }
    this.#names.length = firstName;
    return i + 1;
  }

  #list(at: number, depth: number): number {
    const { bytes } = this.#texts;
    let i = at + 1;
    for (;;) {
      i = this.#blanks(i);
      i = this.#value(i, depth + 1);
      if (i === -1) return -1;
      i = this.#blanks(i);
      if (bytes[i] === CLOSE_LIST) return i + 1;
      if (bytes[i] !== COMMA) return -1;
      i++;
    }
  }

  /** Elements that are no objects are left to `cleanRecord`. */
  #listOfObjects(at: number): number {
    const { bytes } = this.#texts;
    let i = at;
    do {
      i = this.#blanks(i + 1);
      if (bytes[i] !== OPEN_OBJECT) return -1;
      // Not at depth 0: these objects hold no licence.
      i = this.#object(i, 1);
      if (i === -1) return -1;
      i = this.#blanks(i);
    } while (bytes[i] === COMMA);
    return bytes[i] === CLOSE_LIST ? i + 1 : -1;
  }

  #value(at: number, depth: number): number {
    if (depth > DEEPEST) return -1;
    const { bytes } = this.#texts;
    switch (bytes[at]) {
      case QUOTE_BYTE:
        return this.#text(at);
      case OPEN_OBJECT:
        return this.#object(at, depth);
      case OPEN_LIST:
        return this.#list(at, depth);
      case 0x6e:
        return isWord(bytes, at, "null") ? at + 4 : -1;
      default:
        return this.#scalar(at);
    }
  }

  #text(at: number): number {
    const texts = this.#texts;
    const end = texts.scan(at + 1) + 1;
    if (end === 0) return -1;
    if (texts.isUnclean) {
      const text = texts.cleaned(at, end);
      if (text === undefined) return -1;
      this.#replace(at, end, JSON.stringify(text));
    }
    return end;
  }

  /** Numbers and booleans become texts. */
  #scalar(at: number): number {
    const { bytes } = this.#texts;
    const rest = textIn(bytes, at, Math.min(at + 40, bytes.length));
    const token = rest.startsWith("true")
      ? "true"
      : rest.startsWith("false")
        ? "false"
        : NUMBER.exec(rest)?.[0];
    if (token === undefined || token.length === 40) return -1;
    try {
      const text = textOf(JSON.parse(token));
      if (text === null) return -1;
      this.#replace(at, at + token.length, JSON.stringify(text));
      return at + token.length;
    } catch {
      return -1;
    }
  }

  /**
   * Checks the name of a member and that it is the first of this name; gives its last quote. -1 for names that
   * `JSON.parse` puts in another order (numbers), and those with escapes.
   */
  #name(at: number, firstName: number): number {
    const { bytes } = this.#texts;
    if (bytes[at] !== QUOTE_BYTE) return -1;
    const start = at + 1;
    const digit = bytes[start] as number;
    if (digit >= 0x30 && digit <= 0x39) return -1;
    let end = start;
    for (;;) {
      const kind = BYTE_KINDS[bytes[end] as number];
      if (kind === QUOTE) break;
      if (kind !== PLAIN && kind !== BLANK && kind !== LEAD) return -1;
      end++;
    }
    const names = this.#names;
    if (names.length - firstName > 2 * MOST_MEMBERS) return -1;
    for (let i = firstName; i < names.length; i += 2) {
      const other = names[i] as number;
      if (
        (names[i + 1] as number) - other === end - start &&
        sameBytes(bytes, other, bytes, start, end - start)
      )
        return -1;
    }
    names.push(start, end);
    return end;
  }

  /** Remembers where the licence stands. False where it does not stand there as a record has it. */
  #noteLicense(name: number, nameEnd: number, value: number, end: number): boolean {
    const { bytes, isEscaped, isUnclean } = this.#texts;
    if (isName(bytes, name, nameEnd, LICENSE_URL)) {
      this.licenseStart = value + 1;
      this.licenseEnd = end - 1;
      return bytes[value] === QUOTE_BYTE && end > value + 2 && !isEscaped && !isUnclean;
    }
    if (isName(bytes, name, nameEnd, RAW_LICENSE_URL)) {
      this.hasRawLicense = true;
      return bytes[value] === 0x6e || (bytes[value] === QUOTE_BYTE && end > value + 2 && !isUnclean);
    }
    return true;
  }

  #blanks(at: number): number {
    const end = skipBlanks(this.#texts.bytes, at);
    if (end > at) this.#replace(at, end, "");
    return end;
  }

  #replace(start: number, end: number, text: string): void {
    const { scratch, bytes } = this.#texts;
    scratch.append(bytes, this.#run, start);
    if (text !== "") scratch.appendText(text);
    this.#run = end;
    this.#isCopied = true;
  }
}

function isName(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  return end - start === name.length && sameBytes(bytes, start, name, 0, name.length);
}

function isWord(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}
