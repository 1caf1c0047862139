import { Parser } from "htmlparser2";
import { givenAt } from "../ndjson/index.js";

/** What is kept of a piece of HTML. */
interface HtmlSummary {
  /** The text as a reader sees it, in one line; "" when there is none. */
  readonly text: string;
  /** Where the first link that is shown leads, as it is written; undefined when there is none. */
  readonly link: string | undefined;
}

/** Elements whose text is not for reading. */
const NOT_TEXT = new Set(["script", "style", "template"]);

/** Styles and classes that hide an element: Commons puts data for machines, and copies of names, into such ones. */
const HIDING_STYLE = /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b/i;
const HIDING_CLASS = /(?:^|\s)(?:hidden|nodisplay|mw-hidden)(?:\s|$)/i;

/** Elements that go on in the line; all others, `<br>` among them, end it. */
const INLINE = new Set([
  ...["a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"],
  ...["ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt"],
  ...["u", "var", "wbr"],
]);

/** An entity that a reader of the text would see as such. */
const ENTITY = /&(?:[a-z][a-z\d]{1,31}|#\d{1,7}|#x[\da-f]{1,6});/i;

/**
 * The text of a piece of HTML as a reader sees it; null where there is none. For every text that a source gives as
 * HTML, or escaped as in HTML. Which ones do is decided provider by provider: in a plain text `&amp;` and `<x>` stay.
 */
export function textOfHtml(html: string | undefined): string | null {
  return html === undefined ? null : readHtml(html).text || null;
}

/** The text of the HTML under a path, for a column; what is no text as it is, so that cleaning counts it. */
export function htmlAt(value: unknown, ...path: (string | number)[]): unknown {
  const given = givenAt(value, ...path);
  return typeof given === "string" ? textOfHtml(given) : given;
}

/** The same for a text that is escaped as in HTML and has no tags. */
export function escapedAt(value: unknown, ...path: (string | number)[]): unknown {
  const given = givenAt(value, ...path);
  return typeof given === "string" ? textOfEscaped(given) : given;
}

/**
 * The same for a text that has entities and no tags, such as a title that a site escaped before it went into its
 * database: there `<3` is what was written.
 */
export function textOfEscaped(text: string | undefined): string | null {
  return textOfHtml(text?.replaceAll("<", "&lt;"));
}

/**
 * Reads a piece of HTML, as it stands in descriptions and in names of artists. Never throws: any text is HTML. An
 * entity that is still to be seen in what came out was escaped twice, and is read once more.
 */
export function readHtml(html: string): HtmlSummary {
  const { text, link } = readOnce(html);
  // Tags are read only once: what looks like one now is text.
  const again = ENTITY.test(text) ? readOnce(text.replaceAll("<", "&lt;")).text : text;
  return { text: again.replace(/\s+/g, " ").trim(), link };
}

function readOnce(html: string): HtmlSummary {
  // Most texts have neither a tag nor an entity.
  if (!/[<&]/.test(html)) return { text: html, link: undefined };
  let text = "";
  let link: string | undefined;
  // How deep we are in an element that is not shown; 0 outside.
  let hidden = 0;
  const passTag = (name: string) => {
    if (!INLINE.has(name)) text += " ";
  };
  const parser = new Parser({
    ontext: (piece) => {
      if (hidden === 0) text += piece;
    },
    onopentag: (name, attributes) => {
      passTag(name);
      if (hidden > 0 || isHidden(name, attributes)) hidden++;
      else if (name === "a" && attributes.href !== undefined) link ??= attributes.href;
    },
    // Every tag that was opened is closed, by itself or by one around it.
    onclosetag: (name) => {
      passTag(name);
      if (hidden > 0) hidden--;
    },
  });
  parser.end(html);
  return { text, link };
}

function isHidden(name: string, attributes: Readonly<Record<string, string>>): boolean {
  const { style = "", class: classes = "" } = attributes;
  return (
    NOT_TEXT.has(name) || "hidden" in attributes || HIDING_STYLE.test(style) || HIDING_CLASS.test(classes)
  );
}
