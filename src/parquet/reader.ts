import { openAsBlob } from "node:fs";
import { access, constants } from "node:fs/promises";
import { DataType, type RecordBatch, tableFromIPC, type Vector } from "apache-arrow";
import { ParquetFile } from "parquet-wasm";
import { Failure, systemReason } from "../failure.js";
import { COLUMNS, MEDIA_TYPES, type MediaType } from "../record/index.js";

/** Rows that are read at a time: with huge texts, their memory is bounded by the row group's. */
const BATCH_ROWS = 1024;

/** Gives the JSON text of a row's value. */
type ToJson = (row: number) => string;

/**
 * The rows of a Parquet file as NDJSON lines without line ends, some at a time. A file of `ov-to-parquet` gives the
 * lines that `ov-stage dump` writes; columns of other files come under their own names. Throws a `Failure` ("no_input"
 * or "bad_input") when the file cannot be read.
 */
export async function* readParquet(path: string): AsyncGenerator<string[]> {
  const file = await openParquet(path);
  try {
    const head = headOf(file);
    const groups = file.metadata().numRowGroups();
    for (let group = 0; group < groups; group++) {
      for await (const batch of batchesOf(file, path, group)) yield linesOf(batch, head, path);
    }
  } finally {
    file.free();
  }
}

async function openParquet(path: string): Promise<ParquetFile> {
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    throw new Failure("no_input", `cannot open ${path}: ${systemReason(error)}`, { cause: error });
  }
  try {
    return await ParquetFile.fromFile(await openAsBlob(path));
  } catch (error) {
    throw notReadable(path, error);
  }
}

function notReadable(path: string, error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  return new Failure("bad_input", `${path} cannot be read as Parquet: ${reason}`, { cause: error });
}

async function* batchesOf(file: ParquetFile, path: string, group: number): AsyncGenerator<RecordBatch> {
  try {
    const stream = await file.stream({ rowGroups: [group], batchSize: BATCH_ROWS });
    for await (const batch of stream) yield* tableFromIPC(batch.intoIPCStream()).batches;
  } catch (error) {
    throw notReadable(path, error);
  }
}

/** How each line begins: with the media type, where the file says it or its columns show it. */
function headOf(file: ParquetFile): string {
  const metadata = file.metadata().fileMetadata().keyValueMetadata();
  const said = metadata.get("ov_media_type");
  const names = new Set(tableFromIPC(file.schema().intoIPCStream()).schema.fields.map(({ name }) => name));
  if (names.has("media_type")) return "";
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
