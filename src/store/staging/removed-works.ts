import type { Statement } from "better-sqlite3";
import type { Database } from "../../base/sqlite/index.js";
import { fileHash, type MediaType, workKey } from "../../record/index.js";
import type { Removed } from "./decide.js";
import type { RecordNames } from "./load-rows.js";
import { removedSql, WORK_KEY } from "./removed.js";
import { listed, storedColumns, URL_KEY, urlKey } from "./schema.js";

const KEY = "provider = ? AND foreign_identifier = ?";

/** What loads of a media type refuse because it was removed, and how it is taken back in. */
export class RemovedWorks {
  readonly #find: Statement;
  readonly #urlOf: Statement;
  readonly #putBack: Statement;
  readonly #putBackSeen: Statement;
  readonly #forgetRow: Statement;
  readonly #rowsOf: Statement;
  readonly #leaveFile: Statement;
  readonly #forgetEmpty: Statement;
  readonly #narrowWork: Statement;
  readonly #forgetFile: Statement;
  readonly #partFromFile: Statement;

  /** `now`: when records are put back, ISO 8601. */
  constructor(database: Database, media: MediaType, now: string) {
    const names = listed(storedColumns(media));
    this.#find = database.prepare(removedSql(media));
    this.#urlOf = database.prepare(`SELECT url FROM deleted_${media} WHERE ${KEY}`).pluck();
    this.#putBack = database.prepare(
      `INSERT INTO ${media}_record (${names}, ${URL_KEY})
        SELECT ${names.replace("updated_on", `'${now}'`)}, ? FROM deleted_${media} WHERE ${KEY} ON CONFLICT DO NOTHING`,
    );
    // Run 0 is none.
    this.#putBackSeen = database.prepare(`INSERT INTO ${media}_seen VALUES (?, 0, '${now}', NULL)`);
    this.#forgetRow = database.prepare(`DELETE FROM deleted_${media} WHERE ${KEY}`);
    this.#rowsOf = database
      .prepare(
        `SELECT id, provider, foreign_identifier FROM removed
          WHERE ${WORK_KEY} IN (?, ?) AND coalesce(media_type, only_type, '${media}') = '${media}'`,
      )
      .raw();
    this.#leaveFile = database.prepare(
      `UPDATE removed SET media_type = NULL, only_type = NULL, provider = NULL, foreign_identifier = NULL,
        identifier = NULL, work_key = NULL WHERE id = ?`,
    );
    this.#forgetEmpty = database.prepare("DELETE FROM removed WHERE id = ? AND url_sha256 IS NULL");
    // Of the other media type it stays removed.
    this.#narrowWork = database.prepare(
      `UPDATE removed SET only_type = coalesce(only_type, media_type) WHERE ${WORK_KEY} IN (?, ?)`,
    );
    this.#forgetFile = database.prepare("DELETE FROM removed WHERE url_sha256 = ? AND identifier IS NULL");
    // Other works that had the file stay removed.
    this.#partFromFile = database.prepare("UPDATE removed SET url_sha256 = NULL WHERE url_sha256 = ?");
  }

  find(record: RecordNames): Removed | undefined {
    return this.#find.get(...worksOf(record), fileHash(record.url)) as Removed | undefined;
  }

  /**
   * Takes a work back in: neither it nor the file that it comes with is refused any more; a file that it came with before
   * is. Puts its removed record back among the others, as changed and seen now; where another record has its URL by now,
   * or where there was none, it is as if it had never been: false.
   */
  takeBack(record: RecordNames): boolean {
    const key = [record.provider, record.foreignIdentifier];
    const url = this.#urlOf.get(...key) as string | undefined;
    const put = url === undefined ? undefined : this.#putBack.run(urlKey(url), ...key);
    this.#forgetRow.run(...key);
    for (const [row, ...its] of this.#rowsOf.all(...worksOf(record)) as [number, ...unknown[]][]) {
      this.#forgetRow.run(...its);
      this.#leaveFile.run(row);
      this.#forgetEmpty.run(row);
    }
    this.#narrowWork.run(...worksOf(record));
    const file = fileHash(record.url);
    this.#forgetFile.run(file);
    this.#partFromFile.run(file);
    if (!put?.changes) return false;
    this.#putBackSeen.run(put.lastInsertRowid);
    return true;
  }
}

/** What the work of a record is compared by, and its identifier. */
function worksOf({
  provider,
  foreignIdentifier,
  identifier,
}: RecordNames): [key: string, identifier: string] {
  return [workKey(provider, foreignIdentifier, identifier), identifier];
}
