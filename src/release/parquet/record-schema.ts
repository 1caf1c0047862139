import {
  type Column,
  type ColumnType,
  columnsOf,
  type MediaType,
  SCHEMA_VERSION,
  SYNC_TIME,
} from "../../record/index.js";
import {
  type EncodedRowGroup,
  leafColumnsOf,
  listOf,
  type NodeType,
  numbersOf,
  type SchemaNode,
  TYPES,
} from "./encoder/index.js";
import type { Encoding } from "./format.js";

/**
 * The schema of shards, made from the column table and never inferred from rows: a column that is null throughout one
 * shard has the same type in it as in all others. `media_type` is no column: images and audio are separate sets with
 * separate schemas.
 */

const TAG: NodeType = {
  children: [
    { name: "name", repetition: "required", ...TYPES.utf8 },
    { name: "provider", repetition: "required", ...TYPES.utf8 },
    { name: "accuracy", repetition: "optional", ...TYPES.double },
  ],
};

/** Objects are JSON text: their members differ from provider to provider and cannot be columns. */
const NODES: Readonly<Record<ColumnType, NodeType>> = {
  text: TYPES.utf8,
  url: TYPES.utf8,
  uuid: TYPES.utf8,
  integer: TYPES.int32,
  number: TYPES.double,
  boolean: TYPES.boolean,
  timestamp: TYPES.timestamp,
  object: TYPES.utf8,
  objects: TYPES.utf8,
  texts: listOf(TYPES.utf8),
  tags: listOf(TAG),
};

/** Columns whose values hardly repeat, and the encoding that is smaller than that of the type, if one is. */
const UNIQUE_COLUMNS: ReadonlyMap<string, Encoding | undefined> = new Map([
  ["identifier", undefined],
  ["foreign_identifier", "DELTA_BYTE_ARRAY"],
  ["foreign_landing_url", "PLAIN"],
  ["url", undefined],
  ["thumbnail", "PLAIN"],
  ["creator_url", undefined],
  ["title", undefined],
  ["meta_data", "DELTA_BYTE_ARRAY"],
  ["audio_set", "DELTA_BYTE_ARRAY"],
  ["alt_files", "DELTA_BYTE_ARRAY"],
  ["filesize", undefined],
  ["duration", undefined],
]);

/** Which columns a file has. */
export interface ShardColumns {
  readonly media: MediaType;
  /**
   * Whether the time at which a record was last seen is one. It changes every night, and with it every shard would, though no
   * record did.
   */
  readonly withSyncTimes: boolean;
}

/** The columns of shards of one media type, in the order of the table. */
export function shardColumns({ media, withSyncTimes }: ShardColumns): readonly Column[] {
  return columnsOf(media).filter(({ name }) => withSyncTimes || name !== SYNC_TIME);
}

/** The schema of shards. */
export function shardSchema(columns: ShardColumns): SchemaNode[] {
  return shardColumns(columns).map(nodeOf);
}

function nodeOf({ name, type, required }: Column): SchemaNode {
  return {
    name,
    // Every record has the required columns, and the identifier that is made from two of them.
    repetition: required || name === "identifier" ? "required" : "optional",
    ...NODES[type],
    isUnique: UNIQUE_COLUMNS.has(name),
    encoding: UNIQUE_COLUMNS.get(name),
  };
}

/** The key-value metadata of a file: what it holds, and a description of each column. */
export function shardMetadata(columns: ShardColumns, arrowBytes: number): [key: string, value: string][] {
  return [
    ["ov_schema_version", String(SCHEMA_VERSION)],
    ["ov_media_type", columns.media],
    // For a manifest that is made again from the shards: nothing else in a file says it.
    ["ov_arrow_bytes", String(arrowBytes)],
    ...shardColumns(columns).map(({ name, description }): [string, string] => [
      `ov_column_${name}`,
      description,
    ]),
  ];
}

/** The earliest and the latest `updated_on` of a row group, in milliseconds since 1970; nothing where no row has one. */
export function updatedOnOf(columns: ShardColumns, { columnChunks }: EncodedRowGroup): readonly number[] {
  const leaves = shardSchema(columns).flatMap((node) => leafColumnsOf(node));
  const chunk = columnChunks[leaves.findIndex(({ path }) => path[0] === "updated_on")];
  return numbersOf("INT64", chunk?.bounds) ?? [];
}
