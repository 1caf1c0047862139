import { type Column, type ColumnType, columnsOf, type MediaType, SYNC_TIME } from "../../record/index.js";
import type { Encoding, LogicalType, PhysicalType, Repetition } from "./format.js";

/**
 * How the columns of a record lie in a Parquet file: the schema's tree, made from the column table and never inferred
 * from rows, and how the values of each leaf are encoded. A column that is null throughout one shard has the same type
 * in it as in all others.
 *
 * `media_type` is no column: images and audio are separate sets with separate schemas.
 */

/** A node of the schema; a leaf where it has a type. Lists are of three levels, as the format wants them. */
export interface Node {
  readonly name: string;
  readonly repetition: Repetition;
  readonly type?: PhysicalType;
  readonly logical?: LogicalType;
  readonly children?: readonly Node[];
}

/** A column of values: what a column chunk holds. */
export interface Leaf {
  readonly path: readonly string[];
  readonly type: PhysicalType;
  /** Where there is no dictionary, or no room in it. */
  readonly encoding: Encoding;
  readonly hasDictionary: boolean;
  /** The levels of a value that is there, and of one that is not the first of its list. */
  readonly mostDefined: number;
  readonly mostRepeated: number;
}

type Value = Pick<Node, "type" | "logical" | "children">;

const TEXT: Value = { type: "BYTE_ARRAY", logical: "STRING" };

/** Elements are called `element`, and what repeats `list`: the names that the Parquet format gives them. */
function listOf(value: Value): Value {
  const element: Node = { name: "element", repetition: "required", ...value };
  return { logical: "LIST", children: [{ name: "list", repetition: "repeated", children: [element] }] };
}

const TAG: Value = {
  children: [
    { name: "name", repetition: "required", ...TEXT },
    { name: "provider", repetition: "required", ...TEXT },
    { name: "accuracy", repetition: "optional", type: "DOUBLE" },
  ],
};

/** Objects are JSON text: their members differ from provider to provider and cannot be columns. */
const VALUES: Readonly<Record<ColumnType, Value>> = {
  text: TEXT,
  url: TEXT,
  uuid: TEXT,
  integer: { type: "INT32" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  timestamp: { type: "INT64", logical: "TIMESTAMP_MILLIS" },
  object: TEXT,
  objects: TEXT,
  texts: listOf(TEXT),
  tags: listOf(TAG),
};

/**
 * Hardly a value in these occurs twice in a row group: a dictionary would only be built to be thrown away.
 */
const UNIQUE_COLUMNS = new Set([
  "identifier",
  "foreign_identifier",
  "foreign_landing_url",
  "url",
  "thumbnail",
  "creator_url",
  "title",
  "meta_data",
  "audio_set",
  "alt_files",
  "filesize",
  "duration",
]);

/** Encodings of values without a dictionary; lengths or differences are kept apart from the bytes. */
const ENCODINGS: Readonly<Record<PhysicalType, Encoding>> = {
  BYTE_ARRAY: "DELTA_LENGTH_BYTE_ARRAY",
  INT32: "DELTA_BINARY_PACKED",
  INT64: "DELTA_BINARY_PACKED",
  DOUBLE: "PLAIN",
  BOOLEAN: "PLAIN",
};

/** Where another encoding is smaller than the type's. */
const OWN_ENCODINGS: Readonly<Record<string, Encoding>> = {
  foreign_identifier: "DELTA_BYTE_ARRAY",
  meta_data: "DELTA_BYTE_ARRAY",
  audio_set: "DELTA_BYTE_ARRAY",
  alt_files: "DELTA_BYTE_ARRAY",
  foreign_landing_url: "PLAIN",
  thumbnail: "PLAIN",
};

/**
 * The columns of shards of one media type, in the order of the table. The time at which a record was last seen is left out
 * unless it is asked for: it changes every night, and with it every shard would, though no record did.
 */
export function shardColumns(media: MediaType, withSyncTimes: boolean): readonly Column[] {
  const columns = columnsOf(media);
  return withSyncTimes ? columns : columns.filter(({ name }) => name !== SYNC_TIME);
}

export function nodeOf(column: Column): Node {
  return {
    name: column.name,
    repetition: isNullable(column) ? "optional" : "required",
    ...VALUES[column.type],
  };
}

/** Only what every record has is not null: the required columns, and the identifier that is made from two of them. */
export function isNullable({ name, required }: Column): boolean {
  return !(required || name === "identifier");
}

/** The leaves of a node, in the order of the schema. */
export function leavesOf(node: Node, above: Omit<Leaf, "type" | "encoding" | "hasDictionary"> = TOP): Leaf[] {
  const here = {
    path: [...above.path, node.name],
    mostDefined: above.mostDefined + Number(node.repetition !== "required"),
    mostRepeated: above.mostRepeated + Number(node.repetition === "repeated"),
  };
  const { type, children = [] } = node;
  if (type === undefined) return children.flatMap((child) => leavesOf(child, here));
  const column = here.path[0] as string;
  const encoding = OWN_ENCODINGS[column] ?? ENCODINGS[type];
  const hasDictionary = type !== "BOOLEAN" && type !== "INT64" && !UNIQUE_COLUMNS.has(column);
  return [{ ...here, type, encoding, hasDictionary }];
}

const TOP = { path: [], mostDefined: 0, mostRepeated: 0 };
