import { Failure } from "../../../base/failure.js";
import { FORMAT_VERSION, type ReleaseFile, type ReleaseManifest } from "../release-manifest.js";
import { isPlainPath, isReleaseName } from "../release-paths.js";
import {
  count,
  isObject,
  jsonIn,
  listOf,
  mapOf,
  maybe,
  objectOf,
  orNull,
  type Shape,
  sha256,
  text,
  whole,
} from "./shapes.js";
import type { Field } from "./shard-reader.js";

/** manifest.json as it is found at a target: by a release of ours, or by anybody who can write there. */

const name: Shape<string> = (value): value is string => text(value) && (value === "" || isReleaseName(value));
const path: Shape<string> = (value): value is string => text(value) && isPlainPath(value);
const counts = mapOf(count);
const differences = mapOf(whole);
const others = objectOf({ names: count, rows: count });

const file: Shape<ReleaseFile> = objectOf<ReleaseFile>({ path, bytes: count, sha256, rows: maybe(count) });

/** Columns and their members, down to this depth: ours have two levels. */
const fieldsTo = (levels: number): Shape<readonly Field[]> =>
  listOf(
    (value: unknown): value is Field =>
      isObject(value) &&
      text(value.name) &&
      text(value.type) &&
      (value.fields === undefined || (levels > 0 && fieldsTo(levels - 1)(value.fields))),
  );

/** Members that are looked at; older versions of ov-tools did not write all of them. */
const MEMBERS: Readonly<Record<string, Shape<unknown>>> = {
  schema_version: maybe(count),
  tool_version: maybe(text),
  version: maybe(name),
  date: maybe(text),
  previous: maybe(orNull(name)),
  since: maybe(name),
  opt_outs: maybe(objectOf({ list: text, rules: count })),
  rows: maybe(count),
  notes: maybe(objectOf({ sha256: maybe(text) })),
  files: listOf(file),
  totals: maybe(
    objectOf({
      rows: maybe(count),
      by_media: maybe(counts),
      by_license: maybe(counts),
      by_provider: maybe(counts),
      by_source: maybe(counts),
      others: maybe(objectOf({ by_provider: maybe(others), by_source: maybe(others) })),
    }),
  ),
  schema: maybe(mapOf(fieldsTo(8))),
  changes: maybe(
    orNull(
      objectOf({
        rows: whole,
        by_license: differences,
        by_provider: differences,
        shards: objectOf({ added: whole, unchanged: whole, removed: whole }),
      }),
    ),
  ),
};

/** What a member is that is not there. */
const NOTHING: ReleaseManifest = {
  ...{ format_version: 0, schema_version: 0, tool: "ov-tools", tool_version: "", version: "", date: "" },
  ...{ previous: null, rows: 0, files: [], schema: {}, changes: null },
  totals: { rows: 0, by_media: {}, by_license: {}, by_provider: {}, by_source: {} },
};

/**
 * A manifest.json that stands at a target. Members that older versions of ov-tools did not write are empty. Undefined
 * for any text that is not a manifest.json of ours. Throws a `Failure` ("refused") for one of a newer format.
 */
export function parseReleaseManifest(json: string): ReleaseManifest | undefined {
  const found = jsonIn(json);
  if (!isObject(found) || found.tool !== "ov-tools" || !count(found.format_version)) return undefined;
  if (found.format_version > FORMAT_VERSION) {
    throw new Failure(
      "refused",
      `the release that is there was made by a newer ov-tools (format ${found.format_version}): install a newer one`,
    );
  }
  if (!Object.entries(MEMBERS).every(([member, shape]) => shape(found[member]))) return undefined;
  const { totals, ...members } = found as Partial<ReleaseManifest>;
  return { ...NOTHING, ...members, totals: { ...NOTHING.totals, ...totals } };
}
