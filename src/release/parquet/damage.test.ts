/** Files that are damaged or lie: it is told, or it touched nothing that is read. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Failure } from "../../base/failure.js";
import { run, temporaryFolder } from "../../testing/run.js";
import { CHUNK, CHUNK_META, DATA_PAGE, FILE, PAGE_HEADER, ROW_GROUP } from "./format.js";
import { readLines, recordOf, scratchFolder, writeShards } from "./helpers.test.util.js";
import { changedFooter, chunksIn, madeParquet } from "./made.test.util.js";
import type { Compression } from "./options.js";
import { binary, i32, i64, list, readSizedStruct, type Struct, writeStruct } from "./thrift.js";
import { listIn, structIn, structOf } from "./thrift-fields.js";

/** Places that are tried: one in several bytes, and all of them with OV_FLIP_EVERY=1. */
const EVERY = Number(process.env.OV_FLIP_EVERY ?? 97);

const folder = await scratchFolder();

function* someRecords() {
  for (let i = 0; i < 80; i++)
    yield recordOf("image", i, {
      title: i % 7 === 0 ? null : `no. ${i % 50}`,
      width: i % 3 === 0 ? null : 100 + i,
      updated_on: new Date(i * 1000).toISOString(),
      tags: i % 5 === 0 ? [{ name: `tag ${i % 9}`, provider: "flickr" }] : null,
    });
}

for (const compression of ["none", "zstd"] satisfies Compression[]) {
  test(`a bit that fell over anywhere in a shard (${compression})`, async () => {
    const out = join(folder, compression);
    const { shards } = await writeShards(someRecords(), { out, compression, rowGroupRows: 40 });
    const path = join(out, shards[0]?.path as string);
    const whole = await readLines(path);
    const file = readFileSync(path);
    const damaged = join(folder, "damaged.parquet");
    const wrong: string[] = [];
    for (let at = 0; at < file.length; at += EVERY) {
      const bytes = Buffer.from(file);
      bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
      writeFileSync(damaged, bytes);
      const lines = await readLines(damaged).catch((error: unknown) => error);
      if (lines instanceof Failure && lines.outcome === "bad_input") continue;
      if (!(lines instanceof Error) && String(lines) === String(whole)) continue;
      wrong.push(`byte ${at}: ${lines instanceof Error ? lines.stack : "other rows"}`);
    }
    assert.deepEqual(wrong, []);
  });
}

test("words about a writer that are only data are not checksums", async () => {
  const titled = (title: string) =>
    Array.from({ length: 20 }, (_, i) => recordOf("image", i, { title: `${title}, no. ${i}` }));
  const out = join(folder, "titled");
  const { shards } = await writeShards(titled("ov-tools version 2"), { out });
  const path = join(out, shards[0]?.path as string);
  const file = readFileSync(path);
  const damaged = join(folder, "titled.parquet");
  const start = file.length - 8 - file.readUInt32LE(file.length - 8);
  const wrong: number[] = [];
  // But for the writer's name itself, which nobody reads.
  const names = file.lastIndexOf("ov-tools version");
  for (let at = start; at < file.length - 8; at += Math.max(1, EVERY >> 3)) {
    if (at >= names && at < names + 18) continue;
    const bytes = Buffer.from(file);
    bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
    writeFileSync(damaged, bytes);
    const error = await readLines(damaged).catch((error: unknown) => error);
    if (!(error instanceof Failure && error.outcome === "bad_input")) wrong.push(at - start);
  }
  assert.deepEqual(wrong, []);
  const others = madeParquet([
    { name: "title", type: "BYTE_ARRAY", values: [Buffer.from("x")], converted: 0 },
  ]);
  const copied = changedFooter(others, (footer) => {
    footer.set(FILE.created_by, binary("parquet-mr version 1.15.0"));
    // As rewriters of the Java library do, and what our key-value metadata says beside it.
    const pairs = [
      ["original.created.by", "ov-tools version 3"],
      ["ov_crc32", "01234567 01234567 01234567"],
    ];
    footer.set(
      FILE.key_value_metadata,
      list(
        pairs.map(([key, value]) => ({
          type: 12,
          value: new Map([
            [1, binary(key as string)],
            [2, binary(value as string)],
          ]),
        })),
      ),
    );
  });
  writeFileSync(damaged, copied);
  assert.deepEqual(await readLines(damaged), ['{"title":"x"}']);
});

/** A file of one column with three numbers, whose page begins at byte 4. */
const MADE = madeParquet([{ name: "n", type: "INT32", values: [1, 2, 3] }]);

