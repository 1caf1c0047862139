import { readFileSync, statSync } from "node:fs";
import { besideDatabase } from "./beside.js";
import { isBusy } from "./errors.js";
import { type Database, openFile } from "./sqlite.js";

/**
 * Whether somebody holds the lock for writing, and who. SQLite does not say who; Linux lists the locks of all processes in /proc/locks (proc(5)),
 * as `1: POSIX  ADVISORY  WRITE 4711 fd:01:5242 120 120`: process, device and inode, first and last byte.
 */

/** Bytes that a writer locks: of the file beside a database in WAL mode, and of the database itself (SQLite's os_unix.c). */
const WAL_WRITE_BYTE = 120;
const FIRST_LOCK_BYTE = 0x40000000;

/** The arguments of the process that holds it; undefined where that cannot be seen, as on other systems. */
export function lockHolder(path: string): readonly string[] | undefined {
  try {
    const shared = inodeOf(besideDatabase(path, "shm"));
    const file = inodeOf(path);
    for (const line of readFileSync("/proc/locks", "latin1").split("\n")) {
      const [, , , mode, process, place = "", first, last] = line.split(/\s+/);
      const inode = place.slice(place.lastIndexOf(":") + 1);
      const isOfWal = inode === shared && Number(first) <= WAL_WRITE_BYTE && Number(last) >= WAL_WRITE_BYTE;
      const isOfFile = inode === file && Number(first) >= FIRST_LOCK_BYTE;
      if (mode === "WRITE" && (isOfWal || isOfFile))
        return readFileSync(`/proc/${process}/cmdline`, "utf8").split("\0");
    }
  } catch {
    // Not Linux, or a process of another container.
  }
  return undefined;
}

/** Whether somebody holds it; undefined where that cannot be tried. Nothing is written for it. */
export function isLocked(path: string): boolean | undefined {
  let database: Database | undefined;
  try {
    database = openFile(path, { fileMustExist: true, timeout: 0 });
    database.exec("BEGIN IMMEDIATE; ROLLBACK");
    return false;
  } catch (error) {
    return isBusy(error) || undefined;
  } finally {
    database?.close();
  }
}

function inodeOf(path: string): string | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino.toString();
}
