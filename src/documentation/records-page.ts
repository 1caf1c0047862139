import {
  COLUMNS,
  type Column,
  type ColumnType,
  DROP_REASONS,
  MAX_INTEGER,
  type MergeRule,
  SCHEMA_VERSION,
} from "../record/index.js";
import { markdownTable } from "./markdown.js";

/** The column table of `docs/records.md`, from the record table. */
export function columnTable(): string {
  return markdownTable(
    ["column", "type", "limit", "in", "required", "merge", "what it holds"],
    COLUMNS.map((column) => [
      `\`${column.name}\``,
      column.type,
      column.limit === undefined ? "" : `${column.limit}${column.cut ? ", then cut" : ", then dropped"}`,
      column.media ?? "both",
      column.required ? "yes" : column.staging ? "staging" : "",
      column.merge,
      column.description,
    ]),
  ).join("\n");
}

/** What the merge rules do, in the words of the documentation. */
const MERGE_RULES: Record<MergeRule, string> = {
  key: "the key of the record: the same by definition",
  keep: "the stored value stays",
  newest: "the new value, or the stored one where the new one is null",
  members: "the members of both objects, the new one winning",
  tags: "the tags of the record's own provider are replaced, those of others stay",
  union: "the distinct elements of both lists",
  changed: "the time of the load if it changed any other column but `last_synced_with_source`",
  seen: "the time of the load, always",
  reset:
    "false: a record that is seen again is back; true where the record says that it is gone, and that is news",
  calculated:
    "computed from the merged record, as `ov-stage popularity` does; the stored value where that never ran",
};

/** The table of merge rules of `docs/records.md`. */
export function mergeTable(): string {
  return markdownTable(
    ["merge", "what happens when the record is there already"],
    Object.entries(MERGE_RULES).map(([rule, meaning]) => [rule, meaning]),
  ).join("\n");
}

/** The table of reasons for which cleaning drops values, of `docs/records.md`. */
export function dropTable(): string {
  return markdownTable(["reason", "what is dropped"], Object.entries(DROP_REASONS)).join("\n");
}

/** The JSON Schema (2020-12) of a media record, as `docs/media-record.schema.json` holds it. */
export function recordSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Media record",
    description: `One line of NDJSON between the commands of ov-tools; schema version ${SCHEMA_VERSION}`,
    type: "object",
    properties: {
      media_type: { enum: ["image", "audio"], description: "Which of the two tables the record belongs to" },
      ...Object.fromEntries(COLUMNS.map((column) => [column.name, columnSchema(column)])),
    },
    required: COLUMNS.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
    if: { properties: { media_type: { const: "audio" } }, required: ["media_type"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: absent("image") },
    else: { properties: absent("audio") },
  };
}

/** Columns of the other media type are null or not there. */
function absent(media: "image" | "audio"): object {
  return Object.fromEntries(
    COLUMNS.filter((column) => column.media === media).map(({ name }) => [name, { type: "null" }]),
  );
}

/** A JSON Schema of one value, before null is allowed. */
interface ValueSchema {
  readonly type: string;
  readonly [keyword: string]: unknown;
}

function columnSchema(column: Column): object {
  const length = column.limit === undefined ? {} : { maxLength: column.limit };
  const shapes: Record<ColumnType, ValueSchema> = {
    text: { type: "string", ...length },
    url: { type: "string", pattern: '^https://[^\\s"\\\\]+$', ...length },
    integer: { type: "integer", minimum: 0, maximum: MAX_INTEGER },
    number: { type: "number" },
    boolean: { type: "boolean" },
    timestamp: { type: "string", format: "date-time" },
    uuid: { type: "string", format: "uuid" },
    object: { type: "object" },
    tags: { type: "array", items: TAG },
    texts: { type: "array", items: { type: "string", ...length } },
    objects: { type: "array", items: { type: "object" } },
  };
  const schema = shapes[column.type];
  const { description } = column;
  return column.required
    ? { ...schema, description }
    : { ...schema, type: [schema.type, "null"], description };
}

const TAG = {
  type: "object",
  properties: {
    name: { type: "string" },
    provider: { type: "string" },
    accuracy: { type: "number", minimum: 0, maximum: 1 },
  },
  required: ["name", "provider"],
  additionalProperties: false,
};
