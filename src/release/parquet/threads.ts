import { availableParallelism } from "node:os";
import type { Worker } from "node:worker_threads";
import type { Block } from "../../base/ndjson/index.js";
import { errorOf, startThread } from "../../base/threads/index.js";
import type { MediaType } from "../../record/index.js";
import type { RowsData } from "./batch.js";
import type { EncodedRowGroup } from "./encoder/index.js";
import type { LinesRead } from "./line-reader.js";
import type { FromThread, ThreadSetup, ToThread } from "./messages.js";

/** More than these wait for the thread that puts rows into files. */
const MOST_THREADS = 8;
/** Bytes of rows that may be on their way to where they are encoded. */
const MOST_BYTES = 12 * 1024 * 1024;

/** What threads make is large and freed at once; for the little beside it, more room would only be filled. */
const YOUNG_MEGABYTES = 4;
/**
 * By how much the heap of a thread may grow between two cleanings, in percent of what it holds. The engine lets it become
 * four times as large: 50 MB of garbage in each thread, where names hardly repeat.
 */
const HEAP_GROWTH = "--heap-growing-percent=50";

/** What a thread still has to do. */
interface Task {
  /** Bytes of rows that it gives back with its answer. */
  readonly bytes: number;
  resolve(answer: FromThread): void;
  reject(error: unknown): void;
}

interface Thread {
  readonly worker: Worker;
  /** The oldest first: tasks are answered in the order that they are sent in. */
  readonly tasks: Task[];
}

/** A row group that a thread encodes. */
export interface OpenRowGroup {
  /** Adds the rows from one of a batch to before another; the batch is handed over where `isLast` says so. */
  add(data: RowsData, from: number, to: number, isLast: boolean): void;
  end(): Promise<EncodedRowGroup>;
}

/** Threads that read lines and encode row groups; started when they are needed. */
export class Threads {
  /** How many there may be. */
  readonly most = Math.min(availableParallelism(), MOST_THREADS);
  readonly #setup: ThreadSetup;
  readonly #threads: Thread[] = [];
  #savesMemory = false;
  #groups = 0;
  #bytes = 0;
  #problem: Error | undefined;
  #wake: (() => void)[] = [];

  constructor(setup: ThreadSetup) {
    this.#setup = setup;
    // It gets ready while the first lines are read from the disk.
    this.#start();
  }

  /** From now on heaps grow by less. The module is loaded for this alone, and most inputs never need it. */
  async saveMemory(): Promise<void> {
    if (this.#savesMemory) return;
    this.#savesMemory = true;
    const { setFlagsFromString } = await import("node:v8");
    setFlagsFromString(HEAP_GROWTH);
  }

  /** Reads a block of lines, which is handed over. */
  async read(block: Block): Promise<LinesRead> {
    const answer = await this.#ask(this.#freest(), { kind: "read", block }, 0, [block.bytes.buffer]);
    return (answer as Extract<FromThread, { kind: "read" }>).read;
  }

  begin(media: MediaType): OpenRowGroup {
    const group = this.#groups++;
    const thread = this.#freest();
    thread.worker.postMessage({ kind: "begin", group, media } satisfies ToThread);
    return {
      add: (data, from, to, isLast) => {
        const transfer = isLast ? [data.body.buffer, data.layout.buffer] : [];
        const bytes = data.body.length;
        this.#bytes += bytes;
        const message: ToThread = { kind: "encode", group, data, from, to };
        // A failure is told by the end of the row group, and by `room`.
        this.#ask(thread, message, bytes, transfer).catch(() => undefined);
      },
      end: async () => {
        const answer = await this.#ask(thread, { kind: "end", group }, 0);
        return (answer as Extract<FromThread, { kind: "ended" }>).encoded;
      },
    };
  }

  /** Waits while so much is on its way that nothing should be added. Throws when a thread has failed. */
  async room(): Promise<void> {
    while (this.#bytes > MOST_BYTES && !this.#problem) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    if (this.#problem) throw this.#problem;
  }

  /** Ends the threads. What they have not done they never will. */
  async close(): Promise<void> {
    this.#fail(new Error("the threads were ended"));
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #ask(
    thread: Thread,
    message: ToThread,
    bytes: number,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<FromThread> {
    if (this.#problem) return Promise.reject(this.#problem);
    return new Promise((resolve, reject) => {
      thread.tasks.push({ bytes, resolve, reject });
      thread.worker.postMessage(message, transfer);
    });
  }

  /** The thread with the least to do, or a new one. */
  #freest(): Thread {
    const [freest] = [...this.#threads].sort((a, b) => a.tasks.length - b.tasks.length);
    return freest && (freest.tasks.length === 0 || this.#threads.length >= this.most)
      ? freest
      : this.#start();
  }

  #start(): Thread {
    const worker = startThread(new URL("./thread.js", import.meta.url), {
      workerData: this.#setup,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    const thread: Thread = { worker, tasks: [] };
    worker.on("message", (message: FromThread) => this.#receive(thread, message));
    worker.on("error", (error) => this.#fail(error));
    this.#threads.push(thread);
    return thread;
  }

  #receive({ tasks }: Thread, message: FromThread): void {
    if (message.kind === "failed") {
      this.#fail(errorOf(message.failure));
      return;
    }
    const task = tasks.shift();
    // Something has failed, and nobody waits for answers any more.
    if (!task) return;
    this.#bytes -= task.bytes;
    task.resolve(message);
    this.#awake();
  }

  #fail(error: Error): void {
    this.#problem ??= error;
    for (const { tasks } of this.#threads) for (const { reject } of tasks.splice(0)) reject(error);
    this.#awake();
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
