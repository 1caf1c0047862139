/** Files of pyarrow, for what DuckDB does not write, and published files of still others: are their values ours? */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { linesOf, PYTHON, run, SHARED, temporaryFolder, WITHOUT_SHARED } from "../../testing/run.js";
import { PAGE_HEADER } from "./format.js";
import { footerOf, queryDuckdb, readLines, records, writeShards } from "./helpers.test.util.js";
import { readSizedStruct } from "./thrift.js";

const WITHOUT_PYARROW =
  spawnSync(PYTHON, ["-c", "import pyarrow.parquet"]).status === 0 ? false : `${PYTHON} has no pyarrow`;

/** Writes a table of many kinds of columns as the options say, and prints its rows as we should give them. */
const WRITE = `
import datetime, decimal, json, sys
import pyarrow as pa, pyarrow.parquet as pq
n = 5000
dates = [datetime.date(1600, 1, 1) + datetime.timedelta(days=37 * i) for i in range(n)]
times = [datetime.datetime(1700, 1, 1) + datetime.timedelta(days=20 * i, microseconds=7 * i) for i in range(n)]
some = lambda values: [None if i % 5 == 0 else value for i, value in enumerate(values)]
table = pa.table({
    "i": pa.array(some(range(n)), pa.int64()),
    "s": some([f"s{i % 7}" for i in range(n)]),
    "u": [f"text é {i}" for i in range(n)],
    "f": [i / 3 for i in range(n)],
    "b": some([i % 2 == 0 for i in range(n)]),
    "date": pa.array(some(dates), pa.date32()),
    "time": pa.array(times, pa.timestamp("us")),
    "large": pa.array(some([[f"é{i}", None] for i in range(n)]), pa.large_list(pa.large_string())),
    "fixed": pa.array(some([[i, i + 1] for i in range(n)]), pa.list_(pa.int16(), 2)),
    "dictionary": pa.array(some([f"d{i % 3}" for i in range(n)])).dictionary_encode(),
    "decimal": pa.array(some([decimal.Decimal(i) / 4 for i in range(n)]), pa.decimal128(9, 2)),
    "struct": [{"a": i, "b": {"c": None if i % 3 else f"c{i}"}} for i in range(n)],
})
pq.write_table(table, sys.argv[1], row_group_size=1700, **eval(sys.argv[2]))
def plain(value):
    if isinstance(value, datetime.datetime): return value.isoformat(timespec="microseconds").removesuffix("000")
    if isinstance(value, datetime.date): return value.isoformat()
    if isinstance(value, decimal.Decimal): return float(value)
    return value
for row in pq.read_table(sys.argv[1]).to_pylist(): print(json.dumps({k: plain(v) for k, v in row.items()}))
`;

/** Has pyarrow, polars and DuckDB write one table with every codec that they have; the files go below a prefix. */
const WRITE_PACKED = `
import sys
import duckdb, polars as pl, pyarrow as pa, pyarrow.parquet as pq
table = pa.table({
    "none": pa.array([None] * 5, pa.string()),
    "enum": pa.array([None] * 5, pa.string()).dictionary_encode(),
    "empty": [""] * 5,
    "some": pa.array([None, 1, None, 2, 3], pa.int32()),
    "list": pa.array([None, [], [None], ["a", "b"], [""]], pa.list_(pa.string())),
})
out = sys.argv[1]
for codec in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
    for version in ["1.0", "2.0"]:
        for old in [True, False]:
            options = dict(data_page_version=version, use_dictionary=not old, use_compliant_nested_type=not old)
            pq.write_table(table, f"{out}pyarrow-{codec}-{version}-{old}.parquet", compression=codec, **options)
for codec in ["uncompressed", "snappy", "gzip", "brotli", "lz4", "zstd"]:
    pl.from_arrow(table).write_parquet(f"{out}polars-{codec}.parquet", compression=codec)
for codec in ["uncompressed", "snappy", "gzip", "brotli", "lz4", "lz4_raw", "zstd"]:
    for version in ["V1", "V2"]:
        to = f"'{out}duckdb-{codec}-{version}.parquet' (FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version})"
        duckdb.from_arrow(table).query("t", f"COPY t TO {to}")
`;

