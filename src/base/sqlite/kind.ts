import type { Database } from "./sqlite.js";

/** A kind of database: what its files are known by, what is in them, and the words of messages about them. */
export interface DatabaseKind<Notes = never> {
  /** Stands in the header of the file (SQLite's file format, 1.3). */
  readonly applicationId: number;
  /** `staging database`. */
  readonly name: string;
  /** The command that checks and migrates it: `ov-stage`. */
  readonly command: string;
  /** The option that names the file: `--db`. */
  readonly option: string;
  readonly pageBytes: number;
  /** Kept in memory of the file, in KiB. */
  readonly cacheKib: number;
  /** What makes an empty one: tables, indexes, triggers and views, one each. */
  readonly statements: () => readonly string[];
  /**
   * How databases of older versions become ones of this version: step n leads from version n to n + 1, and notes what a
   * person should know.
   */
  readonly migrations: readonly ((database: Database, notes: Notes) => void)[];
  /** Gives a connection the functions that its SQL asks for. */
  readonly addFunctions?: (database: Database) => void;
}

/** The version of the tables that is made now; one more with every migration. */
export function latest({ migrations }: Pick<DatabaseKind, "migrations">): number {
  return migrations.length + 1;
}
