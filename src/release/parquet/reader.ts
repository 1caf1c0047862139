import { Failure } from "../../base/failure.js";
import { ColumnReader } from "./column-reader.js";
import { FileFacts } from "./file-facts.js";
import type { Leaf } from "./file-schema.js";
import { pagesOf } from "./page-checks.js";
import { ParquetFile, readableOr } from "./parquet-file.js";
import { Remarks } from "./remarks.js";
import type { RowGroupPlace } from "./row-groups.js";
import { type Readers, rowTaker, type Take, takerOf } from "./row-json.js";
import { unpackerOf } from "./unpack-page.js";
import { valueIn } from "./value-json.js";
import type { ValueKind } from "./value-kinds.js";

/** Rows that become lines at a time. */
const BATCH_ROWS = 1024;

/**
 * The rows of a Parquet file: see `index.ts`. One row group is in memory at a time, and of each column one page unpacked.
 */
export async function* readParquet(path: string, remarks = new Remarks()): AsyncGenerator<string[]> {
  const file = await ParquetFile.open(path);
  try {
    const { schema, groups, bareRows } = file.structure;
    const facts = await factsOf(file);
    const head = headOf(facts);
    for (const group of groups) {
      const readers = await readersOf(file, group, facts.kinds, remarks);
      yield* taken(path, group, readers, rowTaker(schema.columns, head, readers));
    }
    for (let left = bareRows; left > 0; left -= BATCH_ROWS)
      yield Array.from({ length: Math.min(left, BATCH_ROWS) }, () => `{${head}}`);
  } finally {
    await file.close();
  }
}

/** The values of some columns in a row group, each column in its own array. */
export interface ColumnValues {
  readonly rows: number;
  readonly columns: readonly (readonly unknown[])[];
}

/** Some columns of a Parquet file: see `index.ts`. */
export async function* readColumns(path: string, names: readonly string[]): AsyncGenerator<ColumnValues> {
  const file = await ParquetFile.open(path);
  try {
    const columns = names.map((name) => {
      const column = file.structure.schema.columns.find((column) => column.name === name);
      if (column === undefined) throw new Failure("bad_input", `${path} has no column ${name}`);
      return column;
    });
    const { kinds } = await factsOf(file);
    for (const group of file.structure.groups) {
      const values: unknown[][] = [];
      for (const column of columns) {
        const readers = await readersOf(file, partOf(group, column.leaves), kinds, new Remarks());
        const json = taken(path, group, readers, takerOf(column, readers, column.name));
        values.push(await valuesOf(json, kinds.get(column.leaves[0] as Leaf) as ValueKind));
      }
      yield { rows: group.rows, columns: values };
    }
  } finally {
    await file.close();
  }
}

/** The part of a row group that has some columns, which lie beside each other. */
function partOf(group: RowGroupPlace, leaves: readonly Leaf[]): RowGroupPlace {
  const chunks = group.chunks.filter(({ leaf }) => leaves.includes(leaf));
  const start = Math.min(...chunks.map(({ start }) => start));
  return { ...group, chunks, start, end: Math.max(...chunks.map(({ end }) => end)) };
}

/** The values that some JSON is of. The same JSON is the same value, but for times, which hardly repeat. */
async function valuesOf(texts: AsyncIterable<readonly string[]>, kind: ValueKind): Promise<unknown[]> {
  const known = new Map<string, unknown>();
  const values: unknown[] = [];
  let [last, value]: [string, unknown] = ["null", null];
  for await (const some of texts)
    for (const json of some) {
      if (json !== last) {
        value = known.get(json) ?? valueIn(json, kind);
        if (kind.kind !== "timestamp") known.set(json, value);
        last = json;
      }
      values.push(value);
    }
  return values;
}

/** Who follows a check, and may end it. */
interface Watch {
  /** Hears how many bytes more were looked at. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Checks a Parquet file: see `index.ts`. */
export async function checkParquet(path: string, { onBytes, signal }: Watch = {}): Promise<FileFacts> {
  const file = await ParquetFile.open(path);
  try {
    for (const group of file.structure.groups) {
      signal?.throwIfAborted();
      const { length } = await readableOr(path, `row group ${group.number}`, () => file.bytesOf(group));
      onBytes?.(length);
    }
    return await factsOf(file);
  } finally {
    await file.close();
  }
}

function factsOf({ path, structure }: ParquetFile): Promise<FileFacts> {
  return readableOr(path, "its footer", async () => new FileFacts(structure));
}

/** The readers of the columns of a row group. */
function readersOf(
  file: ParquetFile,
  group: RowGroupPlace,
  kinds: ReadonlyMap<Leaf, ValueKind>,
  remarks: Remarks,
) {
  return readableOr(file.path, `row group ${group.number}`, async (): Promise<Readers> => {
    const bytes = await file.bytesOf(group);
    const readers = new Map<Leaf, ColumnReader>();
    for (const chunk of group.chunks) {
      const kind = kinds.get(chunk.leaf) as ValueKind;
      const unpack = await unpackerOf(chunk.codec);
      const pages = pagesOf(group, chunk, bytes);
      readers.set(chunk.leaf, new ColumnReader({ leaf: chunk.leaf, kind, unpack, remarks, pages }));
    }
    return readers;
  });
}

/** What `take` gives of each row of a row group by these readers, some rows at a time. */
async function* taken(
  path: string,
  group: RowGroupPlace,
  readers: Readers,
  take: Take,
): AsyncGenerator<string[]> {
  const what = `row group ${group.number}`;
  for (let left = group.rows; left > 0; left -= BATCH_ROWS)
    yield await readableOr(path, what, async () => Array.from({ length: Math.min(left, BATCH_ROWS) }, take));
  if ([...readers.values()].every(({ isDone }) => isDone)) return;
  throw new Failure("bad_input", `${what} has more than ${group.rows} rows`, { place: { file: path } });
}

/** How each line begins: with the media type, where the file says it or its columns show it. */
function headOf({ columns, media }: FileFacts): string {
  if (media === undefined || columns.some(({ name }) => name === "media_type")) return "";
  return `"media_type":"${media}"`;
}
