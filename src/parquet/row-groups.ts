import { CHUNK, CHUNK_META, FILE, MAGIC, ROW_GROUP } from "./format.js";
import { LIST, readStruct, STRUCT, type Struct, type Value, writeStruct } from "./thrift.js";

/**
 * Takes Parquet files apart into row groups, each of which can be read as a file of its own: so one is in memory at a
 * time, however large the file is.
 */

/** Fields that say where something of a column chunk is; they move with it. */
const PLACES = [CHUNK_META.data_page_offset, CHUNK_META.index_page_offset, CHUNK_META.dictionary_page_offset];
/** What is left out where a row group stands alone. */
const INDEXES = [
  CHUNK.offset_index_offset,
  CHUNK.offset_index_length,
  CHUNK.column_index_offset,
  CHUNK.column_index_length,
];
const BLOOM_FILTER = [CHUNK_META.bloom_filter_offset, CHUNK_META.bloom_filter_length];

/** The bytes of one row group in a file, and what else a file of its own needs. */
export interface RowGroupPlace {
  readonly start: number;
  readonly end: number;
  /** Makes the file of the bytes from `start` to `end`. */
  readonly fileOf: (bytes: Uint8Array) => Uint8Array;
}

/** The places of a file's row groups, by its footer (the Thrift struct alone). */
export function rowGroupsIn(footer: Uint8Array): RowGroupPlace[] {
  const file = readStruct(footer);
  return listIn(file, FILE.row_groups).map((group) => placeOf(file, structOf(group)));
}

function placeOf(file: Struct, group: Struct): RowGroupPlace {
  const chunks = listIn(group, ROW_GROUP.columns).map(structOf);
  const spans = chunks.map((chunk) => {
    const meta = structIn(chunk, CHUNK.meta_data);
    const places = PLACES.map((field) => numberIn(meta, field));
    const start = Math.min(...places.filter((place) => place !== undefined));
    return [start, start + (numberIn(meta, CHUNK_META.total_compressed_size) ?? 0)] as const;
  });
  const start = Math.min(...spans.map(([start]) => start));
  const end = Math.max(...spans.map(([, end]) => end));
  const fileOf = (bytes: Uint8Array) => {
    for (const chunk of chunks) {
      shiftChunk(chunk, MAGIC.length - start);
      for (const field of INDEXES) chunk.delete(field);
      for (const field of BLOOM_FILTER) structIn(chunk, CHUNK.meta_data).delete(field);
    }
    const own = new Map(file);
    own.set(FILE.row_groups, { type: LIST, element: STRUCT, value: [{ type: STRUCT, value: group }] });
    setNumber(own, FILE.num_rows, numberIn(group, ROW_GROUP.num_rows) ?? 0);
    return Buffer.concat([MAGIC, bytes, ...footerOf(own)]);
  };
  return { start, end, fileOf };
}

/** What a file ends with: its metadata, their length, and the magic bytes. */
function footerOf(file: Struct): Uint8Array[] {
  const footer = writeStruct(file);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return [footer, length, MAGIC];
}

/** Moves a column chunk by so many bytes. */
function shiftChunk(chunk: Struct, by: number): void {
  shiftNumber(chunk, CHUNK.file_offset, by);
  const meta = structIn(chunk, CHUNK.meta_data);
  for (const field of PLACES) shiftNumber(meta, field, by);
}

function structOf(value: Value): Struct {
  if (value.type !== STRUCT) throw new TypeError("the encoder's footer is not as it should be");
  return value.value;
}

function structIn(struct: Struct, field: number): Struct {
  return structOf(struct.get(field) as Value);
}

function listIn(struct: Struct, field: number): readonly Value[] {
  const value = struct.get(field);
  return value?.type === LIST ? value.value : [];
}

function numberIn(struct: Struct, field: number): number | undefined {
  const value = struct.get(field);
  return value && "value" in value && typeof value.value === "bigint" ? Number(value.value) : undefined;
}

/** Sets a number where the struct has one. */
function setNumber(struct: Struct, field: number, number: number): void {
  const value = struct.get(field);
  if (value && "value" in value && typeof value.value === "bigint") {
    struct.set(field, { ...value, value: BigInt(number) } as Value);
  }
}

function shiftNumber(struct: Struct, field: number, by: number): void {
  const number = numberIn(struct, field);
  if (number !== undefined) setNumber(struct, field, number + by);
}
