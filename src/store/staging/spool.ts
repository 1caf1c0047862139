import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { orFail } from "../../base/failure.js";
import { besideDatabase } from "../../base/sqlite/index.js";

/**
 * What a load reads from a pipe cannot be read a second time: whoever wrote it believes that it has arrived. So it is
 * kept in a file beside the database until the load is committed. What a load that was killed has left there, the next one
 * takes in (leftovers.ts).
 */

/** Keeps what one run reads. */
export class Spool {
  readonly #path: string;
  readonly #fd: number;

  constructor(database: string, run: number) {
    this.#path = spoolOf(database, run);
    this.#fd = orFail("create", this.#path, () => openSync(this.#path, "wx", 0o600));
  }

  /** The same chunks, kept before each goes on. */
  async *keep(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      orFail("write", this.#path, () => {
        for (let written = 0; written < chunk.length; ) written += writeSync(this.#fd, chunk, written);
      });
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

/** What follows the name of the database in names of such files; then comes the number of the run. */
export const SPOOL = "input-";

/** The file that keeps what a run reads. */
export function spoolOf(database: string, run: number): string {
  return besideDatabase(database, SPOOL + run);
}
