import type { Database } from "../../base/sqlite/index.js";
import { fileHash, type MediaType, workKey } from "../../record/index.js";
import type { Removed } from "./decide.js";
import type { RecordNames } from "./load-rows.js";
import { removedSql, WORK_KEY } from "./removed.js";
import { listed, storedColumns, URL_KEY, urlKey } from "./schema.js";

const KEY = "provider = ? AND foreign_identifier = ?";

/** What loads of a media type refuse because it was removed, and how it is taken back in. */
export class RemovedWorks {
  readonly #sql;

  /** `now`: when records are put back, ISO 8601. */
  constructor(database: Database, media: MediaType, now: string) {
    const names = listed(storedColumns(media));
    this.#sql = {
      find: database.prepare(removedSql(media)),
      urlOf: database.prepare(`SELECT url FROM deleted_${media} WHERE ${KEY}`).pluck(),
      putBack: database.prepare(
        `INSERT INTO ${media}_record (${names}, ${URL_KEY})
        SELECT ${names.replace("updated_on", `'${now}'`)}, ? FROM deleted_${media} WHERE ${KEY} ON CONFLICT DO NOTHING`,
      ),
      // No run has the number 0.
      putBackSeen: database.prepare(`INSERT INTO ${media}_seen VALUES (?, 0, '${now}', NULL)`),
      forgetRow: database.prepare(`DELETE FROM deleted_${media} WHERE ${KEY}`),
      rowsOf: database
        .prepare(
          `SELECT id, provider, foreign_identifier FROM removed
          WHERE ${WORK_KEY} IN (?, ?) AND coalesce(media_type, only_type, '${media}') = '${media}'`,
        )
        .raw(),
      leaveFile: database.prepare(
        `UPDATE removed SET media_type = NULL, only_type = NULL, provider = NULL, foreign_identifier = NULL,
        identifier = NULL, work_key = NULL WHERE id = ?`,
      ),
      forgetEmpty: database.prepare("DELETE FROM removed WHERE id = ? AND url_sha256 IS NULL"),
      // Of the other media type it stays removed.
      narrowWork: database.prepare(
        `UPDATE removed SET only_type = coalesce(only_type, media_type) WHERE ${WORK_KEY} IN (?, ?)`,
      ),
      forgetFile: database.prepare("DELETE FROM removed WHERE url_sha256 = ? AND identifier IS NULL"),
      // Other works that had the file stay removed.
      partFromFile: database.prepare("UPDATE removed SET url_sha256 = NULL WHERE url_sha256 = ?"),
    };
  }

  find(record: RecordNames): Removed | undefined {
    return this.#sql.find.get(...worksOf(record), fileHash(record.url)) as Removed | undefined;
  }

  /**
   * Takes a work back in: neither it nor the file that it comes with is refused any more; a file that it came with before
   * is. Puts its removed record back among the others, as changed and seen now; where another record has its URL by now,
   * or where there was none, it is as if it had never been: false.
   */
  takeBack(record: RecordNames): boolean {
    const { key } = record;
    const url = this.#sql.urlOf.get(...key) as string | undefined;
    const put = url === undefined ? undefined : this.#sql.putBack.run(urlKey(url), ...key);
    this.#sql.forgetRow.run(...key);
    for (const [row, ...its] of this.#sql.rowsOf.all(...worksOf(record)) as [number, ...unknown[]][]) {
      this.#sql.forgetRow.run(...its);
      this.#sql.leaveFile.run(row);
      this.#sql.forgetEmpty.run(row);
    }
    this.#sql.narrowWork.run(...worksOf(record));
    const file = fileHash(record.url);
    this.#sql.forgetFile.run(file);
    this.#sql.partFromFile.run(file);
    if (!put?.changes) return false;
    this.#sql.putBackSeen.run(put.lastInsertRowid);
    return true;
  }
}

/** What the work of a record is compared by, and its identifier. */
function worksOf({ key, identifier }: RecordNames): [key: string, identifier: string] {
  return [workKey(...key, identifier), identifier];
}
