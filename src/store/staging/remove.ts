import type { Database } from "../../base/sqlite/index.js";
import {
  columnsOf,
  cutText,
  fileHash,
  MEDIA_TYPES,
  type MediaRecord,
  type MediaType,
} from "../../record/index.js";
import { RecordFinder, type Work } from "./find-records.js";
import { KnownRemovals, type Name, nameText, type OpenKind, openKinds } from "./known-removals.js";
import { addKeyFunctions, NAMED_BY, recordKey } from "./removed.js";
import { listed } from "./schema.js";
import { requireTrueTexts } from "./value-faults.js";

/** What became of the names that were to be removed. */
interface RemoveCounts {
  /** Records, those included that have the file of a named one. */
  removed: number;
  /** Names of records that were removed before. */
  already_removed: number;
  /** Names of no record that is or was there. */
  not_found: number;
}

/** The longest reason, in characters; as in the catalogue. */
const REASON_LIMIT = 80;

/**
 * Removes works: their records move to the tables of removed ones, and with them every other record of the same file.
 * What they are known by goes to the table `removed`, where it keeps loads from bringing them back; so does a name of
 * which there is no record. Inside a transaction of the caller's, and done when `finish` was called.
 */
export class Remover {
  readonly counts: RemoveCounts = { removed: 0, already_removed: 0, not_found: 0 };
  /** One of the names that were not found, for a message. */
  notFound: string | undefined;
  readonly #database: Database;
  readonly #now: string;
  readonly #finder: RecordFinder;
  readonly #known: KnownRemovals;
  readonly #movers: ReadonlyMap<MediaType, Move>;
  /**
   * Records have no index of their identifiers, nor of the SHA-256 of their files. Such names are looked for at the end,
   * in one go through the tables. At the number of its row in `removed`, from the first new one on: how often each was
   * given. There may be millions.
   */
  readonly #open: number[] = [];
  readonly #openKinds = new Set<OpenKind>();

  constructor(database: Database, now: Date) {
    this.#database = database;
    this.#now = now.toISOString();
    this.#finder = new RecordFinder(database);
    this.#known = new KnownRemovals(database);
    this.#movers = new Map(MEDIA_TYPES.map((media) => [media, mover(database, media)]));
  }

