import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, systemClock, TEST_CLOCK } from "../base/http/clock.js";

/**
 * For tests: loaded before a command, it lets the time between requests (paces, waits before they are tried again) pass at
 * once. Limits of time go on as ever, as nothing but a wait moves the clock ahead.
 */
let ahead = 0;

const clock: Clock = {
  ...systemClock,
  now: () => systemClock.now() + ahead,
  async sleep(milliseconds, signal) {
    const end = clock.now() + milliseconds;
    await sleep(1, undefined, { signal }).catch(() => signal?.throwIfAborted());
    ahead = Math.max(ahead, end - systemClock.now());
  },
};
Reflect.set(globalThis, TEST_CLOCK, clock);
