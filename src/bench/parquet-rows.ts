import { columnsOf } from "../record/index.js";

/** What is left to do for lines like those of `ov-from-parquet` where a library gives rows as objects. */

type Row = Record<string, unknown>;

const COLUMNS = columnsOf("image");
const OBJECTS = COLUMNS.filter(({ type }) => type === "object" || type === "objects").map(({ name }) => name);
const TIMES = COLUMNS.filter(({ type }) => type === "timestamp").map(({ name }) => name);

/** The line of a row, with its line end. */
export function lineOf(row: Row): string {
  for (const name of OBJECTS) if (typeof row[name] === "string") row[name] = JSON.parse(row[name]);
  for (const name of TIMES) if (typeof row[name] === "number") row[name] = new Date(row[name]);
  row.tags = row.tags ? [...(row.tags as Iterable<Row>)].map((tag) => withoutNulls(tag)) : null;
  return `${JSON.stringify({ media_type: "image", ...row })}\n`;
}

function withoutNulls(tag: Row): Row {
  const members = Object.entries(typeof tag.toJSON === "function" ? tag.toJSON() : tag);
  return Object.fromEntries(members.filter(([, value]) => value !== null && value !== undefined));
}
