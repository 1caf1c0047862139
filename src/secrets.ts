/**
 * Secrets by their values: whatever holds one must not get out, under whatever name it stands there. A value is found
 * as it is and as URLs, forms, JSON and HTML write it, in capital and small letters.
 */

/** A value with fewer characters is a word like others, and no secret. */
const SHORTEST = 4;
/** From so many characters on, a value is also found inside a longer word. */
const UNMISTAKABLE = 8;

export class Secrets {
  readonly #pattern: RegExp | undefined;

  constructor(values: Iterable<string | undefined>) {
    const found = [...values].filter((value) => value !== undefined && value.length >= SHORTEST) as string[];
    const forms = new Set(found.flatMap(formsOf));
    // The longest first: one form may begin with another.
    const patterns = [...forms].sort((a, b) => b.length - a.length).map(patternOf);
    if (patterns.length > 0) this.#pattern = new RegExp(patterns.join("|"), "gi");
  }

  /** Whether a text holds a secret. */
  areIn(text: string): boolean {
    return this.#pattern !== undefined && text.search(this.#pattern) !== -1;
  }

  /** A text with something else in the place of every secret. */
  hide(text: string, instead = "…"): string {
    return this.#pattern === undefined ? text : text.replace(this.#pattern, instead);
  }
}

function formsOf(value: string): string[] {
  const encoded = encodeURIComponent(value.toWellFormed());
  const escaped = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const forms = [value, encoded, encoded.replaceAll("%20", "+"), encodeURIComponent(encoded)];
  return [...forms, escaped, escaped.replaceAll('"', "&quot;")].flatMap((form) => [
    form,
    JSON.stringify(form).slice(1, -1),
  ]);
}

function patternOf(form: string): string {
  const literal = form.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return form.length >= UNMISTAKABLE ? literal : `(?<![a-zA-Z0-9])${literal}(?![a-zA-Z0-9])`;
}
