/**
 * The one reader of days and times. What has no zone is UTC, whatever TZ says: `Date.parse` takes some forms as local
 * time, and days that do not exist as others.
 */

/** A form of a text. Its groups are what `instantOf` reads, by the names there. */
interface Form {
  readonly name: "day" | "time" | "http";
  readonly pattern: RegExp;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = MONTHS.join("|");
const CLOCK = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";

/**
 * ISO 8601 as providers, databases and `git log --date=iso` write it, with a T or blanks between day and time; and the three
 * forms of HTTP (RFC 9110 §5.6.7), of which the last has no zone.
 */
const FORMS: readonly Form[] = [
  { name: "day", pattern: /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)$/ },
  {
    name: "time",
    pattern:
      /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:(?:[Tt]|\s+)(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d+))?)?)?\s?(?:[Zz]|(?<sign>[+-])(?<zoneHour>\d\d)(?::?(?<zoneMinute>\d\d))?)?$/,
  },
  {
    name: "http",
    pattern: new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d\\d) (?<month>${MONTH}) (?<year>\\d{4}) ${CLOCK} GMT$`),
  },
  {
    name: "http",
    pattern: new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d\\d)-(?<month>${MONTH})-(?<year>\\d\\d) ${CLOCK} GMT$`),
  },
  {
    name: "http",
    pattern: new RegExp(
      `^[A-Z][a-z]{2} (?<month>${MONTH}) (?<day>[ \\d]\\d) ${CLOCK} (?<year>\\d{4})(?: GMT)?$`,
    ),
  },
];

const FIRST = Date.parse("0001-01-01T00:00:00.000Z");
const LAST = Date.parse("9999-12-31T23:59:59.999Z");
const DAY_MS = 86_400_000;

/**
 * The time that a text says, in milliseconds since 1970: a day, which is its beginning, or a time. Undefined for any
 * other text, for days and times that do not exist (30 February, hour 25, leap seconds), and outside of the years 1 to
 * 9999, which are written in another form and come out of order as texts. 24:00 is the end of a day.
 */
export function timeIn(text: string): number | undefined {
  return read(text, ["day", "time"]);
}

/** The same of a header of HTTP, in one of its own forms. */
export function httpTimeIn(text: string): number | undefined {
  return read(text.trim(), ["http"]);
}

/** Whether a text is a day that there is, and nothing else: `2026-01-31`. */
export function isDay(text: string): boolean {
  return read(text, ["day"]) !== undefined;
}

/** Whether a text is a time that there is, in the very form in which times are written: `2026-01-31T12:00:00.000Z`. */
export function isWrittenTime(text: string): boolean {
  if (text.length !== "0000-00-00T00:00:00.000Z".length) return false;
  const time = new Date(text);
  return time.getTime() >= FIRST && time.getTime() <= LAST && time.toISOString() === text;
}

function read(text: string, names: readonly Form["name"][]): number | undefined {
  for (const { name, pattern } of FORMS) {
    const groups = names.includes(name) ? pattern.exec(text)?.groups : undefined;
    if (groups) return instantOf(groups);
  }
  return undefined;
}

function instantOf(groups: Readonly<Record<string, string | undefined>>): number | undefined {
  const number = (name: string) => Number(groups[name] ?? 0);
  const [hour, minute, second] = [number("hour"), number("minute"), number("second")];
  const [zoneHour, zoneMinute] = [number("zoneHour"), number("zoneMinute")];
  const milli = Math.floor(Number(`0.${groups.fraction ?? "0"}`) * 1000);
  const start = startOf(yearOf(groups.year as string), monthOf(groups.month as string), number("day"));
  const ofDay = ((hour * 60 + minute) * 60 + second) * 1000 + milli;
  if (start === undefined || minute > 59 || second > 59 || ofDay > DAY_MS) return undefined;
  if (hour > 24 || zoneHour > 23 || zoneMinute > 59) return undefined;
  const zone = (zoneHour * 60 + zoneMinute) * 60_000 * (groups.sign === "-" ? -1 : 1);
  const time = start + ofDay - zone;
  return time >= FIRST && time <= LAST ? time : undefined;
}

/** The beginning of a day; undefined where there is no such day, which `Date` takes for one of the next month. */
function startOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}

function monthOf(text: string): number {
  return MONTHS.indexOf(text) + 1 || Number(text);
}

/** Of two digits, as they were written in the last century: 70 is 1970, 69 is 2069. */
function yearOf(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year + (year < 70 ? 2000 : 1900);
}