const group = (footer: Struct) => structOf(listIn(footer, FILE.row_groups)[0]);
const meta = (footer: Struct) => structIn(chunksIn(footer)[0] as Struct, CHUNK.meta_data);
const CONTRADICTION = (problem: string) =>
  `its footer is damaged: ${problem}; copy the file again, or make it again`;
const PAGES = (problem: string) =>
  `row group 1: the column "n" is damaged: ${problem}; copy the file again, or make it again`;

/** With the footer's counts, and of others. */
const LIES: readonly (readonly [what: string, file: Buffer, message: string])[] = [
  [
    "rows of the file",
    changedFooter(MADE, (footer) => footer.set(FILE.num_rows, i64(4))),
    CONTRADICTION("it says that there are 4 rows, and 3 in the row groups"),
  ],
  [
    "more rows than there are numbers",
    changedFooter(MADE, (footer) => footer.set(FILE.num_rows, { type: 6, value: 2n ** 62n })),
    CONTRADICTION("it counts 4611686018427388000 of something"),
  ],
  [
    "rows of a row group",
    changedFooter(MADE, (footer) => {
      footer.set(FILE.num_rows, i64(2));
      group(footer).set(ROW_GROUP.num_rows, i64(2));
    }),
    CONTRADICTION('row group 1 has 2 rows, but the column "n" 3 values'),
  ],
  [
    "values of a column",
    changedFooter(MADE, (footer) => {
      footer.set(FILE.num_rows, i64(2));
      group(footer).set(ROW_GROUP.num_rows, i64(2));
      meta(footer).set(CHUNK_META.num_values, i64(2));
    }),
    PAGES("the pages up to byte 4 have 3 values instead of 2"),
  ],
  [
    "rows without columns",
    changedFooter(MADE, (footer) => {
      footer.set(FILE.schema, list([{ type: 12, value: new Map([[4, binary("root")]]) }]));
      footer.set(FILE.num_rows, i64(2 ** 50));
      group(footer).set(ROW_GROUP.columns, list([]));
    }),
    CONTRADICTION("it says that there are 1125899906842624 rows, but there is no column"),
  ],
  [
    "a thousand million rows wherever rows are counted",
    changedFooter(MADE, (footer) => {
      footer.set(FILE.num_rows, i64(1e9));
      group(footer).set(ROW_GROUP.num_rows, i64(1e9));
      meta(footer).set(CHUNK_META.num_values, i64(1e9));
    }),
    "row group 1 has 4.0 GB unpacked, and 2.1 GB can be read at a time: write the file again with fewer rows in a group",
  ],
  [
    "columns in columns without end",
    changedFooter(MADE, (footer) => {
      const level = new Map([
        [4, binary("a")],
        [5, i32(1)],
      ]);
      footer.set(FILE.schema, list(Array.from({ length: 50_000 }, () => ({ type: 12, value: level }))));
    }),
    'the column "a" has columns in columns, more than 100 levels deep',
  ],
  [
    "a page of 2 GB",
    pageWith((header) => header.set(PAGE_HEADER.compressed_page_size, i32(2 ** 31 - 1))),
    PAGES("there is no whole page at byte 4, but 3 values are missing"),
  ],
  [
    "a page with a negative number of values",
    pageWith((header) =>
      structIn(header, PAGE_HEADER.data_page_header_v2).set(DATA_PAGE.num_values, i32(-1)),
    ),
    PAGES("there is no whole page at byte 4, but 3 values are missing"),
  ],
];

/** The file with another header of its page. */
function pageWith(change: (header: Struct) => void): Buffer {
  const { struct, size } = readSizedStruct(MADE.subarray(4));
  change(struct);
  const header = writeStruct(struct);
  const moved = changedFooter(MADE, (footer) => {
    meta(footer).set(CHUNK_META.total_compressed_size, i64(MADE.length));
  });
  const file = Buffer.concat([MADE.subarray(0, 4), header, moved.subarray(4 + size)]);
  return changedFooter(file, (footer) => {
    const end = file.length - 8 - file.readUInt32LE(file.length - 8);
    meta(footer).set(CHUNK_META.total_compressed_size, i64(end - 4));
  });
}

for (const [what, file, message] of LIES)
  test(`a file that lies: ${what}`, async (t) => {
    const path = join(temporaryFolder(t), "lies.parquet");
    writeFileSync(path, file);
    const { stdout, stderr, code } = await run(["ov-from-parquet", path]);
    assert.deepEqual([stdout, code, stderr], ["", 65, `ov-from-parquet: ${path}: ${message}\n`]);
  });
