import {
  columnsOf,
  comparableUrl,
  identifierOf,
  MEDIA_TYPES,
  type MediaType,
  REQUIRED_COLUMNS,
} from "../record/index.js";
import { DATABASE_VERSION } from "./migrations.js";
import { addKeyFunctions } from "./removed.js";
import { isJson, URL_KEY } from "./schema.js";
import type { Database } from "./sqlite.js";

/** Something that is wrong with a database, in words. */
export interface Fault {
  readonly check: string;
  readonly problem: string;
}

/** What a check found. */
export interface CheckResult {
  readonly schema: number;
  readonly records: number;
  readonly removed: number;
  readonly faults: readonly Fault[];
}

/** At most so many faults of a kind are named. */
const NAMED = 10;

/** Looks at everything: SQLite's own structures, and what has to hold between the tables and within each record. */
export function check(database: Database): CheckResult {
  const count = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  const sum = (prefix: string, suffix: string) =>
    MEDIA_TYPES.reduce((total, media) => total + count(`${prefix}${media}${suffix}`), 0);
  const integrity = database.prepare(`PRAGMA integrity_check(${NAMED})`).pluck().all() as string[];
  const faults = integrity
    .filter((line) => line !== "ok")
    .map((problem) => ({ check: "integrity", problem }));
  return {
    schema: DATABASE_VERSION,
    records: sum("", "_record"),
    removed: sum("deleted_", ""),
    faults: faults.length > 0 ? faults : MEDIA_TYPES.flatMap((media) => ruleFaults(database, media)),
  };
}

/** What must give no rows, by name. The first columns say which record it is. */
function rulesOf(media: MediaType): Readonly<Record<string, string>> {
  const key = `SELECT '${media} ' || provider || ' ' || foreign_identifier`;
  const jsonColumns = columnsOf(media).filter(isJson);
  return {
    "seen by a load": `${key} FROM ${media}_record WHERE id NOT IN (SELECT id FROM ${media}_seen)`,
    "a record for all that was seen": `SELECT '${media} row ' || id FROM ${media}_seen WHERE id NOT IN (SELECT id FROM ${media}_record)`,
    "required columns": `${key} FROM ${media}_record WHERE ${REQUIRED_COLUMNS.map((name) => `coalesce(${name}, '') = ''`).join(" OR ")}`,
    "JSON columns": `${key} FROM ${media}_record WHERE ${jsonColumns.map(({ name }) => `json_valid(coalesce(${name}, '{}')) = 0`).join(" OR ")}`,
    "not both there and removed": `SELECT '${media} ' || a.provider || ' ' || a.foreign_identifier
      FROM deleted_${media} a JOIN ${media}_record b ON a.provider = b.provider AND a.foreign_identifier = b.foreign_identifier`,
    "removed records are refused": `${key} FROM deleted_${media} d WHERE NOT EXISTS (SELECT 1 FROM removed r
      WHERE r.media_type = '${media}' AND r.provider = d.provider AND r.foreign_identifier = d.foreign_identifier
        AND coalesce(r.work_key, r.identifier) = coalesce(work_key(d.provider, d.foreign_identifier, d.identifier), d.identifier))`,
  };
}

function ruleFaults(database: Database, media: MediaType): Fault[] {
  addKeyFunctions(database);
  const broken = Object.entries(rulesOf(media)).flatMap(([name, sql]) =>
    (database.prepare(`${sql} LIMIT ${NAMED}`).pluck().all() as string[]).map((problem) => ({
      check: name,
      problem,
    })),
  );
  return [...broken, ...rowFaults(database, media)];
}

type Row = [identifier: string, provider: string, id: string, url: string, key: string | null];

/** Identifiers follow from the key of a record, and what addresses are compared by from the addresses. */
const ROW_RULES: Readonly<Record<string, (row: Row) => boolean>> = {
  identifiers: ([identifier, provider, id]) => identifier === identifierOf(provider, id),
  // Behind a blank: the key of a file that two records of an older database have.
  "keys of addresses": ([, , , url, key]) => (key?.split(" ")[0] ?? url) === comparableUrl(url),
};

function rowFaults(database: Database, media: MediaType): Fault[] {
  const faults: Fault[] = [];
  const rows = database.rows(
    `SELECT identifier, provider, foreign_identifier, url, ${URL_KEY} FROM ${media}_record`,
  );
  for (const row of rows as Iterable<Row>) {
    for (const [check, holds] of Object.entries(ROW_RULES)) {
      if (!holds(row)) faults.push({ check, problem: `${media} ${row[1]} ${row[2]}` });
    }
    if (faults.length >= NAMED) break;
  }
  return faults;
}
