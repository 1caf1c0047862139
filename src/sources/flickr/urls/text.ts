/** Percent-encoding, the way that it must never fail. */

/** One segment of a path, decoded; a slash in it stays `%2F`, for it parts nothing. */
export function decodeSegment(segment: string): string {
  return segment.includes("%") ? decode(segment).replaceAll("/", "%2F") : segment;
}

/** A text with its percent-encoding undone and white space around it cut; as it stands where it is not UTF-8. */
export function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text).trim();
  } catch {
    return text;
  }
}

/** The path segment, or the value in a query, that decodes to a text; `@`, `:`, `+` and `,` stay readable. */
export function encode(text: string): string {
  let plain = 0;
  while (plain < text.length && isPlain(text.charCodeAt(plain))) plain++;
  return plain === text.length
    ? text
    : encodeURIComponent(text).replace(/%(?:40|3A|2C)/g, decodeURIComponent);
}

/** Whether a character is a letter, a digit, or one of `-._@`: most names hold nothing else. */
function isPlain(code: number): boolean {
  if (code >= 0x61) return code <= 0x7a;
  return code >= 0x40
    ? code <= 0x5a || code === 0x5f
    : (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e;
}

/** What a value has to be decoded for. */
const ENCODED = /[%+\s]/;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

/** The values of a query under a name, decoded. `&amp;` from copied HTML counts as `&`. */
export function valuesOf(query: string, name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < query.length; ) {
    const next = query.indexOf("&", at);
    const end = next === -1 ? query.length : next;
    // The first comparison is the cheapest: most parameters are others.
    const start = query.charCodeAt(at + 3) === SEMICOLON && query.startsWith("amp;", at) ? at + 4 : at;
    const value = start + name.length + 1;
    if (query.charCodeAt(value - 1) === EQUALS && value <= end && query.startsWith(name, start)) {
      const text = query.slice(value, end);
      values.push(ENCODED.test(text) ? decode(text.replaceAll("+", " ")).trim() : text);
    }
    at = end + 1;
  }
  return values;
}
