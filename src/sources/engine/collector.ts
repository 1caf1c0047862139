import { Failure } from "../../base/failure.js";
import type { BadLine, JsonObject, LineWriter, OnBadLine } from "../../base/ndjson/index.js";
import { DroppedTally, type MediaRecord, type Refusal, refusalOf } from "../../record/index.js";
import { type Conversion, convertItem } from "./convert.js";
import { itemText } from "./item-texts.js";
import { KeyGuard } from "./keys.js";
import { type ItemTools, LACKING, type Provider, type Skipped } from "./provider.js";

/** Some items of one file, or one page of a walk. */
export interface Batch {
  /** The file, or the provider of a walk: what messages call it. */
  readonly file: string;
  /** How many items of the file or walk came before these. */
  readonly before: number;
  readonly items: readonly JsonObject[];
  /** Where the items of a page come one by one, what became of those before; an empty batch ends the page. */
  readonly page?: PageSoFar;
}

/** The items of a page, and how many of them cannot be used, by reason. */
export interface PageSoFar {
  items: number;
  readonly bad: Map<string, number>;
}

/** What a collector works with. */
export interface CollectorOptions {
  readonly provider: Provider;
  /** The API key, where it is known: no line of output or reject may hold it. */
  readonly key?: string | undefined;
  readonly tools: ItemTools;
  readonly output: Pick<LineWriter, "write">;
  readonly onBadLine: OnBadLine;
  /** Items as they are, instead of records. */
  readonly raw: boolean;
  /** Whether records that lose something when they are cleaned are bad lines. */
  readonly strict?: boolean;
  /** The most lines to write. */
  readonly limit: number;
  /** Told of items that lack what a record needs; they are counted as skipped all the same. */
  readonly onLacking?: OnBadLine | undefined;
  /** Whether a page with many items that cannot be used ends the walk. */
  readonly stopsAtDrift?: boolean;
}

/** More than this share of a page cannot be used, and the API has changed. One bad item of a few is no sign. */
const DRIFT = 0.2;
const FEWEST = 2;

/** How many of the records written first and last are remembered. */
export const REMEMBERED = 10;

