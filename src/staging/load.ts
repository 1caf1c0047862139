import { errorCode } from "../failure.js";
import type { Cell } from "../lines/index.js";
import {
  type Column,
  comparableUrl,
  type Dropped,
  DroppedTally,
  MEDIA_TYPES,
  type MediaRecord,
  type MediaType,
  type Refusal,
  refusalOf as refusalOfDropped,
} from "../record/index.js";
import { prepareBefore, prepareStatements, type Statements } from "./load-statements.js";
import { mergeRows, type Stored } from "./merge.js";
import { readScores, type Scores } from "./popularity.js";
import { decoded, type Prepared, type PreparedRow, prepareRecord, textOf } from "./prepare.js";
import type { LoadEntry } from "./prepared-lines.js";
import { hasRemovals } from "./removed.js";
import { type RecordNames, RemovedWorks, refusalOf } from "./removed-works.js";
import { storedColumns, urlKey } from "./schema.js";
import { SeenLines } from "./seen-lines.js";
import type { Database } from "./sqlite.js";
import { asFailure, Damage, explain } from "./sqlite-errors.js";
import { requireGoodRow, requireTrue, requireTrueTexts } from "./value-faults.js";

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
  /** Refuses records that lose something when they are cleaned, where else that is counted. */
  readonly strict?: boolean;
  /** What is loaded was read by an earlier run, which has left it. */
  readonly leftover?: Leftover;
}

/** What an earlier run has read and left: whatever was seen later stays. */
export interface Leftover {
  readonly run: number;
  /** When it counts as seen, ISO 8601. */
  readonly seenOn: string;
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
    this.#tables = explain(
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

  /**
   * Adds or merges one record, with values left null that go without saying; says why when it is refused. `digest`
   * is that of the line it came in.
   */
  load(record: MediaRecord, digest: Digest = null): Refusal | undefined {
    return this.loadPrepared(prepareRecord(record), digest);
  }

  /** The same for a record that was prepared. */
  loadPrepared(record: PreparedRow, digest: Digest): Refusal | undefined {
    if (!this.#database.inTransaction) explain(this.#path, () => this.#database.exec("BEGIN IMMEDIATE"));
    this.#last = this.#tables.get(record.media) as MediaLoader;
    try {
      return this.#last.load(record, digest);
    } catch (error) {
      throw asFailure(this.#path, error);
    }
  }

  /** Commits what was loaded since the last commit. */
  commit(): void {
    explain(this.#path, () => {
      if (this.#database.inTransaction) this.#database.exec("COMMIT");
    });
  }
}

/** Keeps an eye on how many lines are news: to make a record of each ahead of time is not worth it always. */
class News {
  /** From 0 (none) to 1 (all), the latest lines weighing most. */
  #share = 1;

  get areMany(): boolean {
    return this.#share > 0.1;
  }

  /** One line that is news, or so many that are none. */
  add(seen: number): void {
    if (seen === 0) this.#share += (1 - this.#share) / 16;
    else this.#share *= (15 / 16) ** seen;
  }
}

/** A record as it stands in the database. */
interface Found {
  readonly id: number;
  /** The run that saw it last. */
  readonly run: number;
  /** When it was last seen at its source. */
  readonly seen: string;
  /** In the order of the columns. */
  readonly values: readonly Stored[];
}

/** Columns that the loader itself looks at. */
const PLACES = [
  ...(["identifier", "provider", "foreign_identifier", "url", "filetype", "meta_data"] as const),
  ...(["updated_on", "removed_from_source", "standardized_popularity"] as const),
];

type Places = Readonly<Record<(typeof PLACES)[number], number>>;

/** Loads the records of one media type. */
class MediaLoader {
  readonly #database: Database;
  readonly #media: MediaType;
  readonly #columns: readonly Column[];
  readonly #counts: LoadCounts;
  readonly #options: LoadOptions;
  readonly #now: string;
  /** When what is loaded counts as seen. */
  readonly #seen: string;
  /** Runs that took in what others had read, and whose that was. */
  readonly #readBy: ReadonlyMap<number, number>;
  readonly #scores: Scores;
  readonly #statements: Statements;
  readonly #place: Places;
  /** Places of the times that the database fills. */
  readonly #timePlaces: readonly number[];
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
    this.#columns = storedColumns(media);
    this.#counts = counts;
    this.#options = options;
    this.#now = options.now.toISOString();
    this.#seen = options.leftover?.seenOn ?? this.#now;
    this.#readBy = options.leftover ? readersOf(database) : new Map();
    this.#scores = readScores(database, media);
    if (options.forgetLines) database.exec(`UPDATE ${media}_seen SET line = NULL WHERE line IS NOT NULL`);
    this.#statements = prepareStatements(database, media, options.run);
    this.#seenLines = new SeenLines(database, media, options.run, this.#now);
    const names = this.#columns.map(({ name }) => name);
    this.#place = Object.fromEntries(PLACES.map((name) => [name, names.indexOf(name)])) as Places;
    this.#timePlaces = this.#columns.flatMap(({ staging, type }, i) =>
      staging && type === "timestamp" ? [i] : [],
    );
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
    const digest = this.#isGone(row) ? null : lineDigest;
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
    const names = this.#namesOf(row);
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
    const id = this.#statements.findSeen.get(...this.#keyOf(record), digest) as number | undefined;
    if (id === undefined) return false;
    this.#statements.updateSeen.run(this.#now, digest, id);
    this.#counts.unchanged++;
    this.#expectsNew = false;
    this.#seenLines.met(id);
    return true;
  }

