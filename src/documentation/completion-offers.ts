import { allOptions, type Command, type Option } from "../base/cli/index.js";
import { COLUMNS, CONDITIONS, LICENSE_GROUPS } from "../record/index.js";
import { TARGETS } from "../release/publishing/targets/index.js";
import { FLICKR_URL_TYPES } from "../sources/flickr/index.js";
import { PROVIDERS } from "../sources/providers/index.js";
import { ALL_DIMENSIONS, EXPIRY, REINGESTED } from "../store/staging/index.js";

/** What shells offer at each place of a command line, from the option tables. */

/** What may stand at a place. Of a list, several with commas between them. */
export type Offer =
  | { readonly kind: "words" | "list" | "target"; readonly words: readonly string[] }
  | { readonly kind: "file" | "folder" | "none" }
  /** A file where one of these options was given, else nothing. */
  | { readonly kind: "file with"; readonly flags: readonly string[] };

const words = (...all: readonly string[]): Offer => ({ kind: "words", words: all });
const list = (...all: readonly string[]): Offer => ({ kind: "list", words: all });

const LICENSE_WORDS = [...new Set([...Object.keys(LICENSE_GROUPS), ...Object.values(LICENSE_GROUPS).flat()])];

/**
 * By the word that stands for a value: `--api-key-file <file>`, `PROVIDER [FILE...]`. A new option of one of these kinds
 * needs nothing more to be completed; for a kind that is not here, nothing is offered.
 */
const OFFERS: Readonly<Record<string, Offer>> = {
  file: { kind: "file" },
  dir: { kind: "folder" },
  provider: words(...PROVIDERS.map(({ name }) => name)),
  expiring: words(...Object.keys(EXPIRY)),
  reingested: words(...REINGESTED),
  license: words(...LICENSE_WORDS),
  licenses: list(...Object.keys(CONDITIONS).map((name) => name.toLowerCase()), ...LICENSE_WORDS),
  types: list("photo", ...FLICKR_URL_TYPES),
  dimensions: list(...ALL_DIMENSIONS),
  columns: list(...COLUMNS.map(({ name }) => name)),
  // `folder:` of `folder:DIR`: the part that is typed literally.
  target: { kind: "target", words: TARGETS.map(({ form }) => form.replace(/[A-Z[].*/, "")) },
};

/** An option as shells see it. */
export interface CompletedOption {
  readonly flag: string;
  readonly description: string;
  readonly isRepeatable: boolean;
  /** The word for its value, and what is offered there; absent where it takes none. */
  readonly value?: { readonly name: string; readonly offer: Offer };
}

/** An operand, or all that follow where it repeats. */
export interface CompletedOperand {
  readonly name: string;
  readonly offer: Offer;
  readonly repeats: boolean;
}

/** A command that runs. */
export interface Completed {
  /** Its name, or the names of the command and the subcommand. */
  readonly words: readonly [string, string?];
  readonly options: readonly CompletedOption[];
  readonly operands: readonly CompletedOperand[];
}

/** Every command and subcommand that runs. */
export function completedCommands(commands: readonly Command[]): Completed[] {
  return commands.flatMap((command) => [
    ...(command.run ? [completed([command.name], command)] : []),
    ...(command.subcommands ?? []).map((one) => completed([command.name, one.name], one)),
  ]);
}

/** Commands that need a subcommand. */
export function groupsOf(commands: readonly Command[]) {
  return commands.flatMap(({ name, subcommands }) => (subcommands ? [{ name, subcommands }] : []));
}

function completed(names: readonly [string, string?], command: Command): Completed {
  return {
    words: names,
    options: allOptions(command).map(completedOption),
    operands: (command.operands?.usage.split(" ") ?? []).map((word) => completedOperand(word, command)),
  };
}

function completedOption({ flags, description, choices, isRepeatable = false }: Option): CompletedOption {
  const [, flag = flags, name] = /^(\S+)(?: <(.+)>)?$/.exec(flags) ?? [];
  const option = { flag, description, isRepeatable };
  if (name === undefined) return option;
  return { ...option, value: { name, offer: choices ? words(...choices) : offerOf(name) } };
}

function completedOperand(word: string, { operands }: Command): CompletedOperand {
  const name = word.replace(/[^A-Z]/g, "").toLowerCase();
  const offer = offerOf(operands?.offer ?? name);
  const flags = operands?.filesWith;
  const isMaybeFile = flags && (offer.kind === "file" || offer.kind === "none");
  return { name, offer: isMaybeFile ? { kind: "file with", flags } : offer, repeats: word.includes("...") };
}

function offerOf(name: string): Offer {
  return OFFERS[name] ?? { kind: "none" };
}
