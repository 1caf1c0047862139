import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { packageVersion } from "../base/cli/index.js";
import { binOf, type CommandLine, finished, run, shell, temporaryFolder } from "../testing/run.js";
import { COMMANDS } from "./index.js";

const names = COMMANDS.map(({ name }) => name);

for (const name of names) {
  test(`${name} --version names the command, the package and the version`, async () => {
    const { stdout, stderr, code } = await run([name, "--version"]);
    assert.deepEqual([stdout, stderr, code], [`${name} (ov-tools) ${packageVersion()}\n`, "", 0]);
  });

  test(`${name} --help goes to stdout and leads with an example`, async () => {
    const { stdout, stderr, code } = await run([name, "--help"]);
    assert.match(stdout, new RegExp(`^Examples:\n  .*${name}`));
    assert.match(stdout, /Exit codes:\n {2}0 done · 1 unexpected · 2 usage · 65 bad input/);
    assert.deepEqual([stderr, code], ["", 0]);
  });
}

const MISTAKES: readonly (readonly [CommandLine, message: string])[] = [
  [["ov-fetch", "flickr", "--limti", "5"], "ov-fetch: unknown option '--limti' (did you mean --limit?)"],
  [
    ["ov-fetch", "flickr", "--limit", "0"],
    "ov-fetch: --limit: '0' is not valid: it must be a whole number from 1 on",
  ],
  [["ov-fetch", "flickr", "--limit"], "ov-fetch: --limit needs a value"],
  [
    ["ov-fetch", "flickr", "--date", "2026-02-31x"],
    "ov-fetch: --date: '2026-02-31x' is not valid: it must be a day: YYYY-MM-DD",
  ],
  [["ov-fetch"], "ov-fetch: name a provider; ov-fetch --list shows them"],
  [
    ["ov-fetch", "stocksnap", "page.json"],
    "ov-fetch: one argument too many: page.json (files go with --input)",
  ],
  [
    ["ov-fetch", "stocksnap", "--date", "2026-01-01"],
    "ov-fetch: stocksnap cannot be asked for days: it is fetched whole",
  ],
  [
    ["ov-fetch", "wikimedia", "--date", "2026-01-01", "--since", "2026-01-01"],
    "ov-fetch: --date is one day; it does not go with --since and --until",
  ],
  [
    ["ov-fetch", "wikimedia", "--since", "2026-01-02", "--until", "2026-01-01"],
    "ov-fetch: the first day, 2026-01-02, is after the last, 2026-01-01",
  ],
  [
    ["ov-parse-flickr-url", "--field", "url", "--extract"],
    "ov-parse-flickr-url: --field reads records and --extract reads text: name one of them",
  ],
  [
    ["ov-parse-flickr-url", "--only", "photos", "x"],
    'ov-parse-flickr-url: --only: there is no type "photos"; there are photo, homepage, single_photo, album, ' +
      "user, group, gallery, tag, user_tag, user_tag_list, tag_list, favorites, collection, collection_list, " +
      "gallery_list, group_list, archive, popular, shared_items, explore, commons, group_discussion, " +
      "group_members, search, map, place, feed, photostream, short_url",
  ],
  [
    ["ov-subprovider", "--log-format", "xml"],
    "ov-subprovider: --log-format: 'xml' is not valid: allowed choices are text, json",
  ],
  [
    ["ov-stage"],
    "ov-stage: say what to do: load, dump, remove, expire, popularity, reingest, stats, top, runs, licenses, check, migrate",
  ],
  [["ov-stage", "remove"], "ov-stage: say why with --reason, as in --reason takedown"],
  [
    ["ov-stage", "remove", "--list", "l", "f"],
    "ov-stage: --list names what to remove; give either it or records",
  ],
  [["ov-stage", "reingest"], "ov-stage: PROVIDER is missing"],
  [
    ["ov-stage", "reingest", "stocksnap"],
    "ov-stage: stocksnap has no list of days; these have: flickr, met, phylopic, wikimedia, europeana",
  ],
  [
    ["ov-stage", "expire", "stocksnap"],
    "ov-stage: works of stocksnap do not expire; these do: flickr, wikimedia, europeana, smithsonian, " +
      "brooklynmuseum, clevelandmuseum, museumsvictoria, nypl, rawpixel, sciencemuseum, smk",
  ],
  [
    ["ov-stage", "popularity", "--percentile", "1"],
    "ov-stage: --percentile: '1' is not more than 0 and less than 1",
  ],
  [
    ["ov-stage", "dump", "--deletions-since", "2026-01-31", "--license", "by"],
    "ov-stage: --deletions-since writes tombstones, which have no --license; make two dumps",
  ],
  [
    ["ov-stage", "stats", "--by", "provider,colour"],
    "ov-stage: --by: 'colour' is not valid; there are media, provider, source, license, month",
  ],
  [
    ["ov-stage", "stats", "--by", "provider, licence"],
    "ov-stage: --by: 'licence' is not valid (did you mean license?)",
  ],
  [["ov-optout"], "ov-optout: name the list with --list FILE"],
  [["ov-subprovider", "--dry-run"], "ov-subprovider: --dry-run goes with --db"],
  [
    ["ov-subprovider", "--db", "staging.db", "records.ndjson"],
    "ov-subprovider: --db takes the records from the database; give no files and no --rejects",
  ],
  [["ov-commons"], "ov-commons: say what to do: load, match"],
  [
    ["ov-snapshot-stream", "--threads", "0"],
    "ov-snapshot-stream: --threads: '0' is not valid: it must be a whole number from 1 on",
  ],
  [
    ["ov-snapshot-stream", "--has", "P180=cat"],
    "ov-snapshot-stream: --has: 'cat' is no value of P180, whose values are items (Q146); look the item up on wikidata.org",
  ],
  [
    ["ov-to-parquet", "--out", "x", "--sort", "providr"],
    'ov-to-parquet: --sort: there is no column "providr" (did you mean provider?)',
  ],
  [["ov-stage", "laod"], "ov-stage: unknown command 'laod' (did you mean load?)"],
  [["ov-stage", "dump", "file.ndjson"], "ov-stage: one argument too many: file.ndjson"],
  [
    ["ov-stage", "load", "--now", "noon"],
    "ov-stage: --now: 'noon' is not valid: it must be a time: 2026-01-31T12:00:00Z",
  ],
  [["ov-to-parquet"], "ov-to-parquet: say where the shards go: --out DIR"],
  [["ov-publish"], "ov-publish: TARGET [FILE] is missing"],
  [
    ["ov-publish", "ftp:example.org"],
    'ov-publish: unknown target "ftp:example.org"; there is folder:DIR, s3://BUCKET/PREFIX, hf:ORG/NAME, zenodo:[RECORD], zenodo-sandbox:[RECORD]',
  ],
];

