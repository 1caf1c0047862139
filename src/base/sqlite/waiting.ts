import { setTimeout as sleep } from "node:timers/promises";
import { isBusy } from "./errors.js";

/** Waiting for other programs that use the database: by looking again and again, so that Ctrl-C gets through. */

/** How another program is waited for. */
export interface Waiting {
  /** For as long as it takes. */
  readonly wait: boolean;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** How long another program is waited for without `--wait`, and how often it is tried again. */
const PATIENCE_MS = 5000;
const LOOK_MS = 20;

/** Tries something until no other program is in the way; in the end throws what `giveUp` makes of the last error. */
export async function patiently<T>(
  attempt: () => T,
  { wait, signal }: Waiting,
  giveUp: (error: unknown) => unknown = (error) => error,
): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      signal.throwIfAborted();
      if (!wait && performance.now() > end) throw giveUp(error);
    }
    await sleep(LOOK_MS);
  }
}
