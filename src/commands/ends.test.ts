import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { atOnce } from "../testing/at-once.js";
import {
  binOf,
  type CommandLine,
  finished,
  PROJECT,
  type Result,
  run,
  shell,
  start,
  temporaryFolder,
  untilStarted,
} from "../testing/run.js";
import { ndjson, sampleRecords } from "../testing/samples.js";
import { COMMANDS } from "./index.js";

/** How commands end where something around them is missing, full or small: a table of environments × commands. */

/** One line a command; FOLDER holds what they read and make. A new command is one line more. */
const LINES: readonly string[] = [
  "ov-fetch flickr --input FIXTURES/flickr/page-1.json",
  "ov-parse-flickr-url https://flic.kr/p/2rsT",
  "ov-snapshot-stream --flickr --threads 3 FIXTURES/commons/snapshot.json.gz",
  "ov-commons match --db FOLDER/staging.db FOLDER/ids.txt",
  "ov-subprovider FOLDER/records.ndjson",
  "ov-optout --list FIXTURES/opt-outs.txt FOLDER/records.ndjson",
  "ov-stage load --db FOLDER/new.db FOLDER/records.ndjson",
  "ov-to-parquet --out FOLDER/new FOLDER/records.ndjson",
  "ov-from-parquet FOLDER/shards/image/train-00000-of-00001.parquet",
  "ov-publish folder:FOLDER/dataset FOLDER/manifest.ndjson",
  "ov-tools",
];

/** Words that never reach a person: those of the engine, of libuv, and of a command that takes its environment for a bug. */
const RAW =
  /^ {4}at |please report|node:internal|\bE[A-Z]{3,}:|ERR_|Cannot read|Unexpected token|uv_cwd|Invalid \w+ length/m;

/** What a command is started in, as a beginning of a line of shell and an end of it, and the codes that it may end with. */
interface Environment {
  readonly name: string;
  readonly before: string;
  readonly after?: string;
  readonly codes: readonly number[];
  /** What the message has to say, where the work is not done. */
  readonly words?: RegExp;
}

const ENVIRONMENTS: readonly Environment[] = [
  {
    name: "nothing around them",
    before: "unset HOME; export TMPDIR=/nowhere LC_ALL=C TERM=;",
    after: "<&- 2>&-",
    codes: [0],
  },
  { name: "32 open files", before: "ulimit -n 32;", codes: [0, 75], words: /ulimit -n/ },
  {
    name: "2 GB of addresses",
    before: "ulimit -v 2000000;",
    codes: [0, 75],
    words: /addresses: .*ulimit -v/,
  },
  {
    name: "12 GB of addresses",
    before: "ulimit -v 12000000;",
    codes: [0, 75],
    words: /addresses: .*ulimit -v/,
  },
  {
    name: "8 MB for the engine",
    before: "export NODE_OPTIONS=--max-old-space-size=8;",
    codes: [75],
    words: /8 MB is too little for the engine/,
  },
];

let sources: { records: string; manifest: string; folder: string };

/** Folder with everything that the lines read. */
async function prepare(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t);
  spawnSync("cp", ["-r", `${sources.folder}/.`, folder]);
  const manifest = readFileSync(join(folder, "manifest.ndjson"), "utf8");
  writeFileSync(join(folder, "manifest.ndjson"), manifest.replaceAll(sources.folder, folder));
  return folder;
}

before(async (t) => {
  const folder = temporaryFolder(t as TestContext);
  // So many that the commands with threads start them.
  const records = ndjson(sampleRecords(2000));
  writeFileSync(join(folder, "records.ndjson"), records);
  writeFileSync(join(folder, "ids.txt"), "53248015596\n");
  await run(["ov-stage", "load", "--db", join(folder, "staging.db"), join(folder, "records.ndjson")]);
  const made = await run(["ov-to-parquet", "--out", join(folder, "shards"), join(folder, "records.ndjson")]);
  assert.equal(made.code, 0, made.stderr);
  writeFileSync(join(folder, "manifest.ndjson"), made.stdout);
  sources = { records, manifest: made.stdout, folder };
});