  /** Adds a record; false when its key or its URL is there already. */
  #insert(record: PreparedRow, digest: Digest): boolean {
    const key = urlKey(this.#textAt(record, "url"));
    const { changes, lastInsertRowid } = this.#statements.insert.run(...this.#firstRow(record), key);
    if (changes === 0) return false;
    this.#statements.insertSeen.run(lastInsertRowid, this.#options.run, record.seen ?? this.#seen, digest);
    this.#counts.inserted++;
    return true;
  }

  /** A record that is new here keeps times that it brings along (from another database's dump). */
  #firstRow<V extends Cell>({ values }: Prepared<V | Stored>): (V | Stored)[] {
    const row = values.slice();
    for (const i of this.#timePlaces) row[i] ??= this.#now;
    row[this.#place.removed_from_source] ??= 0;
    return this.#scored(row);
  }

  #merge(found: Found, record: Prepared, digest: Digest, isBack: boolean): Refusal | undefined {
    const merged = this.#merged(found, record);
    const refusal = merged && this.#write(found, merged, record);
    if (refusal) return refusal;
    this.#statements.updateSeen.run(this.#seenOn(record, found), digest, found.id);
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
    const row = this.#merged(before, record, true) ?? before.values;
    const isNew = !isSame(found.values, row);
    const refusal = isNew ? this.#write(found, row, record) : undefined;
    if (!refusal) this.#counts[isNew ? "updated" : "unchanged"]++;
    return refusal;
  }

  /** A later record of the same load: merged with what was there before the load, as if the earlier ones had not come. */
  #replace(found: Found, record: Prepared, digest: Digest): Refusal | undefined {
    const before = this.#findBefore(record);
    const row = before ? (this.#merged(before, record) ?? before.values) : this.#firstRow(record);
    const refusal = this.#write(found, row, record);
    if (refusal) return refusal;
    this.#statements.updateSeen.run(this.#seenOn(record, before), digest, found.id);
    this.#counts.duplicates++;
    if (before) {
      this.#counts[isSame(before.values, found.values) ? "unchanged" : "updated"]--;
      this.#counts[isSame(before.values, row) ? "unchanged" : "updated"]++;
    }
    return undefined;
  }

  /** The row after a merge; undefined when nothing changes. */
  #merged({ id, values: stored, seen }: Found, record: Prepared, isOlder = false): Stored[] | undefined {
    const { values, defaults } = record;
    const { url, filetype, provider } = this.#place;
    const given = values.slice();
    // What goes without saying says nothing against what is stored; but another file may be of another type.
    for (const i of defaults) if (i !== filetype || values[url] === stored[url]) given[i] = null;
    const isNews = this.#isGone(record) && this.#toldOn(record) >= seen;
    const context = { now: this.#now, provider: values[provider] as string, isNews, isOlder };
    try {
      const merged = mergeRows(this.#columns, stored, given, context);
      return merged && this.#scored(merged);
    } catch (error) {
      requireGoodRow(this.#database, `${this.#media}_record`, id);
      throw error;
    }
  }

  /** The row with its popularity, where the provider's constant is known. */
  #scored<V extends Cell>(row: (V | Stored)[]): (V | Stored)[] {
    const { provider, meta_data, standardized_popularity } = this.#place;
    if (this.#scores.size === 0) return row;
    const score = this.#scores.get(textOf(row[provider] as Cell) as string);
    if (score) row[standardized_popularity] = score(textOf(row[meta_data] as Cell) as string | null);
    return row;
  }

  /** Whether the record says that its work has gone from its source. */
  #isGone({ values }: PreparedRow): boolean {
    return values[this.#place.removed_from_source] === 1;
  }

  /** Since when the work is known to be gone, at the latest: the record was changed when it was marked. */
  #toldOn({ values, seen }: Prepared): string {
    return (values[this.#place.updated_on] as string | null) ?? seen ?? this.#seen;
  }

  /** When the work was seen: when it was read, where the record does not say that it is gone. */
  #seenOn(record: Prepared, stored: Found | undefined): string {
    if (!this.#isGone(record)) return this.#seen;
    return [record.seen, stored?.seen].filter(Boolean).sort().at(-1) ?? this.#seen;
  }

  #write({ id, values }: Found, row: readonly Stored[], record: Prepared): Refusal | undefined {
    const [before, after] = [values[this.#place.url], row[this.#place.url]] as [string, string];
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
    const key = this.#keyOf(record);
    if (this.#statements.isThere.get(...key))
      throw new Damage(`${this.#media} ${key.join(" ")}: not seen by a load`);
  }

  #urlIsHeld(record: PreparedRow): Refusal {
    const url = this.#textAt(record, "url");
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
    const row = statement.get(...this.#keyOf(record)) as [number, number, string, ...Stored[]] | undefined;
    if (!row) return undefined;
    const [id, run, seen, ...values] = row;
    requireTrueTexts(this.#database, `${this.#media}_record`, id, values);
    return { id, run, seen, values };
  }

  #keyOf(record: PreparedRow): [provider: string, id: string] {
    return [this.#textAt(record, "provider"), this.#textAt(record, "foreign_identifier")];
  }

  #namesOf(record: PreparedRow): RecordNames {
    const [provider, foreignIdentifier] = this.#keyOf(record);
    const [identifier, url] = [this.#textAt(record, "identifier"), this.#textAt(record, "url")];
    return { identifier, provider, foreignIdentifier, url };
  }

  #textAt({ values }: PreparedRow, column: keyof Places): string {
    return textOf(values[this.#place[column]] as Cell) as string;
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
