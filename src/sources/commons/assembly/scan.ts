export { input } from "../../../base/wasm/assembly/memory";
import * as text from "../../../base/wasm/assembly/text";
import { isDigit, nextMark, skipLiteral } from "../../../base/wasm/assembly/text";
import { MEMBER_FIELDS, MemberField, MOST_NAME_BYTES, ScanResult } from "../shared";

/**
 * Walks over JSON in AssemblyScript, which is compiled to WebAssembly: `scan.ts` copies a line into the memory of this
 * module, and reads from it where the parts stand. Sixteen bytes of a text are looked at with one instruction, which
 * makes it three times as fast as the same walk in JavaScript (1,650 MB/s against 545), and it needs no warming up.
 *
 * Positions are addresses in memory. After a line stands a NUL, at which everything here ends, so nothing reads on into
 * what an earlier line left.
 */

/** The address that stands for "not JSON". */
const WRONG: usize = 0;
/** Nesting that no entity has; beyond it the walk would run out of stack. */
const MOST_LEVELS: i32 = 500;

/** Room for members: of the object, then of its inner object. */
const MOST_MEMBERS: i32 = 32768;
const MEMBER_SIZE: usize = 4 * MEMBER_FIELDS;
const ROOM: usize = <usize>MOST_MEMBERS * MEMBER_SIZE;
const members: usize = memory.data(2 * <i32>ROOM, 16);

/** Room for the name of the member whose own members are noted, too. */
const innerName: usize = memory.data(MOST_NAME_BYTES);
let innerNameLength: usize = 0;

/** How many members of the object, and of the inner one, are noted. */
let outerCount: i32 = 0;
let innerCount: i32 = 0;
/** A backslash came by in a text. */
let sawEscape = false;
/** There was one in the name of a member that is noted; no comparison of bytes finds such a name. */
let sawEscapedName = false;
let hasTooMany = false;

/** Where members are noted. */
export function membersAt(): usize {
  return members;
}

/** Where those of the inner object are. */
export function innerMembersAt(): usize {
  return members + ROOM;
}

/** Where the name of the inner object is to be put. */
export function innerNameAt(): usize {
  return innerName;
}

export function outerMembers(): i32 {
  return outerCount;
}

export function innerMembers(): i32 {
  return innerCount;
}

/** Walks over one object, which has to fill the bytes from `start` to `end` but for blanks, and notes its members. */
export function scan(start: usize, end: usize, nameLength: usize): ScanResult {
  outerCount = 0;
  innerCount = 0;
  innerNameLength = nameLength;
  sawEscapedName = false;
  hasTooMany = false;
  const first = skipBlanks(start);
  if (load<u8>(first) !== text.OPEN_OBJECT) return ScanResult.not_json;
  const after = skipObject(first, 0, OUTER);
  if (after === WRONG || hasTooMany || skipBlanks(after) !== end) return ScanResult.not_json;
  return sawEscapedName ? ScanResult.escaped_names : ScanResult.object;
}

/** The address after the value that begins at `start`; 0 where there is none. */
export function skipValue(start: usize, level: i32): usize {
  const byte = load<u8>(start);
  if (byte === text.QUOTE) return skipText(start + 1);
  if (byte === text.OPEN_OBJECT) return skipObject(start, level, NOBODY);
  if (byte === text.OPEN_ARRAY) return skipArray(start, level);
  if (byte === text.T || byte === text.F || byte === text.N) return skipLiteral(start);
  return skipNumber(start);
}

/** Whose members are noted. */
const NOBODY: i32 = 0;
const OUTER: i32 = 1;
const INNER: i32 = 2;

function skipObject(start: usize, level: i32, whose: i32): usize {
  if (level > MOST_LEVELS) return WRONG;
  let at = skipBlanks(start + 1);
  if (load<u8>(at) === text.CLOSE_OBJECT) return at + 1;
  while (true) {
    if (load<u8>(at) !== text.QUOTE) return WRONG;
    const nameStart = at + 1;
    sawEscape = false;
    at = skipText(nameStart);
    if (at === WRONG) return WRONG;
    const nameEnd = at - 1;
    if (whose !== NOBODY && sawEscape) sawEscapedName = true;
    at = skipBlanks(at);
    if (load<u8>(at) !== text.COLON) return WRONG;
    const valueStart = skipBlanks(at + 1);
    at =
      whose === OUTER && isInnerName(nameStart, nameEnd)
        ? skipInner(valueStart, level + 1)
        : skipValue(valueStart, level + 1);
    if (at === WRONG) return WRONG;
    if (whose === OUTER) outerCount = note(members, outerCount, nameStart, nameEnd, valueStart, at);
    else if (whose === INNER)
      innerCount = note(members + ROOM, innerCount, nameStart, nameEnd, valueStart, at);
    at = skipBlanks(at);
    const next = load<u8>(at);
    if (next === text.CLOSE_OBJECT) return at + 1;
    if (next !== text.COMMA) return WRONG;
    at = skipBlanks(at + 1);
  }
}

