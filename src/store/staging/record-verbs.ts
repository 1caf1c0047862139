import type { Statement } from "better-sqlite3";
import { errorCode } from "../../base/failure.js";
import { type Database, openFile } from "../../base/sqlite/index.js";
import type { Cell } from "../../record/decoder/index.js";
import { type Column, comparableUrl, type MediaType } from "../../record/index.js";
import type { Digest } from "./load-options.js";
import type { Found, Key } from "./load-rows.js";
import type { Stored } from "./merge.js";
import { listed, storageOf, storedColumns, URL_FORM, URL_KEY, urlKey } from "./schema.js";
import { requireTrueTexts } from "./value-faults.js";

/** The record that has a file, and the address of the file there. */
type Holder = readonly [...Key, url: string];

const BY_KEY = "provider = ? AND foreign_identifier = ?";

/** What a load does with the records of a media type; what to do is decided in decide.ts. */
export class RecordVerbs {
  readonly #database: Database;
  readonly #media: MediaType;
  readonly #sql;
  /** Asked through another connection, which does not see what is not committed. */
  #findBefore: Statement | undefined;

  /** For the load that is the given run. */
  constructor(database: Database, media: MediaType, run: number) {
    this.#database = database;
    this.#media = media;
    const columns = storedColumns(media);
    this.#sql = {
      find: database.prepare(findSql(media)).raw(),
      insert: database.prepare(
        `INSERT INTO ${media}_record (${listed(columns)}, ${URL_KEY}) VALUES (${columns.map(parameter).join(", ")}, ?) ON CONFLICT DO NOTHING`,
      ),
      insertSeen: database.prepare(`INSERT INTO ${media}_seen VALUES (?, ${run}, ?, ?)`),
      // Where the file stays, a key of its own does, which the migration made.
      update: database.prepare(
        `UPDATE ${media}_record SET ${columns.map(({ name }) => `${name} = ?`).join(", ")},
        ${URL_KEY} = iif(? AND instr(${URL_KEY}, ' ') > 0, ${URL_KEY}, ?) WHERE id = ?`,
      ),
      updateSeen: database.prepare(
        `UPDATE ${media}_seen SET run = ${run}, last_synced_with_source = ?, line = ? WHERE id = ?`,
      ),
      isThere: database.prepare(`SELECT 1 FROM ${media}_record WHERE ${BY_KEY}`),
      holderOf: database
        .prepare(`SELECT provider, foreign_identifier, url FROM ${media}_record WHERE ${URL_FORM} = ?`)
        .raw(),
    };
  }

  /** The record of a key, as it is now. */
  find(key: Key): Found | undefined {
    return this.#found(this.#sql.find, key);
  }

  /** The record of a key as it was before the transaction. */
  findBefore(key: Key): Found | undefined {
    this.#findBefore ??= openFile(this.#database.name, { readonly: true })
      .prepare(findSql(this.#media))
      .raw();
    return this.#found(this.#findBefore, key);
  }

  #found(statement: Statement, key: Key): Found | undefined {
    const row = statement.get(...key) as [number, number, string, ...Stored[]] | undefined;
    if (!row) return undefined;
    const [id, run, seen, ...values] = row;
    requireTrueTexts(this.#database, `${this.#media}_record`, id, values);
    return { id, run, seen, values };
  }

  /** Adds a record, texts also as bytes of UTF-8; false, and nothing is done, where its key or its file is there. */
  insert(values: readonly (Cell | Stored)[], url: string, seenOn: string, digest: Digest): boolean {
    const { changes, lastInsertRowid } = this.#sql.insert.run(...values, urlKey(url));
    if (changes === 0) return false;
    this.#sql.insertSeen.run(lastInsertRowid, seenOn, digest);
    return true;
  }

  /** Writes other values; false, and nothing is done, where another record has the file. */
  update(id: number, values: readonly Stored[], url: string, urlBefore: string): boolean {
    const isSameFile = urlBefore === url || comparableUrl(urlBefore) === comparableUrl(url);
    try {
      this.#sql.update.run(values, Number(isSameFile), urlKey(url), id);
      return true;
    } catch (error) {
      // A failed statement undoes itself only, so that the load goes on.
      if (errorCode(error) !== "SQLITE_CONSTRAINT_UNIQUE") throw error;
      return false;
    }
  }

  /** Marks a record as seen by this run, in the line of this digest. */
  see(id: number, seenOn: string, digest: Digest): void {
    this.#sql.updateSeen.run(seenOn, digest, id);
  }

  /** Whether there is a record, seen by a load or not. */
  isThere(key: Key): boolean {
    return this.#sql.isThere.get(...key) !== undefined;
  }

  /** The record that has the file of an address. */
  holderOf(url: string): Holder | undefined {
    return this.#sql.holderOf.get(comparableUrl(url)) as Holder | undefined;
  }
}

function parameter(column: Column): string {
  return storageOf(column) === "TEXT" ? "CAST(? AS TEXT)" : "?";
}

/** Id, run, when it was last seen, columns. */
function findSql(media: MediaType): string {
  return `SELECT id, run, last_synced_with_source, ${listed(storedColumns(media))} FROM ${media}_record JOIN ${media}_seen USING (id) WHERE ${BY_KEY}`;
}
