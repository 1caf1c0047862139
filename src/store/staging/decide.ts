import type { Cell } from "../../record/decoder/index.js";
import type { Refusal } from "../../record/index.js";
import type { LoadCounts, LoadOptions } from "./load-options.js";
import type { Found, LoadRows } from "./load-rows.js";
import type { Stored } from "./merge.js";
import { decoded, type Prepared, type PreparedRow } from "./prepare.js";

/** What becomes of a record that is loaded: decided here, from what stands in the database, and carried out elsewhere. */

/** The record that has the key of the one that is loaded. */
export interface Standing {
  readonly found: Found;
  /** As it was before this load, undefined where it was not there yet; asked for where `isAsBefore` does not hold. */
  readonly before: Found | undefined;
  /** It was removed, and has just been put back. */
  readonly isBack?: boolean;
}

/** That a work, or its file, was removed. */
export interface Removed {
  readonly deleted_on: string;
  readonly deleted_reason: string;
  readonly is_file: number;
}

/** What a load decides by. */
export interface LoadRules extends Pick<LoadOptions, "run" | "restore" | "leftover"> {
  readonly rows: LoadRows;
  /** Runs that took in what others had read, and whose that was. */
  readonly readBy: ReadonlyMap<number, number>;
}

/** What is added to the counts of a load. */
export type Counts = Readonly<Partial<LoadCounts>>;

/** A new row, which counts as inserted. */
export interface Insert {
  readonly verb: "insert";
  readonly values: readonly (Cell | Stored)[];
  readonly seenOn: string;
}

/** Other values for a record that is there, or the same (`touch`). */
export interface Change {
  readonly verb: "merge" | "touch";
  /** Undefined where they stay. */
  readonly values?: readonly Stored[];
  /** When it was seen, by this run; undefined where the record is no news of that. */
  readonly seenOn?: string;
  /** Below 0: what an earlier record of the same work had added. */
  readonly counts: Counts;
}

export type Decision =
  | Insert
  | Change
  | { readonly verb: "refuse"; readonly refusal: Refusal }
  /** The work is no longer refused, its removed record put back; then it is decided again. */
  | { readonly verb: "restore" };

/** Decides what becomes of a row. `standing` does not matter where the work was removed. */
export function decide(
  standing: Standing | undefined,
  row: PreparedRow,
  removed: Removed | undefined,
  rules: LoadRules,
): Decision {
  if (removed) {
    return rules.restore ? { verb: "restore" } : { verb: "refuse", refusal: refusalOf(removed, rules) };
  }
  if (!standing) return insert(row, rules);
  const record = decoded(row);
  if (standing.found.run === rules.run) return replace(standing, record, rules);
  return wasSeenLater(standing.found, rules) ? add(standing, record, rules) : merge(standing, record, rules);
}

/** What becomes of a row that is new. */
export function insert(row: PreparedRow, { rows }: LoadRules): Insert {
  return { verb: "insert", values: rows.first(row), seenOn: row.seen ?? rows.seen };
}

const ONE = { inserted: { inserted: 1 }, updated: { updated: 1 }, unchanged: { unchanged: 1 } } as const;

function merge({ found, isBack }: Standing, record: Prepared, { rows }: LoadRules): Change {
  const values = rows.merged(found, record);
  const count = isBack ? "inserted" : values ? "updated" : "unchanged";
  return change(values, { seenOn: rows.seenOn(record, found), counts: ONE[count] });
}

/** A record that is older than what is there only adds to it; when it was seen is known already. */
function add({ found, before = found }: Standing, record: Prepared, { rows }: LoadRules): Change {
  const values = rows.merged(before, record, true) ?? before.values;
  const isNew = !isSame(found.values, values);
  return change(isNew ? values : undefined, { counts: ONE[isNew ? "updated" : "unchanged"] });
}

/** A later record of the same load: merged with what was there before the load, as if the earlier ones had not come. */
function replace({ found, before }: Standing, record: Prepared, { rows }: LoadRules): Change {
  const values = before ? (rows.merged(before, record) ?? before.values) : (rows.first(record) as Stored[]);
  const counts: Partial<LoadCounts> = { duplicates: 1 };
  if (before) {
    const [was, is] = [found.values, values].map((row) =>
      isSame(before.values, row) ? "unchanged" : "updated",
    );
    if (was !== is) Object.assign(counts, { [was as string]: -1, [is as string]: 1 });
  }
  return change(values, { seenOn: rows.seenOn(record, before), counts });
}

function change(values: readonly Stored[] | undefined, rest: Omit<Change, "verb" | "values">): Change {
  return values ? { verb: "merge", values, ...rest } : { verb: "touch", ...rest };
}

/** Whether nothing of this load can have changed a record that is found. */
export function isAsBefore(found: Found, rules: LoadRules): boolean {
  return found.run !== rules.run && !wasSeenLater(found, rules);
}

/** Whether a record was seen after a leftover was read: by the time, and at the same time by the order of runs. */
function wasSeenLater({ run, seen }: Found, { leftover, readBy }: LoadRules): boolean {
  if (!leftover || seen !== leftover.seenOn) return leftover !== undefined && seen > leftover.seenOn;
  return (readBy.get(run) ?? run) > leftover.run;
}

/** Why a record is refused that was removed. */
function refusalOf({ deleted_on, deleted_reason, is_file }: Removed, { leftover }: LoadRules): Refusal {
  const error = `this ${is_file ? "file" : "record"} was removed on ${deleted_on.slice(0, 10)} (${deleted_reason})`;
  // What was read before a record was removed cannot bring it back.
  return { error: leftover ? error : `${error}; --restore takes it back in`, code: "removed" };
}

function isSame(a: readonly Stored[], b: readonly Stored[]): boolean {
  return a.every((value, i) => value === b[i]);
}
