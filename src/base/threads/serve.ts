import type { MessagePort } from "node:worker_threads";
import { plainFailure } from "./plain-failure.js";
import { workerThreads } from "./start.js";
import type { FromWorker, ToWorker, Traffic, WorkerStart } from "./traffic.js";

/** The worker's side of a pool. */

/** Sends a part, which counts as a number of bytes. Where more than the credit is unread, gives what the task should wait for. */
export type Send<Part> = (
  part: Part,
  bytes: number,
  transfer?: readonly ArrayBuffer[],
) => Promise<void> | undefined;

/** The end of a task. */
export interface Answer<Result> {
  readonly result: Result;
  readonly transfer?: readonly ArrayBuffer[];
}

/** What a worker can do. */
export interface Service<T extends Traffic> {
  do(task: T["task"], send: Send<T["part"]>): Answer<T["result"]> | Promise<Answer<T["result"]>>;
  /** Frees what it holds where it is not a thread of its own, which frees everything at its end. */
  close?(): void;
}

/** Makes a service; what it throws is what every task ends with. */
export type Begin<T extends Traffic> = (setup: T["setup"]) => Service<T> | Promise<Service<T>>;

/** Serves the pool that has started this thread. The whole of a worker's module. */
export function serve<T extends Traffic>(begin: Begin<T>): void {
  const { parentPort, workerData } = workerThreads();
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
  const post = (message: FromWorker<T>, transfer?: readonly ArrayBuffer[]) =>
    port.postMessage(message, transfer);
  const service = (async () => begin(setup))();
  service.catch(() => {});
  /** Bytes of parts that were sent and not yet read. */
  let unread = 0;
  let wake = () => {};
  const send: Send<T["part"]> = (part, bytes, transfer) => {
    unread += bytes;
    post({ part, bytes }, transfer);
    return unread > credit ? new Promise<void>((resolve) => (wake = resolve)) : undefined;
  };
  const answer = async (task: T["task"]) => {
    try {
      const { result, transfer } = await (await service).do(task, send);
      post({ result }, transfer);
    } catch (error) {
      post({ failure: plainFailure(error) });
    }
  };
  let last = Promise.resolve();
  port.on("message", (message: ToWorker<T>) => {
    if ("task" in message) last = last.then(() => answer(message.task));
    else {
      unread -= message.read;
      if (unread <= credit) wake();
    }
  });
  port.on("close", () => service.then(({ close }) => close?.()).catch(() => {}));
}
