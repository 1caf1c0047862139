/** The lines of a Markdown table. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [titles, titles.map(() => "---"), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
}
