import { Parser } from "htmlparser2";

/** What the catalogue keeps of a piece of HTML. */
export interface HtmlSummary {
  /** All text nodes joined by one blank, trimmed; "" when there is none. */
  readonly text: string;
  /** The text as a reader sees it, in one line, trimmed: a blank only stands where an element ends a line. */
  readonly shown: string;
  /** Where the first link leads, as it is written; undefined when there is none. */
  readonly link: string | undefined;
}

/** Elements whose text is not for reading. */
const NOT_TEXT = new Set(["script", "style"]);

/** Elements that go on in the line; all others, `<br>` among them, end it. */
const INLINE = new Set([
  ...["a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"],
  ...["ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt"],
  ...["u", "var", "wbr"],
]);

/** Reads a piece of HTML, as it stands in descriptions and in names of artists. Never throws: any text is HTML. */
export function readHtml(html: string): HtmlSummary {
  if (!/[<&]/.test(html)) return plain(html);
  const texts: string[] = [];
  let text = "";
  let shown = "";
  let link: string | undefined;
  let hidden = 0;
  // A text node comes in pieces (an entity is a piece of its own); it ends where a tag or a comment stands.
  const endText = () => {
    if (text !== "") texts.push(text);
    text = "";
  };
  const passTag = (name: string) => {
    endText();
    if (!INLINE.has(name)) shown += " ";
  };
  const parser = new Parser({
    ontext: (piece) => {
      if (hidden > 0) return;
      text += piece;
      shown += piece;
    },
    onopentag: (name, { href }) => {
      passTag(name);
      if (NOT_TEXT.has(name)) hidden++;
      if (name === "a" && href !== undefined) link ??= href;
    },
    onclosetag: (name) => {
      passTag(name);
      if (NOT_TEXT.has(name)) hidden--;
    },
    oncomment: endText,
  });
  parser.end(html);
  endText();
  return { text: texts.join(" ").trim(), shown: shown.trim(), link };
}

/** HTML without a tag or an entity, which most of it is: one node of text. */
function plain(html: string): HtmlSummary {
  const text = html.trim();
  return { text, shown: text, link: undefined };
}
