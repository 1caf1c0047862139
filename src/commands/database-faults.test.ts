import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sendJson, serve } from "../base/http/local-server.test.util.js";
import { Database } from "../base/sqlite/sqlite.js";
import { atOnce } from "../testing/at-once.js";
import { fillDisk, smallDisk, WITHOUT_SMALL_DISK } from "../testing/limits.js";
import { type CommandLine, finished, type Result, run, start, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../testing/samples.js";
import {
  commandsWithDatabase,
  FILE_FAULTS,
  type FileFault,
  PLACES,
  USERS,
  usersFor,
  VALUE_FAULTS,
} from "./database-faults.test.util.js";

/** Every command that opens a database, run on a database with every fault. */

test("every command that opens a database stands in the table", () => {
  const named = new Set(Object.keys(USERS).map((name) => name.replace(/ --.*/, "")));
  assert.deepEqual([...named].sort(), commandsWithDatabase().sort());
});

/** A server that has nothing, and a sound database. */
async function environment(t: TestContext): Promise<{ url: string; sound: string; folder: string }> {
  const { url } = await serve(t, (_, response) =>
    sendJson(response, { stat: "ok", photos: { page: 1, pages: 1, perpage: 500, total: 0, photo: [] } }),
  );
  const folder = temporaryFolder(t);
  const sound = join(folder, "sound.db");
  bytes ??= soundDatabase(sound);
  writeFileSync(sound, await bytes);
  return { url, sound, folder };
}

let bytes: Promise<Buffer> | undefined;

/** A database of 200 records, the first of which has everything. */
async function soundDatabase(path: string): Promise<Buffer> {
  const first = sampleRecord({
    creator: "Ada",
    creator_url: "https://www.flickr.com/people/35067687@N04",
    meta_data: { views: "7" },
    tags: [{ name: "sun", provider: "flickr" }],
  });
  const { stderr, code } = await run(["ov-stage", "load", "--db", path], {
    stdin: ndjson([first, ...sampleRecords(200).slice(1)]),
  });
  assert.equal(code, 0, stderr);
  return readFileSync(path);
}

/** Runs a command of the table on a database. */
function runOn(name: string, db: string, url: string, folder: string): Promise<Result> {
  const { use, args = [], stdin = "" } = USERS[name] as (typeof USERS)[string];
  const line = [...name.split(" "), ...args, "--db", db] as unknown as CommandLine;
  const state = ["--state", join(folder, `state-${db.replaceAll("/", "-")}`), "--base-url", url];
  const env = { FLICKR_API_KEY: "0123456789abcdef", OV_CONTACT: "mailto:archive@example.org" };
  return run(use === "asks" ? [...line, ...state] : line, { stdin, env });
}

/** What lies at a path and beside it: names, sizes, times, and the bytes of files. */
function stateOf(folder: string): unknown {
  return readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const { size, mtimeMs, mode } = lstatSync(path);
    return [name, size, mtimeMs, mode, lstatSync(path).isFile() && readFileSync(path).toString("latin1")];
  });
}

/** Checks how a command has ended on a database. */
function judge({ ends }: Pick<FileFault, "ends">, name: string, db: string, result: Result): string {
  const { stdout, stderr, code } = result;
  const [expected, text] = ends[name] ?? ends[USERS[name]?.use as string] ?? ends.others;
  const words = typeof text === "string" ? text.replace("PATH", db) : text;
  const said = `${name}: ${stdout.slice(0, 500)}\n${stderr}`;
  assert.equal(code, expected, said);
  if (typeof words === "string") assert.ok(stderr.includes(words), said);
  else assert.match(stderr, words, said);
  assert.doesNotMatch(stderr, /unexpected|^ {4}at /m, said);
  return said;
}

/** Each fault is tried with every third command, each command with every third fault; all of them where OV_EVERY is 1. */
const EVERY = Number(process.env.OV_EVERY ?? 3);

for (const [number, fault] of [...FILE_FAULTS, ...VALUE_FAULTS].entries()) {
  test(`every command on ${fault.name}`, async (t) => {
    const { url, sound, folder } = await environment(t);
    const some = usersFor(fault).filter((_, i) => (i + number) % EVERY === 0);
    await atOnce(some, async (name) => {
      const home = temporaryFolder(t);
      const db = join(home, "staging.db");
      copyFileSync(sound, db);
      fault.make(db);
      const before = stateOf(home);
      const said = judge(fault, name, db, await runOn(name, db, url, folder));
      if (FILE_FAULTS.includes(fault)) assert.deepEqual(stateOf(home), before, said);
    });
  });
}

