/**
 * Escapes in which addresses stand inside of other texts. Flickr's own pages have most of theirs in JSON with `\\/`;
 * template languages write `&#x2F;`, WordPress `&#038;`.
 */

/**
 * JSON's and JavaScript's escapes of a character, packed in another text once or several times (`\\\\/`); HTML's
 * numbers of characters, and its names of those in addresses. `&amp;` is part of an address as it stands.
 */
const ESCAPE =
  /(?<!\\)\\+(?:\/|u([\da-f]{4})|x([\da-f]{2}))|&#x([\da-f]{1,6});|&#(\d{1,7});|&(?:(sol)|colon|period);/gi;

/** Whether a text may have any. */
export function hasEscapes(text: string): boolean {
  return text.includes("\\") || (text.includes("&") && /&(?:#|sol;|colon;|period;)/i.test(text));
}

/** A text without its escapes, and where in the text a position in it was. */
interface Unescaped {
  readonly plain: string;
  readonly positionOf: (index: number) => number;
}

export function unescaped(text: string): Unescaped {
  const parts: string[] = [];
  /** Where escapes ended, in the plain text and in the escaped one. */
  const ends = { plain: [0], escaped: [0] };
  let length = 0;
  let copied = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const character = characterOf(match);
    parts.push(text.slice(copied, match.index), character);
    length += match.index - copied + character.length;
    copied = match.index + match[0].length;
    ends.plain.push(length);
    ends.escaped.push(copied);
  }
  parts.push(text.slice(copied));
  return { plain: parts.join(""), positionOf: (index) => positionIn(ends, index) };
}

function characterOf([whole, json, script, hex, decimal, slash]: RegExpExecArray): string {
  const unit = json ?? script;
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  // One that there is not stays as it is, and ends an address.
  if (hex ?? decimal) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  if (whole.endsWith("/") || slash) return "/";
  return whole.toLowerCase() === "&colon;" ? ":" : ".";
}

/** The escaped position of a plain one: as far from the end of the last escape before it. */
function positionIn(ends: { readonly plain: number[]; readonly escaped: number[] }, index: number): number {
  let low = 0;
  for (let high = ends.plain.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if ((ends.plain[middle] as number) <= index) low = middle;
    else high = middle;
  }
  return (ends.escaped[low] as number) + index - (ends.plain[low] as number);
}
