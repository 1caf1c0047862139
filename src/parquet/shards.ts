import { Failure } from "../failure.js";
import { WholeFolder } from "../files/index.js";
import { MEDIA_TYPES, type MediaRecord, type MediaType } from "../record/index.js";
import type { Compression } from "./encoder.js";
import type { ManifestLine } from "./manifest.js";
import { MediaShards, type ShardOptions } from "./media-shards.js";
import { Tally } from "./tally.js";

/**
 * A shard of usual records has 100 to 300 MB, in twenty row groups: large enough to upload and to read at speed,
 * small enough that a changed one is sent again in a minute.
 */
const ROWS_PER_SHARD = 1_000_000;
/** About 40 MB of text: hub viewers read no more than 300 MB of a row group, and memory here grows with it. */
const ROW_GROUP_ROWS = 50_000;

/** Where shards go and how they are cut. */
export interface ShardWriterOptions {
  /** The folder to make. */
  readonly out: string;
  /** Whether an older folder of shards may be replaced; otherwise it is a `Failure`. */
  readonly replace?: boolean;
  readonly rowsPerShard?: number;
  readonly rowGroupRows?: number;
  readonly compression?: Compression;
}

/** Cuts records of both media types into shards, in the order they come. */
export class ShardWriter {
  readonly #out: string;
  readonly #folder: WholeFolder;
  readonly #options: ShardOptions;
  readonly #media = new Map<MediaType, MediaShards>();
  readonly #tally = new Tally();

  private constructor(out: string, folder: WholeFolder, options: ShardOptions) {
    this.#out = out;
    this.#folder = folder;
    this.#options = options;
  }

  /** Checks that the folder may be made. */
  static async create({ out, replace = false, ...options }: ShardWriterOptions): Promise<ShardWriter> {
    const { rowsPerShard = ROWS_PER_SHARD, rowGroupRows = ROW_GROUP_ROWS, compression = "zstd" } = options;
    checkRows("rows of a shard", rowsPerShard);
    checkRows("rows of a row group", rowGroupRows);
    const folder = await WholeFolder.create(out, { replace, what: "shards", recognise: holdsShards });
    return new ShardWriter(out, folder, { rowsPerShard, rowGroupRows, compression });
  }

  /** Adds a cleaned record. When it gives a promise, wait for it before the next call. */
  write(record: MediaRecord): Promise<void> | undefined {
    this.#tally.add(record);
    const shards = this.#media.get(record.media_type);
    return shards ? shards.write(record) : this.#writeFirst(record);
  }

  /**
   * Ends the shards, names them and puts the folder in place; gives the manifest: images first, then audio, then
   * the totals. With no records at all the folder is empty and the manifest has only its totals.
   */
  async finish(): Promise<ManifestLine[]> {
    const lines: ManifestLine[] = [];
    for (const media of MEDIA_TYPES) lines.push(...((await this.#media.get(media)?.finish()) ?? []));
    await this.#folder.commit();
    return [...lines, this.#tally.totals];
  }

  /** Leaves nothing behind. Does nothing after `finish`. */
  async abandon(): Promise<void> {
    for (const shards of this.#media.values()) await shards.abandon();
    await this.#folder.abandon();
  }

  async #writeFirst(record: MediaRecord): Promise<void> {
    const media = record.media_type;
    const folder = { path: this.#folder.path, name: this.#out };
    const shards = await MediaShards.create(media, folder, this.#options);
    this.#media.set(media, shards);
    await shards.write(record);
  }
}

function checkRows(what: string, rows: number): void {
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new Failure("usage", `${what}: ${rows} is not a whole number from 1 on`);
  }
}

/** Whether a folder has nothing but what this writer makes. */
function holdsShards(entries: readonly string[]): boolean {
  return entries.every((entry) => (MEDIA_TYPES as readonly string[]).includes(entry));
}
