import type { Database } from "../../base/sqlite/index.js";
import { MEDIA_TYPES, type MediaType } from "../../record/index.js";
import { inBatches, inTurn, type Turns } from "./batches.js";

/**
 * Popularity, as the Openverse catalogue computes it: of each provider that counts something (views, downloads, uses),
 * the constant ((1 − p) / p) · v, where v is the value at the percentile p; a record's score is then
 * metric / (metric + constant). A record at the percentile scores p, one that nobody looked at 0, none ever 1.
 */

/** The member of `meta_data` that each provider counts in. */
export const METRICS: Readonly<Record<MediaType, Readonly<Record<string, string>>>> = {
  image: {
    flickr: "views",
    nappy: "downloads",
    rawpixel: "download_count",
    stocksnap: "downloads_raw",
    wikimedia: "global_usage_count",
  },
  audio: {
    jamendo: "listens",
    wikimedia_audio: "global_usage_count",
    freesound: "num_downloads",
    ccmixter: "upload_num_scores",
  },
};

/** What the scores of a provider are computed with. */
interface PopularityConstant {
  readonly media_type: MediaType;
  readonly provider: string;
  readonly metric: string;
  readonly percentile: number;
  /** The metric's value at the percentile; 1 where that is 0. */
  readonly value: number;
  readonly constant: number;
}

/** The value at a percentile among sorted ones, as SQL's `percentile_disc`: one of them, never in between. */
export function percentileDisc(sorted: ArrayLike<number>, percentile: number): number | null {
  const place = Math.max(Math.ceil(percentile * sorted.length) - 1, 0);
  return sorted[place] ?? null;
}

/** The value and the constant of a provider with these (sorted) metric values; undefined where there are none. */
export function constantOf(
  sorted: ArrayLike<number>,
  percentile: number,
): { value: number; constant: number } | undefined {
  const found = percentileDisc(sorted, percentile);
  if (found === null) return undefined;
  // With 0 every score would be 1, or nothing divided by nothing.
  const value = found === 0 ? 1 : found;
  return { value, constant: ((1 - percentile) / percentile) * value };
}

/** The score of a record. */
export function scoreOf(metric: number, constant: number): number {
  return metric / (metric + constant);
}

/** The number in a member of `meta_data`, where it is one that can be counted with. */
function metricOf(value: unknown): number | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const number = typeof value === "string" && value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) && number >= 0 ? number : null;
}

/** By provider: from the `meta_data` of a record, as JSON, to its score. */
export type Scores = ReadonlyMap<string, (metaData: string | null) => number | null>;

/** The scores that the database knows how to compute. */
export function readScores(database: Database, media: MediaType): Scores {
  const constants = database.prepare("SELECT * FROM popularity WHERE media_type = ?").all(media);
  return new Map(
    (constants as PopularityConstant[]).map((constant) => [constant.provider, scorer(constant)]),
  );
}

function scorer({ metric, constant }: PopularityConstant): (metaData: string | null) => number | null {
  return (metaData) => {
    const value = metaData === null ? null : metricOf(JSON.parse(metaData)[metric]);
    return value === null ? null : scoreOf(value, constant);
  };
}

/** What was done for one provider. */
interface PopularityResult extends PopularityConstant {
  /** Records with a number to count with. */
  readonly records: number;
  /** Records whose score changed. */
  readonly updated: number;
}

/** How popularity is computed. */
interface PopularityOptions {
  readonly now: Date;
  readonly percentile: number;
  /** One provider only. */
  readonly provider?: string | undefined;
  readonly media?: MediaType | undefined;
}

/**
 * Computes the constants, and with them the scores of all records, in short transactions. Gives what was done for each
 * provider that has something to count.
 */
export async function* computePopularity(
  database: Database,
  { now, percentile, provider: only, media: onlyMedia }: PopularityOptions,
  turns: Turns,
): AsyncGenerator<PopularityResult> {
  for (const media of onlyMedia ? [onlyMedia] : MEDIA_TYPES) {
    for (const [provider, metric] of Object.entries(METRICS[media])) {
      if (only !== undefined && provider !== only) continue;
      const sorted = metricValues(database, media, provider, metric);
      const found = constantOf(sorted, percentile);
      if (!found) continue;
      const constant = { media_type: media, provider, metric, percentile, ...found };
      const insert = database.prepare("INSERT OR REPLACE INTO popularity VALUES (?, ?, ?, ?, ?, ?, ?)");
      const row = [media, provider, metric, percentile, found.value, found.constant, now.toISOString()];
      await inTurn(database, turns, () => insert.run(row));
      const updated = await writeScores(database, constant, now, turns);
      yield { ...constant, records: sorted.length, updated };
    }
  }
}

/** Sorted; eight bytes a record. */
function metricValues(database: Database, media: MediaType, provider: string, metric: string): Float64Array {
  const texts = database
    .prepare(`SELECT meta_data ->> ? FROM ${media}_record WHERE provider = ? AND meta_data ->> ? IS NOT NULL`)
    .pluck();
  let values = new Float64Array(1024);
  let count = 0;
  for (const text of database.values(texts, metric, provider, metric)) {
    const value = metricOf(text);
    if (value === null) continue;
    if (count === values.length) {
      const larger = new Float64Array(2 * count);
      larger.set(values);
      values = larger;
    }
    values[count++] = value;
  }
  return values.subarray(0, count).sort();
}

async function writeScores(
  database: Database,
  { media_type: media, provider, metric, constant }: PopularityConstant,
  now: Date,
  turns: Turns,
): Promise<number> {
  const update = database.prepare(
    `UPDATE ${media}_record SET standardized_popularity = ?, updated_on = ? WHERE id = ?`,
  );
  let updated = 0;
  const rows = {
    table: `${media}_record`,
    columns: "standardized_popularity, meta_data ->> :metric",
    where: "+provider = :provider",
    parameters: { metric, provider },
  };
  await inBatches<[number, number | null, unknown]>(database, rows, turns, ([id, before, value]) => {
    const number = metricOf(value);
    const score = number === null ? null : scoreOf(number, constant);
    if (score === before) return undefined;
    return () => {
      update.run(score, now.toISOString(), id);
      updated++;
    };
  });
  return updated;
}
