/**
 * Days and times as ISO 8601 texts, of any year and with every digit: `Date` ends at the year 275760 and at
 * milliseconds. Years outside of 0 to 9999 have a sign and six digits or more, as in ECMAScript.
 */

const DAY_SECONDS = 86_400n;
const NANOSECONDS = 1_000_000_000n;
/** The milliseconds of the years 0 to 9999, which `Date` writes as we do. */
const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_999;

/** The day that is this many days after the first of January 1970. */
export function dateText(days: number): string {
  // After http://howardhinnant.github.io/date_algorithms.html, civil_from_days: years begin in March.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${digits(month, 2)}-${digits(day, 2)}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return digits(year, 4);
  return `${year < 0 ? "-" : "+"}${digits(Math.abs(year), 6)}`;
}

/** A time of day: `hh:mm:ss`, and as many decimals as it takes (none, three, six or nine). */
export function timeText(value: bigint, unitsPerSecond: bigint): string {
  return clockText(value / unitsPerSecond, value % unitsPerSecond, unitsPerSecond, 0);
}

/** A point in time, `YYYY-MM-DDThh:mm:ss.mmm`, with six or nine decimals where it takes them. */
export function timestampText(value: bigint, unitsPerSecond: bigint): string {
  if (unitsPerSecond === 1000n && value >= FIRST_MS && value <= LAST_MS)
    return new Date(Number(value)).toISOString().slice(0, -1);
  const [seconds, fraction] = floorDivide(value, unitsPerSecond);
  const [days, second] = floorDivide(seconds, DAY_SECONDS);
  return `${dateText(Number(days))}T${clockText(second, fraction, unitsPerSecond, 3)}`;
}

function clockText(second: bigint, fraction: bigint, unitsPerSecond: bigint, fewest: number): string {
  const ofDay = Number(second);
  const clock = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60];
  const all = digits((fraction * NANOSECONDS) / unitsPerSecond, 9);
  let shown = 9;
  while (shown > fewest && all.endsWith("000", shown)) shown -= 3;
  const decimals = shown === 0 ? "" : `.${all.slice(0, shown)}`;
  return `${clock.map((part) => digits(part, 2)).join(":")}${decimals}`;
}

function floorDivide(value: bigint, by: bigint): [quotient: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}

function digits(number: number | bigint, count: number): string {
  return String(number).padStart(count, "0");
}
