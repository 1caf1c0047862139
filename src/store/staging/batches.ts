import type { Database } from "../../base/sqlite/index.js";
import { damageOfRow, requireTrueTexts } from "./value-faults.js";

/**
 * Changing many rows without keeping others waiting: rows are read and judged without a lock, and what is to change is
 * written in transactions of some ten milliseconds, with a pause after each that is as long as the writing was. So
 * readers go on, and another writer gets its turn after a batch or two.
 */

/** Which rows are looked at. */
export interface Rows {
  readonly table: string;
  /** SQL; the row's id comes before them. */
  readonly columns: string;
  /**
   * SQL, with named parameters. Columns that have an index get a `+` before them: rows are taken by their ids, where
   * SQLite would find and sort all of them for every batch.
   */
  readonly where: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** How the work takes turns with that of others. Both throw when it is to stop. */
export interface Turns {
  /** Begins a transaction that writes, as soon as nobody else has one; a `Failure` when that takes too long. */
  begin(): Promise<void>;
  /** Lets others go first for some milliseconds. */
  pause(milliseconds: number): Promise<void>;
}

/** Writes in a transaction of its own. */
export async function inTurn(database: Database, turns: Turns, write: () => void): Promise<void> {
  await turns.begin();
  try {
    write();
    database.exec("COMMIT");
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** How many rows are looked at at a time. */
const ROWS = 2000;
/** The shortest pause after writing: SQLite looks whether a lock is free every few milliseconds at first. */
const SHORTEST_PAUSE_MS = 5;

/** Hands every row to `judge`, in the order of their ids; it gives what is to be written, if anything. */
export async function inBatches<Row extends readonly [id: number, ...unknown[]]>(
  database: Database,
  { table, columns, where, parameters }: Rows,
  turns: Turns,
  judge: (row: Row) => (() => void) | undefined,
): Promise<void> {
  const select = database
    .prepare(`SELECT id, ${columns} FROM ${table} WHERE id > :after AND (${where}) ORDER BY id LIMIT ${ROWS}`)
    .raw();
  const [stored] = table.split(" ") as [string];
  /** What is to be written, up to the first row that is damaged. */
  const judged = (rows: Row[]) => {
    const changes: (() => void)[] = [];
    for (const row of rows) {
      try {
        requireTrueTexts(database, stored, row[0], row);
        const change = judge(row);
        if (change) changes.push(change);
      } catch (error) {
        return { changes, damage: damageOfRow(database, stored, row[0]) ?? error };
      }
    }
    return { changes };
  };
  for (let after = 0; ; ) {
    const rows = select.all({ ...parameters, after }) as Row[];
    const { changes, damage } = judged(rows);
    if (changes.length > 0) {
      let started = 0;
      await inTurn(database, turns, () => {
        started = performance.now();
        for (const change of changes) change();
      });
      await turns.pause(Math.max(performance.now() - started, SHORTEST_PAUSE_MS));
    } else await turns.pause(0);
    if (damage !== undefined) throw damage;
    if (rows.length < ROWS) return;
    after = (rows.at(-1) as Row)[0];
  }
}
