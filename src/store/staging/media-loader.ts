import type { Database } from "../../base/sqlite/index.js";
import { Damage } from "../../base/sqlite/index.js";
import type { MediaType, Refusal } from "../../record/index.js";
import {
  type Change,
  type Decision,
  decide,
  type Insert,
  insert,
  isAsBefore,
  type LoadRules,
  type Removed,
  type Standing,
} from "./decide.js";
import type { Digest, LoadCounts, LoadOptions } from "./load-options.js";
import { type Found, type Key, LoadRows } from "./load-rows.js";
import { readScores } from "./popularity.js";
import type { PreparedRow } from "./prepare.js";
import { RecordVerbs } from "./record-verbs.js";
import { hasRemovals } from "./removed.js";
import { RemovedWorks } from "./removed-works.js";
import { SeenLines } from "./seen-lines.js";
import { requireGoodRow, requireTrue } from "./value-faults.js";

/** Loads the records of one media type: looks up what is stored, asks `decide` what to do with a record, and does that. */
export class MediaLoader {
  readonly #database: Database;
  readonly #media: MediaType;
  readonly #rules: LoadRules;
  readonly #counts: LoadCounts;
  readonly #verbs: RecordVerbs;
  readonly #seenLines: SeenLines;
  /** Undefined where nothing was removed. */
  readonly #removed: RemovedWorks | undefined;

  constructor(database: Database, media: MediaType, options: LoadOptions, counts: LoadCounts) {
    const { run, leftover, now } = options;
    this.#database = database;
    this.#media = media;
    const rows = new LoadRows(media, readScores(database, media), options);
    this.#rules = { ...options, rows, readBy: leftover ? readersOf(database) : new Map() };
    this.#counts = counts;
    if (options.forgetLines) database.exec(`UPDATE ${media}_seen SET line = NULL WHERE line IS NOT NULL`);
    this.#verbs = new RecordVerbs(database, media, run);
    this.#seenLines = new SeenLines(database, media, run, now.toISOString());
    this.#removed = hasRemovals(database) ? new RemovedWorks(database, media, now.toISOString()) : undefined;
  }

  /** Marks the records of lines, from the first one on, that come again as they were; says how many. */
  seeLines(digests: Uint8Array): number {
    const seen = this.#seenLines.mark(digests);
    this.#counts.unchanged += seen;
    return seen;
  }

  load(row: PreparedRow, lineDigest: Digest): Refusal | undefined {
    const { rows, leftover } = this.#rules;
    // A record that says its work is gone does not show that it was seen, however often it comes.
    const digest = rows.isGone(row) ? null : lineDigest;
    // What stands there as it did was not removed. A leftover does not show that a record is there now.
    const line = leftover ? null : digest;
    const { expectsNew } = this.#seenLines;
    if (!expectsNew && line && this.#isSeen(row, line)) return undefined;
    const removed = this.#removed?.find(rows.namesOf(row));
    if (expectsNew && !removed) {
      // Trying it saves looking for it.
      if (this.#insert(insert(row, this.#rules), row, digest)) return undefined;
      if (line && this.#isSeen(row, line)) return undefined;
    }
    return this.#decide(row, digest, removed);
  }

  #decide(row: PreparedRow, digest: Digest, removed?: Removed, isBack = false): Refusal | undefined {
    const key = this.#rules.rows.keyOf(row);
    const standing = removed ? undefined : this.#standing(key, isBack);
    const decision = this.#decision(standing, row, removed);
    if (decision.verb === "refuse") return decision.refusal;
    if (decision.verb === "restore") return this.#restore(row, digest);
    if (decision.verb !== "insert") return this.#change((standing as Standing).found, decision, row, digest);
    if (!this.#insert(decision, row, digest)) return this.#notInserted(row, key);
    this.#seenLines.expectsNew = true;
    return undefined;
  }

  #standing(key: Key, isBack: boolean): Standing | undefined {
    const found = this.#verbs.find(key);
    if (!found) {
      this.#seenLines.metNone();
      return undefined;
    }
    this.#seenLines.met(found.id);
    const before = isAsBefore(found, this.#rules) ? found : this.#verbs.findBefore(key);
    return { found, before, isBack };
  }

  #decision(standing: Standing | undefined, row: PreparedRow, removed?: Removed): Decision {
    try {
      return decide(standing, row, removed, this.#rules);
    } catch (error) {
      // It cannot be merged where what is stored is damaged.
      if (standing) requireGoodRow(this.#database, `${this.#media}_record`, standing.found.id);
      throw error;
    }
  }

  /** Whether the record stands there, unchanged since it was seen in this very line; it is marked as seen then. */
  #isSeen(row: PreparedRow, line: Uint8Array): boolean {
    if (!this.#seenLines.markOne(this.#rules.rows.keyOf(row), line)) return false;
    this.#counts.unchanged++;
    return true;
  }

  /** Adds a record; false when its key or its URL is there already. */
  #insert({ values, seenOn }: Insert, row: PreparedRow, digest: Digest): boolean {
    if (!this.#verbs.insert(values, this.#rules.rows.textAt(row, "url"), seenOn, digest)) return false;
    this.#counts.inserted++;
    return true;
  }

  #change(
    found: Found,
    { values, seenOn, counts }: Change,
    row: PreparedRow,
    digest: Digest,
  ): Refusal | undefined {
    const { url } = this.#rules.rows.place;
    if (values && !this.#verbs.update(found.id, values, values[url] as string, found.values[url] as string))
      return this.#urlIsHeld(row);
    if (seenOn !== undefined) this.#verbs.see(found.id, seenOn, digest);
    for (const name of Object.keys(counts) as (keyof LoadCounts)[])
      this.#counts[name] += counts[name] as number;
    return undefined;
  }

  /** Takes a work back in that was removed, and decides again what becomes of the record. */
  #restore(row: PreparedRow, digest: Digest): Refusal | undefined {
    const names = this.#rules.rows.namesOf(row);
    const holder = this.#verbs.holderOf(names.url);
    // It stays removed then.
    if (holder && names.key.some((part, i) => part !== holder[i])) return this.#urlIsHeld(row);
    const isBack = (this.#removed as RemovedWorks).takeBack(names);
    return this.#decide(row, digest, undefined, isBack);
  }

  /** A record with its key exists, but was not found where its row of when it was seen is missing. */
  #notInserted(row: PreparedRow, key: Key): Refusal {
    if (this.#verbs.isThere(key)) throw new Damage(`${this.#media} ${key.join(" ")}: not seen by a load`);
    return this.#urlIsHeld(row);
  }

  #urlIsHeld(row: PreparedRow): Refusal {
    const url = this.#rules.rows.textAt(row, "url");
    const holder = this.#verbs.holderOf(url);
    if (!holder) throw new Error(`refused, and no record has ${url}`);
    requireTrue(this.#database, [holder]);
    const [provider, id, its] = holder;
    this.#counts.url_duplicates++;
    const spelling = its === url ? "" : ` (${its})`;
    return { error: `url is held by another record: ${provider} ${id}${spelling}`, code: "url_duplicate" };
  }
}

function readersOf(database: Database): Map<number, number> {
  const rows = database.prepare("SELECT taken_in_by, id FROM runs WHERE taken_in_by IS NOT NULL").raw().all();
  return new Map(rows as [number, number][]);
}
