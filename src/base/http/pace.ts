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

/** After that many failures in a row, a host is left alone for a while. */
const MOST_FAILURES = 3;
const REST_MS = 10 * 60 * 1000;

/**
 * Hosts that are left alone because nothing came of asking them: one that takes minutes to say nothing would otherwise
 * hold a walk at each of its files.
 */
export class Resting {
  readonly #clock: Clock;
  readonly #hosts = new Map<string, { failures: number; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has({ host }: URL): boolean {
    return (this.#hosts.get(host)?.until ?? 0) > this.#clock.now();
  }

  /** Notes whether a request to a host failed. */
  note({ host }: URL, hasFailed: boolean): void {
    if (!hasFailed) {
      this.#hosts.delete(host);
      return;
    }
    const failures = (this.#hosts.get(host)?.failures ?? 0) + 1;
    const rests = failures >= MOST_FAILURES;
    this.#hosts.set(host, { failures: rests ? 0 : failures, until: rests ? this.#clock.now() + REST_MS : 0 });
  }
}
