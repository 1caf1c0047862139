/** What is written is what two independent readers read, value by value. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { Batch, LineDecoder } from "../../record/decoder/index.js";
import { columnsOf, MAX_INTEGER, MEDIA_TYPES, type MediaRecord, type MediaType } from "../../record/index.js";
import { compressorOf, FileWriter } from "./encoder/index.js";
import {
  expectedRow,
  readWithDuckdb,
  readWithHyparquet,
  recordOf,
  scratchFolder,
} from "./helpers.test.util.js";
import type { Compression } from "./options.js";
import { RecordRowGroup } from "./record-row-group.js";
import { shardMetadata, shardSchema } from "./record-schema.js";

const folder = await scratchFolder();
const decoder = new LineDecoder();
let files = 0;

interface Cut {
  readonly compression: Compression;
  readonly rowsOfGroup: number;
  readonly rowsOfBatch: number;
}

/**
 * Values go to the encoder as they are: it has to keep more than the record rules leave. So they are put into rows and
 * row groups here, and not by way of lines.
 */
async function assertRoundTrip(records: readonly MediaRecord[], cut: Partial<Cut> = {}): Promise<void> {
  for (const media of MEDIA_TYPES) {
    const own = records.filter(({ media_type }) => media_type === media);
    const path = join(folder, `${media}-${files++}.parquet`);
    await write(path, media, own, { compression: "zstd", rowsOfGroup: 50_000, rowsOfBatch: 700, ...cut });
    const expected = own.map((record) => expectedRow(record, true));
    assert.deepEqual(await readWithHyparquet([path]), expected);
    assert.deepEqual(await readWithDuckdb([path]), expected);
  }
}

async function write(
  path: string,
  media: MediaType,
  records: readonly MediaRecord[],
  { compression, rowsOfGroup, rowsOfBatch }: Cut,
): Promise<void> {
  const compress = await compressorOf(compression);
  const columns = { media, withSyncTimes: true };
  const file = await FileWriter.create(path, path, shardSchema(columns), compression);
  const batch = new Batch(decoder, media);
  for (let first = 0; first < records.length; first += rowsOfGroup) {
    const group = new RecordRowGroup(columns, compress);
    const rows = records.slice(first, first + rowsOfGroup);
    for (let next = 0; next < rows.length; next += rowsOfBatch) {
      for (const record of rows.slice(next, next + rowsOfBatch)) batch.addRecord(record);
      const data = batch.take();
      const middle = data.rows >> 1;
      group.add(data, 0, middle);
      group.add(data, middle, data.rows);
    }
    await file.add(group.end());
  }
  await file.close(shardMetadata(columns, file.arrowBytes));
}

const TRICKY_TEXTS = [
  "",
  " ",
  "null",
  "\\N",
  '"quoted" and \\escaped\\',
  "line\nend\r\ttab",
  "nul \u0000 inside",
  "Київ 東京 naïve",
  "👩‍👩‍👧‍👦 𝄞 \u{10ffff}",
  "no \ufeff BOM, \ufffd replacement, \u2028 separator",
  "'; DROP TABLE image; --",
];
const TRICKY_TIMES = [
  "1970-01-01T00:00:00.000Z",
  "1969-12-31T23:59:59.999Z",
  "0001-01-01T00:00:00.000Z",
  "-000001-12-31T23:00:00.000Z",
  "9999-12-31T23:59:59.999Z",
  "+010000-01-01T00:00:00.000Z",
  new Date(8.64e15).toISOString(),
  new Date(-8.64e15).toISOString(),
];
const TRICKY_NUMBERS = [0, -0, 1, -1, 0.1, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53 + 2];
const TRICKY_INTEGERS = [0, 1, -1, MAX_INTEGER, -MAX_INTEGER, 2 ** 31 - 1, -(2 ** 31)];

