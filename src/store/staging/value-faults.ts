import { isUtf8 } from "node:buffer";
import type { Database } from "../../base/sqlite/index.js";
import { Damage } from "../../base/sqlite/index.js";
import { type Column, columnsOf, MEDIA_TYPES } from "../../record/index.js";
import { isFilled, isJson, storageOf, storedColumns, URL_KEY } from "./schema.js";

/**
 * Values that nothing of ours writes: texts that are not UTF-8, JSON that is not valid or of another shape, truth values that
 * are neither. SQLite takes them from whoever writes them, and makes no difference when it reads them.
 */

/** What is looked at in a table. */
interface Table {
  /** SQL that names a row for a person. */
  readonly name: string;
  readonly columns: readonly Looked[];
}

/** Tables by their names. Those that others than the staging database's own keep in it need not be there. */
export type Tables = Readonly<Record<string, Table>>;

type Looked = Pick<Column, "name" | "type"> & { readonly isFilled?: boolean };

/** Its own table does not ask for it. */
const mustBeThere = (column: Column): Looked => ({ ...column, isFilled: isFilled(column) });

const text = (...names: string[]) => names.map((name) => ({ name, type: "text" }) as const);
const time = (name: string) => ({ name, type: "timestamp" }) as const;

const TABLES: Tables = {
  ...Object.fromEntries(
    MEDIA_TYPES.flatMap((media): [string, Table][] => {
      const key = "coalesce(provider, '?') || ' ' || coalesce(foreign_identifier, '?')";
      const row = `'${media} row ' || id`;
      return [
        [
          `${media}_record`,
          { name: `'${media} ' || ${key}`, columns: [...storedColumns(media), ...text(URL_KEY)] },
        ],
        [
          `deleted_${media}`,
          {
            name: `'removed ${media} ' || ${key}`,
            columns: [...columnsOf(media).map(mustBeThere), time("deleted_on"), ...text("deleted_reason")],
          },
        ],
        [`${media}_seen`, { name: row, columns: [time("last_synced_with_source")] }],
        [`${media}_sourced`, { name: row, columns: text("source", "source_before") }],
      ];
    }),
  ),
  runs: {
    name: "'run ' || id",
    columns: [
      ...text("command", "version", "who", "input", "state", "error"),
      ...[time("started_on"), time("ended_on"), time("seen_on"), { name: "counts", type: "object" } as const],
    ],
  },
  popularity: {
    name: "'popularity of ' || media_type || ' ' || provider",
    columns: text("media_type", "provider", "metric", "computed_on"),
  },
  removed: {
    name: "'removal of ' || coalesce(provider || ' ' || foreign_identifier, identifier, 'the file ' || url_sha256, id)",
    columns: [
      ...text("media_type", "only_type", "provider", "foreign_identifier", "identifier"),
      ...text("work_key", "url_sha256", "deleted_reason"),
      time("deleted_on"),
    ],
  },
};

const IS_UTF8 = "ov_is_utf8";

/** Gives a connection the function that tells UTF-8, which SQL has none for. */
export function addFunctions(database: Database): void {
  database.function(IS_UTF8, { deterministic: true }, (value) =>
    Number(!(value instanceof Uint8Array) || isUtf8(value)),
  );
}

/** A value that is damaged. */
interface ValueFault {
  /** `image flickr 7`. */
  readonly row: string;
  readonly column: string;
  /** What all values of the kind have to be. */
  readonly rule: string;
  /** What this one is: `not UTF-8`. */
  readonly problem: string;
}

/** The tables whose values are looked at. */
export function tablesOf(database: Database, others: Tables = {}): NamedTable[] {
  return Object.entries({ ...TABLES, ...others }).filter(([name]) => hasTable(database, name));
}

type NamedTable = readonly [name: string, table: Table];

/** What is wrong with values of a table: at most `limit` of it. */
export function valueFaults(database: Database, table: NamedTable, limit: number): ValueFault[] {
  return faults(database, table, "1", { limit });
}

function damageOf({ row, column, problem }: ValueFault): Damage {
  return new Damage(`${row}: ${column} is ${problem}`);
}

