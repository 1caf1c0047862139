import { closeSync, fstatSync, openSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import type { Text } from "../../base/gzip/index.js";
import { plainFailure } from "../../base/threads/index.js";
import { findMember, type SeekableFile } from "./gzip-members.js";
import { inflateRange, locateDamage, type RangeEnd } from "./member-range.js";
import type {
  FromServer,
  RangeEnded,
  RangeOrder,
  RangePart,
  RangeSetup,
  ToServer,
} from "./range-messages.js";
import { EntityReader, MOST_UNSURE } from "./reader.js";

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
    const texts = inflateRange(this.#file, first, limit);
    for (;;) {
      const { value, done } = texts.next();
      if (done) {
        const damage = await locateDamage(this.#file, value);
        for (const message of results.end({ end: value.position, ...(damage && { damage }) })) {
          if (message.kind === "part") this.#sendPart(message);
          else this.#send(message);
        }
        return;
      }
      const part = results.add(value);
      if (part) this.#sendPart(part);
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

/**
 * Reads the text of one range, and gathers what comes of it. Nothing is sent of a member before its checksum is known to
 * be right, or it is too much to be held.
 */
class RangeResults {
  readonly #order: number;
  readonly #reader: EntityReader;
  /** The first line end has not come yet: the text is that of a line which the range before began. */
  #isInHead: boolean;
  /** That text, as far as it was not sent. */
  #head: Buffer[] = [];
  /** How much text was read since all was known to be sound. */
  #unsure = 0;
  /** As much of the head is sound, and whether it goes on. */
  #sound: { head: number; isInHead: boolean };
  #sent = { lines: 0, entities: 0, matches: 0 };

  /** `beginsWithin` says that the first bytes may be the end of a line. */
  constructor(order: number, { selection, stopAtFault }: RangeSetup, beginsWithin: boolean) {
    this.#order = order;
    this.#reader = new EntityReader(selection, { stopAtFault });
    this.#isInHead = beginsWithin;
    this.#sound = { head: 0, isInHead: beginsWithin };
  }

  /** Reads a piece of text; gives what is to be sent already. */
  add({ text, isSound }: Text): RangePart | undefined {
    this.#read(text);
    this.#unsure += text.length;
    if (!isSound && this.#unsure < MOST_UNSURE) return undefined;
    this.#unsure = 0;
    const { output, faults } = this.#reader;
    const isEnough = this.#head.length > 0 || output.length >= BATCH || faults.length > 0;
    const part = isEnough ? this.#take() : undefined;
    this.#mark();
    return part;
  }

  #read(text: Buffer): void {
    if (!this.#isInHead) {
      this.#reader.add(text);
      return;
    }
    const lineEnd = text.indexOf(LF) + 1;
    this.#isInHead = lineEnd === 0;
    // A copy: the text is used again before the message is read.
    this.#head.push(Buffer.from(this.#isInHead ? text : text.subarray(0, lineEnd)));
    if (!this.#isInHead) this.#reader.add(text.subarray(lineEnd));
  }

  /** What was read since it was last taken. */
  #take(): RangePart {
    const { output: gathered, counts } = this.#reader;
    const output = gathered.take();
    const head = Buffer.concat(this.#head);
    this.#head = [];
    const { lines, entities, matches } = counts;
    const part: RangePart = {
      kind: "part",
      order: this.#order,
      ...(head.length > 0 && { head }),
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

  /** All that was read so far is sound. */
  #mark(): void {
    this.#reader.mark();
    this.#sound = { head: this.#head.length, isInHead: this.#isInHead };
  }

  /** The last of what came of the range. Of a member that is damaged nothing is given; of one that is cut off, what there is. */
  *end({ end, damage }: RangeEnd): Generator<RangePart | RangeEnded> {
    let withheld = 0;
    if (damage && !damage.isCut) {
      withheld = this.#reader.rollBack();
      this.#head.length = this.#sound.head;
      this.#isInHead = this.#sound.isInHead;
    } else this.#mark();
    yield this.#take();
    const { opened, closed, totals } = this.#reader;
    yield {
      kind: "ended",
      order: this.#order,
      rest: this.#reader.takeRest(),
      opened,
      closed,
      end,
      ...(damage && { damage: { ...damage, ...(withheld > 0 && { withheld }) } }),
      ...(totals && { totals: totals.toJSON() }),
    };
  }
}
