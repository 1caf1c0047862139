/** Files that others wrote, as ov-from-parquet gives them: exact values, or a refusal in words. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  Table as ArrowTable,
  Field,
  Int32,
  List,
  tableFromArrays,
  tableToIPC,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { Compression, Table, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import { linesOf, run, temporaryFolder } from "../../testing/run.js";
import { CHUNK, CHUNK_META, FILE, ROW_GROUP, SCHEMA_ELEMENT } from "./format.js";
import { queryDuckdb } from "./helpers.test.util.js";
import { changedFooter, chunksIn, elementsIn, type MadeColumn, madeParquet } from "./made.test.util.js";
import { binary, boolean, i32, list, type Struct, struct } from "./thrift.js";
import { listIn, structIn, structOf } from "./thrift-fields.js";

type Row = Record<string, unknown>;

async function fromParquet(t: TestContext, bytes: Uint8Array) {
  const path = join(temporaryFolder(t), "file.parquet");
  writeFileSync(path, bytes);
  return { path, ...(await run(["ov-from-parquet", path])) };
}

/** The texts between `:` and the end of each line of a file with one column. */
const valuesIn = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(line.indexOf(":") + 1, -1));

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const timeType = (isUtc: boolean, unit: number) => struct([1, boolean(isUtc)], [2, struct([unit, struct()])]);
const decimalType = (scale: number, precision: number) => struct([1, i32(scale)], [2, i32(precision)]);
const [MS, US, NS] = [1, 2, 3];

