/**
 * Thrift's compact protocol, byte by byte as its specification has it:
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  BINARY,
  binary,
  boolean,
  DOUBLE,
  fieldsOf,
  I32,
  i16,
  i32,
  i64,
  list,
  readSizedStruct,
  readStruct,
  type Struct,
  struct,
  writeStruct,
} from "./thrift.js";

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

/** Field headers are the difference to the field before and the type; a struct ends with a zero. */
const VECTORS: readonly (readonly [what: string, hex: string, fields: Struct])[] = [
  ["no fields", "00", fieldsOf()],
  [
    "zigzag: 0, -1, 1, -2, 2",
    "15 00 15 01 15 02 15 03 15 04 00",
    fieldsOf([1, i32(0)], [2, i32(-1)], [3, i32(1)], [4, i32(-2)], [5, i32(2)]),
  ],
  ["the integer 50399, folded: 100798", "15 be 93 06 00", fieldsOf([1, i32(50_399)])],
  [
    "a length of 50399 as it is",
    `18 df 89 03 ${"61".repeat(50_399)} 00`,
    fieldsOf([1, binary("a".repeat(50_399))]),
  ],
  [
    "the largest and smallest I64",
    `16 fe ${"ff".repeat(8)} 01 16 ${"ff".repeat(9)} 01 00`,
    fieldsOf(
      [1, { ...i64(0), value: 2n ** 63n - 1n } as never],
      [2, { ...i64(0), value: -(2n ** 63n) } as never],
    ),
  ],
  ["I16", "14 03 00", fieldsOf([1, i16(-2)])],
  ["booleans stand in the header", "11 12 00", fieldsOf([1, boolean(true)], [2, boolean(false)])],
  ["a text", "18 03 c3a961 00", fieldsOf([1, binary("éa")])],
  [
    "a double, lowest byte first",
    "17 000000000000f83f 00",
    fieldsOf([1, { type: DOUBLE, value: bytesOf("000000000000f83f") }]),
  ],
  ["a difference of 15 is short, one of 16 long", "f5 02 05 3e 02 00", fieldsOf([15, i32(1)], [31, i32(1)])],
  ["a struct in a struct", "1c 15 02 00 15 02 00", fieldsOf([1, struct([1, i32(1)])], [2, i32(1)])],
  [
    "a list of 14 has a short header",
    `19 e5 ${"02".repeat(14)} 00`,
    fieldsOf([1, list(new Array(14).fill(i32(1)))]),
  ],
  [
    "a list of 15 has a long one",
    `19 f5 0f ${"02".repeat(15)} 00`,
    fieldsOf([1, list(new Array(15).fill(i32(1)))]),
  ],
  ["an empty list has a type", "19 08 00", fieldsOf([1, list([], BINARY)])],
  // As the libraries of Apache have it, where the page says 2 and 0.
  ["booleans in a list are bytes", "19 21 01 02 00", fieldsOf([1, list([boolean(true), boolean(false)])])],
];

for (const [what, hex, fields] of VECTORS)
  test(`${what}`, () => {
    assert.deepEqual(Buffer.from(writeStruct(fields)).toString("hex"), bytesOf(hex).toString("hex"));
    const read = readSizedStruct(bytesOf(`${hex}ffff`));
    assert.equal(read.size, bytesOf(hex).length);
    assert.deepEqual(writeStruct(read.struct), writeStruct(fields));
  });

for (const [what, hex] of [
  ["a list of booleans as the page has it: type 2, false as 0", "19 22 01 00 00"],
  ["a set", "1a 25 02 04 00"],
  ["a byte", "13 ff 00"],
  ["a field of a number below the one before", "55 02 05 02 02 00"],
] as const)
  test(`what others write stays as it is: ${what}`, () => {
    assert.equal(
      Buffer.from(writeStruct(readStruct(bytesOf(hex)))).toString("hex"),
      bytesOf(hex).toString("hex"),
    );
  });

for (const [what, hex, message] of [
  ["no end", "15 02", /ends too early/],
  ["a text beyond the end", "18 05 61", /ends too early/],
  ["a list of more than there is", "19 f5 ff ff ff ff 0f", /ends too early/],
  ["a number of eleven groups", `16 ${"80".repeat(11)} 00 00`, /longer than 64 bits/],
  ["a map", "1b 00 00", /type 11 is not known/],
] as const)
  test(`refused: ${what}`, () => {
    assert.throws(() => readStruct(bytesOf(hex)), { name: "RangeError", message });
  });

test("any numbers come again", () => {
  const field = fc.tuple(
    fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(field, { selector: ([id]) => id, maxLength: 20 }), (some) => {
      const fields: Struct = new Map(some.map(([id, value]) => [id, { type: I32, value }]));
      assert.deepEqual(readStruct(writeStruct(fields)), fields);
    }),
  );
});
