# bash completion of ov-tools, made by `make docs`

# What may stand at a place of a command line.
_ov_tools_offer() {
  case "$1" in
    "ov-commons 1")
      offer="words load match" ;;
    "ov-stage 1")
      offer="words load dump remove expire popularity reingest stats top runs licenses check migrate" ;;
    "ov-fetch --input"|"ov-fetch --db"|"ov-fetch --api-key-file"|"ov-fetch --rejects"|"ov-parse-flickr-url --rejects"|"ov-snapshot-stream --to"|"ov-snapshot-stream --rejects"|"ov-snapshot-stream +"|"ov-commons load --db"|"ov-commons load --rejects"|"ov-commons load +"|"ov-commons match --db"|"ov-commons match --rejects"|"ov-commons match +"|"ov-subprovider --table"|"ov-subprovider --db"|"ov-subprovider --rejects"|"ov-subprovider +"|"ov-optout --list"|"ov-optout --unused"|"ov-optout --rejects"|"ov-optout +"|"ov-stage load --db"|"ov-stage load --rejects"|"ov-stage load +"|"ov-stage dump --db"|"ov-stage remove --db"|"ov-stage remove --list"|"ov-stage remove --unused"|"ov-stage remove --rejects"|"ov-stage remove +"|"ov-stage expire --db"|"ov-stage popularity --db"|"ov-stage stats --db"|"ov-stage top --db"|"ov-stage runs --db"|"ov-stage check --db"|"ov-stage migrate --db"|"ov-to-parquet --rejects"|"ov-to-parquet +"|"ov-from-parquet +"|"ov-publish --tombstones"|"ov-publish --opt-outs"|"ov-publish --notes"|"ov-publish --token-file"|"ov-publish 2")
      offer="file" ;;
    "ov-fetch --limit"|"ov-fetch --date"|"ov-fetch --since"|"ov-fetch --until"|"ov-fetch --base-url"|"ov-fetch --allow-host"|"ov-fetch --contact"|"ov-fetch --time-limit"|"ov-parse-flickr-url --field"|"ov-parse-flickr-url --contact"|"ov-parse-flickr-url --allow-host"|"ov-snapshot-stream --keep"|"ov-snapshot-stream --has"|"ov-snapshot-stream --not"|"ov-snapshot-stream --resume-at"|"ov-snapshot-stream --threads"|"ov-snapshot-stream --download"|"ov-snapshot-stream --allow-host"|"ov-snapshot-stream --contact"|"ov-subprovider --now"|"ov-stage load --now"|"ov-stage dump --source"|"ov-stage dump --since"|"ov-stage dump --where"|"ov-stage dump --deletions-since"|"ov-stage remove --reason"|"ov-stage remove --now"|"ov-stage expire --now"|"ov-stage popularity --percentile"|"ov-stage popularity --now"|"ov-stage reingest --now"|"ov-stage top --metric"|"ov-stage top --limit"|"ov-to-parquet --shard-size"|"ov-to-parquet --rows-per-shard"|"ov-to-parquet --row-group-rows"|"ov-publish --release"|"ov-publish --since"|"ov-publish --title"|"ov-publish --contact"|"ov-publish --creator"|"ov-publish --url"|"ov-publish --endpoint"|"ov-publish --part-size"|"ov-publish --keep-releases"|"ov-publish --acl"|"ov-publish --allow-host"|"ov-publish --now")
      offer="none" ;;
    "ov-fetch --state"|"ov-to-parquet --out"|"ov-publish --from")
      offer="folder" ;;
    "ov-fetch --log-format"|"ov-parse-flickr-url --log-format"|"ov-snapshot-stream --log-format"|"ov-commons load --log-format"|"ov-commons match --log-format"|"ov-subprovider --log-format"|"ov-optout --log-format"|"ov-stage load --log-format"|"ov-stage dump --log-format"|"ov-stage remove --log-format"|"ov-stage expire --log-format"|"ov-stage popularity --log-format"|"ov-stage reingest --log-format"|"ov-stage stats --log-format"|"ov-stage top --log-format"|"ov-stage runs --log-format"|"ov-stage licenses --log-format"|"ov-stage check --log-format"|"ov-stage migrate --log-format"|"ov-to-parquet --log-format"|"ov-from-parquet --log-format"|"ov-publish --log-format"|"ov-tools --log-format")
      offer="words text json" ;;
    "ov-fetch 1"|"ov-stage dump --provider"|"ov-stage popularity --provider"|"ov-stage top --provider")
      offer="words aucklandmuseum brooklynmuseum ccmixter clevelandmuseum europeana finnishmuseums flickr freesound inaturalist jamendo justtakeitfree met museumsvictoria nappy nypl openverse phylopic rawpixel sciencemuseum smithsonian smk stocksnap wikimedia wordpress" ;;
    "ov-fetch +")
      offer="file with --input" ;;
    "ov-parse-flickr-url --only")
      offer="list photo homepage single_photo album user group gallery tag user_tag user_tag_list tag_list favorites collection collection_list gallery_list group_list archive popular shared_items explore commons group_discussion group_members search map place feed photostream short_url" ;;
    "ov-parse-flickr-url +")
      offer="file with --field --extract" ;;
    "ov-stage dump --media"|"ov-stage popularity --media"|"ov-stage top --media")
      offer="words image audio" ;;
    "ov-stage dump --license")
      offer="words all all-cc commercial modification by by-sa by-nd by-nc by-nc-sa by-nc-nd cc0 pdm sampling+ nc-sampling+" ;;
    "ov-stage dump --removed")
      offer="words include only exclude" ;;
    "ov-stage expire +")
      offer="words flickr wikimedia europeana smithsonian brooklynmuseum clevelandmuseum museumsvictoria nypl rawpixel sciencemuseum smk" ;;
    "ov-stage reingest 1")
      offer="words flickr met phylopic wikimedia europeana" ;;
    "ov-stage stats --by")
      offer="list media provider source license month" ;;
    "ov-stage top --by")
      offer="words creator source provider" ;;
    "ov-to-parquet --compression")
      offer="words zstd snappy lz4 none" ;;
    "ov-to-parquet --partition-by")
      offer="words license provider source" ;;
    "ov-to-parquet --sort")
      offer="list identifier created_on updated_on ingestion_type provider source foreign_identifier foreign_landing_url url thumbnail width height filesize filetype license license_version creator creator_url title meta_data tags category watermarked duration bit_rate sample_rate genres audio_set audio_set_foreign_identifier set_position alt_files last_synced_with_source removed_from_source standardized_popularity" ;;
    "ov-to-parquet --duplicates")
      offer="words refuse last" ;;
    "ov-to-parquet --extra")
      offer="words refuse keep" ;;
    "ov-publish --exclude-license")
      offer="list by nc nd sa all all-cc commercial modification by by-sa by-nd by-nc by-nc-sa by-nc-nd cc0 pdm sampling+ nc-sampling+" ;;
    "ov-publish 1")
      offer="target folder: s3:// hf: zenodo: zenodo-sandbox:" ;;
    *) offer= ;;
  esac
}

