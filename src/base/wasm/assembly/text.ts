import { append, Bytes } from "./bytes";
import { sameBytes, SLACK } from "./memory";

/** Scanning JSON: its bytes by their names, words, and texts sixteen bytes at a time. */

export const TAB: u8 = 0x09;
export const LF: u8 = 0x0a;
export const CR: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const FRAGMENT: u8 = 0x23;
export const PLUS: u8 = 0x2b;
export const COMMA: u8 = 0x2c;
export const HYPHEN: u8 = 0x2d;
export const DOT: u8 = 0x2e;
export const SLASH: u8 = 0x2f;
export const COLON: u8 = 0x3a;
export const QUERY: u8 = 0x3f;
export const CAPITAL_E: u8 = 0x45;
export const OPEN_ARRAY: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const CLOSE_ARRAY: u8 = 0x5d;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;
export const DELETE: u8 = 0x7f;
/** The first letters of `false`, `null` and `true`. */
export const F: u8 = 0x66;
export const N: u8 = 0x6e;
export const T: u8 = 0x74;

// @ts-expect-error: decorator
@inline
export function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

// @ts-expect-error: decorator
@inline
export function isSmallLetter(byte: u8): bool {
  return byte >= 0x61 && byte <= 0x7a;
}

/** `true`, `false` after its first letter, and `null`, as numbers of four bytes. */
const TRUE: u32 = 0x65757274;
const ALSE: u32 = 0x65736c61;
const NULL: u32 = 0x6c6c756e;

/** Where `true`, `false` or `null` ends that begins here; 0 where none does. */
export function skipLiteral(at: usize): usize {
  const four = load<u32>(at);
  if (four === TRUE || four === NULL) return at + 4;
  return load<u8>(at) === F && load<u32>(at + 1) === ALSE ? at + 5 : 0;
}

/**
 * The first byte of a text that is more than a part of it: a quote, a backslash, a control character; with `isStrict` also a
 * space, DEL, or any byte that is not ASCII. Every text has to have one after its end.
 */
// @ts-expect-error: decorator
@inline
export function nextMark(start: usize, isStrict: bool): usize {
  let at = start;
  while (true) {
    const marks = marksIn(at, isStrict);
    if (marks !== 0) return at + ctz(marks);
    at += 16;
  }
}

/** One bit a byte. */
// @ts-expect-error: decorator
@inline
function marksIn(at: usize, isStrict: bool): i32 {
  const bytes = v128.load(at);
  const ends = v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH)));
  // As signed numbers, bytes from 0x80 on are below the space.
  const others = isStrict
    ? v128.or(i8x16.le_s(bytes, i8x16.splat(SPACE)), i8x16.eq(bytes, i8x16.splat(DELETE)))
    : i8x16.lt_u(bytes, i8x16.splat(SPACE));
  return i8x16.bitmask(v128.or(ends, others));
}

/** One bit for each of sixteen bytes that is not a plain character of a JSON text: a quote, a backslash, a control, not ASCII. */
// @ts-expect-error: decorator
@inline
export function specialIn(bytes: v128): i32 {
  return i8x16.bitmask(
    v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
      // As signed numbers, bytes from 0x80 on are below the space.
      i8x16.lt_s(bytes, i8x16.splat(SPACE)),
    ),
  );
}

/** A word that input is compared with, or that is written: its bytes follow its length. */
@unmanaged
export class Word {
  length: usize;

  @inline
  get at(): usize {
    return changetype<usize>(this) + offsetof<Word>();
  }
}

/** Makes a word of a text of ASCII. */
export function wordOf(text: string): Word {
  const word = changetype<Word>(heap.alloc(offsetof<Word>() + text.length + SLACK));
  word.length = text.length;
  for (let i = 0; i < text.length; i++)
    store<u8>(word.at + i, load<u8>(changetype<usize>(text) + 2 * i));
  return word;
}

/** Whether a word stands here. */
// @ts-expect-error: decorator
@inline
export function isWord(at: usize, word: Word): bool {
  return sameBytes(at, word.at, word.length);
}

// @ts-expect-error: decorator
@inline
export function appendWord(bytes: Bytes, word: Word): void {
  append(bytes, word.at, word.length);
}
