import { at, textAt, textsAt } from "../../base/ndjson/index.js";

/** The texts under a path. Every member of Europeana's rich profile is a list; many converters make texts of single ones. */
export function textsOf(value: unknown, ...path: (string | number)[]): string[] {
  const text = textAt(value, ...path);
  return text === undefined ? textsAt(at(value, ...path)) : [text];
}
