import { type Contents, type Count, worksOf } from "./contents.js";
import { counted, escapeText, thousands } from "./markdown.js";

/** The sections of the dataset card that are mostly words. Each statement has to be true of every release. */

/** How to read the shards, with paths that work in the dataset's folder. */
export function loading({ subsets, licenses }: Contents): string {
  const [first, ...others] = subsets;
  if (!first) return "There are no shards to load.";
  const other =
    others.length > 0
      ? ` The other subsets load by their names: ${others.map(({ name }) => `\`${name}\``).join(", ")}.`
      : "";
  const license = licenses[0]?.license ?? "by";
  return `Run these in the folder of this file.${other}

With the \`datasets\` library; on the Hugging Face Hub, the repository's name takes the place of \`"."\`:

\`\`\`python
from datasets import load_dataset

records = load_dataset(".", "${first.name}", split="train")
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
\`\`\``;
}

/** What in a record may be about a person. */
export const PERSONAL_DATA = `\`creator\` and \`creator_url\` name people and their public pages. \`title\`, \`tags\` and \`meta_data\` may name or
describe people, and the linked media may show or record them. All of it comes from what the sources publish; it was not made
anonymous, because the licences ask for credit. Data protection law may apply to what you do with it. An open licence
is a licence under copyright: it does not speak for the people in a work.`;

/** How to have a record taken out, and what that cannot do. */
export function removal({ contact }: Contents): string {
  const where =
    contact === undefined ? "the publisher, at the place where you got this dataset" : escapeText(contact);
  return `To have a record corrected or taken out, write to: ${where}. Name its \`identifier\`, or its \`provider\` and
\`foreign_identifier\`. A record taken out here is still at its source, and in copies made earlier: ask there too.

ov-tools, which made this release, asks no opt-out registry. If you download the media, respect what their hosts say
at that time, in robots.txt and in headers such as \`X-Robots-Tag\`.`;
}

/** What a user must not expect of the data. */
export function limits({ media, providers, rows }: Contents): string {
  const items = [
    "Licences, titles, creators and tags are what the sources say. They were not checked, and some are wrong.",
    "Links age: works move, change their licence or disappear after a record was made.",
    largest(providers, rows),
    `It is no fair sample of openly licensed ${worksOf(media)}: it has what these providers hold and what was asked of them.`,
    "Texts are in many languages and are not marked with theirs. Some may offend.",
    "A tag with an accuracy was given by a machine.",
    "`standardized_popularity` compares works of one provider, not of two.",
  ];
  return items.flatMap((item) => (item === undefined ? [] : `- ${item}`)).join("\n");
}

function largest([first, second]: readonly Count[], rows: number): string | undefined {
  if (!first || !second) return undefined;
  const share = ((100 * first.rows) / rows).toFixed(1);
  return `Providers differ in size: ${escapeText(first.name)} alone gave ${thousands(first.rows)} of ${counted(rows, "record")} (${share} %).`;
}

/** How to find out whether the files are whole; manifest.json lists every file but itself. */
export const CHECKING = `[manifest.json](manifest.json) has the size and the SHA-256 of every other file. In the folder of this file:

\`\`\`sh
jq -r '.files[] | "\\(.sha256)  \\(.path)"' manifest.json | sha256sum --check
\`\`\``;
