import type { JsonObject } from "./json.js";
import { walkMarks } from "./json-text.js";

/** Gives the line of a record with one member set to a value, given as JSON text. */
type SetMember = (line: string, record: JsonObject, json: string) => string;

/**
 * Sets the member of a name in lines of records; the rest of a line stays as it is to the byte, so numbers keep their
 * digits. A member of that name is replaced where it stands (of several the last, which is the one that counts), else
 * the new one comes last.
 */
export function memberSetter(name: string): SetMember {
  const first = `${JSON.stringify(name)}:`;
  const next = `,${first}`;
  return (line, record, json) => {
    const span = Object.hasOwn(record, name) ? spanOf(line, name) : undefined;
    if (span !== undefined) return `${line.slice(0, span.start)}${json}${line.slice(span.end)}`;
    const end = line.lastIndexOf("}");
    return `${line.slice(0, end)}${isEmpty(record) ? first : next}${json}${line.slice(end)}`;
  };
}

function isEmpty(record: JsonObject): boolean {
  for (const _ in record) return false;
  return true;
}

/** Where the value of a member stands in the text of an object that is known to be right; the last of them counts. */
function spanOf(line: string, name: string): { start: number; end: number } | undefined {
  let begun: number | undefined;
  let span: { start: number; end: number } | undefined;
  let isKey = false;
  walkMarks(line, (mark, start, end, depth) => {
    if (depth === 1 && mark !== '"') {
      if (begun !== undefined) span = { start: begun, end: start };
      begun = undefined;
    } else if (isKey && isName(line.slice(start, end), name)) begun = line.indexOf(":", end) + 1;
    isKey = depth === 1 && (mark === "{" || mark === ",");
  });
  return span;
}

/** Whether a string of JSON, which may have escapes, is a name. */
function isName(token: string, name: string): boolean {
  return token.includes("\\") ? JSON.parse(token) === name : token.slice(1, -1) === name;
}
