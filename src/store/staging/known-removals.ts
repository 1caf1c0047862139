import type { Database } from "../../base/sqlite/index.js";
import { fileHash, identifierOf, type MediaType, workKey } from "../../record/index.js";
import type { Work } from "./find-records.js";
import { WORK_KEY } from "./removed.js";

/** A work, as somebody names it: by one of these, or by some that belong together. */
export interface Name {
  readonly work?: Work | undefined;
  /** A UUID in lower case; implied where the work is named. */
  readonly identifier?: string | undefined;
  readonly url?: string | undefined;
  /** Of the comparable form of its address, in lower-case hex. */
  readonly urlSha256?: string | undefined;
}

/** Names by which records have no index, which would cost every load. */
export type OpenKind = "identifier" | "file";

/** The names of these kinds in a name. */
export function openKinds({ work, identifier, urlSha256 }: Name): OpenKind[] {
  const kinds: OpenKind[] = [];
  if (identifier !== undefined && !work) kinds.push("identifier");
  if (urlSha256 !== undefined) kinds.push("file");
  return kinds;
}

/** A name in words. */
export function nameText({ work, identifier, url, urlSha256 }: Name): string {
  if (work) return `${work.provider} ${work.foreign_identifier}`;
  return identifier ?? url ?? `the file ${urlSha256}`;
}

/** A row of the table `removed`. */
export interface Removal {
  readonly id: number;
  readonly media_type: MediaType | null;
  readonly only_type: MediaType | null;
  readonly provider: string | null;
  readonly foreign_identifier: string | null;
  readonly identifier: string | null;
  readonly work_key: string | null;
  readonly url_sha256: string | null;
  readonly deleted_on: string;
  readonly deleted_reason: string;
}

/** When and why something is removed, of which media type it was, and in which one alone its identifier is refused. */
type Circumstances = Pick<Removal, "media_type" | "only_type" | "deleted_on" | "deleted_reason">;

/** The table `removed`, for those who write it. */
export class KnownRemovals {
  /** The last row that was there before. */
  readonly last: number;
  readonly #sql;

  constructor(database: Database) {
    this.last = database.prepare("SELECT coalesce(max(id), 0) FROM removed").pluck().get() as number;
    const ofRecord = (same: string) =>
      `SELECT 1 FROM removed b WHERE b.id > ${this.last} AND b.media_type IS NOT NULL AND ${same}`;
    const sameWork = ofRecord("coalesce(b.work_key, b.identifier) = coalesce(a.work_key, a.identifier)");
    const sameFile = ofRecord("b.url_sha256 = a.url_sha256");
    this.#sql = {
      find: database.prepare(`SELECT * FROM removed WHERE ${WORK_KEY} = ? OR url_sha256 = ?`),
      at: database.prepare("SELECT * FROM removed WHERE id = ?"),
      add: database.prepare(
        `INSERT INTO removed (media_type, only_type, provider, foreign_identifier, identifier, work_key, url_sha256,
          deleted_on, deleted_reason)
        VALUES (:media_type, :only_type, :provider, :id, :identifier, :work_key, :url_sha256, :deleted_on, :deleted_reason)`,
      ),
      replace: database.prepare(
        `DELETE FROM removed WHERE ${WORK_KEY} = ? AND media_type = ? AND foreign_identifier = ?`,
      ),
      isOfRecord: database.prepare(
        `SELECT 1 FROM removed a WHERE id = ? AND (EXISTS (${sameFile}) OR EXISTS (${sameWork}))`,
      ),
      forgetCovered: database.prepare(
        `DELETE FROM removed AS a WHERE id > ${this.last} AND media_type IS NULL AND provider IS NULL AND
        iif(url_sha256 IS NULL, EXISTS (${sameWork} AND b.only_type IS NULL), identifier IS NULL AND EXISTS (${sameFile}))`,
      ),
    };
  }

  /** The rows that have the work or the file of a name. */
  find(name: Name): Removal[] {
    return this.#sql.find.all(keyOf(name) ?? null, hashOf(name) ?? null) as Removal[];
  }

  /** What a name says that is not removed yet by rows that have its work or file; undefined where that is nothing. */
  newsIn(name: Name, rows: readonly Removal[]): Name | undefined {
    const { work, identifier } = name;
    const [key, hash] = [keyOf(name), hashOf(name)];
    const isKnown = rows.some(
      (row) =>
        (row.work_key ?? row.identifier) === key &&
        (row.only_type === null || row.only_type === work?.media_type),
    );
    const isNewWork = key !== undefined && !isKnown;
    const isNewFile = hash !== undefined && !rows.some(({ url_sha256 }) => url_sha256 === hash);
    if (!isNewWork && !isNewFile) return undefined;
    return {
      ...(isNewWork && { work, identifier }),
      ...(isNewFile && { url: name.url, urlSha256: name.urlSha256 }),
    };
  }

  /** Adds a row; gives its number. */
  add(name: Name, how: Circumstances): number {
    const { provider = null, foreign_identifier: id = null } = name.work ?? {};
    const identifier =
      provider === null || id === null ? (name.identifier ?? null) : identifierOf(provider, id);
    const key = keyOf(name) ?? null;
    if (how.media_type !== null) this.#sql.replace.run(key, how.media_type, id);
    const work_key = key === identifier ? null : key;
    const url_sha256 = hashOf(name) ?? null;
    const row = { ...how, provider, id, identifier, work_key, url_sha256 };
    return Number(this.#sql.add.run(row).lastInsertRowid);
  }

  /** The name that a row of somebody's name has. */
  nameAt(row: number): Name {
    const { provider, foreign_identifier, identifier, url_sha256 } = this.#sql.at.get(row) as Removal;
    if (provider !== null && foreign_identifier !== null) return { work: { provider, foreign_identifier } };
    return identifier === null ? { urlSha256: url_sha256 ?? "" } : { identifier };
  }

  /** Whether a record of its work or file was removed by now, since the beginning. */
  isOfRecord(row: number): boolean {
    return this.#sql.isOfRecord.get(row) !== undefined;
  }

  /** Forgets rows of names that those of their records say as well. */
  forgetCovered(): void {
    this.#sql.forgetCovered.run();
  }
}

function keyOf({ work, identifier }: Name): string | undefined {
  return work ? workKey(work.provider, work.foreign_identifier) : identifier;
}

function hashOf({ url, urlSha256 }: Name): string | undefined {
  return urlSha256 ?? (url === undefined ? undefined : fileHash(url));
}
