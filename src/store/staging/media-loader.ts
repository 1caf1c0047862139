import { errorCode } from "../../base/failure.js";
import type { Database } from "../../base/sqlite/index.js";
import { Damage } from "../../base/sqlite/index.js";
import { comparableUrl, type MediaType, type Refusal } from "../../record/index.js";
import type { Digest, LoadCounts, LoadOptions } from "./load-options.js";
import { type Found, LoadRows } from "./load-rows.js";
import { prepareBefore, prepareStatements, type Statements } from "./load-statements.js";
import type { Stored } from "./merge.js";
import { decoded, type Prepared, type PreparedRow } from "./prepare.js";
import { hasRemovals } from "./removed.js";
import { RemovedWorks, refusalOf } from "./removed-works.js";
import { urlKey } from "./schema.js";
import { SeenLines } from "./seen-lines.js";
import { requireTrue, requireTrueTexts } from "./value-faults.js";

/** Loads the records of one media type. */
export class MediaLoader {
  readonly #database: Database;
  readonly #media: MediaType;
  readonly #counts: LoadCounts;
  readonly #options: LoadOptions;
  readonly #now: string;
  /** When what is loaded counts as seen. */
  readonly #seen: string;
  /** Runs that took in what others had read, and whose that was. */
  readonly #readBy: ReadonlyMap<number, number>;
  readonly #statements: Statements;
  readonly #rows: LoadRows;
  readonly #seenLines: SeenLines;
  /** Undefined where nothing was removed. */
  readonly #removed: RemovedWorks | undefined;
  /** The last record was new, so the next one is tried as new first: that saves looking for it. */
  #expectsNew = true;
  /** What was there before this load: another connection does not see what is not committed. */
  #before: Statements["find"] | undefined;

  constructor(database: Database, media: MediaType, options: LoadOptions, counts: LoadCounts) {
    this.#database = database;
    this.#media = media;
    this.#counts = counts;
    this.#options = options;
    this.#now = options.now.toISOString();
    this.#seen = options.leftover?.seenOn ?? this.#now;
    this.#readBy = options.leftover ? readersOf(database) : new Map();
    if (options.forgetLines) database.exec(`UPDATE ${media}_seen SET line = NULL WHERE line IS NOT NULL`);
    this.#statements = prepareStatements(database, media, options.run);
    this.#seenLines = new SeenLines(database, media, options.run, this.#now);
    this.#rows = new LoadRows(database, media, options);
    this.#removed = hasRemovals(database) ? new RemovedWorks(database, media) : undefined;
  }

  /** Marks the records of lines, from the first one on, that come again as they were; says how many. */
  seeLines(digests: Uint8Array): number {
    const seen = this.#seenLines.mark(digests);
    this.#counts.unchanged += seen;
    return seen;
  }

