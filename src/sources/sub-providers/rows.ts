import { readFile } from "node:fs/promises";
import { Failure, orFail, type Place } from "../../base/failure.js";
import { formatOf } from "../../base/files/index.js";
import { isObject, type Json, walkMarks } from "../../base/ndjson/index.js";
import { COLUMNS, cleanText } from "../../record/index.js";
import type { SubProviderRow } from "./built-in.js";
import { KEYS } from "./table.js";

/** The most characters that `source` may have in a record. */
const LONGEST = COLUMNS.find(({ name }) => name === "source")?.limit ?? Number.POSITIVE_INFINITY;

/**
 * The rows of a table file: each is valid, or a `Failure` names the first that is not (`bad_input`, with the line
 * on which it begins; `no_input` where the file cannot be opened).
 */
export async function readSubProviderRows(path: string): Promise<SubProviderRow[]> {
  const bytes = await orFail("open", path, () => readFile(path));
  const text = textOf(bytes, path);
  return parseSubProviderRows(jsonOf(text, path), (row) => ({ file: path, line: lineOfElement(text, row) }));
}

const MEANT = 'write a JSON list of rows {"provider", "source", "keys"}';

function textOf(bytes: Buffer, path: string): string {
  const words = formatOf(bytes)?.words;
  if (words !== undefined)
    throw new Failure("bad_input", `this is ${words}; ${MEANT}`, { place: { file: path } });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure("bad_input", "not valid UTF-8", { place: { file: path }, cause: error });
  }
}

function jsonOf(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const line = text.slice(0, firstBad(text)).split("\n").length;
    const problem = /^\s*[[{]/.test(text) ? "not valid JSON" : "this is no JSON";
    throw new Failure("bad_input", `${problem}; ${MEANT}`, { place: { file: path, line }, cause: error });
  }
}

/** Where a text stops being JSON; the engine does not always say it. */
function firstBad(text: string): number {
  let [good, bad] = [0, text.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (mayGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether a text is the beginning of JSON. */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return (
      /^Un(?:expected end|terminated)/.test(message) ||
      Number(/ position (\d+)/.exec(message)?.[1]) >= text.length
    );
  }
}

/** The line, from 1, on which an element of a list begins, given as text. */
function lineOfElement(text: string, index: number): number {
  let elements = 0;
  let before = 0;
  walkMarks(text, (mark, _, end, depth) => {
    const isFound = depth === 1 && (mark === "," || mark === "[") && elements++ === index;
    if (isFound) before = end;
    return isFound;
  });
  return lineOf(text, before);
}

/** The line of what follows the blanks at a position. */
function lineOf(text: string, from: number): number {
  const blanks = /^\s*/.exec(text.slice(from, from + 10_000))?.[0].length ?? 0;
  return text.slice(0, from + blanks).split("\n").length;
}

/**
 * Rows that a user gives, checked: a list of `{"provider", "source", "keys"}`. Throws a `Failure` (`bad_input`)
 * that says which row is wrong; rows count from 1, for `placeOf` from 0.
 */
export function parseSubProviderRows(json: unknown, placeOf?: (row: number) => Place): SubProviderRow[] {
  const failIn = (row: number) => (problem: string) =>
    new Failure("bad_input", problem, placeOf && { place: placeOf(row) });
  if (!Array.isArray(json)) throw failIn(0)('the table is no list of rows {"provider", "source", "keys"}');
  const known = new Map<string, { row: number; source: string }>();
  return json.map((row: unknown, index) => {
    const fail = (problem: string) => failIn(index)(`row ${index + 1} ${problem}`);
    const parsed = parseRow(row, fail);
    for (const key of parsed.keys) {
      const name = JSON.stringify([parsed.provider, KEYS[parsed.provider]?.formOf(key)]);
      const first = known.get(name);
      if (first && first.source !== parsed.source) {
        throw fail(
          `has the key ${quoted(key)}, which row ${first.row} gives the source ${quoted(first.source)}`,
        );
      }
      known.set(name, { row: index + 1, source: parsed.source });
    }
    return parsed;
  });
}

function parseRow(row: unknown, fail: (problem: string) => Failure): SubProviderRow {
  if (!isObject(row)) throw fail("is no object");
  for (const member of ["provider", "source", "keys"]) {
    if (row[member] === undefined || row[member] === null) throw fail(`has no "${member}"`);
  }
  const { provider, source, keys } = row;
  const rule = typeof provider === "string" && Object.hasOwn(KEYS, provider) ? KEYS[provider] : undefined;
  if (typeof provider !== "string" || !rule) {
    const known = Object.keys(KEYS).join(", ");
    throw fail(`has a "provider" whose records name no institution: ${quoted(provider)} (${known} do)`);
  }
  const name = typeof source === "string" ? cleanText(source) : "";
  if (name === "") throw fail('has a "source" that is no text');
  if (name.length > LONGEST) throw fail(`has a "source" of more than ${LONGEST} characters`);
  if (!Array.isArray(keys) || keys.length === 0) throw fail('has a "keys" that is no list of texts');
  const texts = keys.map((key) => {
    const text = typeof key === "string" ? cleanText(key) : "";
    if (text === "") throw fail('has a key that is no text in "keys"');
    if (rule.formOf(text) === undefined) throw fail(`has a key that is not ${rule.keyIs}: ${quoted(text)}`);
    return text;
  });
  return { provider, source: name, keys: texts };
}

/** How a value begins, for messages. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
