import { type Column, MAX_INTEGER } from "./columns.js";
import { cleanTags, type Tag } from "./tags.js";
import { cleanJson, cutText, isLongerThan, textOf } from "./text.js";
import { cleanUrl, isPlainUrl } from "./urls.js";

/** A value of a cleaned record. */
export type Value =
  | null
  | string
  | number
  | boolean
  | readonly Tag[]
  | readonly string[]
  | readonly object[]
  | object;

/** Providers whose URLs lose their meaning without the last slash. */
const KEEPS_LAST_SLASH = new Set(["wordpress"]);

/** Told what is wrong with a value that was dropped. */
type OnProblem = (problem: string) => void;

/**
 * The value of a column, cleaned; null where there is none or it cannot be used. `onProblem` is told why a URL or a
 * text was dropped.
 */
export function cleanValue(column: Column, value: unknown, provider: string, onProblem?: OnProblem): Value {
  if (value === undefined || value === null) return null;
  switch (column.type) {
    case "text":
      return limitText(column, textOf(value), onProblem);
    case "url": {
      if (typeof value === "string" && isPlainUrl(value, column.limit as number)) return value;
      const cleaned = cleanUrl(value, column.limit as number, {
        keepLastSlash: KEEPS_LAST_SLASH.has(provider),
      });
      if ("url" in cleaned) return cleaned.url;
      onProblem?.(cleaned.problem);
      return null;
    }
    case "integer":
      return integerOf(value);
    case "number":
      return numberOf(value);
    case "boolean":
      return booleanOf(value);
    case "timestamp":
      return timestampOf(value);
    case "uuid":
      return textOf(value);
    case "object":
      return isObject(value) ? (cleanJson(value) as Value) : null;
    case "tags":
      return cleanTags(value, provider);
    case "texts":
      return textsOf(column, value);
    case "objects":
      return objectsOf(value);
  }
}

function limitText(column: Column, text: string | null, onProblem?: OnProblem): string | null {
  if (text === null || column.limit === undefined || !isLongerThan(text, column.limit)) return text;
  if (column.cut) return cutText(text, column.limit);
  onProblem?.(`is longer than ${column.limit} characters`);
  return null;
}

/** Whole numbers as the catalogue reads them: `"3.45"` is 3, `"abc"` nothing, too large a number nothing. */
function integerOf(value: unknown): number | null {
  const number = numberOf(value);
  if (number === null) return null;
  const whole = Math.trunc(number);
  return Math.abs(whole) <= MAX_INTEGER ? whole + 0 : null;
}

function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

const TRUE = new Set<unknown>([true, "true", "True", "t", "T"]);
const FALSE = new Set<unknown>([false, "false", "False", "f", "F"]);

function booleanOf(value: unknown): boolean | null {
  return TRUE.has(value) ? true : FALSE.has(value) ? false : null;
}

/** A time with a date and a zone, written as ISO 8601 in UTC with milliseconds. */
function timestampOf(value: unknown): string | null {
  if (isWrittenAsStored(value)) return value;
  if (typeof value !== "string" || !isDay(value.trim().slice(0, 10))) return null;
  const zoned = /(?:[zZ]|[+-]\d\d(?::?\d\d)?)$/.test(value.trim()) ? value.trim() : `${value.trim()}Z`;
  const time = new Date(zoned);
  if (Number.isNaN(time.getTime())) return null;
  const iso = time.toISOString();
  // The zone can lead out of the years of four digits, which are written in another form.
  return iso.length === "0000-00-00T00:00:00.000Z".length ? iso : null;
}

/** Whether a time stands there in the very form in which it is stored; most do, since they come from a dump. */
function isWrittenAsStored(value: unknown): value is string {
  if (value === lastTime) return true;
  if (typeof value !== "string" || value.length !== "0000-00-00T00:00:00.000Z".length) return false;
  const time = new Date(value);
  // The 31st of February would come back as one in March.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== value) return false;
  lastTime = value;
  return true;
}

/** The times of a record are often one and the same. */
let lastTime: string | undefined;

/** Whether a text is a day that there is: the 31st of February would be read as one in March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

function textsOf({ limit = Number.POSITIVE_INFINITY }: Column, value: unknown): string[] | null {
  const elements = Array.isArray(value) ? value : [value];
  const texts = elements
    .map(textOf)
    .filter((text): text is string => text !== null && !isLongerThan(text, limit));
  return texts.length > 0 ? [...new Set(texts)] : null;
}

function objectsOf(value: unknown): object[] | null {
  if (!Array.isArray(value)) return null;
  const objects = value.filter(isObject).map((element) => cleanJson(element) as object | null);
  const whole = objects.filter((element): element is object => element !== null);
  return whole.length > 0 ? whole : null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
