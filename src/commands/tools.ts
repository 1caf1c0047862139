import { type Command, packageFolder, packageVersion, printLines } from "../base/cli/index.js";

/** `ov-tools`: what `npx` runs, and who has forgotten a name. */
export function toolsOf(commands: readonly Command[]): Command {
  return {
    name: "ov-tools",
    summary: "Says what there is: the commands, their version, and where their documentation lies.",
    description:
      "Lists the commands of this package. With npx, where nothing is installed, they are run as in " +
      `npx --package ov-tools-${packageVersion()}.tgz ov-fetch --list.`,
    options: [
      {
        flags: "--where",
        description: "print the folder of the package only, in which docs, fixtures and completion lie",
      },
    ],
    examples: [
      { line: "ov-tools", what: "see which commands there are" },
      { line: 'ls "$(ov-tools --where)/fixtures"', what: "see the saved answers to try them on" },
    ],
    run: async ({ options }) => {
      await printLines([options.where ? packageFolder() : listing(commands)]);
    },
  };
}

function listing(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const folder = packageFolder();
  return [
    `ov-tools ${packageVersion()}: from providers of openly licensed media to published datasets`,
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "Each one explains itself with --help, and has a manual page: man ov-fetch.",
    `Documentation: ${folder}/README.md and ${folder}/docs`,
    `Saved answers to try them on: ${folder}/fixtures`,
    "Begin with: ov-fetch --list",
  ].join("\n");
}
