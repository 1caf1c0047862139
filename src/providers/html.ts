import { Parser } from "htmlparser2";

/** What the catalogue keeps of a piece of HTML. */
export interface HtmlSummary {
  /** All text nodes joined by one blank, trimmed; "" when there is none. */
  readonly text: string;
  /** Where the first link leads, as it is written; undefined when there is none. */
  readonly link: string | undefined;
}

/** Elements whose text is not for reading. */
const NOT_TEXT = new Set(["script", "style"]);

/**
 * Reads a piece of HTML, as it stands in descriptions and in the names of artists. Text nodes are joined by a
 * blank because elements often stand where words end (`<br>`, list items). Never throws: any text is HTML.
 */
export function readHtml(html: string): HtmlSummary {
  const texts: string[] = [];
  let text = "";
  let link: string | undefined;
  let hidden = 0;
  // A text node comes in pieces (an entity is a piece of its own); it ends where a tag or a comment stands.
  const endText = () => {
    if (text !== "") texts.push(text);
    text = "";
  };
  const parser = new Parser({
    ontext: (piece) => {
      if (hidden === 0) text += piece;
    },
    onopentag: (name, { href }) => {
      endText();
      if (NOT_TEXT.has(name)) hidden++;
      if (name === "a" && href !== undefined) link ??= href;
    },
    onclosetag: (name) => {
      endText();
      if (NOT_TEXT.has(name)) hidden--;
    },
    oncomment: endText,
  });
  parser.end(html);
  endText();
  return { text: texts.join(" ").trim(), link };
}