/** Each with the JSON that its values become. */
const KINDS: readonly (readonly [MadeColumn, readonly string[]])[] = [
  [
    { name: "decimal_int32", type: "INT32", values: [150, -5, null], converted: 5, scale: 2, precision: 9 },
    ["1.50", "-0.05", "null"],
  ],
  [
    {
      name: "decimal_int64",
      type: "INT64",
      values: [1n, -(10n ** 15n) + 1n, 0n],
      logical: [5, decimalType(3, 15)],
    },
    ["0.001", "-999999999999.999", "0.000"],
  ],
  // With more digits than a number of JSON keeps in most readers, it is a text, whatever the value.
  [
    {
      name: "decimal_long",
      type: "INT64",
      values: [2n ** 63n - 1n, -(2n ** 63n), 1n],
      converted: 5,
      scale: 0,
      precision: 18,
    },
    ['"9223372036854775807"', '"-9223372036854775808"', '"1"'],
  ],
  [
    {
      name: "decimal_bytes",
      type: "BYTE_ARRAY",
      values: [bytes("ff"), bytes("0080"), bytes("4b3b4ca85a86c47a098a223fffffffff")],
      converted: 5,
      scale: 4,
      precision: 38,
    },
    ['"-0.0001"', '"0.0128"', '"9999999999999999999999999999999999.9999"'],
  ],
  [
    {
      name: "decimal_fixed",
      type: "FIXED_LEN_BYTE_ARRAY",
      length: 5,
      values: [bytes("fffffffffb"), bytes("00000003e8"), null],
      logical: [5, decimalType(2, 10)],
    },
    ["-0.05", "10.00", "null"],
  ],
  [
    { name: "unsigned_int32", type: "INT32", values: [-1, 0, 2 ** 31 - 1], converted: 13 },
    ["4294967295", "0", "2147483647"],
  ],
  [
    {
      name: "unsigned_int64",
      type: "INT64",
      values: [-1n, 2n ** 53n + 1n, null],
      logical: [10, struct([1, i32(64)], [2, boolean(false)])],
    },
    ["18446744073709551615", "9007199254740993", "null"],
  ],
  [
    { name: "int64", type: "INT64", values: [-(2n ** 63n), 2n ** 53n + 1n, 7n] },
    ["-9223372036854775808", "9007199254740993", "7"],
  ],
  [
    { name: "date", type: "INT32", values: [18_321, -29_219, null], converted: 6 },
    ['"2020-02-29"', '"1890-01-01"', "null"],
  ],
  [
    { name: "date_far", type: "INT32", values: [2 ** 31 - 1, -719_529, 2_932_897], logical: [6] },
    ['"+5881580-07-11"', '"-000001-12-31"', '"+010000-01-01"'],
  ],
  [
    { name: "time_ms", type: "INT32", values: [3_723_000, 3_723_004, 0], converted: 7 },
    ['"01:02:03"', '"01:02:03.004"', '"00:00:00"'],
  ],
  [
    {
      name: "time_us",
      type: "INT64",
      values: [3_723_000_004n, 86_400_000_000n, null],
      logical: [7, timeType(true, US)],
    },
    ['"01:02:03.000004"', '"24:00:00"', "null"],
  ],
  [
    {
      name: "time_ns",
      type: "INT64",
      values: [3_723_000_000_004n, 1_000n, null],
      logical: [7, timeType(false, NS)],
    },
    ['"01:02:03.000000004"', '"00:00:00.000001"', "null"],
  ],
  [
    { name: "timestamp_ms", type: "INT64", values: [-1n, 253_402_300_800_000n, 0n], converted: 9 },
    ['"1969-12-31T23:59:59.999Z"', '"+010000-01-01T00:00:00.000Z"', '"1970-01-01T00:00:00.000Z"'],
  ],
  [
    {
      name: "timestamp_us",
      type: "INT64",
      values: [-1n, 1_582_979_696_789_012n, 1_000_000n],
      logical: [8, timeType(true, US)],
    },
    ['"1969-12-31T23:59:59.999999Z"', '"2020-02-29T12:34:56.789012Z"', '"1970-01-01T00:00:01.000Z"'],
  ],
  [
    {
      name: "timestamp_ns",
      type: "INT64",
      values: [2n ** 63n - 1n, -(2n ** 63n), 1n],
      logical: [8, timeType(false, NS)],
    },
    ['"2262-04-11T23:47:16.854775807"', '"1677-09-21T00:12:43.145224192"', '"1970-01-01T00:00:00.000000001"'],
  ],
  [
    {
      name: "timestamp_local",
      type: "INT64",
      values: [0n, null, null],
      logical: [8, timeType(false, MS)],
      converted: 9,
    },
    ['"1970-01-01T00:00:00.000"', "null", "null"],
  ],
  // Nanoseconds of the day, and the Julian day, of which 2,440,588 is the first of January 1970.
  [
    {
      name: "int96",
      type: "INT96",
      values: [
        bytes("0100000000000000 8c3d2500"),
        bytes("0000000000000000 2cfe5100"),
        bytes("18fc4e91944e0000 00000000"),
      ],
    },
    ['"1970-01-01T00:00:00.000000001"', '"9999-12-31T00:00:00.000"', '"-004713-11-24T23:59:59.999999"'],
  ],
  [
    {
      name: "uuid",
      type: "FIXED_LEN_BYTE_ARRAY",
      length: 16,
      values: [bytes("550e8400e29b41d4a716446655440000"), null, null],
      logical: [14],
    },
    ['"550e8400-e29b-41d4-a716-446655440000"', "null", "null"],
  ],
  [
    {
      name: "float16",
      type: "FIXED_LEN_BYTE_ARRAY",
      length: 2,
      values: [bytes("003e"), bytes("0100"), bytes("007c")],
      logical: [15],
    },
    ["1.5", "5.960464477539063e-8", '"Infinity"'],
  ],
  [
    {
      name: "interval",
      type: "FIXED_LEN_BYTE_ARRAY",
      length: 12,
      values: [bytes("0e000000 03000000 81ee3600"), null, null],
      converted: 21,
    },
    ['"P14M3DT3600.001S"', "null", "null"],
  ],
  [
    { name: "double", type: "DOUBLE", values: [Number.NaN, -0, Number.NEGATIVE_INFINITY] },
    ['"NaN"', "-0", '"-Infinity"'],
  ],
  [
    { name: "bytes", type: "BYTE_ARRAY", values: [Buffer.from('é "'), bytes("fffe"), null] },
    ['"é \\""', '"//4="', "null"],
  ],
  // All of them together are UTF-8.
  [
    { name: "halves", type: "BYTE_ARRAY", values: [bytes("c3"), bytes("a9"), null], converted: 0 },
    ['"ww=="', '"qQ=="', "null"],
  ],
  [
    {
      name: "fixed",
      type: "FIXED_LEN_BYTE_ARRAY",
      length: 4,
      values: [Buffer.from("abcd"), bytes("000102ff"), null],
    },
    ['"abcd"', '"AAEC/w=="', "null"],
  ],
  [
    { name: "enum", type: "BYTE_ARRAY", values: [Buffer.from("red"), null, null], logical: [4] },
    ['"red"', "null", "null"],
  ],
  [
    {
      name: "json",
      type: "BYTE_ARRAY",
      values: [Buffer.from('{"a":\n12345678901234567890}'), Buffer.from("none"), Buffer.from("[1,null]")],
      logical: [12],
    },
    ['{"a": 12345678901234567890}', '"none"', "[1,null]"],
  ],
  [
    { name: "bson", type: "BYTE_ARRAY", values: [bytes("0500000000"), null, null], converted: 20 },
    ['"BQAAAAA="', "null", "null"],
  ],
  // A type of the future is its physical type.
  [{ name: "unknown", type: "INT32", values: [1, null, null], logical: [99] }, ["1", "null", "null"]],
];

