# bash completion of ov-tools
_ov_tools() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[0]##*/} words=
  [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[1]} != -* ]] && case "$command" in
    ov-commons|ov-stage) command="$command ${COMP_WORDS[1]}" ;;
  esac
  case "$previous" in
    --log-format) words="text json" ;;
    --media) words="image audio" ;;
  esac
  [[ -z $words ]] && case "$command" in
    "ov-fetch") words="--list --input --raw --limit --date --since --until --base-url --api-key-file --contact --state --restart --rejects --quiet --log-format --debug --help --version" ;;
    "ov-parse-flickr-url") words="--field --extract --only --strict --decode-short --follow --contact --rejects --quiet --log-format --debug --help --version" ;;
    "ov-snapshot-stream") words="--flickr --keep --simplify --qualifiers --count --has --not --resume-at --threads --download --to --download-only --contact --rejects --quiet --log-format --debug --help --version" ;;
    "ov-commons load") words="--db --replace --rejects --quiet --log-format --debug --help --version" ;;
    "ov-commons match") words="--db --rejects --quiet --log-format --debug --help --version" ;;
    "ov-subprovider") words="--table --rejects --quiet --log-format --debug --help --version" ;;
    "ov-stage load") words="--db --rejects --now --quiet --log-format --debug --help --version" ;;
    "ov-stage dump") words="--db --media --quiet --log-format --debug --help --version" ;;
    "ov-stage stats") words="--db --json --quiet --log-format --debug --help --version" ;;
    "ov-to-parquet") words="--out --replace --rows-per-shard --rejects --quiet --log-format --debug --help --version" ;;
    "ov-publish") words="--title --contact --replace --quiet --log-format --debug --help --version" ;;
    "ov-commons") words="load match" ;;
    "ov-stage") words="load dump stats" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ov_tools ov-fetch ov-parse-flickr-url ov-snapshot-stream ov-commons ov-subprovider ov-stage ov-to-parquet ov-publish
