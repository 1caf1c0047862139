import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fillDisk, readOnlyFolder, smallDisk, WITHOUT_SMALL_DISK } from "../testing/limits.js";
import { binOf, finished, type Result, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";
import { CONTENTS, type End, type Row, type Word, WRITTEN } from "./file-faults.test.util.js";

/** Runs a row of the fault table in a folder of its own, and judges how it ended. */

const WORD = /^(folder:)?(INPUT|LIST|TABLE|NOTES|DB|FROM|REJECTS|UNUSED|OUT)$/;
export const nameOf = ({ argv }: Row) => argv.join(" ");
export const wordsOf = ({ argv }: Row) => argv.flatMap((text) => WORD.exec(text)?.[2] ?? []) as Word[];

/** What is made once: a database, shards, their manifest, one of them. */
let made: string;
/** Folders of a full and of a read-only disk, where these are available. */
let disks: Readonly<Record<string, string>> = {};
/** What each command says and writes where nothing is wrong. */
export const whole = new Map<Row, Result>();
const cleanUps: (() => void)[] = [];
/** Holds what is to be there for all tests. */
export const forAll = { after: (work: () => void) => cleanUps.push(work) } as unknown as TestContext;

/** Makes it. */
export async function prepare(): Promise<void> {
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
}

/** Takes it away again. */
export function cleanUp(): void {
  for (const work of cleanUps.reverse()) work();
}

/** A folder with everything that a row reads, and what it wrote yesterday. */
export async function home(t: TestContext, row: Row): Promise<string> {
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

export const fileOf = (word: Word, folder: string) =>
  join(folder, word === "DB" ? "staging.db" : word.toLowerCase());

/** The command line of a row in a folder. Words may stand for other paths; without INPUT where it reads stdin. */
export function argvOf({ argv }: Row, folder: string, others: Partial<Record<Word, string>> = {}): string[] {
  return argv.map((text) => {
    const [, target = "", word] = WORD.exec(text) ?? [];
    return word === undefined ? text : target + (others[word as Word] ?? fileOf(word as Word, folder));
  });
}

/** Runs a command line in a folder, through a shell where its streams are to be others. */
export async function runIn(folder: string, argv: readonly string[], shell?: string): Promise<Result> {
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
export function stateOf(folder: string): Map<string, string> {
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
export function judge(
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
    // The letters of a temporary folder may look like a system's error.
    stderr.replace(/ov-tools-\w{6}/g, "HOME"),
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
    ((code === 0 || end.afterWork) &&
      [...outputs, "other", "later"].some((own) => name === own || name.startsWith(`${own}/`)));
  for (const [name, bytes] of was)
    if (!mayChange(name) || bytes.startsWith(NO_FILE))
      assert.equal(is.get(name), bytes, `${name} was changed by ${told}`);
  for (const name of is.keys())
    if (!was.has(name) && !mayChange(name)) assert.fail(`${name} was left by ${told}`);
}
