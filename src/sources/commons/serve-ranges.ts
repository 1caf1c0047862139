import { closeSync, fstatSync, openSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import {
  type DamagedAt,
  findMember,
  inflateRange,
  locateDamage,
  type RangeTask,
  type SeekableFile,
  type Text,
} from "../../base/gzip/index.js";
import { firstLine } from "../../base/ndjson/index.js";
import type { Answer, Send, Service } from "../../base/threads/index.js";
import type { EntityTraffic, RangeEnded, RangePart, RangeSetup } from "./range-messages.js";
import { EntityReader, MOST_UNSURE } from "./reader.js";

/** Output is sent in pieces of about this size. */
const BATCH = 512 * 1024;

/** Reads ranges of a file. */
export function serveRanges(setup: RangeSetup): Service<EntityTraffic> {
  const fd = openSync(setup.path, "r");
  const file = { fd, size: fstatSync(fd).size };
  return { do: (task, send) => readRange(file, setup, task, send), close: () => closeSync(fd) };
}

/** What comes of a range without a member. */
const NONE: RangeEnded = { start: -1, rest: new Uint8Array(), opened: false, closed: false, end: -1 };

async function readRange(
  file: SeekableFile,
  setup: RangeSetup,
  { start, limit, isMember }: RangeTask,
  sendPart: Send<RangePart>,
): Promise<Answer<RangeEnded>> {
  // In the main thread, the results of other ranges are written first.
  await setImmediate();
  const first = isMember ? start : findMember(file, start, limit);
  if (first === -1) return { result: NONE };
  const send = (part: RangePart) => sendPart(part, part.output.length, [part.output.buffer as ArrayBuffer]);
  const results = new RangeResults(first, setup);
  const texts = inflateRange(file, first, limit);
  for (;;) {
    const { value, done } = texts.next();
    if (done) {
      const damage = await locateDamage(file, value);
      const { part, result } = results.end(value.position, damage);
      send(part);
      return { result };
    }
    const part = results.add(value);
    if (part) await send(part);
  }
}

/**
 * Reads the text of one range, and gathers what comes of it. Nothing is sent of a member before its checksum is known to
 * be right, or it is too much to be held.
 */
class RangeResults {
  readonly #start: number;
  readonly #reader: EntityReader;
  /** The first line end has not come yet: the text is that of a line which the range before began. */
  #isInHead: boolean;
  /** That text, as far as it was not sent. */
  #head: Buffer[] = [];
  /** How much text was read since all was known to be sound. */
  #unsure = 0;
  /** How much of the head is sound, and whether it goes on. */
  #sound: { head: number; isInHead: boolean };
  #sent = { lines: 0, entities: 0, matches: 0 };

  /** `start` is where the first member begins; the first bytes of the text may be the end of a line, but at the file's start. */
  constructor(start: number, { selection, stopAtFault }: RangeSetup) {
    this.#start = start;
    this.#reader = new EntityReader(selection, { stopAtFault });
    this.#isInHead = start > 0;
    this.#sound = { head: 0, isInHead: start > 0 };
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
    const lineEnd = firstLine(text);
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
      start: this.#start,
      ...(head.length > 0 && { head }),
      output,
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
  end(end: number, damage: DamagedAt | undefined): { part: RangePart; result: RangeEnded } {
    let withheld = 0;
    if (damage && !damage.isCut) {
      withheld = this.#reader.rollBack();
      this.#head.length = this.#sound.head;
      this.#isInHead = this.#sound.isInHead;
    } else this.#mark();
    const part = this.#take();
    const { opened, closed, totals } = this.#reader;
    return {
      part,
      result: {
        start: this.#start,
        rest: this.#reader.takeRest(),
        opened,
        closed,
        end,
        ...(damage && { damage: { ...damage, ...(withheld > 0 && { withheld }) } }),
        ...(totals && { totals: totals.toJSON() }),
      },
    };
  }
}
