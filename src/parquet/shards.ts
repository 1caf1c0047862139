import { join } from "node:path";
import { Failure } from "../failure.js";
import { WholeFolder } from "../files/index.js";
import { LineWalker } from "../lines/index.js";
import { type ByteLine, parseObject } from "../ndjson/index.js";
import { cleanRecord, MEDIA_TYPES, type MediaRecord, type MediaType, type Refusal } from "../record/index.js";
import { Encoders } from "./encoders.js";
import { keepExtra } from "./extra.js";
import type { ManifestLine } from "./manifest.js";
import { type Cut, cutOf, type Partition, type ShardWriterOptions } from "./options.js";
import { partitionName } from "./partition-name.js";
import { ShardSet } from "./shard-set.js";
import { Sorter } from "./sorter.js";
import { Tally } from "./tally.js";

/**
 * How records become Parquet, and why it is done so. Figures are CPU seconds for 1,000,000 records (1.2 GB), Node 20.20 on
 * a shared virtual machine with 2 cores; `make bench` measures anew.
 *
 * 1. Lines are never decoded. `src/lines` reads their bytes in WebAssembly, sixteen at a time where
 *    they are plain, and copies what it finds straight into Arrow buffers: 4 s. The same reader in TypeScript took 9 s,
 *    `JSON.parse` and `cleanRecord` about 40 s. The record rules stay where they are: what repeats (hosts, licences, tags) is
 *    asked of them once, and a line that is not plainly clean goes their way.
 * 2. Batches of 2048 rows go to threads that encode row groups (`encoders.ts`, `encoder.ts`): as one buffer that is
 *    handed over, copied once, and given back. apache-arrow's writer of messages copies three times, which took
 *    almost 1 s and 30 MB more.
 * 3. A row group is encoded as a file of its own, so that two threads can work at one shard, and put into its shard by
 *    `row-groups.ts`, which moves the places in its footer: 8 s of encoding, of which zstd takes 4 s. Dictionaries are
 *    off for columns whose values hardly repeat, and lengths, differences and prefixes are kept apart (DELTA encodings):
 *    that takes a fifth off the time and a tenth off the size. Statistics are those of column chunks; those of pages
 *    would add a fifth of the time.
 * 4. Little is under way: 12 MB of batches, and one row group a thread. What is done with is freed at once
 *    (`release.ts`), else garbage alone would take 110 MB. So memory is the same for any number of records.
 */

/** The most subsets: hubs show no more than some thousand, and each of them takes some memory while it is open. */
const MOST_SETS = 1000;
/** Bytes of all row groups that are open; beyond it the largest one ends early. Looked at each time after some rows. */
const OPEN_BYTES = 256 * 1024 * 1024;
const ROWS_BETWEEN_LOOKS = 4096;

/** What the subset of a record depends on. */
type Place = { readonly media: MediaType } & Readonly<Record<Partition, string>>;

/** Cuts records of both media types into shards, in the order they come. */
export class ShardWriter {
  readonly #out: string;
  readonly #folder: WholeFolder;
  readonly #cut: Cut;
  readonly #partitionBy: Partition | undefined;
  readonly #keepExtra: boolean;
  readonly #encoders: Encoders;
  /** By media type, then by the value of the column that they are divided by. */
  readonly #sets: Readonly<Record<MediaType, Map<string, ShardSet>>> = { image: new Map(), audio: new Map() };
  readonly #tally = new Tally();
  readonly #line = new LineWalker();
  readonly #sorter: Sorter | undefined;
  #rows = 0;

  private constructor(folder: WholeFolder, cut: Cut, options: ShardWriterOptions) {
    this.#out = options.out;
    this.#folder = folder;
    this.#cut = cut;
    this.#partitionBy = options.partitionBy;
    this.#keepExtra = options.keepExtra === true;
    this.#encoders = new Encoders({ compression: options.compression ?? "zstd" });
    this.#sorter = options.sort && new Sorter(join(folder.path, "sort"), options.out, options.sort);
  }

  /** Checks that the folder may be made. */
  static async create(options: ShardWriterOptions): Promise<ShardWriter> {
    const { out, replace = false } = options;
    const cut = cutOf(options);
    const folder = await WholeFolder.create(out, { replace, what: "shards", recognise: holdsShards });
    return new ShardWriter(folder, cut, options);
  }

