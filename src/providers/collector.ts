import type { JsonObject, LineWriter, OnBadLine } from "../ndjson/index.js";
import { convertItem } from "./convert.js";
import type { ItemTools, Provider, Skipped } from "./provider.js";

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
}

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

  async take({ file, before, items }: Batch): Promise<void> {
    for (const [i, item] of items.entries()) {
      if (this.isFull) return;
      if (this.#options.raw) await this.#write(item);
      else await this.#convert(item, file, before + i + 1);
    }
  }

  async #convert(item: JsonObject, file: string, position: number): Promise<void> {
    const { provider, tools, onBadLine } = this.#options;
    const { records, refused, skipped } = await convertItem(provider, item, tools);
    for (const record of records) if (!this.isFull) await this.#write(record);
    for (const refusal of refused)
      await onBadLine({ file, item: position, ...refusal, input: JSON.stringify(item) });
    if (skipped) this.skipped.set(skipped, (this.skipped.get(skipped) ?? 0) + 1);
  }

  async #write(value: object): Promise<void> {
    this.written++;
    const full = this.#options.output.write(JSON.stringify(value));
    if (full) await full;
  }
}
