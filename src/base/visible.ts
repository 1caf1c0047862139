/**
 * Characters that nobody sees, or that change how others are seen, in a form that everybody sees. Texts of sources, names of
 * files and arguments hold them: to a terminal they are commands, and to a reader a text that says something else.
 */

/**
 * Controls (escapes, DEL and those of C1 among them), halves of surrogate pairs, ends of lines and paragraphs, and what Unicode
 * calls ignorable: marks, overrides and isolates of the direction, what has no width, tags, soft hyphens, fillers.
 */
const UNSEEN = "[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{DI}\\ufff9-\\ufffb]";

/** What joins in words of Arabic or Indic letters, by RFC 5892, appendix A.1 and A.2. */
const VIRAMAS = "[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u1039\\u17d2]";

/** Where some of them belong to what is seen: in an emoji of several, in words, and after the sign that they vary. */
const IN_PLACE = [
  "(?<=\\p{ExtPict}\\p{EMod}?\\ufe0f?)\\u200d(?=\\p{ExtPict})",
  "(?<=\\p{sc=Arabic})\\u200c(?=\\p{sc=Arabic})",
  `(?<=${VIRAMAS})[\\u200c\\u200d]`,
  `(?<=[^\\p{VS}${UNSEEN.slice(1)})\\p{VS}`,
].join("|");

/** Made when it is needed first. What is rare is asked first, which takes a tenth of the time. */
let allUnseen: RegExp | undefined;

/** Plain ASCII, as nearly all texts are, has none of them; that is found out twenty times as fast. */
const PLAIN = /^[ -~]*$/;

/** A text with something else in the place of each. */
export function replacedUnseen(text: string, write: (character: string) => string): string {
  if (PLAIN.test(text)) return text;
  allUnseen ??= new RegExp(`(?=${UNSEEN})(?!${IN_PLACE})[\\s\\S]`, "gu");
  return text.replace(allUnseen, write);
}

/** A text with `\u{202e}` in the place of an unseen character: for messages, tables and whatever else people read. */
export function visible(text: string): string {
  return replacedUnseen(text, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

/**
 * JSON that says the same, with JSON's own escapes (`\u202e`) in their place. Line ends and tabs between values stay; of other
 * white space there, a terminal would make something else.
 */
export function visibleJson(json: string): string {
  return replacedUnseen(json, (character) => {
    if (character === "\n" || character === "\t") return character;
    return character === "\r" ? " " : escaped(character);
  });
}

/** Of a character beyond the first 65,536, both halves. */
function escaped(character: string): string {
  const units = character.split("");
  return units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
