import { SCHEMA_VERSION } from "../record/index.js";
import { CHECKING, limits, loading, PERSONAL_DATA, removal } from "./card-texts.js";
import { columnTable } from "./column-table.js";
import { type Contents, type Count, worksOf } from "./contents.js";
import { frontMatter, LICENSE_PAGE } from "./front-matter.js";
import { CREDIT, conditionsAmong, licenseTable } from "./license-page.js";
import { counted, escapeText, table } from "./markdown.js";

/** A table of names stops here, so that the card stays readable; manifest.json has all of them. */
const MOST_NAMES = 100;

/**
 * README.md: the dataset card, with the front matter that Hugging Face reads. Every number in it comes from the
 * manifest, and nothing from a clock: the same manifest gives the same bytes.
 */
export function datasetCard(contents: Contents): string {
  const sections: readonly (readonly [heading: string, text: string])[] = [
    ["Records by licence", licenseCounts(contents)],
    ["Records by provider", nameTable("Provider", contents.providers)],
    ["Records by source", nameTable("Source", contents.sources)],
    ["How to load it", loading(contents)],
    [
      "Columns",
      `Schema version ${SCHEMA_VERSION}. Some columns are for images or audio only.\n\n${columnTable()}`,
    ],
    ["Licences and their conditions", licenses(contents)],
    ["How to credit a work", credit(contents)],
    ["Personal data", PERSONAL_DATA],
    ["Opt-out and removal", removal(contents)],
    ["Known limits", limits(contents)],
    ["Checking the files", CHECKING],
    ["How to cite it", citation(contents)],
  ];
  const body = sections.map(([heading, text]) => `## ${heading}\n\n${text}`);
  return `${[frontMatter(contents), introduction(contents), ...body].join("\n\n")}\n`;
}

function introduction({ title, rows, media, date, subsets }: Contents): string {
  const what =
    rows === 0
      ? "This release holds no records."
      : `${counted(rows, "record")} of openly licensed ${worksOf(media)}: metadata and links, not the media files.`;
  const when =
    date === null
      ? "Snapshot date: unknown, because no record says when it was last changed."
      : `Snapshot date: ${date}, the day (UTC) of the latest change of a record.`;
  const parts = [`# ${escapeText(title)}`, what, when];
  if (subsets.length > 0) {
    const cells = subsets.map(({ name, rows, shards, bytes }) => [`\`${name}\``, rows, shards, bytes]);
    parts.push(table(["Subset", "Records", "Shards", "Bytes"], cells));
  }
  return parts.join("\n\n");
}

function licenseCounts({ licenses }: Contents): string {
  return licenses.length > 0 ? licenseTable(licenses) : "No records.";
}

/** The largest counts by name; what follows them is one row, so that the table still adds up. */
function nameTable(what: string, counts: readonly Count[]): string {
  if (counts.length === 0) return "No records.";
  const shown = counts.slice(0, MOST_NAMES).map(({ name, rows }) => [escapeText(name), rows]);
  const rest = counts.slice(MOST_NAMES);
  if (rest.length > 0) {
    shown.push([
      `${counted(rest.length, "other")} (see manifest.json)`,
      rest.reduce((sum, { rows }) => sum + rows, 0),
    ]);
  }
  return table([what, "Records"], shown);
}

function licenses({ licenses }: Contents): string {
  const among = conditionsAmong(licenses);
  const which = among === "" ? "" : ` The conditions ${among} occur in this release.`;
  return `There is no one licence for the whole. Each record names the licence of the work it describes, in
\`license\`, \`license_version\` and the member \`license_url\` of \`meta_data\`.${which}

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

function citation({ title, date, rows }: Contents): string {
  const snapshot = date === null ? "undated snapshot" : `snapshot of ${date}`;
  return `> ${escapeText(title)}, ${snapshot}, ${counted(rows, "record")}. Made with ov-tools.

Add the publisher and the address where you got it. Citing the dataset does not replace the credit that the licence
of a work asks for.`;
}
