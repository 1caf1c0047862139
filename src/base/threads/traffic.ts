import type { PlainFailure } from "./plain-failure.js";

/** What goes between a pool and its workers: a user of the pool names the types in one place, for both sides. */
export interface Traffic {
  /** What a worker is started with. */
  readonly setup: unknown;
  /** A task that it is given. */
  readonly task: unknown;
  /** What a task gives on the way, a part at a time; `never` where it only has a result. */
  readonly part: unknown;
  /** What a task gives at its end. */
  readonly result: unknown;
}

/** The data that a thread is started with. */
export interface WorkerStart<T extends Traffic> {
  readonly setup: T["setup"];
  /** The most bytes of parts that the worker may have sent and nobody read yet, or one part more. */
  readonly credit: number;
}

/** A task, or how many bytes of parts were read. Tasks are done one after the other, in their order. */
export type ToWorker<T extends Traffic> = { readonly task: T["task"] } | { readonly read: number };

/** What came of the oldest task that has not ended, or what went wrong outside of all tasks. */
export type FromWorker<T extends Traffic> =
  | { readonly part: T["part"]; readonly bytes: number }
  | { readonly result: T["result"] }
  | { readonly failure: PlainFailure }
  | { readonly crash: PlainFailure };
