import { Failure } from "../failure.js";
import type { JsonObject, LineWriter, OnBadLine } from "../ndjson/index.js";
import { convertItem } from "./convert.js";
import { type ItemTools, LACKING, type Provider, type Skipped } from "./provider.js";

/** Some items of one file, or one page of a walk. */
export interface Batch {
  /** The file, or the provider of a walk: what messages call it. */
  readonly file: string;
  /** How many items of the file or walk came before these. */
  readonly before: number;
  readonly items: readonly JsonObject[];
}

/** What a collector works with. */
export interface CollectorOptions {
  readonly provider: Provider;
  readonly tools: ItemTools;
  readonly output: LineWriter;
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

/** Turns items into lines of output, and counts what became of them. */
export class Collector {
  /** Lines written. */
  written = 0;
  /** Items that gave no record on purpose, by reason. */
  readonly skipped = new Map<Skipped["skipped"], number>();
  readonly #options: CollectorOptions;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.written >= this.#options.limit;
  }

  /** Throws a `Failure` (`bad_input`) when so many items of a page cannot be used that the API must have changed. */
  async take({ file, before, items }: Batch): Promise<void> {
    const bad = new Map<string, number>();
    for (const [i, item] of items.entries()) {
      if (this.isFull) return;
      if (this.#options.raw) await this.#write(item);
      else {
        const reason = await this.#convert(item, file, before + i + 1);
        if (reason !== undefined) bad.set(reason, (bad.get(reason) ?? 0) + 1);
      }
    }
    if (this.#options.stopsAtDrift) refuseDrift(this.#options.provider, items.length, bad);
  }

  /** Writes the records of an item; gives the reason where it cannot be used and should have been. */
  async #convert(item: JsonObject, file: string, position: number): Promise<string | undefined> {
    const { provider, tools, onBadLine, onLacking } = this.#options;
    const { records, refused, skipped } = await convertItem(provider, item, tools);
    for (const record of records) if (!this.isFull) await this.#write(record);
    for (const refusal of refused)
      await onBadLine({ file, item: position, ...refusal, input: JSON.stringify(item) });
    if (skipped) this.skipped.set(skipped, (this.skipped.get(skipped) ?? 0) + 1);
    const lacking = LACKING.find((reason) => reason === skipped);
    if (lacking === undefined) return records.length === 0 ? refused[0]?.error : undefined;
    const code = lacking.replaceAll(" ", "_");
    await onLacking?.({ file, item: position, error: lacking, code, input: JSON.stringify(item) });
    return lacking;
  }

  async #write(value: object): Promise<void> {
    this.written++;
    const full = this.#options.output.write(JSON.stringify(value));
    if (full) await full;
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
