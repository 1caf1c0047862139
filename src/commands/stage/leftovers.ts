import { lstatSync } from "node:fs";
import { type Invocation, nowOf, packageVersion, type SHARED } from "../../base/cli/index.js";
import { inWords } from "../../base/counted.js";
import { toldAs } from "../../base/failure.js";
import { openRejects } from "../../base/ndjson/index.js";
import type { Database } from "../../base/sqlite/index.js";
import { type DroppedCounts, DroppedTally } from "../../record/index.js";
import type { Left, LoadCounts, Loader, Run } from "../../store/staging/index.js";
import { type STAGE, waitingOf } from "./options.js";

/** What loads that came to nothing had read from a pipe: `ov-stage load` takes it in before it begins. */

/** What taking it in did. */
interface Counts extends LoadCounts {
  readonly rejected: number;
  readonly dropped?: DroppedCounts;
}

/** What it is told of the command line. */
type Loading = Invocation<[typeof STAGE.db, typeof STAGE.wait, typeof SHARED.strict, typeof SHARED.now]>;

/** The database that it is taken into. */
interface Place {
  readonly database: Database;
  readonly path: string;
}

/**
 * Takes in what there is, the oldest first, each as a run of its own. Bad lines and removed records of it are rejects of
 * that run, never a stop. Gives the counts of all together, where there was any.
 */
export async function takeInLeftovers(
  invocation: Loading,
  place: Place,
): Promise<{ leftover: Counts } | undefined> {
  const { firstLeft, Run } = await import("../../store/staging/index.js");
  const { messages } = invocation;
  const { database, path } = place;
  const strangers = new Set<string>();
  const onStranger = (file: string) => {
    if (strangers.has(file)) return;
    strangers.add(file);
    messages.warn(`${file} is not of this database, whose run of that number it cannot be: ${WHAT_TO_DO}`);
  };
  for (let all: Counts | undefined; ; ) {
    let left: Left | undefined;
    const run = await Run.beginWhere(database, path, waitingOf(invocation), () => {
      left = firstLeft(database, path, onStranger);
      return left && startOf(left);
    });
    if (!run || !left) return all && { leftover: all };
    const counts = await takeInOrUndo(invocation, place, left, run);
    all = all ? sumOf(all, counts) : counts;
  }
}

const WHAT_TO_DO = "load it by its name if its records are wanted, then remove it";

function startOf({ run, seenOn }: Left) {
  return { command: "load", version: packageVersion(), input: `what load ${run} had read`, seenOn };
}

async function takeInOrUndo(invocation: Loading, place: Place, left: Left, run: Run): Promise<Counts> {
  try {
    return await takeIn(invocation, place, left, run);
  } catch (error) {
    run.undo(toldAs(error));
    throw error;
  }
}

/** Readable by its owner only, as the database. */
const PRIVATE = 0o600;

async function takeIn(
  { options, messages, signal }: Loading,
  { database, path }: Place,
  left: Left,
  run: Run,
): Promise<Counts> {
  const { letGo, Loader, noteTakenIn } = await import("../../store/staging/index.js");
  const loader = new Loader(database, path, {
    now: nowOf(options.now),
    run: run.id,
    leftover: left,
    strict: options.strict,
    forgetLines: run.lastVersion !== packageVersion(),
  });
  const rejectsPath = await freeRejects(path, left.run);
  // In place before the run is committed: none of them is lost.
  const reasons = await loadLeft(loader, left, rejectsPath, signal);
  const rejected = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  const dropped = loader.dropped.counts;
  const counts = { ...loader.counts, rejected, ...(dropped && { dropped }) };
  noteTakenIn(database, left, run.id);
  run.end(counts, "done");
  letGo(left.path);

  const { inserted, updated, unchanged } = counts;
  messages.warn(
    `load ${left.run} came to nothing; what it had read, as seen on ${left.seenOn}, is load ${run.id}: ` +
      inWords({ inserted, updated, unchanged, rejected }),
  );
  if (rejected > 0) messages.warn(`rejected of it: ${wordsOf(reasons)}; see ${rejectsPath}`);
  if (dropped) messages.info(`dropped of it: ${loader.dropped.words}`);
  return counts;
}

/** A file for the rejects of a run. One that is there may be all that is left of others: of a database before this one. */
async function freeRejects(path: string, run: number): Promise<string> {
  const { besideDatabase } = await import("../../base/sqlite/index.js");
  for (let number = 1; ; number++) {
    const file = besideDatabase(path, `rejects-${run}${number > 1 ? `-${number}` : ""}.ndjson`);
    if (!lstatSync(file, { throwIfNoEntry: false })) return file;
  }
}

/** Loads it; the file of rejects is there only if there are any. Gives how many there are, by their codes. */
async function loadLeft(
  loader: Loader,
  left: Left,
  rejectsPath: string,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const { readLeft, readPrepared } = await import("../../store/staging/index.js");
  const reasons = new Map<string, number>();
  const rejects = await openRejects(rejectsPath, { mode: PRIVATE, signal });
  try {
    for await (const entries of readPrepared([readLeft(left)], () => loader.expectsNews)) {
      signal.throwIfAborted();
      for (const entry of entries) {
        const refusal = loader.loadEntry(entry);
        if (!refusal) continue;
        reasons.set(refusal.code, (reasons.get(refusal.code) ?? 0) + 1);
        await rejects.onBadLine({ ...refusal, file: entry.file, line: entry.line, input: entry.text });
      }
    }
    if (rejects.count > 0) await rejects.commit();
    return reasons;
  } finally {
    await rejects.abandon();
  }
}

/** `2 removed, 1 json`, the most frequent first. */
function wordsOf(reasons: ReadonlyMap<string, number>): string {
  const sorted = [...reasons].sort(([, a], [, b]) => b - a);
  return inWords(Object.fromEntries(sorted));
}

function sumOf(a: Counts, b: Counts): Counts {
  const dropped = new DroppedTally();
  for (const counts of [a, b]) dropped.include(counts.dropped);
  return {
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    duplicates: a.duplicates + b.duplicates,
    url_duplicates: a.url_duplicates + b.url_duplicates,
    rejected: a.rejected + b.rejected,
    ...(dropped.counts && { dropped: dropped.counts }),
  };
}
