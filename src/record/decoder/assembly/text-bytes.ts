import * as text from "../../../base/wasm/assembly/text";
import { SPACE, TAB } from "../../../base/wasm/assembly/text";

/**
 * What a byte means inside a JSON text, so far as `cleanText` cares: most bytes are part of the text, and a few ask
 * for a second look. The table says no more than that; the rule itself is `cleanText`, which is asked whenever a text
 * may not be clean.
 */

/** Part of a text, whatever is next to it. */
export const PLAIN: u8 = 0;
/** Ends the text. */
export const QUOTE: u8 = 1;
export const BACKSLASH: u8 = 2;
/** A blank: clean inside a text, but not at its ends nor beside another. */
export const BLANK: u8 = 3;
/** The first byte of some characters that are white space or control characters, and of many that are neither. */
export const LEAD: u8 = 4;
/** A control character: a raw one is no JSON, and DEL is not clean. */
export const CONTROL: u8 = 5;

const kinds: usize = memory.data(256);
memory.fill(kinds, CONTROL, 0x20);
store<u8>(kinds + SPACE, BLANK);
store<u8>(kinds + text.QUOTE, QUOTE);
store<u8>(kinds + text.BACKSLASH, BACKSLASH);
store<u8>(kinds + text.DELETE, CONTROL);
// U+0080 to U+00A0; U+1680; U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F; U+3000; U+FEFF
store<u8>(kinds + 0xc2, LEAD);
store<u8>(kinds + 0xe1, LEAD);
store<u8>(kinds + 0xe2, LEAD);
store<u8>(kinds + 0xe3, LEAD);
store<u8>(kinds + 0xef, LEAD);

// @ts-expect-error: decorator
@inline
export function kindOf(byte: u8): u8 {
  return load<u8>(kinds + byte);
}

/**
 * Whether the character that begins with a `LEAD` byte may have to be cleaned. Valid UTF-8 is expected. Characters
 * that differ in their last bits only are all taken for unclean: they are rare, and `cleanText` decides.
 */
export function mayBeUnclean(at: usize): bool {
  const second = load<u8>(at, 1);
  const third = load<u8>(at, 2);
  switch (load<u8>(at)) {
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

/** Past spaces and tabs; most often there are none. */
// @ts-expect-error: decorator
@inline
export function skipBlanks(at: usize): usize {
  while (load<u8>(at) === SPACE || load<u8>(at) === TAB) at++;
  return at;
}
