/**
 * Small pieces of JSON read from bytes. A reader says at which byte its value ends, or -1 where the bytes hold anything
 * but the plainest form of one: what that means is for `JSON.parse` to say. Bytes end with a line feed, which is no
 * part of any value, so that nothing has to look at a length.
 */

const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** The value that was read last by `readInteger`, `readTime` or `readDecimal`. */
export const read = { value: 0 };

/** Behind blanks and tabs; most often there are none. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let i = at;
  while (bytes[i] === 0x20 || bytes[i] === 0x09) i++;
  return i;
}

/** A whole number of at most 9 digits, without a zero before it; `-0` is left to others. */
export function readInteger(bytes: Uint8Array, at: number): number {
  const start = bytes[at] === MINUS ? at + 1 : at;
  let value = 0;
  let i = start;
  for (; i < start + 9; i++) {
    const digit = (bytes[i] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i === start || !endsNumber(bytes[i] as number)) return -1;
  if (bytes[start] === ZERO && (i > start + 1 || start > at)) return -1;
  read.value = start > at ? -value : value;
  return i;
}

/** Exact powers of ten: a whole number below 2^53 divided by one of them is rounded once, as it is in `JSON.parse`. */
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/** A number of at most 15 digits with or without a decimal point, with no sign and no exponent. */
export function readDecimal(bytes: Uint8Array, at: number): number {
  let value = 0;
  let point = -1;
  let i = at;
  for (; i < at + 16; i++) {
    const byte = bytes[i] as number;
    if (byte >= ZERO && byte <= NINE) value = value * 10 + byte - ZERO;
    else if (byte === 0x2e && point === -1) point = i;
    else break;
  }
  const fraction = point === -1 ? 0 : i - point - 1;
  const whole = point === -1 ? i - at : point - at;
  if (whole === 0 || (point !== -1 && fraction === 0) || whole + fraction > 15) return -1;
  if (!endsNumber(bytes[i] as number) || (bytes[at] === ZERO && whole > 1)) return -1;
  read.value = value / (POWERS[fraction] as number);
  return i;
}

/** A comma, a closing bracket or a blank. */
function endsNumber(byte: number): boolean {
  return byte === 0x2c || byte === 0x7d || byte === 0x5d || byte === 0x20 || byte === 0x0a;
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY = 86_400_000;

/** `"2020-01-31T12:34:56.789Z"` from its first quote on, and no other form; as milliseconds since 1970. */
export function readTime(bytes: Uint8Array, at: number): number {
  const year = digits(bytes, at + 1, 4);
  const month = digits(bytes, at + 6, 2);
  const day = digits(bytes, at + 9, 2);
  const hour = digits(bytes, at + 12, 2);
  const minute = digits(bytes, at + 15, 2);
  const second = digits(bytes, at + 18, 2);
  const milli = digits(bytes, at + 21, 3);
  // One negative part makes all of them negative.
  if ((year | month | day | hour | minute | second | milli) < 0 || !hasTimeMarks(bytes, at)) return -1;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return -1;
  if (hour > 23 || minute > 59 || second > 59) return -1;
  read.value = daysSince1970(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + milli;
  return at + 26;
}

function hasTimeMarks(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x22 &&
    bytes[at + 5] === 0x2d &&
    bytes[at + 8] === 0x2d &&
    bytes[at + 11] === 0x54 &&
    bytes[at + 14] === 0x3a &&
    bytes[at + 17] === 0x3a &&
    bytes[at + 20] === 0x2e &&
    bytes[at + 24] === 0x5a &&
    bytes[at + 25] === 0x22
  );
}

/** A number of so many digits; negative where there is anything else. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = (bytes[i] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function daysIn(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (DAYS_IN_MONTH[month - 1] as number);
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days of the proleptic Gregorian calendar (`days_from_civil`): years begin in March, so that leap days come last. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
