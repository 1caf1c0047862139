import type { MessagePort, ResourceLimits, Worker } from "node:worker_threads";
import { Job } from "./job.js";
import { errorOf, plainFailure } from "./plain-failure.js";
import { type Begin, serveOn } from "./serve.js";
import { startThread, workerThreads } from "./start.js";
import type { FromWorker, ToWorker, Traffic, WorkerStart } from "./traffic.js";

export interface PoolOptions<T extends Traffic> {
  /** The module that the threads run: it calls `serve`. */
  readonly module: URL;
  readonly setup: T["setup"];
  /** How many workers there may be. */
  readonly most: number;
  /** Tasks that a worker has at a time, of those that are started ahead; 1 where it is left out. */
  readonly ahead?: number;
  /** The most bytes of parts that may wait for their reader, of all workers together. */
  readonly credit?: number;
  readonly resourceLimits?: ResourceLimits;
  /** Ends all jobs at once, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Has the first worker serve in this thread, which costs no start. */
  readonly here?: Begin<T> | undefined;
}

/** A worker, and its tasks that have not ended, the oldest first: it does them in their order. */
export interface PoolWorker<T extends Traffic> {
  readonly port: Worker | MessagePort;
  readonly jobs: Job<T>[];
}

/**
 * Workers that do tasks, started when they are needed. Each task that was started is a job. A failure in a task ends that
 * job, with the same error; a worker that dies ends them all. Has to be closed.
 */
export class Pool<T extends Traffic> {
  readonly #options: PoolOptions<T>;
  readonly #workers: PoolWorker<T>[] = [];
  readonly #stop = () => this.fail(this.#options.signal?.reason);
  #problem: { readonly reason: unknown } | undefined;
  /** Bytes of tasks that have not ended. */
  #bytes = 0;
  /** Starts tasks ahead where there is room. */
  #fill: () => void = () => {};

  constructor(options: PoolOptions<T>) {
    this.#options = options;
    const { signal } = options;
    if (signal?.aborted) this.#stop();
    signal?.addEventListener("abort", this.#stop, { once: true });
  }

  /** How many tasks have not ended. */
  get unfinished(): number {
    return this.#workers.reduce((sum, { jobs }) => sum + jobs.length, 0);
  }

  /**
   * The worker with the least to do, or a new one where all have something. With `held`, of those that hold the fewest
   * things for tasks to come.
   */
  freest(held: (worker: PoolWorker<T>) => number = () => 0): PoolWorker<T> {
    const [freest] = [...this.#workers].sort((a, b) => held(a) - held(b) || a.jobs.length - b.jobs.length);
    const isTaken = freest && (freest.jobs.length === 0 || this.#workers.length >= this.#options.most);
    return isTaken ? freest : this.#start();
  }

  /** Gives a task to a worker, the freest one where `on` is left out. `bytes` is what the task holds, for `room`. */
  start(
    task: T["task"],
    {
      on,
      bytes = 0,
      transfer = [],
    }: { on?: PoolWorker<T>; bytes?: number; transfer?: readonly ArrayBuffer[] } = {},
  ): Job<T> {
    let worker = on;
    const job: Job<T> = new Job(task, bytes, (read) =>
      worker?.port.postMessage({ read } satisfies ToWorker<T>),
    );
    try {
      if (this.#problem) throw this.#problem.reason;
      worker ??= this.freest();
      worker.port.postMessage({ task } satisfies ToWorker<T>, transfer);
      worker.jobs.push(job);
      this.#bytes += bytes;
    } catch (error) {
      // There is no room for a thread, or the task cannot be sent through a port: the same is true of those after it.
      this.fail(error);
      job.end({ error });
    }
    return job;
  }

  /** The jobs of tasks, in their order, started ahead as far as workers have room. One such row at a time. */
  *inOrder(tasks: Iterator<T["task"], void>): Generator<Job<T>, void, void> {
    const started: Job<T>[] = [];
    const startOne = () => {
      const { value, done } = tasks.next();
      if (!done) started.push(this.start(value));
      return !done;
    };
    const { most, ahead = 1 } = this.#options;
    const hasRoom = () =>
      this.#workers.length < most || this.#workers.some(({ jobs }) => jobs.length < ahead);
    this.#fill = () => {
      while (!this.#problem && hasRoom() && startOne());
    };
    try {
      for (;;) {
        // All workers may be busy with what was given up.
        if (started.length === 0 && !startOne()) return;
        this.#fill();
        yield started.shift() as Job<T>;
      }
    } finally {
      this.#fill = () => {};
      for (const job of started) job.giveUp();
    }
  }

  /** Waits while tasks that have not ended hold more bytes than these. Throws what one of them, or the pool, fails with. */
  async room(bytes: number): Promise<void> {
    while (this.#bytes > bytes && !this.#problem) {
      await Promise.race(this.#workers.flatMap(({ jobs }) => jobs.map(({ result }) => result)));
    }
    if (this.#problem) throw this.#problem.reason;
  }

  /** Ends all jobs, and those to come, with the first reason that this is called with. */
  fail(reason: unknown): void {
    this.#problem ??= { reason };
    for (const job of this.#workers.flatMap(({ jobs }) => jobs.splice(0))) {
      job.giveUp();
      job.end({ error: this.#problem.reason });
    }
  }

  /** Ends the workers; tasks that have not ended fail. */
  async close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#stop);
    this.fail(new Error("the threads were ended"));
    await Promise.all(
      this.#workers.map(({ port }) => ("terminate" in port ? port.terminate() : port.close())),
    );
  }

  #start(): PoolWorker<T> {
    const {
      here,
      module,
      setup,
      resourceLimits = {},
      credit = Number.POSITIVE_INFINITY,
      most,
    } = this.#options;
    const workerData: WorkerStart<T> = { setup, credit: Math.floor(credit / most) };
    let port: Worker | MessagePort;
    if (here && this.#workers.length === 0) {
      const { port1, port2 } = new (workerThreads().MessageChannel)();
      serveOn(port2, workerData, here);
      port = port1;
    } else port = startThread(module, { workerData, resourceLimits });
    const worker: PoolWorker<T> = { port, jobs: [] };
    this.#workers.push(worker);
    port.on("message", (message: FromWorker<T>) => this.#receive(worker, message));
    if ("terminate" in port) {
      port.on("error", (error) => this.fail(errorOf(plainFailure(error))));
      port.on("messageerror", (error) => this.fail(error));
      port.on("exit", (code) => this.fail(new Error(`a thread ended by itself, with code ${code}`)));
    }
    return worker;
  }

  #receive({ jobs }: PoolWorker<T>, message: FromWorker<T>): void {
    const [job] = jobs;
    if ("crash" in message) this.fail(errorOf(message.crash));
    // Without a job something has failed, and nothing is waited for any more.
    else if (!job) return;
    else if ("part" in message) job.add(message.part, message.bytes);
    else {
      jobs.shift();
      this.#bytes -= job.bytes;
      job.end("failure" in message ? { error: errorOf(message.failure) } : message);
      this.#fill();
    }
  }
}
