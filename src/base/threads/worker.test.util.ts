import { isMainThread } from "node:worker_threads";
import { Failure } from "../failure.js";
import { type Begin, serve } from "./serve.js";
import type { Traffic } from "./traffic.js";

/** A worker for tests of the pool: what its tasks do is written in them. */

export interface TestTraffic extends Traffic {
  /** `unread` counts the bytes of all parts that were sent and not read, and holds the most of them beside. */
  readonly setup: { readonly unread?: SharedArrayBuffer; readonly begins?: false };
  readonly task: TestTask;
  readonly part: { readonly task: number; readonly part: number; readonly of?: unknown };
  readonly result: { readonly task: number; readonly of?: unknown };
}

export interface TestTask {
  readonly task: number;
  /** Bytes of the parts that it gives. */
  readonly parts?: readonly number[];
  /** Turns of the event loop before each. */
  readonly turns?: number;
  readonly end?: keyof typeof ENDS;
  /** What a port cannot carry, for tests. */
  readonly of?: unknown;
}

/** How a task may end instead of with a result. */
const ENDS = {
  failure: () => {
    const cause = new Error("EIO: i/o error");
    throw new Failure("bad_input", "not UTF-8", { place: { file: "a.ndjson", line: 7 }, cause });
  },
  bug: () => {
    throw new TypeError("x is not a function\nand more");
  },
  text: () => {
    throw "only a text";
  },
  result: () => ({ of: () => {} }),
  exit: () => process.exit(3),
  memory: () => {
    const all: unknown[] = [];
    for (;;) all.push(Array(1000).fill({}));
  },
  /** Something that no task waits for. */
  aside: async () => {
    setImmediate(() => {
      throw new Failure("no_input", "cannot read a", { place: { file: "a" } });
    });
    await new Promise(() => {});
  },
  never: () => new Promise(() => {}),
} as const;

export const beginTest: Begin<TestTraffic> = ({ unread, begins }) => {
  if (begins === false) throw new Failure("no_input", "cannot open a");
  const counts = unread && new Int32Array(unread);
  return {
    async do({ task, parts = [], turns = 0, end }, send) {
      for (const [part, bytes] of parts.entries()) {
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
        if (counts) {
          const now = Atomics.add(counts, 0, bytes) + bytes;
          if (now > Atomics.load(counts, 1)) Atomics.store(counts, 1, now);
        }
        await send({ task, part }, bytes);
      }
      const more = end && (await ENDS[end]());
      return { result: { task, ...(more as object) } };
    },
  };
};

if (!isMainThread) serve(beginTest);
