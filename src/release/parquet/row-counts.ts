import type { MediaType } from "../../record/index.js";

/** Rows by the values of what is counted. */
export interface CountsByValue {
  readonly media: ReadonlyMap<string, number>;
  /** By licence and version with a blank between them. */
  readonly licenses: ReadonlyMap<string, number>;
  readonly providers: ReadonlyMap<string, number>;
  readonly sources: ReadonlyMap<string, number>;
  /** By provider: when a record of it was last seen at its source, in milliseconds since 1970. */
  readonly synced: ReadonlyMap<string, number>;
}

/** Counts the rows of a block or shard. */
export class RowCounts {
  readonly #media = new Map<string, number>();
  readonly #licenses = new Map<string, number>();
  readonly #providers = new Map<string, number>();
  readonly #sources = new Map<string, number>();
  readonly #synced = new Map<string, number>();

  /** `license` is licence and version with a blank between them. */
  add(media: MediaType, license: string, provider: string, source: string): void {
    addTo(this.#media, media, 1);
    addTo(this.#licenses, license, 1);
    addTo(this.#providers, provider, 1);
    addTo(this.#sources, source, 1);
  }

  /** Notes when a record was last seen at its source: milliseconds since 1970, 0 where nobody knows. */
  addSync(provider: string, time: number): void {
    if (time > (this.#synced.get(provider) ?? 0)) this.#synced.set(provider, time);
  }

  get byValue(): CountsByValue {
    return {
      media: this.#media,
      licenses: this.#licenses,
      providers: this.#providers,
      sources: this.#sources,
      synced: this.#synced,
    };
  }
}

/** Adds rows to those of a value; a value without rows is not there. */
export function addTo(counts: Map<string, number>, value: string, rows: number): void {
  const sum = (counts.get(value) ?? 0) + rows;
  if (sum === 0) counts.delete(value);
  else counts.set(value, sum);
}
