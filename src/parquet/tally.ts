import { type MediaType, SCHEMA_VERSION } from "../record/index.js";
import type { Counts as CountsOfColumn, ManifestTotals } from "./manifest.js";

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

/** Counts rows; what several have counted can be put together. */
export class Counts {
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

  /** Takes back a row that was added. */
  remove(media: MediaType, license: string, provider: string, source: string): void {
    addTo(this.#media, media, -1);
    addTo(this.#licenses, license, -1);
    addTo(this.#providers, provider, -1);
    addTo(this.#sources, source, -1);
  }

  /** Notes when a record was last seen at its source: milliseconds since 1970, 0 where nobody knows. */
  addSync(provider: string, time: number): void {
    if (time > (this.#synced.get(provider) ?? 0)) this.#synced.set(provider, time);
  }

  include({ media, licenses, providers, sources, synced }: CountsByValue): void {
    for (const [value, rows] of media) addTo(this.#media, value, rows);
    for (const [value, rows] of licenses) addTo(this.#licenses, value, rows);
    for (const [value, rows] of providers) addTo(this.#providers, value, rows);
    for (const [value, rows] of sources) addTo(this.#sources, value, rows);
    for (const [provider, time] of synced) this.addSync(provider, time);
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

  /** The manifest's last line. */
  get totals(): ManifestTotals {
    return {
      totals: {
        rows: [...this.#media.values()].reduce((sum, rows) => sum + rows, 0),
        by_media: sorted(this.#media),
        by_license: sorted(this.#licenses),
        by_provider: sorted(this.#providers),
        by_source: sorted(this.#sources),
      },
      schema_version: SCHEMA_VERSION,
      ...(this.#synced.size > 0 && { last_synced: timesOf(this.#synced) }),
    };
  }
}

function addTo(counts: Map<string, number>, value: string, rows: number): void {
  const sum = (counts.get(value) ?? 0) + rows;
  if (sum === 0) counts.delete(value);
  else counts.set(value, sum);
}

function sorted(counts: ReadonlyMap<string, number>): CountsOfColumn {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function timesOf(times: ReadonlyMap<string, number>): Readonly<Record<string, string>> {
  const sorted = [...times].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, time]) => [name, new Date(time).toISOString()]));
}

/** The earliest and latest of some times, in milliseconds since 1970. */
export class TimeRange {
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  include(times: readonly [first: number, last: number] | undefined): void {
    if (!times) return;
    this.#min = Math.min(this.#min, times[0]);
    this.#max = Math.max(this.#max, times[1]);
  }

  /** ISO 8601 in UTC; null when there was no time. */
  get min(): string | null {
    return Number.isFinite(this.#min) ? new Date(this.#min).toISOString() : null;
  }

  get max(): string | null {
    return Number.isFinite(this.#max) ? new Date(this.#max).toISOString() : null;
  }
}
