import { join } from "node:path";
import { SCHEMA_VERSION } from "../../record/index.js";
import type { ManifestTotals } from "./manifest.js";
import { type ListedNames, MOST_NAMES, NameCounts } from "./name-counts.js";
import { COUNTED, type Counted, type CountsByValue } from "./row-counts.js";
import type { Folder } from "./runs.js";

/** The totals of a manifest: what blocks or shards have counted, put together in bounded memory. */
export class Totals {
  readonly #names: readonly (readonly [Counted, NameCounts])[];

  /** What is too much for memory goes into `folder`, which is made when it is needed; messages call it `place`. */
  constructor(folder: Folder, place: string) {
    const below = (name: string) => async () =>
      join(typeof folder === "string" ? folder : await folder(), name);
    this.#names = COUNTED.map((name) => [name, new NameCounts(below(name), place)]);
  }

  async include(counts: CountsByValue): Promise<void> {
    for (const [column, names] of this.#names) {
      for (const [name, { rows, time }] of counts[column]) names.add(name, rows, time);
      await names.settle();
    }
  }

  /** Whether there are more names than are listed. */
  get hasMany(): boolean {
    return this.#names.some(([, names]) => names.hasMany);
  }

  /** Takes back a row that was counted; `license` is licence and version with a blank between them. */
  remove(row: Readonly<Record<Counted, string>>): void {
    for (const [column, names] of this.#names) names.add(row[column], -1);
  }

  /** The manifest's last line. Nothing is left behind; it can be asked for once. */
  async line(): Promise<ManifestTotals> {
    const listed = {} as Record<Counted, ListedNames>;
    for (const [column, names] of this.#names) listed[column] = await names.listed(MOST_NAMES);
    const rowsOf = (column: Counted) =>
      Object.fromEntries(listed[column].names.map(({ name, rows }) => [name, rows]));
    const synced = listed.by_provider.names.filter(({ time }) => time > 0);
    const others = COUNTED.flatMap((column) => {
      const { others } = listed[column];
      return others ? [[column, others] as const] : [];
    });
    return {
      totals: {
        rows: listed.by_media.names.reduce((sum, { rows }) => sum + rows, 0),
        by_media: rowsOf("by_media"),
        by_license: rowsOf("by_license"),
        by_provider: rowsOf("by_provider"),
        by_source: rowsOf("by_source"),
        ...(others.length > 0 && { others: Object.fromEntries(others) }),
      },
      schema_version: SCHEMA_VERSION,
      ...(synced.length > 0 && {
        last_synced: Object.fromEntries(synced.map(({ name, time }) => [name, new Date(time).toISOString()])),
      }),
    };
  }
}
