import { thousands } from "../counted.js";
import { Failure } from "../failure.js";
import {
  type BadLine,
  type Entry,
  type OnBadLine,
  openRejects,
  readRecords,
  type TextEntry,
} from "../ndjson/index.js";
import type { Invocation, SHARED } from "./command.js";
import { checkFiles } from "./contents.js";
import { startProgress } from "./progress.js";
import { openInputs } from "./streams.js";

/** One run of a command that writes bad lines to a file of rejects. */
type Rejecting = Invocation<[typeof SHARED.rejects]>;

/** What became of the lines of a command's input. */
export interface Tally {
  readonly good: number;
  readonly rejected: number;
}

/** Why a record or line is refused. */
type Refusal = Pick<BadLine, "error" | "code">;

/** What is done with a record or line: nothing to say, or why it is refused. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that only writes gives what its write gives
export type Handler<T = Entry> = (entry: T) => void | Refusal | Promise<void | Refusal>;

/** Where entries come from; bad lines go to `onBadLine`. */
export type Source<T> = (onBadLine: OnBadLine) => AsyncIterable<readonly T[]>;

/**
 * Hands every record of the input to `handle`, in order, and looks after bad lines: they go to the rejects file,
 * or the first one ends the command. `atPause` runs each time the input pauses, so that batches need not wait.
 */
export async function forEachRecord(
  invocation: Rejecting,
  handle: Handler,
  atPause: () => void | Promise<void> = () => {},
): Promise<Tally> {
  const { operands, signal } = invocation;
  await checkFiles(operands, "json");
  const records: Source<Entry> = (onBadLine) => readRecords(openInputs(operands, signal), onBadLine);
  return forEachEntry(invocation, records, handle, atPause);
}

/** The same for entries of any source. */
export function forEachEntry<T extends TextEntry>(
  invocation: Rejecting,
  source: Source<T>,
  handle: Handler<T>,
  atPause: () => void | Promise<void> = () => {},
): Promise<Tally> {
  return withRejects(invocation, async (onBadLine, addGood) => {
    for await (const entries of source(onBadLine)) {
      let good = 0;
      let removed = 0;
      for (const entry of entries) {
        const result = handle(entry);
        const refusal = result instanceof Promise ? await result : result;
        if (refusal) await onBadLine({ ...refusal, file: entry.file, line: entry.line, input: entry.text });
        if (!refusal) good++;
        else if (refusal.code === "removed") removed++;
      }
      await atPause();
      addGood(good, removed);
    }
  });
}

/** The same for lines that are handled elsewhere, many at a time: how many were good, and those that were bad. */
export function forEachBlock(
  invocation: Rejecting,
  blocks: AsyncIterable<{ readonly good: number; readonly bad: readonly BadLine[] }>,
): Promise<Tally> {
  return withRejects(invocation, async (onBadLine, addGood) => {
    for await (const { good, bad } of blocks) {
      for (const line of bad) await onBadLine(line);
      addGood(good);
    }
  });
}

/** Opens the rejects file and shows progress while `work` goes on. */
async function withRejects(
  { options, messages, signal }: Rejecting,
  work: (onBadLine: OnBadLine, addGood: (records: number, removed?: number) => void) => Promise<void>,
): Promise<Tally> {
  const path = options.rejects;
  const rejects = await openRejects(path, { signal });
  const progress = await startProgress(messages, "records");
  let good = 0;
  // Somebody took them out of the database: that their source still has them is no fault of the input.
  let faultless = 0;
  try {
    await work(rejects.onBadLine, (records, removed = 0) => {
      good += records;
      faultless += records + removed;
      progress.update(good, `${thousands(rejects.count)} rejected`);
    });
    await rejects.commit();
  } finally {
    progress.stop();
    await rejects.abandon();
  }
  endIfNothingGood(faultless, rejects.count, path);
  return { good, rejected: rejects.count };
}

/** Rejects are no failure as long as something was good. */
export function endIfNothingGood(good: number, rejected: number, path: string | undefined): void {
  if (good > 0 || rejected === 0) return;
  const none = rejected === 1 ? "the only line is bad" : `all ${thousands(rejected)} lines are bad`;
  throw new Failure("bad_input", `${none}; see ${path}`);
}
