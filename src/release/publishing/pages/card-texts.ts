import { counted, listing, thousands } from "../../../base/counted.js";
import { type Contents, type Count, worksOf } from "./contents.js";
import { escapeText } from "./markdown.js";

/** The sections of the dataset card that are mostly words. Each statement has to be true of every release. */

/**
 * How to read the shards, with paths that work in the dataset's folder. `datasets` gets the folder's full path because
 * it names a dataset by the last part and refuses `.` (5.0.1).
 */
export function loading({ subsets, licenses }: Contents): string {
  const [first, ...others] = subsets;
  if (!first) return "There are no shards to load.";
  const names = others.map(({ name }) => `\`${name}\``);
  const other = names.length > 0 ? ` The other subsets load by their names: ${listing(names)}.` : "";
  const license = licenses[0]?.license ?? "by";
  return `Run these in the folder of this file.${other}

With the \`datasets\` library; on the Hugging Face Hub, the repository's name takes the place of the folder:

\`\`\`python
import os
from datasets import load_dataset

records = load_dataset(os.getcwd(), "${first.name}", split="train")
\`\`\`

With DuckDB:

\`\`\`sql
SELECT license, license_version, count(*) AS records
FROM '${first.pattern}'
GROUP BY ALL ORDER BY records DESC;
\`\`\`

With polars, and one shard with pandas:

\`\`\`python
import pandas
import polars

records = polars.scan_parquet("${first.pattern}").filter(polars.col("license") == "${license}").collect()
shard = pandas.read_parquet("${first.firstShard}")
\`\`\`

With Spark:

\`\`\`python
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
records = spark.read.parquet("${folderOf(first.pattern)}")
\`\`\``;
}

function folderOf(pattern: string): string {
  return pattern.slice(0, pattern.lastIndexOf("/"));
}

/** What in a record may be about a person. */
export const PERSONAL_DATA = `\`creator\` and \`creator_url\` name people and their public pages. \`title\`, \`tags\` and \`meta_data\` may
name or describe people, and the linked media may show or record them. All of it comes from what the sources
publish. Names were not removed: works are credited by them. Data protection law may apply to what you do with
them. An open licence is a licence under copyright; it does not speak for the people in a work.`;

/** How to have a record taken out, and what that cannot do. */
export function removal({ contact, optOuts }: Contents): string {
  const where = contact === undefined ? "the publisher, where you got this dataset" : escapeText(contact);
  return `To have a record corrected or taken out, write to: ${where}

Name its \`identifier\`, or its \`provider\` and \`foreign_identifier\`. A record that is taken out here may still be at
its source and in earlier copies of this dataset: ask there too.

${heldAgainst(optOuts)}
ov-tools, which made this release, asks no registry of opt-outs on the web. If you download the media, respect what their
hosts say at that time, in robots.txt and in headers such as \`X-Robots-Tag\`.`;
}

function heldAgainst(optOuts: Contents["optOuts"]): string {
  if (!optOuts) return "This release was checked against no opt-out list.";
  const list = `${escapeText(optOuts.list)} (${counted(optOuts.rules, "rule")})`;
  return `This release was checked against the publisher's opt-out list ${list}: it names no record of it.`;
}

/** What a user must not expect of the data. */
export function limits({ media, providers, rows, leftOut }: Contents): string {
  const items = [
    "Licences, titles, creators and tags are what the sources say. They were not checked and may be wrong.",
    "Since a record was made, its work may have moved, changed its licence or disappeared.",
    ...largest(providers, rows),
    ...(leftOut === undefined ? [] : [`Licences that were left out on purpose: ${escapeText(leftOut)}.`]),
    `It is no fair sample of openly licensed ${worksOf(media)}: it has what was asked of these providers.`,
    "Texts are in the language of their source, which no column names. Some may offend.",
    "A tag with an accuracy was given by a machine.",
    "`standardized_popularity` compares works of one provider, not of two.",
  ];
  return items.map((item) => `- ${item}`).join("\n");
}

function largest([first, second]: readonly Count[], rows: number): string[] {
  if (!first || !second) return [];
  const share = ((100 * first.rows) / rows).toFixed(1);
  const part = `${thousands(first.rows)} of ${counted(rows, "record")} (${share} %)`;
  return [`The largest provider, ${escapeText(first.name)}, gave ${part}.`];
}

/** How to find out whether the files are whole; manifest.json lists every file but itself. */
export const CHECKING = `[manifest.json](manifest.json) has the size and the SHA-256 of every other file. In the folder of this
file:

\`\`\`sh
jq -r '.files[] | "\\(.sha256)  \\(.path)"' manifest.json | sha256sum --check
\`\`\``;
