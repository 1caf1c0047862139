/**
 * Options and what becomes of their values. The types of a command's options are those of its table: a name that is not in
 * it does not compile.
 */

/** One option. `flags` is `--limit <number>`, with a placeholder when it takes a value. */
export interface Option {
  readonly flags: string;
  readonly description: string;
  /** How the value is read; a text where it is absent. */
  readonly type?: "count" | "size" | "date" | "time";
  readonly choices?: readonly string[];
  readonly default?: string | number;
  /** What to say where it is not given, for an option that a command cannot do without. */
  readonly required?: string;
  /** May be given several times; its value is then a list. */
  readonly isRepeatable?: boolean;
  /** What becomes of the file or folder that it names, where that is not only read. */
  readonly use?: PathUse;
}

/**
 * What is done with a path beside reading it: an output replaces what is there, a database is written to together with what
 * lies beside it, and in a folder of places lie files with names of ours. For files a folder stands for all that are in it.
 */
export type PathUse = "output" | "database" | "places" | "files";

/** A table of options, `as const`. */
export type OptionTable = readonly Option[];

/**
 * The values of a table's options by their names in camel case: `--dry-run` is `dryRun`. Of a table that is not known, all
 * that there may be.
 */
export type Options<Table extends OptionTable = OptionTable> = {
  readonly [One in Table[number] as NameOf<One["flags"]>]: ValueOf<One>;
};

type NameOf<Flags extends string> = string extends Flags
  ? string
  : Flags extends `--${infer Word} <${string}`
    ? CamelCase<Word>
    : Flags extends `--${infer Word}`
      ? CamelCase<Word>
      : never;

type CamelCase<Word extends string> = Word extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Word;

/** A flag is true or false; a value is undefined where it was not given, has no default and is not required. */
type ValueOf<One extends Option> = string extends One["flags"]
  ? GivenOf<Option> | boolean | undefined
  : One["flags"] extends `${string}>`
    ? GivenOf<One> | (One extends { default: string | number } | { required: string } ? never : undefined)
    : boolean;

type GivenOf<One extends Option> = Option extends One
  ? string | number | readonly string[]
  : One extends { isRepeatable: true }
    ? readonly string[]
    : One extends { choices: readonly (infer Choice)[] }
      ? Choice
      : One extends { type: "count" | "size" }
        ? number
        : string;

/** The name of an option among the values. */
export function nameOf({ flags }: Pick<Option, "flags">): string {
  return flags.replace(/^--| .*$/g, "").replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

/** Whether an option takes a value; else it is true or false. */
export function takesValue({ flags }: Option): boolean {
  return flags.includes(" ");
}
