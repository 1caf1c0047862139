import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { cannot, errorCode } from "../failure.js";
import { besideDatabase } from "./beside.js";
import { type Database, openFile } from "./sqlite.js";

/** What opening a database takes, whatever is in it. */

/** SQLite makes files with the usual mode and takes the mode of its companions (-wal, -shm) from the file. */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (errorCode(error) === "EEXIST") return;
    throw cannot("create", path, error);
  }
}

/**
 * Readers go on while one writes, and a killed writer leaves nothing half done. Written to the file, so only when it is
 * known to be sound.
 */
export function useLog(database: Database): void {
  if (database.setting("journal_mode") !== "wal") database.exec("PRAGMA journal_mode = WAL");
}

/** Takes back in a copy what a killed writer has left half done: a connection that only reads cannot. */
export function recover(copy: string): void {
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

/** Whether a database holds nothing. One that has lost its tables has its mark still. */
export function isEmpty(database: Database): boolean {
  return (
    database.setting("application_id") === 0 &&
    database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0
  );
}

/** The version that a database says it has. */
export function versionOf(database: Database): number {
  return Number(database.setting("user_version"));
}
