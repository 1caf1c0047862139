/**
 * What a byte means inside a JSON text, so far as `cleanText` cares: most bytes are part of the text, and a few ask
 * for a second look. The table says no more than that; the rule itself is `cleanText`, which is asked whenever a
 * text may not be clean.
 */

/** Part of a text, whatever stands beside it. */
export const PLAIN = 0;
/** Ends the text. */
export const QUOTE = 1;
export const BACKSLASH = 2;
/** A blank: clean inside a text, but not at its ends nor beside another. */
export const BLANK = 3;
/** The first byte of some characters that are white space or control characters, and of many that are neither. */
export const LEAD = 4;
/** A control character: a raw one is no JSON, and DEL is not clean. */
export const CONTROL = 5;

export const BYTE_KINDS = new Uint8Array(256);
BYTE_KINDS.fill(CONTROL, 0x00, 0x20);
BYTE_KINDS[0x20] = BLANK;
BYTE_KINDS[0x22] = QUOTE;
BYTE_KINDS[0x5c] = BACKSLASH;
BYTE_KINDS[0x7f] = CONTROL;
// U+0080 to U+00A0; U+1680; U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F; U+3000; U+FEFF
for (const lead of [0xc2, 0xe1, 0xe2, 0xe3, 0xef]) BYTE_KINDS[lead] = LEAD;

/**
 * Whether the character that begins with a `LEAD` byte may have to be cleaned. Valid UTF-8 is expected. Characters
 * that are told apart by their last bits only are all held for unclean: they are rare, and `cleanText` decides.
 */
export function mayBeUnclean(bytes: Uint8Array, at: number): boolean {
  const second = bytes[at + 1] as number;
  const third = bytes[at + 2] as number;
  switch (bytes[at]) {
    case 0xc2:
      return second <= 0xa0;
    case 0xe1:
      return second === 0x9a && third === 0x80;
    case 0xe2:
      return (second === 0x80 && (third <= 0x8a || (third >= 0xa8 && third <= 0xaf))) || second === 0x81;
    case 0xe3:
      return second === 0x80 && third === 0x80;
    default:
      return second === 0xbb && third === 0xbf;
  }
}

/** Whether two spans of bytes are the same. */
export function sameBytes(
  a: Uint8Array,
  aStart: number,
  b: Uint8Array,
  bStart: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}
