import { Failure } from "../../base/failure.js";
import { COLUMNS, MEDIA_TYPES, type MediaType } from "../../record/index.js";
import { ColumnReader } from "./column-reader.js";
import type { FileSchema, Leaf } from "./file-schema.js";
import { FILE, KEY_VALUE } from "./format.js";
import { pagesOf } from "./page-checks.js";
import { ParquetFile, readableOr } from "./parquet-file.js";
import { Remarks } from "./remarks.js";
import type { RowGroupPlace } from "./row-groups.js";
import { kindOf, rowTaker } from "./row-json.js";
import type { Struct } from "./thrift.js";
import { listIn, structOf, textIn } from "./thrift-fields.js";
import { unpackerOf } from "./unpack-page.js";
import type { ValueKind } from "./value-kinds.js";

/** Rows that become lines at a time. */
const BATCH_ROWS = 1024;

/**
 * The rows of a Parquet file as NDJSON lines without line ends, some at a time. A file of `ov-to-parquet` gives the
 * lines that `ov-stage dump` writes; columns of other files come under their own names, their values exactly or not at
 * all. One row group is in memory at a time, and of each column one page unpacked. Throws a `Failure` ("no_input" or
 * "bad_input") when the file cannot be read; what JSON has no way to write is counted in `remarks`.
 */
export async function* readParquet(path: string, remarks = new Remarks()): AsyncGenerator<string[]> {
  const file = await ParquetFile.open(path);
  try {
    const { footer, schema, groups, bareRows } = file.structure;
    const { head, kinds } = await readableOr(path, "its footer", async () => ({
      head: headOf(footer, schema),
      kinds: new Map(schema.leaves.map((leaf) => [leaf, kindOf(leaf)])),
    }));
    for (const group of groups) {
      const what = `row group ${group.number}`;
      const readers = await readableOr(path, what, () => readersOf(file, group, kinds, remarks));
      const take = rowTaker(schema.columns, head, readers);
      for (let left = group.rows; left > 0; left -= BATCH_ROWS)
        yield await readableOr(path, what, async () => linesOf(take, left));
      if (![...readers.values()].every(({ isDone }) => isDone))
        throw new Failure("bad_input", `${what} has more than ${group.rows} rows`, { place: { file: path } });
    }
    for (let left = bareRows; left > 0; left -= BATCH_ROWS) yield linesOf(() => `{${head}}`, left);
  } finally {
    await file.close();
  }
}

async function readersOf(
  file: ParquetFile,
  group: RowGroupPlace,
  kinds: ReadonlyMap<Leaf, ValueKind>,
  remarks: Remarks,
): Promise<Map<Leaf, ColumnReader>> {
  const bytes = await file.bytesOf(group);
  const readers = new Map<Leaf, ColumnReader>();
  for (const chunk of group.chunks) {
    const { leaf, codec } = chunk;
    const [kind, unpack] = [kinds.get(leaf) as ValueKind, await unpackerOf(codec)];
    readers.set(leaf, new ColumnReader({ leaf, kind, unpack, remarks, pages: pagesOf(group, chunk, bytes) }));
  }
  return readers;
}

function linesOf(take: () => string, left: number): string[] {
  return Array.from({ length: Math.min(left, BATCH_ROWS) }, take);
}

/** How each line begins: with the media type, where the file says it or its columns show it. */
function headOf(footer: Struct, schema: FileSchema): string {
  const names = new Set(schema.columns.map(({ name }) => name));
  if (names.has("media_type")) return "";
  const pairs = listIn(footer, FILE.key_value_metadata).map(structOf);
  const pair = pairs.find((pair) => textIn(pair, KEY_VALUE.key) === "ov_media_type");
  const said = pair && textIn(pair, KEY_VALUE.value);
  const shown = (media: MediaType) =>
    COLUMNS.some((column) => column.media === media && names.has(column.name));
  const media = MEDIA_TYPES.find((media) => media === said) ?? MEDIA_TYPES.find(shown);
  return media === undefined ? "" : `"media_type":"${media}"`;
}
