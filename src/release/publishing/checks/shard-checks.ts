import { counted } from "../../../base/counted.js";
import { Failure } from "../../../base/failure.js";
import { REQUIRED_COLUMNS } from "../../../record/index.js";
import type { ManifestShard } from "../../parquet/index.js";
import { nameOf } from "./shard-files.js";
import type { ShardReader } from "./shard-reader.js";
import { badShards, MAKE_AGAIN } from "./subsets.js";

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

const MAKE_WITHOUT = "leave them out of the shards: ov-stage dump --removed exclude";

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
    advice: `${MAKE_AGAIN}, which refuses such records`,
  })),
];

/**
 * Throws a `Failure` ("bad_input") where a shard has another number of rows than the manifest says, lacks a column that
 * every record has, or holds records that must not be published: removed ones, and ones without what makes a record
 * usable (a licence, a landing URL). A delta may hold records that are gone from their source: that is a change.
 */
export async function checkRecords(
  reader: ShardReader,
  shard: ManifestShard,
  { isDelta = false }: { isDelta?: boolean } = {},
): Promise<void> {
  if (reader.facts.rows !== shard.rows) {
    const numbers = `it has ${counted(reader.facts.rows, "record")}, the manifest says ${shard.rows}`;
    throw badShards(`${nameOf(shard)}: ${numbers}`);
  }
  const names = new Set(reader.fields.map(({ name }) => name));
  reader.checkColumns(REQUIRED_COLUMNS);

  const rules = RULES.filter(({ column }) => names.has(column)).filter(
    ({ column }) => !(isDelta && column === "removed_from_source"),
  );
  for (const rule of rules) await checkRule(reader, nameOf(shard), rule);
}

async function checkRule(
  reader: ShardReader,
  name: string,
  { column, isBad, canBeBad, words, advice }: Rule,
): Promise<void> {
  const range = reader.facts.range(column);
  if (range && !canBeBad(range)) return;
  let bad = 0;
  let first: unknown;
  for await (const rows of reader.rowsOf(["provider", "foreign_identifier", column])) {
    for (const row of rows) {
      if (!isBad(row[column])) continue;
      bad++;
      first ??= `${row.provider} ${row.foreign_identifier}`;
    }
  }
  if (bad > 0) {
    const message = `${counted(bad, "record")} ${words}, the first of them ${first}; ${advice}`;
    throw new Failure("bad_input", `${name}: ${message}`);
  }
}
