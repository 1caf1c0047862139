import type { Clock } from "./clock.js";

/** Keeps a minimum time between the starts of requests, also when several are wanted at once. */
export class Pace {
  readonly #delay: number;
  readonly #clock: Clock;
  #next = Number.NEGATIVE_INFINITY;

  /** `delay` in milliseconds. */
  constructor(delay: number, clock: Clock) {
    this.#delay = delay;
    this.#clock = clock;
  }

  /** Waits until the next request may start. */
  async turn(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const now = this.#clock.now();
    const start = Math.max(now, this.#next);
    // The turn is taken before waiting, so that the next caller queues after this one.
    this.#next = start + this.#delay;
    if (start > now) await this.#clock.sleep(start - now, signal);
  }
}
