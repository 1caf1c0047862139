/**
 * Secrets by their values: whatever holds one must not get out, under whatever name it stands there. A value is found as
 * it is and as URLs, forms, JSON, HTML and base64 write it, in capital and small letters, also inside longer words and
 * where one of these was written inside another.
 */

/** A value with fewer characters would be found in ordinary words: it is no secret, and nobody may use it as one. */
export const SHORTEST_SECRET = 8;

/** Where something stands in a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export class Secrets {
  readonly values: readonly string[];
  readonly #pattern: RegExp | undefined;

  constructor(values: Iterable<string | undefined>) {
    this.values = [...values].filter(isSecret);
    const forms = new Set(this.values.flatMap(formsOf));
    // The longest first: one form may begin with another.
    const patterns = [...forms].sort((a, b) => b.length - a.length).map(literal);
    if (patterns.length > 0) this.#pattern = new RegExp(patterns.join("|"), "gi");
  }

  /** Whether a text holds a secret. */
  areIn(text: string): boolean {
    if (this.#pattern === undefined) return false;
    for (let level: string | undefined = text, depth = 0; level !== undefined; depth++) {
      if (level.search(this.#pattern) !== -1) return true;
      level = depth < DEEPEST ? plainer(level) : undefined;
    }
    return false;
  }

  /** A text with something else in the place of every secret. */
  hide(text: string, instead = "…"): string {
    if (!this.areIn(text)) return text;
    // What stood on both sides of a secret may be one when it is gone.
    return this.hide(replaced(text, this.#spansIn(text), instead), instead);
  }

  /** A text with something else in the place of every word that holds a secret: what is left of such a word says nothing. */
  cutWords(text: string, instead = ""): string {
    if (!this.areIn(text)) return text;
    const words = this.#spansIn(text).map(({ start, end }) => {
      let [from, to] = [start, end];
      while (from > 0 && isInWord(text[from - 1])) from--;
      while (to < text.length && isInWord(text[to])) to++;
      return { start: from, end: to };
    });
    return this.cutWords(replaced(text, words, instead), instead);
  }

  /** Where secrets stand, in the text as it is and with its escapes taken away, level by level. */
  #spansIn(text: string): Span[] {
    const spans: Span[] = [];
    let level = text;
    let place = (index: number) => index;
    for (let depth = 0; ; depth++) {
      const placeHere = place;
      for (const match of level.matchAll(this.#pattern as RegExp)) {
        spans.push({ start: placeHere(match.index), end: placeHere(match.index + match[0].length) });
      }
      const next = depth < DEEPEST ? unescaped(level) : undefined;
      if (!next) return spans;
      level = next.text;
      place = (index) => placeHere(next.places[index] as number);
    }
  }
}

function isSecret(value: string | undefined): value is string {
  return value !== undefined && value.length >= SHORTEST_SECRET;
}

/** What is looked for: other ways to escape a value are taken away before. */
function formsOf(value: string): string[] {
  const escaped = encodeURIComponent(value.toWellFormed());
  const form = escaped.replaceAll("%20", "+");
  return [...levelsOf(value), escaped, form, ...base64Of(value)];
}

/** A text, and what is left of it as its escapes are taken away: a value may hold what looks like some. */
function levelsOf(text: string): string[] {
  const levels = [text];
  for (let level = plainer(text); level !== undefined && levels.length <= DEEPEST; level = plainer(level)) {
    levels.push(level);
  }
  return levels.filter(isSecret);
}

/** The characters of base64, in either alphabet, that a value gives wherever it begins in a longer text. */
function base64Of(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // Characters at the ends hold bits of what stands beside the value.
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const sure = text.slice(first, last);
    return [sure, sure.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Letters, digits and what joins them. */
function isInWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}

/** Replaces places of a text, which may overlap. */
function replaced(text: string, spans: readonly Span[], instead: string): string {
  let [done, out] = [0, ""];
  let end = -1;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.end <= end) continue;
    if (span.start > end) out += text.slice(done, span.start) + instead;
    end = span.end;
    done = end;
  }
  return out + text.slice(done);
}

/** So many escapes inside one another are taken away: an address in an address in HTML in JSON, and one more. */
const DEEPEST = 5;

/** An escaped character: of URLs, of JSON and scripts, of HTML. */
const ESCAPE =
  /%[0-9a-f]{2}|\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[^ux\s])|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,6});?/gi;

/** Marks of ASCII that HTML has names for, as far as keys have them. */
const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", sol: "/", bsol: "\\", plus: "+", equals: "=" },
  ...{ num: "#", excl: "!", colon: ":", semi: ";", comma: ",", period: ".", lowbar: "_", commat: "@" },
  ...{ dollar: "$", percnt: "%", ast: "*", lpar: "(", rpar: ")", quest: "?", grave: "`", hat: "^" },
};

/** The character that an escape stands for; none that is not ASCII. */
function characterOf(escaped: string): string {
  const code = codeOf(escaped);
  return code !== undefined && code < 0x80 ? String.fromCharCode(code) : escaped;
}

function codeOf(escaped: string): number | undefined {
  if (escaped[0] === "%") return Number.parseInt(escaped.slice(1), 16);
  if (escaped[0] === "\\") {
    return /^\\[ux]./i.test(escaped) ? Number.parseInt(escaped.slice(2), 16) : escaped.charCodeAt(1);
  }
  const name = escaped.slice(1).replace(/;$/, "");
  if (/^#x/i.test(name)) return Number.parseInt(name.slice(2), 16);
  return name[0] === "#" ? Number(name.slice(1)) : NAMED[name.toLowerCase()]?.charCodeAt(0);
}

/** A text without one level of its escapes; undefined where it has none. */
function plainer(text: string): string | undefined {
  // Most texts have none of these, which is quickly found out.
  if (!text.includes("%") && !text.includes("\\") && !text.includes("&")) return undefined;
  const plain = text.replace(ESCAPE, characterOf);
  return plain === text ? undefined : plain;
}

/** The same, and where each of its characters, and its end, stand in the text. */
function unescaped(text: string): { text: string; places: number[] } | undefined {
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

/** What this process holds. A thread has its own: it is told what it needs. */
const HELD = new Set<string>();
let held = new Secrets([]);

/**
 * From now on nothing that this process writes shows these values, whoever quotes them. Whoever reads a secret says so
 * here, before anything else is done with it.
 */
export function holdSecrets(...values: (string | undefined)[]): void {
  const before = HELD.size;
  for (const value of values) if (isSecret(value)) HELD.add(value);
  if (HELD.size > before) held = new Secrets(HELD);
}

/** All secrets that this process holds. */
export function heldSecrets(): Secrets {
  return held;
}
