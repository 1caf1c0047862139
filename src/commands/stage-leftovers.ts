import { rmSync } from "node:fs";
import { type Invocation, nowOf, packageVersion } from "../command-line/index.js";
import { openRejects } from "../ndjson/index.js";
import { type DroppedCounts, DroppedTally } from "../record/index.js";
import type { Database, Left, LoadCounts, Run } from "../staging/index.js";

/** What loads that came to nothing had read from a pipe: `ov-stage load` takes it in before it begins. */

/** Counts of a load, or of several; all of them counts but `dropped`. */
interface Counts extends LoadCounts {
  rejected: number;
  dropped?: DroppedCounts;
}

/**
 * Takes in what there is, the oldest first, each as a run of its own. Bad lines and removed records of it are rejects of
 * that run, never a stop. Gives the counts of all, where there was any.
 */
export async function takeInLeftovers(
  invocation: Invocation,
  database: Database,
  path: string,
): Promise<{ leftover: Counts } | undefined> {
  const { firstLeft, Run } = await import("../staging/index.js");
  const { options, signal } = invocation;
  let all: Counts | undefined;
  for (;;) {
    let left: Left | undefined;
    const run = await Run.beginWhere(database, path, { wait: options.wait === true, signal }, () => {
      left = firstLeft(database, path);
      return left && startOf(left);
    });
    if (!run || !left) return all && { leftover: all };
    const counts = await takeInOrUndo(invocation, database, path, left, run);
    all = all ? sumOf(all, counts) : counts;
  }
}

function startOf({ run, seenOn }: Left) {
  return { command: "load", version: packageVersion(), input: `what load ${run} had read`, seenOn };
}

async function takeInOrUndo(
  invocation: Invocation,
  database: Database,
  path: string,
  left: Left,
  run: Run,
): Promise<Counts> {
  try {
    return await takeIn(invocation, database, path, left, run);
  } catch (error) {
    run.undo(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function takeIn(
  { options, messages, signal }: Invocation,
  database: Database,
  path: string,
  left: Left,
  run: Run,
): Promise<Counts> {
  const { besideDatabase, Loader, noteTakenIn, readLeft, readPrepared } = await import("../staging/index.js");
  const loader = new Loader(database, path, {
    now: nowOf(options),
    run: run.id,
    leftover: left,
    strict: options.strict === true,
    forgetLines: run.lastVersion !== packageVersion(),
  });
  const rejectsPath = besideDatabase(path, `rejects-${left.run}.ndjson`);
  const rejects = await openRejects(rejectsPath, PRIVATE);
  const reasons = new Map<string, number>();
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
    // In place before the run is committed: none of them is lost, and a second try writes the same file.
    if (rejects.count > 0) await rejects.commit();
  } finally {
    await rejects.abandon();
  }
  if (rejects.count === 0) rmSync(rejectsPath, { force: true });
  const { dropped } = loader;
  const counts = {
    ...loader.counts,
    rejected: rejects.count,
    ...(dropped.counts && { dropped: dropped.counts }),
  };
  noteTakenIn(database, left, run.id);
  run.end(counts, "done");
  rmSync(left.path, { force: true });

  const { inserted, updated, unchanged } = counts;
  messages.warn(
    `load ${left.run} came to nothing; what it had read, as seen on ${left.seenOn}, is load ${run.id}: ` +
      `${inserted} inserted, ${updated} updated, ${unchanged} unchanged, ${rejects.count} rejected`,
  );
  if (rejects.count > 0) messages.warn(`rejected of it: ${wordsOf(reasons)}; see ${rejectsPath}`);
  if (dropped.words !== "") messages.info(`dropped of it: ${dropped.words}`);
  return counts;
}

/** Readable by its owner only, as the database. */
const PRIVATE = 0o600;

/** `2 removed, 1 json`, the most frequent first. */
function wordsOf(reasons: ReadonlyMap<string, number>): string {
  const sorted = [...reasons].sort(([, a], [, b]) => b - a);
  return sorted.map(([code, count]) => `${count} ${code}`).join(", ");
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