for (const [column, expected] of KINDS) {
  test(`values of ${column.name}`, async (t) => {
    const { stdout, stderr, code } = await fromParquet(t, madeParquet([column]));
    assert.equal(code, 0, stderr);
    assert.deepEqual(valuesIn(stdout), expected);
    // And everything is JSON.
    assert.equal(linesOf(stdout).length, expected.length);
  });
}

test("what JSON has no way to write is told, with its column", async (t) => {
  const columns = KINDS.map(([column]) => column).filter(({ name }) =>
    ["double", "bytes", "fixed"].includes(name),
  );
  const { stderr } = await fromParquet(t, madeParquet(columns));
  assert.equal(
    stderr,
    [
      '"double": 2 numbers that JSON does not have (NaN, Infinity), as text',
      '"bytes": 1 value that is no UTF-8, as base64',
      '"fixed": 1 value that is no UTF-8, as base64',
      "3 records of 1 file",
    ]
      .map((line) => `ov-from-parquet: ${line}\n`)
      .join(""),
  );
});

describe("DuckDB says the same", () => {
  /** A column of literals of SQL, as we and as DuckDB write it. */
  async function compare(t: TestContext, literals: readonly string[], text: string): Promise<void> {
    const path = join(temporaryFolder(t), "duck.parquet");
    const rows = literals.map((literal) => `(${literal})`).join(", ");
    await queryDuckdb(`COPY (SELECT * FROM (VALUES ${rows}) t(v)) TO '${path}' (FORMAT parquet)`);
    const { stdout } = await run(["ov-from-parquet", "--quiet", path]);
    const theirs = await queryDuckdb(`SELECT ${text} AS v FROM '${path}'`);
    assert.deepEqual(
      valuesIn(stdout).map((json) => json.replaceAll('"', "")),
      theirs.map(({ v }) => v),
    );
  }
  const numbers = (max: bigint) => fc.sample(fc.bigInt(-max, max), 300);

  for (const [precision, scale] of [
    [4, 1],
    [9, 2],
    [15, 14],
    [18, 6],
    [30, 10],
    [38, 37],
  ] as const) {
    test(`of decimals with ${precision} digits, ${scale} of them decimals`, (t) => {
      const literals = numbers(10n ** BigInt(precision) - 1n).map((number) => {
        const digits = String(number)
          .replace("-", "")
          .padStart(scale + 1, "0");
        const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
        return `'${number < 0n ? "-" : ""}${text}'::DECIMAL(${precision},${scale})`;
      });
      return compare(t, literals, "v::VARCHAR");
    });
  }

  test("of dates", (t) =>
    compare(
      t,
      numbers(700_000n).map((days) => `DATE '1970-01-01' + ${days}`),
      "strftime(v, '%Y-%m-%d')",
    ));
  test("of timestamps", (t) =>
    compare(
      t,
      numbers(60_000_000_000_000_000n).map((micros) => `make_timestamp(${micros})`),
      "regexp_replace(strftime(v, '%Y-%m-%dT%H:%M:%S.%f'), '000$', '')",
    ));
  test("of whole numbers", (t) =>
    compare(
      t,
      numbers(2n ** 63n - 1n).map((number) => `${number}::BIGINT`),
      "v::VARCHAR",
    ));
});

test("lists, structs and maps, one in the other, with what is null in them", async (t) => {
  const path = join(temporaryFolder(t), "nested.parquet");
  await queryDuckdb(`COPY (
    SELECT [[1, NULL], [], NULL] AS l, {'d': DATE '2020-01-01', 'n': NULL::INTEGER, 'm': MAP {'k': [1.25::DECIMAL(4,2)]}} AS s,
      MAP {1: 'one', 2: NULL} AS m
    UNION ALL SELECT NULL, NULL, NULL UNION ALL SELECT [], {'d': NULL, 'n': 1, 'm': MAP {}}, MAP {}
  ) TO '${path}' (FORMAT parquet)`);
  const { stdout } = await run(["ov-from-parquet", "--quiet", path]);
  assert.deepEqual(stdout.split("\n"), [
    '{"l":[[1,null],[],null],"s":{"d":"2020-01-01","n":null,"m":{"k":[1.25]}},"m":{"1":"one","2":null}}',
    '{"l":null,"s":null,"m":null}',
    '{"l":[],"s":{"d":null,"n":1,"m":{}},"m":{}}',
    "",
  ]);
});

