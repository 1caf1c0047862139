import type { Counts, ManifestShard, ManifestTotals } from "../parquet/index.js";
import type { ShardReader } from "./shard-reader.js";

type Totals = ManifestTotals["totals"];
type CountedBy = "by_license" | "by_provider" | "by_source";

/** Records by licence, provider and source, as the totals of a manifest have them. */
export type ShardCounts = Readonly<Record<CountedBy, Counts>>;

/** Counts the records of a shard, or those of some licences; four columns of it are read. */
export async function countsOfShard(
  shard: ShardReader,
  isCounted: (license: string) => boolean = () => true,
): Promise<ShardCounts> {
  const counts = { by_license: {}, by_provider: {}, by_source: {} } satisfies Record<CountedBy, object>;
  for await (const rows of shard.rowsOf(["license", "license_version", "provider", "source"])) {
    for (const { license, license_version, provider, source } of rows) {
      if (!isCounted(String(license))) continue;
      add(counts.by_license, `${license} ${license_version}`, 1);
      add(counts.by_provider, String(provider), 1);
      // As in the manifest: a record with no source of its own is its provider's.
      add(counts.by_source, String(source ?? provider), 1);
    }
  }
  return counts;
}

/** The totals of some shards, from the counts of each. */
export function totalsOfShards(
  shards: readonly { readonly shard: ManifestShard; readonly counts: ShardCounts }[],
): Totals {
  const none: Totals = { rows: 0, by_media: {}, by_license: {}, by_provider: {}, by_source: {} };
  return shards.reduce((totals, { shard, counts }) => change(totals, shard, counts, 1), none);
}

/** How many records were counted. */
export function rowsIn({ by_provider }: ShardCounts): number {
  return Object.values(by_provider).reduce((sum, rows) => sum + rows, 0);
}

/** Records of one media type. */
type Counted = Pick<ManifestShard, "media" | "rows">;

/** Totals without some records of one media type. */
export function totalsWithout(totals: Totals, some: Counted, counts: ShardCounts): Totals {
  return change(totals, some, counts, -1);
}

function change(totals: Totals, { media, rows }: Counted, counts: ShardCounts, sign: 1 | -1): Totals {
  return {
    rows: totals.rows + sign * rows,
    by_media: sum(totals.by_media, { [media]: rows }, sign),
    by_license: sum(totals.by_license, counts.by_license, sign),
    by_provider: sum(totals.by_provider, counts.by_provider, sign),
    by_source: sum(totals.by_source, counts.by_source, sign),
  };
}

/** Two tables of counts, the second times `sign`; names that come to nothing are left out. */
function sum(counts: Counts, others: Counts, sign: 1 | -1): Counts {
  const result: Record<string, number> = { ...counts };
  for (const [name, rows] of Object.entries(others)) add(result, name, sign * rows);
  return Object.fromEntries(Object.entries(result).filter(([, rows]) => rows !== 0));
}

function add(counts: Record<string, number>, name: string, rows: number): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] as number) : 0) + rows;
}
