import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode, Failure, systemReason } from "../failure.js";
import { createTables, DATABASE_VERSION, type Kept, migrateTables } from "./migrations.js";
import { APPLICATION_ID } from "./schema.js";
import { Database } from "./sqlite.js";

/** How long a statement waits for another writer, in milliseconds. */
export const BUSY_MS = 10_000;
/** A record takes 1 KB: pages four times the usual size leave less room between records, and fewer are logged and copied. */
const PAGE_BYTES = 16_384;
/** Kept in memory of the file, in KiB: the upper levels of every index of some million records. */
const CACHE_KIB = 49_152;

/**
 * Opens a staging database to be written. `create` makes it where it is not there yet (readable by its owner only);
 * otherwise a missing file is a `Failure`, and so is a file that is something else, or of another version.
 */
export function openDatabase(path: string, { create }: { create: boolean }): Database {
  return explain(path, () => {
    if (create) createPrivately(path);
    else requireFile(path);
    return prepared(new Database(path, { fileMustExist: true, timeout: BUSY_MS }), path, create);
  });
}

/**
 * Opens a staging database to be read only: nothing can be written through the connection. Databases on read-only disks
 * and in folders of others can be read as well.
 */
export function openForReading(path: string): Database {
  return explain(path, () => {
    requireFile(path);
    const options = { readonly: true, fileMustExist: true, timeout: BUSY_MS };
    try {
      return prepared(new Database(path, options), path);
    } catch (error) {
      if (!/^SQLITE_(?:READONLY|CANTOPEN)/.test(errorCode(error) ?? "")) throw error;
      if (holdsChanges(`${path}-wal`)) throw new Failure("no_input", unfinished(path), { cause: error });
      return prepared(new Database(temporaryCopy(path), options), path);
    }
  });
}

/**
 * Takes away the empty files that SQLite keeps beside a database while it is read, and that a connection which cannot
 * write has to leave: one that can, and is the last to close, takes them along. Whoever uses them keeps them.
 */
export function tidyAfterReading(path: string): void {
  try {
    if (statSync(`${path}-wal`).size > 0) return;
    const database = new Database(path, { fileMustExist: true });
    database.setting("user_version");
    database.close();
  } catch {
    // There are none, or the folder is read-only: then they do no harm.
  }
}

/** What a migration did: the version that the database had, and what was kept although this version would refuse it. */
export interface Migrated extends Kept {
  readonly before: number;
}

/** Brings a database of an older version up to this one. */
export function migrateDatabase(path: string): Migrated {
  return explain(path, () => {
    requireFile(path);
    const database = new Database(path, { fileMustExist: true, timeout: BUSY_MS });
    try {
      requireOurs(database, path);
      database.exec("PRAGMA journal_mode = WAL");
      return database
        .transaction(() => {
          const version = versionOf(database);
          if (version > DATABASE_VERSION) throw newer(path, version);
          const kept = version < DATABASE_VERSION ? migrateTables(database, version) : NOTHING_KEPT;
          return { before: version, ...kept };
        })
        .immediate();
    } finally {
      database.close();
    }
  });
}

const NOTHING_KEPT: Kept = { urlDuplicates: 0, examples: [], standing: 0, standingNames: [] };

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

function holdsChanges(wal: string): boolean {
  return existsSync(wal) && statSync(wal).size > 0;
}

function unfinished(path: string): string {
  return (
    `cannot read ${path}: its last changes are still in ${path}-wal, and the folder is read-only; ` +
    "copy both files to a folder of yours and read them there"
  );
}

/** SQLite keeps files beside a database that is in WAL mode, also to read it. A copy has a folder for them. */
function temporaryCopy(path: string): string {
  const folder = mkdtempSync(join(tmpdir(), "ov-stage-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, "staging.db");
  // Where the disk can share the blocks of two files, this costs nothing.
  copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  return copy;
}

/** The database, when it turns out to be one of ours; closed when not. */
function prepared(database: Database, path: string, create = false): Database {
  try {
    prepare(database, path, create);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: Database, path: string, create: boolean): void {
  if (create && isEmpty(database)) {
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    // Two first loads at once: the second finds the tables made.
    database
      .transaction(() => {
        if (!isEmpty(database)) return;
        database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
        createTables(database);
      })
      .immediate();
  }
  requireOurs(database, path);
  const version = versionOf(database);
  if (version > DATABASE_VERSION) throw newer(path, version);
  if (version < DATABASE_VERSION) {
    throw new Failure(
      "bad_input",
      `${path} was made by an older ov-tools (schema ${version}); run 'ov-stage migrate --db ${path}'`,
    );
  }
  // Only now that it is known to be ours. Readers go on while one writes, and a killed writer leaves nothing half done.
  if (create) database.exec("PRAGMA journal_mode = WAL");
  database.exec(`PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`);
}

function isEmpty(database: Database): boolean {
  return database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
}

function requireOurs(database: Database, path: string): void {
  if (database.setting("application_id") === APPLICATION_ID) return;
  throw new Failure("bad_input", `${path} is not a staging database; name another file with --db`);
}

function versionOf(database: Database): number {
  return Number(database.setting("user_version"));
}

function newer(path: string, version: number): Failure {
  return new Failure(
    "bad_input",
    `${path} was made by a newer ov-tools (schema ${version}); update ov-tools`,
  );
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
