import type { MessagePort } from "node:worker_threads";
import { plainFailure } from "./plain-failure.js";
import type { FromWorker, ToWorker, Traffic, Transfer, WorkerStart } from "./traffic.js";

/** The worker's side of a pool. */

/** Takes the parts that a task gives. */
export interface Parts<Part> {
  /** Sends a part that counts for so many bytes. */
  send(part: Part, bytes: number, transfer?: Transfer): void;
  /** Where more than the credit is unread: ends when there is room. A task that sends parts waits for it now and then. */
  room(): Promise<void> | undefined;
}

/** The end of a task. */
export interface Answer<Result> {
  readonly result: Result;
  readonly transfer?: Transfer;
}

/** What a worker can do. */
export interface Service<T extends Traffic> {
  do(task: T["task"], parts: Parts<T["part"]>): Answer<T["result"]> | Promise<Answer<T["result"]>>;
  /** Frees what it holds where it is not a thread of its own, which frees everything at its end. */
  close?(): void;
}

/** Makes a service; what it throws is what every task ends with. */
export type Begin<T extends Traffic> = (setup: T["setup"]) => Service<T> | Promise<Service<T>>;

/** Serves the pool that has started this thread. The whole of a worker's module. */
export function serve<T extends Traffic>(begin: Begin<T>): void {
  const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads");
  const port = parentPort as MessagePort;
  // An `error` event of the thread would carry less of it.
  process.on("uncaughtException", (error) => {
    port.postMessage({ crash: plainFailure(error) } satisfies FromWorker<T>);
  });
  serveOn(port, workerData as WorkerStart<T>, begin);
}

/** Does the tasks that come through a port, one after the other, until it is closed. */
export function serveOn<T extends Traffic>(
  port: MessagePort,
  { setup, credit }: WorkerStart<T>,
  begin: Begin<T>,
): void {
  const service = new Promise<Service<T>>((resolve) => resolve(begin(setup)));
  service.catch(() => {});
  const parts = new CountedParts<T>(port, credit);
  const send = (message: FromWorker<T>, transfer?: Transfer) => port.postMessage(message, transfer);
  const answer = async (task: T["task"]) => {
    try {
      const { result, transfer } = await (await service).do(task, parts);
      send({ result }, transfer);
    } catch (error) {
      send({ failure: plainFailure(error) });
    }
  };
  let last = Promise.resolve();
  port.on("message", (message: ToWorker<T>) => {
    if ("read" in message) parts.add(-message.read);
    else last = last.then(() => answer(message.task));
  });
  port.on("close", () => service.then(({ close }) => close?.()).catch(() => {}));
}

/** Parts of all tasks of a worker, with the bytes that nobody has read yet. */
class CountedParts<T extends Traffic> implements Parts<T["part"]> {
  readonly #port: MessagePort;
  readonly #credit: number;
  #unread = 0;
  #wake: () => void = () => {};

  constructor(port: MessagePort, credit: number) {
    this.#port = port;
    this.#credit = credit;
  }

  send(part: T["part"], bytes: number, transfer?: Transfer): void {
    this.add(bytes);
    this.#port.postMessage({ part, bytes } satisfies FromWorker<T>, transfer);
  }

  room(): Promise<void> | undefined {
    return this.#unread > this.#credit ? this.#wait() : undefined;
  }

  /** Counts bytes that were sent, or read where they are less than 0. */
  add(bytes: number): void {
    this.#unread += bytes;
    if (this.#unread <= this.#credit) this.#wake();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
