import { statSync } from "node:fs";
import type { Database, Opening } from "../../base/sqlite/index.js";
import { MEDIA_TYPES, type MediaType, workKey } from "../../record/index.js";
import { staging } from "./database.js";
import { removedSql } from "./removed.js";

/**
 * Whether records that a command wrote into a pipe have arrived. The pipe does not say: it can be read to its end by a
 * load that dies of a full disk afterwards, and a load can end well although it was given only a half. So whoever writes
 * remembers some of its first and last records, and looks for them later. A load takes lines in their order, and is one
 * transaction: where the last record was seen by a load that ended well, and one of the first by the same load, all
 * between them were given to it. So it was where that load had as many lines as were written: those it refused, too.
 */

/** What a record is known by, and the SHA-256 of its file (`fileHash`), which an older version has not written down. */
export type RecordKey = readonly [
  media: MediaType,
  provider: string,
  foreignIdentifier: string,
  file?: string,
];

/** What was written, by its ends. */
export interface Sent {
  /** When writing began, as ISO 8601: loads that ended before are no proof. */
  readonly began: string;
  /** Some of the first records, of one of which the load has to know. */
  readonly first: readonly RecordKey[];
  /** Some of the last ones, in their order, the very last of which it has to know; empty where nothing was written. */
  readonly last: readonly RecordKey[];
  /** How many there were; undefined where an older version has not written it down. */
  readonly written?: number | undefined;
}

/** What was sent, as it was kept in a file; undefined where the file says something else. */
export function sentFrom(kept: unknown): Sent | undefined {
  const { began, first, last, written } = (kept ?? {}) as Partial<Record<keyof Sent, unknown>>;
  if (typeof began !== "string" || !areKeys(first) || !areKeys(last)) return undefined;
  return { began, first, last, written: typeof written === "number" ? written : undefined };
}

function areKeys(keys: unknown): keys is RecordKey[] {
  return Array.isArray(keys) && keys.every(isKey);
}

function isKey(key: unknown): boolean {
  if (!Array.isArray(key) || (key.length !== 3 && key.length !== 4)) return false;
  return key.every((part) => typeof part === "string") && MEDIA_TYPES.includes(key[0] as MediaType);
}

/** Whether all that was sent, and something was, was given to one load that ended well. */
export function hasArrived(database: Database, { began, first, last, written }: Sent): boolean {
  // Removed records are refused by loads, and left out before; the one before them has to do.
  const end = last.findLast((key) => !isRemoved(database, key));
  // Every single one was removed: nothing was to arrive.
  if (!end) return last.length === written;
  const run = loadThatSaw(database, end, began);
  if (run === undefined) return false;
  if (linesOf(database, run) === written) return true;
  // What a killed load had read may be the beginning only, in which the last record came, too.
  if (tookInLeftover(database, run)) return false;
  return first.some((key) => loadThatSaw(database, key, began) === run);
}

function tookInLeftover(database: Database, run: number): boolean {
  return database.prepare("SELECT 1 FROM runs WHERE taken_in_by = ?").get(run) !== undefined;
}

/** How many lines a load was given. */
function linesOf(database: Database, run: number): number {
  const counts = database.prepare("SELECT counts FROM runs WHERE id = ?").pluck().get(run) as string;
  const { inserted, updated, unchanged, duplicates, rejected } = JSON.parse(counts);
  return inserted + updated + unchanged + duplicates + rejected;
}

/** Whether loads refuse a record, or its file. */
function isRemoved(database: Database, [media, provider, id, file]: RecordKey): boolean {
  const key = workKey(provider, id);
  return database.prepare(removedSql(media)).get(key, key, file ?? null) !== undefined;
}

/** The load that saw a record last, if it ended well and not before that time. */
function loadThatSaw(
  database: Database,
  [media, provider, id]: RecordKey,
  notBefore: string,
): number | undefined {
  return database
    .prepare(
      `SELECT runs.id FROM ${media}_record JOIN ${media}_seen USING (id) JOIN runs ON runs.id = run
        WHERE provider = ? AND foreign_identifier = ? AND state = 'done' AND ended_on >= ?`,
    )
    .pluck()
    .get(provider, id, notBefore) as number | undefined;
}

/**
 * The day (UTC) of the last load that saw a record of this provider and ended well. Takes a look at every record of the
 * provider: for the time when nothing else is known. `wikimedia_audio` belongs to `wikimedia`.
 */
export function lastLoadDay(database: Database, provider: string): string | undefined {
  const times = MEDIA_TYPES.map((media) =>
    database
      .prepare(
        `SELECT max(last_synced_with_source) FROM ${media}_record JOIN ${media}_seen USING (id)
          JOIN runs ON runs.id = run WHERE state = 'done' AND (provider = :name OR
          (provider >= :name || '_' AND provider < :name || '\`'))`,
      )
      .pluck()
      .get({ name: provider }),
  );
  const last = times.filter((time): time is string => typeof time === "string").sort();
  return last.at(-1)?.slice(0, 10);
}

/** Opens a database to be read; undefined where there is none yet, as before the first load. */
export function openIfThere(path: string, opening?: Opening): Database | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return !stats || (stats.isFile() && stats.size === 0) ? undefined : staging.openForReading(path, opening);
}
