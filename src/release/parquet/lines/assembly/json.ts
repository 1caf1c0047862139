import {
  BACKSLASH,
  CAPITAL_E,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  DOT,
  HYPHEN,
  isDigit,
  OPEN_ARRAY,
  OPEN_OBJECT,
  PLUS,
  QUOTE,
  skipLiteral,
  SPACE,
  specialIn,
  TAB,
} from "../../../../base/wasm/assembly/text";
import { characterBytes } from "./utf8";

/** Deeper JSON is left to the host. */
const MOST_DEPTH: i32 = 200;
/** Whether each array or object that is open is an object. */
const isObjectAt = memory.data(256);

/** Whether these bytes are JSON as `JSON.parse` takes it, on one line. False also where that cannot be told. */
export function isJson(start: usize, end: usize): bool {
  let at = skipSpace(start, end);
  let depth: i32 = 0;
  while (true) {
    // A value.
    if (at >= end) return false;
    const byte = load<u8>(at);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth === MOST_DEPTH) return false;
      at = skipSpace(at + 1, end);
      if (at >= end) return false;
      if (load<u8>(at) !== (byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        store<bool>(isObjectAt + depth++, byte === OPEN_OBJECT);
        if (byte === OPEN_OBJECT) at = skipKey(at, end);
        if (at === 0) return false;
        continue;
      }
      at++;
    } else {
      at = byte === QUOTE ? skipText(at, end) : skipNumberOrWord(at, end);
      if (at === 0) return false;
    }
    // What comes after a value.
    while (true) {
      at = skipSpace(at, end);
      if (depth === 0) return at === end;
      if (at >= end) return false;
      const isObject = load<bool>(isObjectAt + depth - 1);
      const mark = load<u8>(at);
      at++;
      if (mark === COMMA) {
        at = skipSpace(at, end);
        if (isObject) at = skipKey(at, end);
        if (at === 0) return false;
        break;
      }
      if (mark !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return false;
      depth--;
    }
  }
}

// @ts-expect-error: decorator
@inline
function skipSpace(from: usize, end: usize): usize {
  let at = from;
  while (at < end && (load<u8>(at) === SPACE || load<u8>(at) === TAB)) at++;
  return at;
}

/** To the value of a member; 0 where this is no key. */
function skipKey(from: usize, end: usize): usize {
  if (from >= end || load<u8>(from) !== QUOTE) return 0;
  const after = skipText(from, end);
  if (after === 0) return 0;
  const at = skipSpace(after, end);
  return at < end && load<u8>(at) === COLON ? skipSpace(at + 1, end) : 0;
}

/** To the end of a text, from its quote; 0 where it has none, or is no UTF-8. */
function skipText(from: usize, end: usize): usize {
  let at = from + 1;
  while (true) {
    const special = specialIn(v128.load(at));
    if (special === 0) {
      at += 16;
      continue;
    }
    at += ctz(special);
    if (at >= end) return 0;
    const byte = load<u8>(at);
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at = skipEscape(at, end);
    else {
      const length: usize = byte < 0x80 ? 0 : characterBytes(at, end);
      at = length === 0 ? 0 : at + length;
    }
    if (at === 0) return 0;
  }
}

function skipEscape(from: usize, end: usize): usize {
  if (from + 2 > end) return 0;
  switch (load<u8>(from + 1)) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f: // slash
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return from + 2;
    case 0x75: // u
      if (from + 6 > end) return 0;
      for (let at = from + 2; at < from + 6; at++) if (!isHexDigit(load<u8>(at))) return 0;
      return from + 6;
    default:
      return 0;
  }
}

function isHexDigit(byte: u8): bool {
  const letter = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

function skipNumberOrWord(from: usize, end: usize): usize {
  let at = from;
  if (load<u8>(at) === HYPHEN) at++;
  else if (!isDigit(load<u8>(at))) {
    const after = skipLiteral(at);
    return after > end ? 0 : after;
  }
  const whole = skipDigits(at, end);
  if (whole === at || (load<u8>(at) === 0x30 && whole > at + 1)) return 0;
  at = whole;
  if (at < end && load<u8>(at) === DOT) {
    const fraction = skipDigits(at + 1, end);
    if (fraction === at + 1) return 0;
    at = fraction;
  }
  if (at < end && (load<u8>(at) | 0x20) === (CAPITAL_E | 0x20)) {
    at++;
    if (at < end && (load<u8>(at) === PLUS || load<u8>(at) === HYPHEN)) at++;
    const exponent = skipDigits(at, end);
    if (exponent === at) return 0;
    at = exponent;
  }
  return at;
}

function skipDigits(from: usize, end: usize): usize {
  let at = from;
  while (at < end && isDigit(load<u8>(at))) at++;
  return at;
}
