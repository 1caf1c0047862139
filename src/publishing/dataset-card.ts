import { SCHEMA_VERSION } from "../record/index.js";
import { columnTable } from "./column-table.js";
import { type Contents, type Count, mediaTypesOf, worksOf } from "./contents.js";
import { frontMatter, LICENSE_PAGE } from "./front-matter.js";
import { CREDIT, conditionsAmong, licenseTable } from "./license-page.js";
import { counted, escapeText, table, thousands } from "./markdown.js";

/** A table of names stops here, so that the card stays readable; manifest.json has all of them. */
const MOST_NAMES = 100;

/**
 * README.md: the dataset card, with the front matter that Hugging Face reads. Every number in it comes from the
 * manifest, and nothing from a clock: the same manifest gives the same bytes.
 */
export function datasetCard(contents: Contents): string {
  const sections = [
    introduction(contents),
    countsSection(contents),
    loadingSection(contents),
    columnsSection(),
    licensesSection(contents),
    creditSection(contents),
    PERSONAL_DATA,
    removalSection(contents),
    limitsSection(contents),
    CHECKING,
    citationSection(contents),
  ];
  return `${frontMatter(contents)}\n\n${sections.join("\n\n")}\n`;
}

function introduction({ title, rows, media, date, subsets }: Contents): string {
  const what =
    rows === 0
      ? "This release holds no records."
      : `${counted(rows, "record")} that ${rows === 1 ? "describes" : "describe"} openly licensed ${worksOf(media)}.`;
  const parts = [
    `# ${escapeText(title)}`,
    `${what} It is a dataset of metadata and links: the media files themselves are not in it.`.replace(
      ". It is a dataset of metadata",
      ". This is metadata",
    ),
    date === null
      ? "Snapshot date: none, because no record says when it was last changed."
      : `Snapshot date: ${date}, the day (UTC) of the latest change of a record (\`updated_on\`).`,
  ];
  if (subsets.length > 0) {
    const rowsOf = subsets.map(({ name, rows, shards, bytes }) => [`\`${name}\``, rows, shards, bytes]);
    parts.push(table(["Subset", "Records", "Shards", "Bytes"], rowsOf));
  }
  return parts.join("\n\n");
}
