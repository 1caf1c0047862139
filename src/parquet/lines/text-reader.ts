import { cleanText } from "../../record/index.js";
import { BACKSLASH, BLANK, BYTE_KINDS, LEAD, mayBeUnclean, PLAIN, QUOTE } from "./byte-kinds.js";
import type { Interned } from "./interned.js";
import { Scratch, textIn } from "./scratch.js";

const QUOTE_BYTE = 0x22;
const BACKSLASH_BYTE = 0x5c;
const SLASH_BYTE = 0x2f;
const HTTPS = Uint8Array.from(Buffer.from('"https://'));

/**
 * Reads JSON texts out of a line. What was read is a span of bytes: of the line itself where the text is clean and has
 * no escapes, as nearly all have, else of `scratch`.
 */
export class TextReader {
  bytes: Uint8Array = new Uint8Array();
  readonly scratch = new Scratch();
  /** Where the text that was read last lies, cleaned: in `scratch` or in the line. */
  inScratch = false;
  start = 0;
  end = 0;
  /** Whether the text that was scanned last has escapes, none but `\"` and `\\`; whether it has to be cleaned. */
  isEscaped = false;
  isUnclean = false;

  /** Reads the text whose first quote is at `at`; gives where it ends, or -1 where there is no valid text. */
  text(at: number): number {
    const { bytes } = this;
    if (bytes[at] !== QUOTE_BYTE) return -1;
    const end = this.scan(at + 1);
    if (end === -1) return -1;
    if (this.isUnclean) return this.#clean(at, end + 1) ? end + 1 : -1;
    if (this.isEscaped) this.#unescape(at + 1, end);
    else {
      this.inScratch = false;
      this.start = at + 1;
      this.end = end;
    }
    return end + 1;
  }

  /** Finds the quote that ends a text, from the byte behind its first one; -1 where a line ends before. */
  scan(at: number): number {
    const { bytes } = this;
    let isEscaped = false;
    let isUnclean = false;
    let i = at;
    for (;;) {
      const kind = BYTE_KINDS[bytes[i] as number];
      if (kind === PLAIN) i++;
      else if (kind === BLANK) {
        if (i === at || bytes[i - 1] === 0x20) isUnclean = true;
        i++;
      } else if (kind === QUOTE) break;
      else if (kind === LEAD) {
        if (mayBeUnclean(bytes, i)) isUnclean = true;
        i++;
      } else if (kind === BACKSLASH) {
        const escaped = bytes[i + 1];
        if (escaped === QUOTE_BYTE || escaped === BACKSLASH_BYTE) isEscaped = true;
        else isUnclean = true;
        i += 2;
      } else if (bytes[i] === 0x7f) {
        isUnclean = true;
        i++;
      } else return -1;
    }
    this.isEscaped = isEscaped;
    this.isUnclean = isUnclean || (i > at && bytes[i - 1] === 0x20);
    return i;
  }

  /** The text of a span with its quotes, cleaned; undefined where it is not valid. */
  cleaned(start: number, end: number): string | undefined {
    try {
      return cleanText(JSON.parse(textIn(this.bytes, start, end)));
    } catch {
      return undefined;
    }
  }

  #clean(start: number, end: number): boolean {
    const text = this.cleaned(start, end);
    if (text === undefined) return false;
    this.inScratch = true;
    this.start = this.scratch.length;
    this.scratch.appendText(text);
    this.end = this.scratch.length;
    return true;
  }

  #unescape(start: number, end: number): void {
    const { bytes, scratch } = this;
    this.start = scratch.length;
    for (let i = start; i < end; i++) {
      if (bytes[i] === BACKSLASH_BYTE) i++;
      scratch.appendByte(bytes[i] as number);
    }
    this.inScratch = true;
    this.end = scratch.length;
  }

  /**
   * Reads a URL that `cleanUrl` leaves as it is but for a slash at its end; the one whose first quote is at `at`.
   * Gives where it ends, or -1 for any other.
   */
  url(at: number, hosts: Interned<boolean>): number {
    const { bytes } = this;
    for (let i = 0; i < HTTPS.length; i++) if (bytes[at + i] !== HTTPS[i]) return -1;
    const host = at + HTTPS.length;
    let i = host;
    while (isHostByte(bytes[i] as number)) i++;
    if (!endsHost(bytes[i] as number) || !hosts.of(bytes, host, i)) return -1;
    for (;;) {
      const kind = BYTE_KINDS[bytes[i] as number];
      if (kind === PLAIN) i++;
      else if (kind === QUOTE) break;
      else if (kind !== LEAD || mayBeUnclean(bytes, i)) return -1;
      else i++;
    }
    this.inScratch = false;
    this.start = at + 1;
    this.end = i;
    return i + 1;
  }

  /** The bytes that the span of the text is one of; they move when `scratch` grows. */
  get from(): Uint8Array {
    return this.inScratch ? this.scratch.bytes : this.bytes;
  }

  /** Whether the URL that was read last ends with a slash. */
  get endsWithSlash(): boolean {
    return this.from[this.end - 1] === SLASH_BYTE;
  }
}

/** Small letters, digits, dots and hyphens. Ports, names of users and all else are left to `cleanUrl`. */
function isHostByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d;
}

function endsHost(byte: number): boolean {
  return byte === SLASH_BYTE || byte === 0x3f || byte === 0x23 || byte === QUOTE_BYTE;
}
