import { createReadStream } from "node:fs";
import { Failure, systemReason } from "../failure.js";
import { readLines } from "../ndjson/index.js";
import { forEachName } from "./names.js";
import { parseRule, type Rule, type RuleKind, ruleText } from "./rules.js";

/** A rule where it stands in its list. */
export interface ListedRule extends Rule {
  /** The first line that has it, from 1. */
  readonly line: number;
  /** What that line says, without a comment. */
  readonly text: string;
}

/** A rule that names a record, and by what. */
export interface Named {
  readonly rule: ListedRule;
  /** The column that the rule looked at, of those that it names the record by the first. */
  readonly column: string;
}

const NOBODY: readonly Named[] = [];
const NO_RULES: readonly ListedRule[] = [];
/** Hosts repeat from record to record; so many are kept with the rules for their domains. */
const KNOWN_HOSTS = 10_000;

/**
 * An opt-out list, ready to be asked. Each kind of rule is a table, and a record has a handful of things to look up in
 * them, however long the list is.
 */
export class OptOuts {
  /** The rules by their values. */
  readonly #rules: Readonly<Record<RuleKind, Map<string, ListedRule>>> = {
    provider: new Map(),
    domain: new Map(),
    url: new Map(),
    flickr_account: new Map(),
    flickr_alias: new Map(),
    flickr_photo: new Map(),
  };
  readonly #hosts = new Map<string, readonly ListedRule[]>();
  /** The rules that have named a record. */
  readonly #used = new Set<ListedRule>();
  #named: Named[] = [];

  /** Adds the rule of a line of the list. */
  add({ kind, value }: Rule, line: number, text = value): void {
    if (!this.#rules[kind].has(value)) this.#rules[kind].set(value, { kind, value, line, text });
    this.#hosts.clear();
  }

  /** The different rules, of one kind or all. */
  rules(kind?: RuleKind): ListedRule[] {
    const tables = kind ? [this.#rules[kind]] : Object.values(this.#rules);
    return tables.flatMap((table) => [...table.values()]);
  }

  /** How many different rules there are, of one kind or in all. */
  count(kind?: RuleKind): number {
    if (kind) return this.#rules[kind].size;
    return Object.values(this.#rules).reduce((sum, { size }) => sum + size, 0);
  }

  /** The rule that takes a media record out, raw or cleaned, of several the first in the list; undefined where none does. */
  ruleFor(record: Readonly<Record<string, unknown>>): ListedRule | undefined {
    const named = this.rulesFor(record);
    return named.length === 0 ? undefined : named.reduce((a, b) => (b.rule.line < a.rule.line ? b : a)).rule;
  }

  /** Every rule that names a media record: it stays out as long as one of them stands. */
  rulesFor(record: Readonly<Record<string, unknown>>): readonly Named[] {
    forEachName(record, this.#look);
    if (this.#named.length === 0) return NOBODY;
    const named = this.#named;
    this.#named = [];
    return named;
  }

  /** The rules that have named no record that was asked for, in the order of the list. */
  unused(): ListedRule[] {
    return this.rules()
      .filter((rule) => !this.#used.has(rule))
      .sort((a, b) => a.line - b.line);
  }

  readonly #look = (kind: RuleKind, value: string, column: string): void => {
    if (kind === "domain") for (const rule of this.#domainsOf(value)) this.#note(rule, column);
    else {
      const rule = this.#rules[kind].get(value);
      if (rule !== undefined) this.#note(rule, column);
    }
  };

  #note(rule: ListedRule, column: string): void {
    this.#used.add(rule);
    if (!this.#named.some((named) => named.rule === rule)) this.#named.push({ rule, column });
  }

  /** The rules for the domains that a host lies in. */
  #domainsOf(host: string): readonly ListedRule[] {
    let rules = this.#hosts.get(host);
    if (rules === undefined) {
      rules = domainsOf(host).flatMap((domain) => this.#rules.domain.get(domain) ?? []);
      if (this.#hosts.size >= KNOWN_HOSTS) this.#hosts.clear();
      this.#hosts.set(host, rules.length === 0 ? NO_RULES : rules);
    }
    return rules;
  }
}

/** A host and everything above it. */
function domainsOf(host: string): string[] {
  const domains = [host];
  for (let at = host.indexOf("."); at !== -1; at = host.indexOf(".", at + 1)) domains.push(host.slice(at + 1));
  return domains;
}

/** Reads a list. Throws a `Failure` that names the line where something is wrong: no rule is left out in silence. */
export async function readOptOuts(path: string): Promise<OptOuts> {
  const optOuts = new OptOuts();
  try {
    for await (const lines of readLines(createReadStream(path, { highWaterMark: 256 * 1024 }))) {
      for (const { number, text, fault } of lines) {
        const rule = fault === undefined ? parseRule(text) : { problem: fault };
        if (rule === undefined) continue;
        if ("problem" in rule) {
          throw new Failure("bad_input", rule.problem, { place: { file: path, line: number } });
        }
        optOuts.add(rule, number, ruleText(text));
      }
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("no_input", `cannot open ${path}: ${systemReason(error)}`, { cause: error });
  }
  return optOuts;
}
