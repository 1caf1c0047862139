import { DEEPEST, plainer, UNSEEN, unescaped } from "./escapes.js";

/**
 * Secrets by their values: whatever holds one must not get out, under whatever name it stands there. A value is found as
 * it is and as URLs, forms, JSON, HTML, base64 and hexadecimal digits write it, in capital and small letters, also inside
 * longer words, where one of these was written inside another, and across the ends of lines.
 */

/** A value with fewer characters would be found in ordinary words: it is no secret, and nobody may use it as one. */
export const SHORTEST_SECRET = 8;

/** Line ends, with the blanks after them, and what nobody sees: no part of a secret, wherever it stands in one. */
const BREAKS = `\\r\\n${UNSEEN}`;
/**
 * Data has blanks in the place of line ends when it has been cleaned. So they are skipped, too, in what is long enough that
 * no two words are it by chance.
 */
const LONG = 16;
const GAP = { short: `(?:[\\r\\n][ \\t]*|[${UNSEEN}])*`, long: `[\\s${UNSEEN}]*` } as const;
const IN_GAP = { short: new RegExp(`[${BREAKS}]`), long: new RegExp(`[\\s${UNSEEN}]`) } as const;
const sizeOf = (form: string) => (form.length < LONG || /\s/.test(form) ? "short" : "long");

/** A form without what is skipped: else there would be many ways to skip it. */
function gapless(form: string): string {
  const bare = form.replace(new RegExp(IN_GAP.long, "g"), "");
  return bare.length < LONG ? form.replace(new RegExp(IN_GAP.short, "g"), "") : bare;
}

/** Where something stands in a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** What follows a quotation that was cut off, perhaps within an escape. */
const CUT = /^[^ ]{0,7}?(?:$|[\r\n…"'`)\]}>;,\\])/;

export class Secrets {
  readonly values: readonly string[];
  /** In small letters; the longest first, for one may begin with another. */
  readonly #forms: readonly string[];
  /** How each of them begins: whole ones may be too long for an expression. */
  readonly #beginnings: RegExp | undefined;

  constructor(values: Iterable<string | undefined>) {
    this.values = [...values].filter(isSecret);
    const forms = new Set(this.values.flatMap(formsOf).map((form) => form.toLowerCase()));
    this.#forms = [...forms].sort((a, b) => b.length - a.length);
    if (forms.size > 0) this.#beginnings = beginningOf(this.#forms);
  }

  /** Whether a text holds a secret. */
  areIn(text: string): boolean {
    const pattern = this.#beginnings;
    if (pattern === undefined) return false;
    for (let level: string | undefined = text, depth = 0; level !== undefined; depth++) {
      // Nearly always there is none, which is quickly found out.
      if (level.search(pattern) !== -1 && this.#placesIn(level, this.#endOf).length > 0) return true;
      level = depth < DEEPEST ? plainer(level) : undefined;
    }
    return false;
  }

  /** A text with something else in the place of every secret. */
  hide(text: string, instead = "…"): string {
    if (!this.areIn(text)) return text;
    // What stood on both sides of a secret may be one when it is gone.
    return this.hide(replaced(text, this.#spansIn(text, this.#endOf), instead), instead);
  }

  /** The same, and of what begins as a secret does and then ends: who quotes an answer may have cut it off in one. */
  hideBegun(text: string, instead = "…"): string {
    const whole = this.hide(text, instead);
    return replaced(whole, this.#spansIn(whole, this.#endOfBegun), instead);
  }

  /** A text with something else in the place of every word that holds a secret: what is left of such a word says nothing. */
  cutWords(text: string, instead = ""): string {
    if (!this.areIn(text)) return text;
    const words = this.#spansIn(text, this.#endOf).map(({ start, end }) => {
      let [from, to] = [start, end];
      while (from > 0 && isInWord(text[from - 1])) from--;
      while (to < text.length && isInWord(text[to])) to++;
      return { start: from, end: to };
    });
    return this.cutWords(replaced(text, words, instead), instead);
  }

  /** Where secrets stand in a text, as it is and with its escapes taken away, level by level. */
  #spansIn(text: string, endOf: EndOf): Span[] {
    const spans: Span[] = [];
    let level = text;
    let place = (index: number) => index;
    for (let depth = 0; ; depth++) {
      const placeHere = place;
      for (const { start, end } of this.#placesIn(level, endOf)) {
        spans.push({ start: placeHere(start), end: placeHere(end) });
      }
      const next = depth < DEEPEST ? unescaped(level) : undefined;
      if (!next) return spans;
      level = next.text;
      place = (index) => placeHere(next.places[index] as number);
    }
  }

  #placesIn(text: string, endOf: EndOf): Span[] {
    const places: Span[] = [];
    if (this.#beginnings === undefined) return places;
    const pattern = new RegExp(this.#beginnings);
    for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
      const end = endOf(text, found.index);
      if (end !== undefined) places.push({ start: found.index, end });
      // One may begin within what only looked like one.
      pattern.lastIndex = found.index + 1;
    }
    return places;
  }

  readonly #endOf: EndOf = (text, start) => {
    for (const form of this.#forms) {
      const { length, end } = agreement(form, text, start);
      if (length === form.length) return end;
    }
    return undefined;
  };

  readonly #endOfBegun: EndOf = (text, start) => {
    const end = Math.max(...this.#forms.map((form) => agreement(form, text, start).end));
    // Names of services are words, and keys begin like names.
    return CUT.test(text.slice(end)) ? end : undefined;
  };
}

/** Where the secret that begins at a place of a text ends; undefined where none begins there. */
type EndOf = (text: string, start: number) => number | undefined;

/** How many characters of a form stand at a place of a text, in capital or small letters, and where they end. */
function agreement(form: string, text: string, start: number): { length: number; end: number } {
  const gap = IN_GAP[sizeOf(form)];
  let [length, end] = [0, start];
  for (let at = start; length < form.length && at < text.length; at++) {
    const character = text[at] as string;
    if (character.toLowerCase() === form[length]) {
      length++;
      end = at + 1;
    } else if (!gap.test(character) && (at === end || !/[ \t]/.test(character))) break;
  }
  return { length, end };
}

function isSecret(value: string | undefined): value is string {
  return value !== undefined && value.length >= SHORTEST_SECRET;
}

/** What is looked for: other ways to escape a value are taken away before. */
function formsOf(value: string): string[] {
  const escaped = encodeURIComponent(value.toWellFormed());
  const form = escaped.replaceAll("%20", "+");
  const texts = [...levelsOf(value), escaped, form];
  const forms = [...texts, ...[value, escaped].flatMap(base64Of), Buffer.from(value).toString("hex")];
  return forms.map(gapless).filter(isSecret);
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

/** What any of the forms begins with, in capital and small letters. */
function beginningOf(forms: readonly string[]): RegExp {
  const starts = forms.map((form) =>
    [...form.slice(0, SHORTEST_SECRET)]
      .map((character) => character.replace(/[\\^$.*+?()[\]{}|]/, "\\$&"))
      .join(GAP[sizeOf(form)]),
  );
  return new RegExp([...new Set(starts)].join("|"), "gi");
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

/** How a stranger's text begins, without our secrets: cut off first, a secret at the end would not be known any more. */
export function beginningWithout(text: string, length: number): string {
  return held.hide(text.slice(0, length + LONGEST_QUOTED)).slice(0, length);
}

/** More than any secret takes, however it is escaped. */
const LONGEST_QUOTED = 32 * 1024;
