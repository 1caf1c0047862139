import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database } from "../../base/sqlite/sqlite.js";
import { finished, linesOf, type Result, run, start, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecords } from "../../testing/samples.js";

/** Loads that are killed while they read from a pipe, for tests. */

/** A load that has read something and waits for more. */
export interface HeldLoad {
  readonly child: ChildProcess;
  readonly end: Promise<Result>;
}

/** Waits for something that other processes do. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    assert.ok(tries < 3000, "waited for a minute");
    await sleep(20);
  }
}

/** Starts a load, which has the lock and has read `text` when this is done. */
export async function heldLoad(db: string, text: string, ...args: string[]): Promise<HeldLoad> {
  const before = inputsKept(db);
  const child = start(["ov-stage", "load", "--db", db, ...args]);
  child.stdin?.on("error", () => {}).write(text);
  const end = finished(child);
  const length = Buffer.byteLength(text);
  await until(() => {
    assert.equal(child.exitCode, null, "the load ended by itself");
    const kept = inputsKept(db).filter((path) => !before.includes(path));
    return kept.some((path) => statSync(path, { throwIfNoEntry: false })?.size === length);
  });
  return { child, end };
}

/** The files beside a database that keep what loads read. */
export function inputsKept(db: string): string[] {
  return readdirSync(dirname(db))
    .filter((name) => name.startsWith(`${basename(db)}-input-`))
    .map((name) => join(dirname(db), name));
}

/** A load that has read `text` and is killed then: its file is left. */
export async function killedLoad(db: string, text: string, ...args: string[]): Promise<void> {
  const { child, end } = await heldLoad(db, text, ...args);
  child.kill("SIGKILL");
  assert.equal((await end).code, "SIGKILL");
}

/** As loads keep what they read: for its owner only. */
export const PRIVATE = { mode: 0o600 };

/** The counts of a load that did nothing. */
export const NONE = { inserted: 0, updated: 0, unchanged: 0, duplicates: 0, url_duplicates: 0, rejected: 0 };

/** A database in a folder of its own, and the subcommands on it. */
export function stagingOf(t: TestContext, folder = temporaryFolder(t)) {
  const db = join(folder, "staging.db");
  const stage = ([name, ...args]: [string, ...string[]], stdin = "") =>
    run(["ov-stage", name, "--db", db, ...args], { stdin });
  const good = async (line: [string, ...string[]], stdin = "") => {
    const result = await stage(line, stdin);
    assert.equal(result.code, 0, result.stderr);
    return { ...result, objects: linesOf(result.stdout) };
  };
  return {
    db,
    stage,
    good,
    // With the library itself, which is quicker than a command.
    titles: () => rowsOf(db, "SELECT title FROM image ORDER BY foreign_identifier").flat(),
    /** Number, state, input, and who took in what it left. */
    runs: () => rowsOf(db, "SELECT id, state, input, taken_in_by FROM runs ORDER BY id"),
    /** The files beside the database. */
    files: () => readdirSync(dirname(db)).filter((name) => name !== "staging.db"),
  };
}

function rowsOf(db: string, query: string): unknown[][] {
  // Not for reading only: the last one to close takes along what SQLite keeps beside the file.
  const database = new Database(db);
  const rows = [...database.rows(query)];
  database.close();
  return rows;
}

/** Lines of some records, all of one title. */
export const titled = (title: string, count = 3) =>
  ndjson(sampleRecords(count).map((one) => ({ ...one, title })));
