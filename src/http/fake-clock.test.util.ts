import type { Clock } from "./clock.js";

/** A clock on which waiting takes no time; it remembers every wait, in milliseconds. */
export class FakeClock implements Clock {
  readonly waits: number[] = [];
  #now: number;

  constructor(now = Date.UTC(2024, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waits.push(milliseconds);
    this.#now += milliseconds;
  }
}
