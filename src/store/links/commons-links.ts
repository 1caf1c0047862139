import type { Statement as Prepared } from "better-sqlite3";
import type { JsonObject } from "../../base/ndjson/index.js";
import type { Database } from "../../base/sqlite/index.js";
import type { Refusal } from "../../record/index.js";
import { hasTable, requireTrue, staging, type Tables } from "../staging/index.js";
import { readLine } from "./line.js";
import { photoNumber } from "./photo.js";

/**
 * Which files on Commons are which Flickr photos: a table of its own in a staging database. A photo may have several
 * files (crops, other sizes, the same photo twice), and all of them are kept.
 */

const TABLE = "commons_link";
const CREATE = `
CREATE TABLE IF NOT EXISTS commons_link (
  photo_id INTEGER NOT NULL,
  page_id INTEGER NOT NULL,
  title TEXT NOT NULL,
  ambiguous INTEGER NOT NULL,
  PRIMARY KEY (photo_id, page_id)
) STRICT, WITHOUT ROWID`;
/** What is looked at in it where a staging database is checked. */
export const LINK_TABLES: Tables = {
  [TABLE]: { name: "'Commons page ' || page_id", columns: [{ name: "title", type: "text" }] },
};
/** A file that is loaded again may have another title by now; and what was doubtful may be clear. */
const PUT = `
INSERT INTO commons_link VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET title = excluded.title, ambiguous = excluded.ambiguous`;
const FIND = "SELECT page_id, title, ambiguous FROM commons_link WHERE photo_id = ? ORDER BY page_id";

/** A file on Commons. */
interface CommonsFile {
  readonly page_id: number;
  /** With `File:` and blanks. */
  readonly title: string;
  /** Its page. */
  readonly url: string;
  /** It is not clear that the file is this photo: it names others, too, or its source is a page of many. */
  readonly ambiguous?: true;
}

/** The links in a staging database. */
export class CommonsLinks {
  /** Files that were put without a photo: their source is a page of many, and no candidate is known. */
  withoutPhoto = 0;
  readonly #database: Database;
  readonly #path: string;
  /** Both undefined where there is no table yet, and so no link. */
  readonly #put: Prepared | undefined;
  readonly #find: Prepared | undefined;

  /**
   * To put links, with `create`: makes the table where it is not there yet. Else to look them up: nothing is written, and
   * no writer is waited for or kept waiting.
   */
  constructor(database: Database, path: string, { create = false } = {}) {
    this.#database = database;
    this.#path = path;
    [this.#put, this.#find] = staging.explain(path, () => {
      if (create) database.exec(CREATE);
      if (!hasTable(database, TABLE)) return [];
      return [database.prepare(PUT), database.prepare(FIND).raw()];
    });
  }

  /** How many there are. */
  get count(): number {
    return staging.explain(
      this.#path,
      () => this.#database.prepare("SELECT count(*) FROM commons_link").pluck().get() as number,
    );
  }

  /** Whether there is none at all: nothing was loaded then, and no photo would be found. */
  get isEmpty(): boolean {
    return staging.explain(
      this.#path,
      () => !this.#find || this.#database.prepare("SELECT 1 FROM commons_link").get() === undefined,
    );
  }

  /** Whether a transaction that writes has begun, which `commit` ends. */
  get isWriting(): boolean {
    return this.#database.inTransaction;
  }

  /** Forgets all links, in the same batch as the next one is put. */
  clear(): void {
    this.#write(() => this.#database.exec("DELETE FROM commons_link"));
  }

  /** Puts what `ov-snapshot-stream --flickr` says of one file; says why when it cannot be used. */
  put(record: JsonObject): Refusal | undefined {
    const said = readLine(record);
    if ("error" in said) return said;
    const { page, title, photos, isAmbiguous } = said;
    if (photos.length === 0) this.withoutPhoto++;
    this.#write(() => {
      for (const photo of photos) this.#put?.run(photo, page, title, isAmbiguous ? 1 : 0);
    });
    return undefined;
  }

  /** Commits what was put since the last commit; and lets look-ups see what others have put meanwhile. */
  commit(): void {
    staging.commit(this.#database, this.#path);
  }

  /** The files of a photo, in the order of their pages; none for a text that is no photo id. */
  filesOf(photo: string): CommonsFile[] {
    const number = photoNumber(photo);
    const find = this.#find;
    if (number === undefined || !find) return [];
    const rows = staging.explain(this.#path, () => {
      // Without a transaction every look-up locks the file again, which costs more than the look-up. `commit` ends it.
      if (!this.#database.inTransaction) this.#database.exec("BEGIN");
      const rows = find.all(number) as [number, string, number][];
      requireTrue(this.#database, rows, LINK_TABLES);
      return rows;
    });
    return rows.map(([page_id, title, ambiguous]) => ({
      page_id,
      title,
      url: pageUrl(title),
      ...(ambiguous && { ambiguous: true as const }),
    }));
  }

  #write(work: () => void): void {
    staging.explain(this.#path, () => {
      if (!this.#database.inTransaction) this.#database.exec("BEGIN IMMEDIATE");
      work();
    });
  }
}

/** The address of a page on Commons, as Commons itself writes it. */
function pageUrl(title: string): string {
  const name = encodeURIComponent(title.replaceAll(" ", "_")).replace(
    /%(?:3A|2F|2C|40|24|3B)/g,
    decodeURIComponent,
  );
  return `https://commons.wikimedia.org/wiki/${name}`;
}
