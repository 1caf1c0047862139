import { isBase58 } from "./base58.js";
import { digitsAtStart, isDigits, isGroup, isName, isUser, pageOf } from "./ids.js";
import type { FlickrUrl, Form } from "./result.js";
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

/** What a value must look like, by its name in a path. */
const KINDS = {
  user: isUser,
  group: isGroup,
  photo: isDigits,
  /** A photo at which a list is opened. */
  shown: isDigits,
  album: isDigits,
  gallery: isDigits,
  topic: isDigits,
  reply: isDigits,
  number: isDigits,
  collection: (text: string) => /^\d+(?:-\d+)?$/.test(text),
  tag: isName,
  name: isName,
  base58: isBase58,
  page: (text: string) => pageOf(text) !== undefined,
  /** `53381630964_63d765ee92_b.jpg`; the number alone will do. */
  file: (text: string) => isDigits(text) || isFileName(text),
  file_name: isFileName,
  /** `12345@N00_h.jpg`: a picture of a user. */
  icon: (text: string) => /^\d+@n\d\d(?:_[a-z]+)?\.\w+$/i.test(text),
} satisfies Record<string, (text: string) => boolean>;

type Kind = keyof typeof KINDS;

function isFileName(text: string): boolean {
  const digits = digitsAtStart(text);
  return digits > 0 && text[digits] === "_";
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

  /** The segments behind those that the rule names. */
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

/** What one segment of a path must be: one of some words, or something that a function knows. */
type Step = readonly string[] | ((segment: string) => boolean);

/** A rule made ready for work. */
interface Matcher {
  readonly gives: Gives;
  readonly steps: readonly Step[];
  /** What each segment is captured as. */
  readonly kinds: readonly (Kind | undefined)[];
  /** Whether more segments may follow. */
  readonly open: boolean;
  readonly parameters: readonly { readonly name: string; readonly kind: Kind }[];
  readonly form: Form;
}

/** The rules of one class of hosts, made ready: first match wins. */
export class RuleTable {
  /** Those that can match, by a first segment that some rule names. */
  readonly #byWord: readonly { readonly word: string; readonly rules: ByLength }[];
  /** Those that can match any other path. */
  readonly #others: ByLength;

  constructor(rules: readonly Rule[]) {
    const matchers = rules.map(compile);
    const words = matchers.flatMap(({ steps: [first] }) => (typeof first === "object" ? first : []));
    this.#byWord = [...new Set(words)].map((word) => ({
      word,
      rules: byLength(matchers.filter(({ steps: [first] }) => first !== undefined && accepts(first, word))),
    }));
    this.#others = byLength(matchers.filter(({ steps: [first] }) => typeof first !== "object"));
  }

  /** What the first rule gives that matches and means something. */
  find(parts: Parts, decodeShort: boolean): FlickrUrl | Inner | undefined {
    const { segments } = parts;
    const known = segments.length > 0 ? this.#startingWith(segments[0] as string) : undefined;
    const matchers = (known ?? this.#others)[Math.min(segments.length, LONGEST)] as readonly Matcher[];
    // The first segment of those found by it is right already.
    const from = known === undefined ? 0 : 1;
    for (let i = 0; i < matchers.length; i++) {
      const matcher = matchers[i] as Matcher;
      const values = match(matcher, parts, from);
      if (values === undefined) continue;
      const given = matcher.gives(new Match(parts, matcher, values, decodeShort));
      if (given !== undefined) return given;
    }
    return undefined;
  }

  #startingWith(segment: string): ByLength | undefined {
    // A few comparisons cost less than the hash of a string that has none yet.
    for (let i = 0; i < this.#byWord.length; i++) {
      if (this.#byWord[i]?.word === segment) return this.#byWord[i]?.rules;
    }
    return undefined;
  }
}

/** The rules that fit paths of each number of segments; the last list is for all longer ones. */
type ByLength = readonly (readonly Matcher[])[];

/** More segments than any rule names. */
const LONGEST = 8;

function byLength(matchers: readonly Matcher[]): ByLength {
  return Array.from({ length: LONGEST + 1 }, (_, length) =>
    matchers.filter(({ steps, open }) => steps.length === length || (open && steps.length < length)),
  );
}

const NO_VALUES: readonly string[] = [];

/** The values of the parameters that a rule names, if it matches; it fits the number of segments already. */
function match(
  { steps, parameters }: Matcher,
  { segments, query }: Parts,
  from: number,
): readonly string[] | undefined {
  for (let i = from; i < steps.length; i++) {
    if (!accepts(steps[i] as Step, segments[i] as string)) return undefined;
  }
  return parameters.length === 0 ? NO_VALUES : parametersIn(query, parameters);
}

function parametersIn(query: string, parameters: Matcher["parameters"]): readonly string[] | undefined {
  const values: string[] = [];
  for (const { name, kind } of parameters) {
    const [value, another] = valuesOf(query, name);
    if (value === undefined || another !== undefined || !KINDS[kind](value)) return undefined;
    // It could not stand in a path.
    if (kind !== "name" && value.includes("/")) return undefined;
    values.push(value);
  }
  return values;
}

function accepts(step: Step, segment: string): boolean {
  if (typeof step === "function") return step(segment);
  for (let i = 0; i < step.length; i++) if (step[i] === segment) return true;
  return false;
}

function compile([text, gives, , form = "page"]: Rule): Matcher {
  const [path = "", query = ""] = text.split("?");
  const segments = path.split("/").filter((segment) => segment !== "");
  const open = segments.at(-1) === "...";
  const named = open ? segments.slice(0, -1) : segments;
  return {
    gives,
    steps: named.map(stepOf),
    kinds: named.map(kindOf),
    open,
    parameters: [...query.matchAll(/(\w+)=(\{\w+\})/g)].map(([, name = "", kind = ""]) => ({
      name,
      kind: kindOf(kind) as Kind,
    })),
    form,
  };
}

function stepOf(segment: string): Step {
  const kind = kindOf(segment);
  if (kind !== undefined) return KINDS[kind];
  const words = segment.split("|");
  if (!segment.includes("*")) return words;
  const ends = words.map((word) => word.split("*") as [string, string]);
  return (text) =>
    ends.some(
      ([start, end]) =>
        text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end),
    );
}

/** The kind in `{kind}`; undefined where the text is none. */
function kindOf(text: string): Kind | undefined {
  const name = /^\{(\w+)\}$/.exec(text)?.[1];
  if (name !== undefined && !Object.hasOwn(KINDS, name)) throw new Error(`the grammar has no kind ${text}`);
  return name as Kind | undefined;
}
