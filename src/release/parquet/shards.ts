import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { orFail } from "../../base/failure.js";
import { WholeFolder } from "../../base/files/index.js";
import { type BadLine, type Block, blocksOf } from "../../base/ndjson/index.js";
import { DroppedTally, MEDIA_TYPES } from "../../record/index.js";
import { type Cleaning, recordIn } from "./clean-line.js";
import { Duplicates } from "./duplicates.js";
import { freeBuffer } from "./free-buffer.js";
import type { LinesRead, ReadRows } from "./line-reader.js";
import type { ManifestLine } from "./manifest.js";
import { type Cut, cutOf, type ShardWriterOptions } from "./options.js";
import { tooManySubsets } from "./partition-name.js";
import type { ShardSet } from "./shard-set.js";
import type { KeyedLines } from "./sort-keys.js";
import { Sorter } from "./sorter.js";
import { Subsets } from "./subsets.js";
import { Totals } from "./tally.js";
import { Threads } from "./threads.js";

/**
 * How records become Parquet, and why in this way (docs/benchmarks.md has figures):
 *
 * 1. The input is cut into blocks of whole lines, 1 MB each (`ndjson/blocks.ts`). Where they are cut depends on the bytes
 *    alone, so that the same input gives the same file.
 * 2. Each thread reads blocks and encodes row groups (`thread.ts`, `threads.ts`): the thread with the least to do gets the
 *    next task, so all cores share both. With one thread for all lines and others to encode, the first was the limit.
 * 3. Lines never become objects (`line-reader.ts`). `src/record/decoder` reads their bytes in WebAssembly and copies what it
 *    finds straight into Arrow buffers: a tenth of the work of `JSON.parse` and `cleanRecord`. What repeats (hosts, licences,
 *    tags) is put to the record rules once, and a line that is not plainly clean is left to them.
 * 4. Rows come back in the order of their lines, as one buffer a subset, and are cut into row groups here
 *    (`shard-set.ts`); one that lies across a boundary goes to both.
 * 5. Values go from Arrow buffers into data pages in WebAssembly of our own (`encoder/`), a third of the work of the Rust
 *    encoder as WebAssembly, and are compressed by native libraries.
 * 6. Rows that come twice are found here, by their identifiers (`duplicates.ts`). Threads see whether names are in order,
 *    for then no row comes twice; that is a comparison with the name before.
 * 7. Little is in progress at a time: two blocks a thread, of 16 MB together, and 12 MB of rows. Buffers are freed as soon as
 *    they are done with (`release.ts`); garbage alone would take 100 MB. So memory is the same for any number of records.
 */

/** Blocks that each thread has to read, so that it need not wait for the next one. */
const BLOCKS_A_THREAD = 2;
/** Bytes of blocks that are read at the same time, but for one that alone has more: a long line takes several times its size. */
const READ_BYTES = 16 * 1024 * 1024;

/** What became of some lines. */
export interface WrittenLines {
  /** Records that were added. */
  readonly good: number;
  readonly bad: readonly BadLine[];
}

/** What became of a block: the lines that are bad are counted in it. */
interface Taken {
  readonly good: number;
  readonly bad: LinesRead["bad"];
}

/** Cuts records of both media types into shards, in the order they come. */
export class ShardWriter {
  readonly #folder: WholeFolder;
  readonly #options: ShardWriterOptions;
  readonly #threads: Threads;
  readonly #subsets: Subsets;
  #counts: Totals;
  readonly #duplicates: Duplicates;
  /** What the records have lost when they were cleaned. */
  readonly dropped = new DroppedTally();
  readonly #cleaning: Cleaning;
  readonly #sorter: Sorter | undefined;
  #replacedBySorting = 0;

  private constructor(folder: WholeFolder, cut: Cut, options: ShardWriterOptions) {
    this.#folder = folder;
    this.#options = options;
    const { compression = "zstd", partitionBy, withSyncTimes = false, duplicates = "refuse" } = options;
    const { keepExtra = false, strict = false } = options;
    this.#counts = this.#newCounts();
    this.#cleaning = { keepExtra, strict };
    const { sort } = options;
    this.#threads = new Threads({ compression, partitionBy, cleaning: this.#cleaning, sort, withSyncTimes });
    this.#subsets = new Subsets(folder.path, cut, this.#threads, options);
    this.#duplicates = new Duplicates(folder.path, options.out, duplicates);
    this.#sorter = sort && new Sorter(join(folder.path, "sort"), options.out);
  }

