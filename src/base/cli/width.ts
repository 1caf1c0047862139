import { eastAsianWidth } from "get-east-asian-width";

/** How many columns of a terminal texts take, and texts that fit into a number of columns. The texts are visible ones. */

const PLAIN = /^[ -~]*$/;
/** What stands on the character before it. */
const ON_OTHERS = /^[\p{M}\p{DI}\u1160-\u11ff\ud7b0-\ud7fb]$/u;
/** Signs that are drawn as pictures, two columns wide: by themselves, or because a variation selector says so. */
const PICTURE = /^\p{Emoji_Presentation}|^\p{Emoji}\ufe0f|\p{ExtPict}.*\u200d\p{ExtPict}/su;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What readers call characters: with their accents, and an emoji of several parts as one. */
function charactersOf(text: string): string[] {
  return PLAIN.test(text) ? text.split("") : Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** The columns that a text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : charactersOf(text).reduce((sum, one) => sum + widthOfOne(one), 0);
}

function widthOfOne(character: string): number {
  if (PICTURE.test(character)) return 2;
  let width = 0;
  for (const part of character)
    if (!ON_OTHERS.test(part)) width += eastAsianWidth(part.codePointAt(0) as number);
  return width;
}

/** A character may have accents without end; this many parts of each are enough. */
const MOST_PARTS = 16;

/** The beginning of a text that fits into a number of columns. */
export function beginningOf(text: string, width: number): string {
  let [beginning, left] = ["", width];
  for (const character of charactersOf(text.slice(0, width * MOST_PARTS))) {
    left -= widthOfOne(character);
    if (left < 0) break;
    beginning += character;
  }
  return beginning;
}

/** A text cut to a number of columns: with `…` at its end where it is longer. */
export function cut(text: string, width: number): string {
  if (width === Number.POSITIVE_INFINITY || (PLAIN.test(text) && text.length <= width)) return text;
  return beginningOf(text, width) === text ? text : `${beginningOf(text, width - 1)}…`;
}

/** A text as lines of a number of columns, broken at blanks where there are some. */
export function wrapped(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) as string;
    if (line !== "" && widthOf(line) + 1 + widthOf(word) <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.splice(line === "" ? -1 : lines.length, 1, ...pieces(word, width));
  }
  return lines;
}

/** A word in pieces that fit. */
function pieces(word: string, width: number): string[] {
  const beginning = beginningOf(word, width);
  const isWhole = beginning === word || beginning === "";
  return isWhole ? [word] : [beginning, ...pieces(word.slice(beginning.length), width)];
}

/** A text filled with blanks to a number of columns. */
export function padded(text: string, width: number, side: "left" | "right"): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return side === "left" ? blanks + text : text + blanks;
}
