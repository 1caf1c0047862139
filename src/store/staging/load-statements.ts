import type { Statement } from "better-sqlite3";
import { type Database, openFile } from "../../base/sqlite/index.js";
import type { Column, MediaType } from "../../record/index.js";
import { listed, storageOf, storedColumns, URL_FORM, URL_KEY } from "./schema.js";

/** The statements of a load. */
export interface Statements {
  /** Provider, foreign identifier, digest of a line → id, where this line is the one it was last seen in, before this run. */
  readonly findSeen: Statement;
  /** Provider, foreign identifier → id, run, when it was last seen, columns. */
  readonly find: Statement;
  /** Columns, texts also as bytes of UTF-8, key of the URL; changes nothing where the key or the URL is there. */
  readonly insert: Statement;
  /** Id, run, time, digest. */
  readonly insertSeen: Statement;
  /** Columns, whether the file stays (then a key of its own does, that the migration made), the key of the URL, id. */
  readonly update: Statement;
  /** Time, digest, id. */
  readonly updateSeen: Statement;
  /** Provider, foreign identifier → whether there is a record, seen or not. */
  readonly isThere: Statement;
  /** Comparable form of a URL → provider, foreign identifier, URL of the record that has it. */
  readonly holderOfUrl: Statement;
}

const KEY = "provider = ? AND foreign_identifier = ?";

/** Prepares the statements of a load that is the given run. */
export function prepareStatements(database: Database, media: MediaType, run: number): Statements {
  const columns = storedColumns(media);
  const names = listed(columns);
  const prepare = (sql: string) => database.prepare(sql);
  return {
    findSeen: prepare(
      `SELECT id FROM ${media}_record JOIN ${media}_seen USING (id) WHERE ${KEY} AND line = ? AND run <> ${run}`,
    ).pluck(),
    find: prepare(findSql(media)).raw(),
    insert: prepare(
      `INSERT INTO ${media}_record (${names}, ${URL_KEY}) VALUES (${columns.map(parameter).join(", ")}, ?) ON CONFLICT DO NOTHING`,
    ),
    insertSeen: prepare(`INSERT INTO ${media}_seen VALUES (?, ?, ?, ?)`),
    update: prepare(
      `UPDATE ${media}_record SET ${columns.map(({ name }) => `${name} = ?`).join(", ")},
        ${URL_KEY} = iif(? AND instr(${URL_KEY}, ' ') > 0, ${URL_KEY}, ?) WHERE id = ?`,
    ),
    updateSeen: prepare(
      `UPDATE ${media}_seen SET run = ${run}, last_synced_with_source = ?, line = ? WHERE id = ?`,
    ),
    isThere: prepare(`SELECT 1 FROM ${media}_record WHERE ${KEY}`),
    holderOfUrl: prepare(
      `SELECT provider, foreign_identifier, url FROM ${media}_record WHERE ${URL_FORM} = ?`,
    ).raw(),
  };
}

function parameter(column: Column): string {
  return storageOf(column) === "TEXT" ? "CAST(? AS TEXT)" : "?";
}

/** The statement that finds a record as it was before the transaction: asked through another connection. */
export function prepareBefore(database: Database, media: MediaType): Statement {
  return openFile(database.name, { readonly: true }).prepare(findSql(media)).raw();
}

function findSql(media: MediaType): string {
  return `SELECT id, run, last_synced_with_source, ${listed(storedColumns(media))} FROM ${media}_record JOIN ${media}_seen USING (id) WHERE ${KEY}`;
}
