import { counted, thousands } from "../base/counted.js";

/**
 * What cleaning drops. Everything dropped is counted: whoever reads records adds up what each of them has lost, by
 * column and reason, and reports it at the end; or refuses such records (`--strict`).
 */

/** Why a value, or a part of one, is not in the cleaned record; `docs/records.md` has the same table. */
export const DROP_REASONS = {
  "wrong type":
    "another kind of value than the column's: a list as creator, an object as title, `true` as width",
  "not JSON":
    "a text in a column of lists or objects that holds neither JSON nor an array of PostgreSQL, or more than 500,000 values",
  "not a whole number":
    "a text that is not digits alone (`1.200`, `3.45`, `0x10`, `1e3`), a number with a fraction",
  "not a number": "a text that is no decimal number, as an accuracy or a popularity",
  "below zero": "a size, a length, a rate, a position or an accuracy below zero",
  "above 1": "an accuracy above 1; the tag stays without it",
  "too large":
    "a whole number from 2,147,483,647 on; a number from 2^53 on, parsed by another program, in a column of texts",
  "neither true nor false": "anything but a boolean or its usual texts (`true`, `True`, `t`, `T`, …)",
  "not a time": "a day that does not exist, or a time after it that cannot be read",
  "not a web address": "a host that is not public, another scheme, a blank or a quote inside",
  "too long": "over the limit of a column whose values are not cut",
  cut: "over the limit of a column whose values are cut; its beginning stays",
  "too deep": "what lies more than 100 objects or lists deep",
  "no name or provider": "a tag that does not say what it is called, or who gave it",
  "not about the work": "a tag that is a note of software or a licence, or a machine tag",
  repeated:
    "another accuracy of a tag that was there before, by the same provider; a member whose name differs from that of a later one in half surrogates only",
  replaced:
    "a licence URL in `meta_data` where the record says otherwise; the licence's own page replaces it",
  "unknown member": "a member of a tag that is neither name, provider nor accuracy",
} as const;

export type DropReason = keyof typeof DROP_REASONS;

/** A value, or a part of one, that cleaning has dropped. */
export interface Dropped {
  readonly column: string;
  readonly reason: DropReason;
}

/** Notes what is dropped while records are cleaned: one for all, since most records lose nothing. */
export class Drops {
  /** The column that is being cleaned. */
  column = "";
  #noted: Dropped[] | undefined;

  /** Notes that a value, or a part of one, is dropped; gives what is there instead. */
  note(reason: DropReason): null {
    this.#noted ??= [];
    this.#noted.push({ column: this.column, reason });
    return null;
  }

  /** Notes a value of another type than the column's, unless it is empty. */
  noteType(value: unknown): null {
    return isEmpty(value) ? null : this.note("wrong type");
  }

  /** What was noted since the last time; undefined where that is nothing. */
  take(): readonly Dropped[] | undefined {
    const noted = this.#noted;
    this.#noted = undefined;
    return noted;
  }
}

/** Whether a value is empty: null, a blank text, a list or an object with nothing in it. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === "string") return value.trim() === "";
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** The refusal of a record from which something was dropped, for `--strict`. */
export function refusalOf(dropped: readonly Dropped[]): { error: string; code: string } {
  const [{ column, reason }] = dropped as readonly [Dropped];
  const more = dropped.length - 1;
  const others = more === 0 ? "" : `, and ${more} more`;
  return { error: `${column} has a value that would be dropped: ${reason}${others}`, code: `bad_${column}` };
}

/** How many values were dropped, by column and reason. */
export type DroppedCounts = Readonly<Record<string, Readonly<Partial<Record<DropReason, number>>>>>;

/** The most kinds of losses that a message names. */
const MOST_NAMED = 8;

/** Adds up what records have lost; what several have counted can be put together. */
export class DroppedTally {
  readonly #counts = new Map<string, Map<DropReason, number>>();

  add(dropped: readonly Dropped[]): void {
    for (const { column, reason } of dropped) this.#add(column, reason, 1);
  }

  include(counts: DroppedCounts | undefined): void {
    for (const [column, reasons] of Object.entries(counts ?? {})) {
      for (const [reason, count] of Object.entries(reasons)) this.#add(column, reason as DropReason, count);
    }
  }

  #add(column: string, reason: DropReason, count: number): void {
    const reasons = this.#counts.get(column) ?? new Map<DropReason, number>();
    this.#counts.set(column, reasons);
    reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  }

  /** By names, so that it does not depend on what came first; undefined where nothing was dropped. */
  get counts(): DroppedCounts | undefined {
    if (this.#counts.size === 0) return undefined;
    return Object.fromEntries(
      sorted(this.#counts).map(([column, reasons]) => [column, Object.fromEntries(sorted(reasons))]),
    );
  }

  /** For people, the most frequent first: `3 width (not a whole number), 2 tags (not about the work)`; may be empty. */
  get words(): string {
    const all = sorted(this.#counts).flatMap(([column, reasons]) =>
      sorted(reasons).map(([reason, count]) => ({ column, reason, count })),
    );
    all.sort((a, b) => b.count - a.count);
    const named = all
      .slice(0, MOST_NAMED)
      .map(({ column, reason, count }) => `${thousands(count)} ${column} (${reason})`);
    const others = all.slice(MOST_NAMED).reduce((sum, { count }) => sum + count, 0);
    return [...named, ...(others > 0 ? [counted(others, "other")] : [])].join(", ");
  }
}

function sorted<K extends string, T>(counts: ReadonlyMap<K, T>): [K, T][] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
