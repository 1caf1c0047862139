import { Worker } from "node:worker_threads";
import type { Selection } from "./selection.js";
import type { FromWorker, RangeEnded, RangePart, ToWorker, WorkerSetup } from "./worker-messages.js";

/** Bytes of output that may wait to be written, of all workers together. */
const CREDIT = 64 * 1024 * 1024;
/** Orders that a worker has at a time: one in hand, and one so that it need not wait for the next. */
const ORDERS = 2;

/** One range that was ordered. */
interface Order {
  readonly id: number;
  readonly range: number;
  readonly worker: number;
  /** What came of it and was not yet taken. */
  readonly messages: FromWorker[];
}

/** Orders ranges of a file from workers, ahead of the one that is wanted, and hands out their messages in order. */
export class Workers {
  readonly #workers: Worker[];
  readonly #range: number;
  readonly #ranges: number;
  readonly #orders = new Map<number, Order>();
  /** How many orders each worker has, those that were given up included. */
  readonly #busy: number[];
  #lastId = 0;
  #nextRange = 0;
  #problem: unknown;
  #wake: () => void = () => {};

  constructor(
    setup: { readonly path: string; readonly selection: Selection; readonly stopAtFault: boolean },
    count: number,
    range: number,
    size: number,
    signal: AbortSignal | undefined,
  ) {
    this.#range = range;
    this.#ranges = Math.ceil(size / range);
    const workerData: WorkerSetup = { ...setup, credit: Math.floor(CREDIT / Math.max(count, 1)) };
    this.#busy = Array.from({ length: count }, () => 0);
    this.#workers = Array.from({ length: count }, (_, worker) =>
      new Worker(new URL("./worker.js", import.meta.url), { workerData })
        .on("message", (message: FromWorker) => this.#receive(worker, message))
        .on("error", (error) => this.#fail(error)),
    );
    const stop = () => this.#fail(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  }

  /** The messages of the range that begins at a member, which lies at `position`. */
  async *messagesFrom(position: number): AsyncGenerator<RangePart | RangeEnded, void> {
    let order = this.#orderAt(position);
    for (;;) {
      const message = await this.#next(order);
      if (message.kind === "started") {
        if (message.start === position) continue;
        // What looked like a member is none: all that was ordered ahead may be wrong as well.
        order = this.#orderAnew(position);
      } else if (message.kind === "part") {
        yield message;
        this.#acknowledge(order.worker, message);
      } else if (message.kind === "ended") {
        this.#orders.delete(order.id);
        yield message;
        return;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** The order for the range in which a position lies; orders before it are given up. */
  #orderAt(position: number): Order {
    const range = Math.floor(position / this.#range);
    let found: Order | undefined;
    for (const order of this.#orders.values()) {
      if (order.range < range) this.#giveUp(order);
      else if (order.range === range) found = order;
    }
    return found ?? this.#orderAnew(position);
  }

  #orderAnew(position: number): Order {
    for (const order of this.#orders.values()) this.#giveUp(order);
    const range = Math.floor(position / this.#range);
    const order = this.#send(this.#leastBusy(), range, position);
    this.#nextRange = range + 1;
    this.#orderAhead();
    return order;
  }

  /** Keeps every worker busy, but no further ahead than its orders. */
  #orderAhead(): void {
    for (;;) {
      const worker = this.#leastBusy();
      if (this.#nextRange >= this.#ranges || (this.#busy[worker] as number) >= ORDERS) return;
      this.#send(worker, this.#nextRange++);
    }
  }

  /** Orders a range, from a member that is known or from the first one that is found in it. */
  #send(worker: number, range: number, member?: number): Order {
    const order: Order = { id: ++this.#lastId, worker, range, messages: [] };
    this.#orders.set(order.id, order);
    this.#busy[worker] = (this.#busy[worker] as number) + 1;
    this.#workers[worker]?.postMessage({
      kind: "range",
      order: order.id,
      start: member ?? range * this.#range,
      limit: (range + 1) * this.#range,
      isMember: member !== undefined,
    } satisfies ToWorker);
    return order;
  }

  #leastBusy(): number {
    return this.#busy.indexOf(Math.min(...this.#busy));
  }

  #receive(worker: number, message: FromWorker): void {
    if (message.kind === "failed") {
      this.#fail(new Error(message.message));
      return;
    }
    const isLast = message.kind === "ended" || (message.kind === "started" && message.start === null);
    if (isLast) {
      this.#busy[worker] = (this.#busy[worker] as number) - 1;
      this.#orderAhead();
    }
    const order = this.#orders.get(message.order);
    if (order) order.messages.push(message);
    else if (message.kind === "part") this.#acknowledge(worker, message);
    this.#wake();
  }

  async #next({ messages }: Order): Promise<FromWorker> {
    for (;;) {
      if (this.#problem !== undefined) throw this.#problem;
      const message = messages.shift();
      if (message) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Lets a worker send more. */
  #acknowledge(worker: number, { bytes }: RangePart): void {
    if (bytes > 0) this.#workers[worker]?.postMessage({ kind: "written", bytes } satisfies ToWorker);
  }

  #giveUp({ id, worker, messages }: Order): void {
    this.#orders.delete(id);
    for (const message of messages) if (message.kind === "part") this.#acknowledge(worker, message);
  }

  #fail(problem: unknown): void {
    this.#problem ??= problem;
    this.#wake();
  }
}
