import {
  type Column,
  type ColumnType,
  columnsOf,
  MEDIA_TYPES,
  type MediaType,
  SCHEMA_VERSION,
} from "../record/index.js";

/** The SQLite tables, made from the record table: one table a media type, named like it. */

/** `ovst`: marks a SQLite file as a staging database of ours. */
export const APPLICATION_ID = 0x6f767374;

/** Bumped together with a migration. */
export const DATABASE_VERSION = SCHEMA_VERSION;

/** Lists and objects are kept as JSON text, booleans as 0 and 1, times as ISO 8601 text. */
const STORAGE: Record<ColumnType, "TEXT" | "INTEGER" | "REAL"> = {
  text: "TEXT",
  url: "TEXT",
  integer: "INTEGER",
  number: "REAL",
  boolean: "INTEGER",
  timestamp: "TEXT",
  uuid: "TEXT",
  object: "TEXT",
  tags: "TEXT",
  texts: "TEXT",
  objects: "TEXT",
};

/** Whether a column holds JSON text. */
export function isJson({ type }: Column): boolean {
  return type === "object" || type === "tags" || type === "texts" || type === "objects";
}

/** The statements that make an empty database. */
export function createStatements(): string[] {
  return MEDIA_TYPES.flatMap((media) => [
    `CREATE TABLE ${media} (${columnsOf(media).map(columnDefinition).join(", ")}) STRICT`,
    `CREATE UNIQUE INDEX ${media}_key ON ${media} (provider, foreign_identifier)`,
    `CREATE UNIQUE INDEX ${media}_url ON ${media} (url)`,
  ]);
}

function columnDefinition(column: Column): string {
  const isFilled =
    column.required || column.merge === "changed" || column.merge === "seen" || column.merge === "reset";
  return `${column.name} ${STORAGE[column.type]}${isFilled ? " NOT NULL" : ""}`;
}

/** The statement that adds a record; parameters in the order of the columns. */
export function insertStatement(media: MediaType): string {
  const columns = columnsOf(media);
  return `INSERT INTO ${media} (${columns.map(({ name }) => name).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
}

/** The statement that rewrites a record; parameters in the order of the columns, then the row. */
export function updateStatement(media: MediaType): string {
  return `UPDATE ${media} SET ${columnsOf(media)
    .map(({ name }) => `${name} = ?`)
    .join(", ")} WHERE rowid = ?`;
}