const placed = (line: string, folder: string) =>
  line.replaceAll("FOLDER", folder).replaceAll("FIXTURES", join(PROJECT, "fixtures"));

test("every command stands in the table", () => {
  const named = new Set(LINES.map((line) => line.split(" ")[0]));
  assert.deepEqual(
    COMMANDS.map(({ name }) => name).filter((name) => !named.has(name)),
    [],
  );
});

for (const { name, before: first, after = "", codes, words } of ENVIRONMENTS) {
  test(`with ${name}, every command ends with words and its own code`, async (t) => {
    const folder = await prepare(t);
    await atOnce(LINES, async (line) => {
      // A folder of its own, where the shell and what is deleted are in nobody's way.
      const cwd = temporaryFolder(t);
      const text = `${first} ${placed(line, folder)} ${after}`;
      const { stderr, code } = await shell(text, { cwd });
      assert.ok(codes.includes(code as number), `${line}: ${code}: ${stderr}`);
      assert.doesNotMatch(stderr, RAW, line);
      if (code !== 0 && words) assert.match(stderr, words, line);
    });
  });
}

test("names from a working folder that was deleted are not there, as input and as output", async (t) => {
  const cwd = temporaryFolder(t);
  const gone = "mkdir gone; cd gone; rmdir ../gone;";
  const input = await shell(`${gone} ov-subprovider records.ndjson`, { cwd });
  assert.deepEqual(
    [input.stderr, input.code],
    ["ov-subprovider: cannot open records.ndjson: no such file or folder\n", 66],
  );
  const output = await shell(`${gone} ov-to-parquet --out shards`, { cwd, stdin: sources.records });
  assert.deepEqual(
    [output.stderr, output.code],
    ["ov-to-parquet: cannot create shards: no such file or folder\n", 73],
  );
});

/** Every help text: of commands, and of their subcommands. */
const QUESTIONS = COMMANDS.flatMap(({ name, subcommands = [] }) => [
  [name, "--help"],
  ...subcommands.map((one) => [name, one.name, "--help"]),
  [name, "--version"],
]) as unknown as readonly CommandLine[];

test("help and version to a full device end with 73, to a closed pipe with 0", async () => {
  const asked = QUESTIONS.map((line) => line.join(" "));
  await atOnce(asked, async (line) => {
    const full = await shell(`${line} >/dev/full`);
    const words = `${line.split(" ")[0]}: cannot write stdout: no space left on device\n`;
    assert.deepEqual([full.stderr, full.code], [words, 73], line);
  });
  const closed = await shell(`ov-stage load --help | true; echo "\${PIPESTATUS[0]}"`);
  assert.deepEqual([closed.stdout, closed.stderr], ["0\n", ""]);
});

