import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { MediaType } from "../record/index.js";
import type { BatchData } from "./batch.js";
import type { EncoderSetup, FromEncoder, ToEncoder } from "./encoder-messages.js";
import type { EncodedRowGroup } from "./pages/index.js";

/** One thread that reads lines keeps two or three busy that encode. */
const MOST_THREADS = 3;
/** Bytes of batches that may be on their way to the threads. */
const MOST_BYTES = 12 * 1024 * 1024;

/** A thread, and what it still has to do. */
interface Thread {
  readonly worker: Worker;
  /** Sizes of the batches that it has not taken yet, the oldest first. */
  readonly waiting: number[];
  /** Row groups that it has begun and not ended. */
  open: number;
}

/** A row group that a thread encodes. */
export interface OpenRowGroup {
  add(batch: BatchData, bytes: number): void;
  end(): Promise<EncodedRowGroup>;
}

/** Threads that encode row groups; started when they are needed. */
export class Encoders {
  readonly #setup: EncoderSetup;
  readonly #most: number;
  readonly #threads: Thread[] = [];
  readonly #ends = new Map<
    number,
    { resolve: (encoded: EncodedRowGroup) => void; reject: (error: unknown) => void }
  >();
  /** Memory of batches that have been encoded. */
  readonly #spare: ArrayBuffer[] = [];
  #groups = 0;
  #bytes = 0;
  #problem: Error | undefined;
  #wake: (() => void)[] = [];

  constructor(setup: EncoderSetup, most = Math.min(availableParallelism(), MOST_THREADS)) {
    this.#setup = setup;
    this.#most = most;
  }

  begin(media: MediaType): OpenRowGroup {
    const group = this.#groups++;
    const thread = this.#freest();
    thread.open++;
    this.#post(thread, { kind: "begin", group, media });
    return {
      add: (batch, bytes) => {
        thread.waiting.push(bytes);
        this.#bytes += bytes;
        this.#post(thread, { kind: "batch", group, batch }, [batch.body.buffer]);
      },
      end: () => {
        thread.open--;
        const ended = new Promise<EncodedRowGroup>((resolve, reject) => {
          this.#ends.set(group, { resolve, reject });
          if (this.#problem) reject(this.#problem);
        });
        // Whoever waits for it hears of a failure; nobody has to.
        ended.catch(() => undefined);
        this.#post(thread, { kind: "end", group });
        return ended;
      },
    };
  }

  /** Memory for the next batch, where there is some that was used before. */
  takeSpare(): ArrayBuffer | undefined {
    return this.#spare.pop();
  }

  /** A promise when so much is on its way that nothing should be added for now. Throws when a thread has failed. */
  room(): Promise<void> | undefined {
    if (this.#problem) throw this.#problem;
    return this.#bytes > MOST_BYTES ? this.#wait() : undefined;
  }

  /** Ends the threads. Row groups that are not encoded yet never will be. */
  async close(): Promise<void> {
    if (this.#ends.size > 0) this.#fail(new Error("the encoder was closed"));
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  async #wait(): Promise<void> {
    while (this.#bytes > MOST_BYTES && !this.#problem) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    if (this.#problem) throw this.#problem;
  }

  /** The thread with the least to do, or a new one. */
  #freest(): Thread {
    const load = ({ open, waiting }: Thread) => open + waiting.length;
    const [freest] = [...this.#threads].sort((a, b) => load(a) - load(b));
    return freest && (load(freest) === 0 || this.#threads.length >= this.#most) ? freest : this.#start();
  }

  #start(): Thread {
    const worker = new Worker(new URL("./encoder-worker.js", import.meta.url), { workerData: this.#setup });
    const thread = { worker, waiting: [], open: 0 };
    worker.on("message", (message: FromEncoder) => this.#receive(thread, message));
    worker.on("error", (error) => this.#fail(error));
    this.#threads.push(thread);
    return thread;
  }

  #post({ worker }: Thread, message: ToEncoder, transfer: readonly ArrayBuffer[] = []): void {
    worker.postMessage(message, transfer);
  }

  #receive(thread: Thread, message: FromEncoder): void {
    switch (message.kind) {
      case "failed":
        this.#fail(new Error(message.message));
        break;
      case "taken":
        this.#spare.push(message.buffer);
        this.#bytes -= thread.waiting.shift() ?? 0;
        this.#awake();
        break;
      case "encoded":
        this.#ends.get(message.group)?.resolve(message.encoded);
        this.#ends.delete(message.group);
    }
  }

  #fail(error: Error): void {
    this.#problem ??= error;
    for (const { reject } of this.#ends.values()) reject(error);
    this.#awake();
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
