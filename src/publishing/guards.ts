import { Failure } from "../failure.js";
import type { Manifest } from "../parquet/index.js";
import { MEDIA_TYPES } from "../record/index.js";
import { counted, listing } from "./markdown.js";
import type { ReleaseManifest, Schemas } from "./release-manifest.js";
import type { Field } from "./shard-reader.js";

/** A release with fewer records than this share of the one before it is most likely a failed run. */
const LEAST_SHARE = 0.8;

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
 * column, or changed the type of one: what people have built on the dataset would break without a word.
 */
export function checkAgainst(
  latest: ReleaseManifest,
  { totals }: Manifest,
  schemas: Schemas,
  { shrink = false, breaking = false }: Allowed,
): void {
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
}

/** `image.width`, …: columns and members that are not there any more, or not of the type that they had. */
function lostColumns(before: Schemas, after: Schemas): string[] {
  return MEDIA_TYPES.flatMap((media) => lostFields(before[media] ?? [], after[media] ?? [], media));
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