describe("lists of old writers", () => {
  /** A list of numbers that cannot be null; the change gets the elements of its schema from the list on. */
  const NUMBERS = new List(new Field("element", new Int32(), false));
  const changed = (change: (elements: Struct[]) => Struct[]) => {
    const table = new ArrowTable({ v: vectorFromArray([[1, 2], null, [], [3]], NUMBERS) });
    const file = Buffer.from(writeParquet(Table.fromIPCStream(tableToIPC(table, "stream"))));
    return changedFooter(file, (footer) => {
      const [root, ...elements] = elementsIn(footer) as [Struct, ...Struct[]];
      footer.set(FILE.schema, list([root, ...change(elements)].map((value) => ({ type: 12, value }))));
    });
  };
  const unannotated = (element: Struct) => {
    element.delete(SCHEMA_ELEMENT.converted_type);
    element.delete(SCHEMA_ELEMENT.logical_type);
  };
  const named = (name: string) => (elements: Struct[]) => {
    elements[1]?.set(SCHEMA_ELEMENT.name, binary(name));
    return elements;
  };
  // https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#backward-compatibility-rules
  const LISTS: readonly (readonly [
    what: string,
    change: (elements: Struct[]) => Struct[],
    rows: string[],
  ])[] = [
    ["a group of any name", named("bag"), ["[1,2]", "null", "[]", "[3]"]],
    [
      "a group named array",
      named("array"),
      ['[{"element":1},{"element":2}]', "null", "[]", '[{"element":3}]'],
    ],
    [
      "a group named after the list",
      named("v_tuple"),
      ['[{"element":1},{"element":2}]', "null", "[]", '[{"element":3}]'],
    ],
    [
      "no group, but repeated values",
      ([outer, , element]) => {
        element?.set(SCHEMA_ELEMENT.repetition_type, i32(2));
        return [outer as Struct, element as Struct];
      },
      ["[1,2]", "null", "[]", "[3]"],
    ],
    [
      "repeated groups that are in no list",
      (elements) => {
        unannotated(elements[0] as Struct);
        return elements;
      },
      ['{"list":[{"element":1},{"element":2}]}', "null", '{"list":[]}', '{"list":[{"element":3}]}'],
    ],
  ];
  for (const [what, change, rows] of LISTS)
    test(what, async (t) => {
      const { stdout, stderr } = await fromParquet(t, changed(change));
      assert.deepEqual(valuesIn(stdout), rows, stderr);
    });
});

describe("refused in words, with 65 and no row", () => {
  const NUMBER: MadeColumn = { name: "n", type: "INT32", values: [1] };
  const chunkMeta = (change: (meta: ReturnType<typeof structIn>) => void) =>
    changedFooter(madeParquet([NUMBER]), (footer) => {
      for (const chunk of chunksIn(footer)) change(structIn(chunk, CHUNK.meta_data));
    });
  const REFUSED: readonly (readonly [what: string, file: () => Buffer, message: string])[] = [
    [
      "LZO",
      () => chunkMeta((meta) => meta.set(CHUNK_META.codec, i32(3))),
      ': the column "n" is packed with LZO, which is not read: write the file again with zstd',
    ],
    [
      "an encoding of the future",
      () => chunkMeta((meta) => meta.set(CHUNK_META.encodings, list([i32(3), i32(10)]))),
      ': the column "n" has an encoding that is not known here (10)',
    ],
    [
      "more than memory can hold",
      () => chunkMeta((meta) => meta.set(CHUNK_META.total_uncompressed_size, { type: 6, value: 2n ** 32n })),
      ": row group 1 has 4.3 GB unpacked, and 2.1 GB can be read at a time: write the file again with fewer rows in a group",
    ],
    [
      "a column that is encrypted",
      () =>
        changedFooter(madeParquet([NUMBER]), (footer) => {
          for (const chunk of chunksIn(footer)) chunk.set(CHUNK.crypto_metadata, struct([1, struct()]));
        }),
      ': the column "n" is encrypted',
    ],
    [
      "an encrypted footer",
      () => Buffer.concat([Buffer.from("PARE"), madeParquet([NUMBER]).subarray(4, -4), Buffer.from("PARE")]),
      " cannot be read as Parquet: it is encrypted",
    ],
    [
      "a name that is there twice",
      () =>
        changedFooter(madeParquet([NUMBER, { ...NUMBER, name: "m" }]), (footer) => {
          for (const element of elementsIn(footer).slice(1)) element.set(SCHEMA_ELEMENT.name, binary("n"));
        }),
      ': the column "n" is there twice, and a JSON object has a name once: rename one of them',
    ],
    [
      "a type that cannot be",
      () => madeParquet([{ ...NUMBER, logical: [14] }]),
      ': the column "n" has a type that does not go with INT32: the file contradicts itself',
    ],
    [
      "not a time",
      () => madeParquet([{ ...NUMBER, values: [-1], converted: 7 }]),
      ': the column "n" holds -1, which is no time of day',
    ],
    [
      "something packed",
      () => gzipSync("{}"),
      " cannot be read as Parquet: it is packed with gzip; unpack it first",
    ],
    ["an empty file", () => Buffer.alloc(0), " cannot be read as Parquet: it is empty"],
    ["lines", () => Buffer.from('{"a":1}\n{"a":2}\n'), " cannot be read as Parquet: it is something else"],
    [
      "a file that is cut off",
      () => madeParquet([NUMBER]).subarray(0, -20),
      " cannot be read as Parquet: it is cut off, for it does not end as it should: get it again",
    ],
  ];
  for (const [what, file, message] of REFUSED) {
    test(what, async (t) => {
      const { path, stdout, stderr, code } = await fromParquet(t, file());
      assert.deepEqual([stdout, stderr, code], ["", `ov-from-parquet: ${path}${message}\n`, 65]);
    });
  }

  test("a VARIANT", async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, "variant.parquet");
    await queryDuckdb(`COPY (SELECT {'a': 1}::VARIANT AS v) TO '${path}' (FORMAT parquet)`);
    const { stdout, stderr, code } = await run(["ov-from-parquet", path]);
    assert.deepEqual([stdout, code], ["", 65]);
    assert.equal(
      stderr,
      `ov-from-parquet: ${path}: the column "v" is a VARIANT, which is not read: write it as JSON text\n`,
    );
  });
});

