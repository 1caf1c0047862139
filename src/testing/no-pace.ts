import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../base/http/clock.js";

/**
 * For tests: loaded before a command, it lets the time between requests (paces, waits before they are tried again) pass at
 * once. Limits of time go on as ever, as nothing but a wait moves the clock ahead.
 */
const now = systemClock.now;
let ahead = 0;

Object.assign(systemClock, {
  now: () => now() + ahead,
  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const end = systemClock.now() + milliseconds;
    await sleep(1, undefined, { signal }).catch(() => signal?.throwIfAborted());
    ahead = Math.max(ahead, end - now());
  },
});
