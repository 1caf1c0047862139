import type { MediaType } from "../../record/index.js";

/** Rows of a name, and the latest time at which one was seen at its source: milliseconds since 1970, 0 where it is unknown. */
export interface Sum {
  rows: number;
  time: number;
}

/** What rows are counted by, as a manifest calls it; licence and version have a blank between them. */
export const COUNTED = ["by_media", "by_license", "by_provider", "by_source"] as const;
export type Counted = (typeof COUNTED)[number];

/** Rows by the values of each; only those of providers have times. */
export type CountsByValue = Readonly<Record<Counted, ReadonlyMap<string, Readonly<Sum>>>>;

/** Counts the rows of a block or shard. */
export class RowCounts {
  readonly byValue = {
    by_media: new Map<string, Sum>(),
    by_license: new Map<string, Sum>(),
    by_provider: new Map<string, Sum>(),
    by_source: new Map<string, Sum>(),
  };

  /** `license` is licence and version with a blank between them. */
  add(media: MediaType, license: string, provider: string, source: string): void {
    addTo(this.byValue.by_media, media, 1, 0);
    addTo(this.byValue.by_license, license, 1, 0);
    addTo(this.byValue.by_provider, provider, 1, 0);
    addTo(this.byValue.by_source, source, 1, 0);
  }

  /** Notes when a record of a provider was last seen at its source: milliseconds since 1970, 0 where it is unknown. */
  addSync(provider: string, time: number): void {
    if (time > 0) addTo(this.byValue.by_provider, provider, 0, time);
  }
}

/** Adds rows to those of a name, and a time. */
export function addTo(sums: Map<string, Sum>, name: string, rows: number, time: number): void {
  const sum = sums.get(name);
  if (sum === undefined) sums.set(name, { rows, time });
  else {
    sum.rows += rows;
    if (time > sum.time) sum.time = time;
  }
}
