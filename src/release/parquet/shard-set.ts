import type { RowsData } from "../../record/decoder/index.js";
import type { MediaType } from "../../record/index.js";
import { Bits } from "./bits.js";
import { freeBuffer } from "./free-buffer.js";
import type { ReadRows } from "./line-reader.js";
import type { ManifestShard } from "./manifest.js";
import type { Cut } from "./options.js";
import { type FolderOptions, ShardFolder } from "./shard-folder.js";
import type { OpenRowGroup, Threads } from "./threads.js";

/**
 * A row group ends early when its lines have this many bytes: readers need not fetch or hold more at once. Rows are
 * measured by their lines, so that the same input is always cut at the same places.
 */
const ROW_GROUP_BYTES = 96 * 1024 * 1024;
/** Row groups that may wait for the disk. */
const MOST_WAITING = 4;
/** No boundary by keys comes before this share of the most rows, and then one is expected within another such share. */
const LEAST_SHARE = 4;
/** Keys are spread evenly over the numbers below this one. */
const KEYS = 2 ** 32;

/** Cuts the rows of one subset into row groups and shards. */
export class ShardSet {
  /** Bytes of the lines whose rows are in the row group that is open. */
  openBytes = 0;
  /** How many rows it has. */
  rows = 0;
  /** Rows that a later one has replaced. */
  readonly replaced = new Bits();
  readonly #cut: Cut;
  readonly #threads: Threads;
  readonly #folder: ShardFolder;
  readonly #media: MediaType;
  #group: OpenRowGroup | undefined;
  #rowsInGroup = 0;
  #rowsInShard = 0;
  #beginsShard = true;
  /** Row groups on their way to the disk, one after the other. */
  readonly #placing: Promise<void>[] = [];

  /** The folder is there already. */
  constructor(cut: Cut, threads: Threads, options: FolderOptions) {
    this.#cut = cut;
    this.#threads = threads;
    this.#folder = new ShardFolder(options);
    this.#media = options.media;
  }

  /** Adds rows, which are handed over, without those left out. */
  async add({ data, sizes, keys }: ReadRows, leftOut: readonly number[] = []): Promise<void> {
    let from = 0;
    let left = 0;
    this.rows += data.rows - leftOut.length;
    const encode = (to: number) => {
      if (to > from) this.#encode(data, from, to);
      from = to;
    };
    for (let row = 0; row < data.rows; row++) {
      if (leftOut[left] === row) {
        encode(row);
        from = row + 1;
        left++;
        continue;
      }
      if (this.#isBoundary(keys[row] as number)) {
        encode(row);
        this.#endShard();
      }
      this.#rowsInGroup++;
      this.#rowsInShard++;
      this.openBytes += sizes[row] as number;
      if (this.#rowsInShard >= this.#cut.rowsPerShard) {
        encode(row + 1);
        this.#endShard();
      } else if (this.#rowsInGroup >= this.#cut.rowGroupRows || this.openBytes >= ROW_GROUP_BYTES) {
        encode(row + 1);
        this.endRowGroup();
      }
    }
    encode(data.rows);
    if (this.#placing.length > MOST_WAITING) await this.#placing.shift();
    await this.#threads.room();
  }

  /**
   * With stable boundaries, a shard begins with a record whose key is small, wherever that stands. So a record that is
   * new or gone changes its own shard, and those after it begin with the same records as before.
   */
  #isBoundary(key: number): boolean {
    const { stable, rowsPerShard } = this.#cut;
    if (!stable) return false;
    const least = Math.max(1, Math.floor(rowsPerShard / LEAST_SHARE));
    return this.#rowsInShard >= least && key < KEYS / least;
  }

  /** Ends the row group that is open, if one is. */
  endRowGroup(): void {
    if (!this.#group) return;
    const rows = this.#rowsInGroup;
    const beginsShard = this.#beginsShard;
    const encoded = this.#group.end();
    const before = this.#placing.at(-1);
    const place = async () => {
      const [rowGroup] = await Promise.all([encoded, before]);
      if (rowGroup.rows !== rows) throw new Error(`a row group has ${rowGroup.rows} rows of ${rows}`);
      await this.#folder.add(rowGroup, beginsShard);
      freeBuffer(rowGroup.bytes.buffer);
    };
    const placed = place();
    // Whoever waits for it gets the failure.
    placed.catch(() => undefined);
    this.#placing.push(placed);
    this.#group = undefined;
    this.#rowsInGroup = 0;
    this.openBytes = 0;
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

  #encode(data: RowsData, from: number, to: number): void {
    this.#group ??= this.#threads.begin(this.#media);
    this.#group.add(data, from, to, to === data.rows);
  }

  #endShard(): void {
    this.endRowGroup();
    this.#rowsInShard = 0;
    this.#beginsShard = true;
  }
}
