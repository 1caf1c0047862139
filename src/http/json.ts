import { Failure } from "../failure.js";
import { formatOf } from "../files/index.js";
import type { Json, JsonObject } from "../ndjson/index.js";
import { beginningOf } from "./decode.js";
import { Trouble } from "./retry.js";

/** Real answers nest a dozen levels; whatever walks through one calls itself for every level. */
export const MOST_LEVELS = 100;
/**
 * A value takes some 60 bytes of memory, and so does the name of a member, which counts as one; the longest list of a
 * source has half a million numbers.
 */
export const MOST_VALUES = 4_000_000;

/**
 * Above so many bytes JSON is looked at before it is parsed: it could have more values than memory takes. Looking at
 * every byte costs a tenth of a fetch, and real pages are smaller; of those the levels are counted once they are parsed,
 * which costs less than a third of that.
 */
const LARGE = 1024 * 1024;

/**
 * The value of an answer. Throws a `Trouble` where it is no JSON (a page of a server that is being mended, nothing), and
 * a `Failure` ("refused") where it is JSON that only somebody who means harm would send. `place` is the address, for
 * messages.
 */
export function readJson(body: Buffer, place: string, parse: (text: string) => Json = JSON.parse): Json {
  if (body.length > LARGE) checkJson(body, place);
  const value = parsed(body, place, parse);
  if (body.length <= LARGE && isDeeper(value, MOST_LEVELS)) throw tooDeep(body, place);
  return value;
}

function parsed(body: Buffer, place: string, parse: (text: string) => Json): Json {
  try {
    return parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new Trouble(`${place} answered with ${kindOf(body)}`, { cause: error });
  }
}

/** Throws a `Failure` ("refused") for JSON of too many levels or values; what is no JSON passes. */
export function checkJson(body: Buffer, place: string): void {
  const first = body.find((byte) => byte > SPACE);
  if (first === undefined || OPENING[first] !== 1) return;
  const { levels, values } = sizeOfJson(body);
  if (levels > MOST_LEVELS) throw tooDeep(body, place);
  if (values > MOST_VALUES) throw tooMuch(body, place, `of more than ${MOST_VALUES} values`);
}

/** Whether lists and objects lie in each other more than so many times. */
export function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const one of value) if (typeof one === "object" && isDeeper(one, levels - 1)) return true;
    return false;
  }
  // Twice as fast as `Object.values`; what JSON.parse makes inherits nothing that is enumerable.
  for (const name in value) {
    const one = (value as JsonObject)[name] as Json;
    if (typeof one === "object" && isDeeper(one, levels - 1)) return true;
  }
  return false;
}

function tooDeep(body: Buffer, place: string): Failure {
  return tooMuch(body, place, `more than ${MOST_LEVELS} levels deep`);
}

function tooMuch(body: Buffer, place: string, what: string): Failure {
  return new Failure(
    "refused",
    `${place} answered with ${body.length} bytes of JSON ${what}, which no source needs${beginningOf(body)}`,
  );
}

function kindOf(body: Buffer): string {
  if (body.every((byte) => byte <= SPACE)) return "nothing where JSON is meant";
  const words = formatOf(body)?.words;
  return `${words ?? "something that is not JSON"}${words ? " where JSON is meant" : ""}${beginningOf(body)}`;
}

const [SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [0x20, 0x22, 0x2c, 0x3a, 0x5c];
const [OPENING, CLOSING] = [new Uint8Array(256), new Uint8Array(256)];
for (const bracket of "[{") OPENING[bracket.charCodeAt(0)] = 1;
for (const bracket of "]}") CLOSING[bracket.charCodeAt(0)] = 1;

/** How deep JSON is nested, and how many values and names of members it has at the most, in one look at every byte. */
export function sizeOfJson(bytes: Uint8Array): { levels: number; values: number } {
  let [level, levels, values] = [0, 0, 1];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (byte === COMMA || byte === COLON) values++;
    else if (byte >= 0x5b) {
      if (OPENING[byte] === 1) {
        values++;
        if (++level > levels) levels = level;
      } else if (CLOSING[byte] === 1) level--;
    }
  }
  return { levels, values };
}