  /** Checks that the folder may be made. */
  static async create(options: ShardWriterOptions): Promise<ShardWriter> {
    const { out, replace = false } = options;
    const cut = cutOf(options);
    const folder = await WholeFolder.create(out, { replace, what: "shards", recognise: holdsShards });
    return new ShardWriter(folder, cut, options);
  }

  /** How many rows a later one with the same identifier has replaced. */
  get replaced(): number {
    return this.#sorter ? this.#replacedBySorting : this.#subsets.replaced;
  }

  /** Adds the records of lines, checked and cleaned; says in their order what became of them. */
  write(blocks: AsyncIterable<Block>): AsyncGenerator<WrittenLines> {
    const sorter = this.#sorter;
    if (sorter) return this.#takeBlocks(blocks, (read) => this.#addToSorter(read, sorter), true);
    return this.#takeBlocks(blocks, (read) => this.#place(read, this.#duplicates));
  }

  /**
   * Ends the shards, names them and puts the folder in place; gives the manifest: images first, then audio, each by
   * the names of its subsets, then the totals. With no records the folder is empty and the manifest has only totals.
   */
  async finish(): Promise<ManifestLine[]> {
    if (this.#sorter) await this.#writeGood(this.#sorter.sorted());
    else if (this.replaced > 0) await this.#writeAgain();
    const shards = (await this.#subsets.finish()).flatMap(([, shards]) => shards);
    const totals = await this.#counts.line();
    this.#duplicates.close();
    await this.#threads.close();
    await this.#folder.commit();
    return [...shards, totals];
  }

  #newCounts(): Totals {
    return new Totals(join(this.#folder.path, "names"), this.#options.out);
  }

  /** Leaves nothing behind. Does nothing after `finish`. */
  async abandon(): Promise<void> {
    this.#duplicates.close();
    await this.#threads.close();
    await this.#sorter?.close();
    await this.#subsets.abandon();
    await this.#folder.abandon();
  }

  /** Has threads read blocks, for sorting where `sorts` says so; `take` gets what they have read, in order. */
  async *#takeBlocks(
    blocks: AsyncIterable<Block>,
    take: (read: LinesRead) => Promise<Taken>,
    sorts = false,
  ): AsyncGenerator<WrittenLines> {
    const reading: { readonly read: Promise<LinesRead>; readonly bytes: number }[] = [];
    const most = BLOCKS_A_THREAD * this.#threads.most;
    let bytes = 0;
    let before = 0;
    const next = async (): Promise<WrittenLines> => {
      const oldest = reading.shift() as (typeof reading)[number];
      const read = await oldest.read;
      bytes -= oldest.bytes;
      const { good, bad } = await take(read);
      const numbered = bad.map((line) => ({ ...line, line: before + line.line }));
      before += read.lines;
      return { good, bad: numbered };
    };
    for await (const block of blocks) {
      if (block.isFirst) {
        // Each file counts its own lines.
        while (reading.length > 0) yield await next();
        before = 0;
        this.#duplicates.beginFile(block.file);
      }
      // It is handed over, and then has no length any more.
      const { byteLength } = block.bytes.buffer;
      while (reading.length > 0 && bytes + byteLength > READ_BYTES) yield await next();
      const read = this.#threads.read(block, sorts);
      read.catch(() => undefined);
      reading.push({ read, bytes: byteLength });
      bytes += byteLength;
      if (reading.length > most) yield await next();
    }
    while (reading.length > 0) yield await next();
  }

  /** Puts rows into their sets; gives how many there were, and the lines that are bad, counted in the block. */
  async #place(read: LinesRead, duplicates: Duplicates | undefined): Promise<Taken> {
    const { rows, counts, dropped } = read;
    if (read.isTooDivided) throw tooManySubsets(this.#options.partitionBy);
    await this.#counts.include(counts);
    if (this.#counts.hasMany) await this.#threads.saveMemory();
    if (duplicates) this.dropped.include(dropped);
    const sets: ShardSet[] = [];
    for (const { media, value } of rows) sets.push(await this.#subsets.setOf(media, value));
    const found = duplicates?.find(read, this.#subsets.placesIn(sets), (place) =>
      this.#subsets.replace(place),
    );
    for (const { input } of found?.bad ?? []) this.#takeBack(input);
    let good = 0;
    for (const [i, set] of sets.entries()) {
      const some = rows[i] as ReadRows;
      const leftOut = found?.rows.get(i) ?? [];
      good += some.data.rows - leftOut.length;
      await set.add(some, leftOut);
    }
    this.#subsets.boundOpenBytes();
    freeBuffer(read.bytes.buffer);
    return { good, bad: joined(read.bad, found?.bad ?? []) };
  }

  /** Takes the row of a line out of the counts. */
  #takeBack(line: string): void {
    const cleaned = recordIn(line, this.#cleaning);
    if (!("record" in cleaned)) return;
    const { media_type, provider, license, license_version, source } = cleaned.record;
    this.#counts.remove({
      by_media: media_type,
      by_license: `${license} ${license_version}`,
      by_provider: provider,
      by_source: (source as string | null) ?? provider,
    });
  }

  /** Gives lines to the sorter, but for those that come twice. */
  async #addToSorter(read: LinesRead, sorter: Sorter): Promise<Taken> {
    if (read.isTooDivided) throw tooManySubsets(this.#options.partitionBy);
    const keyed = read.keyed as KeyedLines;
    const before = sorter.added;
    const numberOf = (subset: number, row: number) => before + (keyed.order[subset]?.[row] as number);
    this.dropped.include(read.dropped);
    const found = this.#duplicates.find(read, numberOf, (number) => {
      sorter.leftOut.set(number);
      this.#replacedBySorting++;
    });
    for (const [subset, rows] of found.rows)
      for (const row of rows) sorter.leftOut.set(numberOf(subset, row));
    await sorter.add(read.bytes, keyed);
    return { good: keyed.keyEnds.length - found.bad.length, bad: joined(read.bad, found.bad) };
  }

