import type { Database } from "../../base/sqlite/index.js";
import type { MediaType } from "../../record/index.js";
import type { Key } from "./load-rows.js";
import { DIGEST_BYTES } from "./prepare-block.js";

/**
 * Marks records as seen whose lines come again as they were, in the order in which they came the last time. Most lines
 * of a load do: then their records have ids that follow each other, and hundreds of them are compared by the digests of
 * their lines and marked in one statement, a tenth of what looking for each by its key costs. It is a guess that is
 * checked; where it does not hold, records are looked for one by one.
 */
export class SeenLines {
  /** The last record was new, so the next one most likely is, too. */
  expectsNew = true;
  readonly #sql;
  /** The record that was met last. */
  #last = 0;
  /** Records have been met in the order of their ids. */
  #isInOrder = false;
  /** How many lines are tried: twice as many as could be marked at once before. */
  #reach = 1;

  constructor(database: Database, media: MediaType, run: number, now: string) {
    const rows = "id BETWEEN :first AND :last";
    const seen = `UPDATE ${media}_seen SET run = ${run}, last_synced_with_source = '${now}'`;
    this.#sql = {
      find: database
        .prepare(
          `SELECT id FROM ${media}_record JOIN ${media}_seen USING (id)
          WHERE provider = ? AND foreign_identifier = ? AND line = ? AND run <> ${run}`,
        )
        .pluck(),
      markOne: database.prepare(`${seen} WHERE id = ?`),
      same: database
        .prepare(
          `SELECT id FROM ${media}_seen WHERE ${rows} AND run <> ${run}
          AND line = substr(:digests, ${DIGEST_BYTES} * (id - :first) + 1, ${DIGEST_BYTES}) ORDER BY id`,
        )
        .pluck(),
      mark: database.prepare(`${seen} WHERE ${rows}`),
    };
  }

  /** A record was found by its key. */
  met(id: number): void {
    this.expectsNew = false;
    this.#isInOrder = id === this.#last + 1;
    this.#last = id;
  }

  /** A line was of no record that was there. */
  metNone(): void {
    this.#isInOrder = false;
  }

  /** Marks the record of a key, where it stands there as it was when it was last seen, in the line of this digest. */
  markOne(key: Key, digest: Uint8Array): boolean {
    const id = this.#sql.find.get(...key, digest) as number | undefined;
    if (id === undefined) return false;
    this.#sql.markOne.run(id);
    this.met(id);
    return true;
  }

  /**
   * Marks the records of lines, from the first one on, as long as they are those that are expected and stand there as
   * they were; says how many. `digests` holds the digests of all lines, one after the other.
   */
  mark(digests: Uint8Array): number {
    if (!this.#isInOrder) return 0;
    const first = this.#last + 1;
    const tried = digests.subarray(0, this.#reach * DIGEST_BYTES);
    const last = this.#last + tried.length / DIGEST_BYTES;
    const same = this.#sql.same.all({ first, last, digests: tried }) as number[];
    const other = same.findIndex((id, i) => id !== first + i);
    const marked = other === -1 ? same.length : other;
    if (marked > 0) this.#sql.mark.run({ first, last: this.#last + marked });
    else this.#isInOrder = false;
    this.#last += marked;
    this.#reach = Math.max(1, 2 * marked);
    return marked;
  }
}