  /** Removes the records of a name, and remembers the name. */
  remove(name: Name, reason: string): void {
    const removed = this.#removeFound(name, reason);
    const before = this.#known.find(name);
    const news = this.#known.newsIn(name, before);
    const kinds = news ? openKinds(news) : [];
    for (const kind of kinds) this.#openKinds.add(kind);
    const only_type = name.work?.media_type ?? null;
    const row = news && this.#known.add(news, { media_type: null, only_type, ...this.#when(reason) });
    if (removed > 0) return;
    const again = before.find(({ id }) => this.#open[id - this.#known.last] !== undefined);
    const open = again?.id ?? (kinds.length > 0 ? row : undefined);
    if (before.some(({ media_type }) => media_type !== null)) this.counts.already_removed++;
    else if (open !== undefined) {
      const place = open - this.#known.last;
      this.#open[place] = (this.#open[place] ?? 0) + 1;
    } else this.#countNotFound(name);
  }

  /**
   * Removes a record, and every other one of its file, or of its identifier in another spelling; says how many. The
   * identifier is refused in one media type, or (null) in every one.
   */
  removeRow(media: MediaType, id: number, reason: string, onlyType: MediaType | null = media): number {
    const moved = (this.#movers.get(media) as Move)(id, this.#when(reason));
    // It went with another one.
    if (!moved) return 0;
    this.#known.add(moved, { media_type: media, only_type: onlyType, ...this.#when(reason) });
    this.counts.removed++;
    let removed = 1;
    for (const other of this.#finder.byWork({ ...moved.work, media_type: onlyType ?? undefined }))
      removed += this.removeRow(other.media, other.id, reason, onlyType);
    for (const other of this.#finder.byFile(moved.url))
      removed += this.removeRow(other.media, other.id, reason);
    return removed;
  }

  /** Removes what has no index to be found by. */
  finish(): void {
    const named = this.#openKinds.size === 0 ? new Set() : this.#sweep();
    const isFound = (row: number) =>
      named.has(row) || (this.counts.removed > 0 && this.#known.isOfRecord(row));
    this.#open.forEach((times, place) => {
      const row = place + this.#known.last;
      if (isFound(row)) this.counts.already_removed += times - 1;
      else this.#countNotFound(this.#known.nameAt(row), times);
    });
    if (this.counts.removed > 0) this.#known.forgetCovered();
    this.#open.length = 0;
    this.#openKinds.clear();
  }

  #removeFound({ work, url }: Name, reason: string): number {
    let removed = 0;
    for (const { media, id } of work ? this.#finder.byWork(work) : [])
      removed += this.removeRow(media, id, reason, work?.media_type ?? null);
    for (const { media, id } of url === undefined ? [] : this.#finder.byFile(url))
      removed += this.removeRow(media, id, reason);
    return removed;
  }

  /** Gives the rows that have named a record. */
  #sweep(): Set<number> {
    addKeyFunctions(this.#database);
    const named = new Set<number>();
    for (const media of MEDIA_TYPES) {
      const isNamed = [...this.#openKinds].map((kind) => NAMED_BY[kind](media)).join(" OR ");
      const records = this.#database
        .prepare(
          `SELECT id, identifier, ${recordKey(media)} AS key, url FROM ${media}_record WHERE ${isNamed}`,
        )
        .all({ after: this.#known.last }) as { id: number; identifier: string; key: string; url: string }[];
      for (const { id, identifier, key, url } of records) {
        const works = [identifier, key].flatMap((one) => this.#known.find({ identifier: one }));
        const names = [...works, ...this.#known.find({ urlSha256: fileHash(url) })];
        for (const name of names) named.add(name.id);
        this.removeRow(media, id, names[0]?.deleted_reason ?? "", works.length > 0 ? null : media);
      }
    }
    return named;
  }

  #when(reason: string): When {
    return { deleted_on: this.#now, deleted_reason: cutText(reason, REASON_LIMIT) };
  }

  #countNotFound(name: Name, times = 1): void {
    this.counts.not_found += times;
    this.notFound ??= nameText(name);
  }
}

interface When {
  readonly deleted_on: string;
  readonly deleted_reason: string;
}

/** What a record that was moved is known by. */
interface Moved extends Name {
  readonly work: Work;
  readonly url: string;
}

/** Moves a record to the table of removed ones; undefined where there is no such record. */
type Move = (id: number, when: When) => Moved | undefined;

/** How records of a media type are moved. */
function mover(database: Database, media: MediaType): Move {
  const columns = listed(columnsOf(media));
  const find = database
    .prepare(`SELECT provider, foreign_identifier, url FROM ${media}_record WHERE id = ?`)
    .raw();
  const copy = database.prepare(
    `INSERT OR REPLACE INTO deleted_${media} (${columns}, deleted_on, deleted_reason)
       SELECT ${columns}, ?, ? FROM ${media}_record LEFT JOIN ${media}_seen USING (id) WHERE id = ?`,
  );
  const remove = database.prepare(`DELETE FROM ${media}_record WHERE id = ?`);
  return (id, { deleted_on, deleted_reason }) => {
    const found = find.get(id) as [string, string, string] | undefined;
    if (!found) return undefined;
    copy.run(deleted_on, deleted_reason, id);
    remove.run(id);
    const [provider, foreign_identifier, url] = found;
    return { work: { provider, foreign_identifier }, url };
  };
}

/** Whether a record is to be removed. */
export type IsUnwanted = (record: Readonly<Record<string, unknown>>) => boolean;

/** Removes every record of the database that `isUnwanted` says; only what lists of opt-outs look at is handed to it. */
export function removeUnwanted(
  database: Database,
  remover: Remover,
  isUnwanted: IsUnwanted,
  reason: string,
): void {
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
    for (const id of ids) remover.removeRow(media, id, reason);
  }
}
