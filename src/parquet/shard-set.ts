import type { LineWalker } from "../lines/index.js";
import type { MediaRecord } from "../record/index.js";
import { Batch } from "./batch.js";
import type { Encoders, OpenRowGroup } from "./encoders.js";
import type { ManifestShard } from "./manifest.js";
import type { Cut } from "./options.js";
import { release } from "./release.js";
import { type FolderOptions, ShardFolder } from "./shard-folder.js";
import { TimeRange } from "./tally.js";

/** A row group ends early when its rows have so many bytes: readers need not fetch or hold more at once. */
const ROW_GROUP_BYTES = 64 * 1024 * 1024;
/** Row groups that may wait for the disk. */
const MOST_WAITING = 4;
/** No border by keys comes before this share of the most rows, and then one is expected within another such share. */
const LEAST_SHARE = 4;
/** Keys are spread evenly over so many numbers. */
export const KEYS = 2 ** 32;

/** Cuts the rows of one subset into row groups and shards. */
export class ShardSet {
  /** Bytes of the row group that is open, as Arrow buffers. */
  openBytes = 0;
  readonly #cut: Cut;
  readonly #encoders: Encoders;
  readonly #folder: ShardFolder;
  readonly #batch: Batch;
  #group: OpenRowGroup | undefined;
  #rowsInGroup = 0;
  #rowsInShard = 0;
  #beginsShard = true;
  #updatedOn = new TimeRange();
  /** Row groups on their way to the disk, one behind the other. */
  readonly #placing: Promise<void>[] = [];

  private constructor(cut: Cut, encoders: Encoders, folder: ShardFolder, batch: Batch) {
    this.#cut = cut;
    this.#encoders = encoders;
    this.#folder = folder;
    this.#batch = batch;
  }

  /** `lines` is where lines are read; it holds their rows as well. */
  static async create(
    cut: Cut,
    encoders: Encoders,
    lines: LineWalker,
    options: FolderOptions,
  ): Promise<ShardSet> {
    return new ShardSet(cut, encoders, await ShardFolder.create(options), new Batch(lines, options.media));
  }

  /** Adds the line that was walked last; gives a promise when it has to be waited for before the next one. */
  addLine(updatedOn: number | null, key: number): Promise<void> | undefined {
    this.#beforeRow(key);
    this.#batch.addLine();
    return this.#afterRow(updatedOn);
  }

  /** Adds a cleaned record. */
  addRecord(record: MediaRecord, updatedOn: number | null, key: number): Promise<void> | undefined {
    this.#beforeRow(key);
    this.#batch.addRecord(record);
    return this.#afterRow(updatedOn);
  }

  /**
   * With stable borders, a shard begins with a record whose key is small, wherever that stands. So a record that is
   * new or gone changes its own shard, and those behind it begin with the same records as before.
   */
  #beforeRow(key: number): void {
    const { stable, rowsPerShard } = this.#cut;
    const least = Math.max(1, Math.floor(rowsPerShard / LEAST_SHARE));
    if (stable && this.#rowsInShard >= least && key < KEYS / least) this.#endShard();
  }

  #afterRow(updatedOn: number | null): Promise<void> | undefined {
    const { rowsPerShard, rowGroupRows } = this.#cut;
    if (updatedOn !== null) this.#updatedOn.add(updatedOn);
    this.#rowsInGroup++;
    this.#rowsInShard++;
    if (this.#rowsInShard >= rowsPerShard) this.#endShard();
    else if (this.#rowsInGroup >= rowGroupRows) this.endRowGroup();
    else if (this.#batch.isFull) this.#endBatch();
    else return undefined;
    if (this.openBytes >= ROW_GROUP_BYTES) this.endRowGroup();
    return this.#room();
  }

  /** Ends the row group that is open, if one is. */
  endRowGroup(): void {
    this.#endBatch();
    if (!this.#group) return;
    const group = {
      rows: this.#rowsInGroup,
      uncompressedBytes: this.openBytes,
      updatedOn: this.#updatedOn,
      beginsShard: this.#beginsShard,
    };
    const encoded = this.#group.end();
    const before = this.#placing.at(-1);
    const place = async () => {
      await before;
      const bytes = await encoded;
      await this.#folder.add({ ...group, bytes });
      release(bytes.buffer);
    };
    const placed = place();
    placed.catch(() => undefined);
    this.#placing.push(placed);
    this.#group = undefined;
    this.#rowsInGroup = 0;
    this.openBytes = 0;
    this.#updatedOn = new TimeRange();
    this.#beginsShard = false;
  }

  /** Ends the last shard; gives all of them, under their names. */
  async finish(): Promise<ManifestShard[]> {
    this.endRowGroup();
    await this.#placing.at(-1);
    return this.#folder.finish();
  }

  /** Stops writing. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#placing);
    await this.#folder.abandon();
  }

  #endBatch(): void {
    if (this.#batch.rows === 0) return;
    const { bytes } = this.#batch;
    this.#group ??= this.#encoders.begin(this.#batch.media);
    this.#group.add(this.#batch.take(this.#encoders.takeSpare()), bytes);
    this.openBytes += bytes;
  }

  #endShard(): void {
    this.endRowGroup();
    this.#rowsInShard = 0;
    this.#beginsShard = true;
  }

  #room(): Promise<void> | undefined {
    if (this.#placing.length <= MOST_WAITING) return this.#encoders.room();
    return this.#placing.shift()?.then(() => this.#encoders.room());
  }
}
