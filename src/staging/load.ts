import { errorCode } from "../failure.js";
import {
  type Column,
  filetypeOfUrl,
  fillDefaults,
  MEDIA_TYPES,
  type MediaRecord,
  type MediaType,
  type Refusal,
} from "../record/index.js";
import { explain } from "./database.js";
import { prepareBefore, prepareStatements, type Removed, type Statements } from "./load-statements.js";
import { mergeRows, type Stored, storedValue } from "./merge.js";
import { readScores, type Scores } from "./popularity.js";
import { storedColumns } from "./schema.js";
import type { Database } from "./sqlite.js";

/** What a load did. */
export interface LoadCounts {
  inserted: number;
  updated: number;
  unchanged: number;
  /** Records that a later one of the same load took the place of. */
  duplicates: number;
  /** Records refused because another record holds their URL. */
  url_duplicates: number;
}

/** The SHA-1 of a line, 20 bytes; null where it is not known. */
export type Digest = Uint8Array | null;

/** How a loader works. */
export interface LoadOptions {
  /** What is written as now. */
  readonly now: Date;
  /** The run that this load is: another number than that of any load before. */
  readonly run: number;
  /** Takes records that were removed back in, where else they are refused. */
  readonly restore?: boolean;
  /** Looks at every line anew, also at those that records were last seen in. */
  readonly forgetLines?: boolean;
}

/**
 * Puts cleaned records into the staging database: new ones are added, known ones (same provider and foreign
 * identifier) merged by the rules of the record table. Of several records of one work in a load, the last one counts,
 * as if the others had not been there.
 *
 * Inside a transaction of the caller's; it begins one where there is none, and `commit` ends it.
 */
export class Loader {
  readonly counts: LoadCounts = { inserted: 0, updated: 0, unchanged: 0, duplicates: 0, url_duplicates: 0 };
  readonly #database: Database;
  readonly #path: string;
  readonly #tables: Map<MediaType, MediaLoader>;
  /** The table that the last record was in: the next one most likely is, too. */
  #last: MediaLoader;

  constructor(database: Database, path: string, options: LoadOptions) {
    this.#database = database;
    this.#path = path;
    this.#tables = explain(
      path,
      () =>
        new Map(MEDIA_TYPES.map((media) => [media, new MediaLoader(database, media, options, this.counts)])),
    );
    this.#last = this.#tables.get("image") as MediaLoader;
  }

  /**
   * Whether a line is the very one that a record was last seen in: then loading it would change nothing, and that it
   * was seen is all there is to write. `digest` is the line's SHA-1 (20 bytes).
   */
  see(digest: Uint8Array): boolean {
    if (this.#last.see(digest)) return true;
    for (const table of this.#tables.values()) {
      if (table !== this.#last && table.see(digest)) {
        this.#last = table;
        return true;
      }
    }
    return false;
  }

  /**
   * Adds or merges one record, with values left null that go without saying; says why when it is refused. `digest`
   * is that of the line it came in.
   */
  load(record: MediaRecord, digest: Digest = null): Refusal | undefined {
    return explain(this.#path, () => {
      if (!this.#database.inTransaction) this.#database.exec("BEGIN IMMEDIATE");
      this.#last = this.#tables.get(record.media_type) as MediaLoader;
      return this.#last.load(record, digest);
    });
  }

  /** Commits what was loaded since the last commit. */
  commit(): void {
    explain(this.#path, () => {
      if (this.#database.inTransaction) this.#database.exec("COMMIT");
    });
  }
}

/** A record as it stands in the database. */
interface Found {
  readonly id: number;
  /** The run that saw it last. */
  readonly run: number;
  /** In the order of the columns. */
  readonly values: readonly Stored[];
}

/** Loads the records of one media type. */
class MediaLoader {
  readonly #database: Database;
  readonly #media: MediaType;
  readonly #columns: readonly Column[];
  readonly #counts: LoadCounts;
  readonly #options: LoadOptions;
  readonly #now: string;
  readonly #scores: Scores;
  readonly #statements: Statements;
  readonly #place: Readonly<Record<"url" | "filetype" | "meta_data" | "standardized_popularity", number>>;
  readonly #hasRemoved: boolean;
  /** The last record was new, so the next one is tried as new first: that saves looking for it. */
  #expectsNew: boolean;
  /** What was there before this load: another connection does not see what is not committed. */
  #before: Statements["find"] | undefined;

