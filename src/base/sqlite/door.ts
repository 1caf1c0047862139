import { errorCode, Failure } from "../failure.js";
import { copyForReading } from "./copies.js";
import { asFailure, Damage, isBusy } from "./errors.js";
import { notOurs, requireOurFile } from "./file-kind.js";
import { type DatabaseKind, latest } from "./kind.js";
import { createPrivately, isEmpty, recover, tidyAfterReading, useLog, versionOf } from "./opening.js";
import { type Database, openFile, requireExactName } from "./sqlite.js";
import { strangeRules, tableFaults } from "./tables.js";
import { patiently, type Waiting } from "./waiting.js";

/** How long a statement waits for another writer, in milliseconds. */
const BUSY_MS = 5000;

/** How a database is opened. */
export interface Opening {
  /** How long another program that holds the file is waited for, in milliseconds, without letting anything else happen. */
  readonly timeout?: number;
}

/** Opens the databases of a kind. Whatever is wrong with one is a `Failure` that names the file. */
export class Door<Notes = never> {
  /** The version of the tables that is made. */
  readonly version: number;
  readonly #kind: DatabaseKind<Notes>;

  constructor(kind: DatabaseKind<Notes>) {
    this.#kind = kind;
    this.version = latest(kind);
  }

  /**
   * To be written; `create` makes it where it is not there yet, readable by its owner only. A file that is something else
   * is refused, and so is one of another version, or damaged.
   */
  open(path: string, { create, timeout = BUSY_MS }: Opening & { create: boolean }): Database {
    return this.explain(path, () => {
      requireExactName(path);
      if (create) createPrivately(path);
      requireOurFile(this.#kind, path, create);
      return this.#prepared(openFile(path, { fileMustExist: true, timeout }), (database) => {
        if (create) this.#createWhereEmpty(database);
        this.#requireThisVersion(database, path);
        useLog(database);
      });
    });
  }

  /**
   * To be read only: nothing can be written through the connection. Databases on read-only and on full disks, and in
   * folders of others, are read from a copy. `asItIs`: with whatever is wrong with its tables, for whoever finds that out.
   */
  openForReading(path: string, how: Opening & { asItIs?: boolean } = {}): Database {
    const { timeout = BUSY_MS, asItIs = false } = how;
    return this.explain(path, () => {
      requireOurFile(this.#kind, path, false);
      const open = (file: string) =>
        this.#prepared(openFile(file, { readonly: true, fileMustExist: true, timeout }), (database) => {
          database.afterClose = () => tidyAfterReading(path);
          if (isEmpty(database)) throw notOurs(this.#kind, path);
          if (asItIs) this.#requireNoOther(database, path);
          else this.#requireThisVersion(database, path);
        });
      try {
        return open(path);
      } catch (error) {
        if (!/^SQLITE_(?:READONLY|CANTOPEN|FULL|IOERR)/.test(errorCode(error) ?? "")) throw error;
        const copy = copyForReading(path, this.#kind.command);
        recover(copy);
        return open(copy);
      }
    });
  }

  /** Brings a database of an older version up to this one, and gives the version that it had. */
  migrate(path: string, notes: Notes, { timeout = BUSY_MS }: Opening = {}): number {
    return this.explain(path, () => {
      requireOurFile(this.#kind, path, false);
      const database = openFile(path, { fileMustExist: true, timeout });
      try {
        this.#versionOf(database, path);
        requireNoFault(this.versionFault(database));
        const before = database
          .transaction(() => {
            const version = versionOf(database);
            if (version < this.version) this.#bringUp(database, version, notes);
            requireNoFault(this.tableFaults(database)[0]);
            return version;
          })
          .immediate();
        try {
          useLog(database);
        } catch (error) {
          // Somebody reads it; the next writer does it.
          if (!isBusy(error)) throw error;
        }
        return before;
      } finally {
        database.close();
      }
    });
  }

  /** Begins a transaction that writes. There is one at a time: waits for another one, or says `whose` it is. */
  async beginWriting(database: Database, path: string, waiting: Waiting, whose: () => string): Promise<void> {
    const busy = () =>
      `cannot use ${path}: ${whose()} is writing to it; run this again when it is done, or with --wait`;
    try {
      // Tried again and again here, and not by SQLite, so that Ctrl-C gets through.
      database.exec("PRAGMA busy_timeout = 0");
      await patiently(
        () => this.explain(path, () => database.exec("BEGIN IMMEDIATE")),
        waiting,
        () => new Failure("temporary", busy()),
      );
    } finally {
      database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    }
  }

  /** Runs database work and turns SQLite's errors into a `Failure` that names the file. */
  explain<T>(path: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.asFailure(path, error);
    }
  }

  /** What an error of SQLite means, as a `Failure` that names the file; any other error as it is. */
  asFailure(path: string, error: unknown): unknown {
    return asFailure(this.#kind, path, error);
  }

  /** Commits what was done since the last commit. */
  commit(database: Database, path: string): void {
    this.explain(path, () => {
      if (database.inTransaction) database.exec("COMMIT");
    });
  }

  /** What is wrong with the number of a database's version, in words. */
  versionFault(database: Database): string | undefined {
    const version = versionOf(database);
    if (version === this.version) return undefined;
    if (version < 1) return `its version is ${version}, and there is no such version`;
    if (this.tableFaults(database).length > 0) return undefined;
    return `its version is ${version}, and its tables are those of ${this.version}`;
  }

  /** What is wrong with its tables, in words; see tables.ts. */
  tableFaults(database: Database): string[] {
    return tableFaults(this.#kind, database);
  }

  /** What somebody else has put on its tables that can refuse what is written. */
  strangeRules(database: Database): string[] {
    return strangeRules(this.#kind, database);
  }

  /** Makes the tables of this version in an empty database. Inside a transaction of the caller's. */
  createTables(database: Database): void {
    for (const statement of this.#kind.statements()) database.exec(statement);
    database.exec(`PRAGMA user_version = ${this.version}`);
  }

  #createWhereEmpty(database: Database): void {
    if (!isEmpty(database)) return;
    database.exec(`PRAGMA page_size = ${this.#kind.pageBytes}`);
    // Two first writers at once: the second finds the tables made.
    database
      .transaction(() => {
        if (!isEmpty(database)) return;
        database.exec(`PRAGMA application_id = ${this.#kind.applicationId}`);
        this.createTables(database);
      })
      .immediate();
  }

  /** Tables that cannot be brought up are not those of the version that the file says it has. */
  #bringUp(database: Database, version: number, notes: Notes): void {
    try {
      for (const migrate of this.#kind.migrations.slice(version - 1)) migrate(database, notes);
      database.exec(`PRAGMA user_version = ${this.version}`);
    } catch (error) {
      if (!/^SQLITE_(?:ERROR|CONSTRAINT)/.test(errorCode(error) ?? "")) throw error;
      const { message } = error as Error;
      throw new Damage(`its tables are not those of version ${version} (${message})`, { cause: error });
    }
  }

  /** The database, when nothing is wrong with it; closed when something is. */
  #prepared(database: Database, prepare: (database: Database) => void): Database {
    try {
      prepare(database);
      this.#kind.addFunctions?.(database);
      database.exec(
        `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${this.#kind.cacheKib}`,
      );
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Refuses a database of another version, and one that has lost something that this version makes. */
  #requireThisVersion(database: Database, path: string): void {
    this.#requireNoOther(database, path);
    requireNoFault(this.versionFault(database) ?? this.tableFaults(database)[0]);
  }

  /** Refuses a database of another version, where it is not only the number that is another. */
  #requireNoOther(database: Database, path: string): void {
    const version = this.#versionOf(database, path);
    if (version === this.version || this.versionFault(database) !== undefined) return;
    const { command, option } = this.#kind;
    const advice = `run '${command} migrate ${option} ${path}'`;
    throw new Failure("bad_input", `${path} was made by an older ov-tools (schema ${version}); ${advice}`);
  }

  /** The version of a database, which is refused where that is newer. */
  #versionOf(database: Database, path: string): number {
    const version = versionOf(database);
    if (version <= this.version) return version;
    const problem = `${path} was made by a newer ov-tools (schema ${version}); update ov-tools`;
    throw new Failure("bad_input", problem);
  }
}

function requireNoFault(fault: string | undefined): void {
  if (fault !== undefined) throw new Damage(fault);
}
