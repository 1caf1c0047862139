import { isUtf8 } from "node:buffer";
import { errorCode, Failure } from "../../base/failure.js";
import { firstLine } from "../../base/ndjson/index.js";
import type { Database } from "../../base/sqlite/index.js";
import { Damage } from "../../base/sqlite/index.js";
import { type Column, columnsOf, LICENSE_GROUPS, MEDIA_TYPES, type MediaType } from "../../record/index.js";
import { isJson } from "./schema.js";
import { firstDamage, requireGoodRow } from "./value-faults.js";

/**
 * Records and tombstones as NDJSON. SQLite itself writes the JSON, a page of lines at a time, and hands it over as
 * bytes that go to the output as they are: no text is made of them in between.
 */

/** Which records a dump holds: those that meet every condition. */
export interface DumpOptions {
  /** One media type; both when absent. */
  readonly media?: MediaType | undefined;
  readonly provider?: string | undefined;
  readonly source?: string | undefined;
  /** Names of licences, or of groups of them; any of these. */
  readonly licenses?: readonly string[] | undefined;
  /** Changed after this time (ISO 8601 in UTC with milliseconds). */
  readonly since?: string | undefined;
  /** Works that are gone from their source: with the others (where absent), alone, or not at all. */
  readonly removed?: "include" | "only" | "exclude" | undefined;
  /** A condition in SQL on the columns of the record; checked by `checkCondition`. */
  readonly where?: string | undefined;
}

/** Which tombstones a dump holds. */
interface TombstoneOptions extends Pick<DumpOptions, "media" | "provider"> {
  /** Removed after this time. */
  readonly since: string;
}

/** Lines a page. */
const PAGE = 500;

/** The records as whole lines of NDJSON: image before audio, each in the order of provider and foreign identifier. */
export function* dump(database: Database, options: DumpOptions = {}): Generator<Uint8Array> {
  const conditions = conditionsOf(options);
  for (const media of options.media ? [options.media] : MEDIA_TYPES) {
    try {
      yield* pages(database, media, `${media}_record`, recordJson(media), conditions);
    } catch (error) {
      if (options.where === undefined || !OF_VALUES.has(errorCode(error) ?? "")) throw error;
      // It fails at a value: at one that is damaged, or at one that it cannot be asked of.
      throw (
        firstDamage(database) ??
        new Failure("usage", `--where: ${(error as Error).message}`, { cause: error })
      );
    }
  }
}

/** How a condition fails at a value: it is asked of one of another kind, or makes one that is too large. */
const OF_VALUES: ReadonlySet<string> = new Set([
  "SQLITE_ERROR",
  "SQLITE_TOOBIG",
  "SQLITE_NOMEM",
  "SQLITE_MISMATCH",
]);

/**
 * What was removed: `{provider, foreign_identifier, identifier, deleted_on, reason, url_sha256}`, the last one null where
 * the file was taken back in. In the same order. Names that were removed without a record here are left out: the list is
 * published, and says what is to be deleted.
 */
export function* dumpTombstones(database: Database, options: TombstoneOptions): Generator<Uint8Array> {
  const { media: only, provider = null, since } = options;
  // Sorted once: `removed` has no index for it, which every removal would have to keep.
  const lines = database.prepare(
    `SELECT CAST(${TOMBSTONE_JSON} || char(10) AS BLOB) FROM removed WHERE media_type = :media AND provider = coalesce(:provider, provider)
      AND deleted_on > :since ORDER BY provider, foreign_identifier, id`,
  );
  for (const media of only ? [only] : MEDIA_TYPES) {
    let page: Uint8Array[] = [];
    for (const line of database.values(lines.pluck(), { media, provider, since })) {
      if (!isUtf8(line as Uint8Array)) {
        yield Buffer.concat(page);
        throw firstDamage(database) ?? new Damage("a tombstone is not UTF-8");
      }
      page.push(line as Uint8Array);
      if (page.length < PAGE) continue;
      yield Buffer.concat(page);
      page = [];
    }
    if (page.length > 0) yield Buffer.concat(page);
  }
}

/** A condition in SQL, and the values of its named parameters. */
interface Condition {
  readonly sql: string;
  readonly value: Readonly<Record<string, string>>;
}