  constructor(database: Database, media: MediaType, options: LoadOptions, counts: LoadCounts) {
    this.#database = database;
    this.#media = media;
    this.#columns = storedColumns(media);
    this.#counts = counts;
    this.#options = options;
    this.#now = options.now.toISOString();
    this.#scores = readScores(database, media);
    if (options.forgetLines) database.exec(`UPDATE ${media}_seen SET line = NULL WHERE line IS NOT NULL`);
    this.#statements = prepareStatements(database, media, options.run);
    const placeOf = (column: string) => this.#columns.findIndex(({ name }) => name === column);
    this.#place = {
      url: placeOf("url"),
      filetype: placeOf("filetype"),
      meta_data: placeOf("meta_data"),
      standardized_popularity: placeOf("standardized_popularity"),
    };
    this.#hasRemoved = database.prepare(`SELECT EXISTS (SELECT 1 FROM deleted_${media})`).pluck().get() === 1;
    this.#expectsNew = !this.#hasRemoved;
  }

  see(digest: Uint8Array): boolean {
    if (this.#statements.see.run(this.#now, digest).changes === 0) return false;
    this.#counts.unchanged++;
    return true;
  }

  load(record: MediaRecord, digest: Digest): Refusal | undefined {
    if (this.#expectsNew && this.#insert(record, digest)) return undefined;
    const removed = this.#hasRemoved ? this.#findRemoved(record) : undefined;
    if (removed && !this.#options.restore) return refusalOf(removed);
    if (removed) this.#restore(record);
    const found = this.#find(this.#statements.find, record);
    if (found) {
      this.#expectsNew = false;
      return found.run === this.#options.run
        ? this.#replace(found, record, digest)
        : this.#merge(found, record, digest, removed !== undefined);
    }
    if (!this.#insert(record, digest)) return this.#urlIsHeld(record);
    this.#expectsNew = !this.#hasRemoved;
    return undefined;
  }

  /** Adds a record; false when its key or its URL is there already. */
  #insert(record: MediaRecord, digest: Digest): boolean {
    const row = this.#firstRow(record);
    const { changes, lastInsertRowid } = this.#statements.insert.run(row);
    if (changes === 0) return false;
    this.#statements.insertSeen.run(
      lastInsertRowid,
      this.#options.run,
      record.last_synced_with_source ?? this.#now,
      digest,
    );
    this.#counts.inserted++;
    return true;
  }

  /** A record that is new here keeps times that it brings along (from another database's dump). */
  #firstRow(record: MediaRecord): Stored[] {
    const whole = fillDefaults({ ...record });
    const row = this.#columns.map((column) => {
      if (column.merge === "reset") return 0;
      const value = storedValue(column, whole[column.name]);
      return value === null && column.staging && column.type === "timestamp" ? this.#now : value;
    });
    return this.#scored(row, record.provider);
  }

  #merge(found: Found, record: MediaRecord, digest: Digest, isBack: boolean): Refusal | undefined {
    const merged = this.#merged(found.values, record);
    const refusal = merged && this.#write(found.id, merged, record);
    if (refusal) return refusal;
    this.#statements.updateSeen.run(this.#now, digest, found.id);
    this.#counts[isBack ? "inserted" : merged ? "updated" : "unchanged"]++;
    return undefined;
  }

  /** A later record of the same load: merged with what was there before the load, as if the earlier ones had not come. */
  #replace(found: Found, record: MediaRecord, digest: Digest): Refusal | undefined {
    this.#before ??= prepareBefore(this.#database, this.#media);
    const before = this.#find(this.#before, record);
    const row = before ? (this.#merged(before.values, record) ?? before.values) : this.#firstRow(record);
    const refusal = this.#write(found.id, row, record);
    if (refusal) return refusal;
    this.#statements.updateSeen.run(this.#now, digest, found.id);
    this.#counts.duplicates++;
    if (before) {
      this.#counts[isSame(before.values, found.values) ? "unchanged" : "updated"]--;
      this.#counts[isSame(before.values, row) ? "unchanged" : "updated"]++;
    }
    return undefined;
  }

  /** The row after a merge; undefined when nothing changes. */
  #merged(stored: readonly Stored[], record: MediaRecord): Stored[] | undefined {
    const given = this.#columns.map((column) => storedValue(column, record[column.name]));
    // What goes without saying says nothing against what is stored; another file may be of another type.
    const { url, filetype } = this.#place;
    if (given[filetype] === null && given[url] !== stored[url]) {
      given[filetype] = filetypeOfUrl(record.url as string, this.#media);
    }
    const merged = mergeRows(this.#columns, stored, given, { now: this.#now, provider: record.provider });
    return merged && this.#scored(merged, record.provider);
  }

  /** The row with its popularity, where the provider's constant is known. */
  #scored(row: Stored[], provider: string): Stored[] {
    const score = this.#scores.get(provider);
    if (!score) return row;
    row[this.#place.standardized_popularity] = score(row[this.#place.meta_data] as string | null);
    return row;
  }

  #write(id: number, row: readonly Stored[], record: MediaRecord): Refusal | undefined {
    try {
      this.#statements.update.run(row, id);
      return undefined;
    } catch (error) {
      // A failed statement undoes itself only, so that the load goes on.
      if (errorCode(error) !== "SQLITE_CONSTRAINT_UNIQUE") throw error;
      return this.#urlIsHeld(record);
    }
  }

  #urlIsHeld({ url }: MediaRecord): Refusal {
    const [provider, id] = this.#statements.holderOfUrl.get(url) as [string, string];
    this.#counts.url_duplicates++;
    return { error: `url is held by another record: ${provider} ${id}`, code: "url_duplicate" };
  }

  #find(statement: Statements["find"], { provider, foreign_identifier }: MediaRecord): Found | undefined {
    const row = statement.get(provider, foreign_identifier) as [number, number, ...Stored[]] | undefined;
    if (!row) return undefined;
    const [id, run, ...values] = row;
    return { id, run, values };
  }

  #findRemoved({ provider, foreign_identifier }: MediaRecord): Removed | undefined {
    return this.#statements.findRemoved.get(provider, foreign_identifier) as Removed | undefined;
  }

  /** Puts a removed record back, to be merged; where another record has its URL by now, it is as if it had never been. */
  #restore({ provider, foreign_identifier }: MediaRecord): void {
    const { changes, lastInsertRowid } = this.#statements.restore.run(
      this.#now,
      provider,
      foreign_identifier,
    );
    if (changes > 0) this.#statements.insertSeen.run(lastInsertRowid, NO_RUN, this.#now, null);
    this.#statements.forgetRemoved.run(provider, foreign_identifier);
  }
}

/** The number of no run: seen, but by none that is written down. */
const NO_RUN = 0;

function refusalOf({ deleted_on, deleted_reason }: Removed): Refusal {
  return {
    error: `this record was removed on ${deleted_on.slice(0, 10)} (${deleted_reason}); --restore takes it back in`,
    code: "removed",
  };
}

function isSame(a: readonly Stored[], b: readonly Stored[]): boolean {
  return a.every((value, i) => value === b[i]);
}
