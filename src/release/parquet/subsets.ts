import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { orFail } from "../../base/failure.js";
import { MEDIA_TYPES, type MediaType } from "../../record/index.js";
import type { ManifestShard } from "./manifest.js";
import type { Cut, ShardWriterOptions } from "./options.js";
import { MOST_SUBSETS, partitionName, tooManySubsets } from "./partition-name.js";
import { ShardSet } from "./shard-set.js";
import type { Threads } from "./threads.js";

/** Bytes of lines whose row groups are open; beyond it the largest one ends early. */
const OPEN_BYTES = 512 * 1024 * 1024;

/** More rows than a set has: places of rows are a set and a row in one number. */
const SET_ROWS = 2 ** 32;

/** The sets of shards that records are divided into: by media type, then by the value of a column. */
export class Subsets {
  readonly #folder: string;
  readonly #cut: Cut;
  readonly #threads: Threads;
  readonly #options: ShardWriterOptions;
  readonly #open: Readonly<Record<MediaType, Map<string, ShardSet>>> = { image: new Map(), audio: new Map() };
  /** Open or finished, in the order that they were begun in. */
  readonly #begun: ShardSet[] = [];

  /** `folder` is where shards are while they are written; messages call it `options.out`. */
  constructor(folder: string, cut: Cut, threads: Threads, options: ShardWriterOptions) {
    this.#folder = folder;
    this.#cut = cut;
    this.#threads = threads;
    this.#options = options;
  }

  /** How many rows a later one has replaced. */
  get replaced(): number {
    return this.#begun.reduce((sum, { replaced }) => sum + replaced.count, 0);
  }

  /** The set of a value, which is empty where nothing divides the records. */
  async setOf(media: MediaType, value: string): Promise<ShardSet> {
    const sets = this.#open[media];
    const { partitionBy, out, compression = "zstd", withSyncTimes = false } = this.#options;
    const known = sets.get(value);
    if (known) return known;
    if (sets.size >= MOST_SUBSETS) throw tooManySubsets(partitionBy);
    const name = partitionBy && partitionName(value);
    const path = name === undefined ? media : `${media}/${name}`;
    await orFail("write", out, () => mkdir(join(this.#folder, path), { recursive: true }));
    const set = new ShardSet(this.#cut, this.#threads, {
      media,
      config: name === undefined ? media : `${media}-${name}`,
      path,
      root: { path: this.#folder, name: out },
      shardBytes: this.#cut.shardBytes,
      compression,
      withSyncTimes,
    });
    sets.set(value, set);
    this.#begun.push(set);
    return set;
  }

  /** Where the next rows of some sets go, each place as one number; `replace` takes it. */
  placesIn(sets: readonly ShardSet[]): (subset: number, row: number) => number {
    const starts = sets.map((set) => this.#begun.indexOf(set) * SET_ROWS + set.rows);
    return (subset, row) => (starts[subset] as number) + row;
  }

  /** Marks the row in a place as replaced by a later one. */
  replace(place: number): void {
    this.#begun[Math.floor(place / SET_ROWS)]?.replaced.set(place % SET_ROWS);
  }

  /** Bounds memory where many sets are written at once. */
  boundOpenBytes(): void {
    if (!this.#options.partitionBy) return;
    const sets = this.#all();
    const bytes = sets.reduce((sum, set) => sum + set.openBytes, 0);
    if (bytes <= OPEN_BYTES) return;
    sets.reduce((largest, set) => (set.openBytes > largest.openBytes ? set : largest)).endRowGroup();
  }

  /** Ends all shards: those of images first, then audio, each by their values. Rows that come later are in new sets. */
  async finish(): Promise<(readonly [set: ShardSet, shards: ManifestShard[]])[]> {
    const finished: (readonly [ShardSet, ManifestShard[]])[] = [];
    for (const media of MEDIA_TYPES) {
      const sets = [...this.#open[media]].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [, set] of sets) finished.push([set, await set.finish()]);
      this.#open[media].clear();
    }
    return finished;
  }

  /** Stops writing. */
  async abandon(): Promise<void> {
    for (const set of this.#all()) await set.abandon();
  }

  #all(): ShardSet[] {
    return MEDIA_TYPES.flatMap((media) => [...this.#open[media].values()]);
  }
}
