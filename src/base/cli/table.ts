import { visible } from "../visible.js";
import { columnsOf } from "./terminal.js";

type Row = readonly string[];

/** A column of a table. */
interface Column {
  readonly title: string;
  /** Its place in a row. */
  readonly i: number;
  /** Of its widest cell. */
  readonly width: number;
  /** Of its cells, on average. */
  readonly mean: number;
  readonly isNumber: boolean;
}

/** What stands between columns. */
const GAP = "  ";
/** Columns that have no room stand below their row: how far from the left, and in how many lines at most. */
const [INDENT, MOST_BELOW] = ["    ", 4];

/**
 * Lines of a table for people: columns padded to their widest cell, a column of numbers set to the right, and what nobody
 * sees shown. A pipe or a file gets every value whole, a row a line. In a terminal no line is wider than `room`: texts that
 * are longer than others of their column are cut, and columns that have no place beside the others stand below their row.
 */
export async function formatTable(
  titles: Row,
  rows: readonly Row[],
  room = columnsOf(process.stdout),
): Promise<string[]> {
  const { cut, padded, widthOf, wrapped } = await import("./width.js");
  const [heading = [], ...shown] = [titles, ...rows].map((row) => row.map(visible));
  const columns = heading.map((title, i): Column => {
    const cells = shown.map((row) => row[i] ?? "");
    const widths = cells.map(widthOf);
    const width = widths.reduce((a, b) => Math.max(a, b), widthOf(title));
    const mean = widths.reduce((a, b) => a + b, 0) / widths.length;
    return { title, i, width, mean, isNumber: cells.every((cell) => /^[\d,]*$/.test(cell)) };
  });
  const beside = columnsBeside(columns, room);
  const below = columns.filter((column) => !beside.some(({ i }) => i === column.i));
  const line = (row: Row) => {
    const cells = beside.map(({ i, width, isNumber }) =>
      padded(cut(row[i] ?? "", width), width, isNumber ? "left" : "right"),
    );
    return cut(cells.join(GAP).trimEnd(), room);
  };
  const linesBelow = (row: Row) => {
    const values = below.flatMap(({ title, i }) => (row[i] ? [`${title}: ${row[i]}`] : []));
    if (values.length === 0) return [];
    const width = Math.max(1, room - INDENT.length);
    return wrapped(cut(values.join("; "), MOST_BELOW * width), width).map((one) => cut(INDENT + one, room));
  };
  return [line(heading), ...shown.flatMap((row) => [line(row), ...linesBelow(row)])];
}

/** The columns that stand side by side: numbers and the first always, of the other texts those that have room. */
function columnsBeside(columns: readonly Column[], room: number): readonly Column[] {
  if (tooMuch(columns, room) <= 0) return columns;
  const half = Math.floor(room / 2);
  let beside = columns.map((one) =>
    one.isNumber || one.mean > half ? one : { ...one, width: Math.min(one.width, half) },
  );
  for (;;) {
    const excess = tooMuch(beside, room);
    if (excess <= 0) return beside;
    const texts = beside.filter(({ i, isNumber }) => i > 0 && !isNumber);
    const [widest] = texts.sort((a, b) => b.width - a.width || b.mean - a.mean);
    // Where numbers alone have too little room, the lines are cut.
    if (!widest) return beside.map((one) => (one.i === 0 ? { ...one, width: one.width - excess } : one));
    beside = beside.filter((one) => one !== widest);
  }
}

/** By how much columns are wider than the room for them. */
function tooMuch(columns: readonly Column[], room: number): number {
  return columns.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length) - room;
}
