import { Failure, type Place } from "../failure.js";
import { decodeLine } from "./decode.js";
import { parseExact } from "./exact-numbers.js";
import type { Json, JsonObject } from "./json.js";
import { hasTooManyValues, MAX_LINE_BYTES, MAX_LINE_VALUES } from "./limits.js";
import { type Line, readLines } from "./lines.js";

/** A named stream of bytes; `name` is what messages call it (`stdin`, or the file's name as it was given). */
export interface Input {
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** One good line: the object it holds, and where it stood. */
export interface Entry {
  readonly record: JsonObject;
  readonly file: string;
  readonly line: number;
  /** The line as it was read, for a reject found later on. */
  readonly text: string;
}

/** A line that cannot be used, or an item inside an answer that fills many lines. */
export interface BadLine {
  readonly file: string;
  readonly line?: number;
  /** The item's position in its file or walk, from 1. */
  readonly item?: number;
  /** What is wrong and, where there is one, the cure. */
  readonly error: string;
  /** A word for programs: `utf8`, `too_long`, `too_large`, `json`, `not_an_object`, or a rule's own code. */
  readonly code: string;
  readonly input: string;
}

/** What is done with a bad line. It may throw, which stops the reading. */
export type OnBadLine = (bad: BadLine) => void | Promise<void>;

/** Without a rejects file the first bad line ends the command. */
export const stopAtBadLine: OnBadLine = (bad) => {
  throw new Failure("bad_input", bad.error, { place: placeOf(bad) });
};

/** The place of an entry or a bad line, for a message. */
export function placeOf({ file, line, item }: Pick<BadLine, "file" | "line" | "item">): Place {
  if (item !== undefined) return { file: `${file} item ${item}` };
  return line === undefined ? { file } : { file, line };
}

/**
 * Reads the JSON objects of NDJSON inputs, in order, about one chunk's worth at a time. Bad lines go to
 * `onBadLine` and are skipped.
 */
export function readRecords(inputs: AsyncIterable<Input>, onBadLine: OnBadLine): AsyncGenerator<Entry[]> {
  return readEntries(inputs, onBadLine, ({ number: line, text, fault }, file) => {
    const parsed = fault === undefined ? parseObject(text) : faultOf(fault);
    return "record" in parsed ? { record: parsed.record, file, line, text } : parsed;
  });
}

/** One line of text that holds no JSON, and where it stood. */
export type TextEntry = Omit<Entry, "record">;

/** Reads the lines of inputs as they are, like `readRecords`: only lines that are no text are bad. */
export function readTexts(inputs: AsyncIterable<Input>, onBadLine: OnBadLine): AsyncGenerator<TextEntry[]> {
  return readEntries(inputs, onBadLine, ({ number: line, text, fault }, file) =>
    fault === undefined ? { file, line, text } : faultOf(fault),
  );
}

async function* readEntries<E extends TextEntry>(
  inputs: AsyncIterable<Input>,
  onBadLine: OnBadLine,
  entryOf: (line: Line, file: string) => E | Fault,
): AsyncGenerator<E[]> {
  for await (const { name: file, bytes } of inputs) {
    for await (const lines of readLines(bytes)) {
      const entries: E[] = [];
      for (const line of lines) {
        const entry = entryOf(line, file);
        if (!("error" in entry)) entries.push(entry);
        else {
          // What stood before the bad line goes on its way first, so that messages and output keep the input's order.
          if (entries.length > 0) yield entries.splice(0);
          await onBadLine({ file, line: line.number, input: line.text, ...entry });
        }
      }
      if (entries.length > 0) yield entries;
    }
  }
}

/** What is wrong with a line, and a word for it. */
type Fault = Pick<BadLine, "error" | "code">;
type Parsed = { record: JsonObject } | Fault;

/** Parses the bytes of one line, its line end left out and with all digits; for those who cut lines themselves. */
export function parseLine(bytes: Buffer): Parsed {
  const { text, fault } = decodeLine(bytes, MAX_LINE_BYTES);
  return fault === undefined ? parseObject(text, parseExact) : faultOf(fault);
}

/** The text of such a line, for a message; the start of one that is too long. */
export function lineText(bytes: Buffer): string {
  return decodeLine(bytes, MAX_LINE_BYTES).text;
}

/** Parses one line that has to hold a JSON object; where digits of numbers matter, with `parseExact`. */
export function parseObject(text: string, parse: (text: string) => Json = JSON.parse): Parsed {
  if (hasTooManyValues(text)) return { error: TOO_MANY_VALUES, code: "too_large" };
  let value: Json;
  try {
    value = parse(text);
  } catch (error) {
    return { error: explainSyntaxError(text, error as Error), code: "json" };
  }
  if (Array.isArray(value)) return { error: ARRAY_ADVICE, code: "not_an_object" };
  if (typeof value !== "object" || value === null) {
    return {
      error: `this line holds ${kindOf(value)}; a line must hold one JSON object`,
      code: "not_an_object",
    };
  }
  return { record: value };
}

const TOO_MANY_VALUES = `the line holds more than ${MAX_LINE_VALUES} values and names of members`;
const ARRAY_ADVICE = "this is a JSON array; pipe it through `jq -c '.[]'`";
const PRETTY_ADVICE = "this is JSON over several lines; pipe it through `jq -c .`";

/** A fault of a line's bytes, as a bad line tells it. */
export function faultOf(fault: string): Fault {
  return { error: fault, code: fault.startsWith("not valid UTF-8") ? "utf8" : "too_long" };
}

/**
 * Says what is wrong with a line that does not parse. The engine's own words differ from one version of Node
 * to the next and may quote the whole line, so only their core is kept.
 */
export function explainSyntaxError(text: string, error: Error): string {
  const trimmed = text.trim();
  if (trimmed.startsWith("[")) return ARRAY_ADVICE;
  if (trimmed === "{") return PRETTY_ADVICE;
  const [, reason = "", position] = /^(.*?)(?: in JSON)? at position (\d+)/su.exec(error.message) ?? [];
  if (/^Unexpected end|^Unterminated/.test(error.message) || Number(position) >= text.length) {
    return "not valid JSON: the line ends too early";
  }
  if (position !== undefined) {
    const words = reason.replace(" in JSON", "").replace(/ after JSON$/, " after the object");
    return `not valid JSON at column ${Number(position) + 1}: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
  }
  const token = /^Unexpected token '(.)'/su.exec(error.message)?.[1];
  return token === undefined ? "not valid JSON" : `not valid JSON: unexpected ${printable(token)}`;
}

function printable(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0)
    ? `character U+${code.toString(16).toUpperCase().padStart(4, "0")}`
    : `\`${character}\``;
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}
