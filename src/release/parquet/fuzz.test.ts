/**
 * Files of others, without checksums, whose footers and headers of pages lie: each is refused or read, and neither memory
 * nor time is what they say. OV_RUNS is how many are tried, OV_SEED which.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  Table as ArrowTable,
  Bool,
  Field,
  Int64,
  List,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import {
  Compression,
  Encoding,
  Table,
  WriterPropertiesBuilder,
  WriterVersion,
  writeParquet,
} from "parquet-wasm";
import { Failure } from "../../base/failure.js";
import { CHUNK, CHUNK_META, DATA_PAGE, FILE, PAGE_HEADER, ROW_GROUP } from "./format.js";
import { readLines, scratchFolder } from "./helpers.test.util.js";
import { changedFooter, chunksIn, shiftNumber } from "./made.test.util.js";
import { i32, i64, readSizedStruct, type Struct, type Value, writeStruct } from "./thrift.js";
import { listIn, numberIn, structIn, structOf } from "./thrift-fields.js";

const COLUMNS = 4;
const MOST_SECONDS = 5;
const MOST_KILOBYTES = 400 * 1024;

const folder = await scratchFolder();

/** Of each codec and encoding, of numbers, texts, lists, nulls. */
const FILES = [
  written((properties) => properties),
  written((properties) => properties.setCompression(Compression.ZSTD)),
  written((properties) => properties.setCompression(Compression.SNAPPY).setDictionaryEnabled(false)),
  written((properties) => properties.setCompression(Compression.BROTLI).setDataPageSizeLimit(200)),
  written((properties) =>
    properties.setCompression(Compression.GZIP).setMaxRowGroupSize(100).setWriterVersion(WriterVersion.V2),
  ),
  written((properties) =>
    properties
      .setDictionaryEnabled(false)
      .setColumnEncoding("text", Encoding.DELTA_BYTE_ARRAY)
      .setCompression(Compression.LZ4_RAW),
  ),
];

function written(change: (properties: WriterPropertiesBuilder) => WriterPropertiesBuilder): Buffer {
  const rows = Array.from({ length: 300 }, (_, i) => i);
  const list = new List(new Field("element", new Int64()));
  const table = new ArrowTable({
    n: vectorFromArray(rows.map(BigInt), new Int64()),
    text: vectorFromArray(
      rows.map((i) => (i % 5 === 0 ? null : `text ${i % 7}`)),
      new Utf8(),
    ),
    list: vectorFromArray(
      rows.map((i) => (i % 6 === 0 ? null : Array.from({ length: i % 4 }, (_, k) => BigInt(k)))),
      list,
    ),
    b: vectorFromArray(
      rows.map((i) => i % 3 === 0),
      new Bool(),
    ),
  });
  const ipc = Table.fromIPCStream(tableToIPC(table, "stream"));
  return Buffer.from(writeParquet(ipc, change(new WriterPropertiesBuilder()).build()));
}

const hostileNumber = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    -1n,
    2n ** 31n - 1n,
    2n ** 31n,
    -(2n ** 31n),
    2n ** 32n,
    2n ** 53n,
    2n ** 62n,
    2n ** 63n - 1n,
  ),
  fc.bigInt({ min: 0n, max: 1000n }),
);

/** The numbers in a struct and below it: the struct of each, and its field. */
function* numbersIn(struct: Struct): Generator<[Struct, number]> {
  for (const [field, value] of struct) {
    if ("value" in value && typeof value.value === "bigint") yield [struct, field];
    for (const below of structsIn(value)) yield* numbersIn(below);
  }
}

function* structsIn(value: Value): Generator<Struct> {
  if (!("value" in value)) return;
  if (value.value instanceof Map) yield value.value;
  if (Array.isArray(value.value)) for (const element of value.value) yield* structsIn(element);
}

/** Changes one number of a struct. */
function lie(struct: Struct, which: number, number: bigint): void {
  const numbers = [...numbersIn(struct)];
  const [owner, field] = numbers[which % numbers.length] as [Struct, number];
  owner.set(field, { ...(owner.get(field) as Value), value: number } as Value);
}

const PLACES = [CHUNK_META.dictionary_page_offset, CHUNK_META.data_page_offset];

function metasIn(footer: Struct): Struct[] {
  return chunksIn(footer).map((chunk) => structIn(chunk, CHUNK.meta_data));
}

