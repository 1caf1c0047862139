import { join } from "node:path";
import { type MediaType, SCHEMA_VERSION } from "../../record/index.js";
import type { Counts, ManifestTotals } from "./manifest.js";
import { type ListedNames, MOST_NAMES, NameCounts, type NamedRows } from "./name-counts.js";
import { addTo, type CountsByValue } from "./row-counts.js";
import type { Folder } from "./runs.js";

/** Columns that rows are counted by, of whose values there may be any number. */
const NAMED = ["by_license", "by_provider", "by_source"] as const;
type Named = (typeof NAMED)[number];

/** The totals of a manifest: what blocks or shards have counted, put together in bounded memory. */
export class Totals {
  readonly #media = new Map<string, number>();
  readonly #named: Readonly<Record<Named, NameCounts>>;

  /** What is too much for memory goes into `folder`, which is made when it is needed; messages call it `place`. */
  constructor(folder: Folder, place: string) {
    const [by_license, by_provider, by_source] = NAMED.map(
      (name) =>
        new NameCounts(async () => join(typeof folder === "string" ? folder : await folder(), name), place),
    ) as [NameCounts, NameCounts, NameCounts];
    this.#named = { by_license, by_provider, by_source };
  }

  async include({ media, licenses, providers, sources, synced }: CountsByValue): Promise<void> {
    const { by_license, by_provider, by_source } = this.#named;
    for (const [value, rows] of media) addTo(this.#media, value, rows);
    for (const [value, rows] of licenses) by_license.add(value, rows);
    for (const [value, rows] of providers) by_provider.add(value, rows);
    for (const [value, rows] of sources) by_source.add(value, rows);
    for (const [provider, time] of synced) by_provider.add(provider, 0, time);
    for (const name of NAMED) await this.#named[name].settle();
  }

  /** Whether there are more names than are listed. */
  get hasMany(): boolean {
    return NAMED.some((name) => this.#named[name].hasMany);
  }

  /** Takes back a row that was counted. */
  remove(media: MediaType, license: string, provider: string, source: string): void {
    addTo(this.#media, media, -1);
    this.#named.by_license.add(license, -1);
    this.#named.by_provider.add(provider, -1);
    this.#named.by_source.add(source, -1);
  }

  /** The manifest's last line. Nothing is left behind; it can be asked for once. */
  async line(): Promise<ManifestTotals> {
    const listed = {} as Record<Named, ListedNames>;
    for (const name of NAMED) listed[name] = await this.#named[name].listed(MOST_NAMES);
    const synced = listed.by_provider.names.filter(({ time }) => time > 0);
    const others = NAMED.flatMap((name) => {
      const { others } = listed[name];
      return others ? [[name, others] as const] : [];
    });
    return {
      totals: {
        rows: [...this.#media.values()].reduce((sum, rows) => sum + rows, 0),
        by_media: sorted(this.#media),
        by_license: rowsOf(listed.by_license),
        by_provider: rowsOf(listed.by_provider),
        by_source: rowsOf(listed.by_source),
        ...(others.length > 0 && { others: Object.fromEntries(others) }),
      },
      schema_version: SCHEMA_VERSION,
      ...(synced.length > 0 && { last_synced: timesOf(synced) }),
    };
  }
}

function sorted(counts: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function rowsOf({ names }: ListedNames): Counts {
  return Object.fromEntries(names.map(({ name, rows }) => [name, rows]));
}

function timesOf(names: readonly NamedRows[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map(({ name, time }) => [name, new Date(time).toISOString()]));
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
