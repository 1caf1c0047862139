import type { Form } from "./form.js";
import { isDigits, pageOf } from "./ids.js";
import type { Kind } from "./kinds.js";
import type { FlickrUrl } from "./result.js";
import type { Parts } from "./split.js";
import { valuesOf } from "./text.js";

/**
 * One line of the grammar: a path, what it means, an example and the form (`page` where it is left out).
 *
 * In a path, `albums|sets` is one of two words, `photo*.gne` any word with that start and end, `{user}` a value that
 * is captured, and a final `...` anything or nothing. After `?` stand parameters that must be there exactly once.
 */
export type Rule = readonly [path: string, gives: Gives, example: string, form?: Form];

/** Makes the result of what a rule has matched; undefined when it means nothing after all. */
export type Gives = (match: Match) => FlickrUrl | Inner | undefined;

/** A URL that stands inside another one, and what the outer one adds to its result. */
export class Inner {
  readonly url: string;
  readonly adds: { readonly form?: Form; readonly captured_at?: string | null };

  constructor(url: string, adds: Inner["adds"] = {}) {
    this.url = url;
    this.adds = adds;
  }
}

/** What one segment of a path must be: one of some words, or something that a function knows. */
export type Step = readonly string[] | ((segment: string) => boolean);

/** A rule made ready for work. */
export interface Matcher {
  readonly gives: Gives;
  readonly steps: readonly Step[];
  /** What each segment is captured as. */
  readonly kinds: readonly (Kind | undefined)[];
  /** Whether more segments may follow. */
  readonly open: boolean;
  readonly parameters: readonly { readonly name: string; readonly kind: Kind }[];
  readonly form: Form;
}

/** What a rule has matched. Parts that few results need are made when they are asked for. */
export class Match {
  readonly parts: Parts;
  /** Whether short codes are decoded that Flickr has promised nothing about. */
  readonly decodeShort: boolean;
  readonly #matcher: Matcher;
  /** The values of the parameters that the rule names. */
  readonly #given: readonly string[];

  constructor(parts: Parts, matcher: Matcher, given: readonly string[], decodeShort: boolean) {
    this.parts = parts;
    this.decodeShort = decodeShort;
    this.#matcher = matcher;
    this.#given = given;
  }

  get form(): Form {
    return this.#matcher.form;
  }

  /** A value that the rule names. */
  get(kind: Kind): string {
    return this.find(kind) as string;
  }

  /** A value that only some of the rules for a result name. */
  find(kind: Kind): string | undefined {
    const { kinds, parameters } = this.#matcher;
    for (let i = kinds.length - 1; i >= 0; i--) if (kinds[i] === kind) return this.parts.segments[i];
    for (let i = 0; i < parameters.length; i++) if (parameters[i]?.kind === kind) return this.#given[i];
    return undefined;
  }

  /** The first value of a parameter; undefined where there is none or it is empty. */
  parameter(name: string): string | undefined {
    return valuesOf(this.parts.query, name).find((value) => value !== "");
  }

  /** The segments after those that the rule names. */
  get rest(): readonly string[] {
    return this.parts.segments.slice(this.#matcher.kinds.length);
  }

  /** The number in `page3`, where the rule has it or in the rest; else 1. */
  get page(): number {
    const { segments } = this.parts;
    const { kinds } = this.#matcher;
    for (let i = kinds.length - 1; i < segments.length; i++) {
      const page = i >= kinds.length || kinds[i] === "page" ? pageOf(segments[i] as string) : undefined;
      if (page !== undefined) return page;
    }
    return 1;
  }

  /** The photo at which a list is opened: `with/123`. */
  get shown(): string | undefined {
    const { segments } = this.parts;
    const { length } = this.#matcher.kinds;
    const at = segments.length > length ? segments.indexOf("with", length) : -1;
    const photo = at === -1 ? this.find("shown") : segments[at + 1];
    return photo !== undefined && isDigits(photo) ? photo : undefined;
  }
}
