import { Failure } from "../failure.js";
import type { ManifestShard } from "../parquet/index.js";
import { REQUIRED_COLUMNS } from "../record/index.js";
import { counted } from "./markdown.js";
import type { Row, ShardReader } from "./shard-reader.js";

/** What must not be published, and how to find out. The statistics of a good shard answer it without reading a row. */
interface Rule {
  readonly column: string;
  /** Whether a row breaks the rule by its value. */
  readonly isBad: (value: unknown) => boolean;
  /** Whether rows that break it can be there, by the statistics of the shard. */
  readonly canBeBad: (range: { min: unknown; max: unknown; nulls: boolean }) => boolean;
  /** Words for `3 records …`, and what to do. */
  readonly words: string;
  readonly advice: string;
}

const MAKE_WITHOUT = "leave them out of the shards: ov-stage dump leaves out what has been removed";

const RULES: readonly Rule[] = [
  {
    column: "removed_from_source",
    isBad: (value) => value === true,
    canBeBad: ({ max }) => max === true,
    words: "marked as removed from the source",
    advice: MAKE_WITHOUT,
  },
  ...REQUIRED_COLUMNS.map((column) => ({
    column,
    isBad: (value: unknown) => value === null || value === undefined || value === "",
    canBeBad: ({ min, nulls }: { min: unknown; nulls: boolean }) => nulls || min === "",
    words: `without ${column}`,
    advice: "make the shards again with ov-to-parquet, which refuses such records",
  })),
];

/**
 * Throws a `Failure` ("bad_input") where a shard has another number of rows than the manifest says, lacks a column that
 * every record has, or holds records that must not be published: removed ones, and ones without what makes a record
 * usable (a licence, a landing URL). A delta may hold removed records: they are its tombstones.
 */
export async function checkRecords(
  shard: ShardReader,
  { rows }: Pick<ManifestShard, "rows">,
  { isDelta = false }: { isDelta?: boolean } = {},
): Promise<void> {
  if (shard.rows !== rows) {
    const numbers = `it has ${counted(shard.rows, "record")}, the manifest says ${rows}`;
    throw new Failure("bad_input", `${shard.path}: ${numbers}; make the shards again with ov-to-parquet`);
  }
  const names = new Set(shard.fields.map(({ name }) => name));
  const absent = REQUIRED_COLUMNS.find((column) => !names.has(column));
  if (absent !== undefined) throw new Failure("bad_input", `${shard.path} has no column ${absent}`);

  const rules = RULES.filter(({ column }) => names.has(column)).filter(
    ({ column }) => !(isDelta && column === "removed_from_source"),
  );
  for (const rule of rules) await checkRule(shard, rule);
}

async function checkRule(
  shard: ShardReader,
  { column, isBad, canBeBad, words, advice }: Rule,
): Promise<void> {
  const range = shard.range(column);
  if (range && !canBeBad(range)) return;
  let bad = 0;
  let first: unknown;
  for await (const rows of shard.rowsOf(["provider", "foreign_identifier", column])) {
    for (const row of rows) {
      if (!isBad(row[column])) continue;
      bad++;
      first ??= `${row.provider} ${row.foreign_identifier}`;
    }
  }
  if (bad > 0) {
    const message = `${counted(bad, "record")} ${words}, the first of them ${first}; ${advice}`;
    throw new Failure("bad_input", `${shard.path}: ${message}`);
  }
}

/** Why a record is to be left out, in words for a message; undefined where it is not. */
export type OptedOut = (record: Row) => string | undefined;

/** What opt-outs look at. */
const NAMES_AND_ADDRESSES = [
  ...["identifier", "provider", "foreign_identifier", "foreign_landing_url", "url", "creator_url"],
];

/** Throws a `Failure` ("bad_input") where a shard holds a record that somebody asked to have left out. */
export async function checkOptOuts(shard: ShardReader, optedOut: OptedOut): Promise<void> {
  for await (const rows of shard.rowsOf(NAMES_AND_ADDRESSES)) {
    for (const row of rows) {
      const why = optedOut(row);
      if (why === undefined) continue;
      const which = `${row.provider} ${row.foreign_identifier}`;
      throw new Failure(
        "bad_input",
        `${shard.path}: ${which} is in the opt-out list (${why}); leave it out of the shards`,
      );
    }
  }
}
