import type { Worker } from "node:worker_threads";
import type { BadLine } from "../../base/ndjson/index.js";
import { errorOf, type PlainFailure, startThread } from "../../base/threads/index.js";
import type { DroppedCounts } from "../../record/index.js";
import type { Skipped } from "../engine/index.js";

/**
 * Saved answers in many files, turned into records by several threads. A file is one thread's work from its first to
 * its last byte; what comes of the files is handed out in their order, so that the output is the same as that of one
 * thread.
 */

/** Something that came of a file: lines, and then what is wrong behind them. */
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
  /** The most bytes of output that may wait to be written. */
  readonly credit: number;
}

/** What a thread is told: the next file, or that output was written. */
export type ToSavedWorker = { readonly file: string } | { readonly writtenBytes: number };

/** What a thread tells: a part of its file, or its end. */
export type FromSavedWorker =
  | { readonly part: SavedPart }
  | { readonly ended: true; readonly failure?: PlainFailure };

/** Bytes of output that wait to be written, of all threads together. */
const CREDIT = 32 * 1024 * 1024;

/** Turns files into records in several threads, and hands out what comes of them in the order of the files. */
export async function* convertInThreads(
  files: readonly string[],
  { threads, signal, ...setup }: Omit<SavedSetup, "credit"> & { threads: number; signal: AbortSignal },
): AsyncGenerator<SavedPart> {
  const team = new Team(files, { ...setup, credit: CREDIT / threads }, threads);
  const stop = () => team.fail(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    for (let file = 0; file < files.length; file++) {
      for (;;) {
        const { message, worker } = await team.next(file);
        if ("ended" in message) {
          if (message.failure) throw errorOf(message.failure);
          break;
        }
        yield message.part;
        const told: ToSavedWorker = { writtenBytes: message.part.output.length };
        worker.postMessage(told);
      }
    }
  } finally {
    signal.removeEventListener("abort", stop);
    await team.close();
  }
}

/** A message about a file, and the thread that sent it. */
interface Received {
  readonly message: FromSavedWorker;
  readonly worker: Worker;
}

/** The threads, each with one file at a time, and what they sent and nobody took yet. */
class Team {
  readonly #files: readonly string[];
  readonly #workers: Worker[];
  readonly #received = new Map<number, Received[]>();
  #begun = 0;
  #problem: { readonly reason: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(files: readonly string[], setup: SavedSetup, threads: number) {
    this.#files = files;
    this.#workers = Array.from({ length: threads }, () => this.#start(setup));
  }

  #start(setup: SavedSetup): Worker {
    const worker = startThread(new URL("./saved-worker.js", import.meta.url), { workerData: setup });
    let file = this.#give(worker);
    return worker
      .on("message", (message: FromSavedWorker) => {
        const before = this.#received.get(file);
        if (before) before.push({ message, worker });
        else this.#received.set(file, [{ message, worker }]);
        if ("ended" in message) file = this.#give(worker);
        this.#wake();
      })
      .on("error", (error) => this.fail(error));
  }

  /** Gives a thread the next file; its number. */
  #give(worker: Worker): number {
    const file = this.#begun++;
    const path = this.#files[file];
    if (path !== undefined) worker.postMessage({ file: path } satisfies ToSavedWorker);
    return file;
  }

  /** Ends the waiting for messages. */
  fail(reason: unknown): void {
    this.#problem ??= { reason };
    this.#wake();
  }

  async next(file: number): Promise<Received> {
    for (;;) {
      if (this.#problem) throw this.#problem.reason;
      const received = this.#received.get(file)?.shift();
      if (received) {
        if ("ended" in received.message) this.#received.delete(file);
        return received;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
