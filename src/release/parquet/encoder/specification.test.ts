/**
 * Data pages and statistics, byte by byte as the specification has them. Its examples of encodings are those of
 * https://github.com/apache/parquet-format/blob/master/Encodings.md, with the 128 values in blocks of four miniblocks that
 * we write.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Bool, type DataType, Field, Float64, Int32, Int64, List, Utf8 } from "apache-arrow";
import { readSizedStruct } from "../thrift.js";
import { arrowBatch } from "./arrow.test.util.js";
import {
  type EncodedRowGroup,
  listOf,
  type NodeType,
  RowGroupEncoder,
  type SchemaNode,
  TYPES,
} from "./index.js";

type Column = readonly [node: Omit<SchemaNode, "name">, type: DataType];

const required = (type: NodeType, more: Partial<SchemaNode> = {}) =>
  ({ repetition: "required", isUnique: true, ...type, ...more }) as const;
const optional = (type: NodeType) => ({ repetition: "optional", isUnique: true, ...type }) as const;
const INT32: Column = [required(TYPES.int32), new Int32()];
const INT64: Column = [required(TYPES.int64), new Int64()];
const DOUBLE: Column = [required(TYPES.double), new Float64()];
const STRING: Column = [required(TYPES.utf8), new Utf8()];
const IN_DICTIONARY: Column = [required(TYPES.int32, { isUnique: false }), new Int32()];
const NULLABLE: Column = [optional(TYPES.int32), new Int32()];

function encoded([node, type]: Column, values: readonly unknown[]): EncodedRowGroup {
  const encoder = new RowGroupEncoder([{ name: "column", ...node }], (data) => data.slice());
  encoder.add(arrowBatch([[type, values]]), 0, values.length);
  return encoder.end();
}

/** The data of each page in hexadecimal, without headers. */
function pagesOf({ bytes }: EncodedRowGroup): string[] {
  const pages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { struct, size } = readSizedStruct(bytes.subarray(at));
    const length = struct.get(2);
    assert.ok(length && "value" in length && typeof length.value === "bigint");
    const end = at + size + Number(length.value);
    pages.push(Buffer.from(bytes.subarray(at + size, end)).toString("hex"));
    at = end;
  }
  return pages;
}

const count = (length: number, first = 0) => Array.from({ length }, (_, i) => first + i);
const HEADER = "800104";
const zeros = (bytes: number) => "00".repeat(bytes);

const DATA_PAGES: readonly (readonly [what: string, Column, values: readonly unknown[], hex: string])[] = [
  ["delta, example 1", INT32, [1, 2, 3, 4, 5], `${HEADER}0502 0200000000`],
  ["delta, example 2", INT32, [7, 5, 3, 1, 2, 3, 4, 5], `${HEADER}080e 0302000000 c03f${zeros(6)}`],
  ["delta of one value: no block", INT32, [-1], `${HEADER}0101`],
  ["delta of two blocks", INT32, count(130), `${HEADER}820100 0200000000 0200000000`],
  ["delta that wraps around, INT32", INT32, [2 ** 31 - 1, -(2 ** 31)], `${HEADER}02feffffff0f 0200000000`],
  [
    "delta that wraps around, INT64",
    INT64,
    [2n ** 63n - 1n, -(2n ** 63n)],
    `${HEADER}02fe${"ff".repeat(8)}01 0200000000`,
  ],
  [
    "delta of INT32 in no more than 32 bits",
    INT32,
    [0, 2 ** 31 - 1, 0],
    `${HEADER}0300 fdffffff0f 20000000 feffffff${zeros(124)}`,
  ],
  [
    "delta length",
    STRING,
    ["Hello", "World", "Foobar", "ABCDEF"],
    `${HEADER}040a 0001000000 02000000 ${Buffer.from("HelloWorldFoobarABCDEF").toString("hex")}`,
  ],
  [
    "delta strings",
    [required(TYPES.utf8, { encoding: "DELTA_BYTE_ARRAY" }), new Utf8()],
    ["axis", "axle", "babble", "babyhood"],
    `${HEADER}0400 0303000000 4401${zeros(10)} ${HEADER}0408 0303000000 70${zeros(11)} ${Buffer.from("axislebabbleyhood").toString("hex")}`,
  ],
  [
    "plain text",
    [required(TYPES.utf8, { encoding: "PLAIN" }), new Utf8()],
    ["ab", ""],
    "020000006162 00000000",
  ],
  ["plain double", DOUBLE, [1.5], "000000000000f83f"],
  ["plain booleans, lowest bit first", [required(TYPES.boolean), new Bool()], [true, false, true], "05"],
  ["bit packing of 0 to 7 in 3 bits", IN_DICTIONARY, count(8, 10), "03 03 88c6fa"],
  ["a run", IN_DICTIONARY, new Array(10).fill(4), "01 14 00"],
  ["a run of more than 63: its header takes two bytes", IN_DICTIONARY, new Array(100).fill(4), "01 c801 00"],
  ["definition levels in a run", NULLABLE, count(20, 1), `02000000 2801 ${HEADER}1402 0200000000`],
  [
    "definition levels bit packed",
    NULLABLE,
    [null, 1, null, 1, null, 1, null, 1],
    `02000000 03aa ${HEADER}0402 0000000000`,
  ],
  [
    "levels of lists: of two elements, empty, null, of one",
    [
      {
        repetition: "optional",
        ...listOf(TYPES.int32),
        children: [
          { name: "list", repetition: "repeated", children: [{ name: "element", ...required(TYPES.int32) }] },
        ],
      },
      new List(new Field("element", new Int32())),
    ],
    [[1, 2], [], null, [3]],
    `02000000 0302 03000000 031a02 ${HEADER}0302 0200000000`,
  ],
];

