import { thousands } from "../counted.js";

/**
 * Text that is safe in Markdown and YAML. Names of providers, sources and titles come from outside: none of them may
 * become markup, a link, a new table cell or a new YAML key.
 */

/** Line ends, controls and marks that turn the direction of the text around them. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/** ASCII punctuation, but for `_` and `-` inside a word, where CommonMark gives them no meaning. */
const PUNCTUATION = /(?<![A-Za-z0-9])[_-]|[_-](?![A-Za-z0-9])|[!-,./:-@[-^`{-~]/g;

/**
 * A text from outside as Markdown that shows it and does nothing else. Punctuation becomes character references:
 * unlike backslashes, they leave nothing for a table or a code span to trip over, and CommonMark never reads them as
 * structure (§2.5). What cannot be shown becomes U+FFFD.
 */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(UNPRINTABLE, "\ufffd")
    .replace(PUNCTUATION, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** A text from outside as a YAML string in double quotes; what YAML does not allow there (§5.1) is escaped. */
export function yamlText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    UNPRINTABLE,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `image`, `image and audio`, `a, b and c`. */
export function listing(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/**
 * A Markdown table; numbers stand right. Cells are Markdown already: text from outside has to be escaped.
 */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = header.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === "number"));
  const lines = [
    header,
    numeric.map((right) => (right ? "---:" : "---")),
    ...rows.map((row) => row.map((cell) => (typeof cell === "number" ? thousands(cell) : cell))),
  ];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
