import { allOptions, type Command, describeOption, usageLine } from "../base/cli/index.js";
import { markdownTable } from "./markdown.js";

/** `docs/commands.md`, from the option tables. */
export function commandsPage(commands: readonly Command[]): string {
  return [
    "# Commands",
    "",
    "Made from the option tables in `src/commands` by `make docs`; `COMMAND --help` says the same.",
    "How they all behave (input, output, bad lines, exit codes) is in [pipe-contract.md](pipe-contract.md).",
    "`fixtures` in the examples lies in the checkout, and in the folder that `ov-tools --where` prints; `--help` names it in full.",
    "",
    ...commands.map(({ name, summary }) => `- [${name}](#${name}): ${summary}`),
    ...commands.flatMap((command) => section(command, command.name, 2)),
    "",
  ].join("\n");
}

function section(command: Command, name: string, level: number): string[] {
  const own = command.run ? optionTable(command) : [];
  return [
    "",
    `${"#".repeat(level)} ${name}`,
    "",
    `**${command.summary}**`,
    "",
    command.description,
    "",
    "```sh",
    ...command.examples.flatMap(({ line, what }, i) => [...(i > 0 ? [""] : []), `# ${what}`, line]),
    "```",
    "",
    `Usage: \`${usageLine(command, name)}\``,
    ...(command.operands ? ["", `\`${command.operands.usage}\`: ${command.operands.description}.`] : []),
    ...own,
    ...(command.subcommands ?? []).flatMap((one) => section(one, `${name} ${one.name}`, level + 1)),
  ];
}

function optionTable(command: Command): string[] {
  return [
    "",
    ...markdownTable(
      ["option", "meaning"],
      allOptions(command).map((option) => [`\`${option.flags}\``, describeOption(option)]),
    ),
  ];
}
