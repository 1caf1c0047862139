import { BACKSLASH, BLANK, kindOf, LEAD, mayBeUnclean, PLAIN, QUOTE } from "./bytes";
import { sameBytes } from "./memory";
import { answer, answerBuffer, answerLength, cleanText, HOST, setAnswer } from "./host";
import { interned } from "./interned";
import * as scratch from "./scratch";

/**
 * Reads JSON texts. What was read is a span: of the line where the text is clean and has no escapes, as nearly all
 * have, else of the scratch.
 */

/** Where the text that was read last lies, cleaned; in the scratch, these are positions in it. */
export let inScratch: bool = false;
export let start: usize = 0;
export let end: usize = 0;
/** Whether the text that was scanned last has escapes, none but `\"` and `\\`; whether it has to be cleaned. */
export let isEscaped: bool = false;
export let isUnclean: bool = false;
/** Whether it has more to be cleaned than blanks and line ends. */
let isStrange: bool = false;

/** `"https://` */
const HTTPS_LENGTH: usize = 9;
const https: usize = memory.data<u8>([0x22, 0x68, 0x74, 0x74, 0x70, 0x73, 0x3a, 0x2f, 0x2f]);

/** Reads the text whose first quote is at `at`; gives where it ends, or 0 where there is no valid text. */
export function readText(at: usize): usize {
  if (load<u8>(at) !== 0x22) return 0;
  const last = scan(at + 1);
  if (last === 0) return 0;
  if (isUnclean) return clean(at, last + 1) ? last + 1 : 0;
  if (isEscaped) {
    unescape(at + 1, last);
    if (isNull(scratch.base() + start, end - start)) return 0;
  } else {
    inScratch = false;
    start = at + 1;
    end = last;
  }
  return last + 1;
}

const QUOTES = i8x16.splat(0x22);
const BACKSLASHES = i8x16.splat(0x5c);
const BLANKS = i8x16.splat(0x20);
const LARGEST = i8x16.splat(0x7f);

/** Finds the quote that ends a text, from the byte behind its first one; 0 where a line ends before. */
export function scan(at: usize): usize {
  let escaped = false;
  let unclean = false;
  let strange = false;
  let i = at;
  for (;;) {
    // Sixteen bytes at a time, while all of them are letters and the like.
    for (;;) {
      const bytes = v128.load(i);
      // As signed numbers, bytes from 0x80 on are below the blank, too: they get a second look, one by one.
      const odd = v128.or(
        v128.or(i8x16.le_s(bytes, BLANKS), i8x16.eq(bytes, LARGEST)),
        v128.or(i8x16.eq(bytes, QUOTES), i8x16.eq(bytes, BACKSLASHES)),
      );
      const mask = i8x16.bitmask(odd);
      if (mask !== 0) {
        i += ctz(mask);
        break;
      }
      i += 16;
    }
    const kind = kindOf(load<u8>(i));
    if (kind === QUOTE) break;
    if (kind === BLANK) {
      if (i === at || load<u8>(i - 1) === 0x20) unclean = true;
      i++;
    } else if (kind === PLAIN) {
      i++;
      // Bytes of one script come together.
      while (kindOf(load<u8>(i)) === PLAIN) i++;
    } else if (kind === LEAD) {
      if (mayBeUnclean(i)) strange = true;
      i++;
    } else if (kind === BACKSLASH) {
      const next = load<u8>(i + 1);
      if (next === 0x22 || next === 0x5c) escaped = true;
      else if (next === 0x6e || next === 0x72 || next === 0x74) unclean = true;
      else strange = true;
      i += 2;
    } else if (load<u8>(i) === 0x7f) {
      strange = true;
      i++;
    } else return 0;
  }
  isEscaped = escaped;
  isStrange = strange;
  isUnclean = strange || unclean || (i > at && load<u8>(i - 1) === 0x20);
  return i;
}

/**
 * Cleans the JSON text that was scanned last, from its first quote to behind its last one: the answer is a text, or JSON
 * text again. False where it is no JSON.
 */
export function cleanScanned(from: usize, to: usize, asJson: bool): bool {
  if (isStrange) return cleanText(from, to - from, asJson);
  fold(from + 1, to - 1, asJson);
  return true;
}

/** Makes one blank of blanks and escaped line ends and tabs, and none at the ends. No other escapes but quotes' are there. */
function fold(from: usize, to: usize, asJson: bool): void {
  const first = answerBuffer(to - from + 2);
  let next = first;
  if (asJson) store<u8>(next++, 0x22);
  const textAt = next;
  for (let i = from; i < to; i++) {
    let byte = load<u8>(i);
    if (byte === 0x5c) {
      byte = load<u8>(++i);
      if (byte !== 0x22 && byte !== 0x5c) byte = 0x20;
      else if (asJson) store<u8>(next++, 0x5c);
    }
    if (byte === 0x20 && (next === textAt || load<u8>(next - 1) === 0x20)) continue;
    store<u8>(next++, byte);
  }
  if (next > textAt && load<u8>(next - 1) === 0x20) next--;
  if (asJson) store<u8>(next++, 0x22);
  setAnswer(next - first);
}

/** `\N` alone is no text, but how PostgreSQL writes that there is none: that is not for here. */
function isNull(at: usize, length: usize): bool {
  return length === 2 && load<u16>(at) === 0x4e5c;
}

function clean(from: usize, to: usize): bool {
  if (!cleanScanned(from, to, false) || isNull(answer(), answerLength())) return false;
  inScratch = true;
  start = scratch.length();
  scratch.append(answer(), answer() + answerLength());
  end = scratch.length();
  return true;
}

function unescape(from: usize, to: usize): void {
  inScratch = true;
  start = scratch.length();
  for (let i = from; i < to; i++) {
    if (load<u8>(i) === 0x5c) i++;
    scratch.appendByte(load<u8>(i));
  }
  end = scratch.length();
}

/** Small letters, digits, dots and hyphens. Ports, names of users and all else are left to `cleanUrl`. */
// @ts-expect-error: decorator
@inline
function isHostByte(byte: u8): bool {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d;
}

/**
 * Reads a URL that `cleanUrl` leaves as it is but for a slash at its end; the one whose first quote is at `at`. Gives
 * where it ends, or 0 for any other.
 */
export function readUrl(at: usize): usize {
  if (!sameBytes(at, https, HTTPS_LENGTH)) return 0;
  const host = at + HTTPS_LENGTH;
  let i = host;
  while (isHostByte(load<u8>(i))) i++;
  const byte = load<u8>(i);
  if (byte !== 0x2f && byte !== 0x3f && byte !== 0x23 && byte !== 0x22) return 0;
  if (interned(HOST, host, i - host).value === 0) return 0;
  const last = scan(i);
  if (last === 0 || isEscaped || isUnclean || hasBlank(i, last)) return 0;
  inScratch = false;
  start = at + 1;
  end = last;
  return last + 1;
}

function hasBlank(from: usize, to: usize): bool {
  let i = from;
  for (; i + 16 <= to; i += 16) if (v128.any_true(i8x16.eq(v128.load(i), BLANKS))) return true;
  for (; i < to; i++) if (load<u8>(i) === 0x20) return true;
  return false;
}

/** The address of the span of the text that was read last. */
export function address(): usize {
  return inScratch ? scratch.base() + start : start;
}
