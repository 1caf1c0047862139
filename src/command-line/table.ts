/** Lines of a table for people: columns padded to their widest cell; a column of numbers is set to the right. */
export function formatTable(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = titles.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)),
  );
  const numeric = titles.map((_, i) => rows.every((row) => /^[\d,]*$/.test(row[i] ?? "")));
  return [titles, ...rows].map((row) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
      .join("  ")
      .trimEnd(),
  );
}
