import { type Block, type ByteLine, type LinesIn, linesIn } from "../../base/ndjson/index.js";
import { Batch, LineDecoder, type RowsData } from "../../record/decoder/index.js";
import {
  type DroppedCounts,
  DroppedTally,
  MEDIA_TYPES,
  type MediaRecord,
  type MediaType,
  type Refusal,
} from "../../record/index.js";
import { type Cleaning, recordIn } from "./clean-line.js";
import { type IdentifiedRows, RowIdentities, wordsOf } from "./identified-rows.js";
import type { Partition } from "./options.js";
import { MOST_SUBSETS } from "./partition-name.js";
import { type CountsByValue, RowCounts } from "./row-counts.js";
import { columnsToSort, type KeyedLines, keyedLines } from "./sort-keys.js";

/** Rows of one subset, in the order of their lines. */
export interface ReadRows {
  readonly media: MediaType;
  /** The value of the column to divide by; empty where there is no such column. */
  readonly value: string;
  readonly data: RowsData;
  /** Bytes of each row's line. */
  readonly sizes: Uint32Array<ArrayBuffer>;
  /** The first 32 bits of each row's identifier. */
  readonly keys: Uint32Array<ArrayBuffer>;
}

/** What became of a block of lines. */
export interface LinesRead extends Pick<Block, "file" | "isFirst"> {
  /** The block, handed back. */
  readonly bytes: Block["bytes"];
  /** How many lines there were. */
  readonly lines: number;
  readonly rows: readonly ReadRows[];
  /** One for each media type with rows. */
  readonly identified: readonly IdentifiedRows[];
  readonly counts: CountsByValue;
  /** What the records have lost when they were cleaned. */
  readonly dropped: DroppedCounts | undefined;
  /** The column to divide by has more values than there may be subsets: rows are missing. */
  readonly isTooDivided: boolean;
  /** Where lines are sorted: the good ones, with their keys; `rows` is empty then. */
  readonly keyed: KeyedLines | undefined;
  /** Lines that cannot be used, counted from 1 in the block. */
  readonly bad: LinesIn["bad"];
}

type RowPlace = { readonly media: MediaType } & Readonly<Record<Partition, string>>;

