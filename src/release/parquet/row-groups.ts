import { Failure } from "../../base/failure.js";
import { GET_AGAIN } from "./checksums.js";
import { type FileSchema, type Leaf, refused } from "./file-schema.js";
import { CHUNK, CHUNK_META, CODEC_NAMES, FILE, MAGIC, ROW_GROUP, type StoredType } from "./format.js";
import type { Struct } from "./thrift.js";
import { listIn, numberIn, numberOf, structIn, structOf } from "./thrift-fields.js";

/** Where the row groups of a Parquet file are: so one can be in memory at a time, however large the file is. */

/** Fields that say where something of a column chunk is. */
const PLACES = [CHUNK_META.data_page_offset, CHUNK_META.index_page_offset, CHUNK_META.dictionary_page_offset];
/** The first byte that a page can have. */
const FIRST_BYTE = MAGIC.length;
/** What memory can hold beside the packed bytes, all at once. */
export const MOST_UNPACKED = 2 ** 31;
/** Of a value or null in memory, at least; of any other type it is the four of an offset. */
const LEAST_BYTES: Readonly<Partial<Record<StoredType, number>>> = { BOOLEAN: 1 / 8, INT64: 8, DOUBLE: 8 };
/** The most rows of a file without columns: nothing in it confirms their number. */
const MOST_BARE_ROWS = 10_000_000;
const LZO = 3;
/** BYTE_STREAM_SPLIT. */
const NEWEST_ENCODING = 9;

/** A column chunk: where its pages are, in a file or the bytes of its row group. */
export interface ChunkPlace {
  readonly leaf: Leaf;
  readonly start: number;
  readonly end: number;
  /** Values and nulls that its pages have, as the footer says. */
  readonly values: number;
  /** The number of its codec. */
  readonly codec: number;
  readonly statistics: Struct | undefined;
}

/** The bytes of one row group in a file. */
export interface RowGroupPlace {
  /** From 1, as messages count. */
  readonly number: number;
  readonly rows: number;
  readonly start: number;
  readonly end: number;
  readonly chunks: readonly ChunkPlace[];
}

/**
 * The places of a file's row groups, and how many rows it has beside them: a file without columns may have some. Throws a
 * `Failure` where one cannot be read here, or the footer contradicts itself.
 */
export function rowGroupsIn(
  footer: Struct,
  schema: FileSchema,
): { groups: RowGroupPlace[]; bareRows: number } {
  const structs = listIn(footer, FILE.row_groups).map(structOf);
  const rows = countIn(footer, FILE.num_rows);
  const sum = structs.reduce((sum, group) => sum + countIn(group, ROW_GROUP.num_rows), 0);
  if (schema.leaves.length === 0) {
    if (rows <= MOST_BARE_ROWS) return { groups: [], bareRows: rows };
    throw contradiction(`it says that there are ${rows} rows, but there is no column`);
  }
  if (sum !== rows) throw contradiction(`it says that there are ${rows} rows, and ${sum} in the row groups`);
  const groups = structs.map((group, i) => placeOf(schema, group, i + 1)).filter(({ rows }) => rows > 0);
  return { groups, bareRows: 0 };
}

function placeOf(schema: FileSchema, group: Struct, number: number): RowGroupPlace {
  const structs = listIn(group, ROW_GROUP.columns).map(structOf);
  if (structs.length !== schema.leaves.length) throw contradiction(`row group ${number} lacks a column`);
  const chunks = structs.map((chunk, i) => chunkOf(chunk, schema.leaves[i] as Leaf));
  const rows = countIn(group, ROW_GROUP.num_rows);
  checkValues(chunks, rows, number);
  refuseLarge(structs, number);
  const start = Math.min(...chunks.map(({ start }) => start));
  const end = Math.max(...chunks.map(({ end }) => end));
  return { number, rows, start, end, chunks };
}

/** A row has a value or a null in each column, and several only where it has a list. */
function checkValues(chunks: readonly ChunkPlace[], rows: number, number: number): void {
  for (const { leaf, values } of chunks)
    if (leaf.maxRepetitionLevel > 0 ? values < rows : values !== rows)
      throw contradiction(
        `row group ${number} has ${rows} rows, but the column ${JSON.stringify(leaf.path.join("."))} ${values} values`,
      );
  const least = chunks.reduce((sum, { leaf, values }) => sum + values * (LEAST_BYTES[leaf.physical] ?? 4), 0);
  if (least > MOST_UNPACKED) throw tooLarge(number, least);
}

/** A number of things. */
function countIn(struct: Struct, field: number): number {
  const count = numberIn(struct, field) ?? 0;
  if (!Number.isSafeInteger(count) || count < 0) throw contradiction(`it counts ${count} of something`);
  return count;
}

function contradiction(problem: string): Failure {
  return new Failure("bad_input", `its footer is damaged: ${problem}; ${GET_AGAIN}`);
}

function chunkOf(chunk: Struct, leaf: Leaf): ChunkPlace {
  if (chunk.has(CHUNK.crypto_metadata) || chunk.has(CHUNK.encrypted_column_metadata))
    throw refused(leaf.path, "is encrypted");
  if (chunk.has(CHUNK.file_path))
    throw refused(leaf.path, "is in another file, of which this one only tells: read that one");
  const meta = structIn(chunk, CHUNK.meta_data);
  const codec = numberIn(meta, CHUNK_META.codec) ?? 0;
  if (codec === LZO || CODEC_NAMES[codec] === undefined)
    throw refused(
      leaf.path,
      `is packed with ${CODEC_NAMES[codec] ?? `codec ${codec}`}, which is not read: write the file again with zstd`,
    );
  const encodings = listIn(meta, CHUNK_META.encodings).map(numberOf);
  const newer = encodings.find((encoding) => encoding > NEWEST_ENCODING);
  if (newer !== undefined) throw refused(leaf.path, `has an encoding that is not known here (${newer})`);
  const statistics = meta.has(CHUNK_META.statistics) ? structIn(meta, CHUNK_META.statistics) : undefined;
  const start = Math.min(...placesOf(meta));
  const end = start + countIn(meta, CHUNK_META.total_compressed_size);
  return { leaf, start, end, values: countIn(meta, CHUNK_META.num_values), codec, statistics };
}

/** Some writers say 0 where there is none. */
function placesOf(meta: Struct): number[] {
  return PLACES.map((field) => numberIn(meta, field) ?? 0).filter((place) => place >= FIRST_BYTE);
}

function refuseLarge(chunks: readonly Struct[], number: number): void {
  const unpacked = chunks.reduce(
    (sum, chunk) =>
      sum + (numberIn(structIn(chunk, CHUNK.meta_data), CHUNK_META.total_uncompressed_size) ?? 0),
    0,
  );
  if (unpacked > MOST_UNPACKED) throw tooLarge(number, unpacked);
}

/** The `Failure` for a row group that is too large in memory. */
export function tooLarge(number: number, bytes: number): Failure {
  const size = (bytes / 1e9).toFixed(1);
  return new Failure(
    "bad_input",
    `row group ${number} has ${size} GB unpacked, and 2.1 GB can be read at a time: write the file again with fewer rows in a group`,
  );
}
