import { type DatabaseKind, latest } from "./kind.js";
import type { Database } from "./sqlite.js";

/** Whether a database has the tables, indexes, triggers and views that this version makes: one query, before anything. */

/** What is wrong with them, in words: `index image_url is missing`; empty where all is as it should be. */
export function tableFaults(kind: DatabaseKind, database: Database): string[] {
  const there = new Map(
    database.prepare("SELECT type || ' ' || name, sql FROM sqlite_schema").raw().all() as [string, string][],
  );
  return kind.statements().flatMap((statement) => {
    const name = nameOf(statement);
    const sql = there.get(name);
    if (sql === undefined) return [`${name} is missing`];
    return bare(sql) === bare(statement) ? [] : [`${name} is not that of version ${latest(kind)}`];
  });
}

/** What somebody else has put on our tables that can refuse what we write: `trigger audit of image_record`. */
export function strangeRules(kind: DatabaseKind, database: Database): string[] {
  const ours = kind.statements().map(nameOf);
  const tables = ours.flatMap((name) => (name.startsWith("table ") ? [name.slice("table ".length)] : []));
  const rules = database
    .prepare(
      `SELECT type || ' ' || name, tbl_name FROM sqlite_schema
        WHERE type = 'trigger' OR (type = 'index' AND sql LIKE 'CREATE UNIQUE%')`,
    )
    .raw()
    .all() as [name: string, table: string][];
  return rules
    .filter(([name, table]) => tables.includes(table) && !ours.includes(name))
    .map(([name, table]) => `${name} of ${table}`);
}

/** What SQLite itself finds wrong with its pages and indexes. */
export function integrityFaults(database: Database, limit: number): string[] {
  const lines = database.prepare(`PRAGMA integrity_check(${limit})`).pluck().all() as string[];
  return lines.filter((line) => line !== "ok").map((line) => line.replaceAll("\n", "; "));
}

/** `index image_url`. */
function nameOf(statement: string): string {
  const [, type = "", name] = /^CREATE (?:UNIQUE )?(\w+) (\w+)/.exec(statement) ?? [];
  return `${type.toLowerCase()} ${name}`;
}

/** SQLite puts names into quotes, and columns at the end, when a table is altered; that makes no other table. */
function bare(sql: string | null): string {
  return (sql ?? "").replace(/[\s"]+/g, "");
}
