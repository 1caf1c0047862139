import { nowOf } from "../../base/cli/index.js";
import { Failure } from "../../base/failure.js";
import { type Json, textAt } from "../../base/ndjson/index.js";
import { isDay } from "../../base/times.js";
import {
  dayOf,
  findPosition,
  forgetPosition,
  type LockOptions,
  lockOf,
  lockWalk,
  type Provider,
  type Query,
  type WalkContext,
} from "../../sources/engine/index.js";
import type { Sent } from "../../store/staging/index.js";
import type { Loads } from "./arrivals.js";
import type { Fetching } from "./options.js";

/**
 * Which days a dated provider is asked for. Where none is named: all that are not known to be done, up to yesterday. A
 * day is done when a walk came to its end with it, and what the walk wrote has arrived in the database. Without a
 * database it is not known what has arrived, so the last day that was walked is asked for again.
 */

/** The first and the last day of a walk; neither for a provider that has no days. */
export type Range = Pick<Query, "since" | "until">;

/** The walks of one run. */
export interface Days {
  readonly ranges: readonly Range[];
  /** Why these, where that is not obvious. */
  readonly explanation?: string;
  /** Remembers that a walk is about to begin. */
  begin(range: Range): Promise<void>;
  /** Remembers that a walk has come to its end, with every page, and what it wrote. */
  finish(range: Range, sent: Sent): Promise<void>;
  /** Releases the lock: other processes may decide now. */
  close(): void;
}

/** What is asked for, and the database that says what it has. */
type Where = WalkContext & { readonly database: Loads | undefined };

/** What is remembered between runs. */
interface Known {
  /** The first day that is not known to be done. */
  readonly from: string;
  /** The last walk that came to its end; it is not known yet whether all of it has arrived. */
  readonly walked?: { readonly until: string; readonly sent: Sent };
  /** The walk that was begun last and has not come to its end. */
  readonly open?: { readonly since: string; readonly until: string };
}

/** Decides what to ask for. */
export async function openDays(
  { options }: Fetching,
  provider: Provider,
  where: Where,
  lock: LockOptions,
): Promise<Days> {
  if (provider.coverage === "full") return wholeProvider(provider, options);
  const yesterday = dayBefore(nowOf(undefined).toISOString().slice(0, 10));
  const named = namedDays(options, yesterday);
  // A sample, or raw items: neither completes a day.
  if (where.query.limit !== undefined || where.query.raw)
    return untold(named ?? { since: yesterday, until: yesterday });
  const memory = await openMemory(provider, where);
  if (named) await memory.read();
  if (named) return namedRange(named, { options, yesterday, memory });
  // Two processes that decide at once would ask for the same days.
  const { release } = await lockWalk(memory.lock, lock);
  try {
    await memory.read();
    return { ...(await missingDays(provider, { where, yesterday, memory })), close: release };
  } catch (error) {
    release();
    throw error;
  }
}

function wholeProvider({ name }: Provider, { date, since, until }: Fetching["options"]): Days {
  if (date ?? since ?? until)
    throw new Failure("usage", `${name} cannot be asked for days: it is fetched whole`);
  return untold({});
}

/** A walk of which nothing is remembered. */
function untold(range: Range): Days {
  return { ranges: [range], begin: async () => {}, finish: async () => {}, close() {} };
}

/** The days of the command line; undefined where it names none. */
function namedDays(
  { date, since, until }: Fetching["options"],
  yesterday: string,
): Required<Range> | undefined {
  if (date !== undefined && (since ?? until) !== undefined) {
    throw new Failure("usage", "--date is one day; it does not go with --since and --until");
  }
  const first = date ?? since ?? until;
  const last = date ?? until ?? yesterday;
  if (first === undefined) return undefined;
  if (first > last) throw new Failure("usage", `the first day, ${first}, is after the last, ${last}`);
  return { since: first, until: last };
}

/** What is remembered of a provider, address and database. */
interface Memory {
  known: Known | undefined;
  readonly hasDatabase: boolean;
  /** The file of its lock. */
  readonly lock: string;
  read(): Promise<void>;
  save(known: Known): Promise<void>;
}

async function openMemory({ name, baseUrl }: Provider, where: WalkContext): Promise<Memory> {
  const { openCheckpoint } = await import("../../base/http/index.js");
  const { database, stateFolder } = where;
  const query = { baseUrl: where.baseUrl ?? baseUrl, db: database?.path };
  const file = openCheckpoint(stateFolder, `${name}-days`, query);
  const memory: Memory = {
    known: undefined,
    hasDatabase: database !== undefined,
    lock: lockOf(file),
    async read() {
      memory.known = knownFrom(await file.read());
    },
    async save(known) {
      memory.known = known;
      await file.save(known as unknown as Json);
    },
  };
  return memory;
}

