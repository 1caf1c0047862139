import type { Database } from "../../base/sqlite/index.js";
import { MEDIA_TYPES, type MediaType } from "../../record/index.js";

/** Whose works are most looked at: the question that institutions inside providers are found with. */

/** What works can be added up by, as columns (SQL). An account is its page; some providers have none. */
const GROUPS = {
  creator: {
    creator_url: "creator_url",
    creator: "max(creator)",
    by: "provider, coalesce(creator_url, creator)",
  },
  source: { source: "source", by: "provider, source" },
  provider: { by: "provider" },
} as const;

/** A row of the list: the group, how many works it has, and the sum of what is counted. */
export interface TopRow {
  readonly provider: string;
  readonly creator?: string | null;
  readonly creator_url?: string | null;
  readonly source?: string | null;
  readonly records: number;
  readonly total: number;
}

/** What is listed. */
interface TopOptions {
  readonly by: keyof typeof GROUPS;
  /** A member of `meta_data` that holds numbers. */
  readonly metric: string;
  readonly limit: number;
  readonly provider?: string | undefined;
  readonly media?: MediaType | undefined;
}

/** A text that is a number: digits, maybe with a fraction. Anything else would count as its first digits. */
const IS_NUMBER = "value GLOB '[0-9]*' AND NOT value GLOB '*[^0-9.]*' AND NOT value GLOB '*.*.*'";

/** The groups with the highest sums, the highest first. */
export function top(database: Database, { by, metric, limit, provider, media }: TopOptions): TopRow[] {
  const { by: key, ...columns } = GROUPS[by];
  const tables = (media ? [media] : MEDIA_TYPES).map(
    (
      table,
    ) => `SELECT provider, source, creator, creator_url, meta_data ->> :metric AS value FROM ${table}_record
      ${provider === undefined ? "" : "WHERE provider = :provider"}`,
  );
  const names = Object.entries(columns).map(([name, sql]) => `${sql} AS ${name}`);
  // A member by its name, whatever characters are in it.
  const path = `$."${metric.replaceAll('"', "")}"`;
  return database
    .prepare(
      `SELECT ${["provider", ...names].join(", ")}, count(*) AS records, sum(CAST(value AS NUMERIC)) AS total
         FROM (${tables.join(" UNION ALL ")}) WHERE ${IS_NUMBER}
        GROUP BY ${key} ORDER BY total DESC, ${key} LIMIT :limit`,
    )
    .all({ metric: path, limit, ...(provider !== undefined && { provider }) }) as TopRow[];
}

/** How many records are looked into for the names of members. */
const LOOKED_AT = 20_000;

/** Members of `meta_data` that are stored: for whoever got nothing by a name. */
export function storedMembers(database: Database): string[] {
  const tables = MEDIA_TYPES.map(
    (media) => `SELECT * FROM (SELECT meta_data FROM ${media}_record ORDER BY id DESC LIMIT ${LOOKED_AT})`,
  );
  return database
    .prepare(`SELECT DISTINCT key FROM (${tables.join(" UNION ALL ")}), json_each(meta_data) ORDER BY key`)
    .pluck()
    .all() as string[];
}
