import { COLUMNS } from "../../../record/index.js";
import type { Field, FieldType } from "../checks/shard-reader.js";
import type { Subset } from "../checks/subsets.js";
import type { DescribedTombstones } from "../checks/tombstones.js";
import type { ReleaseFile } from "../release-manifest.js";
import { type Contents, LICENSE_PAGE, summaryOf } from "./contents.js";
import { jsonPage } from "./markdown.js";

/** A data package of the Frictionless standard, version 2. */
export const DATA_PACKAGE = "datapackage.json";

/** Types of a Table Schema. */
const TYPES: Readonly<Record<FieldType, string>> = {
  string: "string",
  int32: "integer",
  int64: "integer",
  double: "number",
  float: "number",
  boolean: "boolean",
  timestamp: "datetime",
  struct: "object",
};

const DESCRIPTIONS = new Map(COLUMNS.map(({ name, description }) => [name, description]));

/** datapackage.json of a release with these shards and, of a delta, tombstones: one resource a file. */
export function dataPackage(
  contents: Contents,
  shards: readonly ReleaseFile[],
  tombstones?: DescribedTombstones,
): string {
  const { title, version, licenses, creators, homepage, subsets } = contents;
  const document = {
    $schema: "https://datapackage.org/profiles/2.0/datapackage.json",
    name: slugOf(title),
    title,
    description: summaryOf(contents),
    version: version.version,
    created: `${version.date}T00:00:00Z`,
    homepage,
    contributors: creators.map((name) => ({ title: name, roles: ["creator"] })),
    licenses: [
      { path: LICENSE_PAGE, title: "Each record has a licence of its own" },
      ...licenses.map(({ title, url }) => ({ path: url, title })),
    ],
    resources: [
      ...shards.map((shard) => resource(shard, subsets, contents)),
      ...(tombstones ? [tombstoneResource(tombstones)] : []),
    ],
  };
  return jsonPage(document);
}

function resource({ path, bytes, sha256 }: ReleaseFile, subsets: readonly Subset[], { schemas }: Contents) {
  const subset = subsets.find(({ pattern }) => path.startsWith(pattern.slice(0, pattern.indexOf("*"))));
  const fields = (subset && schemas[subset.media]) ?? [];
  return {
    name: slugOf(path.replace(/\.parquet$/, "")),
    path,
    format: "parquet",
    mediatype: "application/vnd.apache.parquet",
    bytes,
    hash: `sha256:${sha256}`,
    schema: { fields: fields.map(tableField), primaryKey: ["identifier"] },
  };
}

function tombstoneResource({ file: { path, bytes, sha256 }, members }: DescribedTombstones) {
  const fields = members.map(({ name, description }) => ({
    name,
    type: name === "deleted_on" ? "datetime" : "string",
    description,
  }));
  return {
    name: "deletions",
    path,
    format: "ndjson",
    mediatype: "application/x-ndjson",
    bytes,
    hash: `sha256:${sha256}`,
    schema: { fields, primaryKey: ["identifier"] },
  };
}

function tableField({ name, type, nullable, list }: Field) {
  const description = DESCRIPTIONS.get(name);
  return {
    name,
    type: list ? "array" : TYPES[type],
    description,
    ...(nullable ? {} : { constraints: { required: true } }),
  };
}

/** Names may have lower-case letters, digits, `.`, `_`, `-` and `/` only. */
function slugOf(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9._/-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return slug === "" ? "dataset" : slug;
}
