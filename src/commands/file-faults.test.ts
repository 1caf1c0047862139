import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type { Command } from "../command-line/index.js";
import { atOnce } from "../testing/at-once.js";
import { fillDisk, readOnlyFolder, smallDisk, WITHOUT_SMALL_DISK } from "../testing/limits.js";
import { binOf, finished, type Result, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";
import { type FileFault, INPUT_FAULTS, OUTPUT_FAULTS } from "./file-fault-kinds.test.util.js";
import {
  CONTENTS,
  ELSEWHERE,
  type End,
  NAMES,
  ROWS,
  type Row,
  STREAM_FAULTS,
  type Word,
  WRITTEN,
} from "./file-faults.test.util.js";
import { COMMANDS } from "./index.js";

/** Every command, run with every fault of files, lines and streams that means something to it. */

const WORD = /^(folder:)?(INPUT|LIST|TABLE|NOTES|DB|FROM|REJECTS|UNUSED|OUT)$/;
const nameOf = ({ argv }: Row) => argv.join(" ");
const wordsOf = ({ argv }: Row) => argv.flatMap((text) => WORD.exec(text)?.[2] ?? []) as Word[];

test("every command stands in the table, with every option that names a file", () => {
  const work = (command: Command): readonly (readonly [string, Command])[] =>
    command.subcommands?.map((sub) => [`${command.name} ${sub.name}`, sub] as const) ?? [
      [command.name, command],
    ];
  for (const [name, { options = [] }] of COMMANDS.flatMap(work)) {
    const lines = ROWS.map(nameOf).filter((line) => `${line} `.startsWith(`${name} `));
    assert.ok(lines.length > 0, `${name} has no row`);
    const files = options
      .filter(({ flags }) => / <(?:file|dir)>$/.test(flags))
      .map(({ flags }) => flags.split(" ")[0] as string);
    for (const flag of files.filter((flag) => !ELSEWHERE.includes(flag)))
      assert.ok(
        lines.some((line) => line.includes(` ${flag} `)),
        `${name}: no row has ${flag}`,
      );
  }
});

/** Tries all cases, so that one run shows everything that is not right. */
async function tryAll<T>(cases: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const failed: string[] = [];
  await atOnce(cases, (one) => work(one).catch((error: Error) => void failed.push(error.message)));
  assert.deepEqual(failed, [], failed.join("\n\n"));
}

/** What is made once: a database, shards, their manifest, one of them. */
let made: string;
/** Folders of a full and of a read-only disk, where they can be had. */
let disks: Readonly<Record<string, string>> = {};
/** What each command says and writes where nothing is wrong. */
const whole = new Map<Row, Result>();
const cleanUps: (() => void)[] = [];
/** Holds what is to be there for all tests. */
const forAll = { after: (work: () => void) => cleanUps.push(work) } as unknown as TestContext;

before(async () => {
  made = temporaryFolder(forAll);
  const records = ndjson([sampleRecord()]);
  const ended = await Promise.all([
    run(["ov-stage", "load", "--db", join(made, "staging.db")], { stdin: records }),
    run(["ov-to-parquet", "--out", join(made, "from")], { stdin: records }),
  ]);
  assert.deepEqual(
    ended.map(({ code }) => code),
    [0, 0],
  );
  const link = JSON.stringify({ page_id: 1, title: "File:A.jpg", flickr_photo_id: "1" });
  await run(["ov-commons", "load", "--db", join(made, "staging.db")], { stdin: `${link}\n` });
  writeFileSync(join(made, "manifest"), ended[1]?.stdout ?? "");
  await run(["ov-publish", `folder:${join(made, "dataset")}`, join(made, "manifest")]);
  const shard = readdirSync(join(made, "from"), { recursive: true }).find((name) =>
    String(name).endsWith(".parquet"),
  );
  await cp(join(made, "from", String(shard)), join(made, "parquet"));
  if (WITHOUT_SMALL_DISK) return;
  const full = smallDisk(forAll);
  fillDisk(full);
  disks = { full, "read-only": readOnlyFolder(forAll) };
});
after(() => {
  for (const work of cleanUps.reverse()) work();
});

/** A folder with everything that a row reads, and what it wrote yesterday. */
async function home(t: TestContext, row: Row): Promise<string> {
  const folder = temporaryFolder(t);
  for (const name of ["staging.db", "from", "parquet"])
    await cp(join(made, name), join(folder, name), { recursive: true });
  for (const [word, contents] of Object.entries(row.reads ?? {})) {
    const bytes =
      contents in CONTENTS ? CONTENTS[contents as keyof typeof CONTENTS] : readFileSync(join(made, contents));
    writeFileSync(join(folder, word.toLowerCase()), bytes);
  }
  if (row.reads?.stdin === undefined) writeFileSync(join(folder, "stdin"), "");
  for (const word of wordsOf(row)) {
    if (WRITTEN.includes(word)) writeFileSync(join(folder, word.toLowerCase()), "yesterday\n");
    else if (word === "OUT")
      await cp(join(made, nameOf(row).includes("folder:") ? "dataset" : "from"), join(folder, "out"), {
        recursive: true,
      });
  }
  for (const [name, disk] of Object.entries(disks)) symlinkSync(disk, join(folder, name));
  return folder;
}

const fileOf = (word: Word, folder: string) =>
  join(folder, word === "DB" ? "staging.db" : word.toLowerCase());

/** The command line of a row in a folder. Words may stand for other paths; without INPUT where it reads stdin. */
function argvOf({ argv }: Row, folder: string, others: Partial<Record<Word, string>> = {}): string[] {
  return argv.map((text) => {
    const [, target = "", word] = WORD.exec(text) ?? [];
    return word === undefined ? text : target + (others[word as Word] ?? fileOf(word as Word, folder));
  });
}

/** Runs a command line in a folder, through a shell where its streams are to be others. */
async function runIn(folder: string, argv: readonly string[], shell?: string): Promise<Result> {
  const [name = "", ...args] = argv;
  const child = spawn(
    "bash",
    ["-c", shell ?? 'exec "$0" "$@" < stdin', process.execPath, binOf(name), ...args],
    {
      cwd: folder,
      env: { ...process.env, OV_CONTACT: "mailto:archive@example.org" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const late = setTimeout(() => child.kill("SIGKILL"), 60_000);
  try {
    return await finished(child);
  } finally {
    clearTimeout(late);
  }
}

/** A link, a device or a FIFO: it stays what it is, whatever is written there. */
const NO_FILE = "no file: ";

/** All that lies in a folder: what each is, and the bytes of files. Databases change as they like. */
function stateOf(folder: string): Map<string, string> {
  const state = new Map<string, string>();
  for (const name of readdirSync(folder, { encoding: "buffer" })) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
    const text = name.toString("latin1");
    const stats = lstatSync(path);
    if (/^staging\.db/.test(text)) continue;
    if (stats.isFile()) state.set(text, readFileSync(path, "latin1"));
    else if (stats.isDirectory())
      for (const [inner, is] of stateOf(path.toString())) state.set(`${text}/${inner}`, is);
    else state.set(text, NO_FILE + stats.mode);
    if (stats.isDirectory()) state.set(text, "folder");
  }
  return state;
}

/** Control characters but for line ends, and what turns the direction of text. */
const UNSAFE = /[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Checks how a command ended, and that it has touched nothing that is not its own. */
function judge(
  said: string,
  row: Row,
  { stdout, stderr, code }: Result,
  end: End,
  was: Map<string, string>,
  is: Map<string, string>,
  faulty?: Word,
): void {
  const told = `${said}: ${code}\n${stdout.slice(0, 300)}\n${stderr}`;
  assert.ok(end.codes.includes(code as number), told);
  if (end.words) assert.match(stderr, end.words, told);
  assert.doesNotMatch(
    stderr,
    /unexpected failure|report this|^ {4}at |\bE[A-Z]{4,}\b|\b(?:Type|Range|Reference)Error\b/m,
    told,
  );
  assert.doesNotMatch(stderr, UNSAFE, told);
  assert.doesNotMatch(stderr, /^(?!ov-[\w-]+: |$)/m, told);
  if (end.same && code === 0) assert.equal(stdout, whole.get(row)?.stdout, told);
  if (end.counted && code === 0)
    assert.notEqual(is.get("rejects") ?? "", "", `${told}: nothing was rejected`);
  const outputs = wordsOf(row)
    .filter((word) => WRITTEN.includes(word) || word === "OUT")
    .map((word) => word.toLowerCase());
  // Rejects are there as well where all lines were bad; what links lead to is `other`, or comes to be `later`.
  const mayChange = (name: string) =>
    (name === "rejects" && faulty !== "REJECTS") ||
    (code === 0 && [...outputs, "other", "later"].some((own) => name === own || name.startsWith(`${own}/`)));
  for (const [name, bytes] of was)
    if (!mayChange(name) || bytes.startsWith(NO_FILE))
      assert.equal(is.get(name), bytes, `${name} was changed by ${told}`);
  for (const name of is.keys())
    if (!was.has(name) && !mayChange(name)) assert.fail(`${name} was left by ${told}`);
}

test("where nothing is wrong, every command ends with 0", async (t) => {
  await tryAll(ROWS, async (row) => {
    const folder = await home(t, row);
    const was = stateOf(folder);
    const result = await runIn(folder, argvOf(row, folder));
    whole.set(row, { ...result, stdout: result.stdout.replaceAll(folder, "HOME") });
    judge(
      nameOf(row),
      row,
      { ...result, stdout: whole.get(row)?.stdout ?? "" },
      { codes: [0] },
      was,
      stateOf(folder),
    );
    if (row.reads?.INPUT && wordsOf(row).includes("REJECTS"))
      assert.notEqual(readFileSync(join(folder, "rejects"), "utf8"), "", nameOf(row));
  });
});

const canMakeDevices = (() => {
  const path = join(
    temporaryFolder({ after: (work: () => void) => cleanUps.push(work) } as unknown as TestContext),
    "null",
  );
  return (
    spawnSync("mknod", [path, "c", "1", "3"]).status === 0 &&
    spawnSync("sh", ["-c", 'echo > "$0"', path]).status === 0
  );
})();
const SKIP = { devices: canMakeDevices ? false : "only root can make devices", disk: WITHOUT_SMALL_DISK };

for (const [side, faults] of [
  ["read", INPUT_FAULTS],
  ["written", OUTPUT_FAULTS],
] as const) {
  for (const [number, fault] of faults.entries()) {
    test(`a file that is ${side}: ${fault.name}`, { skip: fault.needs && SKIP[fault.needs] }, async (t) => {
      const cases = ROWS.flatMap((row) =>
        wordsOf(row)
          .filter((word) => fault.on.includes(word))
          .map((word) => ({ row, word })),
      );
      const some = cases.filter((_, i) => !fault.isVariety || (i + number) % 2 === 0);
      await tryAll(some, ({ row, word }) => tryFault(t, fault, row, word));
    });
  }
}

async function tryFault(t: TestContext, fault: FileFault, row: Row, word: Word): Promise<void> {
  const folder = await home(t, row);
  const file = fileOf(word, folder);
  const path = fault.path?.(file, folder) ?? file;
  // Not every command reads the file that another one must not write.
  if (
    fault.name.startsWith("the file that is read") &&
    !wordsOf(row).some((read) => fileOf(read, folder) === path)
  )
    return;
  fault.make(file, folder);
  const was = stateOf(folder);
  const other = fault.beside && spawn("bash", ["-c", fault.beside, "bash", file], { stdio: "ignore" });
  const result = await runIn(folder, argvOf(row, folder, { [word]: path }));
  if (other) other.kill();
  const stdout = result.stdout.replaceAll(folder, "HOME");
  const command = row.argv[0] as string;
  const end = fault.ends?.[row.reads?.[word] ?? ""] ?? fault.ends?.[command] ?? fault.end;
  judge(`${nameOf(row)} with ${word}`, row, { ...result, stdout }, end, was, stateOf(folder), word);
}

for (const { name, redirect, before: first = "", only, end } of STREAM_FAULTS) {
  test(name, async (t) => {
    const rows = ROWS.filter((row) =>
      only === "reads" ? row.takesStdin : only === "writes" ? whole.get(row)?.stdout !== "" : true,
    );
    await tryAll(rows, async (row) => {
      const folder = await home(t, row);
      const argv = argvOf(row, folder);
      if (only === "reads" && row.reads?.INPUT) {
        writeFileSync(join(folder, "stdin"), readFileSync(join(folder, "input")));
        argv.splice(argv.indexOf(join(folder, "input")), 1, "-");
      }
      const stdin = redirect.includes("<") || first !== "" ? "" : "< stdin";
      const was = stateOf(folder);
      const exec = redirect.startsWith("|") ? '"$0" "$@"' : 'exec "$0" "$@"';
      const line = redirect.startsWith("|")
        ? `${exec} ${stdin} ${redirect}; exit \${PIPESTATUS[0]}`
        : `${first} ${exec} ${stdin} ${redirect}`;
      const result = await runIn(folder, argv, line);
      judge(
        nameOf(row),
        row,
        { ...result, stdout: result.stdout.replaceAll(folder, "HOME") },
        end,
        was,
        stateOf(folder),
      );
    });
  });
}

for (const [number, [what, printf]] of NAMES.entries()) {
  test(`a name with ${what}`, async (t) => {
    const cases = ROWS.flatMap((row) =>
      wordsOf(row)
        .filter((word) => word !== "DB" && word !== "FROM")
        .map((word) => ({ row, word })),
    );
    const some = cases.filter((_, i) => (i + number) % 2 === 0);
    await tryAll(some, async ({ row, word }) => {
      const folder = await home(t, row);
      const argv = argvOf(row, folder, { [word]: "NAME" });
      const at = argv.findIndex((text) => text.endsWith("NAME"));
      const was = stateOf(folder);
      const set = `name=$(printf 'x${printf}'); args=("$@"); args[${at}]=\${args[${at}]/NAME/$name}`;
      const result = await runIn(folder, argv, `${set}; exec "$0" "\${args[@]}" < stdin`);
      const is = stateOf(folder);
      const isWritten = WRITTEN.includes(word) || word === "OUT";
      const bytes = spawnSync("printf", [`x${printf}`]).stdout.toString("latin1");
      // What is written under that name, to the byte, is its own.
      for (const name of [...is.keys()])
        if (isWritten && result.code === 0 && (name === bytes || name.startsWith(`${bytes}/`)))
          is.delete(name);
      judge(
        `${nameOf(row)} with ${word}`,
        row,
        result,
        { codes: isWritten ? [0, 2, 66, 73] : [2, 66] },
        was,
        is,
      );
    });
  });
}
