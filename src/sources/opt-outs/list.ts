import { createReadStream } from "node:fs";
import { cannot, Failure } from "../../base/failure.js";
import { readLines } from "../../base/ndjson/index.js";
import { forEachName, type RuleKind } from "./names.js";
import { parseRule, type Rule, ruleText } from "./rules.js";

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
  /** The first column by which the rule names the record. */
  readonly column: string;
}

const NOBODY: readonly Named[] = [];
/** Hosts repeat from record to record: up to this number are kept with the rules for their domains. */
const KNOWN_HOSTS = 10_000;

/**
 * An opt-out list in memory. Each kind of rule is a table, and a record has a handful of things to look up in
 * them, however long the list is.
 */
export class OptOuts {
  /** The values of the rules, each with the first line that has it. */
  readonly #lines: Readonly<Record<RuleKind, Map<string, number>>> = {
    provider: new Map(),
    domain: new Map(),
    url: new Map(),
    flickr_account: new Map(),
    flickr_alias: new Map(),
    flickr_photo: new Map(),
  };
  /** What those lines say. */
  readonly #texts: string[] = [];
  /** The lines of the rules that have named a record. */
  readonly #used = new Set<number>();
  readonly #hosts = new Map<string, readonly ListedRule[]>();
  #named: Named[] = [];

  /** Adds the rule of a line of the list. */
  add({ kind, value }: Rule, line: number, text = value): void {
    if (this.#lines[kind].has(value)) return;
    this.#lines[kind].set(value, line);
    this.#texts[line] = text;
    if (this.#hosts.size > 0) this.#hosts.clear();
  }

  /** The different rules of a kind. */
  rules(kind: RuleKind): ListedRule[] {
    return [...this.#lines[kind]].map(([value, line]) => this.#ruleOf(kind, value, line));
  }

  /** How many different rules there are, of one kind or in all. */
  count(kind?: RuleKind): number {
    if (kind) return this.#lines[kind].size;
    return Object.values(this.#lines).reduce((sum, { size }) => sum + size, 0);
  }

  /** The rule that takes a media record out, raw or cleaned, of several the first in the list; undefined where none does. */
  ruleFor(record: Readonly<Record<string, unknown>>): ListedRule | undefined {
    return this.rulesFor(record)[0]?.rule;
  }

  /** Every rule that names a media record, in the order of the list: it stays out as long as one of them stands. */
  rulesFor(record: Readonly<Record<string, unknown>>): readonly Named[] {
    forEachName(record, this.#look);
    if (this.#named.length === 0) return NOBODY;
    const named = this.#named.sort((a, b) => a.rule.line - b.rule.line);
    this.#named = [];
    return named;
  }

  /** How many rules have named no record that was asked for. */
  get unusedCount(): number {
    return this.count() - this.#used.size;
  }

  /** The lines of those rules, and what they say, in order. */
  *unused(): Generator<Pick<ListedRule, "line" | "text">> {
    for (const [line, text] of this.#texts.entries()) {
      if (text !== undefined && !this.#used.has(line)) yield { line, text };
    }
  }

  readonly #look = (kind: RuleKind, value: string, column: string): void => {
    if (kind === "domain") {
      for (const rule of this.#domainsOf(value)) this.#note(rule, column);
      return;
    }
    const line = this.#lines[kind].get(value);
    if (line !== undefined) this.#note(this.#ruleOf(kind, value, line), column);
  };

  #note(rule: ListedRule, column: string): void {
    this.#used.add(rule.line);
    if (!this.#named.some((named) => named.rule.line === rule.line)) this.#named.push({ rule, column });
  }

  /** The rules for the domains that a host lies in. */
  #domainsOf(host: string): readonly ListedRule[] {
    let rules = this.#hosts.get(host);
    if (rules === undefined) {
      rules = domainsOf(host).flatMap((domain) => {
        const line = this.#lines.domain.get(domain);
        return line === undefined ? [] : this.#ruleOf("domain", domain, line);
      });
      if (this.#hosts.size >= KNOWN_HOSTS) this.#hosts.clear();
      this.#hosts.set(host, rules);
    }
    return rules;
  }

  #ruleOf(kind: RuleKind, value: string, line: number): ListedRule {
    return { kind, value, line, text: this.#texts[line] as string };
  }
}

/** A host and everything above it. */
function domainsOf(host: string): string[] {
  const domains = [host];
  for (let at = host.indexOf("."); at !== -1; at = host.indexOf(".", at + 1))
    domains.push(host.slice(at + 1));
  return domains;
}

/** Reads a list. Throws a `Failure` that names the line where something is wrong: no rule is skipped silently. */
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
    throw cannot("open", path, error);
  }
  return optOuts;
}
