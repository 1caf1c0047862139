import { join } from "node:path";
import { Failure } from "../failure.js";
import { WholeFolder } from "../files/index.js";
import { type BadLine, type Block, blocksOf, linesIn } from "../ndjson/index.js";
import { MEDIA_TYPES, type MediaType } from "../record/index.js";
import { recordIn } from "./clean-line.js";
import type { LinesRead } from "./line-reader.js";
import type { ManifestLine } from "./manifest.js";
import { type Cut, cutOf, type ShardWriterOptions } from "./options.js";
import { partitionName } from "./partition-name.js";
import { ShardSet } from "./shard-set.js";
import { Sorter } from "./sorter.js";
import { Counts } from "./tally.js";
import { Threads } from "./threads.js";

/**
 * How records become Parquet, and why it is done so. Figures are CPU seconds for 1,000,000 records (1.2 GB), Node 20.20 on
 * a shared virtual machine with 2 cores; `make bench` measures anew.
 *
 * 1. The input is cut into blocks of whole lines, 1 MB each (`ndjson/blocks.ts`). Where they are cut depends on the bytes
 *    alone, so that the same input gives the same file. That, hashing and writing take the main thread 1 s.
 * 2. Each thread reads blocks and encodes row groups (`thread.ts`, `threads.ts`): whoever has the least to do gets the
 *    next task, so all cores share both. When one thread read all lines and others encoded, the first was the limit.
 * 3. Lines are never decoded (`line-reader.ts`). `src/lines` reads their bytes in WebAssembly, sixteen at a time where
 *    they are plain, and copies what it finds straight into Arrow buffers: 4 s. The same reader in TypeScript took 9 s,
 *    `JSON.parse` and `cleanRecord` about 40 s. The record rules stay where they are: what repeats (hosts, licences, tags) is
 *    asked of them once, and a line that is not plainly clean goes their way.
 * 4. Rows come back in the order of their lines, as one buffer a subset, and are cut into row groups here
 *    (`shard-set.ts`); one that lies across a border goes to both.
 * 5. Values go from Arrow buffers into pages in WebAssembly of our own (`pages/`), and are compressed by native libraries:
 *    3.5 s, of which zstd takes 1.4 s. The Rust encoder as WebAssembly (parquet-wasm) took 12 s, with zstd at
 *    130 MB/s. Dictionaries are off for columns whose values hardly repeat, and lengths, differences and prefixes are
 *    kept apart (DELTA encodings): that takes a tenth off the size.
 * 6. Little is under way: two blocks a thread and 12 MB of rows. What is done with is freed at once (`release.ts`), else
 *    garbage alone would take 100 MB. So memory is the same for any number of records.
 */

/** The most subsets: hubs show no more than some thousand, and each of them takes some memory while it is open. */
const MOST_SETS = 1000;
/** Bytes of lines whose row groups are open; beyond it the largest one ends early. */
const OPEN_BYTES = 512 * 1024 * 1024;
/** Blocks that each thread has to read, so that it need not wait for the next one. */
const BLOCKS_A_THREAD = 2;

/** What became of some lines. */
export interface WrittenLines {
  /** Records that were added. */
  readonly good: number;
  readonly bad: readonly BadLine[];
}

/** Cuts records of both media types into shards, in the order they come. */
export class ShardWriter {
  readonly #folder: WholeFolder;
  readonly #cut: Cut;
  readonly #options: ShardWriterOptions;
  readonly #threads: Threads;
  /** By media type, then by the value of the column that they are divided by. */
  readonly #sets: Readonly<Record<MediaType, Map<string, ShardSet>>> = { image: new Map(), audio: new Map() };
  readonly #counts = new Counts();
  readonly #sorter: Sorter | undefined;

  private constructor(folder: WholeFolder, cut: Cut, options: ShardWriterOptions) {
    this.#folder = folder;
    this.#cut = cut;
    this.#options = options;
    const { compression = "zstd", partitionBy, keepExtra = false, withSyncTimes = false } = options;
    this.#threads = new Threads({ compression, partitionBy, keepExtra, withSyncTimes });
    this.#sorter = options.sort && new Sorter(join(folder.path, "sort"), options.out, options.sort);
  }

  /** Checks that the folder may be made. */
  static async create(options: ShardWriterOptions): Promise<ShardWriter> {
    const { out, replace = false } = options;
    const cut = cutOf(options);
    const folder = await WholeFolder.create(out, { replace, what: "shards", recognise: holdsShards });
    return new ShardWriter(folder, cut, options);
  }

  /** Adds the records of lines, checked and cleaned; says in their order what became of them. */
  write(blocks: AsyncIterable<Block>): AsyncGenerator<WrittenLines> {
    return this.#sorter ? this.#sort(blocks, this.#sorter) : this.#writeBlocks(blocks);
  }

