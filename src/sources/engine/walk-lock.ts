import { closeSync, mkdirSync, openSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, Failure, systemReason } from "../../base/failure.js";
import type { Database } from "../../base/sqlite/index.js";

/**
 * One process at a time: two that run the same walk would go on from each other's position. The lock is SQLite's on a file beside
 * the position, and thereby the operating system's: it ends with the process, however that ends, and holds between
 * containers that share a folder. The file says who holds it, for the message of the second process.
 */

/** How a lock is waited for. */
export interface LockOptions {
  /** Waits for as long as it takes. */
  readonly wait: boolean;
  readonly signal: AbortSignal;
  /** Told once, before it waits: for whom. */
  readonly onWait: (holder: string) => void;
}

/** A lock that is held. */
interface WalkLock {
  release(): void;
}

/** Where no file can be made, no position can be kept, so there is nothing to protect; saving one says what is wrong. */
const NO_LOCK: WalkLock = { release() {} };

/** How often a waiting process looks again, in milliseconds. */
const LOOK_MS = 200;

const STARTED = new Date().toISOString();
const ME = `ov-fetch (process ${process.pid} on ${hostname()}, since ${STARTED})`;

/** Takes the lock, or says who has it. */
export async function lockWalk(path: string, { wait, signal, onWait }: LockOptions): Promise<WalkLock> {
  const { Database } = await import("../../base/sqlite/index.js");
  let isTold = false;
  for (;;) {
    signal.throwIfAborted();
    const taken = tryLock(path, (file) => new Database(file, { timeout: 0 }));
    if (taken === undefined) continue;
    if (typeof taken === "object") return taken;
    if (!wait) {
      const advice = "run this again when it is done, or with --wait";
      throw new Failure("temporary", `another ${taken} is at the same walk: ${advice}`);
    }
    if (!isTold) onWait(taken);
    isTold = true;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** The lock, or who holds it; undefined where it has to be tried again. */
function tryLock(path: string, open: (path: string) => Database): WalkLock | string | undefined {
  if (!makeFile(path)) return NO_LOCK;
  const inode = inodeOf(path);
  const database = open(path);
  try {
    // Written before it is held: nobody else can read what is not committed.
    database.exec("PRAGMA synchronous = OFF; BEGIN IMMEDIATE");
    database.exec("CREATE TABLE IF NOT EXISTS holder (id INTEGER PRIMARY KEY, who TEXT)");
    database.prepare("INSERT OR REPLACE INTO holder VALUES (1, ?)").run(ME);
    database.exec("COMMIT; BEGIN IMMEDIATE");
    // Another process may have come between; and the last holder may have removed the file that was opened.
    if (holderIn(database) === ME && inodeOf(path) === inode) return held(database, path);
    database.close();
    return undefined;
  } catch (error) {
    return whyNot(error, database, path);
  }
}

function held(database: Database, path: string): WalkLock {
  return {
    release() {
      // While it is held: removed later, it could be the lock of another process.
      rmSync(path, { force: true });
      database.close();
    },
  };
}

function whyNot(error: unknown, database: Database, path: string): string | undefined {
  const code = errorCode(error) ?? "";
  try {
    if (code.startsWith("SQLITE_BUSY")) {
      const holder = holderIn(database);
      return holder === ME ? undefined : holder;
    }
  } catch {
    // It is being written at this very moment.
    return undefined;
  } finally {
    database.close();
  }
  if (!/^SQLITE_(?:NOTADB|CORRUPT)/.test(code)) {
    const message = `cannot lock ${path}: ${systemReason(error)}; name another folder with --state`;
    throw new Failure("no_output", message, { cause: error });
  }
  // Half a file, as a power cut leaves it: no process holds that.
  rmSync(path, { force: true });
  return undefined;
}

function holderIn(database: Database): string | undefined {
  return database.prepare("SELECT who FROM holder").pluck().get() as string | undefined;
}

function makeFile(path: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, "a", 0o600));
    return true;
  } catch {
    return false;
  }
}

function inodeOf(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}
