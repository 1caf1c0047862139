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
    ? withMembers(`{"error":"${result.error}`, result, "error")
    : withMembers(`{"type":"${result.type}`, result, "type");
}

/** `{"url":"…","type":…}`: the URL as it was given, the members of its place (`,"line":1`) if any, then its result. */
export function resultLine(url: string, result: Followed, place = "", source?: string): string {
  if (source === undefined || UNUSUAL.test(source)) {
    return `{"url":${JSON.stringify(url)}${place},${JSON.stringify(result).slice(1)}`;
  }
  return place === ""
    ? withMembers(`{"url":"${url}`, result)
    : withMembers(`{"url":"${url}"${place}`, result, "", false);
}

/** What stands before the value of a member, with the quote of the text before it and its own, where they are texts. */
type Before = { readonly [texts in "both" | "former" | "latter" | "neither"]: string };

/** By names. Few long pieces join the fastest. */
const known = new Map<string, Before>();

/**
 * The start of an object's text, then the members of a result but for one that is there already, then the end.
 * `isOpen` says whether the start ends inside a text.
 */
function withMembers(start: string, result: Followed, done = "", isOpen = true): string {
  let json = start;
  let isInText = isOpen;
  for (const name in result) {
    if (name === done) continue;
    const value: unknown = result[name as keyof Followed];
    let before = known.get(name);
    if (before === undefined) {
      const [both, former] = [`","${name}":"`, `","${name}":`];
      before = { both, former, latter: both.slice(1), neither: former.slice(1) };
      known.set(name, before);
    }
    if (typeof value === "string") json += (isInText ? before.both : before.latter) + value;
    else json += (isInText ? before.former : before.neither) + value;
    isInText = typeof value === "string";
  }
  return isInText ? `${json}"}` : `${json}}`;
}
