import { counted, thousands } from "../../../base/counted.js";
import type { Counts } from "../../parquet/index.js";
import { DELETIONS } from "../checks/tombstones.js";
import type { Contents } from "./contents.js";
import { escapeText, table } from "./markdown.js";

/** A table of changes stops here; manifest.json has all of them. */
const MOST_NAMES = 20;

/** What is different from the release before, for the card. */
export function changesText(contents: Contents): string {
  const { previous, since, changes } = contents.version;
  if (since !== undefined) return deltaText(since, contents);
  if (previous === null) return "This is the first release.";
  if (changes === null) return `The release before this one is ${previous}.`;
  const { added, unchanged, removed } = changes.shards;
  const parts = [
    `Since release ${previous}: ${signed(changes.rows)} records. Of the shards, ${thousands(unchanged)} are the ` +
      `same, ${thousands(added)} new and ${thousands(removed)} gone.`,
    ...changeTable("Licence", changes.by_license),
    ...changeTable("Provider", changes.by_provider),
  ];
  return parts.join("\n\n");
}

/** What a delta is, and how a copy of the release before it is brought up to date. */
function deltaText(since: string, { deletions, subsets: [first] }: Contents): string {
  const parts = [
    `This is a delta: what has changed since release ${since}. Records that are gone from their source have
\`removed_from_source\` true.`,
    tombstonesText(deletions),
  ];
  if (first) {
    // All subsets of a media type together: a record whose licence changed may be in another one now.
    const folder = first.pattern.split("/").slice(0, -1).slice(0, 2).join("/");
    const pattern = `${folder}/**/train-*.parquet`;
    const away = deletions ? `\n  UNION ALL SELECT identifier FROM ${READ_DELETIONS}` : "";
    const still = deletions ? `\n  AND identifier NOT IN (SELECT identifier FROM ${READ_DELETIONS})` : "";
    parts.push(`With that release in the folder \`base\` beside this file, this SQL for DuckDB brings its \`${first.media}\` records up to date:

\`\`\`sql
SELECT * FROM 'base/${pattern}' WHERE identifier NOT IN (
  SELECT identifier FROM '${pattern}'${away})
UNION ALL BY NAME
SELECT * FROM '${pattern}' WHERE removed_from_source IS NOT TRUE${still};
\`\`\``);
  }
  return parts.join("\n\n");
}

/** The columns are named, because identifiers would be guessed to be of another type than those of the shards. */
const READ_DELETIONS = `read_json('${DELETIONS}', columns = {identifier: 'VARCHAR'})`;

function tombstonesText(deletions: number | null): string {
  if (deletions === null) {
    return `**It came without tombstones**: which records were deleted since then, it does not say. Ask the publisher, or
take the next whole release.`;
  }
  if (deletions === 0) return "No record was deleted since then.";
  return `[${DELETIONS}](${DELETIONS}) has the tombstones of ${counted(deletions, "record")} that ${deletions === 1 ? "was" : "were"} deleted: \`provider\`,
\`foreign_identifier\`, \`identifier\`, \`deleted_on\`, \`reason\` and \`url_sha256\`. Delete them from your copies, too.`;
}

function changeTable(what: string, counts: Counts): string[] {
  const largest = Object.entries(counts).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  if (largest.length === 0) return [];
  const rows = largest.slice(0, MOST_NAMES).map(([name, rows]) => [escapeText(name), signed(rows)]);
  return [table([what, "Change in records"], rows)];
}

function signed(rows: number): string {
  return `${rows < 0 ? "−" : "+"}${thousands(Math.abs(rows))}`;
}
