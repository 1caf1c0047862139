import { lstatSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import {
  Damage,
  type Database,
  exactName,
  isBusy,
  isLocked,
  lockHolder,
  type Waiting,
} from "../../base/sqlite/index.js";
import { staging } from "./database.js";
import { spoolOf } from "./spool.js";

/**
 * Runs: what each command that writes in one transaction did, and when, and on whose behalf. A run is written down
 * before it begins and again, with its counts, together with what it did. So one that was killed stays `running`
 * without anything of it being there, until the next one calls it `crashed`.
 */

/** How a run ended. `interrupted` and `failed` runs keep what came before the end. */
type RunState = "running" | "done" | "interrupted" | "failed" | "crashed";

/** A row of the table. */
export interface RunRow {
  readonly id: number;
  /** `load`, `remove`, `expire`. */
  readonly command: string;
  /** Of ov-tools. */
  readonly version: string;
  /** `user@host`. */
  readonly who: string;
  /** ISO 8601. */
  readonly started_on: string;
  readonly ended_on: string | null;
  /** What it read: names of files, or the operands that say what it was about. */
  readonly input: string;
  /** JSON. */
  readonly counts: string | null;
  readonly state: RunState;
  readonly error: string | null;
  /** Of a load: when what it reads counts as seen; null in runs of older versions. ISO 8601. */
  readonly seen_on: string | null;
  /** The run that took in what this one had read and left, if there was one. */
  readonly taken_in_by: number | null;
}

/** What is known of a run when it begins. */
interface RunStart {
  readonly command: string;
  readonly version: string;
  readonly input: string;
  /** Of a load: when what it reads counts as seen, ISO 8601. */
  readonly seenOn?: string;
}

/** A run that is under way: it holds the database's only transaction that writes, from its start to its end. */
export class Run {
  readonly id: number;
  /** Of ov-tools when it loaded last; undefined when it never did. */
  readonly lastVersion: string | undefined;
  readonly #database: Database;
  readonly #path: string;

  private constructor(database: Database, path: string, { id, lastVersion }: WrittenDown) {
    this.#database = database;
    this.#path = path;
    this.id = id;
    this.lastVersion = lastVersion;
  }

  /** Writes the run down and begins its transaction. */
  static async begin(database: Database, path: string, start: RunStart & Waiting): Promise<Run> {
    return (await Run.beginWhere(database, path, start, () => start)) as Run;
  }

  /**
   * The same for a run that is described when its turn has come, with the lock held; undefined where there is nothing to
   * do. What is written down is committed before the run's own transaction begins: where another writer came in between,
   * the run is described again, under a later number. So runs have the order of their numbers.
   */
  static async beginWhere(
    database: Database,
    path: string,
    waiting: Waiting,
    describe: () => RunStart | undefined,
  ): Promise<Run | undefined> {
    for (let own: WrittenDown | undefined; ; ) {
      await beginWriting(database, path, waiting);
      if (own && isLast(database, own)) return new Run(database, path, own);
      own = staging.explain(path, () => {
        if (own) database.prepare("DELETE FROM runs WHERE id = ?").run(own.id);
        const start = describe();
        const written = start && writeDown(database, path, start);
        database.exec("COMMIT");
        return written;
      });
      if (!own) return undefined;
    }
  }

  /** Writes down how the run ended, and commits all of it. */
  end(counts: object, state: RunState, error?: string): void {
    staging.explain(this.#path, () => {
      this.#database
        .prepare("UPDATE runs SET ended_on = ?, counts = ?, state = ?, error = ? WHERE id = ?")
        .run(new Date().toISOString(), JSON.stringify(counts), state, error ?? null, this.id);
      this.#database.exec("COMMIT");
    });
  }

  /** Takes back all that the run did and writes down why. */
  undo(error: string): void {
    try {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      this.#database
        .prepare("UPDATE runs SET ended_on = ?, state = 'failed', error = ? WHERE id = ?")
        .run(new Date().toISOString(), error, this.id);
    } catch {
      // A disk that is full cannot even take this; the next run calls this one crashed.
    }
  }
}

/** A run that has not begun yet. */
interface WrittenDown {
  readonly id: number;
  readonly lastVersion: string | undefined;
}

