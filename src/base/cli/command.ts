import type { Option, Options, OptionTable } from "../option.js";
import type { Messages } from "./messages.js";
import type { Uses } from "./uses.js";

/**
 * What a command is: a table of options and a `run`. Help, man page, shell completion and `docs/commands.md`
 * are made from these tables.
 */
export interface Command<Table extends OptionTable = OptionTable> {
  /** `ov-stage`; a subcommand's own word: `load`. */
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  /** A paragraph or two for `--help` and the documentation. */
  readonly description: string;
  /** Operands as shown in the usage line: `[FILE...]`. */
  readonly operands?: {
    readonly usage: string;
    readonly description: string;
    /** How many there are at least and at most: from none on, without a limit. */
    readonly min?: number;
    readonly max?: number;
    /** What the shell offers for them, where the word of the usage line says too little. */
    readonly offer?: string;
    /** Options that make files of the operands: without them the shell offers none. */
    readonly filesWith?: readonly string[];
  };
  readonly options?: Table;
  /** Command lines that work as they stand, the most useful first. */
  readonly examples: readonly { readonly line: string; readonly what: string }[];
  readonly subcommands?: readonly Command[];
  /** Whether it reads stdin when no file is named; a terminal there gets the help instead. */
  readsStdin?(operands: readonly string[], options: Options<Table>): boolean;
  /** What to do after Ctrl-C, where it is not simply to start again. */
  afterInterrupt?(options: Options<Table>): string;
  /** Absent when there are subcommands. */
  run?(invocation: Invocation<Table>): Promise<void>;
}

/** One run of a command. */
export interface Invocation<Table extends OptionTable = OptionTable> {
  readonly operands: readonly string[];
  readonly options: Options<Table>;
  readonly messages: Messages;
  /** The files that the command line names; what turns out later to be used as well is added. */
  readonly uses: Uses;
  /** Aborted by Ctrl-C, SIGTERM or SIGHUP; the reason is the `Failure` to end with. */
  readonly signal: AbortSignal;
}

/** Options that every command has. */
export const COMMON_OPTIONS = [
  { flags: "--quiet", description: "say nothing but warnings and errors" },
  {
    flags: "--log-format <format>",
    description: "how messages on stderr look: for people, or one JSON object a line",
    choices: ["text", "json"],
    default: "text",
  },
  { flags: "--debug", description: "show where in the program an unexpected failure came from" },
  { flags: "--help", description: "show this help" },
  { flags: "--version", description: "show the version" },
] as const satisfies OptionTable;

/** Options that several commands have. */
export const SHARED = {
  /** For every command that reads lines. */
  rejects: {
    flags: "--rejects <file>",
    description: "write bad lines to this file and go on; without it the first one stops the command",
    use: "output",
  },
  /** For every command that cleans records. */
  strict: {
    flags: "--strict",
    description:
      "refuse a record of which cleaning would drop a value, where else it is counted in the summary",
  },
  /** For every command that opens connections. */
  allowHost: {
    flags: "--allow-host <host:port>",
    description:
      "ask this host although it is not public, where a server or a record sends us there; repeatable, or with commas",
    isRepeatable: true,
  },
  /** For every command whose output holds the time of the run. */
  now: {
    flags: "--now <time>",
    description: "the time to write as now, ISO 8601 (default: SOURCE_DATE_EPOCH, else the clock)",
    type: "time",
  },
  /** For every command that makes a folder. */
  replace: {
    flags: "--replace",
    description: "replace an older result in that folder",
  },
} as const satisfies Readonly<Record<string, Option>>;

/** What to do after Ctrl-C where a command has nothing of its own to say: what a filter leaves behind ends in the middle. */
export const START_AGAIN = "the output is not whole; run the same command again, from the start of its input";

/** Operands of a filter. */
export const FILES_OPERAND = {
  usage: "[FILE...]",
  description: "NDJSON files, plain or packed with gzip or zstd, read in order; `-` or none is stdin",
} as const;

/** All options of a command: its own, then those that every command has. A command of subcommands does nothing itself. */
export function allOptions(command: Command): OptionTable {
  return command.run
    ? [...(command.options ?? []), ...COMMON_OPTIONS]
    : COMMON_OPTIONS.filter(isAnsweredAtOnce);
}

/** Whether an option is answered by commander itself. */
export function isAnsweredAtOnce({ flags }: Option): boolean {
  return flags === "--help" || flags === "--version";
}