function* pages(
  database: Database,
  table: string,
  stored: string,
  json: string,
  conditions: readonly Condition[],
): Generator<Uint8Array> {
  const filter = [
    "(provider, foreign_identifier) > (:provider_before, :id_before)",
    ...conditions.map(({ sql }) => sql),
  ];
  const from = `FROM ${table} WHERE ${filter.map((sql) => `(${sql})`).join(" AND ")}
    ORDER BY provider, foreign_identifier`;
  const page = database
    .prepare(
      `SELECT CAST(group_concat(line, char(10)) || char(10) AS BLOB), count(*)
         FROM (SELECT ${json} AS line ${from} LIMIT :limit)`,
    )
    .raw();
  const last = database
    .prepare(`SELECT provider, foreign_identifier ${from} LIMIT 1 OFFSET :limit - 1`)
    .raw();
  const values: Record<string, string | number> = Object.assign({}, ...conditions.map(({ value }) => value));
  Object.assign(values, { provider_before: "", id_before: "", limit: PAGE });

  const requireRow = (place: number) => {
    const id = database
      .prepare(
        `SELECT rowid FROM ${stored}
          JOIN (SELECT provider, foreign_identifier ${from} LIMIT 1 OFFSET :place) USING (provider, foreign_identifier)`,
      )
      .pluck()
      .get({ ...values, place });
    requireGoodRow(database, stored, id as number);
  };

  for (;;) {
    const [lines, count] = pageOf(page, values, requireRow);
    if (lines) {
      const good = goodLines(lines);
      yield good.lines;
      if (good.bad !== undefined) {
        requireRow(good.bad);
        throw new Damage(`a text of ${table} is not UTF-8`);
      }
    }
    if (count < (values.limit as number)) return;
    [values.provider_before, values.id_before] = last.get(values) as [string, string];
  }
}

/**
 * A page of lines, and how many they are. Records may be large: a page that is too large for SQLite becomes a smaller
 * one. So does one with a damaged JSON text, down to the record that has it, which `requireRow` then names.
 */
function pageOf(
  page: ReturnType<Database["prepare"]>,
  values: Record<string, string | number>,
  requireRow: (place: number) => void,
): [lines: Uint8Array | null, count: number] {
  for (;;) {
    try {
      return page.get(values) as [Uint8Array | null, number];
    } catch (error) {
      const isJson = errorCode(error) === "SQLITE_ERROR";
      if (isJson && values.limit === 1) requireRow(0);
      if ((errorCode(error) !== "SQLITE_TOOBIG" && !isJson) || values.limit === 1) throw error;
      values.limit = Math.ceil((values.limit as number) / 2);
    }
  }
}

/** The lines before the first one that is not UTF-8, and which one that is, from 0. */
function goodLines(lines: Uint8Array): { lines: Uint8Array; bad?: number } {
  if (isUtf8(lines)) return { lines };
  for (let start = 0, bad = 0; ; bad++) {
    const rest = lines.subarray(start);
    const length = firstLine(rest);
    if (length === 0 || !isUtf8(rest.subarray(0, length))) return { lines: lines.subarray(0, start), bad };
    start += length;
  }
}

const TOMBSTONE_JSON = `json_object('provider', provider, 'foreign_identifier', foreign_identifier,
  'identifier', identifier, 'deleted_on', deleted_on, 'reason', deleted_reason, 'url_sha256', url_sha256)`;

function recordJson(media: MediaType): string {
  const members = columnsOf(media).map((column) => `'${column.name}', ${valueJson(column)}`);
  return `json_object('media_type', '${media}', ${members.join(", ")})`;
}

function valueJson(column: Column): string {
  if (column.type === "boolean")
    return `json(iif(${column.name}, 'true', iif(${column.name} = 0, 'false', 'null')))`;
  return isJson(column) ? `json(${column.name})` : column.name;
}

const REMOVED = { include: [], only: ["removed_from_source"], exclude: ["NOT removed_from_source"] } as const;

function conditionsOf(options: DumpOptions): Condition[] {
  const { provider, source, licenses, since, removed = "include", where } = options;
  const equal = (name: string, value: string | undefined): Condition[] =>
    value === undefined ? [] : [{ sql: `${name} = :${name}`, value: { [name]: value } }];
  return [
    ...equal("provider", provider),
    ...equal("source", source),
    ...(licenses?.length ? [licenseCondition(licenses)] : []),
    ...(since === undefined ? [] : [{ sql: "updated_on > :since", value: { since } }]),
    ...REMOVED[removed].map((sql) => ({ sql, value: {} })),
    // The line end closes a comment.
    ...(where === undefined ? [] : [{ sql: `${where}\n`, value: {} }]),
  ];
}

function licenseCondition(names: readonly string[]): Condition {
  const licenses = [...new Set(names.flatMap((name) => LICENSE_GROUPS[name] ?? [name]))];
  const value = Object.fromEntries(licenses.map((license, i) => [`license_${i}`, license]));
  return {
    sql: `license IN (${Object.keys(value)
      .map((name) => `:${name}`)
      .join(", ")})`,
    value,
  };
}