/** What is wrong with a row, if anything. */
export function damageOfRow(database: Database, table: string, id: number): Damage | undefined {
  const [fault] = faults(database, [table, TABLES[table] as Table], "rowid = :id", { id, limit: 1 });
  return fault && damageOf(fault);
}

/** Throws what is wrong with a row, if anything. */
export function requireGoodRow(database: Database, table: string, id: number): void {
  const damage = damageOfRow(database, table, id);
  if (damage) throw damage;
}

/** The same for rows of which some text has the character that stands for what is not UTF-8; they are few. */
export function requireTrueTexts(
  database: Database,
  table: string,
  id: number,
  row: readonly unknown[],
): void {
  if (row.some(isDoubtful)) requireGoodRow(database, table, id);
}

/** Databases that have such characters because they were written. */
const sound = new WeakSet<Database>();

/** Throws the first value in all tables that is damaged, where one of these texts has the character for such. */
export function requireTrue(database: Database, rows: readonly object[], others?: Tables): void {
  if (sound.has(database) || !rows.some((row) => Object.values(row).some(isDoubtful))) return;
  const damage = firstDamage(database, others);
  if (damage) throw damage;
  sound.add(database);
}

/** The first value that is damaged. */
export function firstDamage(database: Database, others?: Tables): Damage | undefined {
  for (const table of tablesOf(database, others)) {
    const [fault] = valueFaults(database, table, 1);
    if (fault) return damageOf(fault);
  }
  return undefined;
}

/** Whether there is such a table. */
export function hasTable(database: Database, table: string): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined
  );
}

/** U+FFFD: it may be what was written, or stand for bytes that are not UTF-8. */
function isDoubtful(value: unknown): boolean {
  return typeof value === "string" && value.includes("\uFFFD");
}

function faults(
  database: Database,
  [table, { name, columns }]: NamedTable,
  where: string,
  values: { limit: number; id?: number },
): ValueFault[] {
  const rules = columns.flatMap(rulesOf);
  const texts = columns.filter(isText).map((column) => `coalesce(${column.name}, '')`);
  // All texts at once, and only where something is wrong one by one.
  const any = [
    notUtf8(texts.join(" || char(10) || ")),
    ...rules.flatMap(({ rule, broken }) => (rule === TEXTS ? [] : [broken])),
  ];
  const rows = database
    .prepare(
      `SELECT ${name}, CASE ${rules.map(({ broken }, i) => `WHEN ${broken} THEN ${i}`).join(" ")} END
        FROM ${table} WHERE (${where}) AND (${any.join(" OR ")}) LIMIT :limit`,
    )
    .raw()
    .all(values) as [string, number][];
  return rows.map(([row, i]) => ({ ...(rules[i] as Rule), row }));
}

/** What must not hold of a column: a condition (SQL), and its words. */
interface Rule extends Omit<ValueFault, "row"> {
  readonly broken: string;
}

const TEXTS = "UTF-8 texts";

function rulesOf(column: Looked): Rule[] {
  const { name, type, isFilled } = column;
  const kind = type === "object" ? "object" : "array";
  const isOther = `iif(json_valid(${name}), json_type(${name}) <> '${kind}', 0)`;
  const isNoTime = `${name} NOT GLOB '*[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*Z'`;
  const rules: [applies: boolean | undefined, broken: string, rule: string, problem: string][] = [
    [isText(column), notUtf8(`coalesce(${name}, '')`), TEXTS, "not UTF-8"],
    [isFilled, `${name} IS NULL`, "required columns", "missing"],
    [isJson(column as Column), `json_valid(${name}) = 0`, "JSON columns", "not JSON"],
    [isJson(column as Column), isOther, "lists and objects", type === "object" ? "no object" : "no list"],
    [type === "boolean", `${name} NOT IN (0, 1)`, "truth values", "neither true nor false"],
    [type === "timestamp", isNoTime, "times", "no time"],
  ];
  return rules.flatMap(([applies, broken, rule, problem]) =>
    applies ? [{ column: name, broken, rule, problem }] : [],
  );
}

function isText(column: Looked): boolean {
  return storageOf(column as Column) === "TEXT";
}

function notUtf8(sql: string): string {
  return `NOT ${IS_UTF8}(CAST(${sql} AS BLOB))`;
}
