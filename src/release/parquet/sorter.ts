import { Failure } from "../../base/failure.js";
import { BLOCK_BYTES, type Block } from "../../base/ndjson/index.js";
import { didYouMean } from "../../base/nearest.js";
import { COLUMNS, type ColumnType } from "../../record/index.js";
import { Bits } from "./bits.js";
import { freeBuffer } from "./free-buffer.js";
import { byKey, type Entry, Runs } from "./runs.js";
import type { KeyedLines } from "./sort-keys.js";

/** Sorts more lines than fit into memory. Lines that are equal by their key keep their order. */

/** Bytes of blocks and keys that are held; as many may be on their way to a file. */
const HELD = 32 * 1024 * 1024;
const LF = 0x0a;

const SORTABLE = new Set<ColumnType>(["text", "url", "uuid", "integer", "number", "boolean", "timestamp"]);

/** The columns of a list such as `provider,updated_on`; a `Failure` ("usage") where one cannot be sorted by. */
export function sortColumns(list: string): string[] {
  const names = list.split(",").map((name) => name.trim());
  for (const name of names) {
    const column = COLUMNS.find((column) => column.name === name);
    if (!column) {
      const sortable = COLUMNS.filter(({ type }) => SORTABLE.has(type)).map((one) => one.name);
      const help = didYouMean(name, sortable);
      throw new Failure("usage", `--sort: there is no column ${JSON.stringify(name)}${help}`);
    }
    if (!SORTABLE.has(column.type)) throw new Failure("usage", `--sort: ${name} has no order to sort by`);
  }
  return names;
}

export class Sorter {
  readonly #runs: Runs;
  readonly #held: number;
  /** Lines that are left out, by their numbers: the first one added has 0. */
  readonly leftOut = new Bits();
  /** How many were added. */
  added = 0;
  #entries: Entry[] = [];
  #blocks: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  #writing: Promise<void> | undefined;

  /** Runs are kept in `folder`, which is made when it is needed; `name` is what messages call the place. */
  constructor(folder: string, name: string, held = HELD) {
    this.#runs = new Runs(folder, name);
    this.#held = held;
  }

  /** Adds the lines of a block, which is handed over; gives a promise when the caller must wait. */
  add(block: Uint8Array<ArrayBuffer>, { keys, keyEnds, bounds }: KeyedLines): Promise<void> | undefined {
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
    const text = Buffer.from(keys.buffer, keys.byteOffset, keys.length);
    let from = 0;
    for (const [i, end] of keyEnds.entries()) {
      const [start, lineEnd] = [bounds[2 * i] as number, bounds[2 * i + 1] as number];
      const number = this.added++;
      this.#entries.push({ key: text.toString("latin1", from, end), bytes, start, end: lineEnd, number });
      from = end;
    }
    this.#blocks.push(block);
    this.#length += block.buffer.byteLength + keys.length;
    return this.#length >= this.#held ? this.#writeRun() : undefined;
  }

  /** All lines but those that are left out, in order, in blocks; nothing is left behind afterwards. */
  async *sorted(): AsyncGenerator<Block> {
    if (this.#writing) await this.#writeRun();
    await this.#writing;
    const batches = this.#runs.isEmpty ? [this.#entries.sort(byKey)] : this.#runs.merged();
    let isFirst = true;
    let lines = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    let used = 0;
    const take = (): Block => {
      const block = { file: "stdin", bytes: lines.subarray(0, used), isFirst };
      isFirst = false;
      return block;
    };
    for await (const entries of batches)
      for (const { bytes, start, end, number } of entries) {
        if (this.leftOut.has(number)) continue;
        const size = end - start + 1;
        if (used + size > lines.length) {
          if (used > 0) yield take();
          lines = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, size));
          used = 0;
        }
        used += bytes.copy(lines, used, start, end);
        lines[used++] = LF;
      }
    if (used > 0) yield take();
    free(this.#blocks);
    await this.#runs.remove();
  }

  /** Waits until nothing is written any more. */
  async close(): Promise<void> {
    await this.#writing?.catch(() => undefined);
  }

  /** Begins to write what is held, when the run before has been written. */
  async #writeRun(): Promise<void> {
    await this.#writing;
    const [entries, blocks] = [this.#entries, this.#blocks];
    this.#blocks = [];
    this.#entries = [];
    this.#length = 0;
    this.#writing = this.#runs.add(entries.sort(byKey)).then(() => free(blocks));
    // The next one to wait for it is told.
    this.#writing.catch(() => undefined);
  }
}

function free(blocks: readonly Uint8Array<ArrayBuffer>[]): void {
  for (const { buffer } of blocks) freeBuffer(buffer);
}
