import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  List,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
} from "apache-arrow";
import { type Column, type ColumnType, columnsOf, type MediaType, SCHEMA_VERSION } from "../record/index.js";

/**
 * The Arrow schema of each media type, made from the column table and never inferred from rows: a column that is
 * null throughout one shard has the same type in it as in all others.
 *
 * `media_type` is no column: images and audio are separate sets with separate schemas.
 */

/**
 * Raised when the same records give other bytes than before, so that a reader can tell why. The version of the
 * package is left out on purpose: a release that writes the same bytes must not make every published shard differ.
 */
export const WRITER_VERSION = 1;

/** Fields of list elements are called `element`, the name the Parquet format gives them. */
const ELEMENT = "element";

const tag = new Struct([
  new Field("name", new Utf8(), false),
  new Field("provider", new Utf8(), false),
  new Field("accuracy", new Float64(), true),
]);

/** Objects are JSON text: their members differ from provider to provider and cannot be columns. */
const ARROW_TYPES: Readonly<Record<ColumnType, DataType>> = {
  text: new Utf8(),
  url: new Utf8(),
  uuid: new Utf8(),
  integer: new Int32(),
  number: new Float64(),
  boolean: new Bool(),
  timestamp: new TimestampMillisecond("UTC"),
  object: new Utf8(),
  objects: new Utf8(),
  texts: new List(new Field(ELEMENT, new Utf8(), false)),
  tags: new List(new Field(ELEMENT, tag, false)),
};

/**
 * The schema of one media type. A field's metadata has the `description` of its column; the schema's own has
 * `ov_media_type`, `ov_schema_version` and `ov_tools` (the writer's version).
 */
export function schemaOf(media: MediaType): Schema {
  return new Schema(
    columnsOf(media).map(fieldOf),
    new Map([
      ["ov_media_type", media],
      ["ov_schema_version", String(SCHEMA_VERSION)],
      ["ov_tools", String(WRITER_VERSION)],
    ]),
  );
}

function fieldOf(column: Column): Field {
  return new Field(
    column.name,
    ARROW_TYPES[column.type],
    isNullable(column),
    new Map([["description", column.description]]),
  );
}

/** Only what every record has is not null: the required columns, and the identifier that is made from two of them. */
function isNullable({ name, required }: Column): boolean {
  return !(required || name === "identifier");
}
