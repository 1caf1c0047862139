import {
  closeSync,
  createReadStream,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure, systemReason } from "../failure.js";
import type { Database } from "./sqlite.js";

/**
 * What a load reads from a pipe cannot be read a second time: whoever wrote it believes that it has arrived. So it is
 * kept in a file beside the database until the load is committed. After a load that was killed, the next one begins
 * with that file.
 */

/** Keeps what one run reads. */
export class Spool {
  readonly #path: string;
  readonly #fd: number;

  constructor(database: string, run: number) {
    this.#path = pathOf(database, run);
    try {
      this.#fd = openSync(this.#path, "wx", 0o600);
    } catch (error) {
      throw new Failure("no_output", `cannot create ${this.#path}: ${systemReason(error)}`, { cause: error });
    }
  }

  /** The same chunks, kept before each goes on. */
  async *keep(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      try {
        for (let written = 0; written < chunk.length; ) written += writeSync(this.#fd, chunk, written);
      } catch (error) {
        throw new Failure("no_output", `cannot write ${this.#path}: ${systemReason(error)}`, {
          cause: error,
        });
      }
      yield chunk;
    }
  }

  /** Lets go of it: its run is committed. */
  remove(): void {
    closeSync(this.#fd);
    rmSync(this.#path, { force: true });
  }

  /** Leaves it to the next load. */
  leave(): void {
    closeSync(this.#fd);
  }
}

/** The files that runs which came to nothing have left, the oldest first; those of runs that ended well are removed. */
export function leftSpools(database: Database, path: string): string[] {
  const prefix = basename(pathOf(path, 0)).slice(0, -1);
  const state = database.prepare("SELECT state FROM runs WHERE id = ?").pluck();
  const runs = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
  return runs
    .filter((run) => {
      const isCommitted = ["done", "interrupted"].includes(state.get(run) as string);
      if (isCommitted) rmSync(pathOf(path, run), { force: true });
      return !isCommitted;
    })
    .map((run) => pathOf(path, run));
}

/** A file that a run has left, as an input. A last line that was cut off is not a part of it. */
export function readSpool(path: string): { name: string; bytes: AsyncIterable<Uint8Array> } {
  cutLastLine(path);
  return { name: path, bytes: createReadStream(path, { highWaterMark: CHUNK }) };
}

/** Removes files that have been loaded. */
export function removeSpools(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
}

const CHUNK = 256 * 1024;

function pathOf(database: string, run: number): string {
  return join(dirname(database), `${basename(database)}-input-${run}`);
}

function cutLastLine(path: string): void {
  const fd = openSync(path, "r+");
  try {
    const chunk = Buffer.alloc(CHUNK);
    let end = statSync(path).size;
    while (end > 0) {
      const start = Math.max(end - CHUNK, 0);
      const read = readSync(fd, chunk, 0, end - start, start);
      const lineEnd = chunk.subarray(0, read).lastIndexOf(0x0a);
      end = lineEnd >= 0 ? start + lineEnd + 1 : start;
      if (lineEnd >= 0) break;
    }
    ftruncateSync(fd, end);
  } finally {
    closeSync(fd);
  }
}
