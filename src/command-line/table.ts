import { visible } from "../visible.js";
import { columnsOf } from "./terminal.js";

type Row = readonly string[];

/** A column of a table; `width` is that of its widest cell. */
interface Column {
  readonly title: string;
  /** Its place in a row. */
  readonly i: number;
  readonly width: number;
  readonly isNumber: boolean;
}

/** What stands between columns. */
const GAP = "  ";
/** Columns that have no room stand below their row, so far from the left, in so many lines at most. */
const [INDENT, MOST_BELOW] = ["    ", 4];

/**
 * Lines of a table for people: columns padded to their widest cell, a column of numbers set to the right, and what nobody
 * sees shown. A pipe or a file gets every value whole, a row a line. Of a terminal no line is wider than `room`: texts that
 * have no place beside the others, the widest first, stand below their row.
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
    const width = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), widthOf(title));
    return { title, i, width, isNumber: cells.every((cell) => /^[\d,]*$/.test(cell)) };
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
  const total = columns.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length);
  if (total <= room) return columns;
  const texts = columns.filter(({ i, isNumber }) => i > 0 && !isNumber);
  const [widest] = texts.sort((a, b) => b.width - a.width);
  if (widest)
    return columnsBeside(
      columns.filter((column) => column !== widest),
      room,
    );
  // A first column without an end would push the numbers out of sight.
  return columns.map((column) =>
    column.i === 0 ? { ...column, width: Math.max(1, column.width - (total - room)) } : column,
  );
}
