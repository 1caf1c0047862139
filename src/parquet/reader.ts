import { type FileHandle, open } from "node:fs/promises";
import { type RecordBatch, tableFromIPC } from "apache-arrow";
import { readParquet as decode } from "parquet-wasm";
import { errorCode, Failure, systemReason } from "../failure.js";
import { FORMAT_BYTES, formatOf } from "../files/index.js";
import { COLUMNS, MEDIA_TYPES, type MediaType } from "../record/index.js";
import { type FileSchema, fileSchemaOf } from "./file-schema.js";
import { FILE, KEY_VALUE } from "./format.js";
import { comparePages } from "./page-checksums.js";
import { Remarks } from "./remarks.js";
import { type RowGroupPlace, rowGroupsIn } from "./row-groups.js";
import { RowWriter } from "./row-json.js";
import { readStruct, type Struct } from "./thrift.js";
import { listIn, numberIn, structOf, textIn } from "./thrift-fields.js";

/** Rows that become lines at a time. */
const BATCH_ROWS = 1024;
const MAGIC = "PAR1";
/** Stands at both ends of a file whose footer is encrypted. */
const ENCRYPTED_MAGIC = "PARE";
/** Behind the footer: its length in four bytes, and the magic bytes. */
const TAIL = 8;

/**
 * The rows of a Parquet file as NDJSON lines without line ends, some at a time. A file of `ov-to-parquet` gives the
 * lines that `ov-stage dump` writes; columns of other files come under their own names, their values exactly or not at
 * all. One row group is in memory at a time. Throws a `Failure` ("no_input" or "bad_input") when the file cannot be
 * read; what JSON has no way to write is counted in `remarks`.
 */
export async function* readParquet(path: string, remarks = new Remarks()): AsyncGenerator<string[]> {
  const handle = await open(path).catch((error: unknown) => {
    throw new Failure("no_input", `cannot open ${path}: ${systemReason(error)}`, { cause: error });
  });
  try {
    if ((await handle.stat()).isDirectory())
      throw new Failure(
        "bad_input",
        `${path} cannot be read as Parquet: it is a folder; name the files in it`,
      );
    const ending = await readableOr(path, "it", () => endingOf(handle));
    if (ending.reason !== undefined)
      throw new Failure("bad_input", `${path} cannot be read as Parquet: ${ending.reason}`);
    const { groups, rows, bareRows } = await readableOr(path, "its footer", () =>
      structureOf(handle, ending, remarks),
    );
    for (const group of groups) yield* linesOf(handle, group, rows, path);
    yield* rows.bareLines(bareRows);
  } finally {
    await handle.close();
  }
}

async function* linesOf(
  handle: FileHandle,
  group: RowGroupPlace,
  rows: RowWriter,
  path: string,
): AsyncGenerator<string[]> {
  const what = `row group ${group.number}`;
  const batches = await readableOr(path, what, () => batchesOf(handle, group));
  let count = 0;
  for (;;) {
    const lines = await readableOr(path, what, async () => {
      const { value, done } = batches.next();
      return done ? undefined : rows.linesOf(value);
    });
    if (lines === undefined) break;
    count += lines.length;
    yield lines;
  }
  if (count !== group.rows)
    throw new Failure("bad_input", `${what} has ${count} rows instead of ${group.rows}`, {
      place: { file: path },
    });
}

/** The decoder's own words are for its makers: they are kept as the cause. */
async function readableOr<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw new Failure(error.outcome, error.message, { place: { file: path } });
    // A folder can be opened, but not read.
    if (errorCode(error) === "EISDIR")
      throw new Failure("bad_input", `${path} cannot be read as Parquet: ${systemReason(error)}`);
    const reason = isTooLong(error)
      ? "has a row or value longer than 512 MB"
      : "is damaged, or of a kind or size that is not read here";
    const message = `${path} cannot be read as Parquet: ${what} ${reason}`;
    throw new Failure("bad_input", message, { cause: error });
  }
}

/** No text of Node can be longer: https://nodejs.org/api/errors.html#err_string_too_long, or the engine's own words. */
function isTooLong(error: unknown): boolean {
  return (
    errorCode(error) === "ERR_STRING_TOO_LONG" || /^Invalid string length/.test((error as Error).message)
  );
}

/** Where the footer is, or why there is none. */
interface FileEnding {
  readonly position: number;
  readonly length: number;
  readonly reason?: string;
}

async function endingOf(handle: FileHandle): Promise<FileEnding> {
  const { size } = await handle.stat();
  const start = await bytesAt(handle, 0, Math.min(size, FORMAT_BYTES));
  const tail = await bytesAt(handle, Math.max(0, size - TAIL), Math.min(size, TAIL));
  const length = tail.length < TAIL ? 0 : tail.readUInt32LE();
  const position = size - TAIL - length;
  return { position, length, ...reasonAgainst(start, tail.toString("latin1", 4), position) };
}

/** Why a file of such a start and end is none to read; nothing where it is one. */
function reasonAgainst(start: Buffer, magic: string, position: number): { reason?: string } {
  if (start.length === 0) return { reason: "it is empty" };
  const begun = start.toString("latin1", 0, MAGIC.length);
  if (magic === ENCRYPTED_MAGIC) return { reason: "it is encrypted" };
  if (magic === MAGIC && position >= MAGIC.length) return {};
  if (begun === MAGIC) return { reason: "it is cut off, for it does not end as it should: get it again" };
  const format = formatOf(start);
  if (format === undefined) return { reason: "it is something else" };
  return { reason: `it is ${format.words}${format.unpack ? "; unpack it first" : ""}` };
}

/** What there is to know of a file before its rows are read. */
async function structureOf(handle: FileHandle, { position, length }: FileEnding, remarks: Remarks) {
  const footer = readStruct(await bytesAt(handle, position, length));
  const schema = fileSchemaOf(footer);
  return {
    groups: rowGroupsIn(footer, schema),
    rows: new RowWriter(schema, headOf(footer, schema), remarks),
    // A file without columns has rows all the same.
    bareRows: schema.leaves.length === 0 ? (numberIn(footer, FILE.num_rows) ?? 0) : 0,
  };
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (position < 0 || position + length > size) throw new RangeError("the file is too short");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new RangeError("the file is too short");
  return buffer;
}

/** Decodes a row group; gives its batches. */
async function batchesOf(handle: FileHandle, group: RowGroupPlace): Promise<Iterator<RecordBatch, void>> {
  const bytes = await bytesAt(handle, group.start, group.end - group.start);
  comparePages(group, bytes);
  const table = decode(group.fileOf(bytes), { batchSize: BATCH_ROWS });
  return (function* () {
    for (let i = 0; i < table.numBatches; i++) {
      const batch = table.recordBatch(i);
      if (batch) yield* tableFromIPC(batch.intoIPCStream()).batches;
    }
    table.free();
  })();
}

/** How each line begins: with the media type, where the file says it or its columns show it. */
function headOf(footer: Struct, schema: FileSchema): string {
  const names = new Set(schema.names);
  if (names.has("media_type")) return "";
  const pairs = listIn(footer, FILE.key_value_metadata).map(structOf);
  const pair = pairs.find((pair) => textIn(pair, KEY_VALUE.key) === "ov_media_type");
  const said = pair && textIn(pair, KEY_VALUE.value);
  const shown = (media: MediaType) =>
    COLUMNS.some((column) => column.media === media && names.has(column.name));
  const media = MEDIA_TYPES.find((media) => media === said) ?? MEDIA_TYPES.find(shown);
  return media === undefined ? "" : `"media_type":"${media}"`;
}
