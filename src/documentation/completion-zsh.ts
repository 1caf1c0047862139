import type { Command } from "../base/cli/index.js";
import {
  type CompletedOperand,
  type CompletedOption,
  completedCommands,
  groupsOf,
  type Offer,
} from "./completion-offers.js";

/** For zsh: a file `_ov-tools` in a folder of `fpath`. */
export function zshCompletion(commands: readonly Command[]): string {
  const functions = completedCommands(commands).map(({ words, options, operands }) => {
    const specs = [...options.map(optionSpec), ...operands.map(operandSpec)];
    const lines = ["_arguments -S", ...specs.map((spec) => `  ${quoted(spec)}`)];
    return `${functionName(words)}() {\n  ${lines.join(" \\\n  ")}\n}`;
  });
  const groups = groupsOf(commands).map(({ name, subcommands }) => {
    const own = functionName([name]);
    const names = subcommands.map((one) => quoted(`${one.name}:${one.summary}`)).join(" ");
    return `${own}() {
  if (( CURRENT == 2 )); then
    local -a commands=(${names})
    _describe command commands
  elif (( $+functions[${own}_$words[2]] )); then
    shift words; (( CURRENT-- ))
    ${own}_$words[1]
  fi
}`;
  });
  const names = commands.map(({ name }) => name);
  return `#compdef ${names.join(" ")}
# zsh completion of ov-tools, made by \`make docs\`

# A folder, or the start of a target elsewhere.
_ov_tools_target() {
  if compset -P 'folder:'; then _files -/; else compadd -S '' -- "$@"; fi
}

# Files, where one of these options was given.
_ov_tools_files_with() {
  local flag
  for flag; do
    (( $words[(I)$flag(|=*)] )) && _files && return
  done
}

${[...functions, ...groups].join("\n\n")}

case "$service" in
${names.map((name) => `  ${name}) ${functionName([name])} "$@" ;;`).join("\n")}
esac
`;
}

function functionName(words: readonly (string | undefined)[]): string {
  return `_${words.filter(Boolean).join("_").replaceAll("-", "_")}`;
}

/** `*--has=[what it does]:condition:…`; the value may follow a blank or `=`. */
function optionSpec({ flag, description, isRepeatable, value }: CompletedOption): string {
  const head = `${isRepeatable ? "*" : ""}${flag}${value ? "=" : ""}[${escaped(description)}]`;
  return value ? `${head}:${escaped(value.name)}:${action(value.offer)}` : head;
}

/** `1:provider:…`, or `*:file:…` for all that are left. */
function operandSpec({ name, offer, repeats }: CompletedOperand, i: number): string {
  return `${repeats ? "*" : i + 1}:${name}:${action(offer)}`;
}

function action(offer: Offer): string {
  switch (offer.kind) {
    case "words":
      return `(${offer.words.join(" ")})`;
    case "list":
      return `_values -s , value ${offer.words.map((word) => word.replace("+", "\\+")).join(" ")}`;
    case "target":
      return `_ov_tools_target ${offer.words.map(escaped).join(" ")}`;
    case "file":
      return "_files";
    case "folder":
      return "_files -/";
    case "file with":
      return `_ov_tools_files_with ${offer.flags.join(" ")}`;
    case "none":
      return " ";
  }
}

function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, "\\$&");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
