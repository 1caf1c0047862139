import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
// Another program uses the database: the library itself.
import { Database } from "../base/sqlite/sqlite.js";
import { smallDisk, WITHOUT_SMALL_DISK } from "../testing/limits.js";
import { type CommandLine, finished, linesOf, run, start, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecords } from "../testing/samples.js";

/** Other programs at the same database: who waits for whom, and who is told. */

async function loaded(t: TestContext): Promise<string> {
  const db = join(temporaryFolder(t), "staging.db");
  const { stderr, code } = await run(["ov-stage", "load", "--db", db], { stdin: ndjson(sampleRecords(3)) });
  assert.equal(code, 0, stderr);
  return db;
}

const LINK = { page_id: 1, title: "File:A.jpg", flickr_photo_id: "1" };

/** A program that holds the database, until it lets go. */
function hold(t: TestContext, db: string, sql: string): () => void {
  const other = new Database(db);
  other.exec(sql);
  t.after(() => other.close());
  return () => other.close();
}

/** So long a command is watched that waits. */
const WATCHED_MS = 500;

/** Watches a command that waits for the database, once it has come so far. */
async function isWaiting(child: ChildProcess): Promise<void> {
  if (process.platform === "linux")
    while (!readFileSync(`/proc/${child.pid}/maps`, "latin1").includes("better_sqlite3.node"))
      await sleep(20);
  else await sleep(6 * WATCHED_MS);
  await sleep(WATCHED_MS);
  assert.equal(child.exitCode, null);
}

for (const [who, sql] of [
  ["has it for itself", "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE"],
  ["keeps it for itself", "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT"],
] as const) {
  test(`--wait waits for a program that ${who}, and Ctrl-C gets through`, async (t) => {
    const db = await loaded(t);
    const letGo = hold(t, db, sql);
    const lines: CommandLine[] = [
      ["ov-stage", "load", "--db", db, "--wait"],
      ["ov-stage", "remove", "--db", db, "--wait", "--reason", "x"],
      ["ov-stage", "popularity", "--db", db, "--wait"],
      ["ov-commons", "load", "--db", db, "--wait"],
    ];
    const waiting = lines.map((line) => {
      const child = start(line);
      const given = line[0] === "ov-commons" ? [LINK] : sampleRecords(4);
      child.stdin?.end(line[1] === "load" ? ndjson(given) : "flickr 99\n");
      return { child, end: finished(child) };
    });
    const stopped = start(lines[0] as CommandLine);
    const end = finished(stopped);
    const reader = start(["ov-stage", "stats", "--db", db]);
    const readersEnd = finished(reader);
    for (const child of [reader, stopped]) {
      await isWaiting(child);
      child.kill("SIGINT");
    }
    assert.deepEqual([(await end).code, (await readersEnd).code], [130, 130]);
    for (const { child } of waiting) await isWaiting(child);
    letGo();
    for (const { end } of waiting) {
      const { code, stderr } = await end;
      assert.equal(code, 0, stderr);
    }
  });
}

