import { KINDS, type Kind, kindOf } from "./kinds.js";
import { type Inner, Match, type Matcher, type Rule, type Step } from "./pattern.js";
import type { FlickrUrl } from "./result.js";
import type { Parts } from "./split.js";
import { valuesOf } from "./text.js";

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
