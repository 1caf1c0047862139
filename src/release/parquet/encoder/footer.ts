import { CHECKSUMS, checksumsText, seal } from "../checksums.js";
import {
  CHUNK,
  CHUNK_META,
  COLUMN_ORDER,
  FILE,
  KEY_VALUE,
  LOGICAL_TYPES,
  MAGIC,
  PHYSICAL_TYPES,
  REPETITIONS,
  ROW_GROUP,
  SCHEMA_ELEMENT,
  STATISTICS,
  TIME_UNIT,
  TIMESTAMP,
} from "../format.js";
import { binary, boolean, i16, i32, i64, list, struct, structBytes, type Value } from "../thrift.js";
import type { EncodedColumnChunk } from "./column-chunk.js";
import { columnIndex, offsetIndex } from "./page-indexes.js";
import type { EncodedRowGroup } from "./row-group.js";
import { type LeafColumn, leafColumnsOf, type SchemaNode } from "./schema.js";

/** A new set of encodings needs version 2 of the format. */
const FORMAT_VERSION = 2;

/** A column chunk that has its place in the file. */
interface PlacedChunk {
  readonly leaf: LeafColumn;
  readonly start: number;
  readonly bytes: number;
  readonly chunk: EncodedColumnChunk;
}

type PlacedRowGroup = Pick<EncodedRowGroup, "rows" | "headersChecksum"> & {
  readonly start: number;
  readonly chunks: readonly PlacedChunk[];
};

/** The metadata of a file whose row groups are written one after the other. */
export class Footer {
  /** Rows of the row groups that were added. */
  rows = 0;
  readonly #codec: number;
  readonly #schema: readonly SchemaNode[];
  readonly #leaves: readonly LeafColumn[];
  readonly #groups: PlacedRowGroup[] = [];
  /** Where the next bytes of the file go. */
  #position = MAGIC.length;

  constructor(schema: readonly SchemaNode[], codec: number) {
    this.#codec = codec;
    this.#schema = schema;
    this.#leaves = schema.flatMap((node) => leafColumnsOf(node));
  }