  load(row: PreparedRow, lineDigest: Digest): Refusal | undefined {
    // A record that says its work is gone does not show that it was seen, however often it comes.
    const digest = this.#rows.isGone(row) ? null : lineDigest;
    // What stands there as it did was not removed. A leftover does not show that a record is there now.
    const line = this.#options.leftover ? null : digest;
    if (!this.#expectsNew && line && this.#isSeen(row, line)) return undefined;
    const back = this.#removed ? this.#lookAtRemoved(this.#removed, row) : false;
    if (typeof back === "object") return back;
    if (this.#expectsNew) {
      if (this.#insert(row, digest)) return undefined;
      if (line && this.#isSeen(row, line)) return undefined;
    }
    const record = decoded(row);
    const found = this.#find(this.#statements.find, record);
    if (found) {
      this.#expectsNew = false;
      this.#seenLines.met(found.id);
      if (found.run === this.#options.run) return this.#replace(found, record, digest);
      if (this.#wasSeenLater(found)) return this.#add(found, record);
      return this.#merge(found, record, digest, back);
    }
    this.#seenLines.metNone();
    if (!this.#insert(record, digest)) {
      this.#requireNone(record);
      return this.#urlIsHeld(record);
    }
    this.#expectsNew = true;
    return undefined;
  }

  /** Why the record is refused, where it or its file was removed; or whether it is put back, to be merged. */
  #lookAtRemoved(removed: RemovedWorks, row: PreparedRow): Refusal | boolean {
    const names = this.#rows.namesOf(row);
    const found = removed.find(names);
    if (!found) return false;
    if (!this.#options.restore) return refusalOf(found, this.#options);
    const holder = this.#holderOf(names.url);
    // It stays removed then.
    if (holder && !(holder[0] === names.provider && holder[1] === names.foreignIdentifier))
      return this.#urlIsHeld(row);
    const id = removed.takeBack(names, this.#now);
    if (id !== undefined) this.#statements.insertSeen.run(id, NO_RUN, this.#now, null);
    return id !== undefined;
  }

  /** Whether the record stands there, unchanged since it was seen in this very line; it is marked as seen then. */
  #isSeen(record: PreparedRow, digest: Uint8Array): boolean {
    const id = this.#statements.findSeen.get(...this.#rows.keyOf(record), digest) as number | undefined;
    if (id === undefined) return false;
    this.#statements.updateSeen.run(this.#now, digest, id);
    this.#counts.unchanged++;
    this.#expectsNew = false;
    this.#seenLines.met(id);
    return true;
  }

  /** Adds a record; false when its key or its URL is there already. */
  #insert(record: PreparedRow, digest: Digest): boolean {
    const key = urlKey(this.#rows.textAt(record, "url"));
    const { changes, lastInsertRowid } = this.#statements.insert.run(...this.#rows.first(record), key);
    if (changes === 0) return false;
    this.#statements.insertSeen.run(lastInsertRowid, this.#options.run, record.seen ?? this.#seen, digest);
    this.#counts.inserted++;
    return true;
  }

  #merge(found: Found, record: Prepared, digest: Digest, isBack: boolean): Refusal | undefined {
    const merged = this.#rows.merged(found, record);
    const refusal = merged && this.#write(found, merged, record);
    if (refusal) return refusal;
    this.#statements.updateSeen.run(this.#rows.seenOn(record, found), digest, found.id);
    this.#counts[isBack ? "inserted" : merged ? "updated" : "unchanged"]++;
    return undefined;
  }

  /** Whether a record was seen after a leftover was read: by the time, and at the same time by the order of runs. */
  #wasSeenLater({ run, seen }: Found): boolean {
    const { leftover } = this.#options;
    if (!leftover || seen !== leftover.seenOn) return leftover !== undefined && seen > leftover.seenOn;
    return (this.#readBy.get(run) ?? run) > leftover.run;
  }

  /** A record that is older than what is there only adds to it; that it was seen is no news. */
  #add(found: Found, record: Prepared): Refusal | undefined {
    const before = this.#findBefore(record) ?? found;
    const row = this.#rows.merged(before, record, true) ?? before.values;
    const isNew = !isSame(found.values, row);
    const refusal = isNew ? this.#write(found, row, record) : undefined;
    if (!refusal) this.#counts[isNew ? "updated" : "unchanged"]++;
    return refusal;
  }

  /** A later record of the same load: merged with what was there before the load, as if the earlier ones had not come. */
  #replace(found: Found, record: Prepared, digest: Digest): Refusal | undefined {
    const before = this.#findBefore(record);
    const row = before ? (this.#rows.merged(before, record) ?? before.values) : this.#rows.first(record);
    const refusal = this.#write(found, row, record);
    if (refusal) return refusal;
    this.#statements.updateSeen.run(this.#rows.seenOn(record, before), digest, found.id);
    this.#counts.duplicates++;
    if (before) {
      this.#counts[isSame(before.values, found.values) ? "unchanged" : "updated"]--;
      this.#counts[isSame(before.values, row) ? "unchanged" : "updated"]++;
    }
    return undefined;
  }

  #write({ id, values }: Found, row: readonly Stored[], record: Prepared): Refusal | undefined {
    const [before, after] = [values[this.#rows.place.url], row[this.#rows.place.url]] as [string, string];
    const isSameFile = before === after || comparableUrl(before) === comparableUrl(after);
    try {
      this.#statements.update.run(row, Number(isSameFile), urlKey(after), id);
      return undefined;
    } catch (error) {
      // A failed statement undoes itself only, so that the load goes on.
      if (errorCode(error) !== "SQLITE_CONSTRAINT_UNIQUE") throw error;
      return this.#urlIsHeld(record);
    }
  }

  /** Its own record is not found, and yet in the way, where nothing says when it was seen. */
  #requireNone(record: PreparedRow): void {
    const key = this.#rows.keyOf(record);
    if (this.#statements.isThere.get(...key))
      throw new Damage(`${this.#media} ${key.join(" ")}: not seen by a load`);
  }

  #urlIsHeld(record: PreparedRow): Refusal {
    const url = this.#rows.textAt(record, "url");
    const holder = this.#holderOf(url);
    if (!holder) throw new Error(`refused, and no record has ${url}`);
    requireTrue(this.#database, [holder]);
    const [provider, id, its] = holder;
    this.#counts.url_duplicates++;
    const spelling = its === url ? "" : ` (${its})`;
    return { error: `url is held by another record: ${provider} ${id}${spelling}`, code: "url_duplicate" };
  }

  #holderOf(url: string): [provider: string, id: string, url: string] | undefined {
    return this.#statements.holderOfUrl.get(comparableUrl(url)) as [string, string, string] | undefined;
  }

  /** The record as it was before this load. */
  #findBefore(record: Prepared): Found | undefined {
    this.#before ??= prepareBefore(this.#database, this.#media);
    return this.#find(this.#before, record);
  }

  #find(statement: Statements["find"], record: Prepared): Found | undefined {
    const row = statement.get(...this.#rows.keyOf(record)) as
      | [number, number, string, ...Stored[]]
      | undefined;
    if (!row) return undefined;
    const [id, run, seen, ...values] = row;
    requireTrueTexts(this.#database, `${this.#media}_record`, id, values);
    return { id, run, seen, values };
  }
}

/** The number of no run: seen, but by none that is written down. */
const NO_RUN = 0;

function readersOf(database: Database): Map<number, number> {
  const rows = database.prepare("SELECT taken_in_by, id FROM runs WHERE taken_in_by IS NOT NULL").raw().all();
  return new Map(rows as [number, number][]);
}

function isSame(a: readonly Stored[], b: readonly Stored[]): boolean {
  return a.every((value, i) => value === b[i]);
}
