import type { JsonObject } from "./records.js";

/** Gives the line of a record with one member set to a value, given as JSON text. */
export type SetMember = (line: string, record: JsonObject, json: string) => string;

/**
 * Sets the member of a name in lines of records; the rest of a line stays as it is to the byte, so numbers keep their
 * digits. A member of that name is replaced where it stands, else the new one comes last.
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

/** Strings, and the marks that structure is made of. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/** Where the value of a member stands in the text of an object that is known to be right; the last of them counts. */
function spanOf(line: string, name: string): { start: number; end: number } | undefined {
  let depth = 0;
  let begun: number | undefined;
  let span: { start: number; end: number } | undefined;
  let isKey = false;
  for (const { 0: token, index } of line.matchAll(TOKEN)) {
    const isText = token.startsWith('"');
    if (depth === 1 && isText && isKey && JSON.parse(token) === name) {
      begun = line.indexOf(":", index + token.length) + 1;
    }
    if (depth === 1 && begun !== undefined && (token === "," || token === "}")) {
      span = { start: begun, end: index };
      begun = undefined;
    }
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    isKey = !isText && depth === 1 && (token === "{" || token === ",");
  }
  return span;
}
