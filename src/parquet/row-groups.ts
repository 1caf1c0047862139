import { BINARY, LIST, readStruct, STRUCT, type Struct, type Value, writeStruct } from "./thrift.js";

/**
 * Puts Parquet files of one row group each together to one file. What a row group holds does not depend on where it
 * stands, so several threads can encode row groups of one file at once; only the places in its metadata are moved.
 *
 * Field numbers are those of parquet.thrift (https://github.com/apache/parquet-format).
 */

const MAGIC = Buffer.from("PAR1");

const FILE = { num_rows: 3, row_groups: 4, key_value_metadata: 5 } as const;
const KEY_VALUE = { key: 1, value: 2 } as const;
const ROW_GROUP = { columns: 1, num_rows: 3, file_offset: 5, ordinal: 7 } as const;
const CHUNK = {
  file_offset: 2,
  meta_data: 3,
  offset_index_offset: 4,
  offset_index_length: 5,
  column_index_offset: 6,
  column_index_length: 7,
} as const;
const CHUNK_META = { data_page_offset: 9, index_page_offset: 10, dictionary_page_offset: 11 } as const;
const OFFSET_INDEX = { page_locations: 1 } as const;
const PAGE_LOCATION = { offset: 1 } as const;

/** A column chunk's bytes, and the fields that are left out where its row group stands alone. */
const CHUNK_SIZE = { total_compressed_size: 7 } as const;
const BLOOM_FILTER = [14, 15] as const;

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
    const places = Object.values(CHUNK_META).map((field) => numberIn(meta, field));
    const start = Math.min(...places.filter((place) => place !== undefined));
    return [start, start + (numberIn(meta, CHUNK_SIZE.total_compressed_size) ?? 0)] as const;
  });
  const start = Math.min(...spans.map(([start]) => start));
  const end = Math.max(...spans.map(([, end]) => end));
  const fileOf = (bytes: Uint8Array) => {
    for (const chunk of chunks) {
      shiftChunk(chunk, MAGIC.length - start);
      for (const field of Object.values(CHUNK)) if (field >= CHUNK.offset_index_offset) chunk.delete(field);
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
  for (const field of Object.values(CHUNK_META)) shiftNumber(meta, field, by);
}

/** The index of one column chunk's pages, which stands at the end of a file. */
interface Index {
  readonly chunk: Struct;
  readonly offset: typeof CHUNK.offset_index_offset | typeof CHUNK.column_index_offset;
  readonly bytes: Uint8Array;
}

/** The metadata of a file that is being put together. */
export class RowGroups {
  /** Rows of the row groups that were added. */
  rows = 0;
  /** Where the next byte of the file goes. */
  #position = MAGIC.length;
  #file: Struct | undefined;
  readonly #groups: Value[] = [];
  readonly #columnIndexes: Index[] = [];
  readonly #offsetIndexes: Index[] = [];

  /** What a file begins with. */
  static readonly start: Uint8Array = MAGIC;

  /** Adds the row group of a file that has one, and gives the bytes to append. */
  add(bytes: Uint8Array): Uint8Array {
    const footer = bytes.length - MAGIC.length - 4 - footerLength(bytes);
    // A copy of the footer, so that the row group's bytes need not be kept.
    const file = readStruct(bytes.slice(footer));
    const [group, another] = listIn(file, FILE.row_groups);
    if (group === undefined || another !== undefined)
      throw new Error("the encoder did not write one row group");
    const shift = this.#position - MAGIC.length;
    let end = footer;
    for (const column of listIn(structOf(group), ROW_GROUP.columns)) {
      end = Math.min(end, this.#addChunk(structOf(column), bytes, shift));
    }
    this.#addGroup(structOf(group), shift);
    this.#file ??= file;
    this.#position += end - MAGIC.length;
    return bytes.subarray(MAGIC.length, end);
  }

  /** The bytes that end the file: page indexes and footer. `metadata` comes behind what the encoder says itself. */
  end(metadata: readonly (readonly [key: string, value: string])[]): Uint8Array {
    const file = this.#file as Struct;
    const pieces = [...this.#columnIndexes, ...this.#offsetIndexes].map(({ chunk, offset, bytes }) => {
      setNumber(chunk, offset, this.#position);
      setNumber(chunk, offset + 1, bytes.length);
      this.#position += bytes.length;
      return bytes;
    });
    setNumber(file, FILE.num_rows, this.rows);
    file.set(FILE.row_groups, { type: LIST, element: STRUCT, value: this.#groups });
    const own = listIn(file, FILE.key_value_metadata);
    const pairs = [...own, ...metadata.map(keyValue)];
    file.set(FILE.key_value_metadata, { type: LIST, element: STRUCT, value: pairs });
    return Buffer.concat([...pieces, ...footerOf(file)]);
  }

  #addGroup(group: Struct, shift: number): void {
    this.rows += numberIn(group, ROW_GROUP.num_rows) ?? 0;
    shiftNumber(group, ROW_GROUP.file_offset, shift);
    setNumber(group, ROW_GROUP.ordinal, this.#groups.length);
    this.#groups.push({ type: STRUCT, value: group });
  }

  /** Moves a column chunk and keeps its indexes; gives the place where the indexes of its file begin. */
  #addChunk(chunk: Struct, bytes: Uint8Array, shift: number): number {
    shiftChunk(chunk, shift);
    let first = bytes.length;
    const columnIndex = pieceAt(chunk, CHUNK.column_index_offset, bytes);
    if (columnIndex) {
      first = Math.min(first, columnIndex.byteOffset - bytes.byteOffset);
      this.#columnIndexes.push({ chunk, offset: CHUNK.column_index_offset, bytes: columnIndex.slice() });
    }
    const offsetIndex = pieceAt(chunk, CHUNK.offset_index_offset, bytes);
    if (offsetIndex) {
      first = Math.min(first, offsetIndex.byteOffset - bytes.byteOffset);
      const index = readStruct(offsetIndex);
      for (const page of listIn(index, OFFSET_INDEX.page_locations)) {
        shiftNumber(structOf(page), PAGE_LOCATION.offset, shift);
      }
      this.#offsetIndexes.push({ chunk, offset: CHUNK.offset_index_offset, bytes: writeStruct(index) });
    }
    return first;
  }
}

function footerLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - MAGIC.length - 4, true);
}

/** The bytes whose place a field has, and whose length the next one has. */
function pieceAt(struct: Struct, field: number, bytes: Uint8Array): Uint8Array | undefined {
  const offset = numberIn(struct, field);
  const length = numberIn(struct, field + 1);
  return offset === undefined || length === undefined ? undefined : bytes.subarray(offset, offset + length);
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

function keyValue([key, value]: readonly [string, string]): Value {
  const text = (text: string): Value => ({ type: BINARY, value: Buffer.from(text) });
  const pair = new Map([
    [KEY_VALUE.key, text(key)],
    [KEY_VALUE.value, text(value)],
  ]);
  return { type: STRUCT, value: pair };
}
