import type { Statement } from "better-sqlite3";
import { errorCode } from "../failure.js";
import {
  type Column,
  columnsOf,
  MEDIA_TYPES,
  type MediaRecord,
  type MediaType,
  type Refusal,
} from "../record/index.js";
import { explain } from "./database.js";
import { mergeRows, type Stored, storedValue } from "./merge.js";
import { insertStatement, updateStatement } from "./schema.js";
import type { Database } from "./sqlite.js";

/** What a load did. */
export interface LoadCounts {
  inserted: number;
  updated: number;
  unchanged: number;
  /** Records refused because another record holds their URL. */
  url_duplicates: number;
}

interface Table {
  readonly columns: readonly Column[];
  readonly find: Statement;
  readonly insert: Statement;
  readonly update: Statement;
  readonly touch: Statement;
  readonly holderOfUrl: Statement;
}

/**
 * Puts cleaned records into the staging database: new ones are added, known ones (same provider and foreign
 * identifier) merged by the rules of the record table. Records are committed in batches, each `commit` one; a
 * load that dies keeps the batches before, and running it again ends in the same content as if it had not died.
 */
export class Loader {
  readonly counts: LoadCounts = { inserted: 0, updated: 0, unchanged: 0, url_duplicates: 0 };
  readonly #database: Database;
  readonly #path: string;
  readonly #now: string;
  readonly #tables: Map<MediaType, Table>;

  constructor(database: Database, path: string, now: Date) {
    this.#database = database;
    this.#path = path;
    this.#now = now.toISOString();
    this.#tables = new Map(MEDIA_TYPES.map((media) => [media, prepareTable(database, media)]));
  }

  /** Adds or merges one record; says why when it is refused. */
  load(record: MediaRecord): Refusal | undefined {
    return explain(this.#path, () => {
      if (!this.#database.inTransaction) this.#database.exec("BEGIN IMMEDIATE");
      return this.#upsert(this.#tables.get(record.media_type) as Table, record);
    });
  }

  /** Commits what was loaded since the last commit. */
  commit(): void {
    explain(this.#path, () => {
      if (this.#database.inTransaction) this.#database.exec("COMMIT");
    });
  }

  #upsert(table: Table, record: MediaRecord): Refusal | undefined {
    const { columns } = table;
    const given = columns.map((column) => storedValue(column, record[column.name]));
    const found = table.find.get(record.provider, record.foreign_identifier) as
      | [number, ...Stored[]]
      | undefined;
    if (!found)
      return this.#write(table, record, "inserted", () => table.insert.run(this.#firstRow(columns, given)));

    const [row, ...stored] = found;
    const merged = mergeRows(columns, stored, given, { now: this.#now, provider: record.provider });
    if (merged) return this.#write(table, record, "updated", () => table.update.run(...merged, row));
    table.touch.run(this.#now, row);
    this.counts.unchanged++;
    return undefined;
  }

  /** A record that is new here keeps times it brings along (from another database's dump). */
  #firstRow(columns: readonly Column[], given: Stored[]): Stored[] {
    return columns.map(({ type, staging, merge }, i) => {
      if (merge === "reset") return 0;
      return staging && type === "timestamp" ? (given[i] ?? this.#now) : (given[i] as Stored);
    });
  }

  #write(
    table: Table,
    { url }: MediaRecord,
    counter: "inserted" | "updated",
    write: () => void,
  ): Refusal | undefined {
    try {
      write();
    } catch (error) {
      // A failed statement undoes itself only, so that the batch goes on.
      if (errorCode(error) !== "SQLITE_CONSTRAINT_UNIQUE") throw error;
      const [provider, id] = table.holderOfUrl.get(url) as [string, string];
      this.counts.url_duplicates++;
      return { error: `url is held by another record: ${provider} ${id}`, code: "url_duplicate" };
    }
    this.counts[counter]++;
    return undefined;
  }
}

function prepareTable(database: Database, media: MediaType): Table {
  const columns = columnsOf(media);
  const names = columns.map(({ name }) => name).join(", ");
  return {
    columns,
    find: database
      .prepare(`SELECT rowid, ${names} FROM ${media} WHERE provider = ? AND foreign_identifier = ?`)
      .raw(),
    insert: database.prepare(insertStatement(media)),
    update: database.prepare(updateStatement(media)),
    touch: database.prepare(`UPDATE ${media} SET last_synced_with_source = ? WHERE rowid = ?`),
    holderOfUrl: database.prepare(`SELECT provider, foreign_identifier FROM ${media} WHERE url = ?`).raw(),
  };
}