function writeDown(database: Database, path: string, start: RunStart): WrittenDown {
  // Whoever is running holds the lock, and here it is ours.
  database.exec("UPDATE runs SET state = 'crashed' WHERE state = 'running'");
  const lastVersion = database
    .prepare(`SELECT version FROM runs WHERE command = 'load' AND ${IS_THERE} ORDER BY id DESC LIMIT 1`)
    .pluck()
    .get() as string | undefined;
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO runs (id, command, version, who, started_on, input, state, seen_on)
        VALUES (?, ?, ?, ?, ?, ?, 'running', ?)`,
    )
    .run(
      freeNumber(database, path),
      start.command,
      start.version,
      `${userName()}@${hostname()}`,
      new Date().toISOString(),
      start.input,
      start.seenOn ?? null,
    );
  return { id: Number(lastInsertRowid), lastVersion };
}

/**
 * The next number. One is passed over where its file is there: what is in it is not ours, or of a load that came after the
 * copy which this database was restored from, and is still to be taken in.
 */
function freeNumber(database: Database, path: string): number {
  const last = database.prepare("SELECT coalesce(max(id), 0) FROM runs").pluck().get() as number;
  if (!Number.isSafeInteger(last)) throw new Damage(`runs: ${last} is the number of no run`);
  let number = last + 1;
  while (lstatSync(spoolOf(path, number), { throwIfNoEntry: false })) number++;
  return number;
}

/**
 * A time of the clock, or, where that has been set back, the last one that a run has seen on it: what is read now is not
 * older than what was read then.
 */
export function onward(database: Database, time: string): string {
  const isOfClock = `version <> '${UNKNOWN}' AND started_on GLOB '[0-9][0-9][0-9][0-9]-*Z'`;
  return database
    .prepare(`SELECT max(coalesce(max(started_on), ''), ?) FROM runs WHERE ${isOfClock}`)
    .pluck()
    .get(time) as string;
}

function isLast(database: Database, { id }: WrittenDown): boolean {
  return database.prepare("SELECT max(id) FROM runs").pluck().get() === id;
}

/** The version of a run that was written down for the file that it left: when it was is known by the file alone. */
export const UNKNOWN = "unknown";

/** Whether what a run did is in the database (SQL): its counts are committed with it. */
export const IS_THERE = "counts IS NOT NULL";

/** Longer than a run has no lock: between the note that it runs and its transaction. */
const GAP_MS = 100;

/**
 * All runs, the newest first. One that is written down as running is `crashed` where nobody holds the lock that it would
 * hold; only the next writer writes that down. `unsure`: whether it runs cannot be seen, as in a read-only folder.
 */
export async function currentRuns(
  database: Database,
  path: string,
): Promise<{ runs: RunRow[]; unsure?: RunRow }> {
  const runs = () => database.prepare("SELECT * FROM runs ORDER BY id DESC").all() as RunRow[];
  const before = runs().find(isRunning);
  if (!before) return { runs: runs() };
  // A copy says nothing of the locks of the file: undefined where they cannot be seen.
  const isAlive = () =>
    database.name === exactName(path) ? isLocked(path) && mayBeHolder(before, path) : undefined;
  const first = isAlive();
  if (first === undefined) return { runs: runs(), unsure: before };
  if (first) return { runs: runs() };
  await sleep(GAP_MS);
  const isDead = isAlive() === false;
  return {
    runs: runs().map((run) =>
      isDead && isRunning(run) && run.id <= before.id ? { ...run, state: "crashed" } : run,
    ),
  };
}

function isRunning({ state }: RunRow): boolean {
  return state === "running";
}

/** Whether the process that holds the lock can be that of a run; where it is not known, it can. */
function mayBeHolder({ command }: RunRow, path: string): boolean {
  const line = lockHolder(path);
  return !line || (line.includes(command) && line.some((word) => /\bov-stage(?:\.js)?$/.test(word)));
}

/** Begins a transaction that writes. There is one at a time: waits for another one, or says whose it is. */
export function beginWriting(database: Database, path: string, waiting: Waiting): Promise<void> {
  return staging.beginWriting(database, path, waiting, () => {
    const run = runningOf(database);
    return run && mayBeHolder(run, path)
      ? `ov-stage ${run.command} (${run.who}, since ${run.started_on})`
      : "another program";
  });
}

/** The run that may be writing; undefined where there is none, and where not even that can be read. */
function runningOf(database: Database): RunRow | undefined {
  try {
    const sql = "SELECT * FROM runs WHERE state = 'running' ORDER BY id DESC";
    return database.prepare(sql).get() as RunRow | undefined;
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return String(process.getuid?.() ?? "unknown");
  }
}
