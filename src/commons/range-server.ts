import { closeSync, fstatSync, openSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import { plainFailure } from "../threads.js";
import { findMember, type SeekableFile } from "./gzip-members.js";
import { inflateRange, type RangeEnd } from "./member-range.js";
import type {
  FromServer,
  RangeEnded,
  RangeOrder,
  RangePart,
  RangeSetup,
  ToServer,
} from "./range-messages.js";
import { EntityReader } from "./reader.js";

const LF = 0x0a;
/** Output is sent in pieces of about this size. */
const BATCH = 512 * 1024;

/** Reads the ranges of a file that are ordered through a port, and sends what comes of them, until the port is closed. */
export function serveRanges(port: MessagePort, setup: RangeSetup): void {
  const server = new RangeServer(port, setup);
  port.on("message", (message: ToServer) => server.receive(message));
  port.on("close", () => server.close());
}

class RangeServer {
  readonly #port: MessagePort;
  readonly #setup: RangeSetup;
  readonly #file: SeekableFile;
  /** Orders are worked off one after the other. */
  #work = Promise.resolve();
  /** Bytes of output that were sent and not yet written; while there are too many, reading waits. */
  #unwritten = 0;
  #goOn: () => void = () => {};

  constructor(port: MessagePort, setup: RangeSetup) {
    this.#port = port;
    this.#setup = setup;
    const fd = openSync(setup.path, "r");
    this.#file = { fd, size: fstatSync(fd).size };
  }

  receive(message: ToServer): void {
    if (message.kind === "written") {
      this.#unwritten -= message.bytes;
      this.#goOn();
    } else {
      this.#work = this.#work
        .then(() => this.#readRange(message))
        .catch((error: unknown) => this.#send({ kind: "failed", failure: plainFailure(error) }));
    }
  }

  close(): void {
    closeSync(this.#file.fd);
  }

  async #readRange({ order, start, limit, isMember }: RangeOrder): Promise<void> {
    // In the main thread, what came of other ranges is written first.
    await setImmediate();
    const first = isMember ? start : findMember(this.#file, start, limit);
    this.#send({ kind: "started", order, start: first === -1 ? null : first });
    if (first === -1) return;
    const results = new RangeResults(order, this.#setup, first > 0);
    const chunks = inflateRange(this.#file, first, limit);
    for (;;) {
      const { value, done } = chunks.next();
      if (done) {
        this.#sendPart(results.take());
        this.#send(results.ending(value));
        return;
      }
      for (const part of results.add(value)) this.#sendPart(part);
      while (this.#unwritten > this.#setup.credit) {
        await new Promise<void>((resolve) => {
          this.#goOn = resolve;
        });
      }
    }
  }

  #sendPart(part: RangePart): void {
    this.#unwritten += part.bytes;
    this.#send(part, [part.output.buffer as ArrayBuffer]);
  }

  #send(message: FromServer, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

/** Reads the text of one range, and gathers what comes of it. */
class RangeResults {
  readonly #order: number;
  readonly #reader: EntityReader;
  /** The first line end has not come yet: the text is that of a line which the range before began. */
  #isInHead: boolean;
  #sent = { lines: 0, entities: 0, matches: 0 };

  /** `beginsWithin` says that the first bytes may be the end of a line. */
  constructor(order: number, { selection, stopAtFault }: RangeSetup, beginsWithin: boolean) {
    this.#order = order;
    this.#reader = new EntityReader(selection, { stopAtFault });
    this.#isInHead = beginsWithin;
  }

  /** Reads a chunk of text; gives what is to be sent already. */
  *add(chunk: Buffer): Generator<RangePart> {
    let text = chunk;
    if (this.#isInHead) {
      const lineEnd = chunk.indexOf(LF) + 1;
      this.#isInHead = lineEnd === 0;
      // A copy: the chunk is used again before the message is read.
      yield this.take(Buffer.from(this.#isInHead ? chunk : chunk.subarray(0, lineEnd)));
      if (this.#isInHead) return;
      text = chunk.subarray(lineEnd);
    }
    this.#reader.add(text);
    if (this.#reader.output.length >= BATCH || this.#reader.faults.length > 0) yield this.take();
  }

  /** What came of the text since it was last taken. */
  take(head?: Buffer): RangePart {
    const { output: gathered, counts } = this.#reader;
    const output = gathered.take();
    const { lines, entities, matches } = counts;
    const part: RangePart = {
      kind: "part",
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
    return part;
  }

  ending(ending: RangeEnd): RangeEnded {
    const { opened, closed, totals } = this.#reader;
    return {
      kind: "ended",
      order: this.#order,
      rest: this.#reader.takeRest(),
      opened,
      closed,
      ...ending,
      ...(totals && { totals: totals.toJSON() }),
    };
  }
}
