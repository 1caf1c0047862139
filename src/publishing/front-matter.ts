import { type Contents, mediaTypesOf } from "./contents.js";
import { yamlText } from "./markdown.js";

/** The page with the licences, below the dataset's folder; the card's `license_link` names it. */
export const LICENSE_PAGE = "LICENSES.md";

/** Hugging Face's size categories, by the number of records that a category stops below. */
const SIZE_CATEGORIES: readonly (readonly [below: number, category: string])[] = [
  [1e3, "n<1K"],
  [1e4, "1K<n<10K"],
  [1e5, "10K<n<100K"],
  [1e6, "100K<n<1M"],
  [1e7, "1M<n<10M"],
  [1e8, "10M<n<100M"],
  [1e9, "100M<n<1B"],
  [1e10, "1B<n<10B"],
  [1e11, "10B<n<100B"],
  [1e12, "100B<n<1T"],
  [Number.POSITIVE_INFINITY, "n>1T"],
];

/** The size category of a number of records: 1,000 is `1K<n<10K`. */
export function sizeCategory(rows: number): string {
  return (SIZE_CATEGORIES.find(([below]) => rows < below) as readonly [number, string])[1];
}

/**
 * The YAML block that a dataset card of Hugging Face starts with, `---` lines included. `dataset_info` is left out on
 * purpose: the Parquet files have the schema in them, and loading fails where the two differ. The licence is `other`
 * because every record has its own, and there are no identifiers for some of them (PDM, BY-SA 2.0).
 */
export function frontMatter({ title, rows, media, subsets }: Contents): string {
  const lines = [
    `pretty_name: ${yamlText(title)}`,
    "license: other",
    "license_name: per-record",
    `license_link: ${LICENSE_PAGE}`,
    "size_categories:",
    `- ${sizeCategory(rows)}`,
    "tags:",
    ...["creative-commons", "metadata", ...mediaTypesOf(media)].map((tag) => `- ${tag}`),
  ];
  if (subsets.length > 0) lines.push("configs:");
  for (const [i, { name, pattern }] of subsets.entries()) {
    lines.push(`- config_name: ${yamlText(name)}`);
    if (i === 0) lines.push("  default: true");
    lines.push("  data_files:", "  - split: train", `    path: ${yamlText(pattern)}`);
  }
  return ["---", ...lines, "---"].join("\n");
}