/** The command of a line, with its subcommand. */
function commandOf([name, first]: CommandLine): string {
  const { subcommands = [] } = COMMANDS.find((command) => command.name === name) ?? {};
  return subcommands.some((command) => command.name === first) ? `${name} ${first}` : String(name);
}

for (const [line, message] of MISTAKES) {
  test(`${line.join(" ")} is refused with 2`, async () => {
    const { stdout, stderr, code } = await run(line);
    assert.equal(stdout, "");
    assert.ok(stderr.includes(`${message}\n`), stderr);
    assert.ok(stderr.endsWith(`${line[0]}: try '${commandOf(line)} --help'\n`), stderr);
    assert.equal(code, 2);
  });
}

test("a provider that does not exist is answered with those that do", async () => {
  const { stderr, code } = await run(["ov-fetch", "flikr"]);
  assert.match(stderr, /^ov-fetch: there is no provider "flikr"; there are aucklandmuseum, brooklynmuseum, /);
  assert.equal(code, 2);
});

test("with --log-format json every message is one JSON object a line", async () => {
  const { stderr, code } = await run(["ov-subprovider", "--log-format", "json"], { stdin: "{}\nnope\n" });
  const [message, ...others] = stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(others, []);
  assert.match(message.time, /^\d{4}-\d\d-\d\dT/);
  delete message.time;
  assert.deepEqual(message, {
    level: "error",
    command: "ov-subprovider",
    message: "not valid JSON: unexpected `o`",
    file: "stdin",
    line: 2,
    code: "bad_input",
    retryable: false,
  });
  assert.equal(code, 65);
});

for (const line of [
  "ov-parse-flickr-url --strict",
  "ov-subprovider",
  "ov-stage load",
  "ov-to-parquet --out shards",
  "ov-fetch flickr --input -",
]) {
  test(`${line} --quiet leaves the summary out, but no error`, async (t) => {
    const cwd = temporaryFolder(t);
    const [name = "", ...rest] = [...line.split(" "), "--quiet"];
    assert.equal((await run([name, ...rest], { cwd })).stderr, "");
    assert.match((await run([name, ...rest], { cwd, stdin: "x\n" })).stderr, new RegExp(`^${name}: `));
  });
}

for (const line of [
  "ov-parse-flickr-url",
  "ov-parse-flickr-url --extract -",
  "ov-subprovider",
  "ov-stage load",
  "ov-to-parquet --out never",
  "ov-publish folder:never",
]) {
  test(`${line} on a terminal with nothing piped in shows the short help and ends with 2`, async () => {
    const [name = "", ...rest] = line.split(" ");
    // script(1) gives the command a terminal of its own.
    const command = [process.execPath, binOf(name), ...rest].join(" ");
    const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"]);
    const { stdout, code } = await finished(child);
    assert.match(stdout, /^Example: .*\r\nUsage: ov-/);
    assert.match(stdout, /nothing to read: name a file, or pipe something in\r\n/);
    assert.equal(code, 2);
  });
}

test("a command that does not read stdin leaves it alone, so that another one can go on reading", async () => {
  const slow = "for i in {1..99}; do echo $i; sleep 0.01; done";
  const line = `${slow} | { ov-parse-flickr-url --quiet https://flic.kr/p/2rsT <&3 >/dev/null & cat; wait; } 3<&0`;
  const { stdout, stderr } = await shell(line);
  assert.deepEqual([stdout.split("\n").length, stderr], [100, ""]);
});