/** A place for a database: gives its path to a command, and makes it as it is to be before each. */
type Place = (t: TestContext, sound: string) => (name: string) => string;

const aFileOfItsOwn: Place = (t, sound) => () => {
  const db = join(temporaryFolder(t), "staging.db");
  copyFileSync(sound, db);
  return db;
};

/** Opens it as another program does, which holds it until the test ends. */
const held =
  (sql: string): Place =>
  (t, sound) => {
    const db = aFileOfItsOwn(t, sound)("");
    const other = new Database(db);
    other.exec(sql);
    t.after(() => other.close());
    return () => db;
  };

const onDisk =
  (prepare: (disk: string) => void): Place =>
  (t, sound) => {
    const disk = smallDisk(t, "2m");
    const db = join(disk, "staging.db");
    copyFileSync(sound, db);
    prepare(disk);
    return () => db;
  };

const MAKE: Readonly<Record<keyof typeof PLACES, Place>> = {
  "no file": (t) => () => join(temporaryFolder(t), "staging.db"),
  "an empty file": (t) => () => {
    const db = join(temporaryFolder(t), "staging.db");
    writeFileSync(db, "");
    return db;
  },
  "no folder": (t) => () => join(temporaryFolder(t), "nowhere", "staging.db"),
  "a writer that was killed": (t, sound) => {
    const other = new Database(aFileOfItsOwn(t, sound)(""));
    other.exec(`INSERT INTO runs (command, version, who, started_on, input, state)
      VALUES ('load', '1', 'ada@lovelace', '2026-01-01T00:00:00.000Z', 'stdin', 'running')`);
    t.after(() => other.close());
    return () => {
      const db = join(temporaryFolder(t), "staging.db");
      for (const suffix of ["", "-wal"]) copyFileSync(other.name + suffix, db + suffix);
      return db;
    };
  },
  "a full disk": onDisk(fillDisk),
  "a read-only disk": onDisk((disk) => spawnSync("mount", ["-o", "remount,ro", disk])),
  "another writer": held("BEGIN IMMEDIATE"),
  "a program that has it for itself": held(
    "PRAGMA journal_mode = DELETE; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE",
  ),
};

for (const [where, ends] of Object.entries(PLACES)) {
  const skip = where.endsWith("disk") && WITHOUT_SMALL_DISK;
  test(`every command with ${where}`, { skip }, async (t) => {
    const { url, sound, folder } = await environment(t);
    const dbFor = MAKE[where as keyof typeof PLACES](t, sound);
    const work = async (name: string) => {
      const db = dbFor(name);
      const result = await runOn(name, db, url, folder);
      judge({ ends }, name, db, result);
      if (where.includes("killed") && name === "ov-stage runs") assert.match(result.stdout, /crashed/);
    };
    // Those that have to wait do so together.
    if (where.includes("another") || where.includes("for itself"))
      await Promise.all(Object.keys(USERS).map(work));
    else await atOnce(Object.keys(USERS), work);
  });
}

test("every command that writes, killed at any moment, leaves a database that is in order", async (t) => {
  const { url, sound, folder } = await environment(t);
  const writers = Object.keys(USERS).filter((name) => /creates|writes/.test(USERS[name]?.use as string));
  await atOnce(writers, async (name) => {
    const db = aFileOfItsOwn(t, sound)(name);
    const { use, args = [], stdin } = USERS[name] as (typeof USERS)[string];
    const child = start([...name.split(" "), ...args, "--db", db] as unknown as CommandLine);
    const end = finished(child);
    child.stdin?.on("error", () => {}).write(stdin ?? "");
    await sleep(Math.random() * 600);
    child.kill("SIGKILL");
    await end;
    const { stdout, stderr } = await run(["ov-stage", "check", "--db", db]);
    assert.match(stdout, /"faults":0/, `${name} (${use}): ${stderr}`);
    judge({ ends: { others: [0, ""] } }, name, db, await runOn(name, db, url, folder));
  });
});
