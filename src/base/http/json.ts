import { Failure } from "../failure.js";
import { formatOf } from "../files/index.js";
import { type Json, type JsonObject, sizeOfJson } from "../ndjson/index.js";
import { beginningOf } from "./decode.js";
import { RetryableError } from "./retry.js";

/** Real answers nest a dozen levels; whatever walks through one recurses for every level. */
export const MOST_LEVELS = 100;
/**
 * A value takes some 60 bytes of memory, and so does the name of a member, which counts as one; the longest list of a
 * source has half a million numbers.
 */
export const MOST_VALUES = 4_000_000;

/**
 * Above this size, in bytes, JSON is examined before it is parsed: it could have more values than memory takes. Looking at
 * every byte costs a tenth of a fetch, and real pages are smaller; of those the levels are counted once they are parsed,
 * which costs less than a third of that.
 */
const LARGE = 1024 * 1024;

/**
 * The value of an answer. Throws a `RetryableError` where it is no JSON (a page of a server that is being mended, nothing), and
 * a `Failure` ("refused") where it is JSON that only somebody who means harm would send. `place` is the address, for
 * messages.
 */
export function readJson(body: Buffer, place: string, parse: (text: string) => Json = JSON.parse): Json {
  if (body.length > LARGE) checkJson(body, place);
  const value = parsed(body, place, parse);
  if (body.length <= LARGE && isDeeper(value, MOST_LEVELS)) throw tooMuch(body, place, TOO_DEEP);
  return value;
}

function parsed(body: Buffer, place: string, parse: (text: string) => Json): Json {
  try {
    return parse(new TextDecoder().decode(body));
  } catch (error) {
    throw new RetryableError(`${place} answered with ${kindOf(body)}`, { cause: error });
  }
}

/** Throws a `Failure` ("refused") for JSON of too many levels or values; what is no JSON passes. */
export function checkJson(body: Buffer, place: string): void {
  const first = body.find((byte) => byte > SPACE);
  if (first === undefined || !OPENINGS.includes(first)) return;
  const excess = excessOf(body);
  if (excess) throw tooMuch(body, place, excess);
}

/** In which way JSON is more than any source needs: `more than 100 levels deep`. */
function excessOf(body: Uint8Array): string | undefined {
  const { levels, values } = sizeOfJson(body);
  if (levels > MOST_LEVELS) return TOO_DEEP;
  return values > MOST_VALUES ? `of more than ${MOST_VALUES} values` : undefined;
}

const TOO_DEEP = `more than ${MOST_LEVELS} levels deep`;

/** The same of a saved answer that is large enough to take more memory than there is, in words. */
export function excessOfText(text: string): string | undefined {
  const excess = text.length > LARGE ? excessOf(Buffer.from(text)) : undefined;
  return excess && `JSON ${excess}, which no source needs`;
}

/** Whether lists and objects are nested in more than that many levels. */
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

const SPACE = 0x20;
/** `{` and `[` */
const OPENINGS: readonly number[] = [0x7b, 0x5b];
