import { createReadStream } from "node:fs";
import { Failure, systemReason } from "../failure.js";
import { isFlickrHost } from "../flickr/index.js";
import { readLines, textAt } from "../ndjson/index.js";
import { flickrKeys, hostOf, parseRule, type Rule, type RuleKind, urlKey } from "./rules.js";

/**
 * An opt-out list, ready to be asked. Each kind of rule is a table, and a record has a handful of things to look up in
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

  /** Adds the rule of a line of the list. */
  add({ kind, value }: Rule, line: number): void {
    if (!this.#lines[kind].has(value)) this.#lines[kind].set(value, line);
  }

  /** The line of a rule of this list; undefined for any other rule. */
  lineOf({ kind, value }: Rule): number | undefined {
    return this.#lines[kind].get(value);
  }

  /** How many different rules there are, of one kind or in all. */
  count(kind?: RuleKind): number {
    if (kind) return this.#lines[kind].size;
    return Object.values(this.#lines).reduce((sum, { size }) => sum + size, 0);
  }

  /** The rule that takes a media record out, raw or cleaned; undefined where none does. */
  ruleFor(record: Readonly<Record<string, unknown>>): Rule | undefined {
    for (const rule of namesOf(record)) {
      if (this.#lines[rule.kind].has(rule.value)) return rule;
    }
    return undefined;
  }
}

/** The addresses of a record that rules are about. */
const ADDRESSES = ["creator_url", "foreign_landing_url", "url"];

/** Everything that a rule may call a record by. */
function* namesOf(record: Readonly<Record<string, unknown>>): Generator<Rule> {
  const provider = textAt(record, "provider")?.toLowerCase();
  if (provider !== undefined) yield { kind: "provider", value: provider };
  if (provider === "flickr") {
    const photo = textAt(record, "foreign_identifier");
    if (photo !== undefined) yield { kind: "flickr_photo", value: photo };
  }
  for (const name of ADDRESSES) {
    const address = textAt(record, name);
    if (address !== undefined) yield* namesOfAddress(address);
  }
}

function* namesOfAddress(address: string): Generator<Rule> {
  const key = urlKey(address);
  if (key === undefined) return;
  yield { kind: "url", value: key };
  const host = hostOf(key);
  for (let at = -1; ; ) {
    yield { kind: "domain", value: host.slice(at + 1) };
    at = host.indexOf(".", at + 1);
    if (at === -1) break;
  }
  if (!isFlickrHost(host)) return;
  const { photo, account, alias } = flickrKeys(address);
  if (account !== undefined) yield { kind: "flickr_account", value: account };
  if (alias !== undefined) yield { kind: "flickr_alias", value: alias };
  if (photo !== undefined) yield { kind: "flickr_photo", value: photo };
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
        optOuts.add(rule, number);
      }
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("no_input", `cannot open ${path}: ${systemReason(error)}`, { cause: error });
  }
  return optOuts;
}
