import type { Column } from "./columns.js";
import { type Drops, isEmpty } from "./dropped.js";
import { elementOf, jsonIn, listIn, looksLikeList } from "./json-text.js";
import { integerOf, numberOf } from "./numbers.js";
import { cleanTags, type Tag } from "./tags.js";
import { cleanJson, cutText, isLongerThan, NULL_TEXT, textOf } from "./text.js";
import { timestampOf } from "./times.js";
import { cleanUrl, isPlainUrl, isTooLong } from "./urls.js";

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

/** The value of a column, cleaned; null where it is missing, or cannot be used, which is noted in `drops`. */
export function cleanValue(column: Column, value: unknown, provider: string, drops: Drops): Value {
  if (value === undefined || value === null) return null;
  drops.column = column.name;
  switch (column.type) {
    case "text":
      return textWithin(column, value, drops);
    case "url":
      return urlOf(column, value, provider, drops);
    case "integer":
      return integerOf(value, drops);
    case "number":
      return numberOf(value, drops);
    case "boolean":
      return booleanOf(value, drops);
    case "timestamp":
      return timestampOf(value) ?? (isEmpty(value) ? null : drops.note("not a time"));
    case "uuid":
      return textOf(value);
    case "object":
      return objectOf(value, drops);
    case "tags":
      return cleanTags(inText(value, listIn, drops), provider, drops);
    case "texts":
      return textsOf(column, value, drops);
    case "objects":
      return objectsOf(inText(value, listIn, drops), drops);
  }
}

function textWithin(column: Column, value: unknown, drops: Drops): string | null {
  const text = textOf(value);
  if (text === null) return nothingOf(value, drops);
  if (text === NULL_TEXT) return null;
  if (column.limit === undefined || !isLongerThan(text, column.limit)) return text;
  if (!column.cut) return drops.note("too long");
  drops.note("cut");
  return cutText(text, column.limit);
}

/** What is no text: a blank one is nothing, a number is one that is not exact. */
function nothingOf(value: unknown, drops: Drops): null {
  if (typeof value === "string") return null;
  return typeof value === "number" ? drops.note("too large") : drops.noteType(value);
}

function urlOf({ limit = 0 }: Column, value: unknown, provider: string, drops: Drops): string | null {
  if (typeof value === "string" && isPlainUrl(value, limit)) return value;
  const cleaned = cleanUrl(value, limit, { keepLastSlash: KEEPS_LAST_SLASH.has(provider) });
  if ("url" in cleaned) return cleaned.url;
  if (typeof value !== "string") return drops.noteType(value);
  if (isEmpty(value)) return null;
  return drops.note(isTooLong(cleaned.problem) ? "too long" : "not a web address");
}

const TRUE = new Set<unknown>([true, "true", "True", "t", "T"]);
const FALSE = new Set<unknown>([false, "false", "False", "f", "F"]);

function booleanOf(value: unknown, drops: Drops): boolean | null {
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  return isEmpty(value) ? null : drops.note("neither true nor false");
}

/** The list or object that a text holds; any other value as it is. */
function inText(value: unknown, read: (text: string) => unknown, drops: Drops): unknown {
  if (typeof value !== "string") return value;
  if (isEmpty(value)) return null;
  const found = read(value);
  return found === undefined ? drops.note("not JSON") : found;
}

function objectOf(value: unknown, drops: Drops): Value {
  const given = inText(value, jsonIn, drops);
  return isObject(given) ? (cleanJson(given, drops) as Value) : drops.noteType(given);
}

function textsOf(column: Column, value: unknown, drops: Drops): string[] | null {
  // A plain text is one text.
  const given = typeof value === "string" && looksLikeList(value) ? inText(value, listIn, drops) : value;
  const elements = Array.isArray(given) ? given : [given];
  const texts = elements
    .map((element) => textWithin(column, element, drops))
    .filter((text): text is string => text !== null);
  return texts.length > 0 ? [...new Set(texts)] : null;
}

function objectsOf(value: unknown, drops: Drops): object[] | null {
  if (!Array.isArray(value)) return drops.noteType(value);
  const objects: object[] = [];
  for (const given of value) {
    const element = elementOf(given);
    const cleaned = isObject(element) ? cleanJson(element, drops) : drops.noteType(element);
    if (cleaned !== null) objects.push(cleaned as object);
  }
  return objects.length > 0 ? objects : null;
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
