import type { Counts } from "../parquet/index.js";
import type { Contents } from "./contents.js";
import { escapeText, table, thousands } from "./markdown.js";

/** A table of changes stops here; manifest.json has all of them. */
const MOST_NAMES = 20;

/** What is different from the release before, for the card. */
export function changesText({ version: { previous, since, changes } }: Contents): string {
  if (since !== undefined) {
    return `This is a delta: what has changed since release ${since}. Records that were removed have
\`removed_from_source\` true. To apply it, take all records of that release whose \`identifier\` is not in here, and add
those of the delta that are not removed.`;
  }
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

function changeTable(what: string, counts: Counts): string[] {
  const largest = Object.entries(counts).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  if (largest.length === 0) return [];
  const rows = largest.slice(0, MOST_NAMES).map(([name, rows]) => [escapeText(name), signed(rows)]);
  return [table([what, "Change in records"], rows)];
}

function signed(rows: number): string {
  return `${rows < 0 ? "−" : "+"}${thousands(Math.abs(rows))}`;
}
