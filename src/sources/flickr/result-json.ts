import type { Followed } from "./follow.js";

/**
 * Characters of a URL that may make its result need escaping: those that JSON escapes, and percent signs, which may
 * encode one. The texts of a result are made of pieces of the URL and of plain words.
 */
const UNUSUAL = /[%"\\\u0000-\u001f\ud800-\udfff]/;

/**
 * A result as one JSON object. `source` is the URL that it was parsed from: where that has nothing unusual, the text
 * is put together without looking for what to escape, in two thirds of the time of `JSON.stringify`. Without `source`
 * (a result that was followed comes from another URL) nothing is taken for granted.
 */
export function resultJson(result: Followed, source?: string): string {
  if (source === undefined || UNUSUAL.test(source)) return JSON.stringify(result);
  return "error" in result
    ? withMembers(`{"error":"${result.error}"`, result, "error")
    : withMembers(`{"type":"${result.type}"`, result, "type");
}

/** `{"url":"…","type":…}`: the URL as it was given, the members of its place (`,"line":1`) if any, then its result. */
export function resultLine(url: string, result: Followed, place = "", source?: string): string {
  if (source === undefined || UNUSUAL.test(source)) {
    return `{"url":${JSON.stringify(url)}${place},${JSON.stringify(result).slice(1)}`;
  }
  return withMembers(`{"url":"${url}"${place}`, result);
}

/** What stands before the value of a member: `,"page":`, and `,"form":"` for a text. Few long pieces join the fastest. */
const starts = new Map<string, { readonly value: string; readonly text: string }>();

/** The start of an object's text, then the members of a result but for one that is there already, then the end. */
function withMembers(start: string, result: Followed, done = ""): string {
  let json = start;
  for (const name in result) {
    if (name === done) continue;
    const value: unknown = result[name as keyof Followed];
    let before = starts.get(name);
    if (before === undefined) {
      before = { value: `,"${name}":`, text: `,"${name}":"` };
      starts.set(name, before);
    }
    json += typeof value === "string" ? `${before.text}${value}"` : `${before.value}${value}`;
  }
  return `${json}}`;
}