describe("footers of other writers", () => {
  const file = madeParquet([
    { name: "n", type: "INT32", values: [1, 2, 1, 2, 1, 2, 1, 2] },
    { name: "t", type: "BYTE_ARRAY", values: Array.from({ length: 8 }, (_, i) => Buffer.from(`t${i}`)) },
  ]);
  const rows = ['{"n":1,"t":"t0"}', '{"n":2,"t":"t1"}'];
  const CHANGES: readonly (readonly [what: string, change: Parameters<typeof changedFooter>[1]])[] = [
    [
      "a dictionary at 0, which means none",
      (footer) => {
        const meta = structIn(chunksIn(footer)[1] as never, CHUNK.meta_data);
        assert.equal(meta.has(CHUNK_META.dictionary_page_offset), false);
        meta.set(CHUNK_META.dictionary_page_offset, { type: 6, value: 0n });
      },
    ],
    [
      "no path of a column",
      (footer) => {
        for (const chunk of chunksIn(footer))
          structIn(chunk, CHUNK.meta_data).delete(CHUNK_META.path_in_schema);
      },
    ],
  ];
  for (const [what, change] of CHANGES) {
    test(what, async (t) => {
      const { stdout, stderr } = await fromParquet(t, changedFooter(file, change));
      assert.deepEqual(stdout.split("\n").slice(0, 2), rows, stderr);
      assert.equal(linesOf(stdout).length, 8);
    });
  }

  test("rows without columns are empty objects", async (t) => {
    const none = changedFooter(madeParquet([{ name: "n", type: "INT32", values: [1, 2, 3] }]), (footer) => {
      footer.set(FILE.schema, list([{ type: 12, value: new Map([[4, binary("root")]]) }]));
      const [group] = listIn(footer, FILE.row_groups).map(structOf);
      group?.set(ROW_GROUP.columns, list([]));
    });
    const { stdout } = await fromParquet(t, none);
    assert.equal(stdout, "{}\n{}\n{}\n");
  });
});

for (const codec of ["LZ4", "LZ4_RAW", "BROTLI", "GZIP", "ZSTD", "SNAPPY", "UNCOMPRESSED"] as const) {
  test(`packed with ${codec}`, async (t) => {
    const n = Int32Array.from({ length: 3000 }, (_, i) => i);
    const table = tableFromArrays({ n, text: Array.from(n, (i) => `text ${i % 7}`) });
    const properties = new WriterPropertiesBuilder().setCompression(Compression[codec]).build();
    const written = writeParquet(Table.fromIPCStream(tableToIPC(table, "stream")), properties);
    const { stdout, stderr } = await fromParquet(t, written);
    const rows = linesOf<Row>(stdout);
    assert.equal(rows.length, 3000, stderr);
    assert.deepEqual(rows.at(-1), { n: 2999, text: "text 3" });
  });
}