test("help arrives whole where its reader is slow", async () => {
  const { stdout } = await run(["ov-fetch", "--help"]);
  const slow = await shell("ov-fetch --help | { sleep 0.2; cat; }");
  assert.equal(slow.stdout, stdout);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal} in the first instant ends with 130, words and nothing half-written`, async (t) => {
    const folder = await prepare(t);
    const before = readdirSync(folder);
    for (const wait of signal === "SIGINT" ? [0, 5, 10, 20, 40, 80, 160] : [0, 30]) {
      const line = placed("ov-to-parquet --out FOLDER/new", folder).split(" ") as unknown as CommandLine;
      const child = start(line);
      child.stdin?.on("error", () => {});
      const end = finished(child);
      await untilStarted(child.pid);
      await sleep(wait);
      child.kill(signal);
      const { stderr, code } = await end;
      assert.match(stderr, /^ov-to-parquet: interrupted: [^\n]+\n$/, `after ${wait} ms`);
      assert.equal(code, 130);
      assert.deepEqual(readdirSync(folder), before);
    }
  });
}

test("a command that nohup or a script lets outlive its terminal does", async (t) => {
  const folder = await prepare(t);
  const program = `${process.execPath} ${binOf("ov-subprovider")}`;
  for (const line of [`_=/usr/bin/nohup exec ${program}`, `trap "" HUP; ${program} & wait $!`]) {
    const child = spawn("bash", ["-c", `exec 3<&0; ${line.replace("&", "<&3 &")}`], { cwd: folder });
    const end = finished(child);
    const pid = await childOf(child.pid as number, /ov-subprovider/);
    await untilStarted(pid);
    await sleep(100);
    process.kill(pid, "SIGHUP");
    await sleep(50);
    child.stdin?.end(sources.records);
    const { stdout, code, stderr } = await end;
    assert.deepEqual([stdout, code], [sources.records, 0], `${line}: ${stderr}`);
  }
});

/** The process of a shell, or below it, whose command line matches. */
async function childOf(pid: number, pattern: RegExp): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    for (const one of [String(pid), ...children].filter((text) => text.trim() !== "")) {
      const line = readFileSync(`/proc/${one}/cmdline`, "utf8");
      if (/node\0/.test(line) && pattern.test(line)) return Number(one);
    }
    await sleep(2);
  }
}

/** Commands whose output holds the time of the run, with what they need. */
const TIMED: readonly string[] = [
  "ov-stage load --db FOLDER/staging.db FOLDER/records.ndjson",
  "ov-stage remove --db FOLDER/staging.db --reason takedown FOLDER/ids.txt",
  "ov-stage expire flickr --db FOLDER/staging.db",
  "ov-stage popularity --db FOLDER/staging.db",
  "ov-stage reingest flickr",
  "ov-subprovider --db FOLDER/staging.db",
  "ov-publish folder:FOLDER/dataset FOLDER/manifest.ndjson",
];

test("SOURCE_DATE_EPOCH that is no time is refused by every command that takes --now", async (t) => {
  const timed = COMMANDS.flatMap((command) => [command, ...(command.subcommands ?? [])]).filter(
    ({ options = [] }) => options.some(({ flags }) => flags.startsWith("--now ")),
  );
  assert.equal(timed.length, TIMED.length, timed.map(({ name }) => name).join(", "));
  const folder = await prepare(t);
  const cases = TIMED.flatMap((line, i) => [
    [line, "abc"],
    [line, ["", "-1", " 1767225600", "1e9", "99999999999999", "1767225600.5", "0x10"][i] as string],
  ]);
  await atOnce(cases, async ([line = "", epoch = ""]) => {
    const { stdout, stderr, code } = await shell(placed(line, folder), { env: { SOURCE_DATE_EPOCH: epoch } });
    const words = `SOURCE_DATE_EPOCH: '${epoch}' is not valid: it must be seconds since 1970, as in 1767225600\n`;
    assert.ok(stderr.includes(words), `${line}: ${stderr}`);
    assert.deepEqual([code, stdout], [2, ""], line);
  });
  // What is named goes before: then nothing depends on the variable.
  const named = await shell(placed(`${TIMED[0]} --now 2026-01-01T00:00:00Z`, folder), {
    env: { SOURCE_DATE_EPOCH: "abc" },
  });
  assert.equal(named.code, 0, named.stderr);
});

test("what a killed run left in the folder for temporary files, the next one removes", async (t) => {
  const folder = await prepare(t);
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  mkdirSync(join(temporary, "ov-publish"));
  const env = { ...process.env, TMPDIR: temporary };
  const args = ["--exclude-license", "by-nd", `folder:${folder}/dataset`, join(folder, "manifest.ndjson")];
  let left: string[] = [];
  // Killed as soon as it has begun to write there.
  for (let i = 0; i < 20 && left.length === 0; i++) {
    const child = spawn(process.execPath, [binOf("ov-publish"), ...args], { env, stdio: "ignore" });
    const end = new Promise((resolve) => child.on("close", resolve));
    while (child.exitCode === null && left.length === 0) {
      left = readdirSync(temporary).filter((name) => name !== "ov-publish");
      await sleep(1);
    }
    child.kill("SIGKILL");
    await end;
  }
  assert.equal(left.length, 1, "it was killed in the middle");
  const again: Result = await run(["ov-publish", "--replace", ...args], { env: { TMPDIR: temporary } });
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(readdirSync(temporary), ["ov-publish"], "and nothing else");
});