  /** Writes lines that are good and come once. */
  async #writeGood(blocks: AsyncIterable<Block>): Promise<void> {
    for await (const { bad } of this.#takeBlocks(blocks, (read) => this.#place(read, undefined))) {
      for (const { error } of bad) throw new Error(`a line that was good is bad: ${error}`);
    }
  }

  /**
   * Rows that a later one has replaced have been written by then. So what was written is read again, without them, which
   * takes as long as writing it; it is rare, and needs no memory.
   */
  async #writeAgain(): Promise<void> {
    const { readParquet } = await import("./reader.js");
    const first = join(this.#folder.path, "first");
    const written = await this.#subsets.finish();
    await orFail("write", this.#options.out, async () => {
      await mkdir(first);
      for (const media of new Set(written.flatMap(([, shards]) => shards.map(({ media }) => media))))
        await rename(join(this.#folder.path, media), join(first, media));
    });
    this.#counts = this.#newCounts();
    async function* kept(): AsyncGenerator<Uint8Array> {
      for (const [set, shards] of written) {
        let before = 0;
        for (const { path, rows } of shards) {
          const isWanted = (row: number) => !set.replaced.has(before + row);
          for await (const { bytes } of await readParquet(join(first, path), { isWanted })) yield bytes;
          before += rows;
        }
      }
    }
    await this.#writeGood(blocksOf(kept()));
    await rm(first, { recursive: true, force: true });
  }
}

/** Lines of a block that are bad, in order. */
function joined(some: Taken["bad"], more: Taken["bad"]): Taken["bad"] {
  return more.length > 0 ? [...some, ...more].sort((a, b) => a.line - b.line) : some;
}

/** What this writer makes: `image/`, `image/by-sa/` and the shards in either. Other people's pictures may well be in `image/`. */
const OURS = new RegExp(`^(?:${MEDIA_TYPES.join("|")})/(?:[^/]+/)?(?:train-\\d{5}-of-\\d{5}\\.parquet)?$`);

/** Whether a folder has nothing but what this writer makes. */
function holdsShards(paths: readonly string[]): boolean {
  return paths.every((path) => OURS.test(path));
}