for (const [what, column, values, hex] of DATA_PAGES)
  test(`data page: ${what}`, () => {
    assert.equal(pagesOf(encoded(column, values)).at(-1), hex.replaceAll(" ", ""));
  });

test("the dictionary page comes first, and has its values plain", () => {
  const [dictionary, data] = pagesOf(encoded(IN_DICTIONARY, [7, 5, 7]));
  assert.deepEqual([dictionary, data], ["0700000005000000", "010302"]);
});

const LONG_TEXT = "x".repeat(63);
const hexOf = (text: string) => Buffer.from(text).toString("hex");

/** The rules stand in parquet.thrift, at `Statistics` and `ColumnOrder`. */
const STATISTICS: readonly (readonly [
  what: string,
  Column,
  values: readonly unknown[],
  bounds: readonly [min: string, max: string, areExact?: boolean] | undefined,
  nullCount?: number,
])[] = [
  ["integers have signs", INT32, [1, -1, 0], ["ffffffff", "01000000"]],
  ["long integers", INT64, [-2n, 256n], ["feffffffffffffff", "0001000000000000"]],
  ["integers of which the module knows no exact bounds", INT64, [2n ** 53n, 1n], undefined],
  ["doubles", DOUBLE, [1.5, -2], [`${zeros(7)}c0`, "000000000000f83f"]],
  ["zeros have both signs", DOUBLE, [0], [`${zeros(7)}80`, zeros(8)]],
  ["zeros have both signs, whichever comes", DOUBLE, [-0, -1], ["000000000000f0bf", zeros(8)]],
  ["NaN is no bound", DOUBLE, [Number.NaN, 1, Number.NaN], ["000000000000f03f", "000000000000f03f"]],
  ["nothing but NaN has none", DOUBLE, [Number.NaN], undefined],
  ["false comes before true", [required(TYPES.boolean), new Bool()], [true, false], ["00", "01"]],
  ["texts are ordered by unsigned bytes", STRING, ["z", "é", "Z"], [hexOf("Z"), hexOf("é")]],
  ["of texts, one that others begin with is the first", STRING, ["ab", "a", ""], ["", hexOf("ab")]],
  ["long texts are cut", STRING, [`${LONG_TEXT}yz`], [hexOf(`${LONG_TEXT}y`), hexOf(`${LONG_TEXT}z`), false]],
  [
    "where a character would be cut, all of it is",
    STRING,
    [`${LONG_TEXT}é`],
    [hexOf(LONG_TEXT), hexOf(`${"x".repeat(62)}y`), false],
  ],
  ["no text comes after some", STRING, ["\u{10ffff}".repeat(17)], undefined],
  ["nulls are counted, and are no bounds", NULLABLE, [null, 5, null], ["05000000", "05000000"], 2],
  ["nothing but nulls has no bounds", NULLABLE, [null, null], undefined, 2],
];

for (const [what, column, values, bounds, nullCount = 0] of STATISTICS)
  test(`statistics: ${what}`, () => {
    const [chunk] = encoded(column, values).columnChunks;
    assert.equal(chunk?.nullCount, nullCount);
    const [min, max, areExact = true] = bounds ?? [];
    const bytes = (hex = "") => Uint8Array.from(Buffer.from(hex, "hex"));
    assert.deepEqual(
      chunk?.bounds,
      bounds && {
        min: { bytes: bytes(min), isExact: areExact },
        max: { bytes: bytes(max), isExact: areExact },
      },
    );
  });
