import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { errorOf, startThread } from "../../base/threads/index.js";
import type { FromServer, RangeEnded, RangePart, RangeSetup, ToServer } from "./range-messages.js";
import { serveRanges } from "./range-server.js";

/** Bytes of output that may wait to be written, of all servers together. */
const CREDIT = 16 * 1024 * 1024;
/** Orders that a server has at a time: one in hand, and one so that it need not wait for the next. */
const ORDERS = 2;
/**
 * Up to this many servers the main thread is one of them: it has little else to do, and every other thread has to start
 * and to warm up on its own, which together takes some 0.2 s of processor time. With more it would be in the way of the
 * writing.
 */
const MOST_WITH_MAIN = 2;

/** One range that was ordered. */
interface Order {
  readonly id: number;
  readonly range: number;
  readonly server: number;
  /** What came of it and was not yet taken. */
  readonly messages: FromServer[];
}

/** Orders ranges of a file from several servers, ahead of the one that is wanted, and hands out their messages in order. */
export class RangeServers {
  readonly #servers: readonly (Worker | MessagePort)[];
  readonly #range: number;
  readonly #ranges: number;
  readonly #orders = new Map<number, Order>();
  /** How many orders each server has, those that were given up included. */
  readonly #busy: number[];
  #lastId = 0;
  #nextRange = 0;
  #problem: unknown;
  #wake: () => void = () => {};

  constructor(
    setup: Omit<RangeSetup, "credit">,
    count: number,
    range: number,
    size: number,
    signal: AbortSignal | undefined,
  ) {
    this.#range = range;
    this.#ranges = Math.ceil(size / range);
    const withCredit: RangeSetup = { ...setup, credit: Math.floor(CREDIT / Math.max(count, 1)) };
    this.#busy = Array.from({ length: count }, () => 0);
    this.#servers = Array.from({ length: count }, (_, server) =>
      (server === 0 && count <= MOST_WITH_MAIN ? serveHere(withCredit) : serveInThread(withCredit))
        .on("message", (message: FromServer) => this.#receive(server, message))
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
        this.#acknowledge(order.server, message);
      } else if (message.kind === "ended") {
        this.#orders.delete(order.id);
        yield message;
        return;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => (server instanceof Worker ? server.terminate() : server.close())),
    );
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

  /** Keeps every server busy, but no further ahead than its orders. */
  #orderAhead(): void {
    for (;;) {
      const server = this.#leastBusy();
      if (this.#nextRange >= this.#ranges || (this.#busy[server] as number) >= ORDERS) return;
      this.#send(server, this.#nextRange++);
    }
  }

  /** Orders a range, from a member that is known or from the first one that is found in it. */
  #send(server: number, range: number, member?: number): Order {
    const order: Order = { id: ++this.#lastId, server, range, messages: [] };
    this.#orders.set(order.id, order);
    this.#busy[server] = (this.#busy[server] as number) + 1;
    this.#servers[server]?.postMessage({
      kind: "range",
      order: order.id,
      start: member ?? range * this.#range,
      limit: (range + 1) * this.#range,
      isMember: member !== undefined,
    } satisfies ToServer);
    return order;
  }

  #leastBusy(): number {
    return this.#busy.indexOf(Math.min(...this.#busy));
  }

  #receive(server: number, message: FromServer): void {
    if (message.kind === "failed") {
      this.#fail(errorOf(message.failure));
      return;
    }
    const isLast = message.kind === "ended" || (message.kind === "started" && message.start === null);
    if (isLast) {
      this.#busy[server] = (this.#busy[server] as number) - 1;
      this.#orderAhead();
    }
    const order = this.#orders.get(message.order);
    if (order) order.messages.push(message);
    else if (message.kind === "part") this.#acknowledge(server, message);
    this.#wake();
  }

  async #next({ messages }: Order): Promise<FromServer> {
    for (;;) {
      if (this.#problem !== undefined) throw this.#problem;
      const message = messages.shift();
      if (message) return message;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Lets a server send more. */
  #acknowledge(server: number, { bytes }: RangePart): void {
    if (bytes > 0) this.#servers[server]?.postMessage({ kind: "written", bytes } satisfies ToServer);
  }

  #giveUp({ id, server, messages }: Order): void {
    this.#orders.delete(id);
    for (const message of messages) if (message.kind === "part") this.#acknowledge(server, message);
  }

  #fail(problem: unknown): void {
    this.#problem ??= problem;
    this.#wake();
  }
}

function serveInThread(workerData: RangeSetup): Worker {
  return startThread(new URL("./worker.js", import.meta.url), { workerData });
}

function serveHere(setup: RangeSetup): MessagePort {
  const { port1, port2 } = new MessageChannel();
  serveRanges(port2, setup);
  return port1;
}
