import { append, append8, room } from "../../../base/wasm/assembly/bytes";
import * as text from "../../../base/wasm/assembly/text";
import { isDigit, isSmallLetter, isWord, nextMark, wordOf } from "../../../base/wasm/assembly/text";
import { Question } from "../shared";
import { answer, cleanText } from "./host";
import { interned } from "./interned";
import { scratch } from "./scratch";
import { BACKSLASH, BLANK, kindOf, LEAD, mayBeUnclean, PLAIN, QUOTE } from "./text-bytes";

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

const HTTPS = wordOf('"https://');

/** Reads the text whose first quote is at `at`; gives where it ends, or 0 where there is no valid text. */
export function readText(at: usize): usize {
  if (load<u8>(at) !== text.QUOTE) return 0;
  const last = scan(at + 1);
  if (last === 0) return 0;
  if (isUnclean) return clean(at, last + 1) ? last + 1 : 0;
  if (isEscaped) {
    unescape(at + 1, last);
    if (isNull(scratch.at + start, end - start)) return 0;
  } else {
    inScratch = false;
    start = at + 1;
    end = last;
  }
  return last + 1;
}

/** Finds the quote that ends a text, from the byte after its first one; 0 where a line ends before. */
export function scan(at: usize): usize {
  let escaped = false;
  let unclean = false;
  let strange = false;
  let i = at;
  for (;;) {
    i = nextMark(i, true);
    const kind = kindOf(load<u8>(i));
    if (kind === QUOTE) break;
    if (kind === BLANK) {
      if (i === at || load<u8>(i - 1) === text.SPACE) unclean = true;
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
      if (next === text.QUOTE || next === text.BACKSLASH) escaped = true;
      else if (next === 0x6e || next === 0x72 || next === 0x74) unclean = true;
      else strange = true;
      i += 2;
    } else if (load<u8>(i) === text.DELETE) {
      strange = true;
      i++;
    } else return 0;
  }
  isEscaped = escaped;
  isStrange = strange;
  isUnclean = strange || unclean || (i > at && load<u8>(i - 1) === text.SPACE);
  return i;
}

/**
 * Cleans the JSON text that was scanned last, from its first quote to its last one: the answer is a text, or JSON
 * text again. False where it is no JSON.
 */
export function cleanScanned(from: usize, to: usize, asJson: bool): bool {
  if (isStrange) return cleanText(from, to - from, asJson);
  fold(from + 1, to - 1, asJson);
  return true;
}

/** Makes one blank of blanks and escaped line ends and tabs, and none at the ends. No other escapes but quotes' are there. */
function fold(from: usize, to: usize, asJson: bool): void {
  answer.used = 0;
  const first = room(answer, to - from + 2);
  let next = first;
  if (asJson) store<u8>(next++, text.QUOTE);
  const textAt = next;
  for (let i = from; i < to; i++) {
    let byte = load<u8>(i);
    if (byte === text.BACKSLASH) {
      byte = load<u8>(++i);
      if (byte !== text.QUOTE && byte !== text.BACKSLASH) byte = text.SPACE;
      else if (asJson) store<u8>(next++, text.BACKSLASH);
    }
    if (byte === text.SPACE && (next === textAt || load<u8>(next - 1) === text.SPACE)) continue;
    store<u8>(next++, byte);
  }
  if (next > textAt && load<u8>(next - 1) === text.SPACE) next--;
  if (asJson) store<u8>(next++, text.QUOTE);
  answer.used = next - first;
}

/** `\N` alone is no text, but how PostgreSQL writes NULL: that is left to `cleanRecord`. */
function isNull(at: usize, length: usize): bool {
  return length === 2 && load<u16>(at) === 0x4e5c;
}

function clean(from: usize, to: usize): bool {
  if (!cleanScanned(from, to, false) || isNull(answer.at, answer.used)) return false;
  inScratch = true;
  start = scratch.used;
  append(scratch, answer.at, answer.used);
  end = scratch.used;
  return true;
}

function unescape(from: usize, to: usize): void {
  inScratch = true;
  start = scratch.used;
  for (let i = from; i < to; i++) {
    if (load<u8>(i) === text.BACKSLASH) i++;
    append8(scratch, load<u8>(i));
  }
  end = scratch.used;
}

/** Small letters, digits, dots and hyphens. Ports, names of users and all else are left to `cleanUrl`. */
// @ts-expect-error: decorator
@inline
function isHostByte(byte: u8): bool {
  return isSmallLetter(byte) || isDigit(byte) || byte === text.DOT || byte === text.HYPHEN;
}

/**
 * Reads a URL that `cleanUrl` leaves as it is but for a slash at its end; the one whose first quote is at `at`. Gives
 * where it ends, or 0 for any other.
 */
export function readUrl(at: usize): usize {
  if (!isWord(at, HTTPS)) return 0;
  const host = at + HTTPS.length;
  let i = host;
  while (isHostByte(load<u8>(i))) i++;
  const byte = load<u8>(i);
  if (byte !== text.SLASH && byte !== text.QUERY && byte !== text.FRAGMENT && byte !== text.QUOTE) return 0;
  if (interned(Question.host, host, i - host).value === 0) return 0;
  const last = scan(i);
  if (last === 0 || isEscaped || isUnclean || hasBlank(i, last)) return 0;
  inScratch = false;
  start = at + 1;
  end = last;
  return last + 1;
}

function hasBlank(from: usize, to: usize): bool {
  let i = from;
  for (; i + 16 <= to; i += 16) if (v128.any_true(i8x16.eq(v128.load(i), i8x16.splat(text.SPACE)))) return true;
  for (; i < to; i++) if (load<u8>(i) === text.SPACE) return true;
  return false;
}

/** The address of the span of the text that was read last. */
export function address(): usize {
  return inScratch ? scratch.at + start : start;
}