/** Reads blocks of lines into rows, as `cleanRecord` would clean them; or, with `sortBy`, gives them keys by these columns. */
export class LineReader {
  readonly #partitionBy: Partition | undefined;
  readonly #cleaning: Cleaning;
  readonly #sortBy: readonly string[] | undefined;
  readonly #decoder = new LineDecoder();
  /** By media type and value; those without rows wait for the next block. */
  readonly #subsets: Readonly<Record<MediaType, Map<string, Subset>>> = {
    image: new Map(),
    audio: new Map(),
  };

  readonly #identities: Readonly<Record<MediaType, RowIdentities<Subset>>> = {
    image: new RowIdentities(),
    audio: new RowIdentities(),
  };

  #isTooDivided = false;

  constructor(partitionBy: Partition | undefined, cleaning: Cleaning, sortBy?: readonly string[]) {
    this.#partitionBy = partitionBy;
    this.#cleaning = cleaning;
    this.#sortBy = sortBy;
  }

  read(block: Block): LinesRead {
    const sortBy = this.#sortBy;
    const { lines, bad, count } = linesIn(block);
    const counts = new RowCounts();
    const dropped = new DroppedTally();
    const all = [...bad];
    const numbers: number[] = [];
    const bounds: number[] = [];
    for (const line of lines) {
      const refusal = this.#readLine(line, counts, dropped);
      if (refusal) all.push({ ...refusal, file: line.file, line: line.line, input: line.text });
      else if (sortBy) {
        numbers.push(line.line);
        bounds.push(line.start, line.end);
      }
    }
    all.sort((a, b) => a.line - b.line);
    const { file, bytes, isFirst } = block;
    const read = { file, bytes, isFirst, lines: count, counts: counts.byValue, bad: all };
    const { rows, identified } = this.#takeRows();
    const keyed = sortBy && keyedLines(sortBy, numbers, bounds, rows, identified);
    const taken = { rows: keyed ? [] : rows, identified, keyed };
    return { ...read, isTooDivided: this.#isTooDivided, dropped: dropped.counts, ...taken };
  }

  #readLine(line: ByteLine, counts: RowCounts, dropped: DroppedTally): Refusal | undefined {
    const decoder = this.#decoder;
    const size = line.end - line.start;
    const isDecoded = decoder.decode(line.bytes, line.start, line.end);
    const lost = isDecoded ? decoder.dropped : undefined;
    // Where a loss refuses the record, cleaning it gives the reason.
    if (isDecoded && !(lost && this.#cleaning.strict)) {
      if (lost) dropped.add(lost);
      const { provider } = decoder;
      counts.add(decoder.media, decoder.licensePair, provider, decoder.source);
      const subset = this.#subsetOf(decoder);
      counts.addSync(provider, subset.addLine(size, decoder.key));
      this.#identities[decoder.media].add(line.line, subset, decoder.identity);
      return undefined;
    }
    const cleaned = recordIn(line.text, this.#cleaning);
    if (!("record" in cleaned)) return cleaned;
    const { record } = cleaned;
    if (cleaned.dropped) dropped.add(cleaned.dropped);
    const { media_type: media, provider } = record;
    const license = record.license as string;
    const source = (record.source as string | null) ?? provider;
    counts.add(media, `${license} ${record.license_version}`, provider, source);
    const subset = this.#subsetOf({ media, license, provider, source });
    counts.addSync(provider, subset.addRecord(record, size));
    const name = Buffer.from(`${provider}\n${record.foreign_identifier}`);
    const words = wordsOf(record.identifier as string);
    this.#identities[media].add(line.line, subset, { words, at: 0, bytes: name, start: 0, end: name.length });
    return undefined;
  }

  #subsetOf(place: RowPlace): Subset {
    const value = this.#partitionBy === undefined ? "" : place[this.#partitionBy];
    const subsets = this.#subsets[place.media];
    let subset = subsets.get(value);
    if (!subset && subsets.size === MOST_SUBSETS) {
      // The command fails; until then no more subsets are kept in memory.
      this.#isTooDivided = true;
      [subset] = subsets.values();
    }
    if (!subset) {
      const columns = this.#sortBy && columnsToSort(this.#sortBy, place.media);
      subset = new Subset(new Batch(this.#decoder, place.media, columns));
      subsets.set(value, subset);
    }
    return subset;
  }

  /** By media type and value, whichever lines the thread has read before. */
  #takeRows(): Pick<LinesRead, "rows" | "identified"> {
    const subsets = MEDIA_TYPES.flatMap((media) =>
      [...this.#subsets[media]]
        .filter(([, subset]) => subset.hasRows)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([value, subset]) => ({ media, value, subset })),
    );
    const numbers = new Map(subsets.map(({ subset }, number) => [subset, number]));
    const identified = MEDIA_TYPES.filter((media) => this.#identities[media].hasRows).map((media) =>
      this.#identities[media].take(media, (subset) => numbers.get(subset) as number),
    );
    return {
      rows: subsets.map(({ media, value, subset }) => ({ media, value, ...subset.take() })),
      identified,
    };
  }
}

/** Rows of one subset. */
class Subset {
  readonly #batch: Batch;
  #sizes: number[] = [];
  #keys: number[] = [];

  constructor(batch: Batch) {
    this.#batch = batch;
  }

  get hasRows(): boolean {
    return this.#batch.rows > 0;
  }

  /** Adds the line that was read last; gives what `Batch.addLine` does. */
  addLine(size: number, key: number): number {
    this.#sizes.push(size);
    this.#keys.push(key);
    return this.#batch.addLine();
  }

  addRecord(record: MediaRecord, size: number): number {
    this.#sizes.push(size);
    // The first eight digits; the hyphen ends the number.
    this.#keys.push(Number.parseInt(record.identifier as string, 16));
    return this.#batch.addRecord(record);
  }

  take(): Omit<ReadRows, "media" | "value"> {
    const sizes = Uint32Array.from(this.#sizes);
    const keys = Uint32Array.from(this.#keys);
    this.#sizes = [];
    this.#keys = [];
    return { data: this.#batch.take(), sizes, keys };
  }
}
