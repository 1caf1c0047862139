import { counted } from "../../base/counted.js";
import type { Database } from "../../base/sqlite/index.js";
import { MEDIA_TYPES } from "../../record/index.js";

/** How long a work may go unseen at its source before it counts as gone from there. */
interface Age {
  readonly months: number;
  readonly days: number;
}

const SIX_MONTHS: Age = { months: 6, days: 18 };
const ONE_MONTH: Age = { months: 1, days: 3 };

/** By provider: its works are all looked at again within about that time. As in the Openverse catalogue. */
export const EXPIRY: Readonly<Record<string, Age>> = {
  flickr: SIX_MONTHS,
  wikimedia: SIX_MONTHS,
  europeana: { months: 3, days: 9 },
  smithsonian: { months: 0, days: 8 },
  brooklynmuseum: ONE_MONTH,
  clevelandmuseum: ONE_MONTH,
  museumsvictoria: ONE_MONTH,
  nypl: ONE_MONTH,
  rawpixel: ONE_MONTH,
  sciencemuseum: ONE_MONTH,
  smk: ONE_MONTH,
};

/** An age in words: `6 months 18 days`. */
export function ageText({ months, days }: Age): string {
  const part = (count: number, unit: string) => (count === 0 ? [] : [counted(count, unit)]);
  return [...part(months, "month"), ...part(days, "day")].join(" ");
}

/** The time that is an age before another; a day that the month does not have becomes its last one, as in SQL. */
export function before(now: Date, { months, days }: Age): Date {
  const time = new Date(now);
  const day = time.getUTCDate();
  time.setUTCDate(1);
  time.setUTCMonth(time.getUTCMonth() - months);
  const lastDay = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 0)).getUTCDate();
  time.setUTCDate(Math.min(day, lastDay));
  time.setUTCDate(time.getUTCDate() - days);
  return time;
}

/** What was found for one provider. */
interface Expired {
  readonly provider: string;
  /** ISO 8601: what was last seen before is gone. */
  readonly unseen_since: string;
  /** How many records were marked. */
  readonly expired: number;
}

/**
 * Marks the records of a provider that were not seen for too long as removed from their source. The next load that sees
 * one takes the mark away. `dryRun` only counts them.
 */
export function expire(database: Database, provider: string, now: Date, { dryRun = false } = {}): Expired {
  const limit = before(now, EXPIRY[provider] as Age).toISOString();
  const where = "provider = ? AND NOT removed_from_source AND last_synced_with_source < ?";
  let expired = 0;
  for (const media of MEDIA_TYPES) {
    const ids = `SELECT id FROM ${media}_record JOIN ${media}_seen USING (id) WHERE ${where}`;
    if (dryRun) {
      expired += database.prepare(`SELECT count(*) FROM (${ids})`).pluck().get(provider, limit) as number;
    } else {
      expired += database
        .prepare(`UPDATE ${media}_record SET removed_from_source = 1, updated_on = ? WHERE id IN (${ids})`)
        .run(now.toISOString(), provider, limit).changes;
    }
  }
  return { provider, unseen_since: limit, expired };
}
