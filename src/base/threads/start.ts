import type { Worker, WorkerOptions } from "node:worker_threads";
import { refuseWithoutAddresses } from "../address-space.js";

/** Bytes of addresses that V8 takes for a thread: 512 MiB for its code alone. */
const THREAD_BYTES = 768 * 1024 * 1024;

/** Loaded when it is needed: every use of the database imports this, and few start a thread. */
export const workerThreads = () => process.getBuiltinModule("node:worker_threads");

/** How many threads have not taken their addresses yet. */
let starting = 0;

/** Starts a thread. Throws a `Failure` where a limit of the process leaves no room for one. */
export function startThread(url: URL, options: WorkerOptions = {}): Worker {
  refuseWithoutAddresses(THREAD_BYTES * (starting + 1));
  const { Worker } = workerThreads();
  const worker = new Worker(url, isFolderGone() ? { ...options, execArgv: PRELOADED } : options);
  starting++;
  return worker.once("online", () => {
    starting--;
  });
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
