import { thousands } from "../../../base/counted.js";
import { replacedUnseen, visibleJson } from "../../../base/visible.js";

/**
 * Text that is safe in Markdown and YAML. Names of providers, sources and titles come from outside: none of them may
 * become markup, a link, a new table cell or a new YAML key.
 */

/** ASCII punctuation, but for `_` and `-` inside a word, where CommonMark gives them no meaning. */
const PUNCTUATION = /(?<![A-Za-z0-9])[_-]|[_-](?![A-Za-z0-9])|[!-,./:-@[-^`{-~]/g;

/**
 * A text from outside as Markdown that shows it and does nothing else. Punctuation becomes character references:
 * unlike backslashes, they leave nothing for a table or a code span to trip over, and CommonMark never reads them as
 * structure (§2.5). What cannot be shown becomes U+FFFD.
 */
export function escapeText(text: string): string {
  return replacedUnseen(text.toWellFormed(), () => "\ufffd")
    .replace(NONE, "\ufffd")
    .replace(PUNCTUATION, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** A text from outside as a YAML string in double quotes; what YAML does not allow there (§5.1) is escaped. */
export function yamlText(text: string): string {
  return replacedUnseen(JSON.stringify(text.toWellFormed()), yamlEscape).replace(NONE, yamlEscape);
}

/** No characters, says Unicode, and YAML takes them for none. */
const NONE = /[\ufffe\uffff]/g;

function yamlEscape(character: string): string {
  const code = (character.codePointAt(0) as number).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** A page of JSON, which pages of HTML take in as a script: no text in it ends one, and none hides something. */
export function jsonPage(document: object): string {
  return `${visibleJson(JSON.stringify(document, null, 2)).replaceAll("<", "\\u003c")}\n`;
}

/**
 * A Markdown table; numbers are aligned right. Cells are Markdown already: text from outside has to be escaped.
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
