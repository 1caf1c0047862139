import { SYNC_TIME } from "../../../record/index.js";
import { type CountsByValue, RowCounts } from "../../parquet/index.js";
import type { ShardReader } from "./shard-reader.js";

/** The columns that the totals of a manifest count by. */
const COUNTED = ["license", "license_version", "provider", "source"] as const;

/**
 * Counts the records of a shard, or those of some licences, a row group at a time: so memory does not grow with the names
 * in it. Four columns are read, and the times of syncs where the shard has them. Throws a `Failure` ("bad_input") where
 * they cannot be read.
 */
export async function* countsOfShard(
  shard: ShardReader,
  isCounted: (license: string) => boolean = () => true,
): AsyncGenerator<CountsByValue> {
  const { media = "image" } = shard.facts;
  const hasTimes = shard.fields.some(({ name }) => name === SYNC_TIME);
  for await (const { rows, columns } of shard.columnsOf(hasTimes ? [...COUNTED, SYNC_TIME] : COUNTED)) {
    const [licenses, versions, providers, sources, times] = columns as [
      unknown[],
      unknown[],
      unknown[],
      unknown[],
    ] &
      unknown[][];
    const counts = new RowCounts();
    for (let row = 0; row < rows; row++) {
      const license = String(licenses[row]);
      if (!isCounted(license)) continue;
      const provider = String(providers[row]);
      // As in the manifest: a record with no source of its own is its provider's.
      counts.add(media, `${license} ${versions[row]}`, provider, String(sources[row] ?? provider));
      const time = times?.[row];
      if (time instanceof Date) counts.addSync(provider, time.getTime());
    }
    yield counts.byValue;
  }
}

/** How many records were counted. */
export function rowsIn({ by_media }: CountsByValue): number {
  return [...by_media.values()].reduce((sum, { rows }) => sum + rows, 0);
}
