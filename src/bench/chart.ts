import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, type Run } from "./timing.js";

/** Time and memory against size, ours and the peers in one picture: `docs/charts/NAME.svg`. */

/** One line of a chart: what one program took at each size. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly size: number; readonly run: Run }[];
}

const PANEL = { width: 300, height: 220, gap: 70, left: 60, top: 50 };
const WIDTH = PANEL.left + 2 * PANEL.width + PANEL.gap + 20;
/** Colours that people who see few colours tell apart, and markers for the others. */
const COLOURS = ["#0072B2", "#D55E00", "#555555", "#009E73"];
const STEPS = 4;

/** Draws and writes a chart. `what` says what the sizes count. */
export function chart(name: string, title: string, what: string, series: readonly Series[]): void {
  const folder = join(ROOT, "docs", "charts");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.svg`), svg(title, what, series));
  console.log(`  chart: docs/charts/${name}.svg`);
}

function svg(title: string, what: string, series: readonly Series[]): string {
  const height = PANEL.top + PANEL.height + 60 + 18 * series.length;
  const legend = series.map(({ name }, i) => {
    const y = PANEL.top + PANEL.height + 62 + 18 * i;
    return `${marker(i, PANEL.left + 6, y - 4)}${text(PANEL.left + 20, y, name)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    text(PANEL.left, 22, title, 'font-size="15" font-weight="bold"'),
    panel(0, "wall time, s", what, series, ({ seconds }) => seconds),
    panel(1, "memory, MB", what, series, ({ megabytes }) => megabytes),
    ...legend,
    "</svg>\n",
  ].join("\n");
}

function panel(
  index: number,
  label: string,
  what: string,
  series: readonly Series[],
  of: (run: Run) => number,
): string {
  const left = PANEL.left + index * (PANEL.width + PANEL.gap);
  const points = series.flatMap((one) => one.points);
  const [widest, highest] = [
    rounded(Math.max(...points.map(({ size }) => size))),
    rounded(Math.max(...points.map(({ run }) => of(run)))),
  ];
  const x = (size: number) => left + (size / widest) * PANEL.width;
  const y = (value: number) => PANEL.top + PANEL.height * (1 - value / highest);
  const bottom = y(0);
  const ticks = Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS);
  return [
    text(left, PANEL.top - 10, label),
    ...ticks.flatMap((part) => [
      `<path d="M${left} ${y(part * highest)}h${PANEL.width}" stroke="#ddd"/>`,
      text(left - 6, y(part * highest) + 4, short(part * highest), 'text-anchor="end"'),
      text(x(part * widest), bottom + 18, short(part * widest), 'text-anchor="middle"'),
    ]),
    text(left + PANEL.width / 2, bottom + 36, what, 'text-anchor="middle"'),
    ...series.map((one, i) => {
      const at = one.points.map(({ size, run }) => [x(size), y(of(run))] as const);
      const path = at.map(([px, py], n) => `${n ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`).join("");
      return `<path d="${path}" fill="none" stroke="${colour(i)}" stroke-width="2"/>${at.map(([px, py]) => marker(i, px, py)).join("")}`;
    }),
  ].join("\n");
}

/** The next number above that divides into round steps. */
function rounded(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 5, 6, 8, 10].find((step) => step * power >= value) ?? 10;
  return factor * power;
}

const short = (value: number) =>
  value >= 1e6
    ? `${+(value / 1e6).toFixed(2)} M`
    : value >= 1e4
      ? `${+(value / 1e3).toFixed(1)} k`
      : `${+value.toFixed(2)}`;

const colour = (index: number) => COLOURS[index % COLOURS.length] as string;

/** A dot, a square, a triangle, a diamond. */
function marker(index: number, x: number, y: number): string {
  const shapes = [
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    "M-4 -4h8v8h-8z",
    "M0 -5l5 9h-10z",
    "M0 -5l5 5l-5 5l-5 -5z",
  ];
  return `<path transform="translate(${x.toFixed(1)} ${y.toFixed(1)})" d="${shapes[index % shapes.length]}" fill="${colour(index)}"/>`;
}

const text = (x: number, y: number, value: string, more = "") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="#222"${more && ` ${more}`}>${escaped(value)}</text>`;

const escaped = (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
