/** A table that is no media goes through the encoder, and three independent readers find its values. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Struct,
  TimestampMillisecond,
  Utf8,
} from "apache-arrow";
import { PYTHON } from "../../../testing/run.js";
import type { Compression } from "../format.js";
import {
  footerOf,
  queryDuckdb,
  readWithDuckdb,
  readWithHyparquet,
  scratchFolder,
} from "../helpers.test.util.js";
import { arrowBatch } from "./arrow.test.util.js";
import { compressorOf, FileWriter, listOf, RowGroupEncoder, type SchemaNode, TYPES } from "./index.js";

const LINK = listOf({
  children: [
    { name: "url", repetition: "required", ...TYPES.utf8 },
    { name: "count", repetition: "optional", ...TYPES.int64 },
    { name: "isDead", repetition: "required", ...TYPES.boolean },
  ],
});
const LINK_TYPE = new Struct([
  new Field("url", new Utf8(), false),
  new Field("count", new Int64(), true),
  new Field("isDead", new Bool(), false),
]);
const listType = (type: DataType) => new List(new Field("element", type, false));

/** Something else, or null where a number is a multiple of another. */
const nullEach =
  <T>(step: number, value: (i: number) => T) =>
  (i: number) =>
    i % step === 0 ? null : value(i);
const times = <T>(count: number, value: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => value(i));

/** Each column: its node, its type in Arrow, and its value in a row. */
const COLUMNS: readonly (readonly [SchemaNode, DataType, (i: number) => unknown])[] = [
  [{ name: "id", repetition: "required", ...TYPES.int32, isUnique: true }, new Int32(), (i) => i * 7 - 1000],
  [{ name: "few", repetition: "optional", ...TYPES.int32 }, new Int32(), nullEach(3, (i) => (i % 5) - 2)],
  [
    { name: "bytes", repetition: "optional", ...TYPES.int64 },
    new Int64(),
    nullEach(4, (i) => BigInt(i) * 2n ** 33n),
  ],
  [{ name: "score", repetition: "optional", ...TYPES.double }, new Float64(), nullEach(5, (i) => 1 / i)],
  [{ name: "kind", repetition: "required", ...TYPES.utf8 }, new Utf8(), (i) => `kind ${i % 3}`],
  [
    { name: "text", repetition: "optional", ...TYPES.utf8, isUnique: true, encoding: "DELTA_BYTE_ARRAY" },
    new Utf8(),
    nullEach(6, (i) => `${"é".repeat(i % 50)} ${i}`),
  ],
  [{ name: "isSeen", repetition: "optional", ...TYPES.boolean }, new Bool(), nullEach(7, (i) => i % 2 === 0)],
  [
    { name: "at", repetition: "optional", ...TYPES.timestamp },
    new TimestampMillisecond(),
    nullEach(8, (i) => new Date(i * 86_399_999 - 1e12)),
  ],
  [{ name: "never", repetition: "optional", ...TYPES.utf8 }, new Utf8(), () => null],
  [
    { name: "scores", repetition: "optional", ...listOf(TYPES.double) },
    listType(new Float64()),
    nullEach(3, (i) => times(i % 4, (j) => i + j / 2)),
  ],
  [
    { name: "links", repetition: "optional", ...LINK },
    listType(LINK_TYPE),
    nullEach(4, (i) =>
      times(i % 3, (j) => ({
        url: `https://a.example/${i}/${j}`,
        count: j ? BigInt(i) : null,
        isDead: j > 0,
      })),
    ),
  ],
];
const SCHEMA = COLUMNS.map(([node]) => node);

const folder = await scratchFolder();
/** Dictionary pages of columns that are null throughout are empty. */
const EMPTY_LZ4 = "hyparquet-compressors takes an empty block of LZ4 for a damaged one";
const WITHOUT_PYARROW =
  spawnSync(PYTHON, ["-c", "import pyarrow.parquet"]).status === 0 ? false : `${PYTHON} has no pyarrow`;
const READ = `
import json, sys, pyarrow.parquet as pq
for row in pq.read_table(sys.argv[1]).to_pylist(): print(json.dumps(row, default=lambda t: round(t.timestamp() * 1000)))
`;