test("tricky values of each type come back as they were", async () => {
  const most = Math.max(TRICKY_TEXTS.length, TRICKY_TIMES.length, TRICKY_NUMBERS.length);
  const records = Array.from({ length: most }, (_, i) => {
    const text = TRICKY_TEXTS[i % TRICKY_TEXTS.length];
    const common = {
      title: text,
      created_on: TRICKY_TIMES[i % TRICKY_TIMES.length],
      standardized_popularity: TRICKY_NUMBERS[i % TRICKY_NUMBERS.length],
      filesize: TRICKY_INTEGERS[i % TRICKY_INTEGERS.length],
      watermarked: [true, false, null][i % 3],
      meta_data: { license_url: text, "": text, nested: { list: [text, null] } },
      tags: [
        null,
        [],
        [
          { name: text, provider: "flickr" },
          { name: "a", provider: "b", accuracy: -0 },
        ],
      ][i % 3],
    };
    const audio = { genres: [null, [], [text, text]][i % 3], alt_files: [{ url: text }], audio_set: {} };
    return [recordOf("image", i, common), recordOf("audio", i, { ...common, ...audio })];
  }).flat();
  await assertRoundTrip(records);
});

test("a record with no more than it must have", () => assertRoundTrip([recordOf("image", 1)]));

test("a column may be missing from the record: it is null", async () => {
  const { title: _, tags: __, created_on: ___, ...bare } = recordOf("image", 1);
  await assertRoundTrip([bare as MediaRecord]);
});

test("huge texts", async () => {
  const megabyte = 1024 * 1024;
  const records = [
    recordOf("image", 1, { title: "x".repeat(20 * megabyte) }),
    recordOf("image", 2, {
      title: "🦆".repeat(megabyte),
      meta_data: { description: "é".repeat(3 * megabyte) },
    }),
    recordOf("image", 3, {
      tags: Array.from({ length: 50_000 }, (_, i) => ({ name: `${i}`, provider: "p" })),
    }),
    recordOf("image", 4),
  ];
  await assertRoundTrip(records);
});

for (const compression of ["zstd", "snappy", "none"] as const) {
  test(`several batches, row groups and shards, ${compression}`, async () => {
    const records = Array.from({ length: 5_000 }, (_, i) =>
      recordOf(i % 3 === 0 ? "audio" : "image", i, {
        title: i % 7 === 0 ? null : `title ${i} é`,
        tags:
          i % 5 === 0 ? null : Array.from({ length: i % 4 }, (_, j) => ({ name: `t${j}`, provider: "p" })),
        duration: i % 3 === 0 ? i : undefined,
        updated_on: new Date(i * 1e9).toISOString(),
      }),
    );
    await assertRoundTrip(records, { compression, rowsOfGroup: 1_500, rowsOfBatch: 333 });
  });
}

/** hyparquet's decoder drops a byte order mark at the start of a text; `cleanText` leaves none there. */
const text = fc
  .oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constantFrom(...TRICKY_TEXTS))
  .map((any) => any.replace(/^\ufeff+/, ""));
const integer = fc.oneof(fc.integer(), fc.constantFrom(...TRICKY_INTEGERS));
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(...TRICKY_NUMBERS),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(...TRICKY_TIMES),
);
const object = fc.dictionary(text, fc.oneof(text, fc.constant(null)), { noNullPrototype: true });
const tags = fc.array(
  fc.record({ name: text, provider: text, accuracy: number }, { requiredKeys: ["name", "provider"] }),
);
const BY_TYPE = {
  text,
  url: text,
  uuid: text,
  integer,
  number,
  boolean: fc.boolean(),
  timestamp: time,
  object,
  objects: fc.array(object),
  texts: fc.array(text),
  tags,
};

function anyRecord(media: MediaType): fc.Arbitrary<MediaRecord> {
  const columns = columnsOf(media).map(({ name, type, required }) => {
    const nullable = !required && name !== "identifier";
    const value: fc.Arbitrary<unknown> = BY_TYPE[type];
    return [name, nullable ? fc.option(value, { freq: 2 }) : value] as const;
  });
  return fc
    .record(Object.fromEntries(columns))
    .map((record) => ({ media_type: media, ...record }) as unknown as MediaRecord);
}

test("any records", async () => {
  const records = fc.array(fc.oneof(anyRecord("image"), anyRecord("audio")), { maxLength: 30 });
  const rows = fc.integer({ min: 1, max: 8 });
  await fc.assert(
    fc.asyncProperty(records, rows, rows, (some, rowsOfGroup, rowsOfBatch) =>
      assertRoundTrip(some, { rowsOfGroup, rowsOfBatch }),
    ),
    { numRuns: 25 },
  );
});
