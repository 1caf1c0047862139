/**
 * How much a line may hold: the bounds of memory, whatever the input is. The largest records seen in the field (a Commons
 * entity with thousands of statements) are a few megabytes, with some hundred thousand values.
 */

/** The most bytes of a line. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** The most values of the object in a line; the name of a member counts as one. */
export const MAX_LINE_VALUES = 500_000;
/** The most bytes of a line that is a whole answer of a source, as many as an answer may have. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What is wrong with a line that is longer than this limit, in bytes. */
export function tooLong(bytes: number): string {
  const size = bytes >= 1024 * 1024 ? `${Math.floor(bytes / (1024 * 1024))} MiB` : `${bytes} bytes`;
  return `the line is longer than ${size}`;
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
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

/** Whether JSON text may have more values than a line may; each has a byte or more. */
export function hasTooManyValues(text: string): boolean {
  return text.length > MAX_LINE_VALUES && sizeOfJson(Buffer.from(text)).values > MAX_LINE_VALUES;
}
