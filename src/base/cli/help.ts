import { join, resolve } from "node:path";
import { OUTCOMES } from "../failure.js";
import type { Option } from "../option.js";
import { allOptions, type Command } from "./command.js";
import { packageFolder } from "./version.js";

/** The help of a command, made from its tables: an example that works first, then everything else. */

/** As wide as a terminal is, but no wider than reads well. */
const WIDTH = Math.min(process.stdout.columns || 100, 100);

/** What a terminal gets when there is nothing to read, and the head of the full help. */
export function usageText(command: Command, name: string): string {
  const example = command.examples[0];
  return [
    ...(example ? [`Example: ${placed(example.line)}`] : []),
    `Usage: ${usageLine(command, name)}`,
    command.summary,
    `Try '${name} --help' for more information.`,
  ].join("\n");
}

/** The usage line: `ov-stage load [OPTION]... [FILE...]`. */
export function usageLine(command: Command, name: string): string {
  return [name, command.subcommands ? "COMMAND" : undefined, "[OPTION]...", command.operands?.usage]
    .filter(Boolean)
    .join(" ");
}

/** The full help of a command, ready to print. */
export function helpText(command: Command, name: string): string {
  const sections = [
    ["Examples", command.examples.flatMap(({ line, what }) => [`  ${placed(line)}`, `      ${what}`])],
    ["Usage", [`  ${usageLine(command, name)}`]],
    ["", wrap(command.description, WIDTH)],
    ["Commands", (command.subcommands ?? []).flatMap((one) => entry(one.name, one.summary))],
    ["Operands", command.operands ? entry(command.operands.usage, command.operands.description) : []],
    ["Options", allOptions(command).flatMap((one) => entry(one.flags, describeOption(one)))],
    ["Exit codes", [`  ${exitCodes()}`]],
  ] as const;
  return `${sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title ? [`${title}:`] : []), ...lines].join("\n"))
    .join("\n\n")}\n`;
}

/**
 * An example as it works in the folder one is in: fixtures are named where they lie. Pages and manuals, which are the
 * same for all, name them as in a checkout.
 */
function placed(line: string): string {
  const folder = join(packageFolder(), "fixtures");
  if (folder === resolve("fixtures")) return line;
  const path = /[^\w/.+@-]/.test(folder) ? `'${folder.replaceAll("'", "'\\''")}'` : folder;
  return line.replace(/(?<= )fixtures(?=\/)/g, () => path);
}

/** An option's description with its choices and default. */
export function describeOption({ description, choices, default: fallback }: Option): string {
  const choice = choices ? ` (${choices.join(", ")})` : "";
  return `${description}${choice}${fallback === undefined ? "" : ` [default: ${fallback}]`}`;
}

function exitCodes(): string {
  // Kept whole while wrapping: a code is not parted from its name.
  const codes = Object.entries(OUTCOMES).map(([name, { exit }]) => `${exit}_${name}`);
  return wrap(codes.join(" · "), WIDTH - 2)
    .join("\n  ")
    .replaceAll("_", " ");
}

function entry(term: string, description: string): string[] {
  const indent = 28;
  const [first = "", ...rest] = wrap(description, WIDTH - indent);
  const head =
    term.length + 4 > indent
      ? [`  ${term}`, `${" ".repeat(indent)}${first}`]
      : [`  ${term.padEnd(indent - 2)}${first}`];
  return [...head, ...rest.map((line) => " ".repeat(indent) + line)];
}

function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines = [""];
    for (const word of paragraph.split(" ")) {
      const line = lines.at(-1) as string;
      if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
      else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    }
    return lines;
  });
}
