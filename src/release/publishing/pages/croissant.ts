import { COLUMNS } from "../../../record/index.js";
import type { Field, FieldType } from "../checks/shard-reader.js";
import type { Subset } from "../checks/subsets.js";
import type { DescribedTombstones } from "../checks/tombstones.js";
import type { ReleaseFile } from "../release-manifest.js";
import { type Contents, LICENSE_PAGE, summaryOf } from "./contents.js";
import { jsonPage } from "./markdown.js";

/** Croissant metadata, version 1.1: the whole dataset, machine-readable, with nested columns and checksums. */
export const CROISSANT = "croissant.json";

/** Terms of Croissant that the context of every file explains, beside those with more to say (`data`, …). */
const TERMS =
  "arrayShape citeAs column containedIn equivalentProperty extract field fileObject fileProperty fileSet format includes " +
  "isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate " +
  "separator source subField transform";

/** The context of the Croissant specification 1.1, appendix 1: the terms used here and those beside them, in order. */
const CONTEXT = Object.fromEntries(
  Object.entries({
    "@language": "en",
    "@vocab": "https://schema.org/",
    conformsTo: "dct:conformsTo",
    cr: "http://mlcommons.org/croissant/",
    data: { "@id": "cr:data", "@type": "@json" },
    dataType: { "@id": "cr:dataType", "@type": "@vocab" },
    dct: "http://purl.org/dc/terms/",
    examples: { "@id": "cr:examples", "@type": "@json" },
    rai: "http://mlcommons.org/croissant/RAI/",
    sc: "https://schema.org/",
    ...Object.fromEntries(TERMS.split(" ").map((term) => [term, `cr:${term}`])),
  }).sort(([a], [b]) => (a < b ? -1 : 1)),
);

const DATA_TYPES: Readonly<Record<Exclude<FieldType, "struct">, string>> = {
  string: "sc:Text",
  int32: "cr:Int32",
  int64: "cr:Int64",
  double: "cr:Float64",
  float: "cr:Float32",
  boolean: "sc:Boolean",
  timestamp: "sc:DateTime",
};

const DESCRIPTIONS = new Map(COLUMNS.map(({ name, description }) => [name, description]));

/** croissant.json of a release with these shards and, of a delta, tombstones. */
export function croissant(
  contents: Contents,
  shards: readonly ReleaseFile[],
  tombstones?: DescribedTombstones,
): string {
  const { title, version, licenses, media, creators, homepage, repository, subsets } = contents;
  const document = {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.1",
    name: title,
    description: summaryOf(contents),
    // Every record has its own; these are the licences that occur, and the page that explains them.
    license: [...licenses.map(({ url }) => url), LICENSE_PAGE],
    url: homepage ?? "./",
    creator: creators.map((name) => ({ "@type": "sc:Person", name })),
    datePublished: version.date,
    version: semantic(version.version, version.date),
    citeAs: `${title}, release ${version.version}. ${creators.join("; ")}.`,
    keywords: ["creative-commons", "metadata", ...media.map(({ name }) => name)],
    isLiveDataset: true,
    distribution: [
      ...(repository === undefined ? [] : [repositoryObject(repository)]),
      ...shards.map((shard) => fileObject(shard, PARQUET)),
      ...(tombstones ? [fileObject(tombstones.file, "application/jsonlines")] : []),
      ...subsets.map(({ name, pattern }) => ({
        "@type": "cr:FileSet",
        "@id": `files/${name}`,
        name: `files/${name}`,
        encodingFormat: PARQUET,
        ...(repository === undefined ? {} : { containedIn: { "@id": REPOSITORY } }),
        includes: pattern,
      })),
    ],
    recordSet: [
      ...subsets.map((subset) => recordSet(subset, contents)),
      ...(tombstones ? [tombstoneSet(tombstones)] : []),
    ],
  };
  return jsonPage(document);
}

/** What loaders know it by, and the Hub writes; the registered `application/vnd.apache.parquet` they do not read. */
const PARQUET = "application/x-parquet";
/** The object that stands for the whole repository, where the files lie in one. */
const REPOSITORY = "repo";

/**
 * A repository of git: the files of a set are found in it. Without one they are found beside croissant.json. Loaders take
 * no git repository as a whole for a file, so its checksum is an address that says so, as the Hub has it.
 */
function repositoryObject(url: string) {
  return {
    "@type": "cr:FileObject",
    "@id": REPOSITORY,
    name: REPOSITORY,
    contentUrl: url,
    encodingFormat: "git+https",
    sha256: "https://github.com/mlcommons/croissant/issues/80",
  };
}

/**
 * A name of a release as Croissant wants versions (https://semver.org): `2026-11-02.2` is 2026.11.2-2. Names that are no
 * day follow the date of the release.
 */
function semantic(version: string, date: string): string {
  if (/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version)) return version;
  const day = date.split("-").map(Number).join(".");
  const rest = version.startsWith(date) ? version.slice(date.length) : version;
  const suffix = rest.replace(/[^A-Za-z0-9.-]+/g, "-").replace(/^[.-]+|[.-]+$/g, "");
  return suffix === "" ? day : `${day}-${suffix}`;
}

function fileObject({ path, bytes, sha256 }: ReleaseFile, encodingFormat: string) {
  return {
    "@type": "cr:FileObject",
    "@id": path,
    name: path,
    contentUrl: path,
    contentSize: `${bytes} B`,
    encodingFormat,
    sha256,
  };
}

function recordSet({ name, media }: Subset, { schemas }: Contents) {
  return {
    "@type": "cr:RecordSet",
    "@id": name,
    name,
    key: { "@id": `${name}/identifier` },
    field: (schemas[media] ?? []).map((field) => columnField(field, name)),
  };
}

function tombstoneSet({ file: { path }, members }: DescribedTombstones) {
  return {
    "@type": "cr:RecordSet",
    "@id": "deletions",
    name: "deletions",
    description: "Records that were deleted since the release that this delta changes.",
    key: { "@id": "deletions/identifier" },
    field: members.map(({ name, description }) => ({
      "@type": "cr:Field",
      "@id": `deletions/${name}`,
      name,
      description,
      dataType: name === "deleted_on" ? DATA_TYPES.timestamp : DATA_TYPES.string,
      source: { fileObject: { "@id": path }, extract: { column: name } },
    })),
  };
}

function columnField(field: Field, subset: string) {
  const description = DESCRIPTIONS.get(field.name);
  const source = { fileSet: { "@id": `files/${subset}` }, extract: { column: field.name } };
  return {
    "@type": "cr:Field",
    "@id": `${subset}/${field.name}`,
    name: field.name,
    description,
    ...(field.list ? { isArray: true, arrayShape: "-1" } : {}),
    ...(field.type === "struct"
      ? { subField: (field.fields ?? []).map((member) => memberField(member, field.name, subset)) }
      : { dataType: DATA_TYPES[field.type], source }),
  };
}

/** A member of a struct: the column is the same, and the way to the member is a JSON path. */
function memberField({ name, type }: Field, column: string, subset: string) {
  return {
    "@type": "cr:Field",
    "@id": `${subset}/${column}/${name}`,
    name,
    dataType: type === "struct" ? "sc:Text" : DATA_TYPES[type],
    source: {
      fileSet: { "@id": `files/${subset}` },
      extract: { column },
      transform: { jsonPath: `$[*].${name}` },
    },
  };
}
