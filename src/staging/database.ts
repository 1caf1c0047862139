import { closeSync, openSync } from "node:fs";
import { errorCode, Failure, systemReason } from "../failure.js";
import { APPLICATION_ID, createStatements, DATABASE_VERSION } from "./schema.js";
import { Database } from "./sqlite.js";

/** How long to wait for another writer, in milliseconds. */
const BUSY_MS = 10_000;

/**
 * Opens a staging database. `create` makes it where it is not there yet (readable by its owner only); otherwise
 * a missing file is a `Failure`, and so is a file that is something else.
 */
export function openDatabase(path: string, { create }: { create: boolean }): Database {
  return explain(path, () => {
    if (create) createPrivately(path);
    else requireFile(path);
    const database = new Database(path, { fileMustExist: true, timeout: BUSY_MS });
    try {
      prepare(database, path, create);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  });
}

/** SQLite makes files with the usual mode and takes the mode of its companions (-wal, -shm) from the file. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (errorCode(error) === "EEXIST") return;
    throw new Failure("no_output", `cannot create ${path}: ${systemReason(error)}`, { cause: error });
  }
}

/** SQLite only says that it cannot open a file, not why. */
function requireFile(path: string): void {
  try {
    closeSync(openSync(path, "r"));
  } catch (error) {
    throw new Failure("no_input", `cannot open ${path}: ${systemReason(error)}`, { cause: error });
  }
}

function prepare(database: Database, path: string, create: boolean): void {
  const id = database.setting("application_id");
  const tables = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (tables === 0 && create) {
    // Two first loads at once: the second finds the tables made.
    database
      .transaction(() => {
        if (database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() !== 0) return;
        for (const statement of createStatements()) database.exec(statement);
        database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
        database.exec(`PRAGMA user_version = ${DATABASE_VERSION}`);
      })
      .immediate();
  } else if (id !== APPLICATION_ID) {
    throw new Failure("bad_input", `${path} is not a staging database; name another file with --db`);
  }
  const version = Number(database.setting("user_version"));
  if (version > DATABASE_VERSION) {
    throw new Failure(
      "bad_input",
      `${path} was made by a newer ov-tools (schema ${version}); update ov-tools`,
    );
  }
  // Only now that it is known to be ours. Readers go on while one writes, and a killed writer leaves nothing half done.
  if (create) database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = NORMAL");
}

/** What SQLite's errors mean for a person. */
const REASONS: readonly (readonly [
  code: RegExp,
  outcome: "no_output" | "bad_input" | "temporary",
  reason: string,
])[] = [
  [/^SQLITE_FULL|^SQLITE_IOERR_WRITE|^SQLITE_IOERR_SHMSIZE/, "no_output", "no space left on device"],
  [/^SQLITE_READONLY/, "no_output", "read-only file or folder"],
  [/^SQLITE_CANTOPEN/, "no_output", "the file or its folder cannot be opened for writing"],
  [/^SQLITE_NOTADB/, "bad_input", "not a SQLite file"],
  [
    /^SQLITE_CORRUPT/,
    "bad_input",
    "the file is damaged; restore it from a copy, or load again into a new file",
  ],
  [
    /^SQLITE_BUSY|^SQLITE_LOCKED/,
    "temporary",
    "another program is writing to it; run this again when it is done",
  ],
];

/** Runs database work and turns SQLite's errors into a `Failure` that names the file. */
export function explain<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asFailure(path, error);
  }
}

/** What an error of SQLite means, as a `Failure` that names the file; any other error as it is. */
export function asFailure(path: string, error: unknown): unknown {
  const code = errorCode(error) ?? "";
  const known = REASONS.find(([pattern]) => pattern.test(code));
  return known ? new Failure(known[1], `cannot use ${path}: ${known[2]}`, { cause: error }) : error;
}
