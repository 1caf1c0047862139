import type { Statement as Prepared } from "better-sqlite3";
import { at, isObject, type JsonObject, objectsAt, textAt } from "../ndjson/index.js";
import type { Refusal } from "../record/index.js";
import type { Database } from "./sqlite.js";
import { explain } from "./sqlite-errors.js";
import { hasTable, requireTrue } from "./value-faults.js";

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
/** A file that is loaded again may have another title by now; and what was doubtful may be clear. */
const PUT = `
INSERT INTO commons_link VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET title = excluded.title, ambiguous = excluded.ambiguous`;
const FIND = "SELECT page_id, title, ambiguous FROM commons_link WHERE photo_id = ? ORDER BY page_id";

/** A file on Commons. */
export interface CommonsFile {
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
  readonly #database: Database;
  readonly #path: string;
  /** Undefined where nothing is to be put. */
  readonly #put: Prepared | undefined;
  /** Undefined where there is no table yet, and so no link. */
  readonly #find: Prepared | undefined;

  private constructor(database: Database, path: string, put?: Prepared) {
    this.#database = database;
    this.#path = path;
    this.#put = put;
    this.#find = hasTable(database, TABLE) ? database.prepare(FIND).raw() : undefined;
  }

  /** To put links: makes the table where it is not there yet. */
  static toWrite(database: Database, path: string): CommonsLinks {
    return explain(path, () => {
      database.exec(CREATE);
      return new CommonsLinks(database, path, database.prepare(PUT));
    });
  }

  /** To look links up. Nothing is written, and no writer is in the way or kept waiting. */
  static toRead(database: Database, path: string): CommonsLinks {
    return explain(path, () => new CommonsLinks(database, path));
  }

  /** How many there are. */
  get count(): number {
    return explain(
      this.#path,
      () => this.#database.prepare("SELECT count(*) FROM commons_link").pluck().get() as number,
    );
  }

  /** Whether there is none at all: nothing was loaded then, and no photo would be found. */
  get isEmpty(): boolean {
    return explain(
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
    const { page_id: page, title, ambiguous } = record;
    if (!Number.isSafeInteger(page)) return { error: "page_id is missing or no number", code: "bad_page_id" };
    if (typeof title !== "string") return { error: "title is missing or no text", code: "bad_title" };
    const photos = (ambiguous ? objectsAt(record, "candidates") : [record]).map((one) => one.flickr_photo_id);
    const numbers = photos.map(photoNumber);
    const bad = numbers.indexOf(undefined);
    if (bad !== -1) {
      return {
        error: `flickr_photo_id is no photo id: ${JSON.stringify(photos[bad])}`,
        code: "bad_flickr_photo_id",
      };
    }
    this.#write(() => {
      for (const number of numbers) this.#put?.run(number, page, title, ambiguous ? 1 : 0);
    });
    return undefined;
  }

  /** Commits what was put since the last commit; and lets look-ups see what others have put meanwhile. */
  commit(): void {
    explain(this.#path, () => {
      if (this.#database.inTransaction) this.#database.exec("COMMIT");
    });
  }

  /** The files of a photo, in the order of their pages; none for a text that is no photo id. */
  filesOf(photo: string): CommonsFile[] {
    const number = photoNumber(photo);
    const find = this.#find;
    if (number === undefined || !find) return [];
    const rows = explain(this.#path, () => {
      // Without a transaction every look-up locks the file anew, which costs more than the look-up. `commit` ends it.
      if (!this.#database.inTransaction) this.#database.exec("BEGIN");
      const rows = find.all(number) as [number, string, number][];
      requireTrue(this.#database, rows);
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
    explain(this.#path, () => {
      if (!this.#database.inTransaction) this.#database.exec("BEGIN IMMEDIATE");
      work();
    });
  }
}

/** A photo id as a number: all that Flickr has given so far have eleven digits at most. */
function photoNumber(id: unknown): number | undefined {
  return typeof id === "string" && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

/** The address of a page on Commons, as Commons itself writes it. */
export function pageUrl(title: string): string {
  const name = encodeURIComponent(title.replaceAll(" ", "_")).replace(
    /%(?:3A|2F|2C|40|24|3B)/g,
    decodeURIComponent,
  );
  return `https://commons.wikimedia.org/wiki/${name}`;
}

/** Members of records that hold a photo id, in media records, and in what the other commands write. */
const ID_MEMBERS = ["flickr_photo_id", "photo_id"];
/** The members of a record that `photoOf` looks at. */
export const PHOTO_MEMBERS = [...ID_MEMBERS, "provider", "foreign_identifier"];

/**
 * The Flickr photo that a record is about: a media record of the provider `flickr`, or a result of another command.
 * Undefined where it is about none.
 */
export function photoOf(record: JsonObject): string | undefined {
  for (const name of ID_MEMBERS) {
    const id = textAt(record, name);
    if (id !== undefined) return id;
  }
  return at(record, "provider") === "flickr" && isObject(record)
    ? textAt(record, "foreign_identifier")
    : undefined;
}
