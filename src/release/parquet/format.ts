/** The numbers of fields, types and codes in Parquet's metadata: https://github.com/apache/parquet-format, parquet.thrift. */

export const MAGIC: Uint8Array = Buffer.from("PAR1");

export const FILE = {
  version: 1,
  schema: 2,
  num_rows: 3,
  row_groups: 4,
  key_value_metadata: 5,
  created_by: 6,
  column_orders: 7,
} as const;
export const SCHEMA_ELEMENT = {
  type: 1,
  type_length: 2,
  repetition_type: 3,
  name: 4,
  num_children: 5,
  converted_type: 6,
  scale: 7,
  precision: 8,
  logical_type: 10,
} as const;
export const KEY_VALUE = { key: 1, value: 2 } as const;
export const ROW_GROUP = {
  columns: 1,
  total_byte_size: 2,
  num_rows: 3,
  file_offset: 5,
  total_compressed_size: 6,
  ordinal: 7,
} as const;
export const CHUNK = {
  file_path: 1,
  file_offset: 2,
  meta_data: 3,
  offset_index_offset: 4,
  offset_index_length: 5,
  column_index_offset: 6,
  column_index_length: 7,
  crypto_metadata: 8,
  encrypted_column_metadata: 9,
} as const;
export const CHUNK_META = {
  type: 1,
  encodings: 2,
  path_in_schema: 3,
  codec: 4,
  num_values: 5,
  total_uncompressed_size: 6,
  total_compressed_size: 7,
  data_page_offset: 9,
  index_page_offset: 10,
  dictionary_page_offset: 11,
  statistics: 12,
} as const;
export const STATISTICS = {
  /** `max` and `min` are those of old writers. */
  max: 1,
  min: 2,
  null_count: 3,
  max_value: 5,
  min_value: 6,
  is_max_value_exact: 7,
  is_min_value_exact: 8,
} as const;
export const PAGE_HEADER = {
  type: 1,
  uncompressed_page_size: 2,
  compressed_page_size: 3,
  crc: 4,
  data_page_header: 5,
  dictionary_page_header: 7,
  data_page_header_v2: 8,
} as const;
export const DATA_PAGE = {
  num_values: 1,
  encoding: 2,
  definition_level_encoding: 3,
  repetition_level_encoding: 4,
} as const;
export const DATA_PAGE_V2 = {
  num_values: 1,
  encoding: 4,
  definition_levels_byte_length: 5,
  repetition_levels_byte_length: 6,
  is_compressed: 7,
} as const;
export const DICTIONARY_PAGE = { num_values: 1, encoding: 2 } as const;
export const OFFSET_INDEX = { page_locations: 1 } as const;
export const PAGE_LOCATION = { offset: 1, compressed_page_size: 2, first_row_index: 3 } as const;
export const COLUMN_INDEX = {
  null_pages: 1,
  min_values: 2,
  max_values: 3,
  boundary_order: 4,
  null_counts: 5,
} as const;

export const PAGE_TYPES = { data: 0, index: 1, dictionary: 2, data_v2: 3 } as const;
export const PHYSICAL_TYPES = {
  BOOLEAN: 0,
  INT32: 1,
  INT64: 2,
  INT96: 3,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_LEN_BYTE_ARRAY: 7,
} as const;
export type StoredType = keyof typeof PHYSICAL_TYPES;
/** Those that are written here. */
export type PhysicalType = Exclude<StoredType, "INT96" | "FLOAT" | "FIXED_LEN_BYTE_ARRAY">;
export const REPETITIONS = { required: 0, optional: 1, repeated: 2 } as const;
export type Repetition = keyof typeof REPETITIONS;
export const ENCODINGS = {
  PLAIN: 0,
  PLAIN_DICTIONARY: 2,
  RLE: 3,
  DELTA_BINARY_PACKED: 5,
  DELTA_LENGTH_BYTE_ARRAY: 6,
  DELTA_BYTE_ARRAY: 7,
  RLE_DICTIONARY: 8,
  BYTE_STREAM_SPLIT: 9,
} as const;
export type Encoding = keyof typeof ENCODINGS;
/** Those that are written here; `CompressionCodec` calls them UNCOMPRESSED, SNAPPY, ZSTD and LZ4_RAW. */
export const CODECS = { none: 0, snappy: 1, zstd: 6, lz4: 7 } as const;
export type Compression = keyof typeof CODECS;
/** The names of all codecs, by their numbers. */
export const CODEC_NAMES = [
  "none",
  "snappy",
  "gzip",
  "LZO",
  "brotli",
  "lz4 (Hadoop)",
  "zstd",
  "lz4",
] as const;
export const BOUNDARY_ORDERS = { unordered: 0, ascending: 1, descending: 2 } as const;

/** What texts, lists and times are called in the schema: the older way of saying it, and the number in `LogicalType`. */
export const LOGICAL_TYPES = {
  STRING: { converted: 0, logical: 1 },
  LIST: { converted: 3, logical: 3 },
  TIMESTAMP_MILLIS: { converted: 9, logical: 8 },
} as const;
export type LogicalType = keyof typeof LOGICAL_TYPES;
/** Of the logical type of a time. */
export const TIMESTAMP = { is_adjusted_to_utc: 1, unit: 2 } as const;
export const TIME_UNIT = { milliseconds: 1 } as const;
/** Values are ordered as their type says. */
export const COLUMN_ORDER = { type_order: 1 } as const;
