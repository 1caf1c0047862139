import type { Cell, Row } from "../../record/decoder/index.js";
import {
  type Column,
  columnsOf,
  type Dropped,
  fillDefaults,
  MEDIA_TYPES,
  type MediaRecord,
  type MediaType,
} from "../../record/index.js";
import { type Stored, storedValue } from "./merge.js";
import { storedColumns } from "./schema.js";

/** A record as a loader takes it: plain values in the order of the columns. */
export interface Prepared<V = Stored> {
  readonly media: MediaType;
  /** Values as SQLite stores them, with defaults filled in; times and marks of the database are left open. */
  readonly values: V[];
  /** Places of values that were not given and have their default. */
  readonly defaults: readonly number[];
  /** When it was last seen, where it comes from another database's dump. */
  readonly seen: string | null;
  /** What cleaning has dropped of it, where that is something. */
  readonly dropped?: readonly Dropped[];
}

const COLUMNS = new Map<MediaType, readonly Column[]>(
  MEDIA_TYPES.map((media) => [media, storedColumns(media)]),
);

/** Prepares a cleaned record whose defaults are not filled in yet. The record is changed. */
export function prepareRecord(record: MediaRecord, dropped?: readonly Dropped[]): Prepared {
  const media = record.media_type;
  const columns = COLUMNS.get(media) as readonly Column[];
  const values: Stored[] = new Array(columns.length);
  const open: number[] = [];
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i] as Column;
    const value = storedValue(column, record[column.name]);
    values[i] = value;
    if (value === null) open.push(i);
  }
  fillDefaults(record);
  const defaults: number[] = [];
  for (const i of open) {
    const column = columns[i] as Column;
    const value = storedValue(column, record[column.name]);
    if (value === null) continue;
    values[i] = value;
    defaults.push(i);
  }
  const seen = (record.last_synced_with_source as string | undefined) ?? null;
  return { media, values, defaults, seen, ...(dropped && { dropped }) };
}

const SEEN = new Map<MediaType, number>(
  MEDIA_TYPES.map((media) => [media, columnsOf(media).findIndex(({ merge }) => merge === "seen")]),
);

/** A record whose texts may be bytes of UTF-8. */
export type PreparedRow = Prepared<Cell>;

/** Prepares a record that was read as a row: the same but for that one column, which has a table of its own. */
export function prepareRow({ media, values, filled }: Row, dropped?: readonly Dropped[]): PreparedRow {
  const place = SEEN.get(media) as number;
  const [seen] = values.splice(place, 1);
  const defaults = filled.map((i) => (i > place ? i - 1 : i));
  return { media, values, defaults, seen: seen as string | null, ...(dropped && { dropped }) };
}

/** The same with all texts as such. */
export function decoded(record: PreparedRow): Prepared {
  return { ...record, values: record.values.map(textOf) };
}

/** A value with its text as such. */
export function textOf(value: Cell): Stored {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()
    : value;
}
