import { MEDIA_TYPES, type MediaType } from "../record/index.js";
import type { Database } from "./sqlite.js";

/** How many records there are of one media type, provider, source and licence. */
export interface Count {
  readonly media_type: MediaType;
  readonly provider: string;
  readonly source: string | null;
  readonly license: string;
  readonly license_version: string;
  readonly records: number;
}

/** Counts by media type, provider, source and licence, in that order. */
export function statistics(database: Database): Count[] {
  return MEDIA_TYPES.flatMap(
    (media) =>
      database
        .prepare(
          `SELECT '${media}' AS media_type, provider, source, license, license_version, count(*) AS records
             FROM ${media} GROUP BY provider, source, license, license_version
            ORDER BY provider, source, license, license_version`,
        )
        .all() as Count[],
  );
}
