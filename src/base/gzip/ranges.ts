import { type Job, Pool, type Service, type Traffic } from "../threads/index.js";

/** A part of the compressed file, in bytes. */
export interface RangeTask {
  /** Ranges are numbered in the order of the file. */
  readonly range: number;
  /** From here on a member is looked for … */
  readonly start: number;
  /** … and up to here, unless `start` is known to be one. */
  readonly limit: number;
  readonly isMember: boolean;
}

/**
 * What goes between the readers of ranges and the thread that puts them in order. `start` is where the first member of the
 * range begins; -1 where it has none, and gives nothing.
 */
export interface RangeTraffic extends Traffic {
  readonly task: RangeTask;
  readonly part: { readonly start: number };
  readonly result: { readonly start: number };
}

/** Who reads the ranges, and how they are cut. */
export interface RangesOptions<T extends RangeTraffic> {
  /** The module of a worker, and what it serves, for this thread. */
  readonly module: URL;
  readonly serve: (setup: T["setup"]) => Service<T>;
  readonly setup: T["setup"];
  readonly workers: number;
  /** Compressed bytes of a range. */
  readonly bytes: number;
  /** Of the file, in bytes. */
  readonly size: number;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of output that may wait to be written, of all workers together. */
const CREDIT = 16 * 1024 * 1024;
/** Ranges that a worker has at a time: one in hand, and one so that it need not wait for the next. */
const AHEAD = 2;
/**
 * Up to this many workers the main thread is one of them: it has little else to do, and every other thread has to start
 * and to warm up on its own, which together takes some 0.2 s of processor time. With more, it would hold up
 * the writing.
 */
const MOST_WITH_MAIN = 2;

/**
 * Has ranges of a gzip file read ahead, and gives what comes of them in the order of the file.
 *
 * The file is divided into ranges of equal size. Each worker takes the next range, looks for the first gzip member that
 * begins in it, and inflates and reads from there to the first member of the next range. It does so before it is known
 * whether that was a member or only bytes that look like one. So a range is used only if it begins where the one before it
 * ended; otherwise it is read again from there. A worker that is too far ahead waits, which bounds memory.
 */
export class Ranges<T extends RangeTraffic> {
  readonly #pool: Pool<T>;
  readonly close = () => this.#pool.close();
  readonly #bytes: number;
  /** How many ranges there are. */
  readonly #count: number;
  /** Jobs of ranges one after the other. */
  #jobs: Generator<Job<T>, void, void> | undefined;
  /** Ranges before this one are not wanted. */
  #wanted = 0;

  constructor({ serve, workers, bytes, size, ...rest }: RangesOptions<T>) {
    this.#bytes = bytes;
    this.#count = Math.ceil(size / bytes);
    const here = workers <= MOST_WITH_MAIN ? serve : undefined;
    this.#pool = new Pool({ ...rest, most: workers, ahead: AHEAD, credit: CREDIT, here });
  }

  /** The parts of the range that begins at a member, which lies at `position`, and then its end. */
  async *readFrom(position: number): AsyncGenerator<T["part"] | T["result"], void, void> {
    let job = this.#jobAt(position);
    for (;;) {
      const part = await job.next();
      const message = part ?? (await job.result);
      if (message.start === position) {
        yield message;
        if (!part) return;
      } else {
        // What looked like a member is not one: all that was read ahead may be wrong as well.
        job.giveUp();
        job = this.#startAt(position);
      }
    }
  }

  /** The job for the range in which a position lies; those before it are given up. */
  #jobAt(position: number): Job<T> {
    this.#wanted = Math.floor(position / this.#bytes);
    for (let job = this.#jobs?.next().value; job; job = this.#jobs?.next().value) {
      if (job.task.range === this.#wanted) return job;
      job.giveUp();
    }
    return this.#startAt(position);
  }

  /** Starts again with the range in which a position lies, and gives its job. */
  #startAt(position: number): Job<T> {
    this.#jobs?.return();
    this.#jobs = this.#pool.inOrder(this.#tasksFrom(position));
    return this.#jobs.next().value as Job<T>;
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
