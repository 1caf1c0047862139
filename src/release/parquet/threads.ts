import { availableParallelism } from "node:os";
import type { Block } from "../../base/ndjson/index.js";
import { builtFile } from "../../base/own-files.js";
import { Pool, type PoolWorker, type Traffic } from "../../base/threads/index.js";
import type { RowsData } from "../../record/decoder/index.js";
import type { MediaType } from "../../record/index.js";
import type { Cleaning } from "./clean-line.js";
import type { EncodedRowGroup } from "./encoder/index.js";
import type { LinesRead } from "./line-reader.js";
import type { Compression, Partition } from "./options.js";

/** More threads would only wait for the one that writes the files. */
const MOST_THREADS = 8;
/** Bytes of rows that may wait to be encoded. */
const MOST_BYTES = 12 * 1024 * 1024;

/** What threads make is large and freed at once; the little besides it would fill any room it is given. */
const YOUNG_MEGABYTES = 4;
/**
 * By how much the heap of a thread may grow between two cleanings, in percent of what it holds. The engine lets it become
 * four times as large: 50 MB of garbage in each thread, where names hardly repeat.
 */
const HEAP_GROWTH = "--heap-growing-percent=50";

/** What a thread is started with. */
interface ThreadSetup {
  readonly compression: Compression;
  readonly partitionBy: Partition | undefined;
  readonly cleaning: Cleaning;
  /** Columns to sort by. */
  readonly sort: readonly string[] | undefined;
  readonly withSyncTimes: boolean;
}

/** What goes between the main thread and the others. Row groups have numbers. */
export interface EncodingTraffic extends Traffic {
  readonly setup: ThreadSetup;
  readonly task: EncodingTask;
  readonly part: never;
  /** Of `read`, of `end`, and of the others. */
  readonly result: LinesRead | EncodedRowGroup | undefined;
}

type EncodingTask =
  | { readonly kind: "read"; readonly block: Block; readonly sorts: boolean }
  | { readonly kind: "begin"; readonly group: number; readonly media: MediaType }
  /** Put the rows from one of a batch to before another into a row group. */
  | {
      readonly kind: "encode";
      readonly group: number;
      readonly data: RowsData;
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: "end"; readonly group: number };

/** A row group that a thread encodes. */
export interface OpenRowGroup {
  /** Adds the rows from one of a batch to before another; the batch is handed over where `isLast` says so. */
  add(data: RowsData, from: number, to: number, isLast: boolean): void;
  end(): Promise<EncodedRowGroup>;
}

/** Threads that read lines and encode row groups. */
export class Threads {
  /** How many there may be. */
  readonly most = Math.min(availableParallelism(), MOST_THREADS);
  readonly #pool: Pool<EncodingTraffic>;
  /** How many row groups each has that are open or being ended. */
  readonly #open = new Map<PoolWorker<EncodingTraffic>, number>();
  #savesMemory = false;
  #groups = 0;

  constructor(setup: ThreadSetup) {
    this.#pool = new Pool({
      module: builtFile("run/encode.cjs"),
      setup,
      most: this.most,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    // It gets ready while the first lines are read from the disk.
    this.#pool.freest();
  }

  /** From now on heaps grow by less. The module is loaded for this alone, and most inputs never need it. */
  async saveMemory(): Promise<void> {
    if (this.#savesMemory) return;
    this.#savesMemory = true;
    const { setFlagsFromString } = await import("node:v8");
    setFlagsFromString(HEAP_GROWTH);
  }

  /** Reads a block of lines, which is handed over; for sorting where `sorts` says so. */
  async read(block: Block, sorts: boolean): Promise<LinesRead> {
    const { result } = this.#pool.start({ kind: "read", block, sorts }, { transfer: [block.bytes.buffer] });
    return (await result) as LinesRead;
  }

  begin(media: MediaType): OpenRowGroup {
    const group = this.#groups++;
    // Shared evenly, for a thread keeps the memory of the most that it ever had: with eight subsets, 60 MB less in all.
    const on = this.#pool.freest((worker) => this.#open.get(worker) ?? 0);
    const count = (more: number) => this.#open.set(on, (this.#open.get(on) ?? 0) + more);
    count(1);
    // The row group would lack rows: everything ends.
    const fail = (error: unknown) => this.#pool.fail(error);
    this.#pool.start({ kind: "begin", group, media }, { on }).result.catch(fail);
    return {
      add: (data, from, to, isLast) => {
        const transfer = isLast ? [data.body.buffer, data.layout.buffer] : [];
        const task = { kind: "encode", group, data, from, to } as const;
        this.#pool.start(task, { on, bytes: data.body.length, transfer }).result.catch(fail);
      },
      end: async () => {
        const { result } = this.#pool.start({ kind: "end", group }, { on });
        const encoded = await result;
        count(-1);
        return encoded as EncodedRowGroup;
      },
    };
  }

  /** Waits until there is room for more rows. Throws when a thread has failed. */
  room(): Promise<void> {
    return this.#pool.room(MOST_BYTES);
  }

  /** Ends the threads, whether or not their tasks are done. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}
