import { chmodSync, constants, copyFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode, Failure, systemReason } from "../failure.js";
import { makeScratch } from "../files/index.js";
import { besideDatabase } from "./beside.js";

/**
 * Reading a database where nothing can be written: on a read-only disk, in a folder of another user, on a disk that is
 * full. SQLite keeps files beside a database that is in WAL mode, also to read it; a copy has a folder for them.
 */

/** Where there may be room, the usual place first. */
const foldersWithRoom = () => [...new Set([tmpdir(), "/dev/shm", "/var/tmp"])];

/**
 * Copies a database with its last changes, if they are not in its file yet, and gives the path of the copy: in a folder
 * that is gone when the process ends, and whose name begins with that of the command.
 */
export function copyForReading(path: string, command: string): string {
  const problems: string[] = [];
  for (const folder of foldersWithRoom()) {
    let copy: string | undefined;
    try {
      copy = makeScratch(command, folder);
      const made = copy;
      process.once("exit", () => rmSync(made, { recursive: true, force: true }));
      return copyInto(made, path);
    } catch (error) {
      if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
      if (error instanceof Failure || errorCode(error) === undefined) throw error;
      problems.push(`${folder} (${systemReason(error)})`);
    }
  }
  throw new Failure(
    "no_input",
    `cannot read ${path}: SQLite can write nothing beside it, and a copy has no room in ${problems.join(", ")}; ` +
      `name a folder that has with TMPDIR, or copy ${path} and ${besideDatabase(path, "wal")} there and read them there`,
  );
}

/** How often a copy is made again because the database was written to meanwhile. */
const TRIES = 5;

/** Files beside a database that hold what is not in it yet, or what is to be taken back. */
const UNFINISHED = ["wal", "journal"];

function copyInto(folder: string, path: string): string {
  const copy = join(folder, "copy.db");
  for (let i = 0; i < TRIES; i++) {
    const before = stateOf(path);
    copyFile(path, copy);
    for (const suffix of UNFINISHED) {
      const [from, to] = [besideDatabase(path, suffix), besideDatabase(copy, suffix)];
      rmSync(to, { force: true });
      if (sizeOf(from) > 0) copyFile(from, to);
    }
    if (stateOf(path) === before) return copy;
  }
  throw new Failure(
    "temporary",
    `cannot use ${path}: another program is writing to it; run this again when it is done`,
  );
}

function copyFile(from: string, to: string): void {
  rmSync(to, { force: true });
  // Where the disk can share the blocks of two files, this costs nothing.
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, 0o600);
}

/** Changes with whatever is written. */
function stateOf(path: string): string {
  return [path, ...UNFINISHED.map((suffix) => besideDatabase(path, suffix))]
    .map((file) => {
      const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
      return stats && `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
    })
    .join("\n");
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
