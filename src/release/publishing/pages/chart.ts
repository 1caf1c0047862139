import { counted, thousands } from "../../../base/counted.js";
import type { Others } from "../../parquet/index.js";
import { type Count, NO_OTHERS } from "./contents.js";

/** Bars of a chart; what follows them is one bar more. */
const MOST_BARS = 12;

/** Lengths in the chart's own units, which a page scales. */
const [WIDTH, LABEL, VALUE, ROW, BAR, TOP] = [720, 190, 150, 26, 18, 44];

/**
 * A bar chart as SVG: each count as a bar and as a number, the largest first. It has a white ground of its own, so that
 * it can be read on dark pages, too, and no script or link in it.
 */
export function barChart(title: string, counts: readonly Count[], others = NO_OTHERS): string {
  const bars = barsOf(counts, others);
  const height = TOP + bars.length * ROW + 12;
  const most = Math.max(1, ...bars.map(({ rows }) => rows));
  const parts = bars.map((bar, i) => row(bar, TOP + i * ROW, most));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="sans-serif" font-size="13">
<title>${escapeXml(title)}</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="12" y="26" font-size="16" font-weight="bold" fill="#222">${escapeXml(title)}</text>
${parts.join("\n")}
</svg>
`;
}

function barsOf(counts: readonly Count[], others: Others): readonly Count[] {
  if (counts.length <= MOST_BARS && others.names === 0) return counts;
  const rest = counts.slice(MOST_BARS - 1);
  const rows = rest.reduce((sum, { rows }) => sum + rows, others.rows);
  return [...counts.slice(0, MOST_BARS - 1), { name: counted(rest.length + others.names, "other"), rows }];
}

function row({ name, rows }: Count, y: number, most: number): string {
  const length = Math.max(1, Math.round(((WIDTH - LABEL - VALUE) * rows) / most));
  const baseline = y + BAR - 4;
  return [
    `<text x="${LABEL - 10}" y="${baseline}" text-anchor="end" fill="#222">${escapeXml(short(name))}</text>`,
    `<rect x="${LABEL}" y="${y}" width="${length}" height="${BAR}" fill="#3f6fb5"/>`,
    `<text x="${LABEL + length + 8}" y="${baseline}" fill="#444">${thousands(rows)}</text>`,
  ].join("");
}

function short(name: string): string {
  const characters = [...name];
  return characters.length > 24 ? `${characters.slice(0, 23).join("")}…` : name;
}

/** Names come from outside; XML has no place for some characters at all (§2.2 of its recommendation). */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
