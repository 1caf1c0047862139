import { COLUMNS, type ColumnType, SYNC_TIME } from "../../../record/index.js";
import type { Schemas } from "../release-manifest.js";
import { table } from "./markdown.js";

/** What the shards hold for each type of column, in words that every reader of Parquet understands. */
const TYPES_IN_SHARDS: Readonly<Record<ColumnType, string>> = {
  text: "string",
  url: "string (URL)",
  uuid: "string (UUID)",
  integer: "int32",
  number: "double",
  boolean: "boolean",
  timestamp: "timestamp, UTC, milliseconds",
  object: "string (JSON object)",
  objects: "string (JSON list of objects)",
  texts: "list of strings",
  tags: "list of structs: name, provider, accuracy",
};

/** The columns of the record that shards have, as a Markdown table, in the order of the shards. */
export function columnTable(schemas: Schemas): string {
  const hasSyncTimes = Object.values(schemas).some((fields) => fields.some(({ name }) => name === SYNC_TIME));
  const columns = COLUMNS.filter(({ name }) => name !== SYNC_TIME || hasSyncTimes);
  return table(
    ["Column", "Type", "In", "What it holds"],
    columns.map(({ name, type, media, description, required }) => [
      `\`${name}\``,
      TYPES_IN_SHARDS[type],
      media ?? "both",
      // The descriptions are our own text; only what ends a cell could be in the way.
      `${description.replaceAll("|", "\\|")}${required || name === "identifier" ? " (never null)" : ""}`,
    ]),
  );
}