  /**
   * Adds the record of a line, checked and cleaned; says why where it is refused. When it gives a promise, wait for it
   * before the next call.
   */
  writeLine(given: ByteLine): Promise<void> | Refusal | undefined {
    const line = this.#line;
    if (!this.#sorter && line.walk(given.bytes, given.start, given.end)) return this.#addWalked();
    const parsed = parseObject(given.text);
    if ("error" in parsed) return parsed;
    const kept = this.#keepExtra ? keepExtra(parsed.record) : parsed;
    const cleaned = "error" in kept ? kept : cleanRecord(kept.record);
    return "record" in cleaned ? this.write(cleaned.record) : cleaned;
  }

  /** Adds a cleaned record. When it gives a promise, wait for it before the next call. */
  write(record: MediaRecord): Promise<void> | undefined {
    return this.#sorter ? this.#sorter.add(record) : this.#addRecord(record);
  }

  #addWalked(): Promise<void> | undefined {
    const line = this.#line;
    this.#tally.add(line.media, line.licensePair, line.provider, line.source);
    return this.#add(line, (set) => set.addLine(line.updatedOn, this.#cut.stable ? line.key : 0));
  }

  #addRecord(record: MediaRecord): Promise<void> | undefined {
    const { media_type: media, provider } = record;
    const license = record.license as string;
    const source = (record.source as string | null) ?? provider;
    const updatedOn = typeof record.updated_on === "string" ? Date.parse(record.updated_on) : null;
    // The first eight digits of the identifier; the hyphen ends the number.
    const key = this.#cut.stable ? Number.parseInt(record.identifier as string, 16) : 0;
    this.#tally.add(media, `${license} ${record.license_version}`, provider, source);
    return this.#add({ media, license, provider, source }, (set) => set.addRecord(record, updatedOn, key));
  }

  /**
   * Ends the shards, names them and puts the folder in place; gives the manifest: images first, then audio, each by
   * the names of its subsets, then the totals. With no records the folder is empty and the manifest has only totals.
   */
  async finish(): Promise<ManifestLine[]> {
    for await (const line of this.#sorter?.sorted() ?? []) await this.#addSorted(line);
    const lines: ManifestLine[] = [];
    for (const media of MEDIA_TYPES) {
      const sets = [...this.#sets[media]].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [, set] of sets) lines.push(...(await set.finish()));
    }
    await this.#encoders.close();
    await this.#folder.commit();
    return [...lines, this.#tally.totals];
  }

  /** Leaves nothing behind. Does nothing after `finish`. */
  async abandon(): Promise<void> {
    await this.#encoders.close();
    for (const media of MEDIA_TYPES) for (const set of this.#sets[media].values()) await set.abandon();
    await this.#folder.abandon();
  }

  /** Adds a line that was made of a cleaned record. */
  #addSorted(text: string): Promise<void> | undefined {
    const bytes = Uint8Array.from(Buffer.from(`${text}\n`));
    if (this.#line.walk(bytes, 0, bytes.length - 1)) return this.#addWalked();
    return this.#addRecord(JSON.parse(text) as MediaRecord);
  }

  #add(place: Place, add: (set: ShardSet) => Promise<void> | undefined): Promise<void> | undefined {
    const value = this.#partitionBy === undefined ? "" : place[this.#partitionBy];
    const set = this.#sets[place.media].get(value);
    if (!set) return this.#begin(place.media, value).then(add);
    if (this.#partitionBy && ++this.#rows % ROWS_BETWEEN_LOOKS === 0) this.#boundOpenBytes();
    return add(set);
  }

  async #begin(media: MediaType, value: string): Promise<ShardSet> {
    const sets = this.#sets[media];
    if (sets.size >= MOST_SETS) {
      throw new Failure(
        "no_output",
        `more than ${MOST_SETS} values of ${this.#partitionBy}: too many subsets`,
      );
    }
    const name = this.#partitionBy && partitionName(value);
    const set = await ShardSet.create(this.#cut, this.#encoders, this.#line, {
      media,
      config: name === undefined ? media : `${media}-${name}`,
      path: name === undefined ? media : `${media}/${name}`,
      root: { path: this.#folder.path, name: this.#out },
      shardBytes: this.#cut.shardBytes,
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