test("look-ups of links take no lock: a writer runs beside them, and they beside a writer", async (t) => {
  const db = await loaded(t);
  const link = `${JSON.stringify({ page_id: 1, title: "File:A.jpg", flickr_photo_id: "1" })}\n`;
  assert.equal((await run(["ov-commons", "load", "--db", db], { stdin: link })).code, 0);

  const letGo = hold(t, db, "BEGIN IMMEDIATE");
  const beside = await run(["ov-commons", "match", "--db", db], { stdin: "1\n" });
  assert.equal(beside.code, 0, beside.stderr);
  assert.match(beside.stdout, /"commons":\[{"page_id":1,/);
  letGo();

  const match = start(["ov-commons", "match", "--db", db]);
  const end = finished(match);
  match.stdin?.write("1\n");
  await new Promise((resolve) => match.stdout?.once("data", resolve));
  const load = await run(["ov-stage", "load", "--db", db], { stdin: ndjson(sampleRecords(5)) });
  assert.equal(load.code, 0, load.stderr);
  match.stdin?.end();
  assert.equal((await end).code, 0);
});

test("look-ups in a database that has no links make no table for them", async (t) => {
  const db = await loaded(t);
  const { stdout, stderr, code } = await run(["ov-commons", "match", "--db", db], { stdin: "1\n" });
  assert.deepEqual([stdout, code], ['{"flickr_photo_id":"1","commons":[]}\n', 0]);
  assert.match(stderr, /has no links to Commons; put them in with ov-commons load\n/);
  const database = new Database(db, { readonly: true });
  t.after(() => database.close());
  assert.equal(database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'commons_link'").get(), undefined);
});

const statesOf = async (db: string) => {
  const { stdout, stderr, code } = await run(["ov-stage", "runs", "--db", db, "--json"]);
  assert.equal(code, 0, stderr);
  return linesOf(stdout).map(({ state }) => state);
};

test("a load is running while it runs, and crashed as soon as it was killed", async (t) => {
  const db = await loaded(t);
  const child = start(["ov-stage", "load", "--db", db]);
  const end = finished(child);
  child.stdin?.on("error", () => {}).write(ndjson(sampleRecords(2)));
  const database = new Database(db, { readonly: true });
  t.after(() => database.close());
  const isWrittenDown = database.prepare("SELECT count(*) FROM runs WHERE state = 'running'").pluck();
  while (isWrittenDown.get() !== 1) await sleep(20);
  assert.deepEqual(await statesOf(db), ["running", "done"]);
  child.kill("SIGKILL");
  await end;
  assert.deepEqual(await statesOf(db), ["crashed", "done"]);
  assert.equal(isWrittenDown.get(), 1, "who reads writes nothing");

  // Another program writes: it is not said to be the load.
  hold(t, db, "BEGIN IMMEDIATE");
  if (process.platform === "linux") assert.deepEqual(await statesOf(db), ["crashed", "done"]);
  const { stderr, code } = await run(["ov-stage", "load", "--db", db]);
  if (process.platform === "linux")
    assert.equal(
      stderr,
      `ov-stage: cannot use ${db}: another program is writing to it; run this again when it is done, or with --wait\n`,
    );
  assert.equal(code, 75);
});

test("on a read-only disk it is said that nobody knows whether a load runs", {
  skip: WITHOUT_SMALL_DISK,
}, async (t) => {
  const sound = await loaded(t);
  const disk = smallDisk(t, "2m");
  const db = join(disk, "staging.db");
  copyFileSync(sound, db);
  const other = new Database(db);
  other.exec("UPDATE runs SET state = 'running'");
  other.close();
  spawnSync("mount", ["-o", "remount,ro", disk]);
  const { stdout, stderr, code } = await run(["ov-stage", "runs", "--db", db, "--json"]);
  assert.equal(linesOf(stdout)[0]?.state, "running");
  assert.equal(
    stderr,
    "ov-stage: warning: run 1 is written down as running; whether it still is cannot be seen where nothing can be written\n",
  );
  assert.equal(code, 0);
});

test("links are put in turn with another writer: 75 without --wait, and Ctrl-C gets through with it", async (t) => {
  const db = await loaded(t);
  const child = start(["ov-commons", "load", "--db", db, "--wait"]);
  const end = finished(child);
  child.stdin?.write(ndjson([LINK]));
  // The links before are kept: nobody waits for a load that waits for its input.
  while (linksIn(db) === 0) await sleep(50);
  const letGo = hold(t, db, "BEGIN IMMEDIATE");
  child.stdin?.write(ndjson([{ ...LINK, page_id: 2 }]));
  await sleep(WATCHED_MS);
  assert.equal(child.exitCode, null);
  child.kill("SIGINT");
  assert.equal((await end).code, 130);
  const refused = await run(["ov-commons", "load", "--db", db], { stdin: ndjson([LINK]) });
  assert.equal(refused.code, 75, refused.stderr);
  assert.match(refused.stderr, /is writing to it; run this again when it is done, or with --wait\n/);
  letGo();
  assert.equal(linksIn(db), 1);
});

function linksIn(db: string): number {
  const database = new Database(db, { readonly: true });
  try {
    const isThere = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'commons_link'").get();
    return isThere ? (database.prepare("SELECT count(*) FROM commons_link").pluck().get() as number) : 0;
  } finally {
    database.close();
  }
}
