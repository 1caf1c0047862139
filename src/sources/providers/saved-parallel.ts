import type { BadLine } from "../../base/ndjson/index.js";
import { builtFile } from "../../base/own-files.js";
import { Pool, type Traffic } from "../../base/threads/index.js";
import type { DroppedCounts } from "../../record/index.js";
import type { Skipped } from "../engine/index.js";

/**
 * Saved answers in many files, turned into records by several threads. A file is one thread's work from its first to
 * its last byte; what comes of the files is handed out in their order, so that the output is the same as that of one
 * thread.
 */

/** A part of what a file gave: lines, then the bad lines after them. */
export interface SavedPart {
  /** Lines of output, line ends included. */
  readonly output: Uint8Array;
  /** How many lines that is. */
  readonly written: number;
  readonly bad: readonly BadLine[];
  /** Items that gave no record on purpose, by reason. */
  readonly skipped: readonly (readonly [reason: Skipped["skipped"], count: number])[];
  /** What records of the file have lost when they were cleaned; with its last part. */
  readonly dropped?: DroppedCounts | undefined;
  /** How often the API key was cut out, by column. */
  readonly keysCut: readonly (readonly [column: string, count: number])[];
}

/** What a thread is started with. */
export interface SavedSetup {
  readonly provider: string;
  readonly key: string | undefined;
  readonly raw: boolean;
  readonly strict: boolean;
}

/** What goes between a pool and its threads: paths of files, and what comes of them. */
export interface SavedTraffic extends Traffic {
  readonly setup: SavedSetup;
  readonly task: string;
  readonly part: SavedPart;
  readonly result: undefined;
}

/** Bytes of output that wait to be written, of all threads together. */
const CREDIT = 32 * 1024 * 1024;

/** Turns files into records in several threads, and hands out what comes of them in the order of the files. */
export async function* convertInThreads(
  files: readonly string[],
  { threads, signal, ...setup }: SavedSetup & { threads: number; signal: AbortSignal },
): AsyncGenerator<SavedPart> {
  const module = builtFile("run/convert.cjs");
  const pool = new Pool<SavedTraffic>({ module, setup, most: threads, credit: CREDIT, signal });
  try {
    for (const job of pool.inOrder(files.values())) {
      for (let part = await job.next(); part; part = await job.next()) yield part;
    }
  } finally {
    await pool.close();
  }
}