function knownFrom(kept: Json | undefined): Known | undefined {
  const from = textAt(kept, "from");
  return from === undefined || !isDay(from) ? undefined : (kept as unknown as Known);
}

/** Days that were named count where they close the gap, or where `--since` alone says where to start. */
function namedRange(
  range: Required<Range>,
  { options, yesterday, memory }: { options: Fetching["options"]; yesterday: string; memory: Memory },
): Days {
  const { known } = memory;
  const until = range.until < yesterday ? range.until : yesterday;
  const isStart = options.since !== undefined && options.until === undefined;
  const closes = known !== undefined && range.since <= known.from && until >= known.from;
  if (!isStart && !closes) return untold(range);
  return {
    ranges: [range],
    begin: async () => {},
    close() {},
    finish: (_, sent) => finish(memory, known?.from ?? range.since, { until, sent }),
  };
}

/** A walk is finished. Without a database its days count as done at once; with one, when they have arrived there. */
async function finish(
  memory: Memory,
  from: string,
  walked: { readonly until: string; readonly sent: Sent },
  open?: Known["open"],
): Promise<void> {
  const done = memory.hasDatabase ? { from, walked } : { from: walked.until };
  await memory.save({ ...done, ...(open && { open }) });
}

async function missingDays(
  provider: Provider,
  { where, yesterday, memory }: { where: Where; yesterday: string; memory: Memory },
): Promise<Omit<Days, "close">> {
  const first = firstMissing(provider, memory.known, { where, yesterday });
  // A day that is not over cannot be done: the clock was ahead then.
  const wasAhead = first > dayAfter(yesterday);
  const from = wasAhead || (first > yesterday && !where.database) ? yesterday : first;
  if (from > yesterday) {
    const explanation = `nothing to ask for: every day up to ${yesterday} is in ${where.database?.path}; --date asks again`;
    return { ...untold({}), ranges: [], explanation };
  }
  const ranges = await resumed(provider, where, { from, yesterday, open: memory.known?.open });
  return {
    ranges,
    ...(from < yesterday && { explanation: explain(provider, where, from, yesterday) }),
    ...(wasAhead && { explanation: explainClock(provider, first, yesterday) }),
    async begin(open) {
      // Without a database, the first run for a provider does not start a series of nights.
      if (!memory.hasDatabase && !memory.known) return;
      await memory.save({ ...memory.known, from, open: open as Required<Range> });
    },
    finish: (range, sent) =>
      finish(memory, from, { until: String(range.until), sent }, following(ranges, range)),
  };
}

function following(ranges: readonly Range[], range: Range): Known["open"] {
  return ranges[ranges.indexOf(range) + 1] as Known["open"];
}

/** The first day that is not known to be done. */
function firstMissing(
  { name }: Provider,
  known: Known | undefined,
  { where: { database }, yesterday }: { where: Where; yesterday: string },
): string {
  if (!known) {
    // That load was of the day before, but it is not recorded whether of all of it.
    const loaded = database?.lastLoadDay(name);
    const last = loaded === undefined ? yesterday : dayBefore(loaded);
    return last < yesterday ? last : yesterday;
  }
  const { from, walked } = known;
  if (!database || !walked) return from;
  const isOver = walked.until >= from && walked.until <= yesterday;
  return isOver && database.hasArrived(walked.sent) ? dayAfter(walked.until) : from;
}

/** A walk that was interrupted is finished before the days after it, where its position still holds. */
async function resumed(
  provider: Provider,
  where: WalkContext,
  { from, yesterday, open }: { from: string; yesterday: string; open: Known["open"] },
): Promise<Range[]> {
  const whole = { since: from, until: yesterday };
  if (!open || (open.since === from && open.until >= yesterday)) return [whole];
  const context = { ...where, query: { ...where.query, ...open } };
  if (open.since === from && (await findPosition(provider, context))) {
    return [open, { since: dayAfter(open.until), until: yesterday }];
  }
  // No later run will ask for exactly these days.
  await forgetPosition(provider, context);
  return [whole];
}

function explain({ name }: Provider, { database }: WalkContext, from: string, yesterday: string): string {
  const why = database
    ? `${from} is the first day that is not known to be whole in ${database.path}`
    : `${from} is the last day that was done, and without --db nobody knows whether it has arrived`;
  return `asking ${name} for ${from} to ${yesterday}: ${why}`;
}

function explainClock({ name }: Provider, first: string, yesterday: string): string {
  const why = `the days up to ${dayBefore(first)} were noted as done, and are not over: the clock has been ahead`;
  return `asking ${name} for ${yesterday}: ${why}; ask for days before it with --since`;
}

function dayBefore(day: string): string {
  return dayAfter(day, -1);
}

function dayAfter(day: string, days = 1): string {
  return dayOf(Date.parse(day) / 1000 + days * 86_400);
}
