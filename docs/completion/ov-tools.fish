# fish completion of ov-tools, made by `make docs`

# The options of a command that take a value.
function __ov_tools_valued
    switch $argv[1]
        case 'ov-fetch'
            printf '%s\n' --input --limit --date --since --until --db --base-url --allow-host --api-key-file --contact --state --time-limit --rejects --log-format
        case 'ov-parse-flickr-url'
            printf '%s\n' --field --only --contact --allow-host --rejects --log-format
        case 'ov-snapshot-stream'
            printf '%s\n' --keep --has --not --resume-at --threads --download --to --allow-host --contact --rejects --log-format
        case 'ov-commons load'
            printf '%s\n' --db --rejects --log-format
        case 'ov-commons match'
            printf '%s\n' --db --rejects --log-format
        case 'ov-subprovider'
            printf '%s\n' --table --db --rejects --now --log-format
        case 'ov-optout'
            printf '%s\n' --list --unused --rejects --log-format
        case 'ov-stage load'
            printf '%s\n' --db --rejects --now --log-format
        case 'ov-stage dump'
            printf '%s\n' --db --media --provider --source --license --since --removed --where --deletions-since --log-format
        case 'ov-stage remove'
            printf '%s\n' --db --reason --list --unused --rejects --now --log-format
        case 'ov-stage expire'
            printf '%s\n' --db --now --log-format
        case 'ov-stage popularity'
            printf '%s\n' --db --provider --media --percentile --now --log-format
        case 'ov-stage reingest'
            printf '%s\n' --now --log-format
        case 'ov-stage stats'
            printf '%s\n' --db --by --log-format
        case 'ov-stage top'
            printf '%s\n' --db --by --metric --limit --provider --media --log-format
        case 'ov-stage runs'
            printf '%s\n' --db --log-format
        case 'ov-stage licenses'
            printf '%s\n' --log-format
        case 'ov-stage check'
            printf '%s\n' --db --log-format
        case 'ov-stage migrate'
            printf '%s\n' --db --log-format
        case 'ov-to-parquet'
            printf '%s\n' --out --shard-size --rows-per-shard --row-group-rows --compression --partition-by --sort --duplicates --extra --rejects --log-format
        case 'ov-from-parquet'
            printf '%s\n' --log-format
        case 'ov-publish'
            printf '%s\n' --from --release --since --tombstones --opt-outs --exclude-license --title --contact --creator --notes --url --endpoint --part-size --keep-releases --acl --token-file --allow-host --now --log-format
        case 'ov-tools'
            printf '%s\n' --log-format
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

