import { Failure } from "../../base/failure.js";
import { ColumnReader } from "./column-reader.js";
import { FileFacts } from "./file-facts.js";
import type { Leaf } from "./file-schema.js";
import { GroupLines, type OpenChunk } from "./lines/index.js";
import { pagesOf } from "./page-checks.js";
import { ParquetFile, readableOr } from "./parquet-file.js";
import { Remarks } from "./remarks.js";
import type { ChunkPlace, RowGroupPlace } from "./row-groups.js";
import { type Readers, type Take, takerOf } from "./row-json.js";
import { type UnpackPage, unpackerOf } from "./unpack-page.js";
import { valueIn } from "./value-json.js";
import type { ValueKind } from "./value-kinds.js";

/** Rows of a file without columns, and values, that are read at a time. */
const BATCH_ROWS = 1024;

/** Who reads rows: what is counted, and which rows there are to be. */
export interface Reading {
  readonly remarks?: Remarks;
  /** Whether the row of this number in the file, from 0 on, is wanted. */
  readonly isWanted?: ((row: number) => boolean) | undefined;
}

/**
 * The rows of a Parquet file: see `index.ts`. One row group is in memory at a time, and of each column one page unpacked.
 */
export async function* readParquet(
  path: string,
  { remarks = new Remarks(), isWanted }: Reading = {},
): AsyncGenerator<Lines> {
  const file = await ParquetFile.open(path);
  try {
    const { schema, groups, bareRows } = file.structure;
    const facts = await factsOf(file);
    const head = headOf(facts);
    let before = 0;
    for (const group of groups) {
      const keep =
        isWanted && Uint8Array.from({ length: group.rows }, (_, i) => Number(isWanted(before + i)));
      const open = await chunkOpener(file, group, facts.kinds, remarks);
      yield* linesOf(path, group, () => new GroupLines(schema.columns, head, open), keep);
      before += group.rows;
    }
    for (let left = bareRows; left > 0; left -= BATCH_ROWS) {
      const rows = Math.min(left, BATCH_ROWS);
      yield { bytes: Buffer.from(`{${head}}\n`.repeat(rows)), rows };
    }
  } finally {
    await file.close();
  }
}

/** Lines, with their line ends. */
export interface Lines {
  readonly bytes: Buffer;
  readonly rows: number;
}

async function* linesOf(
  path: string,
  group: RowGroupPlace,
  open: () => GroupLines,
  keep: Uint8Array | undefined,
): AsyncGenerator<Lines> {
  const what = `row group ${group.number}`;
  const lines = await readableOr(path, what, async () => open());
  try {
    for (let at = 0; at < group.rows; ) {
      const { bytes, end } = await readableOr(path, what, async () => lines.next(at, group.rows, keep));
      const rows = keep ? keep.subarray(at, end).reduce((sum, one) => sum + one, 0) : end - at;
      if (rows > 0) yield { bytes, rows };
      at = end;
    }
    if (!lines.isDone) throw tooManyRows(path, group);
  } finally {
    lines.free();
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
        const open = await chunkOpener(file, partOf(group, column.leaves), kinds, new Remarks());
        const readers = await readableOr(
          path,
          `row group ${group.number}`,
          async () => new Map(column.leaves.map((leaf) => [leaf, new ColumnReader(open(leaf))])),
        );
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

/** Opens the chunks of a row group. */
function chunkOpener(
  file: ParquetFile,
  group: RowGroupPlace,
  kinds: ReadonlyMap<Leaf, ValueKind>,
  remarks: Remarks,
): Promise<OpenChunk> {
  return readableOr(file.path, `row group ${group.number}`, async () => {
    const bytes = await file.bytesOf(group);
    const chunks = new Map(group.chunks.map((chunk) => [chunk.leaf, chunk]));
    const unpackers = new Map<number, UnpackPage>();
    for (const { codec } of group.chunks) unpackers.set(codec, await unpackerOf(codec));
    return (leaf) => {
      const chunk = chunks.get(leaf) as ChunkPlace;
      const unpack = unpackers.get(chunk.codec) as UnpackPage;
      return {
        leaf,
        kind: kinds.get(leaf) as ValueKind,
        unpack,
        remarks,
        pages: pagesOf(group, chunk, bytes),
      };
    };
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
  throw tooManyRows(path, group);
}

function tooManyRows(path: string, { number, rows }: RowGroupPlace): Failure {
  return new Failure("bad_input", `row group ${number} has more than ${rows} rows`, {
    place: { file: path },
  });
}

/** How each line begins: with the media type, where the file says it or its columns show it. */
function headOf({ columns, media }: FileFacts): string {
  if (media === undefined || columns.some(({ name }) => name === "media_type")) return "";
  return `"media_type":"${media}"`;
}
