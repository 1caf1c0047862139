import { cut, type Input, lineText, OwnCutter, type TextEntry } from "../../base/ndjson/index.js";
import { builtFile } from "../../base/own-files.js";
import { Pool } from "../../base/threads/index.js";
import { Rows } from "../../record/decoder/index.js";
import type { Refusal } from "../../record/index.js";
import { type PreparedRow, prepareRow } from "./prepare.js";
import {
  DIGEST_BYTES,
  type PreparedLine,
  type PreparedRecords,
  prepareBlock,
  prepareRecords,
} from "./prepare-block.js";
import type { PrepareTraffic } from "./prepare-worker.js";

/**
 * Reads the lines of NDJSON for a load, with most of the work done on a second thread.
 *
 * A line that a record was last seen in need not be read: its digest is enough. So the second thread either only splits
 * lines and takes their digests, or, when most lines are news, makes rows of them as well and hands over their bytes
 * (docs/benchmarks.md has what each step costs).
 */

/** A line, its digest, and the record in it. */
export class LoadEntry implements TextEntry {
  readonly file: string;
  readonly #block: OpenBlock;
  /** Its place among the lines of the block. */
  readonly #place: number;

  constructor(file: string, block: OpenBlock, place: number) {
    this.file = file;
    this.#block = block;
    this.#place = place;
  }

  /** Its number, from 1. */
  get line(): number {
    return this.#block.firstLine + (this.#block.prepared.offsets[this.#place] as number);
  }

  /** SHA-1 of the line. */
  get digest(): Uint8Array {
    return this.digestsAhead.subarray(0, DIGEST_BYTES);
  }

  /** The digests of this line and of those that follow it in the block. */
  get digestsAhead(): Uint8Array {
    return this.#block.prepared.digests.subarray(this.#place * DIGEST_BYTES);
  }

  get text(): string {
    return lineText(this.#bytes());
  }

  /** The record that the line holds, or why it holds none. */
  get record(): PreparedRow | Refusal {
    const { records } = this.#block.prepared;
    if (records) return recordAt(records, this.#block.rows as Rows, this.#place);
    const bytes = this.#bytes(1);
    const alone = prepareRecords(bytes, [0, bytes.length - 1]);
    return recordAt(alone, new Rows(alone.rows), 0);
  }

  /** The bytes of the line, and `after` more that follow it. */
  #bytes(after = 0): Buffer {
    const { bytes, prepared } = this.#block;
    const [start, end] = prepared.bounds.subarray(2 * this.#place) as unknown as [number, number];
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, end + after - start);
  }
}

function recordAt(records: PreparedRecords, rows: Rows, place: number): PreparedRow | Refusal {
  const start = records.starts[place] as number;
  if (start < 0) return records.others.get(place) as PreparedLine;
  return prepareRow(rows.at(start), records.dropped.get(place));
}

/** Says whether most lines have been news lately, so that records are to be made of them ahead of time. */
export type AreNews = () => boolean;

/** So much is read before a second thread is worth its start, in bytes. */
const ALONE = 512 * 1024;
/** Blocks that may wait for their turn, the ones ready included. */
const MOST_COMING = 8;
/** Bytes of blocks that may wait, where lines are large. */
const MOST_BYTES = 16 * 1024 * 1024;
/**
 * Blocks that the second thread has at a time; as soon as it has these, this one does the next by itself. News take
 * longer to load than to be read, so that all of their reading is left to the second thread.
 */
const AHEAD = { news: MOST_COMING + 1, known: 3 };

/** Reads the lines of inputs, about a chunk's worth at a time. */
export async function* readPrepared(
  inputs: AsyncIterable<Input> | Iterable<Input>,
  areNews: AreNews,
): AsyncGenerator<LoadEntry[]> {
  const preparer = new Preparer();
  try {
    for await (const { name, bytes } of inputs) {
      let firstLine = 1;
      for await (const block of preparer.prepare(cut(bytes, new OwnCutter()), areNews)) {
        yield entriesOf(name, block, firstLine);
        firstLine += block.prepared.lineEnds;
      }
    }
  } finally {
    await preparer.end();
  }
}

type LineBlock = Uint8Array<ArrayBuffer>;
type Ready = PrepareTraffic["result"];

/** A block with the rows that are in it. */
interface OpenBlock extends Ready {
  /** The number of its first line, from 1. */
  readonly firstLine: number;
  readonly rows: Rows | undefined;
}

/** Prepares blocks: the first ones here, the others on a thread of their own, or here where that one has enough to do. */
class Preparer {
  #read = 0;
  readonly #pool = new Pool<PrepareTraffic>({
    module: builtFile("run/prepare.cjs"),
    setup: undefined,
    most: 1,
    // Records live for a moment only: with more room they would but take longer to be thrown away.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });

  /** In the order of the blocks; each as soon as it is ready, also while the input pauses. */
  async *prepare(blocks: AsyncIterable<LineBlock>, areNews: AreNews): AsyncGenerator<Ready> {
    const reading = blocks[Symbol.asyncIterator]();
    const coming: Promise<Ready>[] = [];
    let bytes = 0;
    let next: Promise<IteratorResult<LineBlock>> | undefined = handled(reading.next());
    while (next || coming.length > 0) {
      const [first] = coming;
      const isEnough = coming.length > MOST_COMING || bytes > MOST_BYTES;
      if (first && (!next || isEnough || (await isReadyBefore(first, next)))) {
        coming.shift();
        const ready = await first;
        bytes -= ready.bytes.length;
        yield ready;
        continue;
      }
      const { value: block, done } = await (next as Promise<IteratorResult<LineBlock>>);
      next = done ? undefined : handled(reading.next());
      if (done) continue;
      this.#read += block.length;
      bytes += block.length;
      coming.push(handled(this.#prepareOne(block, areNews())));
    }
  }

  async #prepareOne(block: LineBlock, parse: boolean): Promise<Ready> {
    if (this.#read > ALONE && this.#pool.unfinished < (parse ? AHEAD.news : AHEAD.known)) {
      return this.#pool.start({ bytes: block, parse }, { transfer: [block.buffer] }).result;
    }
    return { bytes: block, prepared: prepareBlock(block, parse) };
  }

  async end(): Promise<void> {
    await this.#pool.close();
  }
}

/** A promise that is waited for later: a failure before that is not an unhandled one. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function isReadyBefore(ready: Promise<unknown>, next: Promise<unknown>): Promise<boolean> {
  return Promise.race([ready.then(() => true), next.then(() => false)]);
}

function entriesOf(file: string, block: Ready, firstLine: number): LoadEntry[] {
  const { records, offsets } = block.prepared;
  const open = { ...block, firstLine, rows: records && new Rows(records.rows) };
  return Array.from(offsets, (_, place) => new LoadEntry(file, open, place));
}