function python(script: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(PYTHON, ["-c", script, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

const WITHOUT_OTHERS =
  spawnSync(PYTHON, ["-c", "import duckdb, polars, pyarrow"]).status === 0
    ? false
    : `${PYTHON} lacks a writer`;

test("empty texts, nulls and lists, by three writers in every codec", { skip: WITHOUT_OTHERS }, async (t) => {
  const folder = temporaryFolder(t);
  python(WRITE_PACKED, `${folder}/`);
  const paths = readdirSync(folder).map((name) => join(folder, name));
  assert.equal(paths.length, 44);
  const rows = [
    { some: null, list: null },
    { some: 1, list: [] },
    { some: null, list: [null] },
    { some: 2, list: ["a", "b"] },
    { some: 3, list: [""] },
  ].map((row) => ({ none: null, enum: null, empty: "", ...row }));
  const { stdout, stderr } = await run(["ov-from-parquet", ...paths]);
  assert.equal(stderr, "ov-from-parquet: 220 records of 44 files\n");
  assert.deepEqual(
    linesOf(stdout),
    paths.flatMap(() => rows),
  );
});

const OPTIONS = [
  "{}",
  "dict(version='1.0')",
  "dict(data_page_version='2.0', compression='gzip')",
  "dict(data_page_version='2.0', compression='brotli', data_page_size=500)",
  "dict(compression='none', use_dictionary=False, write_page_index=True)",
  "dict(store_decimal_as_integer=True, store_schema=False)",
  "dict(use_dictionary=False, data_page_version='2.0', column_encoding={'i': 'DELTA_BINARY_PACKED', 's': 'DELTA_BYTE_ARRAY', 'u': 'DELTA_LENGTH_BYTE_ARRAY', 'f': 'BYTE_STREAM_SPLIT', 'b': 'RLE'})",
  "dict(use_deprecated_int96_timestamps=True)",
  "dict(write_page_checksum=True, use_compliant_nested_type=False)",
];

describe("pyarrow's files", { skip: WITHOUT_PYARROW }, () => {
  for (const options of OPTIONS) {
    test(`written with ${options}`, async (t) => {
      const path = join(temporaryFolder(t), "file.parquet");
      const theirs = linesOf(python(WRITE, path, options));
      const { stdout, stderr } = await run(["ov-from-parquet", path]);
      assert.equal(stderr, "ov-from-parquet: 5,000 records of 1 file\n");
      assert.deepEqual(linesOf(stdout), theirs);
    });
  }

  test("a page that does not have its checksum is damage, not other values", async (t) => {
    const path = join(temporaryFolder(t), "file.parquet");
    const write = `
import sys, pyarrow as pa, pyarrow.parquet as pq
table = pa.table({"a": [1, 2, 3], "n": pa.array([0x0123456789] * 3)})
pq.write_table(table, sys.argv[1], compression="none", use_dictionary=False, write_page_checksum=True)`;
    python(write, path);
    const file = readFileSync(path);
    // Twice: where the number stands alone, it is a statistic.
    const at = file.indexOf(Buffer.from("8967452301000000".repeat(2), "hex"));
    assert.notEqual(at, -1);
    file[at] = 0x88;
    writeFileSync(path, file);
    const { stdout, stderr, code } = await run(["ov-from-parquet", path]);
    assert.deepEqual([stdout, code], ["", 65]);
    assert.match(
      stderr,
      /: row group 1: the column "n" is damaged: the page at byte \d+ does not have its checksum; copy the file again, or make it again\n$/,
    );
  });
});

describe("our shards, read by pyarrow", { skip: WITHOUT_PYARROW }, () => {
  const READ = `
import sys, pyarrow.parquet as pq
print(pq.read_table(sys.argv[1], page_checksum_verification=True).num_rows)`;

  for (const compression of ["zstd", "none"] as const) {
    test(`which finds each page's checksum right, and wrong once a bit fell over (${compression})`, async (t) => {
      const out = join(temporaryFolder(t), "shards");
      const { shards } = await writeShards(records(100), { out, compression, rowGroupRows: 60 });
      const path = join(out, shards[0]?.path as string);
      assert.equal(python(READ, path), "100\n");
      const { row_groups } = await footerOf(path);
      const file = readFileSync(path);
      for (const { meta_data } of row_groups.flatMap(({ columns }) => columns)) {
        const { data_page_offset, dictionary_page_offset } = meta_data as NonNullable<typeof meta_data>;
        for (const offset of [dictionary_page_offset, data_page_offset]) {
          if (offset === undefined) continue;
          const header = readSizedStruct(file.subarray(Number(offset)));
          assert.ok(header.struct.has(PAGE_HEADER.crc));
        }
      }
      // In the first page, after its header.
      file.writeUInt8(file.readUInt8(60) ^ 1, 60);
      writeFileSync(path, file);
      assert.throws(
        () => python(READ, path),
        /could not verify page integrity, CRC checksum verification failed/,
      );
    });
  }

  test("and written again by it: our checksums, which it copies, are not meant", async (t) => {
    const out = join(temporaryFolder(t), "shards");
    const { shards } = await writeShards(records(100), { out });
    const path = join(out, shards[0]?.path as string);
    const before = await readLines(path);
    python(
      "import sys, pyarrow.parquet as pq; pq.write_table(pq.read_table(sys.argv[1]), sys.argv[1])",
      path,
    );
    assert.ok(readFileSync(path).includes("ov_crc32"));
    assert.deepEqual(await readLines(path), before);
  });
});

/** What DuckDB cannot read, or reads otherwise, is said here, with the reason. */
const RECORDED: Readonly<Record<string, (t: TestContext, rows: readonly unknown[]) => void>> = {
  // DuckDB refuses the last one, whose days were counted past what Spark could hold.
  "int96_from_spark.parquet": (_, rows) =>
    assert.deepEqual(rows, [
      { a: "2024-01-01T20:34:56.123456" },
      { a: "2024-01-01T01:00:00.000" },
      { a: "9999-12-31T03:00:00.000" },
      { a: "2024-12-30T23:00:00.000" },
      { a: null },
      { a: "-294554-12-13T14:58:10.448384" },
    ]),
};

describe("published files of other writers", { skip: WITHOUT_SHARED }, () => {
  const folder = join(SHARED, "recorded/parquet");
  for (const name of WITHOUT_SHARED ? [] : readdirSync(folder).filter((one) => one.endsWith(".parquet"))) {
    test(name, async (t) => {
      const { stdout, stderr, code } = await run(["ov-from-parquet", join(folder, name)]);
      assert.equal(code, 0, stderr);
      const ours = linesOf(stdout);
      const check = RECORDED[name];
      if (check) return check(t, ours);
      await queryDuckdb("SET binary_as_string = true");
      const columns = Object.keys(ours[0] as object).map((column) => `"${column}"::VARCHAR AS "${column}"`);
      const theirs = await queryDuckdb(`SELECT ${columns.join(", ")} FROM '${join(folder, name)}'`);
      assert.equal(ours.length, theirs.length);
      for (const [i, row] of ours.entries())
        for (const [column, value] of Object.entries(row))
          assert.equal(comparable(value), comparable(theirs[i]?.[column]), `${column} of row ${i + 1}`);
    });
  }
});

/** Numbers by their values, of which a 32-bit one has seven digits; times without what DuckDB writes otherwise. */
function comparable(value: unknown): unknown {
  const text = String(value);
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text).toPrecision(7);
  return text.replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ").replace(/\.000$/, "");
}
