import type { LineWriter } from "../../base/ndjson/index.js";

/** How many lines that are still to come are waited for at once. */
const MOST_COMING = 8;
/** How many finished lines wait for one that is still to come. */
const MOST_WAITING = 10_000;

/** Writes lines of which some are still to come, in the order in which they were added. */
export class InOrder {
  readonly #output: LineWriter;
  /** Ends when everything so far is written; the ones of lines that are still to come, the oldest first. */
  #last: Promise<void> | undefined;
  #coming: Promise<void>[] = [];
  #waiting = 0;

  constructor(output: LineWriter) {
    this.#output = output;
  }

  /** Adds one line, or none; gives a promise where the caller has to wait before adding more. */
  add(line: string | undefined | Promise<string | undefined>): Promise<void> | undefined {
    if (this.#waiting === 0 && !(line instanceof Promise)) {
      return line === undefined ? undefined : this.#output.write(line);
    }
    this.#waiting++;
    const before = this.#last;
    const written = this.#write(line, before);
    this.#last = written;
    // Whoever waits for it hears of a failure; nobody has to.
    written.catch(() => {});
    if (line instanceof Promise) this.#coming.push(written);
    const isFull = this.#coming.length >= MOST_COMING || this.#waiting >= MOST_WAITING;
    return isFull ? this.#coming.shift() : undefined;
  }

  async #write(
    line: string | undefined | Promise<string | undefined>,
    before: Promise<void> | undefined,
  ): Promise<void> {
    // Handled at once: the line may fail while those before it are still waited for.
    const coming = Promise.resolve(line);
    coming.catch(() => {});
    await before;
    const text = await coming;
    if (text !== undefined) await this.#output.write(text);
    this.#waiting--;
  }

  /** Waits until everything is written and out of the process. */
  async end(): Promise<void> {
    await this.#last;
    await this.#output.end();
  }
}
