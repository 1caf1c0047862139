import {
  type Column,
  type ColumnType,
  columnsOf,
  comparableUrl,
  MEDIA_TYPES,
  type MediaType,
} from "../../record/index.js";
import { REMOVED_TABLE } from "./removed.js";

/**
 * The SQLite tables, made from the record table. For each media type, here `image`:
 *
 * - `image`, a view: every column of the record, in order. This is what people and queries look at
 * - `image_record`: the records, all columns but `last_synced_with_source`; and `url_key`
 * - `image_seen`: when and by which run each record was last seen, and the digest of the line it was seen in. Most
 *   records of a load are the same as before; these few bytes are all that is written for them
 * - `image_sourced`: records whose `source` was set in the database, with the one they had before
 * - `deleted_image`: records that were removed, when and why: whole rows, for one that is taken back in
 *
 * and, for all of them, `removed` (what is refused when it comes again), `runs` and `popularity`.
 */

/** Lists and objects are kept as JSON text, booleans as 0 and 1, times as ISO 8601 text. */
const STORAGE: Partial<Record<ColumnType, "INTEGER" | "REAL">> = {
  integer: "INTEGER",
  number: "REAL",
  boolean: "INTEGER",
};

/** The column that holds the comparable form of the URL where that is another text than the URL. */
export const URL_KEY = "url_key";
/** The comparable form of a record's URL (SQL). */
export const URL_FORM = `coalesce(${URL_KEY}, url)`;

/** What stands in that column for a URL. */
export function urlKey(url: string): string | null {
  const form = comparableUrl(url);
  return form === url ? null : form;
}

/** The type that SQLite keeps a column in. */
export function storageOf({ type }: Column): "TEXT" | "INTEGER" | "REAL" {
  return STORAGE[type] ?? "TEXT";
}

/** Whether a column holds JSON text. */
export function isJson({ type }: Column): boolean {
  return type === "object" || type === "tags" || type === "texts" || type === "objects";
}

/** The columns that stand in the table of records: all but the one that every load writes. */
export function storedColumns(media: MediaType): readonly Column[] {
  return columnsOf(media).filter(({ merge }) => merge !== "seen");
}

/** The names of columns, for a statement. */
export function listed(columns: readonly Column[], prefix = ""): string {
  return columns.map(({ name }) => prefix + name).join(", ");
}

/** The statements that make an empty database. */
export function createStatements(): string[] {
  return [...RUN_TABLES, ...REMOVED_TABLE, ...MEDIA_TYPES.flatMap(mediaStatements)];
}

/**
 * What each command that writes did, with its counts as JSON; `state` is `running`, `done`, `interrupted`, `failed` or
 * `crashed`. Of loads `seen_on`, when what they read counts as seen; `taken_in_by`, the run that took in what they left.
 */
export const RUN_TABLES: readonly string[] = [
  `CREATE TABLE runs (id INTEGER PRIMARY KEY, command TEXT NOT NULL, version TEXT NOT NULL, who TEXT NOT NULL,
    started_on TEXT NOT NULL, ended_on TEXT, input TEXT NOT NULL, counts TEXT, state TEXT NOT NULL, error TEXT,
    seen_on TEXT, taken_in_by INTEGER) STRICT`,
  `CREATE TABLE popularity (media_type TEXT NOT NULL, provider TEXT NOT NULL, metric TEXT NOT NULL,
    percentile REAL NOT NULL, value REAL NOT NULL, constant REAL NOT NULL, computed_on TEXT NOT NULL,
    PRIMARY KEY (media_type, provider)) STRICT`,
];

/** The tables, indexes, triggers and the view of a media type. */
export function mediaStatements(media: MediaType): string[] {
  const stored = storedColumns(media);
  return [
    `CREATE TABLE ${media}_record (id INTEGER PRIMARY KEY, ${stored.map(recordColumn).join(", ")}, ${URL_KEY} TEXT) STRICT`,
    `CREATE UNIQUE INDEX ${media}_key ON ${media}_record (provider, foreign_identifier)`,
    urlIndex(media),
    `CREATE TABLE ${media}_seen (id INTEGER PRIMARY KEY, run INTEGER NOT NULL,
      last_synced_with_source TEXT NOT NULL, line BLOB) STRICT`,
    `CREATE TABLE ${media}_sourced (id INTEGER PRIMARY KEY, source TEXT NOT NULL, source_before TEXT) STRICT`,
    `CREATE TABLE deleted_${media} (${columnsOf(media).map(deletedColumn).join(", ")},
      deleted_on TEXT NOT NULL, deleted_reason TEXT NOT NULL) STRICT`,
    `CREATE UNIQUE INDEX deleted_${media}_key ON deleted_${media} (provider, foreign_identifier)`,
    changedTrigger(media),
    `CREATE TRIGGER ${media}_gone AFTER DELETE ON ${media}_record BEGIN
      DELETE FROM ${media}_seen WHERE id = old.id; DELETE FROM ${media}_sourced WHERE id = old.id; END`,
    // A left join: it is left out where a query has no use for it, and never turned round.
    `CREATE VIEW ${media} AS SELECT ${listed(columnsOf(media))}
      FROM ${media}_record LEFT JOIN ${media}_seen USING (id)`,
  ];
}

/**
 * One file, one record, however its address is written. Nearly every address is its own comparable form; only the others
 * have it in a column of its own, so that the rest costs nothing.
 */
export function urlIndex(media: MediaType): string {
  return `CREATE UNIQUE INDEX ${media}_url ON ${media}_record (${URL_FORM})`;
}

/** Whoever changes a record, by whatever program, makes the next load look at it again. */
export function changedTrigger(media: MediaType): string {
  const watched = storedColumns(media).filter(({ merge }) => merge !== "calculated" && merge !== "changed");
  return `CREATE TRIGGER ${media}_changed AFTER UPDATE OF ${listed(watched)} ON ${media}_record
    BEGIN UPDATE ${media}_seen SET line = NULL WHERE id = new.id AND line IS NOT NULL; END`;
}

function recordColumn(column: Column): string {
  return `${column.name} ${storageOf(column)}${isFilled(column) ? " NOT NULL" : ""}`;
}

/** Whether every record that is stored has a value there. */
export function isFilled({ required, merge }: Column): boolean {
  return required || merge === "changed" || merge === "reset";
}

function deletedColumn(column: Column): string {
  const { name, merge } = column;
  return `${name} ${storageOf(column)}${merge === "key" ? " NOT NULL" : ""}`;
}
