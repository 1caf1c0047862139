import type { Clock } from "./clock.js";

/** A clock on which waiting takes no time; it remembers every wait, in milliseconds. */
export class FakeClock implements Clock {
  readonly waits: number[] = [];
  readonly #alarms = new Map<object, { readonly at: number; readonly ring: () => void }>();
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
    this.advance(milliseconds);
  }

  /** Rings when it is time on this clock or on a real one. */
  alarm(milliseconds: number, ring: () => void): () => void {
    const key = {};
    const timer = setTimeout(() => this.#ring(key), milliseconds);
    this.#alarms.set(key, { at: this.#now + milliseconds, ring });
    return () => {
      clearTimeout(timer);
      this.#alarms.delete(key);
    };
  }

  /** Lets time pass. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [key, { at }] of [...this.#alarms]) if (at <= this.#now) this.#ring(key);
  }

  #ring(key: object): void {
    const alarm = this.#alarms.get(key);
    this.#alarms.delete(key);
    alarm?.ring();
  }
}
