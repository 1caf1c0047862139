import { Drops } from "./dropped.js";

/**
 * Text as it is stored: runs of white space become one blank, ends are trimmed, control characters dropped,
 * half surrogates replaced. Quotes and backslashes stay as they are (the catalogue's `"` → `'` and `\` → `\\`
 * only served its TSV files).
 */

/** How tables of PostgreSQL write that there is no value (its manual, COPY). */
export const NULL_TEXT = "\\N";

/**
 * Runs of white space in the sense of Unicode, which includes tabs, line ends and NEL; but a single blank, which stays as
 * it is: a text may have millions of them, each of which would take memory.
 */
const WHITE_SPACE = / *(?:[^\S ]|[\u0085\u001c-\u001f])[\s\u0085\u001c-\u001f]*| {2,}/g;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;
/** Most values need nothing: no run of white space, no control character, no trimming. */
const UNCLEAN =
  /^\s|\s$|\s\s|[\u0000-\u001f\u007f-\u009f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\ud800-\udfff]/;

/** The cleaned text; "" when nothing is left. */
export function cleanText(text: string): string {
  if (isPlain(text) || !UNCLEAN.test(text)) return text;
  return text.toWellFormed().replace(WHITE_SPACE, " ").replace(CONTROL, "").replace(/ {2,}/g, " ").trim();
}

/** Whether a text is words of ASCII with single blanks between them; says so in a third of the time. */
function isPlain(text: string): boolean {
  let afterBlank = true;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7e || unit < 0x20 || (unit === 0x20 && afterBlank)) return false;
    afterBlank = unit === 0x20;
  }
  return !afterBlank;
}

/**
 * A scalar as a text, cleaned; null for anything else and for an empty text. Whole numbers from 2^53 on give null: `JSON.parse`
 * rounds an identifier of that size to that of another work (`parseExact` gives such numbers as texts).
 */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return cleanText(value) || null;
  if (typeof value === "number" && isExact(value)) return String(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  return null;
}

function isExact(number: number): boolean {
  return Number.isSafeInteger(number) || (Number.isFinite(number) && !Number.isInteger(number));
}

/** A text without this character at its end, however often it is there. A regular expression would take quadratic time. */
export function trimEndOf(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** The number of Unicode code points, which is what the limits count. */
export function lengthOf(text: string): number {
  let surrogates = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) surrogates++;
  return text.length - surrogates;
}

/** Whether a text is longer than `limit` code points. */
export function isLongerThan(text: string, limit: number): boolean {
  return text.length > limit && lengthOf(text) > limit;
}

/** The first `limit` code points, without a blank at the end. */
export function cutText(text: string, limit: number): string {
  if (!isLongerThan(text, limit)) return text;
  let end = limit;
  for (let i = 0; i < end; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) end++;
  return text.slice(0, end).trimEnd();
}

/** How many objects and lists may lie in each other. */
const DEEPEST = 100;

const PLAIN_MEMBER = { configurable: true, enumerable: true, writable: true };

/**
 * Members of a JSON object as the record stores them: every scalar a cleaned text, null kept, objects and lists
 * likewise all the way down; empty objects and lists become null. What cannot be used becomes null and is noted in `drops`.
 */
export function cleanJson(value: unknown, drops = new Drops(), depth = 0): unknown {
  if (value === null || value === undefined) return null;
  if (depth > DEEPEST) return drops.note("too deep");
  if (Array.isArray(value))
    return value.length === 0 ? null : value.map((element) => cleanJson(element, drops, depth + 1));
  if (typeof value === "object") {
    const keys = Object.keys(value);
    if (keys.length === 0) return null;
    const cleaned: Record<string, unknown> = {};
    for (const key of keys) {
      const member = cleanJson((value as Record<string, unknown>)[key], drops, depth + 1);
      // A name like any other, but not to an assignment.
      if (key === "__proto__") Object.defineProperty(cleaned, key, { ...PLAIN_MEMBER, value: member });
      else cleaned[key.toWellFormed()] = member;
    }
    // Names that differ in half surrogates only are one, and its last member stays.
    for (let lost = keys.length - Object.keys(cleaned).length; lost > 0; lost--) drops.note("repeated");
    return cleaned;
  }
  if (typeof value === "string") return cleanText(value);
  return textOf(value) ?? drops.note(typeof value === "number" ? "too large" : "wrong type");
}
