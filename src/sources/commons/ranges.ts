import { type Job, Pool } from "../../base/threads/index.js";
import type { RangeEnded, RangePart, RangeSetup, RangeTask, RangeTraffic } from "./range-messages.js";
import { serveRanges } from "./serve-ranges.js";

/** Bytes of output that may wait to be written, of all workers together. */
const CREDIT = 16 * 1024 * 1024;
/** Ranges that a worker has at a time: one in hand, and one so that it need not wait for the next. */
const AHEAD = 2;
/**
 * Up to this many workers the main thread is one of them: it has little else to do, and every other thread has to start
 * and to warm up on its own, which together takes some 0.2 s of processor time. With more it would be in the way of the
 * writing.
 */
const MOST_WITH_MAIN = 2;

/** Has ranges of a file read ahead of the one that is wanted, and hands out what comes of them in order. */
export class Ranges {
  readonly #pool: Pool<RangeTraffic>;
  readonly close = () => this.#pool.close();
  /** Compressed bytes of a range, and how many ranges there are. */
  readonly #bytes: number;
  readonly #count: number;
  /** Jobs of ranges one after the other. */
  #jobs: Generator<Job<RangeTraffic>, void, void> | undefined;
  /** Ranges before this one are not wanted. */
  #wanted = 0;

  constructor(
    setup: RangeSetup,
    workers: number,
    bytes: number,
    size: number,
    signal: AbortSignal | undefined,
  ) {
    this.#bytes = bytes;
    this.#count = Math.ceil(size / bytes);
    this.#pool = new Pool({
      module: new URL("./range-worker.js", import.meta.url),
      setup,
      most: workers,
      ahead: AHEAD,
      credit: CREDIT,
      signal,
      here: workers <= MOST_WITH_MAIN ? serveRanges : undefined,
    });
  }

  /** The parts of the range that begins at a member, which lies at `position`, and then its end. */
  async *readFrom(position: number): AsyncGenerator<RangePart | RangeEnded, void, void> {
    let job = this.#jobAt(position);
    for (;;) {
      const part = await job.next();
      const message = part ?? (await job.result);
      if (message.start === position) {
        yield message;
        if (!part) return;
      } else {
        // What looked like a member is none: all that was read ahead may be wrong as well.
        job.giveUp();
        job = this.#startAt(position);
      }
    }
  }

  /** The job for the range in which a position lies; those before it are given up. */
  #jobAt(position: number): Job<RangeTraffic> {
    this.#wanted = Math.floor(position / this.#bytes);
    for (let job = this.#jobs?.next().value; job; job = this.#jobs?.next().value) {
      if (job.task.range === this.#wanted) return job;
      job.giveUp();
    }
    return this.#startAt(position);
  }

  /** Starts again with the range in which a position lies, and gives its job. */
  #startAt(position: number): Job<RangeTraffic> {
    this.#jobs?.return();
    this.#jobs = this.#pool.inOrder(this.#tasksFrom(position));
    return this.#jobs.next().value as Job<RangeTraffic>;
  }

  /** The range in which a known member lies, from there; then those after it, from the first member that is found in each. */
  *#tasksFrom(position: number): Generator<RangeTask, void> {
    let range = Math.floor(position / this.#bytes);
    yield { range, start: position, limit: (range + 1) * this.#bytes, isMember: true };
    for (;;) {
      range = Math.max(range + 1, this.#wanted);
      if (range >= this.#count) return;
      yield { range, start: range * this.#bytes, limit: (range + 1) * this.#bytes, isMember: false };
    }
  }
}
