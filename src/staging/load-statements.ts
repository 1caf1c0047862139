import type { Statement } from "better-sqlite3";
import type { Column, MediaType } from "../record/index.js";
import { removedSql, WORK_KEY } from "./removed.js";
import { listed, storageOf, storedColumns, URL_FORM, URL_KEY } from "./schema.js";
import { Database } from "./sqlite.js";

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
  /** Comparable form of a URL → provider, foreign identifier, URL of the record that has it. */
  readonly holderOfUrl: Statement;
  /** Key of the work, identifier, SHA-256 of the file → when and why it was removed, and by what. */
  readonly findRemoved: Statement;
  /** Provider, foreign identifier → its URL, where the record was removed. */
  readonly removedUrl: Statement;
  /** Time, key of the URL, provider, foreign identifier: puts the removed record among the others again, which is a change. */
  readonly restore: Statement;
  /** Provider, foreign identifier. */
  readonly forgetRow: Statement;
  /** Key of the work, identifier: it is no longer refused in this media type. Gives provider and foreign identifier of its records. */
  readonly forgetWork: Statement;
  /** The same: where it was removed in the other media type, it stays so there. */
  readonly narrowWork: Statement;
  /** SHA-256: a file that was removed by itself. */
  readonly forgetFile: Statement;
  /** SHA-256: works that had this file and were removed stay so, but without it. */
  readonly partFromFile: Statement;
}

/** That a record, or its file, was removed. */
export interface Removed {
  readonly deleted_on: string;
  readonly deleted_reason: string;
  readonly is_file: number;
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
    holderOfUrl: prepare(
      `SELECT provider, foreign_identifier, url FROM ${media}_record WHERE ${URL_FORM} = ?`,
    ).raw(),
    findRemoved: prepare(removedSql(media)),
    removedUrl: prepare(`SELECT url FROM deleted_${media} WHERE ${KEY}`).pluck(),
    restore: prepare(
      `INSERT INTO ${media}_record (${names}, ${URL_KEY})
        SELECT ${names.replace("updated_on", "?")}, ? FROM deleted_${media} WHERE ${KEY} ON CONFLICT DO NOTHING`,
    ),
    forgetRow: prepare(`DELETE FROM deleted_${media} WHERE ${KEY}`),
    forgetWork: prepare(
      `DELETE FROM removed WHERE ${WORK_KEY} IN (?, ?) AND coalesce(media_type, only_type, '${media}') = '${media}'
        RETURNING provider, foreign_identifier`,
    ).raw(),
    narrowWork: prepare(
      `UPDATE removed SET only_type = coalesce(only_type, media_type) WHERE ${WORK_KEY} IN (?, ?)`,
    ),
    forgetFile: prepare("DELETE FROM removed WHERE url_sha256 = ? AND identifier IS NULL"),
    partFromFile: prepare("UPDATE removed SET url_sha256 = NULL WHERE url_sha256 = ?"),
  };
}

function parameter(column: Column): string {
  return storageOf(column) === "TEXT" ? "CAST(? AS TEXT)" : "?";
}

/** The statement that finds a record as it was before the transaction: asked through another connection. */
export function prepareBefore(database: Database, media: MediaType): Statement {
  return new Database(database.name, { readonly: true }).prepare(findSql(media)).raw();
}

function findSql(media: MediaType): string {
  return `SELECT id, run, last_synced_with_source, ${listed(storedColumns(media))} FROM ${media}_record JOIN ${media}_seen USING (id) WHERE ${KEY}`;
}
