import { type MediaType, SCHEMA_VERSION } from "../record/index.js";
import type { Counts, ManifestTotals } from "./manifest.js";

/** Counts one value of each record. */
class Count {
  readonly #rows = new Map<string, number>();

  add(value: string): void {
    this.#rows.set(value, (this.#rows.get(value) ?? 0) + 1);
  }

  get sorted(): Counts {
    return Object.fromEntries([...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Counts records for the manifest's last line. */
export class Tally {
  #rows = 0;
  readonly #media = new Count();
  readonly #licenses = new Count();
  readonly #providers = new Count();
  readonly #sources = new Count();

  /** `license` is licence and version with a blank between them. */
  add(media: MediaType, license: string, provider: string, source: string): void {
    this.#rows++;
    this.#media.add(media);
    this.#licenses.add(license);
    this.#providers.add(provider);
    this.#sources.add(source);
  }

  get totals(): ManifestTotals {
    return {
      totals: {
        rows: this.#rows,
        by_media: this.#media.sorted,
        by_license: this.#licenses.sorted,
        by_provider: this.#providers.sorted,
        by_source: this.#sources.sorted,
      },
      schema_version: SCHEMA_VERSION,
    };
  }
}

/** The earliest and latest of some times, in milliseconds since 1970. */
export class TimeRange {
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  add(time: number): void {
    if (time < this.#min) this.#min = time;
    if (time > this.#max) this.#max = time;
  }

  include(other: TimeRange): void {
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** ISO 8601 in UTC; null when there was no time. */
  get min(): string | null {
    return Number.isFinite(this.#min) ? new Date(this.#min).toISOString() : null;
  }

  get max(): string | null {
    return Number.isFinite(this.#max) ? new Date(this.#max).toISOString() : null;
  }
}
