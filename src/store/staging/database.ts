import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { cannot, errorCode, Failure } from "../../base/failure.js";
import {
  Damage,
  type Database,
  explain,
  isBusy,
  openFile,
  requireExactName,
} from "../../base/sqlite/index.js";
import { copyForReading } from "./copies.js";
import { notOurs, requireOurFile } from "./file-kind.js";
import { createTables, DATABASE_VERSION, type Kept, migrateTables } from "./migrations.js";
import { APPLICATION_ID } from "./schema.js";
import { besideDatabase } from "./spool.js";
import { tableFaults } from "./table-faults.js";
import { addFunctions } from "./value-faults.js";

/** How long a statement waits for another writer, in milliseconds. */
export const BUSY_MS = 5000;
/** A record takes 1 KB: pages four times the usual size leave less room between records, and fewer are logged and copied. */
const PAGE_BYTES = 16_384;
/** Kept in memory of the file, in KiB: the upper levels of every index of some million records. */
const CACHE_KIB = 49_152;

/** How a database is opened. */
export interface Opening {
  /** How long another program that holds the file is waited for, in milliseconds, without letting anything else happen. */
  readonly timeout?: number;
}

/**
 * Opens a staging database to be written. `create` makes it where it is not there yet (readable by its owner only);
 * otherwise a missing file is a `Failure`, and so is a file that is something else, of another version, or damaged.
 */
export function openDatabase(
  path: string,
  { create, timeout = BUSY_MS }: Opening & { create: boolean },
): Database {
  return explain(path, () => {
    requireExactName(path);
    if (create) createPrivately(path);
    requireOurFile(path, create);
    return prepared(openFile(path, { fileMustExist: true, timeout }), (database) => {
      if (create) createWhereEmpty(database);
      requireThisVersion(database, path);
      useLog(database);
    });
  });
}

/**
 * Readers go on while one writes, and a killed writer leaves nothing half done. Written to the file, so only when it is
 * known to be sound.
 */
function useLog(database: Database): void {
  if (database.setting("journal_mode") !== "wal") database.exec("PRAGMA journal_mode = WAL");
}

/** How a database is opened that is only read. */
export interface Reading extends Opening {
  /** Opens it with whatever is wrong with its tables: for whoever finds that out. */
  readonly asItIs?: boolean;
}

/**
 * Opens a staging database to be read only: nothing can be written through the connection. Databases on read-only and
 * on full disks, and in folders of others, are read from a copy.
 */
export function openForReading(path: string, { timeout = BUSY_MS, asItIs = false }: Reading = {}): Database {
  return explain(path, () => {
    requireOurFile(path, false);
    const open = (file: string) =>
      prepared(openFile(file, { readonly: true, fileMustExist: true, timeout }), (database) => {
        if (isEmpty(database)) throw notOurs(path);
        (asItIs ? requireNoOther : requireThisVersion)(database, path);
      });
    try {
      return open(path);
    } catch (error) {
      if (!isBusy(error)) tidyAfterReading(path);
      if (!/^SQLITE_(?:READONLY|CANTOPEN|FULL|IOERR)/.test(errorCode(error) ?? "")) throw error;
      const copy = copyForReading(path);
      recover(copy);
      return open(copy);
    }
  });
}

/** Takes back in a copy what a killed writer has left half done: a connection that only reads cannot. */
function recover(copy: string): void {
  if (!existsSync(`${copy}-journal`)) return;
  const database = openFile(copy, { fileMustExist: true });
  database.setting("user_version");
  database.close();
}

/**
 * Takes away the empty files that SQLite keeps beside a database while it is read, and that a connection which cannot
 * write has to leave: one that can, and is the last to close, takes them along. Whoever uses them keeps them.
 */
export function tidyAfterReading(path: string): void {
  let database: Database | undefined;
  try {
    if (statSync(besideDatabase(path, "wal")).size > 0) return;
    database = openFile(path, { fileMustExist: true, timeout: 0 });
    database.setting("user_version");
  } catch {
    // There are none, the folder is read-only, or somebody uses them: then they do no harm.
  } finally {
    database?.close();
  }
}

