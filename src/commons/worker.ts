import { fstatSync, openSync } from "node:fs";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { findMember, type SeekableFile } from "./gzip-members.js";
import { inflateRange, type RangeEnd } from "./member-range.js";
import { EntityReader } from "./reader.js";
import type { FromWorker, RangeOrder, ToWorker, WorkerSetup } from "./worker-messages.js";

/** A thread that inflates ranges of a file and reads the entities in them. */

const LF = 0x0a;
/** Output is sent in pieces of about this size. */
const BATCH = 512 * 1024;

const port = parentPort as MessagePort;
const { path, selection, stopAtFault, credit } = workerData as WorkerSetup;
const fd = openSync(path, "r");
const file: SeekableFile = { fd, size: fstatSync(fd).size };

/** Bytes of output that were sent and not yet written; while there are too many, the thread waits. */
let unwritten = 0;
let goOn: () => void = () => {};

let work = Promise.resolve();
port.on("message", (message: ToWorker) => {
  if (message.kind === "written") {
    unwritten -= message.bytes;
    goOn();
  } else {
    work = work
      .then(() => readRange(message))
      .catch((error: Error) => {
        send({ kind: "failed", message: error.stack ?? error.message });
      });
  }
});

function send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

async function readRange({ order, start, limit, isMember }: RangeOrder): Promise<void> {
  const first = isMember ? start : findMember(file, start, limit);
  send({ kind: "started", order, start: first === -1 ? null : first });
  if (first === -1) return;
  const results = new RangeResults(order, first > 0);
  const chunks = inflateRange(file, first, limit);
  for (;;) {
    const { value, done } = chunks.next();
    if (done) return results.end(value);
    results.add(value);
    while (unwritten > credit) {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }
  }
}

/** Reads the text of one range and sends what comes of it. */
class RangeResults {
  readonly #order: number;
  readonly #reader = new EntityReader(selection, { stopAtFault });
  /** The first line end has not come yet: the text is that of a line which the range before began. */
  #isInHead: boolean;
  #sent = { lines: 0, entities: 0, matches: 0 };

  /** `beginsWithin` says that the first bytes may be the end of a line. */
  constructor(order: number, beginsWithin: boolean) {
    this.#order = order;
    this.#isInHead = beginsWithin;
  }

  add(chunk: Buffer): void {
    let text = chunk;
    if (this.#isInHead) {
      const lineEnd = chunk.indexOf(LF) + 1;
      this.#isInHead = lineEnd === 0;
      // A copy: the chunk is used again before the message is read.
      this.#send(Buffer.from(this.#isInHead ? chunk : chunk.subarray(0, lineEnd)));
      if (this.#isInHead) return;
      text = chunk.subarray(lineEnd);
    }
    this.#reader.add(text);
    if (this.#reader.output.length >= BATCH || this.#reader.faults.length > 0) this.#send();
  }

  end(ending: RangeEnd): void {
    this.#send();
    const { opened, closed, totals } = this.#reader;
    send({
      kind: "ended",
      order: this.#order,
      rest: this.#reader.takeRest(),
      opened,
      closed,
      ...ending,
      ...(totals && { totals: totals.toJSON() }),
    });
  }

  #send(head?: Buffer): void {
    const { output: gathered, counts } = this.#reader;
    const output = gathered.take();
    const { lines, entities, matches } = counts;
    const part = {
      kind: "part" as const,
      order: this.#order,
      ...(head && { head }),
      output,
      bytes: output.length,
      counts: {
        lines: lines - this.#sent.lines,
        entities: entities - this.#sent.entities,
        matches: matches - this.#sent.matches,
      },
      faults: this.#reader.takeFaults().map((fault) => ({ ...fault, line: fault.line - this.#sent.lines })),
    };
    this.#sent = { lines, entities, matches };
    unwritten += output.length;
    send(part, [output.buffer as ArrayBuffer]);
  }
}
