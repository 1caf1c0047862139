import { MEDIA_TYPES, type MediaType } from "../record/index.js";
import {
  changedTrigger,
  createStatements,
  listed,
  mediaStatements,
  RUN_TABLES,
  storedColumns,
} from "./schema.js";
import type { Database } from "./sqlite.js";

/**
 * How databases of older versions become ones of this version: step n leads from schema n to n + 1. A new database is
 * made whole by `createStatements`; a test holds that both ways end in the same tables.
 */
const MIGRATIONS: readonly ((database: Database) => void)[] = [seenApart, linesByKey];

/** The version of the tables; one more with every migration. */
export const DATABASE_VERSION = MIGRATIONS.length + 1;

/** Makes the tables of this version in an empty database. Inside a transaction of the caller's. */
export function createTables(database: Database): void {
  for (const statement of createStatements()) database.exec(statement);
  database.exec(`PRAGMA user_version = ${DATABASE_VERSION}`);
}

/** Brings an older database up to this version. Inside a transaction of the caller's. */
export function migrateTables(database: Database, version: number): void {
  for (const migrate of MIGRATIONS.slice(version - 1)) migrate(database);
  database.exec(`PRAGMA user_version = ${DATABASE_VERSION}`);
}

/** 1 → 2: when a record was seen moves to a table of its own; runs, popularity and removed records get theirs. */
function seenApart(database: Database): void {
  for (const statement of RUN_TABLES) database.exec(statement);
  for (const media of MEDIA_TYPES) moveRecords(database, media);
}

/** 2 → 3: the digest of a line is compared once its record is found, and needs no index. */
function linesByKey(database: Database): void {
  for (const media of MEDIA_TYPES) {
    database.exec(
      `DROP INDEX IF EXISTS ${media}_line; DROP TRIGGER ${media}_changed; ${changedTrigger(media)}`,
    );
  }
}

function moveRecords(database: Database, media: MediaType): void {
  const columns = listed(storedColumns(media));
  database.exec(
    `ALTER TABLE ${media} RENAME TO ${media}_1; DROP INDEX ${media}_key; DROP INDEX ${media}_url`,
  );
  for (const statement of mediaStatements(media)) database.exec(statement);
  database.exec(`
    INSERT INTO ${media}_record (id, ${columns}) SELECT rowid, ${columns} FROM ${media}_1;
    INSERT INTO ${media}_seen SELECT rowid, 0, last_synced_with_source, NULL FROM ${media}_1;
    DROP TABLE ${media}_1`);
}
