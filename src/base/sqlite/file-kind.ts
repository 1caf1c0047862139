import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { cannot, Failure } from "../failure.js";
import type { DatabaseKind } from "./kind.js";

/**
 * What a path is, looked at before SQLite is: that would wait for a pipe, rewind a device, and leave files beside a
 * database of another program.
 */

/** The first bytes of every SQLite file, and where the mark of the application stands (SQLite's file format, 1.3). */
const MAGIC = "SQLite format 3\0";
const APPLICATION_ID_AT = 68;
const HEADER_BYTES = 100;

/** Refuses everything but a database of ours, in words; `mayBeEmpty` lets a file through that holds nothing yet. */
export function requireOurFile(kind: DatabaseKind, path: string, mayBeEmpty: boolean): void {
  const header = headerOf(kind, path);
  if (header.length === 0 && mayBeEmpty) return;
  if (header.length > 0 && !isSqlite(header))
    throw new Failure("bad_input", `cannot use ${path}: not a SQLite file`);
  if (header.length === 0 || header.readInt32BE(APPLICATION_ID_AT) !== kind.applicationId)
    throw notOurs(kind, path);
}

/** A SQLite file, or an empty one, that is no database of the kind. */
export function notOurs({ name, option }: DatabaseKind, path: string): Failure {
  return new Failure("bad_input", `${path} is not a ${name}; name another file with ${option}`);
}

function isSqlite(header: Buffer): boolean {
  return header.length === HEADER_BYTES && header.toString("latin1", 0, MAGIC.length) === MAGIC;
}

/** The first bytes of a file, fewer where it is shorter. */
function headerOf(kind: DatabaseKind, path: string): Buffer {
  try {
    requireFile(kind, path, statSync(path));
    // A pipe that has taken its place meanwhile is not waited for.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      requireFile(kind, path, fstatSync(fd));
      const header = Buffer.alloc(HEADER_BYTES);
      return header.subarray(0, readSync(fd, header, 0, HEADER_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw cannot("open", path, error);
  }
}

function requireFile({ option }: DatabaseKind, path: string, stats: Stats): void {
  if (stats.isFile()) return;
  const what = stats.isDirectory() ? "a folder" : stats.isFIFO() ? "a pipe" : "a device";
  throw new Failure("no_input", `cannot open ${path}: it is ${what}; name a file with ${option}`);
}