/** Turns items into lines of output, and counts what became of them. */
export class Collector {
  /** Lines written. */
  written = 0;
  /** Items, and single files of items, that gave no record on purpose, by reason. */
  readonly skipped = new Map<Skipped["skipped"], number>();
  /** What the records that were written have lost when they were cleaned. */
  readonly dropped = new DroppedTally();
  /** How often the API key was cut out, by column. */
  readonly keysCut = new Map<string, number>();
  readonly #options: CollectorOptions;
  readonly #guard: KeyGuard;
  readonly #first: MediaRecord[] = [];
  /** A ring: the record written last stands at `written - 1`, modulo its length. */
  readonly #last: MediaRecord[] = [];

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#guard = new KeyGuard(options.provider, options.key);
  }

  /** What to do with a bad line or item; no key comes through. */
  readonly onBadLine: OnBadLine = (bad) => this.#options.onBadLine(this.#guard.cutBadLine(bad));

  get isFull(): boolean {
    return this.written >= this.#options.limit;
  }

  /** The first and the last records that were written, each in their order. */
  get ends(): { first: readonly MediaRecord[]; last: readonly MediaRecord[] } {
    const start = this.#last.length < REMEMBERED ? 0 : this.written % REMEMBERED;
    return { first: this.#first.slice(), last: [...this.#last.slice(start), ...this.#last.slice(0, start)] };
  }

  /** Throws a `Failure` (`bad_input`) when too many items of a page cannot be used: the API must have changed. */
  async take({ file, before, items, page }: Batch): Promise<void> {
    const { provider, tools, raw, stopsAtDrift } = this.#options;
    const { bad } = page ?? { bad: new Map<string, number>() };
    for (const [i, item] of items.entries()) {
      if (this.isFull) return;
      if (raw) {
        const full = this.#writeItem(item);
        if (full) await full;
        continue;
      }
      const converted = convertItem(provider, item, tools);
      const conversion = converted instanceof Promise ? await converted : converted;
      const place = { file, item: before + i + 1 };
      for (const record of conversion.records) {
        const full = this.isFull ? undefined : this.#writeRecord(record, conversion, item, place);
        if (full) await full;
      }
      if (conversion.refused.length === 0 && !conversion.skipped && !conversion.leftOut) continue;
      const reason = await this.#report(conversion, item, place);
      if (reason !== undefined) bad.set(reason, (bad.get(reason) ?? 0) + 1);
    }
    if (page) page.items += items.length;
    if (!stopsAtDrift || (page && items.length > 0)) return;
    refuseDrift(provider, page?.items ?? items.length, bad);
  }

  /** Reports what gave no record; gives the reason where an item cannot be used and should have been. */
  async #report(
    { records, refused, skipped, leftOut = skipped ? [skipped] : [] }: Conversion,
    item: JsonObject,
    place: Place,
  ): Promise<string | undefined> {
    const { onLacking } = this.#options;
    // Only where it is written: most items that give no record are merely counted.
    for (const refusal of refused) await this.onBadLine({ ...place, ...refusal, input: itemText(item) });
    for (const reason of leftOut) countOne(this.skipped, reason);
    const lacking = LACKING.find((reason) => reason === skipped);
    if (lacking === undefined) return records.length === 0 ? refused[0]?.error : undefined;
    if (onLacking) {
      const bad = { ...place, error: lacking, code: lacking.replaceAll(" ", "_"), input: itemText(item) };
      await onLacking(this.#guard.cutBadLine(bad));
    }
    return lacking;
  }

  /** Counts what a record has lost; gives its refusal where such are not wanted. */
  #countDropped(losses: NonNullable<Conversion["dropped"]>, record: MediaRecord): Refusal | undefined {
    const dropped = losses.get(record);
    if (!dropped) return undefined;
    if (this.#options.strict) return refusalOf(dropped);
    this.dropped.add(dropped);
    return undefined;
  }

  /** It is no sign that the API has changed: without `strict` the record would have been written. */
  async #refuse(refusal: Refusal, item: JsonObject, place: Place): Promise<void> {
    await this.onBadLine({ ...place, ...refusal, input: itemText(item) });
  }

  #writeRecord(
    record: MediaRecord,
    { dropped }: Conversion,
    item: JsonObject,
    place: Place,
  ): void | Promise<void> {
    const refusal = dropped && this.#countDropped(dropped, record);
    if (refusal) return this.#refuse(refusal, item, place);
    const line = JSON.stringify(record);
    if (!this.#guard.isIn(line)) return this.#write(line, record);
    const cut = this.#guard.cutRecord(record);
    if ("error" in cut) return this.#refuse(cut, item, place);
    for (const column of cut.columns) countOne(this.keysCut, column);
    return this.#write(JSON.stringify(cut.record), cut.record);
  }

  #remember(record: MediaRecord): void {
    if (this.written < REMEMBERED) this.#first.push(record);
    this.#last[this.written % REMEMBERED] = record;
  }

  #writeItem(item: JsonObject): Promise<void> | undefined {
    const line = itemText(item);
    const cut = this.#guard.cutItem(line);
    if (cut !== line) countOne(this.keysCut, "item");
    return this.#write(cut);
  }

  #write(line: string, record?: MediaRecord): Promise<void> | undefined {
    if (record) this.#remember(record);
    this.written++;
    return this.#options.output.write(line);
  }
}

/** Where an item stood, for bad lines. */
type Place = Pick<BadLine, "file" | "item">;

function countOne<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function refuseDrift({ title }: Provider, items: number, bad: ReadonlyMap<string, number>): void {
  const count = [...bad.values()].reduce((sum, one) => sum + one, 0);
  if (count < FEWEST || count <= items * DRIFT) return;
  const reasons = [...bad].map(([reason, times]) => `${times} with ${reason}`).join(", ");
  throw new Failure(
    "bad_input",
    `${count} of ${items} items of a page cannot be used (${reasons}): the API of ${title} has changed`,
  );
}