/** What a migration did: the version that the database had, and what was kept although this version would refuse it. */
export interface Migrated extends Kept {
  readonly before: number;
}

/** Brings a database of an older version up to this one. */
export function migrateDatabase(path: string, { timeout = BUSY_MS }: Opening = {}): Migrated {
  return explain(path, () => {
    requireOurFile(path, false);
    const database = openFile(path, { fileMustExist: true, timeout });
    try {
      if (versionOf(database) > DATABASE_VERSION) throw newer(path, versionOf(database));
      const fault = versionFault(database);
      if (fault !== undefined) throw new Damage(fault);
      const migrated = database
        .transaction(() => {
          const before = versionOf(database);
          const kept = before < DATABASE_VERSION ? broughtUp(database, before) : NOTHING_KEPT;
          const [fault] = tableFaults(database);
          if (fault !== undefined) throw new Damage(fault);
          return { before, ...kept };
        })
        .immediate();
      try {
        useLog(database);
      } catch (error) {
        // Somebody reads it; the next writer does it.
        if (!isBusy(error)) throw error;
      }
      return migrated;
    } finally {
      database.close();
    }
  });
}

/** Tables that cannot be brought up are not those of the version that the file says it has. */
function broughtUp(database: Database, version: number): Kept {
  try {
    return migrateTables(database, version);
  } catch (error) {
    if (!/^SQLITE_(?:ERROR|CONSTRAINT)/.test(errorCode(error) ?? "")) throw error;
    const { message } = error as Error;
    throw new Damage(`its tables are not those of version ${version} (${message})`, { cause: error });
  }
}

const NOTHING_KEPT: Kept = { urlDuplicates: 0, examples: [], standing: 0, standingNames: [] };

/** SQLite makes files with the usual mode and takes the mode of its companions (-wal, -shm) from the file. */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (errorCode(error) === "EEXIST") return;
    throw cannot("create", path, error);
  }
}

/** The database, when nothing is wrong with it; closed when something is. */
function prepared(database: Database, prepare: (database: Database) => void): Database {
  try {
    prepare(database);
    addFunctions(database);
    database.exec(
      `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${CACHE_KIB}`,
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createWhereEmpty(database: Database): void {
  if (!isEmpty(database)) return;
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

function isEmpty(database: Database): boolean {
  // A file that has lost its tables has its mark still.
  return (
    database.setting("application_id") === 0 &&
    database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0
  );
}

/** Refuses a database of another version, and one that has lost something that this version makes. */
function requireThisVersion(database: Database, path: string): void {
  requireNoOther(database, path);
  const fault = versionFault(database) ?? tableFaults(database)[0];
  if (fault !== undefined) throw new Damage(fault);
}

/** Refuses a database of another version, where it is not only the number that is another. */
function requireNoOther(database: Database, path: string): void {
  const version = versionOf(database);
  if (version > DATABASE_VERSION) throw newer(path, version);
  if (version === DATABASE_VERSION || versionFault(database) !== undefined) return;
  throw new Failure(
    "bad_input",
    `${path} was made by an older ov-tools (schema ${version}); run 'ov-stage migrate --db ${path}'`,
  );
}

function newer(path: string, version: number): Failure {
  return new Failure(
    "bad_input",
    `${path} was made by a newer ov-tools (schema ${version}); update ov-tools`,
  );
}

/** What is wrong with the number of a database's version, in words. */
export function versionFault(database: Database): string | undefined {
  const version = versionOf(database);
  if (version === DATABASE_VERSION) return undefined;
  if (version < 1) return `its version is ${version}, which there is none of`;
  if (tableFaults(database).length > 0) return undefined;
  return `its version is ${version}, and its tables are those of ${DATABASE_VERSION}`;
}

function versionOf(database: Database): number {
  return Number(database.setting("user_version"));
}
