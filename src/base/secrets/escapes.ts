/** Characters as addresses, JSON, scripts and HTML write them, and the text without that. */

/** A part of an address without its escapes; as it is, where they cannot be decoded. */
export function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same of a parameter's name or value, in which `+` is a blank. */
export function decodedParameter(text: string): string {
  return decodedPart(text.replace(/\+/g, " "));
}

/** How many escapes inside one another are taken away: an address in an address in HTML in JSON, and one more. */
export const DEEPEST = 5;

/** An escaped character: of URLs, of JSON and scripts, of HTML. */
const ESCAPE =
  /%(?:u[0-9a-f]{4}|c2%ad|e2%80%8[b-d]|e2%81%a0|ef%bb%bf|[0-9a-f]{2})|\\(?:u[0-9a-f]{4}|u\{[0-9a-f]{1,6}\}|x[0-9a-f]{2}|[^ux\s])|&(?:#0*\d{1,7}|#x0*[0-9a-f]{1,6}|[a-z]{2,6});?/gi;

/** White space that JSON and scripts have letters for. */
const LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v" };

/** What readers do not see, or do not see as a part of a word. */
export const UNSEEN = "\\u00ad\\u200b-\\u200d\\u2060\\ufeff";
const IS_UNSEEN = new RegExp(`^[${UNSEEN}]$`);

/** Marks of ASCII that HTML has names for, as far as keys have them. */
const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", sol: "/", bsol: "\\", plus: "+", equals: "=" },
  ...{ num: "#", excl: "!", colon: ":", semi: ";", comma: ",", period: ".", lowbar: "_", commat: "@" },
  ...{ dollar: "$", percnt: "%", ast: "*", lpar: "(", rpar: ")", quest: "?", grave: "`", hat: "^" },
};

/** The character that an escape stands for; of those beyond ASCII only what nobody sees. */
function characterOf(escaped: string): string {
  const code = codeOf(escaped);
  if (code === undefined || code > 0xffff) return escaped;
  const character = String.fromCharCode(code);
  return code < 0x80 || IS_UNSEEN.test(character) ? character : escaped;
}

function codeOf(escaped: string): number | undefined {
  if (/^%..%/.test(escaped)) return decodeURIComponent(escaped).charCodeAt(0);
  if (escaped[0] === "%") return Number.parseInt(escaped.replace(/^%u?/i, ""), 16);
  if (escaped[0] === "\\") {
    if (/^\\[ux]./i.test(escaped)) return Number.parseInt(escaped.replace(/^..\{?/, ""), 16);
    return (LETTERS[escaped[1] as string] ?? (escaped[1] as string)).charCodeAt(0);
  }
  const name = escaped.slice(1).replace(/;$/, "");
  if (/^#x/i.test(name)) return Number.parseInt(name.slice(2), 16);
  return name[0] === "#" ? Number(name.slice(1)) : NAMED[name.toLowerCase()]?.charCodeAt(0);
}

/** A text without one level of its escapes; undefined where it has none. */
export function plainer(text: string): string | undefined {
  // Most texts have none of these, which is quickly found out.
  if (!text.includes("%") && !text.includes("\\") && !text.includes("&")) return undefined;
  const plain = text.replace(ESCAPE, characterOf);
  return plain === text ? undefined : plain;
}

/** The same, and where each of its characters, and its end, stand in the text. */
export function unescaped(text: string): { text: string; places: number[] } | undefined {
  const places: number[] = [];
  let [plain, done] = ["", 0];
  const take = (piece: string, from: number, step: number) => {
    for (let i = 0; i < piece.length; i++) places.push(from + i * step);
    plain += piece;
  };
  for (const { 0: escaped, index } of text.matchAll(ESCAPE)) {
    const character = characterOf(escaped);
    if (character === escaped) continue;
    take(text.slice(done, index), done, 1);
    take(character, index, 0);
    done = index + escaped.length;
  }
  if (done === 0) return undefined;
  take(text.slice(done), done, 1);
  return { text: plain, places: [...places, text.length] };
}
