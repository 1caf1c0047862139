/** What the tests of this folder share: folders, records, and two independent readers of Parquet. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { blocksOf } from "../../base/ndjson/index.js";
import { columnsOf, identifierOf, type MediaRecord, type MediaType } from "../../record/index.js";
import { openShardWriter, readParquet } from "./index.js";
import type { ManifestLine, ManifestShard, ManifestTotals } from "./manifest.js";
import type { ShardWriterOptions } from "./options.js";
import { shardColumns } from "./record-schema.js";
import type { ShardWriter } from "./shards.js";

type Row = Record<string, unknown>;

/** A new empty folder, removed when the tests of the file are done. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ov-parquet-"));
  after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A whole record of one media type: every column there, null where nothing is given. */
export function recordOf(media: MediaType, number: number, given: Row = {}): MediaRecord {
  const nothing = Object.fromEntries(columnsOf(media).map(({ name }) => [name, null]));
  return {
    media_type: media,
    ...nothing,
    identifier: identifierOf("flickr", String(number)),
    provider: "flickr",
    foreign_identifier: String(number),
    foreign_landing_url: `https://www.flickr.com/photos/1/${number}`,
    url: `https://live.staticflickr.com/1/${number}.jpg`,
    license: "by",
    license_version: "2.0",
    ...given,
  } as MediaRecord;
}

/** Records one after another, updated a second apart. */
export function* records(rows: number, media: (number: number) => MediaType = () => "image") {
  for (let number = 0; number < rows; number++) {
    yield recordOf(media(number), number, {
      updated_on: new Date(number * 1000).toISOString(),
      title: `no. ${number}`,
    });
  }
}

/** Writes shards of the records; says what the manifest said. */
export async function writeShards(
  records: Iterable<MediaRecord>,
  options: ShardWriterOptions,
): Promise<{ shards: ManifestShard[]; totals: ManifestTotals; lines: ManifestLine[] }> {
  const writer = await openShardWriter(options);
  try {
    await writeRecords(writer, records);
    const lines = await writer.finish();
    return { shards: lines.slice(0, -1) as ManifestShard[], totals: lines.at(-1) as ManifestTotals, lines };
  } finally {
    await writer.abandon();
  }
}

/** Adds records; one that is refused is an error. */
export async function writeRecords(writer: ShardWriter, records: Iterable<MediaRecord>): Promise<void> {
  const lines = (function* () {
    for (const record of records) yield JSON.stringify(record);
  })();
  for await (const { bad } of writer.write(blocksOf(lines)))
    for (const { error } of bad) throw new Error(error);
}

/** The lines of a Parquet file, as ov-from-parquet gives them. */
export async function readLines(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const { bytes } of await readParquet(path))
    lines.push(...bytes.toString().split("\n").slice(0, -1));
  return lines;
}

/** What the readers should give back for a record: times as `Date`s, objects as JSON, no `media_type`. */
export function expectedRow(record: MediaRecord, withSyncTimes = false): Row {
  const row: Row = {};
  for (const { name, type } of shardColumns({ media: record.media_type, withSyncTimes })) {
    const value = record[name] ?? null;
    if (value === null) row[name] = null;
    else if (type === "timestamp") row[name] = new Date(value as string);
    else if (type === "object" || type === "objects") row[name] = JSON.stringify(value);
    else if (type === "tags") row[name] = (value as object[]).map((tag) => ({ accuracy: null, ...tag }));
    else row[name] = value;
  }
  return row;
}

/** The rows of Parquet files, as hyparquet reads them. */
export async function readWithHyparquet(paths: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const path of paths) {
    const file = await asyncBufferFromFile(path);
    rows.push(...((await parquetReadObjects({ file, compressors })) as Row[]));
  }
  return rows.map(plain);
}

const duckdb = DuckDBInstance.create(":memory:").then((instance) => instance.connect());

/** The rows of an SQL query, as DuckDB answers it. */
export async function queryDuckdb(sql: string): Promise<Row[]> {
  const answer = await (await duckdb).runAndReadAll(sql);
  return answer.getRowObjectsJS().map((row) => plain(row) as Row);
}

/** The rows of Parquet files, as DuckDB reads them. */
export function readWithDuckdb(paths: readonly string[]): Promise<Row[]> {
  const list = paths.map((path) => `'${path}'`).join(", ");
  return queryDuckdb(`SELECT * FROM read_parquet([${list}])`);
}

/** The footer of a Parquet file, by hyparquet. */
export async function footerOf(path: string) {
  return parquetMetadataAsync(await asyncBufferFromFile(path));
}

/** The paths of the files of a manifest. */
export function pathsOf(shards: readonly ManifestShard[]): string[] {
  return shards.map(({ root, path }) => join(root, path));
}

export async function sha256Of(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** Everything in a folder and below it, in order. */
export async function everythingIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

/** Objects of the readers' own kinds as plain ones, for `deepEqual`; a missing value is null. */
function plain<T>(value: T): T {
  if (Array.isArray(value)) return value.map(plain) as T;
  if (value === undefined) return null as T;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)])) as T;
}
