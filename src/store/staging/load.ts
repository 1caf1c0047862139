import type { Database } from "../../base/sqlite/index.js";
import {
  type Dropped,
  DroppedTally,
  MEDIA_TYPES,
  type MediaType,
  type Refusal,
  refusalOf as refusalOfDropped,
} from "../../record/index.js";
import { staging } from "./database.js";
import type { Digest, LoadCounts, LoadOptions } from "./load-options.js";
import { MediaLoader } from "./media-loader.js";
import type { PreparedRow } from "./prepare.js";
import type { LoadEntry } from "./prepared-lines.js";

/**
 * Puts cleaned records into the staging database: new ones are added, known ones (same provider and foreign
 * identifier) merged by the rules of the record table. Of several records of one work in a load, the last one counts,
 * as if the others had not been there.
 *
 * Inside a transaction of the caller's; it begins one where there is none, and `commit` ends it.
 */
export class Loader {
  readonly counts: LoadCounts = { inserted: 0, updated: 0, unchanged: 0, duplicates: 0, url_duplicates: 0 };
  /** What the records that were taken have lost when they were cleaned. */
  readonly dropped = new DroppedTally();
  readonly #database: Database;
  readonly #path: string;
  readonly #strict: boolean;
  /** What was seen later has to be told from what was not, so that no lines are marked ahead. */
  readonly #isLeftover: boolean;
  readonly #tables: Map<MediaType, MediaLoader>;
  readonly #news = new News();
  /** How many of the next lines have been marked as seen. */
  #seenAhead = 0;
  /** The table that the last record was in: the next one most likely is, too. */
  #last: MediaLoader;

  constructor(database: Database, path: string, options: LoadOptions) {
    this.#database = database;
    this.#path = path;
    this.#strict = options.strict === true;
    this.#isLeftover = options.leftover !== undefined;
    this.#tables = staging.explain(
      path,
      () =>
        new Map(MEDIA_TYPES.map((media) => [media, new MediaLoader(database, media, options, this.counts)])),
    );
    this.#last = this.#tables.get("image") as MediaLoader;
  }

  /** Whether most lines lately were not marked as seen without a look at what they hold. */
  get expectsNews(): boolean {
    return this.#news.areMany;
  }

  /** Loads a line. All lines of a block have to come, in their order: some are marked as seen ahead of their turn. */
  loadEntry(entry: Pick<LoadEntry, "digest" | "digestsAhead" | "record">): Refusal | undefined {
    if (this.#seenAhead > 0) {
      this.#seenAhead--;
      return undefined;
    }
    const seen = this.#isLeftover ? 0 : this.#last.seeLines(entry.digestsAhead);
    this.#news.add(seen);
    if (seen > 0) {
      this.#seenAhead = seen - 1;
      return undefined;
    }
    const record = entry.record;
    if ("error" in record) return record;
    return record.dropped ? this.#loadLossy(record, record.dropped) : this.loadPrepared(record, entry.digest);
  }

  /** Its line is not remembered: it has to be looked at each time, for what it loses to be told. */
  #loadLossy(record: PreparedRow, dropped: readonly Dropped[]): Refusal | undefined {
    if (this.#strict) return refusalOfDropped(dropped);
    const refusal = this.loadPrepared(record, null);
    if (!refusal) this.dropped.add(dropped);
    return refusal;
  }

  /** Adds or merges one record; says why when it is refused. `digest` is that of the line it came in. */
  loadPrepared(record: PreparedRow, digest: Digest): Refusal | undefined {
    if (!this.#database.inTransaction)
      staging.explain(this.#path, () => this.#database.exec("BEGIN IMMEDIATE"));
    this.#last = this.#tables.get(record.media) as MediaLoader;
    try {
      return this.#last.load(record, digest);
    } catch (error) {
      throw staging.asFailure(this.#path, error);
    }
  }

  /** Commits what was loaded since the last commit. */
  commit(): void {
    staging.commit(this.#database, this.#path);
  }
}

/** Estimates the share of lines that are new: only where it is high are records made of them ahead of time. */
class News {
  /** From 0 (none) to 1 (all), the latest lines weighing most. */
  #share = 1;

  get areMany(): boolean {
    return this.#share > 0.1;
  }

  /** Counts one line that is new (0), or a number of known ones. */
  add(seen: number): void {
    if (seen === 0) this.#share += (1 - this.#share) / 16;
    else this.#share *= (15 / 16) ** seen;
  }
}
