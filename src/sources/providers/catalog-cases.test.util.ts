import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at, isObject } from "../../base/ndjson/index.js";
import { SHARED } from "../../testing/run.js";

/** One fact about the catalogue: what it makes of an input. */
export interface Case {
  readonly provider: string;
  /** What the input is and what is made of it: `item -> meta_data`. */
  readonly what: string;
  /** Inline, or the name of a file with a recorded answer. */
  readonly input: Json;
  /** Where in the file: `$`, `items[3]`, `query.pages.123`. */
  readonly input_path?: string;
  readonly input_patch?: JsonObject;
  readonly input_wrap?: JsonObject;
  readonly options?: JsonObject;
  readonly context_dependent?: boolean;
  readonly expected: Json;
  readonly note?: string;
}

/** All cases. */
export function readCases(): Case[] {
  return JSON.parse(readFileSync(join(SHARED, "cases", "catalog.json"), "utf8")) as Case[];
}

/** The input of a case: taken out of its file, patched and wrapped as the case says. */
export function inputOf({ input, input_path = "$", input_patch, input_wrap }: Case): Json {
  const document = typeof input === "string" && input.endsWith(".json") ? recorded(input) : input;
  const item = structuredClone(at(document, ...steps(input_path))) as Json;
  for (const [path, value] of Object.entries(input_patch ?? {})) setAt(item, steps(path), value as Json);
  return input_wrap && isObject(item) ? wrap(item, input_wrap) : item;
}

/** A value of a case; `{"$ref": file, "path": …}` stands for a part of a file, at any depth. */
export function documentOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(documentOf);
  if (!isObject(value) || typeof value.$ref !== "string") return value;
  return at(recorded(value.$ref), ...steps(String(value.path ?? "$"))) as Json;
}

/** A recorded answer, by its name. */
export function recorded(file: string): Json {
  return JSON.parse(readFileSync(join(SHARED, "recorded", "providers", file), "utf8")) as Json;
}

/** A page of Commons around a media info that was recorded alone. */
function wrap(info: JsonObject, { pageid, title, extmetadata, globalusage_length }: JsonObject): JsonObject {
  return {
    pageid: pageid as Json,
    title: title as Json,
    imageinfo: [{ ...info, mediatype: "AUDIO", extmetadata: extmetadata as Json }],
    globalusage: Array.from({ length: Number(globalusage_length) }, () => ({})),
  };
}

function steps(path: string): (string | number)[] {
  return path
    .split(/[.[\]]/)
    .filter((step) => step !== "" && step !== "$")
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function setAt(item: Json, path: readonly (string | number)[], value: Json): void {
  const parent = at(item, ...path.slice(0, -1)) as JsonObject;
  parent[String(path.at(-1))] = value;
}