/** The file with another header of the page at a place of a chunk; what lies behind it moves. */
function withHeader(file: Buffer, chunk: number, place: number, change: (header: Struct) => void): Buffer {
  let [at, grown]: [number, number] = [0, 0];
  const moved = changedFooter(file, (footer) => {
    const meta = metasIn(footer)[chunk % metasIn(footer).length] as Struct;
    at = numberIn(meta, place) ?? numberIn(meta, CHUNK_META.data_page_offset) ?? 4;
    const { struct, size } = readSizedStruct(file.subarray(at));
    change(struct);
    grown = writeStruct(struct).length - size;
    for (const meta of metasIn(footer))
      for (const field of PLACES) if ((numberIn(meta, field) ?? 0) > at) shiftNumber(meta, field, grown);
    shiftNumber(meta, CHUNK_META.total_compressed_size, grown);
  });
  const { struct, size } = readSizedStruct(file.subarray(at));
  change(struct);
  return Buffer.concat([moved.subarray(0, at), writeStruct(struct), moved.subarray(at + size)]);
}

/** Everything in the file that counts rows agrees on another number; only its values do not. */
function claimRows(file: Buffer, rows: number): Buffer {
  let result = changedFooter(file, (footer) => {
    footer.set(FILE.num_rows, i64(rows));
    for (const group of listIn(footer, FILE.row_groups)) structOf(group).set(ROW_GROUP.num_rows, i64(rows));
    for (const meta of metasIn(footer)) meta.set(CHUNK_META.num_values, i64(rows));
  });
  for (let chunk = 0; chunk < COLUMNS; chunk++)
    result = withHeader(result, chunk, CHUNK_META.data_page_offset, (header) =>
      structIn(header, PAGE_HEADER.data_page_header).set(DATA_PAGE.num_values, i32(rows)),
    );
  return result;
}

type Change = (file: Buffer) => Buffer;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), hostileNumber).map(
    ([which, number]): Change =>
      (file) =>
        changedFooter(file, (footer) => lie(footer, which, number)),
  ),
  fc.tuple(fc.nat(), fc.constantFrom(...PLACES), fc.nat(), hostileNumber).map(
    ([chunk, place, which, number]): Change =>
      (file) =>
        withHeader(file, chunk, place, (header) => lie(header, which, number)),
  ),
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).map(
    (rows): Change =>
      (file) =>
        claimRows(file, rows),
  ),
  fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }).map(
    (places): Change =>
      (file) => {
        const bytes = Buffer.from(file);
        for (const [at, byte] of places) bytes[at % bytes.length] = byte;
        return bytes;
      },
  ),
);

/** Reads a file; gives whether it was refused. Fails where that takes long, or much memory, or ends in another way. */
async function isRefused(file: Buffer): Promise<boolean> {
  const path = join(folder, "lying.parquet");
  writeFileSync(path, file);
  const started = performance.now();
  const isRefused = await readLines(path).then(
    () => false,
    (error: unknown) => {
      if (!(error instanceof Failure) || error.outcome !== "bad_input") throw error;
      return true;
    },
  );
  const seconds = (performance.now() - started) / 1000;
  assert.ok(seconds < MOST_SECONDS, `${seconds} s`);
  const { maxRSS } = process.resourceUsage();
  assert.ok(maxRSS < MOST_KILOBYTES, `${maxRSS} KB`);
  return isRefused;
}

for (const rows of [1000, 2 ** 20, 2 ** 24, 2 ** 27, 2 ** 31 - 1])
  test(`${rows} rows are claimed wherever rows are counted, and there are 300`, async () => {
    for (const file of FILES.slice(0, 3)) assert.ok(await isRefused(claimRows(file, rows)));
  });

test("footers, headers and pages that lie are refused or read, at once and in bounded memory", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FILES),
      fc.array(change, { minLength: 1, maxLength: 2 }),
      async (file, changes) => {
        await isRefused(changes.reduce(orAsItIs, file));
      },
    ),
    { numRuns: Number(process.env.OV_RUNS ?? 400), seed: Number(process.env.OV_SEED ?? 1) },
  ));

/** A second change may find nothing to change where the first was. */
function orAsItIs(file: Buffer, change: Change): Buffer {
  try {
    return change(file);
  } catch {
    return file;
  }
}
