import { CLOSE_ARRAY, CLOSE_OBJECT, COMMA, DOT, isDigit, LF, SPACE } from "../../../base/wasm/assembly/text";

/**
 * Numbers and times read from bytes. A reader says where its value ends, or 0 where the bytes hold anything but the
 * plainest form of one: what that means is for `JSON.parse` to say.
 */

/** The value that was read last. */
export let value: f64 = 0;

/** A comma, a closing bracket, a blank or a line end. */
// @ts-expect-error: decorator
@inline
function endsNumber(byte: u8): bool {
  return byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || byte === SPACE || byte === LF;
}

/** A whole number of at most 9 digits, with no sign and without a zero before it. */
export function readInteger(at: usize): usize {
  let number: i32 = 0;
  let i = at;
  for (; i < at + 9; i++) {
    const digit = <u32>load<u8>(i) - 0x30;
    if (digit > 9) break;
    number = number * 10 + digit;
  }
  if (i === at || !endsNumber(load<u8>(i))) return 0;
  if (load<u8>(at) === 0x30 && i > at + 1) return 0;
  value = <f64>number;
  return i;
}

/** Exact powers of ten: a whole number below 2^53 divided by one of them is rounded once, as it is in `JSON.parse`. */
const powers: usize = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]);

/** A number of at most 15 digits with or without a decimal point, with no sign and no exponent. */
export function readDecimal(at: usize): usize {
  let number: f64 = 0;
  let point: usize = 0;
  let i = at;
  for (; i < at + 16; i++) {
    const byte = load<u8>(i);
    if (isDigit(byte)) number = number * 10 + <f64>(byte - 0x30);
    else if (byte === DOT && point === 0) point = i;
    else break;
  }
  const whole = point === 0 ? i - at : point - at;
  const fraction: usize = point === 0 ? 0 : i - point - 1;
  if (whole === 0 || (point !== 0 && fraction === 0) || whole + fraction > 15) return 0;
  if (!endsNumber(load<u8>(i)) || (load<u8>(at) === 0x30 && whole > 1)) return 0;
  value = number / load<f64>(powers + fraction * sizeof<f64>());
  return i;
}

const daysInMonth: usize = memory.data<u8>([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);

/** `"2020-01-31T12:34:56.789Z"` from its first quote on, and no other form; as milliseconds since 1970. */
export function readTime(at: usize): usize {
  if (!hasTimeMarks(at)) return 0;
  const year = digits(at + 1, 4);
  const month = digits(at + 6, 2);
  const day = digits(at + 9, 2);
  const hour = digits(at + 12, 2);
  const minute = digits(at + 15, 2);
  const second = digits(at + 18, 2);
  const milli = digits(at + 21, 3);
  // One negative part makes all of them negative.
  if ((year | month | day | hour | minute | second | milli) < 0) return 0;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return 0;
  if (hour > 23 || minute > 59 || second > 59) return 0;
  const seconds = (hour * 60 + minute) * 60 + second;
  value = <f64>daysSince1970(year, month, day) * 86400000 + <f64>seconds * 1000 + <f64>milli;
  return at + 26;
}

function hasTimeMarks(at: usize): bool {
  return (
    load<u8>(at) === 0x22 &&
    load<u8>(at + 5) === 0x2d &&
    load<u8>(at + 8) === 0x2d &&
    load<u8>(at + 11) === 0x54 &&
    load<u8>(at + 14) === 0x3a &&
    load<u8>(at + 17) === 0x3a &&
    load<u8>(at + 20) === 0x2e &&
    load<u8>(at + 24) === 0x5a &&
    load<u8>(at + 25) === 0x22
  );
}

/** A number of this many digits; negative where there is anything else. */
function digits(at: usize, count: usize): i32 {
  let number: i32 = 0;
  for (let i = at; i < at + count; i++) {
    const digit = <u32>load<u8>(i) - 0x30;
    if (digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

function daysIn(year: i32, month: i32): i32 {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : load<u8>(daysInMonth + month - 1);
}

/** Days of the proleptic Gregorian calendar (`days_from_civil`): years begin in March, so that leap days come last. */
function daysSince1970(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const ofEra = y - era * 400;
  const ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
}
