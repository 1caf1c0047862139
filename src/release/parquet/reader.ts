import { type RecordBatch, tableFromIPC } from "apache-arrow";
import { readParquet as decode } from "parquet-wasm";
import { Failure } from "../../base/failure.js";
import { COLUMNS, MEDIA_TYPES, type MediaType } from "../../record/index.js";
import type { FileSchema } from "./file-schema.js";
import { FILE, KEY_VALUE } from "./format.js";
import { ParquetFile, readableOr } from "./parquet-file.js";
import { Remarks } from "./remarks.js";
import type { RowGroupPlace } from "./row-groups.js";
import { RowWriter } from "./row-json.js";
import type { Struct } from "./thrift.js";
import { listIn, structOf, textIn } from "./thrift-fields.js";

/** Rows that become lines at a time. */
const BATCH_ROWS = 1024;

/**
 * The rows of a Parquet file as NDJSON lines without line ends, some at a time. A file of `ov-to-parquet` gives the
 * lines that `ov-stage dump` writes; columns of other files come under their own names, their values exactly or not at
 * all. One row group is in memory at a time. Throws a `Failure` ("no_input" or "bad_input") when the file cannot be
 * read; what JSON has no way to write is counted in `remarks`.
 */
export async function* readParquet(path: string, remarks = new Remarks()): AsyncGenerator<string[]> {
  const file = await ParquetFile.open(path);
  try {
    const { footer, schema, groups, bareRows } = file.structure;
    const rows = await readableOr(
      path,
      "its footer",
      async () => new RowWriter(schema, headOf(footer, schema), remarks),
    );
    for (const group of groups) yield* linesOf(file, group, rows);
    yield* rows.bareLines(bareRows);
  } finally {
    await file.close();
  }
}

async function* linesOf(file: ParquetFile, group: RowGroupPlace, rows: RowWriter): AsyncGenerator<string[]> {
  const { path } = file;
  const what = `row group ${group.number}`;
  const batches = await readableOr(path, what, async () => batchesOf(group, await file.bytesOf(group)));
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

/** Decodes a row group; gives its batches. */
function batchesOf(group: RowGroupPlace, bytes: Uint8Array): Iterator<RecordBatch, void> {
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
