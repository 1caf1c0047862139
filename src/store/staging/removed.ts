import type { Database } from "../../base/sqlite/index.js";
import { fileHash, MEDIA_TYPES, type MediaType, workKey } from "../../record/index.js";

/**
 * The table of what was removed: works, not records. One row has the identifier of a work, the SHA-256 of its file's
 * comparable address, or both; loads refuse every record that has either. Names that were removed before there was a
 * record of them stand there as well.
 *
 * - `media_type`: of the record that was removed; null where there was none
 * - `only_type`: the media type that the identifier is refused in; null for every one. Files are refused in every one
 * - `identifier`: of the record; `work_key` is what it is compared by where that is another one
 */
export const REMOVED_TABLE: readonly string[] = [
  `CREATE TABLE removed (id INTEGER PRIMARY KEY, media_type TEXT, only_type TEXT, provider TEXT, foreign_identifier TEXT,
    identifier TEXT, work_key TEXT, url_sha256 TEXT, deleted_on TEXT NOT NULL, deleted_reason TEXT NOT NULL) STRICT`,
  "CREATE INDEX removed_work ON removed (coalesce(work_key, identifier))",
  "CREATE INDEX removed_file ON removed (url_sha256)",
];

/** What the identifier of a removed work is compared by (SQL). */
export const WORK_KEY = "coalesce(work_key, identifier)";

/** That a removed identifier is refused in a media type (SQL). */
const isRefusedIn = (media: MediaType) => `(only_type IS NULL OR only_type = '${media}')`;

/** Key of a work, its identifier, SHA-256 of its file → when, why, and whether it is the file that was removed. */
export function removedSql(media: MediaType): string {
  const found = (isFile: 0 | 1) => `SELECT deleted_on, deleted_reason, ${isFile} AS is_file FROM removed`;
  return `${found(0)} WHERE ${WORK_KEY} IN (?, ?) AND ${isRefusedIn(media)}
    UNION ALL ${found(1)} WHERE url_sha256 = ? LIMIT 1`;
}

/** That a row of `removed` after `:after` names a record (SQL, see `addKeyFunctions`). */
export const NAMED_BY = {
  identifier: (media: MediaType) => {
    const identifier = `${media}_record.identifier`;
    return hasRow(`${WORK_KEY} IN (${identifier}, ${recordKey(media)}) AND ${isRefusedIn(media)}`);
  },
  file: (media: MediaType) => hasRow(`url_sha256 = file_hash(${media}_record.url)`),
} as const;

const hasRow = (condition: string) => `EXISTS (SELECT 1 FROM removed WHERE ${condition} AND id > :after)`;

/** What the work of a record is compared by (SQL). */
export function recordKey(media: MediaType): string {
  const table = `${media}_record`;
  return `coalesce(work_key(${table}.provider, ${table}.foreign_identifier, ${table}.identifier), ${table}.identifier)`;
}

/** Whether anything was removed. */
export function hasRemovals(database: Database): boolean {
  return database.prepare("SELECT EXISTS (SELECT 1 FROM removed)").pluck().get() === 1;
}

/**
 * Makes `file_hash(url)` and `work_key(provider, foreign_identifier, identifier)` known to SQL; the second is null where
 * the identifier is the key.
 */
export function addKeyFunctions(database: Database): void {
  const options = { deterministic: true, directOnly: true };
  database.function("file_hash", options, (url: unknown) => fileHash(String(url)));
  database.function("work_key", options, (provider: unknown, id: unknown, identifier: unknown) => {
    const key = workKey(String(provider), String(id), String(identifier));
    return key === identifier ? null : key;
  });
}

/** Writes down the works of the removed records of a database that has only their rows. */
export function fillRemoved(database: Database): void {
  addKeyFunctions(database);
  for (const media of MEDIA_TYPES) {
    database.exec(`INSERT INTO removed (media_type, only_type, provider, foreign_identifier, identifier, work_key,
        url_sha256, deleted_on, deleted_reason)
      SELECT '${media}', '${media}', provider, foreign_identifier, identifier,
        work_key(provider, foreign_identifier, identifier), file_hash(url), deleted_on, deleted_reason
      FROM deleted_${media}`);
  }
}
