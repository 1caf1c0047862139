import type { JsonObject } from "./json.js";

/**
 * Reading JSON that somebody else wrote: every member may be missing or of another type, and none of that is an
 * error. What should be an object or a list and is neither is empty, a text that is missing is undefined.
 * What occurs once may be a list of one or stand by itself, as converters of XML like it: both are read as either.
 */

/** A path of names; list positions are numbers. */
type Path = readonly (string | number)[];

/** The member under a path; undefined where the path ends early. */
export function at(value: unknown, ...path: Path): unknown {
  return follow(value, path);
}

/** Not `at(value, ...path)`: copying the path takes longer than following it. */
function follow(value: unknown, path: Path): unknown {
  let here = value;
  for (let i = 0; i < path.length; i++) {
    const step = path[i] as string | number;
    if (typeof here === "object" && here !== null && Object.hasOwn(here, step))
      here = (here as Record<string | number, unknown>)[step];
    // The first of what is not a list: the value by itself.
    else if (step !== 0 || here === null || Array.isArray(here)) return undefined;
  }
  return here;
}

/** The object under a path; empty where it is missing. */
export function objectAt(value: unknown, ...path: Path): JsonObject {
  const found = follow(value, path);
  return isObject(found) ? found : {};
}

/** The list under a path; empty where it is missing. */
export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  return listIn(value, path);
}

function listIn(value: unknown, path: Path): readonly unknown[] {
  const found = follow(value, path);
  if (Array.isArray(found)) return found;
  return found === undefined || found === null ? [] : [found];
}

/** The objects of the list under a path; elements of other types are left out. */
export function objectsAt(value: unknown, ...path: Path): JsonObject[] {
  return listIn(value, path).filter(isObject);
}

/** The texts of the list under a path, as `textAt` reads them; other elements are left out. */
export function textsAt(value: unknown, ...path: Path): string[] {
  return listIn(value, path)
    .map((element) => textAt(element))
    .filter((text) => text !== undefined);
}

/** The text under a path; a number is written out. Undefined for other types and where only blanks are left. */
export function textAt(value: unknown, ...path: Path): string | undefined {
  return textOf(follow(value, path));
}

/**
 * What is under a path, for a column: its text where it has one, and anything else as it is, so that cleaning counts
 * what it cannot use. Undefined where there is nothing.
 */
export function givenAt(value: unknown, ...path: Path): unknown {
  const found = follow(value, path);
  const text = textOf(found);
  if (text !== undefined || typeof found !== "object" || found === null) return text;
  return Object.keys(found).length === 0 ? undefined : found;
}

function textOf(found: unknown): string | undefined {
  if (typeof found === "number" && Number.isFinite(found)) return String(found);
  if (typeof found !== "string") {
    const [only] = Array.isArray(found) && found.length === 1 ? found : [];
    return only === undefined || Array.isArray(only) ? undefined : textOf(only);
  }
  // Most texts begin with something that can be seen.
  const first = found.charCodeAt(0);
  return (first > 0x20 && first < 0x7f) || /\S/.test(found) ? found : undefined;
}

/** The number under a path, also when it is written as a text. Undefined for everything else. */
export function numberAt(value: unknown, ...path: Path): number | undefined {
  const text = textOf(follow(value, path));
  const number = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object of ours without the members that are null or undefined. */
export function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value !== undefined && value !== null) found[name] = value;
  }
  return found;
}
