import { counted, listing } from "../../../base/counted.js";
import { Failure } from "../../../base/failure.js";
import { MEDIA_TYPES, SYNC_TIME } from "../../../record/index.js";
import type { Manifest } from "../../parquet/index.js";
import type { ReleaseManifest, Schemas } from "../release-manifest.js";
import type { Field } from "./shard-reader.js";

/** A release with fewer records than this share of the one before it is most likely a failed run. */
const LEAST_SHARE = 0.8;

/**
 * Columns whose going breaks nothing, and why: the one exception to the rule that a column stays. Version 0.1.0 put
 * `last_synced_with_source` into every shard; now it is there only with `ov-to-parquet --with-sync-times`.
 */
const MAY_GO: Readonly<Record<string, string>> = {
  [SYNC_TIME]:
    "it says when we looked, not what a record is; manifest.json has the time of each provider, and ov-to-parquet --with-sync-times keeps the column",
};

/** What may be published all the same. */
export interface Allowed {
  readonly shrink?: boolean;
  readonly breaking?: boolean;
}

/** Throws a `Failure` ("bad_input") for a set of no records; a delta of tombstones alone is one of some. */
export function checkNotEmpty({ totals }: Manifest, tombstones = 0): void {
  if (totals.totals.rows === 0 && tombstones === 0) {
    throw new Failure("bad_input", "there are no records to publish: did the command before this one fail?");
  }
}

/**
 * Compares a release with the latest one. Throws a `Failure` ("bad_input") where it lost a fifth of the records, or a
 * column, or changed the type of one: what people have built on the dataset would break without a word. Gives a warning
 * for each column that is gone and may be.
 */
export function checkAgainst(
  latest: ReleaseManifest,
  { totals }: Manifest,
  schemas: Schemas,
  { shrink = false, breaking = false }: Allowed,
): string[] {
  const { rows } = totals.totals;
  if (!shrink && rows < LEAST_SHARE * latest.rows) {
    const problem = `only ${counted(rows, "record")}, less than 80 % of the ${latest.rows} of release ${latest.version}`;
    throw new Failure("bad_input", `${problem}; if that is right, publish with --allow-shrink`);
  }
  const lost = breaking ? [] : lostColumns(latest.schema, schemas);
  if (lost.length > 0) {
    const problem = `release ${latest.version} has columns that are gone or have another type: ${listing(lost)}`;
    throw new Failure("bad_input", `${problem}; if that is right, publish with --allow-breaking`);
  }
  return Object.entries(MAY_GO)
    .filter(([column]) => hasColumn(latest.schema, column) && !hasColumn(schemas, column))
    .map(([column, why]) => `the column ${column} of release ${latest.version} is gone: ${why}`);
}

function hasColumn(schemas: Schemas, column: string): boolean {
  return MEDIA_TYPES.some((media) => schemas[media]?.some(({ name }) => name === column));
}

/** `image.width`, …: columns and members that are not there any more, or not of the type that they had. */
function lostColumns(before: Schemas, after: Schemas): string[] {
  const mayBeGone = ({ name }: Field) => Object.hasOwn(MAY_GO, name) && !hasColumn(after, name);
  return MEDIA_TYPES.flatMap((media) => {
    const columns = before[media]?.filter((column) => !mayBeGone(column)) ?? [];
    return lostFields(columns, after[media] ?? [], media);
  });
}

function lostFields(before: readonly Field[], after: readonly Field[], path: string): string[] {
  const now = new Map(after.map((field) => [field.name, field]));
  return before.flatMap((field) => {
    const found = now.get(field.name);
    const name = `${path}.${field.name}`;
    if (!found || found.type !== field.type || found.list !== field.list) return [name];
    return lostFields(field.fields ?? [], found.fields ?? [], name);
  });
}