  /** Notes a row group whose bytes come next. */
  add({ rows, columnChunks, headersChecksum }: Omit<EncodedRowGroup, "bytes">): void {
    const start = this.#position;
    const chunks = columnChunks.map((chunk, i) => {
      const [place, bytes] = [this.#position, sizeOf(chunk)];
      this.#position += bytes;
      return { leaf: this.#leaves[i] as LeafColumn, start: place, bytes, chunk };
    });
    this.#groups.push({ rows, start, chunks, headersChecksum });
    this.rows += rows;
  }

  /** The bytes that end the file: the page indexes, then the footer. */
  end(createdBy: string, metadata: readonly (readonly [key: string, value: string])[]): Uint8Array {
    const indexes: Uint8Array[] = [];
    const put = (index: Uint8Array | undefined): [at?: Value, length?: Value] => {
      if (!index) return [];
      indexes.push(index);
      this.#position += index.length;
      return [i64(this.#position - index.length), i32(index.length)];
    };
    // All indexes of one kind are adjacent, so that a reader gets them at once.
    const chunks = this.#groups.flatMap((group) => group.chunks);
    const columnIndexes = chunks.map(({ leaf, chunk }) => put(columnIndex(leaf, chunk)));
    const offsetIndexes = chunks.map(({ start, chunk }) => put(offsetIndex(start, chunk)));
    const columns = chunks.map((chunk, i) =>
      struct(
        [CHUNK.file_offset, i64(0)],
        [CHUNK.meta_data, this.#chunkMetadata(chunk)],
        [CHUNK.offset_index_offset, offsetIndexes[i]?.[0]],
        [CHUNK.offset_index_length, offsetIndexes[i]?.[1]],
        [CHUNK.column_index_offset, columnIndexes[i]?.[0]],
        [CHUNK.column_index_length, columnIndexes[i]?.[1]],
      ),
    );
    const indexBytes = Buffer.concat(indexes);
    const checksums = checksumsText(
      this.#groups.map(({ headersChecksum }) => headersChecksum),
      indexBytes,
    );
    const footer = structBytes(
      [FILE.version, i32(FORMAT_VERSION)],
      [FILE.schema, list(schemaElements(this.#schema))],
      [FILE.num_rows, i64(this.rows)],
      [
        FILE.row_groups,
        list(this.#groups.map((group, i) => rowGroup(group, i, columns.splice(0, group.chunks.length)))),
      ],
      [FILE.key_value_metadata, list([...metadata, [CHECKSUMS, checksums] as const].map(keyValue))],
      [FILE.created_by, binary(createdBy)],
      [FILE.column_orders, list(this.#leaves.map(() => struct([COLUMN_ORDER.type_order, struct()])))],
    );
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return Buffer.concat([indexBytes, seal(Buffer.from(footer), checksums), length, MAGIC]);
  }

  #chunkMetadata({ leaf, start, bytes, chunk }: PlacedChunk): Value {
    const { dictionaryPageBytes } = chunk;
    return struct(
      [CHUNK_META.type, i32(PHYSICAL_TYPES[leaf.physicalType])],
      [CHUNK_META.encodings, list(chunk.encodings.map(i32))],
      [CHUNK_META.path_in_schema, list(leaf.path.map(binary))],
      [CHUNK_META.codec, i32(this.#codec)],
      [CHUNK_META.num_values, i64(chunk.numValues)],
      [CHUNK_META.total_uncompressed_size, i64(chunk.totalUncompressedSize)],
      [CHUNK_META.total_compressed_size, i64(bytes)],
      [CHUNK_META.data_page_offset, i64(start + dictionaryPageBytes)],
      [CHUNK_META.dictionary_page_offset, dictionaryPageBytes > 0 ? i64(start) : undefined],
      [CHUNK_META.statistics, statistics(chunk)],
    );
  }
}

function sizeOf({ dictionaryPageBytes, dataPages }: EncodedColumnChunk): number {
  return dataPages.reduce((sum, { bytes }) => sum + bytes, dictionaryPageBytes);
}

function statistics({ nullCount, bounds }: EncodedColumnChunk): Value {
  return struct(
    [STATISTICS.null_count, i64(nullCount)],
    [STATISTICS.max_value, bounds && binary(bounds.max.bytes)],
    [STATISTICS.min_value, bounds && binary(bounds.min.bytes)],
    [STATISTICS.is_max_value_exact, bounds && boolean(bounds.max.isExact)],
    [STATISTICS.is_min_value_exact, bounds && boolean(bounds.min.isExact)],
  );
}

function rowGroup(
  { rows, start, chunks }: PlacedRowGroup,
  ordinal: number,
  columns: readonly Value[],
): Value {
  const sum = (of: (chunk: PlacedChunk) => number) => i64(chunks.reduce((sum, chunk) => sum + of(chunk), 0));
  return struct(
    [ROW_GROUP.columns, list(columns)],
    [ROW_GROUP.total_byte_size, sum(({ chunk }) => chunk.totalUncompressedSize)],
    [ROW_GROUP.num_rows, i64(rows)],
    [ROW_GROUP.file_offset, i64(start)],
    [ROW_GROUP.total_compressed_size, sum(({ bytes }) => bytes)],
    [ROW_GROUP.ordinal, i16(ordinal)],
  );
}

function schemaElements(schema: readonly SchemaNode[]): Value[] {
  const root = struct(
    [SCHEMA_ELEMENT.name, binary("schema")],
    [SCHEMA_ELEMENT.num_children, i32(schema.length)],
  );
  return [root, ...schema.flatMap(elementsOf)];
}

/** The node, then those below it. */
function elementsOf({ name, repetition, physicalType, logicalType, children }: SchemaNode): Value[] {
  const annotation = logicalType && LOGICAL_TYPES[logicalType];
  const element = struct(
    [SCHEMA_ELEMENT.type, physicalType && i32(PHYSICAL_TYPES[physicalType])],
    [SCHEMA_ELEMENT.repetition_type, i32(REPETITIONS[repetition])],
    [SCHEMA_ELEMENT.name, binary(name)],
    [SCHEMA_ELEMENT.num_children, children && i32(children.length)],
    [SCHEMA_ELEMENT.converted_type, annotation && i32(annotation.converted)],
    [
      SCHEMA_ELEMENT.logical_type,
      annotation &&
        struct([annotation.logical, logicalType === "TIMESTAMP_MILLIS" ? utcMilliseconds : struct()]),
    ],
  );
  return [element, ...(children ?? []).flatMap(elementsOf)];
}

const utcMilliseconds = struct(
  [TIMESTAMP.is_adjusted_to_utc, boolean(true)],
  [TIMESTAMP.unit, struct([TIME_UNIT.milliseconds, struct()])],
);

function keyValue([key, value]: readonly [string, string]): Value {
  return struct([KEY_VALUE.key, binary(key)], [KEY_VALUE.value, binary(value)]);
}
