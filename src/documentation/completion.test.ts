import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { COMMANDS } from "../commands/index.js";
import { PROJECT } from "../testing/run.js";
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

test("fish completes subcommands and options", {
  skip: isInstalled("fish") ? false : "fish is absent",
}, () => {
  const offered = (line: string) => {
    const script = `source "${join(FOLDER, "ov-tools.fish")}"; complete -C "${line}"`;
    const { stdout, stderr } = spawnSync("fish", ["-c", script], { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.split("\n").map((one) => one.split("\t")[0]);
  };
  assert.ok(offered("ov-stage l").includes("load"));
  assert.ok(offered("ov-stage load --rej").includes("--rejects"));
  assert.ok(!offered("ov-stage dump --rej").includes("--rejects"));
});
