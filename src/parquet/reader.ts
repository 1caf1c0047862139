import { type FileHandle, open } from "node:fs/promises";
import { DataType, type RecordBatch, type Schema, tableFromIPC, type Vector } from "apache-arrow";
import { readParquet as decode, readSchema } from "parquet-wasm";
import { Failure, systemReason } from "../failure.js";
import { COLUMNS, MEDIA_TYPES, type MediaType } from "../record/index.js";
import { type RowGroupPlace, rowGroupsIn } from "./row-groups.js";

/** Rows that become lines at a time. */
const BATCH_ROWS = 1024;
const MAGIC = "PAR1";
/** Behind the footer: its length in four bytes, and the magic bytes. */
const TAIL = 8;

/** Gives the JSON text of a row's value. */
type ToJson = (row: number) => string;

/**
 * The rows of a Parquet file as NDJSON lines without line ends, some at a time. A file of `ov-to-parquet` gives the
 * lines that `ov-stage dump` writes; columns of other files come under their own names. One row group is in memory at
 * a time. Throws a `Failure` ("no_input" or "bad_input") when the file cannot be read.
 */
export async function* readParquet(path: string): AsyncGenerator<string[]> {
  const handle = await open(path).catch((error: unknown) => {
    throw new Failure("no_input", `cannot open ${path}: ${systemReason(error)}`, { cause: error });
  });
  try {
    const groups = await orNotReadable(path, async () => rowGroupsIn(await footerOf(handle)));
    for (const group of groups) {
      const batches = await orNotReadable(path, () => batchesOf(handle, group));
      for (const [batch, head] of batches()) yield linesOf(batch, head, path);
    }
  } finally {
    await handle.close();
  }
}

/** The encoder's own words are for its makers: they are kept as the cause. */
async function orNotReadable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const message = `${path} cannot be read as Parquet: it is damaged, cut off or something else`;
    throw new Failure("bad_input", message, { cause: error });
  }
}

async function footerOf(handle: FileHandle): Promise<Uint8Array> {
  const { size } = await handle.stat();
  const tail = await bytesAt(handle, size - TAIL, TAIL);
  if (tail.toString("latin1", 4) !== MAGIC) throw new RangeError("the magic bytes are missing");
  const length = tail.readUInt32LE();
  return bytesAt(handle, size - TAIL - length, length);
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (position < 0 || position + length > size) throw new RangeError("the file is too short");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new RangeError("the file is too short");
  return buffer;
}

/** Decodes a row group; gives its batches, each with how its lines begin. */
async function batchesOf(handle: FileHandle, { start, end, fileOf }: RowGroupPlace) {
  const file = fileOf(await bytesAt(handle, start, end - start));
  const schema = readSchema(file);
  const head = headOf(tableFromIPC(schema.intoIPCStream()).schema);
  const table = decode(file, { batchSize: BATCH_ROWS });
  return function* (): Generator<[batch: RecordBatch, head: string]> {
    for (let i = 0; i < table.numBatches; i++) {
      const batch = table.recordBatch(i);
      if (batch) for (const one of tableFromIPC(batch.intoIPCStream()).batches) yield [one, head];
    }
    table.free();
  };
}

/** How each line begins: with the media type, where the file says it or its columns show it. */
function headOf({ fields, metadata }: Schema): string {
  const names = new Set(fields.map(({ name }) => name));
  if (names.has("media_type")) return "";
  const said = metadata.get("ov_media_type");
  const shown = (media: MediaType) =>
    COLUMNS.some((column) => column.media === media && names.has(column.name));
  const media = MEDIA_TYPES.find((media) => media === said) ?? MEDIA_TYPES.find(shown);
  return media === undefined ? "" : `"media_type":"${media}"`;
}

function linesOf(batch: RecordBatch, head: string, path: string): string[] {
  const columns = batch.schema.fields.map(({ name }, i) => {
    const column = batch.getChildAt(i) as Vector;
    const isJson = JSON_COLUMNS.has(name) && DataType.isUtf8(column.type);
    return [`${JSON.stringify(name)}:`, isJson ? jsonText(column, path) : jsonOf(column)] as const;
  });
  return Array.from({ length: batch.numRows }, (_, row) => {
    const members = columns.map(([key, toJson]) => key + toJson(row));
    return `{${[...(head === "" ? [] : [head]), ...members].join(",")}}`;
  });
}

const JSON_COLUMNS = new Set(
  COLUMNS.filter(({ type }) => type === "object" || type === "objects").map(({ name }) => name),
);

/** A column of texts that hold JSON: it stays as it is, but for line ends, which would end the line. */
function jsonText(column: Vector, path: string): ToJson {
  return (row) => {
    const text = column.get(row) as string | null;
    if (text === null) return "null";
    try {
      const value = JSON.parse(text);
      return /[\r\n]/.test(text) ? JSON.stringify(value) : text;
    } catch (error) {
      throw new Failure("bad_input", `${path}: a column that holds JSON has a text that is none`, {
        cause: error,
      });
    }
  };
}

function jsonOf(column: Vector): ToJson {
  return (row) => valueJson(column.get(row), column.type);
}

function valueJson(value: unknown, type: DataType): string {
  if (value === null || value === undefined) return "null";
  if (DataType.isTimestamp(type)) return JSON.stringify(new Date(Number(value)));
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const element = type.children[0]?.type as DataType;
    return `[${[...(value as Vector)].map((one) => valueJson(one, element)).join(",")}]`;
  }
  if (DataType.isStruct(type)) return structJson(value as Record<string, unknown>, type);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : JSON.stringify(value);
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

/** Members that are null are left out, as tags have them. */
function structJson(value: Record<string, unknown>, type: DataType): string {
  const members = type.children
    .map(({ name, type }) => [name, valueJson(value[name], type)] as const)
    .filter(([, json]) => json !== "null");
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}`;
}
