import type { Database } from "../../base/sqlite/index.js";
import { MEDIA_TYPES, type MediaType } from "../../record/index.js";
import { inBatches, type Turns } from "./batches.js";

/** Setting the source of records that are in the database already, by a table of institutions. */

/** What a table of institutions says of a record. */
export type SourceOf = (record: Readonly<Record<string, unknown>>) => {
  readonly source: string | null;
  /** What of the record is in the table: an account, a unit code. */
  readonly key?: string | undefined;
  readonly ambiguous?: readonly string[];
};

/** How many records of a provider, marked by one key, change from one source to another. */
interface SourceChange {
  /** What marks them: an account, a unit code; null where they are no longer in the table. */
  readonly id: string | null;
  readonly provider: string;
  readonly source_before: string | null;
  readonly source_after: string;
  records: number;
}

/** How sources are set. */
interface SourceOptions {
  readonly now: Date;
  /** The providers whose records have institutions. */
  readonly providers: readonly string[];
  /** Counts what would change, and changes nothing. */
  readonly dryRun: boolean;
}

type Row = readonly [
  id: number,
  provider: string,
  source: string | null,
  creatorUrl: string | null,
  metaData: string | null,
  sourceSet: string | null,
  sourceBefore: string | null,
];

/**
 * Sets the source of all records that the table knows. Records whose source was set here before, and that the table no
 * longer knows, get the source back that they had. Gives the changes, by key.
 *
 * In batches, and what is right already is left alone: after a run that was killed, the next one goes on.
 */
export async function setSources(
  database: Database,
  sourceOf: SourceOf,
  { now, providers, dryRun }: SourceOptions,
  turns: Turns,
): Promise<SourceChange[]> {
  const changes = new Map<string, SourceChange>();
  for (const media of MEDIA_TYPES) {
    const write = dryRun ? undefined : writer(database, media, now.toISOString());
    const rows = {
      table: `${media}_record AS record LEFT JOIN ${media}_sourced AS sourced USING (id)`,
      columns:
        "provider, record.source, creator_url, meta_data, sourced.source AS source_set, sourced.source_before",
      where: "+provider IN (SELECT value FROM json_each(:providers))",
      parameters: { providers: JSON.stringify(providers) },
    };
    await inBatches<Row>(database, rows, turns, (row) => {
      const change = changeOf(row, sourceOf);
      if (!change) return undefined;
      const name = JSON.stringify([change.provider, change.id, change.source_before, change.source_after]);
      const known = changes.get(name);
      if (known) known.records++;
      else changes.set(name, change);
      return write && (() => write(row, change));
    });
  }
  return [...changes.values()];
}

/** What is to become of a row; undefined when nothing is. */
function changeOf(row: Row, sourceOf: SourceOf): SourceChange | undefined {
  const [, provider, source, creatorUrl, metaData, sourceSet, sourceBefore] = row;
  const answer = sourceOf({ provider, creator_url: creatorUrl, meta_data: metaData && JSON.parse(metaData) });
  if (answer.ambiguous) return undefined;
  const isReset = answer.source === null;
  // Set here, and not changed by anybody since: then it may go back.
  if (isReset && (sourceSet === null || sourceSet !== source)) return undefined;
  const after = answer.source ?? sourceBefore ?? provider;
  if (after === source) return undefined;
  return {
    id: answer.key ?? null,
    provider,
    source_before: source,
    source_after: after,
    records: 1,
  };
}

function writer(database: Database, media: MediaType, now: string): (row: Row, change: SourceChange) => void {
  // Where somebody has changed the source since it was read, the next run looks at it again.
  const update = database.prepare(
    `UPDATE ${media}_record SET source = ?, updated_on = ? WHERE id = ? AND source IS ?`,
  );
  // The source that a record had before any table.
  const remember = database.prepare(
    `INSERT INTO ${media}_sourced (id, source, source_before) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET source = excluded.source`,
  );
  const forget = database.prepare(`DELETE FROM ${media}_sourced WHERE id = ?`);
  return ([id], { id: key, source_before: before, source_after: after }) => {
    if (update.run(after, now, id, before).changes === 0) return;
    if (key === null) forget.run(id);
    else remember.run(id, after, before);
  };
}
