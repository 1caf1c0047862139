import type { Command } from "../base/cli/index.js";
import {
  type Completed,
  type CompletedOperand,
  type CompletedOption,
  completedCommands,
  groupsOf,
  type Offer,
} from "./completion-offers.js";

/** For fish: a file in `~/.config/fish/completions`. */
export function fishCompletion(commands: readonly Command[]): string {
  const all = completedCommands(commands);
  const groups = groupsOf(commands).flatMap(({ name, subcommands }) =>
    subcommands.map(
      (one) => `complete -c ${name} -n __fish_use_subcommand -a ${one.name} -d ${quoted(one.summary)}`,
    ),
  );
  return `# fish completion of ov-tools, made by \`make docs\`

# The options of a command that take a value.
function __ov_tools_valued
    switch $argv[1]
${all.map(valuedCase).join("\n")}
    end
end

# Whether the cursor is at this operand of a command: 1, 2, or + for all after the counted ones.
function __ov_tools_at --argument-names command place counted
    set -l names (string split ' ' -- $command)
    set -l words (commandline -opc)
    if set -q names[2]; and test "$words[2]" != $names[2]
        return 1
    end
    set -l valued (__ov_tools_valued $command)
    set -l count 1
    set -l is_value no
    for word in $words[(math (count $names) + 1)..-1]
        if test $is_value = yes
            set is_value no
        else if contains -- $word $valued
            set is_value yes
        else if not string match -q -- '-?*' $word
            set count (math $count + 1)
        end
    end
    test $is_value = no; or return 1
    if test $place = +
        test $count -gt $counted
    else
        test $count = $place
    end
end

# Whether one of these options was given.
function __ov_tools_given
    for flag in $argv
        string match -q -- "$flag" (commandline -opc); or string match -q -- "$flag=*" (commandline -opc); and return 0
    end
    return 1
end

${[...commands.map(({ name }) => `complete -c ${name} -f`), ...groups, ...all.flatMap(linesOf)].join("\n")}
`;
}

function valuedCase({ words, options }: Completed): string {
  const flags = options.filter(({ value }) => value).map(({ flag }) => flag);
  return `        case '${words.join(" ")}'\n            printf '%s\\n' ${flags.join(" ")}`;
}

function linesOf({ words, options, operands }: Completed): string[] {
  const [name, subcommand] = words;
  const condition = subcommand ? ` -n '__fish_seen_subcommand_from ${subcommand}'` : "";
  const before = operands.filter(({ repeats }) => !repeats).length;
  return [
    ...options.map((option) => optionLine(`complete -c ${name}${condition}`, option)),
    ...operands.flatMap((operand, i) => operandLine(words.join(" "), operand, i + 1, before)),
  ];
}

function optionLine(head: string, { flag, description, value }: CompletedOption): string {
  const arguments_ = value ? ` ${valueArguments(value.offer)}` : "";
  return `${head} -l ${flag.slice(2)}${arguments_} -d ${quoted(description)}`;
}

/** `-x` takes a value and offers no files, `-r -F` takes one and offers them. */
function valueArguments(offer: Offer): string {
  if (offer.kind === "file") return "-r -F";
  const source = sourceOf(offer);
  return source === undefined ? "-x" : `-x -a ${quoted(source)}`;
}

function operandLine(
  command: string,
  { offer, repeats }: CompletedOperand,
  position: number,
  before: number,
): string[] {
  if (offer.kind === "none") return [];
  const at = `__ov_tools_at "${command}" ${repeats ? "+" : position} ${before}`;
  const condition = offer.kind === "file with" ? `${at}; and __ov_tools_given ${offer.flags.join(" ")}` : at;
  const source = sourceOf(offer);
  const what = source === undefined ? "-F" : `-a ${quoted(source)}`;
  return [`complete -c ${command.split(" ")[0]} -n ${quoted(condition)} ${what}`];
}

/** What fish runs to get the words of an offer; undefined where it offers files, or nothing. */
function sourceOf(offer: Offer): string | undefined {
  switch (offer.kind) {
    case "words":
      return offer.words.join(" ");
    case "list":
      return `(__fish_complete_list , "printf '%s\\n' ${offer.words.join(" ")}")`;
    case "target":
      return `${offer.words.join(" ")} folder:(__fish_complete_directories (commandline -ct | string replace folder: ''))`;
    case "folder":
      return "(__fish_complete_directories)";
    default:
      return undefined;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
