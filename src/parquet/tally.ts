import { type MediaRecord, SCHEMA_VERSION } from "../record/index.js";
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

  add(record: MediaRecord): void {
    this.#rows++;
    this.#media.add(record.media_type);
    this.#licenses.add(`${record.license} ${record.license_version}`);
    this.#providers.add(record.provider);
    this.#sources.add((record.source as string | null) ?? record.provider);
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

/** The earliest and latest of some times. */
export class TimeRange {
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  add(time: string | null): void {
    if (time === null) return;
    // As numbers: years beyond 9999 are written with a sign and do not sort as texts.
    const milliseconds = Date.parse(time);
    if (milliseconds < this.#min) this.#min = milliseconds;
    if (milliseconds > this.#max) this.#max = milliseconds;
  }

  /** ISO 8601 in UTC; null when there was no time. */
  get min(): string | null {
    return Number.isFinite(this.#min) ? new Date(this.#min).toISOString() : null;
  }

  get max(): string | null {
    return Number.isFinite(this.#max) ? new Date(this.#max).toISOString() : null;
  }
}
