import type { Statement } from "better-sqlite3";
import type { Database } from "../../base/sqlite/index.js";
import { fileHash, type MediaType, type Refusal, workKey } from "../../record/index.js";
import { removedSql, WORK_KEY } from "./removed.js";
import { listed, storedColumns, URL_KEY, urlKey } from "./schema.js";

/** What a record is known by. */
export interface RecordNames {
  readonly identifier: string;
  readonly provider: string;
  readonly foreignIdentifier: string;
  readonly url: string;
}

/** That a record, or its file, was removed. */
export interface Removed {
  readonly deleted_on: string;
  readonly deleted_reason: string;
  readonly is_file: number;
}

const KEY = "provider = ? AND foreign_identifier = ?";

/** What loads of a media type refuse because it was removed, and how it is taken back in. */
export class RemovedWorks {
  readonly #find: Statement;
  readonly #urlOf: Statement;
  readonly #putBack: Statement;
  readonly #forgetRow: Statement;
  readonly #rowsOf: Statement;
  readonly #leaveFile: Statement;
  readonly #forgetEmpty: Statement;
  readonly #narrowWork: Statement;
  readonly #forgetFile: Statement;
  readonly #partFromFile: Statement;

  constructor(database: Database, media: MediaType) {
    const names = listed(storedColumns(media));
    this.#find = database.prepare(removedSql(media));
    this.#urlOf = database.prepare(`SELECT url FROM deleted_${media} WHERE ${KEY}`).pluck();
    this.#putBack = database.prepare(
      `INSERT INTO ${media}_record (${names}, ${URL_KEY})
        SELECT ${names.replace("updated_on", "?")}, ? FROM deleted_${media} WHERE ${KEY} ON CONFLICT DO NOTHING`,
    );
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
   * is. Puts its removed record back among the others, as changed `now`, and gives its row; where another record has
   * its URL by now, or where there was none, it is as if it had never been.
   */
  takeBack(record: RecordNames, now: string): number | bigint | undefined {
    const key = [record.provider, record.foreignIdentifier];
    const url = this.#urlOf.get(...key) as string | undefined;
    const put = url === undefined ? undefined : this.#putBack.run(now, urlKey(url), ...key);
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
    return put?.changes ? put.lastInsertRowid : undefined;
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

/** Why a record is refused. */
export function refusalOf(
  { deleted_on, deleted_reason, is_file }: Removed,
  { leftover }: { readonly leftover?: object | undefined },
): Refusal {
  const error = `this ${is_file ? "file" : "record"} was removed on ${deleted_on.slice(0, 10)} (${deleted_reason})`;
  // What was read before a record was removed is nothing to bring it back.
  return { error: leftover ? error : `${error}; --restore takes it back in`, code: "removed" };
}
