import type { Traffic } from "./traffic.js";

/** A task that a worker was given, and what came of it. */
export class Job<T extends Traffic> {
  readonly task: T["task"];
  /** Bytes that the task holds until it is done. */
  readonly bytes: number;
  /** It need not be waited for: a failure is also reported to whatever else waits for the pool. */
  readonly result: Promise<T["result"]>;
  readonly #acknowledge: (bytes: number) => void;
  /** Parts that have not been taken yet. */
  readonly #parts: { readonly part: T["part"]; readonly bytes: number }[] = [];
  /** Bytes of the part that was taken and is not yet read. */
  #taken = 0;
  #isEnded = false;
  #isGivenUp = false;
  #wake: () => void = () => {};
  #resolve!: (result: T["result"]) => void;
  #reject!: (error: unknown) => void;

  /** `acknowledge` lets the worker send that many bytes more. */
  constructor(task: T["task"], bytes: number, acknowledge: (bytes: number) => void) {
    this.task = task;
    this.bytes = bytes;
    this.#acknowledge = acknowledge;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.result.catch(() => {});
  }

  /** The next part, as soon as it is there; the one before is read then. Undefined after the last: the result is there. */
  async next(): Promise<T["part"] | undefined> {
    this.#read();
    while (this.#parts.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const next = this.#parts.shift();
    if (!next) {
      await this.result;
      return undefined;
    }
    this.#taken = next.bytes;
    return next.part;
  }

  /** Its parts and result are no longer wanted. The worker finishes the task all the same, without waiting for a reader. */
  giveUp(): void {
    this.#isGivenUp = true;
    for (const { bytes } of this.#parts.splice(0)) this.#taken += bytes;
    this.#read();
  }

  #read(): void {
    if (this.#taken > 0) this.#acknowledge(this.#taken);
    this.#taken = 0;
  }

  add(part: T["part"], bytes: number): void {
    this.#parts.push({ part, bytes });
    if (this.#isGivenUp) this.giveUp();
    this.#wake();
  }

  /** Ends it; parts that came before are read first. */
  end(end: { readonly result: T["result"] } | { readonly error: unknown }): void {
    if ("error" in end) this.#reject(end.error);
    else this.#resolve(end.result);
    this.#isEnded = true;
    this.#wake();
  }
}
