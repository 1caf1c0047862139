import {
  Command as Commander,
  CommanderError,
  Option as CommanderOption,
  InvalidArgumentError,
} from "commander";
import { Failure } from "../failure.js";
import { type Option, type Options, takesValue } from "../option.js";
import { isDay, timeIn } from "../times.js";
import { allOptions, type COMMON_OPTIONS, type Command, isAnsweredAtOnce } from "./command.js";
import { helpText, usageText } from "./help.js";
import { versionText } from "./version.js";

/** What a command line asks for. */
export interface Parsed {
  /** The command, or the subcommand that was named. */
  readonly command: Command;
  /** Its whole name: `ov-stage load`. */
  readonly name: string;
  readonly operands: readonly string[];
  readonly options: Options & Options<typeof COMMON_OPTIONS>;
}

/**
 * Reads a command line by the option tables. A text to be printed when it only asked for help or the version; a
 * `Failure` (`usage`) when it is wrong.
 */
export async function parse(command: Command, argv: readonly string[]): Promise<Parsed | string> {
  if (command.subcommands && argv.length === 0) {
    process.stderr.write(`${usageText(command, command.name)}\n`);
    throw new Failure("usage", `say what to do: ${command.subcommands.map(({ name }) => name).join(", ")}`);
  }
  let parsed: Parsed | string = "";
  const commander = describe(command, command.name, (found) => {
    parsed = typeof found === "string" ? `${parsed}${found}` : found;
  });
  try {
    await commander.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new Failure("usage", sentence(error.message), { cause: error });
  }
  return parsed;
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

/** `found` is given what the command line asks for, or, in pieces, the text that answers it. */
function describe(command: Command, name: string, found: (parsed: Parsed | string) => void): Commander {
  const commander = new Commander(command.name)
    .exitOverride()
    .configureOutput({ writeOut: found, writeErr: () => {}, outputError: () => {} })
    .helpOption("--help")
    .version(versionText(name), "--version")
    .helpCommand(false)
    .allowExcessArguments(true);
  commander.helpInformation = () => helpText(command, name);
  for (const option of allOptions(command)) {
    if (!isAnsweredAtOnce(option)) commander.addOption(optionOf(option));
  }
  for (const subcommand of command.subcommands ?? []) {
    commander.addCommand(describe(subcommand, `${name} ${subcommand.name}`, found));
  }
  if (command.run) {
    commander.argument("[operands...]");
    commander.action((operands: string[], options: Parsed["options"]) => {
      checkOperands(command, operands);
      found({ command, name, operands, options });
    });
  }
  return commander;
}

function optionOf(row: Option): CommanderOption {
  const { flags, choices, type, default: fallback, isRepeatable } = row;
  const option = new CommanderOption(flags);
  if (!takesValue(row)) option.default(false);
  if (choices) option.choices(choices);
  if (type) option.argParser(READERS[type]);
  if (isRepeatable) option.argParser((text: string, before: string[] = []) => [...before, text]);
  if (fallback !== undefined)
    option.default(typeof fallback === "string" && type ? READERS[type](fallback) : fallback);
  return option;
}

/** How option values are read; what they throw becomes a usage error that names the option. */
const READERS: Record<NonNullable<Option["type"]>, (text: string) => string | number> = {
  count: (text) => {
    if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 on.");
    return Number(text);
  },
  size: (text) => {
    const [, number, unit = ""] = /^([1-9]\d{0,11}(?:\.\d+)?)\s*([kMGT]?)B?$/i.exec(text) ?? [];
    if (number === undefined) throw new InvalidArgumentError("It must be a size: 300MB or 1.5GB.");
    return Math.round(Number(number) * 1000 ** " kmgt".indexOf(unit.toLowerCase() || " "));
  },
  date: (text) => {
    if (!isDay(text)) {
      throw new InvalidArgumentError("It must be a day: YYYY-MM-DD.");
    }
    return text;
  },
  time: (text) => {
    const time = timeIn(text);
    if (time === undefined) throw new InvalidArgumentError("It must be a time: 2026-01-31T12:00:00Z.");
    return new Date(time).toISOString();
  },
};

function checkOperands({ operands: rule }: Command, operands: readonly string[]): void {
  const { min = 0, max = Number.POSITIVE_INFINITY, usage } = rule ?? { max: 0, usage: "" };
  if (operands.length < min) throw new Failure("usage", `${usage} is missing`);
  if (operands.length > max) throw new Failure("usage", `one argument too many: ${operands[max]}`);
}