complete -c ov-fetch -f
complete -c ov-parse-flickr-url -f
complete -c ov-snapshot-stream -f
complete -c ov-commons -f
complete -c ov-subprovider -f
complete -c ov-optout -f
complete -c ov-stage -f
complete -c ov-to-parquet -f
complete -c ov-from-parquet -f
complete -c ov-publish -f
complete -c ov-tools -f
complete -c ov-commons -n __fish_use_subcommand -a load -d 'Puts links between Commons and Flickr into the database.'
complete -c ov-commons -n __fish_use_subcommand -a match -d 'Adds to photos the files that Commons has of them.'
complete -c ov-stage -n __fish_use_subcommand -a load -d 'Puts media records into the database.'
complete -c ov-stage -n __fish_use_subcommand -a dump -d 'Writes the records of the database as NDJSON.'
complete -c ov-stage -n __fish_use_subcommand -a remove -d 'Removes records for good: takedowns, opt-outs, dead links.'
complete -c ov-stage -n __fish_use_subcommand -a expire -d 'Marks works that were not seen at their source for too long.'
complete -c ov-stage -n __fish_use_subcommand -a popularity -d 'Computes the popularity of works among those of their provider.'
complete -c ov-stage -n __fish_use_subcommand -a reingest -d 'Lists the days of a provider to fetch again.'
complete -c ov-stage -n __fish_use_subcommand -a stats -d 'Counts the records by provider, source, licence, media type and month.'
complete -c ov-stage -n __fish_use_subcommand -a top -d 'Lists whose works are most viewed, downloaded or used.'
complete -c ov-stage -n __fish_use_subcommand -a runs -d 'Lists the loads, removals and expirations there were.'
complete -c ov-stage -n __fish_use_subcommand -a licenses -d 'Lists the licences that are accepted, with their versions and ports.'
complete -c ov-stage -n __fish_use_subcommand -a check -d 'Checks the database: its file, its version, its rules.'
complete -c ov-stage -n __fish_use_subcommand -a migrate -d 'Brings a database of an older version up to date.'
complete -c ov-fetch -l list -d 'show the providers: media, key needed, dated or full, limits, last check, licences'
complete -c ov-fetch -l input -r -F -d 'read saved API answers; `-` is stdin, a folder stands for the files in it'
complete -c ov-fetch -l raw -d 'write the source\'s items as they are, but for API keys, instead of records'
complete -c ov-fetch -l limit -x -d 'stop after this many records (items with --raw)'
complete -c ov-fetch -l date -x -d 'works of one day, YYYY-MM-DD in UTC (default: every day since the last one that was done)'
complete -c ov-fetch -l since -x -d 'works from this day on'
complete -c ov-fetch -l until -x -d 'works up to this day, included'
complete -c ov-fetch -l db -r -F -d 'the staging database that the records go to: what has not arrived there is asked for again'
complete -c ov-fetch -l base-url -x -d 'ask this address instead of the provider\'s'
complete -c ov-fetch -l allow-host -x -d 'ask this host although it is not public, where a server or a record sends us there; repeatable, or with commas'
complete -c ov-fetch -l api-key-file -r -F -d 'read the API key from this file instead of the environment'
complete -c ov-fetch -l contact -x -d 'e-mail or web address to tell the provider (default: OV_CONTACT)'
complete -c ov-fetch -l state -x -a '(__fish_complete_directories)' -d 'where the position in a long walk is kept (default: ~/.local/state/ov-tools)'
complete -c ov-fetch -l wait -d 'wait for another ov-fetch of the same provider and query, for as long as it takes'
complete -c ov-fetch -l restart -d 'start from the first page, whatever an earlier run has done'
complete -c ov-fetch -l skip-errors -d 'go on after pages that fail, and fail at the end'
complete -c ov-fetch -l time-limit -x -d 'stop at the first page after this time; the same command goes on from there'
complete -c ov-fetch -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-fetch -l strict -d 'refuse a record of which cleaning would drop a value, where else it is counted in the summary'
complete -c ov-fetch -l quiet -d 'say nothing but warnings and errors'
complete -c ov-fetch -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-fetch -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-fetch -l help -d 'show this help'
complete -c ov-fetch -l version -d 'show the version'
complete -c ov-fetch -n '__ov_tools_at "ov-fetch" 1 1' -a 'aucklandmuseum brooklynmuseum ccmixter clevelandmuseum europeana finnishmuseums flickr freesound inaturalist jamendo justtakeitfree met museumsvictoria nappy nypl openverse phylopic rawpixel sciencemuseum smithsonian smk stocksnap wikimedia wordpress'
complete -c ov-fetch -n '__ov_tools_at "ov-fetch" + 1; and __ov_tools_given --input' -F
complete -c ov-parse-flickr-url -l field -x -d 'read NDJSON, and parse the URL in this member of each record: url, or meta_data.source.0'
complete -c ov-parse-flickr-url -l extract -d 'read any text (HTML, JSON, wikitext, …), and find the Flickr URLs in it, with line and column'
complete -c ov-parse-flickr-url -l only -x -a '(__fish_complete_list , "printf \'%s\\n\' photo homepage single_photo album user group gallery tag user_tag user_tag_list tag_list favorites collection collection_list gallery_list group_list archive popular shared_items explore commons group_discussion group_members search map place feed photostream short_url")' -d 'write only these types, with commas between them: photo,album (photo is single_photo)'
complete -c ov-parse-flickr-url -l strict -d 'take URLs that mean nothing for bad lines'
complete -c ov-parse-flickr-url -l decode-short -d 'work out the ids in flic.kr/s, y, ps, g and go, by rules that Flickr has not published; marked inferred'
complete -c ov-parse-flickr-url -l follow -d 'ask Flickr what short URLs and guest passes stand for; only its own hosts are asked'
complete -c ov-parse-flickr-url -l contact -x -d 'e-mail or web address to tell Flickr with --follow (default: OV_CONTACT)'
complete -c ov-parse-flickr-url -l allow-host -x -d 'ask this host although it is not public, where a server or a record sends us there; repeatable, or with commas'
complete -c ov-parse-flickr-url -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-parse-flickr-url -l quiet -d 'say nothing but warnings and errors'
complete -c ov-parse-flickr-url -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-parse-flickr-url -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-parse-flickr-url -l help -d 'show this help'
complete -c ov-parse-flickr-url -l version -d 'show the version'
complete -c ov-parse-flickr-url -n '__ov_tools_at "ov-parse-flickr-url" + 0; and __ov_tools_given --field --extract' -F
complete -c ov-snapshot-stream -l flickr -d 'write the Flickr photo of each file that comes from Flickr'
complete -c ov-snapshot-stream -l keep -x -d 'cut entities down to id, pageid, title, lastrevid and these: properties, labels, descriptions, statements, type, ns, modified'
complete -c ov-snapshot-stream -l simplify -d 'write plain values instead of statements'
complete -c ov-snapshot-stream -l qualifiers -d 'with --simplify: write each value with its qualifiers'
complete -c ov-snapshot-stream -l count -d 'write totals only: entities, those with statements, by property'
complete -c ov-snapshot-stream -l has -x -d 'only entities with P180, P180=Q5,Q146 (one of these values) or P7482/P973 (a qualifier); repeated: all of them'
complete -c ov-snapshot-stream -l not -x -d 'no entities with that; repeated: none of them'
complete -c ov-snapshot-stream -l resume-at -x -d 'begin at the first gzip member from this byte of the file on'
complete -c ov-snapshot-stream -l threads -x -d 'how many threads read a gzip file (default: one for each processor, at most 6)'
complete -c ov-snapshot-stream -l download -x -d 'get a snapshot first: latest, the day of one (YYYYMMDD) or an address; a broken download goes on'
complete -c ov-snapshot-stream -l to -r -F -d 'with --download: where it goes (default: its own name, in this folder)'
complete -c ov-snapshot-stream -l allow-host -x -d 'ask this host although it is not public, where a server or a record sends us there; repeatable, or with commas'
complete -c ov-snapshot-stream -l download-only -d 'with --download: do not read it'
complete -c ov-snapshot-stream -l contact -x -d 'e-mail or web address to tell the server with --download (default: OV_CONTACT)'
complete -c ov-snapshot-stream -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-snapshot-stream -l quiet -d 'say nothing but warnings and errors'
complete -c ov-snapshot-stream -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-snapshot-stream -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-snapshot-stream -l help -d 'show this help'
complete -c ov-snapshot-stream -l version -d 'show the version'
complete -c ov-snapshot-stream -n '__ov_tools_at "ov-snapshot-stream" + 0' -F
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l db -r -F -d 'the staging database'
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l replace -d 'forget the links of earlier loads first: for a whole new snapshot'
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l wait -d 'wait for another program that is writing to the database, for as long as it takes'
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l help -d 'show this help'
complete -c ov-commons -n '__fish_seen_subcommand_from load' -l version -d 'show the version'
complete -c ov-commons -n '__ov_tools_at "ov-commons load" + 0' -F
complete -c ov-commons -n '__fish_seen_subcommand_from match' -l db -r -F -d 'the staging database'
complete -c ov-commons -n '__fish_seen_subcommand_from match' -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-commons -n '__fish_seen_subcommand_from match' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-commons -n '__fish_seen_subcommand_from match' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-commons -n '__fish_seen_subcommand_from match' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-commons -n '__fish_seen_subcommand_from match' -l help -d 'show this help'
complete -c ov-commons -n '__fish_seen_subcommand_from match' -l version -d 'show the version'
complete -c ov-commons -n '__ov_tools_at "ov-commons match" + 0' -F
complete -c ov-subprovider -l table -r -F -d 'rows of your own, before the built-in ones: a JSON list of {"provider": "flickr", "source": "nasa", "keys": ["35067687@N04"]}'
complete -c ov-subprovider -l db -r -F -d 'set the source of the records in this staging database'
complete -c ov-subprovider -l wait -d 'with --db: wait for another program that is writing to the database, for as long as it takes'
complete -c ov-subprovider -l dry-run -d 'with --db: say what would change, and change nothing'
complete -c ov-subprovider -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-subprovider -l now -x -d 'the time to write as now, ISO 8601 (default: SOURCE_DATE_EPOCH, else the clock)'
complete -c ov-subprovider -l quiet -d 'say nothing but warnings and errors'
complete -c ov-subprovider -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-subprovider -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-subprovider -l help -d 'show this help'
complete -c ov-subprovider -l version -d 'show the version'
complete -c ov-subprovider -n '__ov_tools_at "ov-subprovider" + 0' -F
complete -c ov-optout -l list -r -F -d 'the list; required'
complete -c ov-optout -l explain -d 'write why instead of what: a JSON line for each record that is left out and each rule that names it'
complete -c ov-optout -l unused -r -F -d 'write the rules of the list that named nothing to this file, as JSON lines'
complete -c ov-optout -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-optout -l quiet -d 'say nothing but warnings and errors'
complete -c ov-optout -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-optout -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-optout -l help -d 'show this help'
complete -c ov-optout -l version -d 'show the version'
complete -c ov-optout -n '__ov_tools_at "ov-optout" + 0' -F
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l strict -d 'refuse a record of which cleaning would drop a value, where else it is counted in the summary'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l restore -d 'take records that were removed back in; without it they are refused'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l wait -d 'wait for another program that is writing to the database, for as long as it takes'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l now -x -d 'the time to write as now, ISO 8601 (default: SOURCE_DATE_EPOCH, else the clock)'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from load' -l version -d 'show the version'
complete -c ov-stage -n '__ov_tools_at "ov-stage load" + 0' -F
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l media -x -a 'image audio' -d 'one media type only'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l provider -x -a 'aucklandmuseum brooklynmuseum ccmixter clevelandmuseum europeana finnishmuseums flickr freesound inaturalist jamendo justtakeitfree met museumsvictoria nappy nypl openverse phylopic rawpixel sciencemuseum smithsonian smk stocksnap wikimedia wordpress' -d 'one provider only'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l source -x -d 'one source only'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l license -x -a 'all all-cc commercial modification by by-sa by-nd by-nc by-nc-sa by-nc-nd cc0 pdm sampling+ nc-sampling+' -d 'one licence (by-sa), or a group of them: all, all-cc, commercial, modification; several with commas (by,cc0)'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l since -x -d 'only records that changed after this time, ISO 8601'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l removed -x -a 'include only exclude' -d 'works that are gone from their source: with the others, alone, or not at all'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l where -x -d 'a condition in SQL on the columns of the records: "width > 4000 AND title LIKE \'%moon%\'"'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l deletions-since -x -d 'the tombstones of records that were removed after this time, ISO 8601, instead of records'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from dump' -l version -d 'show the version'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l reason -x -d 'why, in up to 80 characters: takedown, dead_link, …; tombstones bring their own, which this replaces'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l list -r -F -d 'an opt-out list; removes what it names and reads no records'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l unused -r -F -d 'write the rules of the list that named nothing to this file, as JSON lines'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l wait -d 'wait for another program that is writing to the database, for as long as it takes'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l now -x -d 'the time to write as now, ISO 8601 (default: SOURCE_DATE_EPOCH, else the clock)'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from remove' -l version -d 'show the version'
complete -c ov-stage -n '__ov_tools_at "ov-stage remove" + 0' -F
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l dry-run -d 'say what would change, and change nothing'
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l wait -d 'wait for another program that is writing to the database, for as long as it takes'
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l now -x -d 'the time to write as now, ISO 8601 (default: SOURCE_DATE_EPOCH, else the clock)'
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from expire' -l version -d 'show the version'
complete -c ov-stage -n '__ov_tools_at "ov-stage expire" + 0' -a 'flickr wikimedia europeana smithsonian brooklynmuseum clevelandmuseum museumsvictoria nypl rawpixel sciencemuseum smk'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l provider -x -a 'aucklandmuseum brooklynmuseum ccmixter clevelandmuseum europeana finnishmuseums flickr freesound inaturalist jamendo justtakeitfree met museumsvictoria nappy nypl openverse phylopic rawpixel sciencemuseum smithsonian smk stocksnap wikimedia wordpress' -d 'one provider only'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l media -x -a 'image audio' -d 'one media type only'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l percentile -x -d 'p, more than 0 and less than 1'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l wait -d 'wait for another program that is writing to the database, for as long as it takes'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l now -x -d 'the time to write as now, ISO 8601 (default: SOURCE_DATE_EPOCH, else the clock)'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from popularity' -l version -d 'show the version'
complete -c ov-stage -n '__fish_seen_subcommand_from reingest' -l commands -d 'ready command lines of ov-fetch instead of days'
complete -c ov-stage -n '__fish_seen_subcommand_from reingest' -l now -x -d 'the time to write as now, ISO 8601 (default: SOURCE_DATE_EPOCH, else the clock)'
complete -c ov-stage -n '__fish_seen_subcommand_from reingest' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from reingest' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from reingest' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from reingest' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from reingest' -l version -d 'show the version'
complete -c ov-stage -n '__ov_tools_at "ov-stage reingest" 1 1' -a 'flickr met phylopic wikimedia europeana'
complete -c ov-stage -n '__fish_seen_subcommand_from stats' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from stats' -l by -x -a '(__fish_complete_list , "printf \'%s\\n\' media provider source license month")' -d 'any of media, provider, source, license and month, with commas'
complete -c ov-stage -n '__fish_seen_subcommand_from stats' -l json -d 'one JSON object a line instead of a table'
complete -c ov-stage -n '__fish_seen_subcommand_from stats' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from stats' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from stats' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from stats' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from stats' -l version -d 'show the version'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l by -x -a 'creator source provider' -d 'what is added up by'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l metric -x -d 'the member of meta_data that is added up'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l limit -x -d 'rows at most'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l provider -x -a 'aucklandmuseum brooklynmuseum ccmixter clevelandmuseum europeana finnishmuseums flickr freesound inaturalist jamendo justtakeitfree met museumsvictoria nappy nypl openverse phylopic rawpixel sciencemuseum smithsonian smk stocksnap wikimedia wordpress' -d 'one provider only'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l media -x -a 'image audio' -d 'one media type only'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l json -d 'one JSON object a line instead of a table'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from top' -l version -d 'show the version'
complete -c ov-stage -n '__fish_seen_subcommand_from runs' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from runs' -l json -d 'one JSON object a line instead of a table'
complete -c ov-stage -n '__fish_seen_subcommand_from runs' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from runs' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from runs' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from runs' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from runs' -l version -d 'show the version'
complete -c ov-stage -n '__fish_seen_subcommand_from licenses' -l json -d 'one JSON object a line instead of a table'
complete -c ov-stage -n '__fish_seen_subcommand_from licenses' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from licenses' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from licenses' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from licenses' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from licenses' -l version -d 'show the version'
complete -c ov-stage -n '__fish_seen_subcommand_from check' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from check' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from check' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from check' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from check' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from check' -l version -d 'show the version'
complete -c ov-stage -n '__fish_seen_subcommand_from migrate' -l db -r -F -d 'the staging database'
complete -c ov-stage -n '__fish_seen_subcommand_from migrate' -l quiet -d 'say nothing but warnings and errors'
complete -c ov-stage -n '__fish_seen_subcommand_from migrate' -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-stage -n '__fish_seen_subcommand_from migrate' -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-stage -n '__fish_seen_subcommand_from migrate' -l help -d 'show this help'
complete -c ov-stage -n '__fish_seen_subcommand_from migrate' -l version -d 'show the version'
complete -c ov-to-parquet -l out -x -a '(__fish_complete_directories)' -d 'the folder to make (needed)'
complete -c ov-to-parquet -l replace -d 'replace an older result in that folder'
complete -c ov-to-parquet -l shard-size -x -d 'end a shard before it has more bytes than this, compressed: 300MB, 1.5GB'
complete -c ov-to-parquet -l rows-per-shard -x -d 'the most rows of a shard'
complete -c ov-to-parquet -l row-group-rows -x -d 'the most rows of a row group; one whose lines have 96 MB ends early'
complete -c ov-to-parquet -l compression -x -a 'zstd snappy lz4 none' -d 'how pages are compressed'
complete -c ov-to-parquet -l partition-by -x -a 'license provider source' -d 'make a subset of each value of this column: DIR/image/by-sa/train-…'
complete -c ov-to-parquet -l sort -x -a '(__fish_complete_list , "printf \'%s\\n\' identifier created_on updated_on ingestion_type provider source foreign_identifier foreign_landing_url url thumbnail width height filesize filetype license license_version creator creator_url title meta_data tags category watermarked duration bit_rate sample_rate genres audio_set audio_set_foreign_identifier set_position alt_files last_synced_with_source removed_from_source standardized_popularity")' -d 'sort all records by these columns, with commas between them (default: they stay in order)'
complete -c ov-to-parquet -l stable -d 'find the boundaries of shards by the keys of records, so that shards in which nothing changed stay the same'
complete -c ov-to-parquet -l duplicates -x -a 'refuse last' -d 'of records with one identifier: refuse the later ones, or keep the last one'
complete -c ov-to-parquet -l extra -x -a 'refuse keep' -d 'what becomes of columns that are unknown: refuse the record, or keep them in meta_data'
complete -c ov-to-parquet -l with-sync-times -d 'keep the column last_synced_with_source, which makes every shard another one whenever records are seen again'
complete -c ov-to-parquet -l rejects -r -F -d 'write bad lines to this file and go on; without it the first one stops the command'
complete -c ov-to-parquet -l strict -d 'refuse a record of which cleaning would drop a value, where else it is counted in the summary'
complete -c ov-to-parquet -l quiet -d 'say nothing but warnings and errors'
complete -c ov-to-parquet -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-to-parquet -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-to-parquet -l help -d 'show this help'
complete -c ov-to-parquet -l version -d 'show the version'
complete -c ov-to-parquet -n '__ov_tools_at "ov-to-parquet" + 0' -F
complete -c ov-from-parquet -l quiet -d 'say nothing but warnings and errors'
complete -c ov-from-parquet -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-from-parquet -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-from-parquet -l help -d 'show this help'
complete -c ov-from-parquet -l version -d 'show the version'
complete -c ov-from-parquet -n '__ov_tools_at "ov-from-parquet" + 0' -F
complete -c ov-publish -l from -x -a '(__fish_complete_directories)' -d 'publish the shards in this folder, without their manifest: it is made again, which takes longer'
complete -c ov-publish -l dry-run -d 'check everything and say what would be sent, but send nothing'
complete -c ov-publish -l release -x -d 'the name of this release (default: the date of its latest change, else that of --now)'
complete -c ov-publish -l since -x -d 'these records are a delta: what has changed since that release, removed records included'
complete -c ov-publish -l tombstones -r -F -d 'of a delta: the records that were deleted, as ov-stage dump --deletions-since writes them'
complete -c ov-publish -l opt-outs -r -F -d 'refuse records that this opt-out list names (see ov-optout)'
complete -c ov-publish -l exclude-license -x -a '(__fish_complete_list , "printf \'%s\\n\' by nc nd sa all all-cc commercial modification by by-sa by-nd by-nc by-nc-sa by-nc-nd cc0 pdm sampling+ nc-sampling+")' -d 'leave out records of these licences: conditions (nd,nc), licences (by-nc-sa), or groups of the catalogue (all, all-cc, commercial, modification)'
complete -c ov-publish -l allow-shrink -d 'publish although a fifth of the records is gone'
complete -c ov-publish -l allow-breaking -d 'publish although a column is gone or has another type'
complete -c ov-publish -l title -x -d 'the dataset\'s name on its card (default: after its media types)'
complete -c ov-publish -l contact -x -d 'whom the card tells people to ask for removals (default: OV_CONTACT)'
complete -c ov-publish -l creator -x -d 'whom to cite: \'Family, Given\', or an organisation; repeatable'
complete -c ov-publish -l notes -r -F -d 'text of your own for the card, in Markdown; without it text that is not ours stops the publish'
complete -c ov-publish -l url -x -d 'the dataset\'s own page (default: where it is published)'
complete -c ov-publish -l replace -d 'replace an older result in that folder'
complete -c ov-publish -l endpoint -x -d 'the S3 server (default: AWS_ENDPOINT_URL_S3, else Amazon\'s), or the address of another Zenodo'
complete -c ov-publish -l virtual-host -d 'name the bucket in the host, not in the path, also with --endpoint'
complete -c ov-publish -l part-size -x -d 'send larger files to S3 in parts of this many MiB, four at a time; at least 5'
complete -c ov-publish -l keep-releases -x -d 'on S3, remove old releases once this one is in place, so that this many are left; deltas and what they name stay'
complete -c ov-publish -l requester-pays -d 'set up the bucket so that whoever reads from it pays for that'
complete -c ov-publish -l acl -x -d 'a canned ACL for every object in S3, such as public-read'
complete -c ov-publish -l take-over -d 'give up the publish that is at work there, or has died, for this one'
complete -c ov-publish -l strict-server -d 'refuse an S3 server without conditional writes or checksum headers, which else is warned of'
complete -c ov-publish -l token-file -r -F -d 'a file with the token for Zenodo (default: ZENODO_TOKEN, ZENODO_SANDBOX_TOKEN)'
complete -c ov-publish -l publish-doi -d 'publish the draft at Zenodo: its DOI is registered, and it can never be taken back'
complete -c ov-publish -l allow-host -x -d 'ask this host although it is not public, where a server or a record sends us there; repeatable, or with commas'
complete -c ov-publish -l now -x -d 'the time to write as now, ISO 8601 (default: SOURCE_DATE_EPOCH, else the clock)'
complete -c ov-publish -l quiet -d 'say nothing but warnings and errors'
complete -c ov-publish -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-publish -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-publish -l help -d 'show this help'
complete -c ov-publish -l version -d 'show the version'
complete -c ov-publish -n '__ov_tools_at "ov-publish" 1 2' -a 'folder: s3:// hf: zenodo: zenodo-sandbox: folder:(__fish_complete_directories (commandline -ct | string replace folder: \'\'))'
complete -c ov-publish -n '__ov_tools_at "ov-publish" 2 2' -F
complete -c ov-tools -l where -d 'print the folder of the package only, in which docs, fixtures and completion lie'
complete -c ov-tools -l quiet -d 'say nothing but warnings and errors'
complete -c ov-tools -l log-format -x -a 'text json' -d 'how messages on stderr look: for people, or one JSON object a line'
complete -c ov-tools -l debug -d 'show where in the program an unexpected failure came from'
complete -c ov-tools -l help -d 'show this help'
complete -c ov-tools -l version -d 'show the version'
