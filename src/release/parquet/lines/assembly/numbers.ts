import { Bytes, room } from "../../../../base/wasm/assembly/bytes";
import { QUOTE } from "../../../../base/wasm/assembly/text";
import { Integer } from "../shared";
import { clear, endValue, Table } from "./table";

/** Room for the digits of any number of 64 bits, and for a time. */
const MOST: usize = 40;
const digits = memory.data(32);

/** Makes a table of whole numbers. */
export function addIntegers(table: Table, at: usize, count: u32, kind: Integer): void {
  clear(table);
  for (let i: u32 = 0; i < count; i++) {
    switch (kind) {
      case Integer.i32:
        appendSigned(table.json, <i64>load<i32>(at + 4 * i));
        break;
      case Integer.u32:
        appendUnsigned(table.json, <u64>load<u32>(at + 4 * i));
        break;
      case Integer.i64:
        appendSigned(table.json, load<i64>(at + 8 * i));
        break;
      default:
        appendUnsigned(table.json, load<u64>(at + 8 * i));
    }
    endValue(table);
  }
}

function appendSigned(to: Bytes, value: i64): void {
  if (value < 0) {
    store<u8>(room(to, 1), 0x2d);
    to.used++;
  }
  appendUnsigned(to, value < 0 ? 0 - <u64>value : <u64>value);
}

function appendUnsigned(to: Bytes, value: u64): void {
  let rest = value;
  let first: usize = 32;
  do {
    store<u8>(digits + --first, 0x30 + <u8>(rest % 10));
    rest /= 10;
  } while (rest !== 0);
  const out = room(to, MOST);
  for (let i = first; i < 32; i++) store<u8>(out + i - first, load<u8>(digits + i));
  to.used += 32 - first;
}

const DAY: i64 = 86_400;
/** The first day of the year 0, and the first one of the year 10000, from 1970 on. */
const FIRST_DAY: i64 = -719_528;
const LAST_DAY: i64 = 2_932_896;
/** Days from the first of March of the year 0 to 1970, and of 400 years. */
const MARCH_OF_0: i64 = 719_468;
const ERA: i64 = 146_097;

/** Makes a table of points in time, as `../../civil-time.ts` writes them. False, and no table, where one has no year of four digits. */
export function addTimestamps(table: Table, at: usize, count: u32, unitsPerSecond: i64, isUtc: bool): bool {
  clear(table);
  for (let i: u32 = 0; i < count; i++) {
    const value = load<i64>(at + 8 * i);
    const second = floorDivide(value, unitsPerSecond);
    const day = floorDivide(second, DAY);
    if (day < FIRST_DAY || day > LAST_DAY) return false;
    const nanosecond = (value - second * unitsPerSecond) * (1_000_000_000 / unitsPerSecond);
    appendTime(table.json, day, <u32>(second - day * DAY), <u32>nanosecond, isUtc);
    endValue(table);
  }
  return true;
}

function floorDivide(value: i64, by: i64): i64 {
  const quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

function appendTime(to: Bytes, day: i64, second: u32, nanosecond: u32, isUtc: bool): void {
  const shifted = <u32>(day + MARCH_OF_0 + ERA);
  const begin = room(to, MOST);
  let out = begin;
  store<u8>(out++, QUOTE);
  out = appendDate(out, shifted);
  store<u8>(out++, 0x54); // T
  out = append2(out, second / 3600, 0x3a);
  out = append2(out, (second / 60) % 60, 0x3a);
  out = append2(out, second % 60, 0x2e);
  let divisor: u32 = 1_000_000;
  let rest = nanosecond;
  do {
    const three = rest / divisor;
    store<u8>(out, <u8>(0x30 + three / 100));
    store<u8>(out + 1, <u8>(0x30 + (three / 10) % 10));
    store<u8>(out + 2, <u8>(0x30 + (three % 10)));
    out += 3;
    rest -= three * divisor;
    divisor /= 1000;
  } while (rest !== 0);
  if (isUtc) store<u8>(out++, 0x5a);
  store<u8>(out++, QUOTE);
  to.used += out - begin;
}

/**
 * After http://howardhinnant.github.io/date_algorithms.html, civil_from_days: years begin in March. `shifted` counts days
 * from the first of March of the year -400 on.
 */
function appendDate(out: usize, shifted: u32): usize {
  const era = shifted / <u32>ERA;
  const dayOfEra = shifted - era * <u32>ERA;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0) - 400;
  const afterCentury = append2(out, year / 100, 0);
  const afterYear = append2(afterCentury - 1, year % 100, 0x2d);
  const afterMonth = append2(afterYear, month, 0x2d);
  return append2(afterMonth, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 0) - 1;
}

/** Two digits, and what comes after them. */
// @ts-expect-error: decorator
@inline
function append2(out: usize, value: u32, after: u8): usize {
  store<u8>(out, <u8>(0x30 + value / 10));
  store<u8>(out + 1, <u8>(0x30 + (value % 10)));
  store<u8>(out + 2, after);
  return out + 3;
}
