import { type Column, columnsOf, MEDIA_TYPES, type MediaType } from "../record/index.js";
import type { Stored } from "./merge.js";
import { isJson } from "./schema.js";
import type { Database } from "./sqlite.js";

/** Which records a dump holds. */
export interface DumpOptions {
  /** One media type; both when absent. */
  readonly media?: MediaType;
}

/** The records of a database as NDJSON lines without line ends: image before audio, each in the order of its key. */
export function* dump(database: Database, { media }: DumpOptions = {}): Generator<string> {
  for (const table of media ? [media] : MEDIA_TYPES) {
    const columns = columnsOf(table);
    const names = columns.map(({ name }) => name).join(", ");
    const rows = database.rows(`SELECT ${names} FROM ${table} ORDER BY provider, foreign_identifier`);
    const head = `{"media_type":"${table}"`;
    for (const row of rows) {
      let line = head;
      for (let i = 0; i < columns.length; i++) line += member(columns[i] as Column, row[i] as Stored);
      yield `${line}}`;
    }
  }
}

/** One member of the line. JSON columns go through as they are stored. */
function member(column: Column, value: Stored): string {
  if (value === null) return `,"${column.name}":null`;
  if (column.type === "boolean") return `,"${column.name}":${value === 1}`;
  return `,"${column.name}":${isJson(column) ? value : JSON.stringify(value)}`;
}