/** The member whose own members are noted, too; of a repeated one the last counts. */
function skipInner(start: usize, level: i32): usize {
  innerCount = 0;
  return load<u8>(start) === text.OPEN_OBJECT ? skipObject(start, level, INNER) : skipValue(start, level);
}

function isInnerName(start: usize, end: usize): bool {
  return end - start === innerNameLength && memory.compare(start, innerName, innerNameLength) === 0;
}

/** Notes a member; returns how many there are then. */
function note(list: usize, count: i32, nameStart: usize, nameEnd: usize, start: usize, end: usize): i32 {
  if (count === MOST_MEMBERS) {
    hasTooMany = true;
    return count;
  }
  const place = list + (count as usize) * MEMBER_SIZE;
  store<u32>(place, nameStart as u32, 4 * MemberField.nameStart);
  store<u32>(place, nameEnd as u32, 4 * MemberField.nameEnd);
  store<u32>(place, start as u32, 4 * MemberField.start);
  store<u32>(place, end as u32, 4 * MemberField.end);
  return count + 1;
}

function skipArray(start: usize, level: i32): usize {
  if (level > MOST_LEVELS) return WRONG;
  let at = skipBlanks(start + 1);
  if (load<u8>(at) === text.CLOSE_ARRAY) return at + 1;
  while (true) {
    at = skipValue(at, level + 1);
    if (at === WRONG) return WRONG;
    at = skipBlanks(at);
    const next = load<u8>(at);
    if (next === text.CLOSE_ARRAY) return at + 1;
    if (next !== text.COMMA) return WRONG;
    at = skipBlanks(at + 1);
  }
}

/** From after the opening quote to after the closing one. */
function skipText(start: usize): usize {
  let at = start;
  while (true) {
    // Control characters end it, the NUL after the line among them.
    at = nextMark(at, false);
    const byte = load<u8>(at);
    if (byte === text.QUOTE) return at + 1;
    if (byte !== text.BACKSLASH) return WRONG;
    sawEscape = true;
    at = skipEscape(at + 1);
    if (at === WRONG) return WRONG;
  }
}

/** What stands after a backslash. */
function skipEscape(at: usize): usize {
  switch (load<u8>(at)) {
    case text.QUOTE:
    case text.BACKSLASH:
    case text.SLASH:
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 1;
    case 0x75: // u
      for (let digit: usize = 1; digit <= 4; digit++) if (!isHex(load<u8>(at + digit))) return WRONG;
      return at + 5;
    default:
      return WRONG;
  }
}

function isHex(byte: u8): bool {
  const letter: u8 = byte | 0x20;
  return isDigit(byte) || (letter >= 0x61 && letter <= 0x66);
}

function skipNumber(start: usize): usize {
  const whole = load<u8>(start) === text.HYPHEN ? start + 1 : start;
  let at = skipDigits(whole);
  if (at === whole || (load<u8>(whole) === 0x30 && at > whole + 1)) return WRONG;
  if (load<u8>(at) === text.DOT) {
    const fraction = at + 1;
    at = skipDigits(fraction);
    if (at === fraction) return WRONG;
  }
  if ((load<u8>(at) | 0x20) === 0x65) {
    const sign = load<u8>(at + 1);
    const exponent = sign === text.PLUS || sign === text.HYPHEN ? at + 2 : at + 1;
    at = skipDigits(exponent);
    if (at === exponent) return WRONG;
  }
  return at;
}

function skipDigits(start: usize): usize {
  let at = start;
  while (isDigit(load<u8>(at))) at++;
  return at;
}

function skipBlanks(start: usize): usize {
  let at = start;
  while (isBlank(load<u8>(at))) at++;
  return at;
}

function isBlank(byte: u8): bool {
  return byte === text.SPACE || (byte <= text.CR && (byte === text.LF || byte === text.CR || byte === text.TAB));
}
