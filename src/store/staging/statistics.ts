import type { Database } from "../../base/sqlite/index.js";
import { MEDIA_TYPES } from "../../record/index.js";

/** What records can be counted by, with the columns (SQL) that this puts into the table. */
const DIMENSIONS = {
  media: [["media_type", undefined]],
  provider: [["provider", "provider"]],
  source: [["source", "source"]],
  license: [
    ["license", "license"],
    ["license_version", "license_version"],
  ],
  month: [["month", "substr(created_on, 1, 7)"]],
} as const satisfies Record<string, readonly (readonly [name: string, sql: string | undefined])[]>;

/** One of them. `month` is that in which a record was first staged. */
export type Dimension = keyof typeof DIMENSIONS;

/** All of them. */
export const ALL_DIMENSIONS = Object.keys(DIMENSIONS) as readonly Dimension[];
/** What is counted by where nothing else is asked for. */
export const USUAL_DIMENSIONS: readonly Dimension[] = ["media", "provider", "source", "license"];

/** How many records there are of one combination: the columns of the dimensions, then `records`. */
export type Count = Readonly<Record<string, string | number | null>> & { readonly records: number };

/** Counts of records by some dimensions, in their order; images before audio. There may be as many as records. */
export function statistics(
  database: Database,
  by: readonly Dimension[] = USUAL_DIMENSIONS,
): IterableIterator<Count> {
  const columns = by.flatMap((dimension) => DIMENSIONS[dimension].map(([name, sql]) => ({ name, sql })));
  const named = columns.map(({ name, sql }) => `${sql ?? "media_type"} AS ${name}`);
  const all = MEDIA_TYPES.map(
    (media, i) => `SELECT ${i} AS media_order, '${media}' AS media_type, * FROM (${plain(media)})`,
  );
  const keys = columns.map(({ name }) => (name === "media_type" ? "media_order" : name));
  return database.values(
    database.prepare(
      `SELECT ${[...named, "count(*) AS records"].join(", ")} FROM (${all.join(" UNION ALL ")})
       ${keys.length > 0 ? `GROUP BY ${keys.join(", ")} ORDER BY ${keys.join(", ")}` : ""}`,
    ),
  ) as IterableIterator<Count>;
}

/** The largest of some counts, and what the others come to. */
export interface LargestCounts {
  /** In the order that they came in. */
  readonly counts: readonly Count[];
  readonly others: { readonly combinations: number; readonly records: number };
}

/** The largest counts, `most` of them, and the sum of the others. */
export function largest(counts: Iterable<Count>, most: number): LargestCounts {
  let kept: [place: number, count: Count][] = [];
  const others = { combinations: 0, records: 0 };
  const cut = () => {
    kept.sort(([i, a], [j, b]) => b.records - a.records || i - j);
    for (const [, { records }] of kept.splice(most)) {
      others.combinations++;
      others.records += records;
    }
  };
  let place = 0;
  for (const count of counts) {
    kept.push([place++, count]);
    if (kept.length >= 2 * most) cut();
  }
  cut();
  kept = kept.sort(([i], [j]) => i - j);
  return { counts: kept.map(([, count]) => count), others };
}

/** All values of a column, also those of what was removed. */
export function storedNames(database: Database, column: "provider" | "source"): string[] {
  const tables = MEDIA_TYPES.flatMap((media) => [`${media}_record`, `deleted_${media}`]);
  if (column === "provider") tables.push("removed");
  const union = tables.map((table) => `SELECT ${column} AS name FROM ${table}`).join(" UNION ");
  return database
    .prepare(`SELECT name FROM (${union}) WHERE name IS NOT NULL ORDER BY name`)
    .pluck()
    .all() as string[];
}

/** The columns that records are counted by, which both media types have. */
function plain(media: string): string {
  return `SELECT provider, source, license, license_version, created_on FROM ${media}_record`;
}
