import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { COMMANDS } from "../commands/index.js";
import { PROJECT, temporaryFolder } from "../testing/run.js";
import { isInstalled } from "./console.test.util.js";

const FOLDER = join(PROJECT, "docs", "completion");
const BASH = join(FOLDER, "ov-tools.bash");

/** Checks of the files' grammar by the shells themselves. */
for (const [shell, file] of [
  ["bash", "ov-tools.bash"],
  ["zsh", "_ov-tools"],
  ["fish", "ov-tools.fish"],
] as const) {
  test(`${shell} reads ${file}`, { skip: isInstalled(shell) ? false : `${shell} is absent` }, () => {
    const { status, stderr } = spawnSync(shell, ["-n", join(FOLDER, file)], { encoding: "utf8" });
    assert.equal(stderr, "");
    assert.equal(status, 0);
  });
}

/** Without the user's own settings, which bash reads when its stdin is a socket. */
const BARE = ["--norc", "-c"];

/** What bash offers where the cursor stands at the end of these words. */
function completed(...words: readonly string[]): string[] {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ov_tools; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", [...BARE, script, "bash", BASH, ...words], {
    encoding: "utf8",
  });
  assert.equal(stderr, "");
  return stdout.split("\n").filter(Boolean);
}

test("bash completes every command of ours", () => {
  const script = 'source "$1"; complete -p | sed "s/.* //"';
  const { stdout } = spawnSync("bash", [...BARE, script, "bash", BASH], { encoding: "utf8" });
  assert.deepEqual(stdout.trim().split("\n").sort(), COMMANDS.map(({ name }) => name).sort());
});

test("bash completes subcommands", () => {
  assert.deepEqual(completed("ov-stage", "lo"), ["load"]);
  assert.deepEqual(completed("ov-stage", "d"), ["dump"]);
  assert.ok(completed("ov-stage", "").length >= 3);
});

test("bash completes options of a command and of a subcommand", () => {
  assert.deepEqual(completed("ov-fetch", "flickr", "--api"), ["--api-key-file"]);
  assert.deepEqual(completed("ov-stage", "load", "--rej"), ["--rejects"]);
  assert.deepEqual(completed("ov-stage", "dump", "--rej"), []);
  assert.deepEqual(completed("/usr/local/bin/ov-publish", "--rep"), ["--replace"]);
});

test("bash completes the choices of an option", () => {
  assert.deepEqual(completed("ov-fetch", "--log-format", ""), ["text", "json"]);
  assert.deepEqual(completed("ov-stage", "dump", "--media", "a"), ["audio"]);
});

/** What zsh offers: a shell of its own, in a terminal of its own, whose `compadd` writes down what it is given. */
const ZSH = String.raw`
zmodload zsh/zpty
export OFFERS=$3
zpty shell zsh -f -i
zpty -w shell "PROMPT=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D
compadd() {
  builtin compadd \"\$@\"
  [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] && return
  local -a hits; builtin compadd -A hits \"\$@\"; print -rl -- \$hits >> \$OFFERS
}
all-offered() { print -r -- END-OF-OFFERS >> \$OFFERS }
zle -N all-offered; bindkey '^I' complete-word; bindkey '^X' all-offered; print READY > \$OFFERS"
repeat 300; do grep -q READY $OFFERS 2>/dev/null && break; sleep 0.1; done
: > $OFFERS
zpty -w -n shell "$2"$'\t\x18'
repeat 300; do grep -q END-OF-OFFERS $OFFERS && break; sleep 0.1; done
zpty -d shell
grep -v END-OF-OFFERS $OFFERS`;

