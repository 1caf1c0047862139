import { errorCode } from "../../base/failure.js";
import type { Database } from "../../base/sqlite/index.js";
import { integrityFaults, isBusy } from "../../base/sqlite/index.js";
import {
  comparableUrl,
  identifierOf,
  MEDIA_TYPES,
  type MediaType,
  REQUIRED_COLUMNS,
} from "../../record/index.js";
import { staging } from "./database.js";
import { addKeyFunctions } from "./removed.js";
import { URL_KEY } from "./schema.js";
import { addFunctions, type Tables, tablesOf, valueFaults } from "./value-faults.js";

/** Something that is wrong with a database, in words. */
export interface Fault {
  readonly check: string;
  readonly problem: string;
}

/** What a check found. Numbers are null where they cannot be counted. */
interface CheckResult {
  readonly schema: number | null;
  readonly records: number | null;
  readonly removed: number | null;
  readonly faults: readonly Fault[];
}

/** How many faults of a kind are named at most. */
const NAMED = 10;

/**
 * Looks at everything: version and tables, SQLite's own structures, values, and what has to hold between the tables and
 * within each record. What cannot be read is a fault like any other. `others`: tables that others keep in the database.
 */
export function check(database: Database, others?: Tables): CheckResult {
  addFunctions(database);
  addKeyFunctions(database);
  const faults: Fault[] = [];
  const look = <T>(name: string, work: () => T): T | null => {
    try {
      return work();
    } catch (error) {
      if (isBusy(error) || errorCode(error) === undefined) throw error;
      faults.push({ check: name, problem: (error as Error).message });
      return null;
    }
  };
  const found = (name: string, problems: () => Iterable<string>) => {
    for (const problem of look(name, problems) ?? []) faults.push({ check: name, problem });
  };

  found("version", () => [staging.versionFault(database)].filter((fault) => fault !== undefined));
  found("tables", () => staging.tableFaults(database));
  found("integrity", () => integrityFaults(database, NAMED));
  // Where tables are missing or cannot be read, everything that asks for them would say so again.
  const isWhole = faults.length === 0;
  for (const table of isWhole ? tablesOf(database, others) : []) {
    for (const { column, rule, row } of look("values", () => valueFaults(database, table, NAMED)) ?? [])
      faults.push({ check: `${column}: ${rule}`, problem: row });
  }
  if (isWhole) found("numbers of runs", () => database.prepare(WRONG_RUNS).pluck().all() as string[]);
  for (const media of isWhole ? MEDIA_TYPES : []) {
    for (const [name, sql] of Object.entries(rulesOf(media)))
      found(name, () => database.prepare(`${sql} LIMIT ${NAMED}`).pluck().all() as string[]);
    for (const [name, holds] of Object.entries(ROW_RULES))
      found(name, () => rowFaults(database, media, holds));
  }

  const sum = (prefix: string, suffix: string) =>
    look("count", () =>
      MEDIA_TYPES.reduce((total, media) => total + count(database, `${prefix}${media}${suffix}`), 0),
    );
  return {
    schema: look("version", () => Number(database.setting("user_version"))),
    records: sum("", "_record"),
    removed: sum("deleted_", ""),
    faults,
  };
}

/** A load takes the next number. */
const WRONG_RUNS = `SELECT 'run ' || id FROM runs WHERE id NOT BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER} LIMIT ${NAMED}`;

/** What a check found of a database that not even the first page can be read of. */
export function unreadable(error: Error): CheckResult {
  const { message } = error.cause instanceof Error ? error.cause : error;
  return { schema: null, records: null, removed: null, faults: [{ check: "integrity", problem: message }] };
}

function count(database: Database, table: string): number {
  return database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
}

/** What must give no rows, by name. The first columns say which record it is. */
function rulesOf(media: MediaType): Readonly<Record<string, string>> {
  const key = `SELECT '${media} ' || provider || ' ' || foreign_identifier`;
  return {
    "seen by a load": `${key} FROM ${media}_record WHERE id NOT IN (SELECT id FROM ${media}_seen)`,
    "a record for all that was seen": `SELECT '${media} row ' || id FROM ${media}_seen WHERE id NOT IN (SELECT id FROM ${media}_record)`,
    "required columns": `${key} FROM ${media}_record WHERE ${REQUIRED_COLUMNS.map((name) => `coalesce(${name}, '') = ''`).join(" OR ")}`,
    "not both there and removed": `SELECT '${media} ' || a.provider || ' ' || a.foreign_identifier
      FROM deleted_${media} a JOIN ${media}_record b ON a.provider = b.provider AND a.foreign_identifier = b.foreign_identifier`,
    "removed records are refused": `${key} FROM deleted_${media} d WHERE NOT EXISTS (SELECT 1 FROM removed r
      WHERE r.media_type = '${media}' AND r.provider = d.provider AND r.foreign_identifier = d.foreign_identifier
        AND coalesce(r.work_key, r.identifier) = coalesce(work_key(d.provider, d.foreign_identifier, d.identifier), d.identifier))`,
  };
}

type Row = [identifier: string, provider: string, id: string, url: string, key: string | null];

/** Identifiers follow from the key of a record, and what addresses are compared by from the addresses. */
const ROW_RULES: Readonly<Record<string, (row: Row) => boolean>> = {
  identifiers: ([identifier, provider, id]) => identifier === identifierOf(provider, id),
  // With a blank and a number after it: the key of a file that two records of an older database have.
  "keys of addresses": ([, , , url, key]) => (key?.split(" ")[0] ?? url) === comparableUrl(url),
};

function rowFaults(database: Database, media: MediaType, holds: (row: Row) => boolean): string[] {
  const faults: string[] = [];
  const rows = database.rows(
    `SELECT identifier, provider, foreign_identifier, url, ${URL_KEY} FROM ${media}_record`,
  );
  for (const row of rows as Iterable<Row>) {
    if (!holds(row)) faults.push(`${media} ${row[1]} ${row[2]}`);
    if (faults.length >= NAMED) break;
  }
  return faults;
}