/** Writes rows into row groups, in batches of 700. */
async function write(rows: number, rowsOfGroup: number, compression: Compression = "zstd"): Promise<string> {
  const path = join(folder, `${rows}-${rowsOfGroup}-${compression}.parquet`);
  const compress = await compressorOf(compression);
  const file = await FileWriter.create(path, path, SCHEMA, compression);
  for (let first = 0; first < rows; first += rowsOfGroup) {
    const group = new RowGroupEncoder(SCHEMA, compress);
    const end = Math.min(rows, first + rowsOfGroup);
    for (let from = first; from < end; from += 700) {
      const count = Math.min(700, end - from);
      group.add(
        arrowBatch(COLUMNS.map(([, type, value]) => [type, times(count, (i) => value(from + i))])),
        0,
        count,
      );
    }
    await file.add(group.end());
  }
  const written = await file.close([["about", "a table"]]);
  assert.equal(written.rows, rows);
  return path;
}

const expected = (rows: number) =>
  times(rows, (i) => Object.fromEntries(COLUMNS.map(([{ name }, , value]) => [name, value(i)])));

for (const [rows, rowsOfGroup, compression] of [
  [0, 10, "zstd"],
  [1, 10, "none"],
  [2, 1, "lz4"],
  [5000, 1500, "snappy"],
] as const) {
  test(`${rows} rows in groups of ${rowsOfGroup}, ${compression}`, async (t) => {
    const path = await write(rows, rowsOfGroup, compression);
    const footer = await footerOf(path);
    assert.equal(footer.row_groups.length, Math.ceil(rows / rowsOfGroup));
    assert.deepEqual(footer.key_value_metadata?.[0], { key: "about", value: "a table" });
    await t.test("hyparquet", { skip: compression === "lz4" && EMPTY_LZ4 }, async () =>
      assert.deepEqual(await readWithHyparquet([path]), expected(rows)),
    );
    await t.test("DuckDB", async () => assert.deepEqual(await readWithDuckdb([path]), expected(rows)));
    await t.test("pyarrow", { skip: WITHOUT_PYARROW }, () => {
      const { stdout, stderr } = spawnSync(PYTHON, ["-c", READ, path], {
        encoding: "utf8",
        maxBuffer: 2 ** 28,
      });
      assert.equal(stderr, "");
      const read = stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line));
      const plain = (_: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
      const rowsOf = expected(rows).map((row) => ({
        ...row,
        at: (row.at as Date | null)?.getTime() ?? null,
      }));
      assert.deepEqual(read, JSON.parse(JSON.stringify(rowsOf, plain)));
    });
  });
}

test("columns that the encoder has no way to write are refused", () => {
  const { children = [] } = LINK;
  for (const node of [
    { ...LINK, repetition: "required" as const },
    { children, repetition: "optional" as const },
  ])
    assert.throws(() => new RowGroupEncoder([{ name: "links", ...node }], (data) => data.slice()), {
      name: "TypeError",
      message: "the column links is neither of values nor of lists that may be null",
    });
});

test("types are those of the schema, also where there is no row", async () => {
  const path = await write(0, 1);
  const columns = await queryDuckdb(`DESCRIBE SELECT * FROM read_parquet('${path}')`);
  assert.deepEqual(
    Object.fromEntries(columns.map(({ column_name, column_type }) => [column_name, column_type])),
    {
      id: "INTEGER",
      few: "INTEGER",
      bytes: "BIGINT",
      score: "DOUBLE",
      kind: "VARCHAR",
      text: "VARCHAR",
      isSeen: "BOOLEAN",
      at: "TIMESTAMP WITH TIME ZONE",
      never: "VARCHAR",
      scores: "DOUBLE[]",
      links: "STRUCT(url VARCHAR, count BIGINT, isDead BOOLEAN)[]",
    },
  );
});

test("readers that skip by statistics and page indexes find what is there", async () => {
  const path = await write(5000, 1500, "none");
  const [found] = await queryDuckdb(
    `SELECT count(*) AS rows, min(id) AS least FROM read_parquet('${path}') WHERE id >= 20000 AND bytes > 2e13 AND text > 'é'`,
  );
  const right = expected(5000).filter(
    ({ id, bytes, text }) =>
      Number(id) >= 20_000 &&
      Number(bytes) > 2e13 &&
      Buffer.compare(Buffer.from(String(text ?? "")), Buffer.from("é")) > 0,
  );
  assert.ok(right.length > 0);
  assert.deepEqual(found, { rows: BigInt(right.length), least: right[0]?.id });
});
