import { hasTooManyValues, parseExact } from "../base/ndjson/index.js";

/**
 * Lists and objects that come as texts: JSON, as tables write it (the catalogue's CSV and TSV files, Parquet files of
 * ours), and arrays as PostgreSQL writes them (its manual, section 8.15.6).
 */

/** What JSON text holds; undefined where it is not JSON, or has more values than a line may have. */
export function jsonIn(text: string): unknown {
  if (hasTooManyValues(text)) return undefined;
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

/** The list that a text holds, as JSON or as an array of PostgreSQL, or other JSON; undefined where it is neither. */
export function listIn(text: string): unknown {
  if (hasTooManyValues(text)) return undefined;
  return jsonIn(text) ?? postgresArray(text.trim());
}

/** Whether a text should be read as a list or object: a plain one begins with neither a bracket nor a brace. */
export function looksLikeList(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** An element of a list: an object that came as JSON text, as in arrays of PostgreSQL, or what it is. */
export function elementOf(given: unknown): unknown {
  return typeof given === "string" && given.startsWith("{") ? (jsonIn(given) ?? given) : given;
}

/** Bounds that do not begin at 1 come before the elements: `[0:1]={a,b}`. */
const BOUNDS = /^(?:\[[-+]?\d+:[-+]?\d+\])+=/;

/**
 * The elements of an array of PostgreSQL, of one dimension: `{rock,"drum, bass",NULL}`. Quoted ones may hold anything,
 * with backslashes before quotes and backslashes. Undefined where the text is no such array.
 */
export function postgresArray(text: string): (string | null)[] | undefined {
  const array = text.replace(BOUNDS, "");
  if (!array.startsWith("{") || !array.endsWith("}")) return undefined;
  const elements: (string | null)[] = [];
  if (/^\{\s*\}$/.test(array)) return elements;
  let element = "";
  let isQuoted = false;
  let inQuotes = false;
  const last = array.length - 1;
  for (let i = 1; i <= last; i++) {
    const char = array[i] as string;
    if (char === "\\") element += array[++i] ?? "";
    else if (char === '"') {
      // Quotes are around a whole element.
      if (!inQuotes && (isQuoted || element.trim() !== "")) return undefined;
      if (!inQuotes) element = "";
      isQuoted = true;
      inQuotes = !inQuotes;
    } else if (inQuotes) element += char;
    else if (char === "," || char === "}") {
      const plain = isQuoted ? element : element.trim();
      if (!isQuoted && plain === "") return undefined;
      elements.push(!isQuoted && plain.toUpperCase() === "NULL" ? null : plain);
      if (char === "}") return i === last ? elements : undefined;
      element = "";
      isQuoted = false;
    } else if (char === "{" || (isQuoted && char.trim() !== "")) return undefined;
    else if (!isQuoted) element += char;
  }
  return undefined;
}
