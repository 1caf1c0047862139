import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "../commands/index.js";
import { linesOf, run, shell, temporaryFolder } from "../testing/run.js";
import { isInstalled } from "./console.test.util.js";

/** Every command line of help: the command's and its subcommands'. */
const HELP = COMMANDS.flatMap(({ name, subcommands = [] }) => [
  [name],
  ...subcommands.map((one) => [name, one.name]),
]);

/** What asks somebody else's server. */
const LIVE = /^ov-fetch (?!.*(?:--input|--list))|--download/;

/** The examples as --help shows them in this folder. */
async function examplesOf(words: readonly string[], cwd: string): Promise<string[]> {
  const [name = "", ...rest] = words;
  const { stdout } = await run([name, ...rest, "--help"], { cwd });
  const [section = ""] = stdout.split("\n\n");
  return [...section.matchAll(/^ {2}(\S.*)$/gm)].map(([, line]) => line as string);
}

test("the first example of every help works, one after the other, in an empty folder", {
  skip: isInstalled("jq") ? false : "jq is absent",
}, async (t) => {
  const cwd = temporaryFolder(t);
  for (const words of HELP) {
    const [line] = (await examplesOf(words, cwd)).filter((example) => !LIVE.test(example));
    assert.ok(line, `${words.join(" ")} has one that needs no network`);
    const { code, stderr } = await shell(line, { cwd });
    assert.equal(code, 0, `${line}\n${stderr}`);
  }
});

test("examples that name fixtures work in a folder elsewhere", {
  skip: isInstalled("jq") ? false : "jq is absent",
}, async (t) => {
  const cwd = temporaryFolder(t);
  const lines = (await Promise.all(HELP.map((words) => examplesOf(words, cwd)))).flat();
  const named = [...new Set(lines.filter((line) => line.includes("fixtures/")))];
  assert.ok(named.length >= 5);
  for (const line of named) {
    const { code, stderr } = await shell(line, { cwd });
    assert.equal(code, 0, `${line}\n${stderr}`);
  }
});

test("without arguments ov-tools says what there is, and with --where only where", async () => {
  const { stdout, code } = await run(["ov-tools"]);
  assert.equal(code, 0);
  for (const { name, summary } of COMMANDS.slice(0, -1))
    assert.match(stdout, new RegExp(`  ${name} +${summary}`));
  const { stdout: where } = await run(["ov-tools", "--where"], { cwd: "/" });
  const { stdout: records } = await run(
    ["ov-fetch", "flickr", "--input", `${where.trim()}/fixtures/flickr/page-1.json`],
    { cwd: "/" },
  );
  assert.ok(linesOf(records).length > 0);
});
