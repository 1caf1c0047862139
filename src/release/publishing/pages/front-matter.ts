import type { Field, FieldType } from "../checks/shard-reader.js";
import { type Contents, LICENSE_PAGE, mediaTypesOf } from "./contents.js";
import { yamlText } from "./markdown.js";

/** Hugging Face's size categories end at these numbers of records, powers of ten from a thousand on. */
const SIZES = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T"];

/** The size category of a number of records: 1,000 is `1K<n<10K`. */
export function sizeCategory(rows: number): string {
  const i = SIZES.findIndex((_, i) => rows < 10 ** (i + 3));
  if (i === -1) return "n>1T";
  return i === 0 ? "n<1K" : `${SIZES[i - 1]}<n<${SIZES[i]}`;
}

/**
 * The YAML block that a dataset card of Hugging Face starts with, `---` lines included. `dataset_info` is made from the
 * schema of the shards: loading fails where the two differ.
 */
export function frontMatter(contents: Contents): string {
  const { title, rows, media, subsets } = contents;
  const lines = [
    `pretty_name: ${yamlText(title)}`,
    ...licenseLines(contents),
    "language:",
    "- mul",
    "size_categories:",
    `- ${sizeCategory(rows)}`,
    "source_datasets:",
    "- original",
    "tags:",
    ...["creative-commons", "metadata", ...mediaTypesOf(media)].map((tag) => `- ${tag}`),
  ];
  if (subsets.length > 0) lines.push("configs:");
  for (const [i, { name, pattern }] of subsets.entries()) {
    lines.push(`- config_name: ${yamlText(name)}`);
    if (i === 0) lines.push("  default: true");
    lines.push("  data_files:", "  - split: train", `    path: ${yamlText(pattern)}`);
  }
  return ["---", ...lines, ...datasetInfo(contents), "---"].join("\n");
}

/** Licences that Hugging Face has an identifier for, as `license version`. PDM, BY-SA 2.0 and many others have none. */
const HUB_LICENSES: Readonly<Record<string, readonly string[]>> = {
  by: ["2.0", "2.5", "3.0", "4.0"],
  "by-sa": ["3.0", "4.0"],
  "by-nc": ["2.0", "3.0", "4.0"],
  "by-nd": ["4.0"],
  "by-nc-nd": ["3.0", "4.0"],
  "by-nc-sa": ["2.0", "3.0", "4.0"],
};

/** The licences by their identifiers where each has one; else `other`, with a name and the page that lists them. */
function licenseLines({ licenses }: Contents): string[] {
  const ids = licenses.map(({ license, version }) => {
    if (license === "cc0") return "cc0-1.0";
    return HUB_LICENSES[license]?.includes(version) ? `cc-${license}-${version}` : undefined;
  });
  if (ids.length > 0 && !ids.includes(undefined)) return ["license:", ...ids.map((id) => `- ${id}`)];
  return ["license: other", "license_name: per-record", `license_link: ${LICENSE_PAGE}`];
}

/** Types as the `datasets` library names them. */
const DTYPES: Readonly<Record<Exclude<FieldType, "struct">, string>> = {
  string: "string",
  int32: "int32",
  int64: "int64",
  double: "float64",
  float: "float32",
  boolean: "bool",
  timestamp: "timestamp[ms, tz=UTC]",
};

function datasetInfo({ subsets, schemas }: Contents): string[] {
  const described = subsets.filter(({ media }) => schemas[media] !== undefined);
  if (described.length === 0) return [];
  const infos = described.flatMap(({ name, media, rows, bytes, uncompressedBytes }) => [
    `- config_name: ${yamlText(name)}`,
    "  features:",
    ...(schemas[media] ?? []).flatMap(featureLines).map((line) => `  ${line}`),
    "  splits:",
    "  - name: train",
    `    num_bytes: ${uncompressedBytes}`,
    `    num_examples: ${rows}`,
    `  download_size: ${bytes}`,
    `  dataset_size: ${uncompressedBytes}`,
  ]);
  return ["dataset_info:", ...infos];
}

/** A name that YAML takes for a text as it stands: the columns of ours are. Shards of others may have any. */
const PLAIN_NAME = /^(?!(?:true|false|yes|no|on|off|null|y|n)$)[a-z][a-z0-9_]*$/i;

/** A feature in the library's YAML: a list of scalars is `list: string`, one of structs a list of features. */
function featureLines({ name, type, list, fields = [] }: Field): string[] {
  const head = `- name: ${PLAIN_NAME.test(name) ? name : yamlText(name)}`;
  if (type !== "struct") {
    const dtype = /[[\]]/.test(DTYPES[type]) ? yamlText(DTYPES[type]) : DTYPES[type];
    return [head, `  ${list ? "list" : "dtype"}: ${dtype}`];
  }
  return [head, `  ${list ? "list" : "struct"}:`, ...fields.flatMap(featureLines).map((line) => `  ${line}`)];
}
