# bash completion of ov-tools
_ov_tools() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[0]##*/} words=
  [[ $COMP_CWORD -gt 1 && ${COMP_WORDS[1]} != -* ]] && case "$command" in
    ov-commons|ov-stage) command="$command ${COMP_WORDS[1]}" ;;
  esac
  case "$previous" in
    --log-format) words="text json" ;;
    --media) words="image audio" ;;
    --removed) words="include only exclude" ;;
    --by) words="creator source provider" ;;
    --compression) words="zstd snappy lz4 none" ;;
    --partition-by) words="license provider source" ;;
    --duplicates) words="refuse last" ;;
    --extra) words="refuse keep" ;;
  esac
  [[ -z $words ]] && case "$command" in
    "ov-fetch") words="--list --input --raw --limit --date --since --until --db --base-url --api-key-file --contact --state --wait --restart --skip-errors --time-limit --rejects --strict --quiet --log-format --debug --help --version" ;;
    "ov-parse-flickr-url") words="--field --extract --only --strict --decode-short --follow --contact --rejects --quiet --log-format --debug --help --version" ;;
    "ov-snapshot-stream") words="--flickr --keep --simplify --qualifiers --count --has --not --resume-at --threads --download --to --download-only --contact --rejects --quiet --log-format --debug --help --version" ;;
    "ov-commons load") words="--db --replace --rejects --quiet --log-format --debug --help --version" ;;
    "ov-commons match") words="--db --rejects --quiet --log-format --debug --help --version" ;;
    "ov-subprovider") words="--table --db --wait --dry-run --rejects --now --quiet --log-format --debug --help --version" ;;
    "ov-optout") words="--list --rejects --quiet --log-format --debug --help --version" ;;
    "ov-stage load") words="--db --rejects --strict --restore --wait --now --quiet --log-format --debug --help --version" ;;
    "ov-stage dump") words="--db --media --provider --source --license --since --removed --where --deletions-since --quiet --log-format --debug --help --version" ;;
    "ov-stage remove") words="--db --reason --list --rejects --wait --now --quiet --log-format --debug --help --version" ;;
    "ov-stage expire") words="--db --dry-run --wait --now --quiet --log-format --debug --help --version" ;;
    "ov-stage popularity") words="--db --provider --media --percentile --wait --now --quiet --log-format --debug --help --version" ;;
    "ov-stage reingest") words="--commands --now --quiet --log-format --debug --help --version" ;;
    "ov-stage stats") words="--db --by --json --quiet --log-format --debug --help --version" ;;
    "ov-stage top") words="--db --by --metric --limit --provider --media --json --quiet --log-format --debug --help --version" ;;
    "ov-stage runs") words="--db --json --quiet --log-format --debug --help --version" ;;
    "ov-stage licenses") words="--json --quiet --log-format --debug --help --version" ;;
    "ov-stage check") words="--db --quiet --log-format --debug --help --version" ;;
    "ov-stage migrate") words="--db --quiet --log-format --debug --help --version" ;;
    "ov-to-parquet") words="--out --replace --shard-size --rows-per-shard --row-group-rows --compression --partition-by --sort --stable --duplicates --extra --with-sync-times --rejects --strict --quiet --log-format --debug --help --version" ;;
    "ov-from-parquet") words="--quiet --log-format --debug --help --version" ;;
    "ov-publish") words="--from --dry-run --release --since --tombstones --opt-outs --exclude-license --allow-shrink --allow-breaking --title --contact --creator --notes --url --replace --endpoint --virtual-host --part-size --keep-releases --requester-pays --acl --take-over --strict-server --token-file --publish-doi --now --quiet --log-format --debug --help --version" ;;
    "ov-commons") words="load match" ;;
    "ov-stage") words="load dump remove expire popularity reingest stats top runs licenses check migrate" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ov_tools ov-fetch ov-parse-flickr-url ov-snapshot-stream ov-commons ov-subprovider ov-optout ov-stage ov-to-parquet ov-from-parquet ov-publish
