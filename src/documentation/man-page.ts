import { allOptions, type Command, describeOption, usageLine } from "../base/cli/index.js";
import { OUTCOMES } from "../base/failure.js";

/** The man page of a command (section 1, in roff), from its option table. Subcommands share the page. */
export function manPage(command: Command, version: string): string {
  return `${[
    `.TH ${command.name.toUpperCase()} 1 "" "ov-tools ${version}" "ov-tools"`,
    ".SH NAME",
    `${roff(command.name)} \\- ${roff(command.summary)}`,
    ".SH SYNOPSIS",
    ...[command, ...(command.subcommands ?? [])]
      .filter(({ run }) => run)
      .flatMap((one) => [".B", roff(usageLine(one, fullName(command, one))), ".br"]),
    ".SH DESCRIPTION",
    roff(command.description),
    ...(command.subcommands ?? []).flatMap((one) => [
      ".SS",
      roff(one.name),
      roff(one.description),
      ...options(one),
    ]),
    ...(command.run ? [".SH OPTIONS", ...options(command)] : []),
    ".SH EXAMPLES",
    ...(command.examples.some(({ line }) => line.includes("fixtures/"))
      ? [roff("The folder fixtures lies in the one that ov-tools --where prints; --help names it in full.")]
      : []),
    ...command.examples.flatMap(({ line, what }) => [".TP", `.B ${roff(line)}`, roff(what)]),
    ".SH EXIT STATUS",
    ...Object.values(OUTCOMES).flatMap(({ exit, meaning }) => [".TP", `.B ${exit}`, roff(meaning)]),
  ].join("\n")}\n`;
}

function options(command: Command): string[] {
  return allOptions(command).flatMap((option) => [
    ".TP",
    `.B ${roff(option.flags)}`,
    roff(describeOption(option)),
  ]);
}

function fullName(command: Command, one: Command): string {
  return command === one ? command.name : `${command.name} ${one.name}`;
}

/** Text that roff takes literally: no escape, no hyphenated option, no line that starts a request, no quoted argument. */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replace(/^([.'])/gm, "\\&$1");
}
