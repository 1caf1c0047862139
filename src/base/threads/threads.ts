import { readFileSync } from "node:fs";
import type { Worker, WorkerOptions } from "node:worker_threads";
import { Failure, shortageOf } from "../failure.js";

/** Starting threads where there is room for them, and what goes wrong in one, told in another. */

/** What went wrong, in a form that a port carries: of a `Failure` it would leave an `Error`. */
export interface PlainFailure {
  readonly outcome: Failure["outcome"];
  readonly message: string;
  readonly place?: Failure["place"];
  /** Where in the program it happened. */
  readonly stack?: string | undefined;
}

export function plainFailure(error: unknown): PlainFailure {
  const failure = error instanceof Failure ? error : shortageOf(error);
  const stack = error instanceof Error ? error.stack : undefined;
  if (!failure)
    return { outcome: "unexpected", message: error instanceof Error ? error.message : String(error), stack };
  const { outcome, message, place } = failure;
  return { outcome, message, stack, ...(place && { place }) };
}

/** The error that it was, for who waits in this thread; one that nobody thought of is none of ours here, too. */
export function errorOf({ outcome, message, place, stack }: PlainFailure): Error {
  const error =
    outcome === "unexpected" ? new Error(message) : new Failure(outcome, message, place ? { place } : {});
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Bytes of addresses that V8 takes for a thread (512 MiB for its code alone), and a command beside what Node takes at its start. */
const THREAD_BYTES = 768 * 1024 * 1024;
const COMMAND_BYTES = 128 * 1024 * 1024;

/** How many threads have not taken their addresses yet. */
let starting = 0;

/** Starts a thread. Throws a `Failure` where a limit of the process leaves no room for one. */
export function startThread(url: URL, options: WorkerOptions = {}): Worker {
  refuseWithoutAddresses(THREAD_BYTES * (starting + 1));
  // Every command asks here for addresses, and few start a thread: loaded when it is needed.
  const threads = process.getBuiltinModule("node:worker_threads");
  const worker = new threads.Worker(url, isFolderGone() ? { ...options, execArgv: PRELOADED } : options);
  starting++;
  return worker.once("online", () => {
    starting--;
  });
}

/** Refuses to go on where there are too few addresses: V8 would abort the process, which nobody can catch. */
export function refuseWithoutAddresses(bytes = COMMAND_BYTES): void {
  if (addressesLeft() >= bytes) return;
  throw new Failure("temporary", "no room for more addresses: allow more with ulimit -v");
}

/** How many bytes of addresses the process may still take, by proc(5). */
function addressesLeft(): number {
  try {
    const [, limit] = /^Max address space +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    if (limit === undefined) return Number.POSITIVE_INFINITY;
    const [, taken] = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(limit) - Number(taken) * 1024;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * A thread asks where it is, for a message that nobody reads, and dies where the working folder was deleted. It asks twice
 * where it loads something before its own module, and the second answer is nothing.
 */
const PRELOADED = [...process.execArgv, "--require", "node:path"];

function isFolderGone(): boolean {
  try {
    process.cwd();
    return false;
  } catch {
    return true;
  }
}
