import type { Command } from "../base/cli/index.js";
import { type Completed, completedCommands, groupsOf, type Offer } from "./completion-offers.js";

/**
 * For bash, 3.2 included: `source ov-tools.bash`. The places of all command lines are one table: `ov-fetch --input` for a
 * value and `ov-fetch 1` for an operand; `+` stands for all operands after the last that has a number.
 */
export function bashCompletion(commands: readonly Command[]): string {
  const all = completedCommands(commands);
  const groups = groupsOf(commands);
  const flags = all.map(
    ({ words, options }) =>
      `    "${words.join(" ")}") words="${options.map(({ flag }) => flag).join(" ")}" ;;`,
  );
  return `# bash completion of ov-tools, made by \`make docs\`

# What may stand at a place of a command line.
_ov_tools_offer() {
  case "$1" in
${placesByOffer(all, groups)
  .map(
    ([offer, places]) => `    ${places.map((place) => `"${place}"`).join("|")})\n      offer="${offer}" ;;`,
  )
  .join("\n")}
    *) offer= ;;
  esac
}

_ov_tools() {
  local command=\${COMP_WORDS[0]##*/} words= offer= word option= ended= current prefix= lead last seen=" "
  local given=() i n=0 count=1 rest=\${COMP_LINE#*"\${COMP_WORDS[0]}"}
  # bash splits words at = and : as well; join again what no blank separates.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $COMP_LINE && $n -gt 0 && $rest != [[:blank:]]* ]]; then given[n-1]+=$word; else given[n++]=$word; fi
    rest=\${rest#"\${rest%%[![:blank:]]*}"}
    rest=\${rest#"$word"}
  done
  current=\${given[n-1]} lead=
  [[ $COMP_WORDBREAKS == *:* ]] && last=\${current##*[=:]} && lead=\${current%"$last"}

  for word in "\${given[@]:0:n-1}"; do
    if [[ -n $option ]]; then
      option=
    elif [[ -n $ended || $word != -?* ]]; then
      case "$command" in
        ${groups.map(({ name }) => name).join("|")}) command="$command $word" ;;
        *) count=$((count + 1)) ;;
      esac
    elif [[ $word == -- ]]; then
      ended=1
    else
      seen="$seen\${word%%=*} "
      _ov_tools_offer "$command $word"
      [[ -n $offer ]] && option=$word
    fi
  done

  case "$command" in
${flags.join("\n")}
  esac
  words=$(for word in $words; do [[ $seen == *" $word "* && " ${repeatable(all)} " != *" $word "* ]] || echo "$word"; done)

  if [[ -n $option ]]; then
    _ov_tools_offer "$command $option"
  elif [[ -z $ended && $current == --*=* ]]; then
    prefix=\${current%%=*}=
    _ov_tools_offer "$command \${prefix%=}"
    current=\${current#*=}
  elif [[ -z $ended && $current == -* ]]; then
    offer="words $words"
  else
    _ov_tools_offer "$command $count"
    [[ -n $offer ]] || _ov_tools_offer "$command +"
    [[ -n $offer || -n $current || -n $ended ]] || offer="words $words"
  fi

  # A file only where one of these options was given.
  if [[ $offer == "file with "* ]]; then
    words=\${offer#file with } offer=
    for word in $words; do [[ $seen == *" $word "* ]] && offer=file; done
  fi
  case "$offer" in
    target*)
      if [[ $current == folder:* ]]; then
        prefix=folder: current=\${current#folder:} offer=folder
      else
        compopt -o nospace 2>/dev/null
      fi ;;
    list*)
      last=\${current##*,} prefix=$prefix\${current%"$last"} current=$last
      compopt -o nospace 2>/dev/null ;;
  esac
  COMPREPLY=()
  case "$offer" in file|folder) compopt -o filenames 2>/dev/null ;; esac
  while IFS= read -r word; do
    word=$prefix$word
    COMPREPLY[\${#COMPREPLY[@]}]=\${word#"$lead"}
  done < <(
    case "$offer" in
      file) compgen -f -- "$current" ;;
      folder) compgen -d -- "$current" ;;
      words*|list*|target*) compgen -W "\${offer#* }" -- "$current" ;;
    esac
  )
}
complete -F _ov_tools ${commands.map(({ name }) => name).join(" ")}
`;
}

/** The places of all command lines, by what is offered there. A value for which nothing is offered is a place, too. */
function placesByOffer(
  all: readonly Completed[],
  groups: ReturnType<typeof groupsOf>,
): [offer: string, places: string[]][] {
  const places = new Map<string, string[]>();
  const add = (offer: string, place: string) => places.set(offer, [...(places.get(offer) ?? []), place]);
  for (const { name, subcommands } of groups) {
    add(`words ${subcommands.map((one) => one.name).join(" ")}`, `${name} 1`);
  }
  for (const { words, options, operands } of all) {
    for (const { flag, value } of options) if (value) add(textOf(value.offer), `${words.join(" ")} ${flag}`);
    for (const [i, { offer, repeats }] of operands.entries()) {
      add(textOf(offer), `${words.join(" ")} ${repeats ? "+" : i + 1}`);
    }
  }
  return [...places];
}

function textOf(offer: Offer): string {
  if ("words" in offer) return `${offer.kind} ${offer.words.join(" ")}`;
  return "flags" in offer ? `${offer.kind} ${offer.flags.join(" ")}` : offer.kind;
}

function repeatable(all: readonly Completed[]): string {
  const flags = all.flatMap(({ options }) => options.filter(({ isRepeatable }) => isRepeatable));
  return [...new Set(flags.map(({ flag }) => flag))].join(" ");
}
