import { hostname, userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, Failure } from "../failure.js";
import { BUSY_MS, explain } from "./database.js";
import type { Database } from "./sqlite.js";

/**
 * Runs: what each command that writes in one transaction did, and when, and on whose behalf. A run is written down
 * before it begins and again, with its counts, together with what it did. So one that was killed stays `running`
 * without anything of it being there, until the next one calls it `crashed`.
 */

/** How a run ended. `interrupted` and `failed` runs keep what came before the end. */
export type RunState = "running" | "done" | "interrupted" | "failed" | "crashed";

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
export interface RunStart {
  readonly command: string;
  readonly version: string;
  readonly input: string;
  /** Of a load: when what it reads counts as seen, ISO 8601. */
  readonly seenOn?: string;
}

/** How another program is waited for. */
export interface Waiting {
  /** For as long as it takes. */
  readonly wait: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** How long another writer is waited for when that was not asked for, and how often it is looked after. */
const PATIENCE_MS = 5000;
const LOOK_MS = 20;

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
   * the run is described anew, under a later number. So runs have the order of their numbers.
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
      own = explain(path, () => {
        if (own) database.prepare("DELETE FROM runs WHERE id = ?").run(own.id);
        const start = describe();
        const written = start && writeDown(database, start);
        database.exec("COMMIT");
        return written;
      });
      if (!own) return undefined;
    }
  }

  /** Writes down how the run ended, and commits all of it. */
  end(counts: object, state: RunState, error?: string): void {
    explain(this.#path, () => {
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

function writeDown(database: Database, start: RunStart): WrittenDown {
  // Whoever is running holds the lock, and here it is ours.
  database.exec("UPDATE runs SET state = 'crashed' WHERE state = 'running'");
  const lastVersion = database
    .prepare(`SELECT version FROM runs WHERE command = 'load' AND ${IS_THERE} ORDER BY id DESC LIMIT 1`)
    .pluck()
    .get() as string | undefined;
  const { lastInsertRowid } = database
    .prepare(
      `INSERT INTO runs (command, version, who, started_on, input, state, seen_on)
        VALUES (?, ?, ?, ?, ?, 'running', ?)`,
    )
    .run(start.command, start.version, whoAmI(), new Date().toISOString(), start.input, start.seenOn ?? null);
  return { id: Number(lastInsertRowid), lastVersion };
}

function isLast(database: Database, { id }: WrittenDown): boolean {
  return database.prepare("SELECT max(id) FROM runs").pluck().get() === id;
}

/** Whether what a run did is in the database (SQL): its counts are committed with it. */
export const IS_THERE = "counts IS NOT NULL";

/** All runs, the newest first. */
export function listRuns(database: Database): RunRow[] {
  return database.prepare("SELECT * FROM runs ORDER BY id DESC").all() as RunRow[];
}

/** Begins a transaction that writes. There is one at a time: waits for another one, or says whose it is. */
export async function beginWriting(
  database: Database,
  path: string,
  { wait, signal }: Waiting,
): Promise<void> {
  const giveUp = performance.now() + PATIENCE_MS;
  try {
    // Looking again and again by ourselves, so that Ctrl-C gets through.
    database.exec("PRAGMA busy_timeout = 0");
    while (!tryBegin(database, path)) {
      signal.throwIfAborted();
      if (!wait && performance.now() > giveUp) throw new Failure("temporary", busy(database, path));
      await sleep(LOOK_MS);
    }
  } finally {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  }
}

function tryBegin(database: Database, path: string): boolean {
  try {
    database.exec("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    if (errorCode(error)?.startsWith("SQLITE_BUSY")) return false;
    return explain(path, () => {
      throw error;
    });
  }
}

function busy(database: Database, path: string): string {
  const run = database.prepare("SELECT * FROM runs WHERE state = 'running' ORDER BY id DESC").get() as
    | RunRow
    | undefined;
  const whose = run ? `ov-stage ${run.command} (${run.who}, since ${run.started_on})` : "another program";
  return `cannot use ${path}: ${whose} is writing to it; run this again when it is done, or with --wait`;
}

function whoAmI(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name.
    return String(process.getuid?.() ?? "unknown");
  }
}
