import type { Statement } from "better-sqlite3";
import {
  columnsOf,
  comparableUrl,
  cutText,
  MEDIA_TYPES,
  type MediaRecord,
  type MediaType,
} from "../record/index.js";
import { listed, URL_FORM } from "./schema.js";
import type { Database } from "./sqlite.js";
import { requireTrueTexts } from "./value-faults.js";

/** What became of the records that were to be removed. */
export interface RemoveCounts {
  removed: number;
  /** Were removed before. */
  already_removed: number;
  /** Neither among the records nor among the removed ones. */
  not_found: number;
}

/** A record, as somebody names it. Where no media type is given, those of every type are meant. */
export type Name =
  | { readonly identifier: string }
  | { readonly url: string }
  | {
      readonly provider: string;
      readonly foreign_identifier: string;
      readonly media_type?: MediaType | undefined;
    };

/** The longest reason, in characters; as in the catalogue. */
const REASON_LIMIT = 80;
/** Identifiers have no index, which would cost every load; so many are looked for in one go through the table. */
const IDENTIFIERS = 50_000;

/**
 * Moves records to the tables of removed ones, where they keep loads from bringing them back. Inside a transaction of
 * the caller's.
 */
export class Remover {
  readonly counts: RemoveCounts = { removed: 0, already_removed: 0, not_found: 0 };
  /** One of the names that were not found, for a message. */
  notFound: string | undefined;
  readonly #tables: readonly MediaRemover[];
  #identifiers = new Set<string>();

  constructor(database: Database, reason: string, now: Date) {
    this.#tables = MEDIA_TYPES.map((media) => new MediaRemover(database, media, reason, now));
  }

  /** Removes the records of a name; those named by their identifier when `finish` is called, or before. */
  remove(name: Name): void {
    if ("identifier" in name) {
      this.#identifiers.add(name.identifier.toLowerCase());
      if (this.#identifiers.size >= IDENTIFIERS) this.finish();
      return;
    }
    const tables = this.#tables.filter(
      ({ media }) => !("media_type" in name) || (name.media_type ?? media) === media,
    );
    const ids = tables.map((table) => ({ table, found: table.find(name) }));
    for (const { table, found } of ids) for (const id of found) this.removeRow(table.media, id);
    if (ids.every(({ found }) => found.length === 0)) {
      this.#count(
        tables.some((table) => table.wasRemoved(name)),
        "url" in name ? name.url : `${name.provider} ${name.foreign_identifier}`,
      );
    }
  }

  /** Removes the record of a row. */
  removeRow(media: MediaType, id: number): void {
    this.#tables.find((table) => table.media === media)?.remove(id);
    this.counts.removed++;
  }

  /** Removes the records whose identifiers were given. */
  finish(): void {
    if (this.#identifiers.size === 0) return;
    const left = new Set(this.#identifiers);
    for (const table of this.#tables) {
      for (const [id, identifier] of table.findIdentifiers(this.#identifiers)) {
        this.removeRow(table.media, id);
        left.delete(identifier);
      }
    }
    const before = new Set(this.#tables.flatMap((table) => table.removedIdentifiers(left)));
    for (const identifier of left) this.#count(before.has(identifier), identifier);
    this.#identifiers = new Set();
  }

  #count(wasRemoved: boolean, name: string): void {
    this.counts[wasRemoved ? "already_removed" : "not_found"]++;
    if (!wasRemoved) this.notFound ??= name;
  }
}

class MediaRemover {
  readonly media: MediaType;
  readonly #database: Database;
  readonly #copy: Statement;
  readonly #delete: Statement;
  readonly #reason: string;
  readonly #now: string;

  constructor(database: Database, media: MediaType, reason: string, now: Date) {
    this.media = media;
    this.#database = database;
    this.#reason = cutText(reason, REASON_LIMIT);
    this.#now = now.toISOString();
    const columns = listed(columnsOf(media));
    this.#copy = database.prepare(
      `INSERT OR REPLACE INTO deleted_${media} (${columns}, deleted_on, deleted_reason)
       SELECT ${columns}, ?, ? FROM ${media}_record JOIN ${media}_seen USING (id) WHERE id = ?`,
    );
    this.#delete = database.prepare(`DELETE FROM ${media}_record WHERE id = ?`);
  }

  find(name: Exclude<Name, { identifier: string }>): number[] {
    return this.#ask(`SELECT id FROM ${this.media}_record`, `${URL_FORM} = :form`, name) as number[];
  }

  wasRemoved(name: Exclude<Name, { identifier: string }>): boolean {
    return this.#ask(`SELECT 1 FROM deleted_${this.media}`, "url IN (:url, :form)", name).length > 0;
  }

  remove(id: number): void {
    this.#copy.run(this.#now, this.#reason, id);
    this.#delete.run(id);
  }

  findIdentifiers(identifiers: Iterable<string>): [id: number, identifier: string][] {
    return this.#database
      .prepare(
        `SELECT id, identifier FROM ${this.media}_record WHERE identifier IN (SELECT value FROM json_each(?))`,
      )
      .raw()
      .all(JSON.stringify([...identifiers])) as [number, string][];
  }

  removedIdentifiers(identifiers: Iterable<string>): string[] {
    return this.#database
      .prepare(
        `SELECT identifier FROM deleted_${this.media} WHERE identifier IN (SELECT value FROM json_each(?))`,
      )
      .pluck()
      .all(JSON.stringify([...identifiers])) as string[];
  }

  readonly #statements = new Map<string, Statement>();

  #ask(select: string, byUrl: string, name: Exclude<Name, { identifier: string }>): unknown[] {
    const sql = `${select} WHERE ${"url" in name ? byUrl : "provider = :provider AND foreign_identifier = :foreign_identifier"}`;
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql).pluck();
    this.#statements.set(sql, statement);
    return statement.all("url" in name ? { url: name.url, form: comparableUrl(name.url) } : name);
  }
}

/** Whether a record is to be removed. */
export type IsUnwanted = (record: Readonly<Record<string, unknown>>) => boolean;

/** Removes every record of the database that `isUnwanted` says; only what lists of opt-outs look at is handed to it. */
export function removeUnwanted(database: Database, remover: Remover, isUnwanted: IsUnwanted): void {
  for (const media of MEDIA_TYPES) {
    const rows = database.rows(
      `SELECT id, provider, foreign_identifier, foreign_landing_url, url, creator_url FROM ${media}_record`,
    );
    // Gathered first: what is removed while it is looked through could be looked at twice, or not at all.
    const ids: number[] = [];
    for (const row of rows) {
      const [id, provider, foreign_identifier, foreign_landing_url, url, creator_url] = row;
      requireTrueTexts(database, `${media}_record`, id as number, row);
      const record = {
        media_type: media,
        provider,
        foreign_identifier,
        foreign_landing_url,
        url,
        creator_url,
      };
      if (isUnwanted(record as Partial<MediaRecord>)) ids.push(id as number);
    }
    for (const id of ids) remover.removeRow(media, id);
  }
}
