import { counted } from "../../../base/counted.js";
import { COLUMNS, type ColumnType, SCHEMA_VERSION, SYNC_TIME } from "../../../record/index.js";
import { changesText } from "./card-changes.js";
import { CHECKING, limits, loading, PERSONAL_DATA, removal } from "./card-texts.js";
import { bibtex } from "./citation-file.js";
import { type Contents, type Count, LICENSE_PAGE, NO_OTHERS, summaryOf } from "./contents.js";
import { frontMatter } from "./front-matter.js";
import { CREDIT, conditionsAmong, conditionsTable, licenseTable } from "./license-page.js";
import { escapeText, table } from "./markdown.js";

/** A table of names stops here, so that the card stays readable; manifest.json has all of them. */
const MOST_NAMES = 100;

/** Below the dataset's folder. */
export const LICENSE_CHART = "charts/licenses.svg";
export const PROVIDER_CHART = "charts/providers.svg";

/**
 * README.md: the dataset card, with the front matter that Hugging Face reads. Every number in it comes from the
 * manifest, the notes from the publisher, and nothing from a clock: the same manifest gives the same bytes.
 */
export function datasetCard(contents: Contents): string {
  const sections: readonly (readonly [heading: string, text: string])[] = [
    ["Records by licence", `![Records by licence](${LICENSE_CHART})\n\n${licenseTable(contents.licenses)}`],
    [
      "Records by provider",
      `![Records by provider](${PROVIDER_CHART})\n\n${nameTable("Provider", contents.providers, contents.others.providers)}`,
    ],
    ["Records by source", nameTable("Source", contents.sources, contents.others.sources)],
    ["How to load it", loading(contents)],
    [
      "Columns",
      `Schema version ${SCHEMA_VERSION}. Some columns are for images or audio only.\n\n${columnTable(contents)}`,
    ],
    ["Licences and their conditions", licenses(contents)],
    ["How to credit a work", credit(contents)],
    ["Personal data", PERSONAL_DATA],
    ["Opt-out and removal", removal(contents)],
    ["Known biases and limits", limits(contents)],
    ["Changes", changesText(contents)],
    ["Checking the files", CHECKING],
    ["How to cite it", citation(contents)],
    // The last, as they are Markdown as it is: a fence or comment that stays open would hide all that is below.
    ...(!contents.notes ? [] : [["Notes of the publisher", contents.notes] as const]),
  ];
  const body = sections.map(([heading, text]) => `## ${heading}\n\n${text}`);
  return `${[frontMatter(contents), introduction(contents), ...body].join("\n\n")}\n`;
}

function introduction(contents: Contents): string {
  const { title, version, date, subsets } = contents;
  const when =
    date === null
      ? "Snapshot date: unknown, because no record says when it was last changed."
      : `Snapshot date: ${date}, the day (UTC) of the latest change of a record.`;
  const parts = [`# ${escapeText(title)}`, summaryOf(contents), `Release ${version.version}. ${when}`];
  if (subsets.length > 0) {
    const cells = subsets.map(({ name, rows, shards, bytes }) => [`\`${name}\``, rows, shards, bytes]);
    parts.push(table(["Subset", "Records", "Shards", "Bytes"], cells));
  }
  return parts.join("\n\n");
}

/** The largest counts by name; what follows them is one row, so that the table still adds up. */
function nameTable(what: string, counts: readonly Count[], others = NO_OTHERS): string {
  if (counts.length === 0) return "No records.";
  const shown = counts.slice(0, MOST_NAMES).map(({ name, rows }) => [escapeText(name), rows]);
  const rest = counts.slice(MOST_NAMES);
  const names = rest.length + others.names;
  if (names > 0) {
    shown.push([
      `${counted(names, "other")} (see manifest.json)`,
      rest.reduce((sum, { rows }) => sum + rows, others.rows),
    ]);
  }
  return table([what, "Records"], shown);
}

/** What the shards hold for each type of column, in words that every reader of Parquet understands. */
const TYPES_IN_SHARDS: Readonly<Record<ColumnType, string>> = {
  text: "string",
  url: "string (URL)",
  uuid: "string (UUID)",
  integer: "int32",
  number: "double",
  boolean: "boolean",
  timestamp: "timestamp, UTC, milliseconds",
  object: "string (JSON object)",
  objects: "string (JSON list of objects)",
  texts: "list of strings",
  tags: "list of structs: name, provider, accuracy",
};

/** The columns of the record that shards have, as a Markdown table, in the order of the shards. */
function columnTable({ schemas }: Contents): string {
  const hasSyncTimes = Object.values(schemas).some((fields) => fields.some(({ name }) => name === SYNC_TIME));
  const columns = COLUMNS.filter(({ name }) => name !== SYNC_TIME || hasSyncTimes);
  return table(
    ["Column", "Type", "In", "What it holds"],
    columns.map(({ name, type, media, description, required }) => [
      `\`${name}\``,
      TYPES_IN_SHARDS[type],
      media ?? "both",
      // The descriptions are our own text; only what ends a cell could be in the way.
      `${description.replaceAll("|", "\\|")}${required || name === "identifier" ? " (never null)" : ""}`,
    ]),
  );
}

function licenses({ licenses }: Contents): string {
  const among = conditionsAmong(licenses);
  const which = among === "" ? "" : ` The conditions ${among} occur in this release.`;
  return `There is no one licence for the whole. Each record names the licence of the work it describes, in
\`license\`, \`license_version\` and the member \`license_url\` of \`meta_data\`.${which}

${conditionsTable()}

Before you use a work, do what its own licence asks; to leave works out, filter on \`license\`.
[${LICENSE_PAGE}](${LICENSE_PAGE}) says what each condition asks, what CC0 means, and what the Public Domain Mark
does not promise.

Whether a condition binds a use, such as training a model, depends on whether the law that applies to you asks for
permission for that use. This page does not decide it.`;
}

function credit({ subsets: [first] }: Contents): string {
  if (!first) return CREDIT;
  return `${CREDIT}

The columns for it, in SQL for DuckDB:

\`\`\`sql
SELECT title, creator, creator_url, foreign_landing_url, license, license_version,
       meta_data ->> '$.license_url' AS license_url
FROM '${first.pattern}'
LIMIT 10;
\`\`\``;
}

function citation(contents: Contents): string {
  const { title, version, creators } = contents;
  const who = creators.map(escapeText).join("; ");
  return `> ${who}: ${escapeText(title)}, release ${version.version}, ${counted(contents.rows, "record")}. Made with ov-tools.

\`\`\`bibtex
${bibtex(contents)}
\`\`\`

Add the address where you got it. [CITATION.cff](CITATION.cff) has the same for machines. Citing the dataset does not
replace the credit that the licence of a work asks for.`;
}
