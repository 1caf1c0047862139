import { allOptions, type Command, type Option } from "../command-line/index.js";

/** Shell completion for all commands, one file a shell, from the option tables. */

const longFlag = ({ flags }: Option) => flags.split(" ")[0] as string;
const takesValue = ({ flags }: Option) => flags.includes("<");
const takesFile = ({ flags }: Option) => /<(?:file|dir)>/.test(flags);

/** Every command and subcommand that runs, with the words that lead to it. */
function runnable(commands: readonly Command[]): { words: string[]; command: Command }[] {
  return commands.flatMap((command) => [
    ...(command.run ? [{ words: [command.name], command }] : []),
    ...(command.subcommands ?? []).map((one) => ({ words: [command.name, one.name], command: one })),
  ]);
}

/** For bash: `source ov-tools.bash`. */
export function bashCompletion(commands: readonly Command[]): string {
  const cases = runnable(commands).map(({ words, command }) => {
    const flags = allOptions(command).map(longFlag).join(" ");
    return `    "${words.join(" ")}") words="${flags}" ;;`;
  });
  const groups = commands
    .filter(({ subcommands }) => subcommands)
    .map(
      ({ name, subcommands = [] }) =>
        `    "${name}") words="${subcommands.map((one) => one.name).join(" ")}" ;;`,
    );
  const choices = distinctChoices(commands).map(
    ([flag, values]) => `    ${flag}) words="${values.join(" ")}" ;;`,
  );
  return `# bash completion of ov-tools
_ov_tools() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[0]##*/} words=
  [[ $COMP_CWORD -gt 1 && \${COMP_WORDS[1]} != -* ]] && case "$command" in
    ${commands
      .filter(({ subcommands }) => subcommands)
      .map(({ name }) => name)
      .join("|")}) command="$command \${COMP_WORDS[1]}" ;;
  esac
  case "$previous" in
${choices.join("\n")}
  esac
  [[ -z $words ]] && case "$command" in
${[...cases, ...groups].join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ov_tools ${commands.map(({ name }) => name).join(" ")}
`;
}

/** For zsh: a file \`_ov-tools\` in a folder of \`fpath\`. */
export function zshCompletion(commands: readonly Command[]): string {
  const functions = runnable(commands).map(({ words, command }) => {
    const specs = allOptions(command).map((option) => `    ${zshQuote(zshSpec(option))} \\`);
    return `_${words.join("_").replaceAll("-", "_")}() {\n  _arguments -S \\\n${specs.join("\n")}\n    '*:file:_files'\n}`;
  });
  const groups = commands
    .filter(({ subcommands }) => subcommands)
    .map(({ name, subcommands = [] }) => {
      const own = `_${name.replaceAll("-", "_")}`;
      const names = subcommands.map((one) => zshQuote(`${one.name}:${one.summary}`)).join(" ");
      return `${own}() {
  if (( CURRENT == 2 )); then
    local -a commands=(${names})
    _describe command commands
  else
    shift words; (( CURRENT-- ))
    ${own}_$words[1]
  fi
}`;
    });
  const names = commands.map(({ name }) => name);
  return `#compdef ${names.join(" ")}
# zsh completion of ov-tools
${[...functions, ...groups].join("\n\n")}

case "$service" in
${names.map((name) => `  ${name}) _${name.replaceAll("-", "_")} "$@" ;;`).join("\n")}
esac
`;
}

function zshSpec(option: Option): string {
  const text = option.description.replace(/[[\]:]/g, "\\$&");
  const action = option.choices ? `(${option.choices.join(" ")})` : takesFile(option) ? "_files" : " ";
  return `${longFlag(option)}[${text}]${takesValue(option) ? `:value:${action}` : ""}`;
}

function zshQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** For fish: a file in \`~/.config/fish/completions\`. */
export function fishCompletion(commands: readonly Command[]): string {
  const lines = runnable(commands).flatMap(({ words: [name, subcommand], command }) =>
    allOptions(command).map((option) => {
      const condition = subcommand ? ` -n '__fish_seen_subcommand_from ${subcommand}'` : "";
      const value = option.choices ? ` -x -a '${option.choices.join(" ")}'` : takesValue(option) ? " -r" : "";
      return `complete -c ${name}${condition} -l ${longFlag(option).slice(2)}${value} -d ${fishQuote(option.description)}`;
    }),
  );
  const groups = commands.flatMap(({ name, subcommands = [] }) =>
    subcommands.map(
      (one) => `complete -c ${name} -n __fish_use_subcommand -a ${one.name} -d ${fishQuote(one.summary)}`,
    ),
  );
  return `# fish completion of ov-tools\n${[...groups, ...lines].join("\n")}\n`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function distinctChoices(commands: readonly Command[]): [string, readonly string[]][] {
  const found = new Map<string, readonly string[]>();
  for (const { command } of runnable(commands)) {
    for (const option of allOptions(command)) if (option.choices) found.set(longFlag(option), option.choices);
  }
  return [...found];
}
