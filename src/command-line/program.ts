import { readFileSync } from "node:fs";
import {
  Command as Commander,
  CommanderError,
  Option as CommanderOption,
  InvalidArgumentError,
} from "commander";
import { Failure, OUTCOMES } from "../failure.js";
import { ReaderGone } from "../ndjson/index.js";
import { allOptions, type Command, type Option, type Options } from "./command.js";
import { helpText, usageText } from "./help.js";
import { Messages } from "./messages.js";

/**
 * Runs a command: reads its command line, runs it, and turns every way it can end into a message and an exit
 * code. The one place that does.
 */
export async function main(command: Command, argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  const messages = new Messages(command.name);
  let debug = false;
  try {
    await parse(command, argv, async (chosen, operands, options) => {
      debug = options.debug === true;
      messages.format = { json: options.logFormat === "json", quiet: options.quiet === true };
      if (process.stdin.isTTY && chosen.readsStdin?.(operands, options)) {
        process.stderr.write(`${usageText(chosen, fullName(command, chosen))}\n`);
        throw new Failure("usage", "nothing to read: name a file, or pipe something in");
      }
      await chosen.run?.({ operands, options, messages, signal: interruptSignal() });
    });
  } catch (error) {
    end(error, messages, command.name, debug);
  }
}

/** Sets the exit code (never `process.exit`: it would cut off what is still on its way into a pipe). */
function end(error: unknown, messages: Messages, name: string, debug: boolean): void {
  if (error instanceof ReaderGone) return;
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? OUTCOMES.done.exit : OUTCOMES.usage.exit;
    if (error.exitCode !== 0) {
      messages.error(sentence(error.message), { code: "usage" });
      messages.error(`try '${name} --help'`);
    }
    return;
  }
  if (error instanceof Failure) {
    messages.error(error.message, { place: error.place, code: error.outcome, retryable: error.retryable });
    if (error.outcome === "usage") messages.error(`try '${name} --help'`);
    process.exitCode = error.exit;
  } else {
    const text = error instanceof Error ? error.message : String(error);
    messages.error(`unexpected failure: ${text}; please report this (--debug shows where it happened)`, {
      code: "unexpected",
    });
    process.exitCode = OUTCOMES.unexpected.exit;
  }
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/** Commander's own words, in our form: `unknown option '--limti' (did you mean --limit?)`. */
function sentence(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/^option '(\S+).*?' argument '(.*)' is invalid\.\s*/s, "$1: '$2' is not valid: ")
    .replace(/(?<=: )(It|Allowed)/, (word) => word.toLowerCase())
    .replace(/^option '(\S+).*?' argument missing$/s, "$1 needs a value")
    .replace(/\s*\(Did you mean (.*?)\?\)$/s, " (did you mean $1?)")
    .replace(/\.$/, "");
}

type Run = (chosen: Command, operands: string[], options: Options) => Promise<void>;

async function parse(command: Command, argv: readonly string[], run: Run): Promise<void> {
  const commander = describe(command, command.name, run);
  if (command.subcommands && argv.length === 0) {
    process.stderr.write(`${usageText(command, command.name)}\n`);
    throw new Failure("usage", `say what to do: ${command.subcommands.map(({ name }) => name).join(", ")}`);
  }
  await commander.parseAsync([...argv], { from: "user" });
}

function describe(command: Command, name: string, run: Run): Commander {
  const commander = new Commander(command.name)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .helpOption("--help")
    .version(`${name.split(" ")[0]} (ov-tools) ${packageVersion()}`, "--version")
    .helpCommand(false)
    .allowExcessArguments(true);
  commander.helpInformation = () => helpText(command, name);
  for (const option of allOptions(command)) {
    if (!["--help", "--version"].includes(option.flags)) commander.addOption(optionOf(option));
  }
  for (const subcommand of command.subcommands ?? []) {
    commander.addCommand(describe(subcommand, `${name} ${subcommand.name}`, run));
  }
  if (command.run) {
    commander.argument("[operands...]");
    commander.action((operands: string[], options: Options) => {
      checkOperands(command, operands);
      return run(command, operands, options);
    });
  }
  return commander;
}

function optionOf({ flags, choices, type, default: fallback }: Option): CommanderOption {
  const option = new CommanderOption(flags);
  if (choices) option.choices(choices);
  if (type) option.argParser(READERS[type]);
  if (fallback !== undefined) option.default(fallback);
  return option;
}

/** How option values are read; what they throw becomes a usage error that names the option. */
const READERS: Record<NonNullable<Option["type"]>, (text: string) => string | number> = {
  count: (text) => {
    if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 on.");
    return Number(text);
  },
  date: (text) => {
    if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(Date.parse(text))) {
      throw new InvalidArgumentError("It must be a day: YYYY-MM-DD.");
    }
    return text;
  },
  time: (text) => {
    if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(Date.parse(text))) {
      throw new InvalidArgumentError("It must be a time: 2026-01-31T12:00:00Z.");
    }
    return new Date(text).toISOString();
  },
};

function checkOperands({ operands: rule }: Command, operands: readonly string[]): void {
  const { min, max, usage } = rule ?? { min: 0, max: 0, usage: "" };
  if (operands.length < min) throw new Failure("usage", `${usage} is missing`);
  if (operands.length > max) throw new Failure("usage", `one argument too many: ${operands[max]}`);
}

function fullName(command: Command, chosen: Command): string {
  return command === chosen ? command.name : `${command.name} ${chosen.name}`;
}

/** The version of the package, read from package.json. */
export function packageVersion(): string {
  const json = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(json) as { version: string }).version;
}

/** Aborts on the first Ctrl-C or SIGTERM, so that work in hand is put down in order; the second one ends at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(OUTCOMES.interrupted.exit);
    controller.abort(new Failure("interrupted", "interrupted"));
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return controller.signal;
}