  /**
   * Ends the shards, names them and puts the folder in place; gives the manifest: images first, then audio, each by
   * the names of its subsets, then the totals. With no records the folder is empty and the manifest has only totals.
   */
  async finish(): Promise<ManifestLine[]> {
    if (this.#sorter) await this.#writeSorted(this.#sorter);
    const lines: ManifestLine[] = [];
    for (const media of MEDIA_TYPES) {
      const sets = [...this.#sets[media]].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [, set] of sets) lines.push(...(await set.finish()));
    }
    await this.#threads.close();
    await this.#folder.commit();
    return [...lines, this.#counts.totals];
  }

  /** Leaves nothing behind. Does nothing after `finish`. */
  async abandon(): Promise<void> {
    await this.#threads.close();
    for (const media of MEDIA_TYPES) for (const set of this.#sets[media].values()) await set.abandon();
    await this.#folder.abandon();
  }

  async *#writeBlocks(blocks: AsyncIterable<Block>): AsyncGenerator<WrittenLines> {
    const reading: Promise<LinesRead>[] = [];
    const most = BLOCKS_A_THREAD * this.#threads.most;
    let before = 0;
    const place = async (read: LinesRead): Promise<WrittenLines> => {
      const bad = read.bad.map((line) => ({ ...line, line: before + line.line }));
      before += read.lines;
      return { good: await this.#place(read), bad };
    };
    for await (const block of blocks) {
      if (block.isFirst) {
        // Lines are counted anew.
        for (const read of reading.splice(0)) yield await place(await read);
        before = 0;
      }
      const read = this.#threads.read(block);
      read.catch(() => undefined);
      reading.push(read);
      if (reading.length > most) yield await place(await (reading.shift() as Promise<LinesRead>));
    }
    for (const read of reading) yield await place(await read);
  }

  /** Puts rows into their sets; gives how many there were. */
  async #place({ rows, counts }: LinesRead): Promise<number> {
    this.#counts.include(counts);
    let good = 0;
    for (const some of rows) {
      good += some.data.rows;
      await (await this.#setOf(some.media, some.value)).add(some);
    }
    if (this.#options.partitionBy) this.#boundOpenBytes();
    return good;
  }

  async *#sort(blocks: AsyncIterable<Block>, sorter: Sorter): AsyncGenerator<WrittenLines> {
    let before = 0;
    for await (const block of blocks) {
      if (block.isFirst) before = 0;
      const { lines, bad, count } = linesIn(block, before);
      before += count;
      const all = [...bad];
      let good = 0;
      for (const { file, line, text } of lines) {
        const cleaned = recordIn(text, this.#options.keepExtra === true);
        if ("record" in cleaned) {
          good++;
          await sorter.add(cleaned.record);
        } else all.push({ ...cleaned, file, line, input: text });
      }
      yield { good, bad: all.sort((a, b) => a.line - b.line) };
    }
  }

  async #writeSorted(sorter: Sorter): Promise<void> {
    for await (const { bad } of this.#writeBlocks(blocksOf(sorter.sorted()))) {
      for (const { error } of bad) throw new Error(`a sorted line is bad: ${error}`);
    }
  }

  async #setOf(media: MediaType, value: string): Promise<ShardSet> {
    const sets = this.#sets[media];
    const { partitionBy, out, compression = "zstd", withSyncTimes = false } = this.#options;
    const known = sets.get(value);
    if (known) return known;
    if (sets.size >= MOST_SETS) {
      throw new Failure("no_output", `more than ${MOST_SETS} values of ${partitionBy}: too many subsets`);
    }
    const name = partitionBy && partitionName(value);
    const set = await ShardSet.create(this.#cut, this.#threads, {
      media,
      config: name === undefined ? media : `${media}-${name}`,
      path: name === undefined ? media : `${media}/${name}`,
      root: { path: this.#folder.path, name: out },
      shardBytes: this.#cut.shardBytes,
      compression,
      withSyncTimes,
    });
    sets.set(value, set);
    return set;
  }

  /** Bounds memory where many subsets are written at once. */
  #boundOpenBytes(): void {
    const sets = MEDIA_TYPES.flatMap((media) => [...this.#sets[media].values()]);
    const bytes = sets.reduce((sum, set) => sum + set.openBytes, 0);
    if (bytes <= OPEN_BYTES) return;
    sets.reduce((largest, set) => (set.openBytes > largest.openBytes ? set : largest)).endRowGroup();
  }
}

/** Whether a folder has nothing but what this writer makes. */
function holdsShards(entries: readonly string[]): boolean {
  return entries.every((entry) => (MEDIA_TYPES as readonly string[]).includes(entry));
}
