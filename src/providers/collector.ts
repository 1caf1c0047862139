import { Failure } from "../failure.js";
import type { JsonObject, LineWriter, OnBadLine } from "../ndjson/index.js";
import type { MediaRecord } from "../record/index.js";
import { type Conversion, convertItem } from "./convert.js";
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
  readonly tools: ItemTools;
  readonly output: Pick<LineWriter, "write">;
  readonly onBadLine: OnBadLine;
  /** Items as they are, instead of records. */
  readonly raw: boolean;
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

/** So many of the records written first and last are remembered. */
const REMEMBERED = 10;

/** Turns items into lines of output, and counts what became of them. */
export class Collector {
  /** Lines written. */
  written = 0;
  /** Items that gave no record on purpose, by reason. */
  readonly skipped = new Map<Skipped["skipped"], number>();
  readonly #options: CollectorOptions;
  readonly #first: MediaRecord[] = [];
  /** A ring: the record written last stands at `written - 1`, modulo its length. */
  readonly #last: MediaRecord[] = [];

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.written >= this.#options.limit;
  }

  /** The first and the last records that were written, each in their order. */
  get ends(): { first: readonly MediaRecord[]; last: readonly MediaRecord[] } {
    const start = this.#last.length < REMEMBERED ? 0 : this.written % REMEMBERED;
    return { first: this.#first.slice(), last: [...this.#last.slice(start), ...this.#last.slice(0, start)] };
  }

  /** Throws a `Failure` (`bad_input`) when so many items of a page cannot be used that the API must have changed. */
  async take({ file, before, items, page }: Batch): Promise<void> {
    const { provider, tools, raw, stopsAtDrift } = this.#options;
    const { bad } = page ?? { bad: new Map<string, number>() };
    for (const [i, item] of items.entries()) {
      if (this.isFull) return;
      if (raw) {
        const full = this.#write(item);
        if (full) await full;
        continue;
      }
      const converted = convertItem(provider, item, tools);
      const conversion = converted instanceof Promise ? await converted : converted;
      for (const record of conversion.records) {
        if (this.isFull) break;
        if (this.written < REMEMBERED) this.#first.push(record);
        this.#last[this.written % REMEMBERED] = record;
        const full = this.#write(record);
        if (full) await full;
      }
      if (conversion.refused.length === 0 && !conversion.skipped) continue;
      const reason = await this.#report(conversion, item, { file, item: before + i + 1 });
      if (reason !== undefined) bad.set(reason, (bad.get(reason) ?? 0) + 1);
    }
    if (page) page.items += items.length;
    if (!stopsAtDrift || (page && items.length > 0)) return;
    refuseDrift(provider, page?.items ?? items.length, bad);
  }

  /** Reports what gave no record; gives the reason where an item cannot be used and should have been. */
  async #report(
    { records, refused, skipped }: Conversion,
    item: JsonObject,
    place: { readonly file: string; readonly item: number },
  ): Promise<string | undefined> {
    const { onBadLine, onLacking } = this.#options;
    const input = JSON.stringify(item);
    for (const refusal of refused) await onBadLine({ ...place, ...refusal, input });
    if (skipped) this.skipped.set(skipped, (this.skipped.get(skipped) ?? 0) + 1);
    const lacking = LACKING.find((reason) => reason === skipped);
    if (lacking === undefined) return records.length === 0 ? refused[0]?.error : undefined;
    await onLacking?.({ ...place, error: lacking, code: lacking.replaceAll(" ", "_"), input });
    return lacking;
  }

  #write(value: object): Promise<void> | undefined {
    this.written++;
    return this.#options.output.write(JSON.stringify(value));
  }
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