/** What a shell offers at the end of a line, in a folder. */
const SHELLS: Readonly<Record<string, (line: string, cwd: string) => string[]>> = {
  bash: (line, cwd) => {
    // As readline parts a line.
    const words: string[] = [...(line.match(/[=:]+|[^\s=:]+/g) ?? [])];
    if (line.endsWith(" ")) words.push("");
    const script = `source "$1"; COMP_LINE=$2; shift 2; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ov_tools; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return linesFrom("bash", [...BARE, script, "bash", BASH, line, ...words], cwd);
  },
  zsh: (line, cwd) => linesFrom("zsh", ["-f", "-c", ZSH, "zsh", FOLDER, line, join(cwd, ".offers")], cwd),
  fish: (line, cwd) =>
    linesFrom("fish", ["-c", `source '${join(FOLDER, "ov-tools.fish")}'; complete -C '${line}'`], cwd),
};

function linesFrom(shell: string, args: readonly string[], cwd: string): string[] {
  const env = { ...process.env, HOME: cwd, XDG_CONFIG_HOME: cwd, TERM: "xterm" };
  const { stdout, stderr } = spawnSync(shell, args, { encoding: "utf8", cwd, env });
  assert.equal(stderr, "");
  const offered = stdout.split("\n").map((one) => one.split("\t")[0] as string);
  return [...new Set(offered)].filter((one) => one.trim() !== "" && !/^-[^-]/.test(one));
}

/** A line, and what is offered at its end; shells differ in what they repeat of the word, so the ends are compared. */
const LINES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["ov-fetch fli", ["flickr"]],
  ["ov-fetch flickr READ", []],
  ["ov-fetch flickr --input READ", ["README"]],
  ["ov-fetch flickr --input=READ", ["README"]],
  ["ov-fetch flickr --input x READ", ["README"]],
  ["ov-fetch --limit ", []],
  ["ov-fetch --limit 3 fli", ["flickr"]],
  ["ov-fetch --log-format=", ["text", "json"]],
  ["ov-fetch --log-format=j", ["json"]],
  ["ov-stage loa", ["load"]],
  ["ov-stage load --rej", ["--rejects"]],
  ["ov-stage dump --rej", []],
  ["ov-stage load READ", ["README"]],
  ["ov-stage stats READ", []],
  ["ov-stage dump --provider stock", ["stocksnap"]],
  ["ov-stage dump --license=comm", ["commercial"]],
  ["ov-stage reingest ", ["flickr", "met", "phylopic", "wikimedia", "europeana"]],
  ["ov-stage expire smk eur", ["europeana"]],
  ["ov-to-parquet --out fold", ["folder"]],
  ["ov-to-parquet --compression sn", ["snappy"]],
  ["ov-publish zenodo-", ["zenodo-sandbox:"]],
  ["ov-publish folder:fold", ["folder"]],
  ["ov-publish zenodo: READ", ["README"]],
  ["ov-parse-flickr-url --only photo,alb", ["album"]],
  ["ov-parse-flickr-url READ", []],
  ["ov-parse-flickr-url --extract READ", ["README"]],
];

for (const [shell, offersOf] of Object.entries(SHELLS)) {
  const skip = isInstalled(shell) ? false : `${shell} is absent`;
  for (const [line, expected] of LINES) {
    test(`${shell} offers what belongs at the end of: ${line}`, { skip }, (t) => {
      const cwd = temporaryFolder(t);
      writeFileSync(join(cwd, "README"), "");
      mkdirSync(join(cwd, "folder"));
      const offered = offersOf(line, cwd).map((one) => one.replace(/^.*[=,]|\/$|^folder:(?=.)/g, ""));
      assert.deepEqual(offered.sort(), [...expected].sort());
    });
  }
}

/** The lines of docs/completion.md, each in its shell, and what shows in a new one that completion is there. */
const NEW_SHELL: Readonly<Record<string, readonly [args: string[], shown: RegExp]>> = {
  bash: [["-i", "-c", "complete -p ov-fetch"], /-F _ov_tools ov-fetch/],
  zsh: [["-i", "-c", "print $_comps[ov-fetch]"], /^_ov-tools$/m],
  fish: [["-c", "complete -C 'ov-fetch fli'"], /^flickr$/m],
};

for (const [shell, [args, shown]] of Object.entries(NEW_SHELL)) {
  test(`the line of docs/completion.md for ${shell} sets it up`, {
    skip: isInstalled(shell) ? false : `${shell} is absent`,
  }, (t) => {
    const home = temporaryFolder(t);
    const commands = join(home, "bin");
    mkdirSync(commands);
    for (const { name } of COMMANDS) symlinkSync(join(PROJECT, "bin", `${name}.js`), join(commands, name));
    const page = readFileSync(join(PROJECT, "docs", "completion.md"), "utf8");
    const [, line = ""] = new RegExp(`\\*\\*${shell}\\*\\*.*\\n\\n\`\`\`sh\\n(.*)\\n`).exec(page) ?? [];
    const { XDG_CONFIG_HOME: _, ZDOTDIR: __, ...rest } = process.env;
    const env = { ...rest, HOME: home, PATH: `${commands}:${process.env.PATH}`, TERM: "xterm" };
    const options = { encoding: "utf8", env, cwd: home, input: "" } as const;
    const set = spawnSync(shell, ["-c", line], options);
    assert.equal(set.status, 0, set.stderr);
    assert.match(spawnSync(shell, args, options).stdout, shown);
  });
}