_ov_tools() {
  local command=${COMP_WORDS[0]##*/} words= offer= word option= ended= current prefix= lead last seen=" "
  local given=() i n=0 count=1 rest=${COMP_LINE#*"${COMP_WORDS[0]}"}
  # bash splits words at = and : as well; join again what no blank separates.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $COMP_LINE && $n -gt 0 && $rest != [[:blank:]]* ]]; then given[n-1]+=$word; else given[n++]=$word; fi
    rest=${rest#"${rest%%[![:blank:]]*}"}
    rest=${rest#"$word"}
  done
  current=${given[n-1]} lead=
  [[ $COMP_WORDBREAKS == *:* ]] && last=${current##*[=:]} && lead=${current%"$last"}

  for word in "${given[@]:0:n-1}"; do
    if [[ -n $option ]]; then
      option=
    elif [[ -n $ended || $word != -?* ]]; then
      case "$command" in
        ov-commons|ov-stage) command="$command $word" ;;
        *) count=$((count + 1)) ;;
      esac
    elif [[ $word == -- ]]; then
      ended=1
    else
      seen="$seen${word%%=*} "
      _ov_tools_offer "$command $word"
      [[ -n $offer ]] && option=$word
    fi
  done

  case "$command" in
    "ov-fetch") words="--list --input --raw --limit --date --since --until --db --base-url --allow-host --api-key-file --contact --state --wait --restart --skip-errors --time-limit --rejects --strict --quiet --log-format --debug --help --version" ;;
    "ov-parse-flickr-url") words="--field --extract --only --strict --decode-short --follow --contact --allow-host --rejects --quiet --log-format --debug --help --version" ;;
    "ov-snapshot-stream") words="--flickr --keep --simplify --qualifiers --count --has --not --resume-at --threads --download --to --allow-host --download-only --contact --rejects --quiet --log-format --debug --help --version" ;;
    "ov-commons load") words="--db --replace --rejects --wait --quiet --log-format --debug --help --version" ;;
    "ov-commons match") words="--db --rejects --quiet --log-format --debug --help --version" ;;
    "ov-subprovider") words="--table --db --wait --dry-run --rejects --now --quiet --log-format --debug --help --version" ;;
    "ov-optout") words="--list --explain --unused --rejects --quiet --log-format --debug --help --version" ;;
    "ov-stage load") words="--db --rejects --strict --restore --wait --now --quiet --log-format --debug --help --version" ;;
    "ov-stage dump") words="--db --media --provider --source --license --since --removed --where --deletions-since --quiet --log-format --debug --help --version" ;;
    "ov-stage remove") words="--db --reason --list --unused --rejects --wait --now --quiet --log-format --debug --help --version" ;;
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
    "ov-publish") words="--from --dry-run --release --since --tombstones --opt-outs --exclude-license --allow-shrink --allow-breaking --title --contact --creator --notes --url --replace --endpoint --virtual-host --part-size --keep-releases --requester-pays --acl --take-over --strict-server --token-file --publish-doi --allow-host --now --quiet --log-format --debug --help --version" ;;
    "ov-tools") words="--where --quiet --log-format --debug --help --version" ;;
  esac
  words=$(for word in $words; do [[ $seen == *" $word "* && " --allow-host --has --not --license --creator " != *" $word "* ]] || echo "$word"; done)

  if [[ -n $option ]]; then
    _ov_tools_offer "$command $option"
  elif [[ -z $ended && $current == --*=* ]]; then
    prefix=${current%%=*}=
    _ov_tools_offer "$command ${prefix%=}"
    current=${current#*=}
  elif [[ -z $ended && $current == -* ]]; then
    offer="words $words"
  else
    _ov_tools_offer "$command $count"
    [[ -n $offer ]] || _ov_tools_offer "$command +"
    [[ -n $offer || -n $current || -n $ended ]] || offer="words $words"
  fi

  # A file only where one of these options was given.
  if [[ $offer == "file with "* ]]; then
    words=${offer#file with } offer=
    for word in $words; do [[ $seen == *" $word "* ]] && offer=file; done
  fi
  case "$offer" in
    target*)
      if [[ $current == folder:* ]]; then
        prefix=folder: current=${current#folder:} offer=folder
      else
        compopt -o nospace 2>/dev/null
      fi ;;
    list*)
      last=${current##*,} prefix=$prefix${current%"$last"} current=$last
      compopt -o nospace 2>/dev/null ;;
  esac
  COMPREPLY=()
  case "$offer" in file|folder) compopt -o filenames 2>/dev/null ;; esac
  while IFS= read -r word; do
    word=$prefix$word
    COMPREPLY[${#COMPREPLY[@]}]=${word#"$lead"}
  done < <(
    case "$offer" in
      file) compgen -f -- "$current" ;;
      folder) compgen -d -- "$current" ;;
      words*|list*|target*) compgen -W "${offer#* }" -- "$current" ;;
    esac
  )
}
complete -F _ov_tools ov-fetch ov-parse-flickr-url ov-snapshot-stream ov-commons ov-subprovider ov-optout ov-stage ov-to-parquet ov-from-parquet ov-publish ov-tools
