/** How pages are read: numbers as an independent writer encodes them, in all that can be; damage; and memory that lies cannot take. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ByteWriter } from "hyparquet-writer";
import { deltaBinaryPack } from "hyparquet-writer/src/delta.js";
import { writeRleBitPackedHybrid } from "hyparquet-writer/src/encoding.js";
import { readDeltas } from "./delta-values.js";
import { HybridReader } from "./hybrid-reader.js";
import { unpackerOf } from "./unpack-page.js";

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");
const taken = (reader: HybridReader, count: number) => Array.from({ length: count }, () => reader.next());

describe("runs and packed bits", () => {
  // https://github.com/apache/parquet-format/blob/master/Encodings.md#RLE
  test("the specification's example: 0 to 7 in three bits each", () => {
    assert.deepEqual(taken(new HybridReader(bytes("03 88c6fa"), 3), 8), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("any numbers come back, of any width", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 }).chain((width) =>
          fc.record({
            width: fc.constant(width),
            runs: fc.array(
              fc.tuple(fc.integer({ min: 0, max: 2 ** width - 1 }), fc.integer({ min: 1, max: 20 })),
            ),
          }),
        ),
        ({ width, runs }) => {
          const numbers = runs.flatMap(([number, count]) => Array<number>(count).fill(number));
          const writer = new ByteWriter();
          writeRleBitPackedHybrid(writer, numbers, width);
          const reader = new HybridReader(Buffer.from(writer.getBuffer()), width);
          assert.deepEqual(taken(reader, numbers.length), numbers);
        },
      ),
    ));

  test("numbers of 32 bits have no sign", () => {
    assert.deepEqual(taken(new HybridReader(bytes("04 ffffffff"), 32), 2), [2 ** 32 - 1, 2 ** 32 - 1]);
    assert.deepEqual(taken(new HybridReader(bytes("03 ffffffff 01000080"), 32), 2), [
      2 ** 32 - 1,
      2 ** 31 + 1,
    ]);
  });

  test("numbers of no bits take no bytes", () => {
    assert.deepEqual(taken(new HybridReader(bytes(""), 0), 3), [0, 0, 0]);
  });

  test("a run of 2,000 million takes no memory, and what ends too early is an error", () => {
    assert.deepEqual(taken(new HybridReader(bytes("feffffff0f 01"), 1), 3), [1, 1, 1]);
    const cut = new HybridReader(bytes("03 88"), 3);
    assert.deepEqual(taken(cut, 2), [0, 1]);
    assert.throws(() => taken(cut, 1), RangeError);
    assert.throws(() => new HybridReader(bytes("00"), 33), RangeError);
  });
});

describe("differences", () => {
  const valuesOf = ({ words }: { words: Int32Array }, isLong: boolean) =>
    isLong ? [...new BigInt64Array(words.buffer)] : [...words];

  for (const [what, isLong, number] of [
    ["32-bit", false, fc.integer()],
    [
      "64-bit",
      true,
      fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: 0n, max: 9n })),
    ],
  ] as const)
    test(`any ${what} numbers come back`, () =>
      fc.assert(
        fc.property(fc.array<number | bigint>(number, { minLength: 1, maxLength: 300 }), (numbers) => {
          const writer = new ByteWriter();
          const [type, values] = isLong
            ? (["INT64", BigInt64Array.from(numbers as bigint[])] as const)
            : (["INT32", Int32Array.from(numbers as number[])] as const);
          deltaBinaryPack(writer, values as never, type as never);
          const packed = Buffer.from(writer.getBuffer());
          const read = readDeltas(packed, numbers.length, isLong);
          assert.deepEqual(valuesOf(read, isLong), numbers);
          assert.equal(read.at, packed.length);
        }),
      ));

  test("what says that it has more than the page, or ends too early, is an error", () => {
    // Blocks of 128 in 4, of 5 numbers: 1, then differences of 1.
    const five = bytes("80 01 04 05 02 02 00000000");
    assert.deepEqual(valuesOf(readDeltas(five, 5, false), false), [1, 2, 3, 4, 5]);
    assert.throws(() => readDeltas(five, 4, false), RangeError);
    for (let end = 0; end < five.length - 3; end++)
      assert.throws(() => readDeltas(five.subarray(0, end), 5, false), RangeError, `${end} bytes`);
    // No block, no part of a block, a part whose size is not a multiple of eight.
    for (const head of ["00 04", "80 01 00", "80 01 03"])
      assert.throws(() => readDeltas(bytes(`${head} 05 02 02 00000000`), 5, false), RangeError, head);
  });
});

describe("packed pages", () => {
  test("LZ4 as Hadoop frames it, in several blocks", async () => {
    const unpack = await unpackerOf(5);
    // A block of LZ4 that has literals only: how many, and they.
    const block = (text: string) => Buffer.concat([Buffer.from([text.length << 4]), Buffer.from(text)]);
    const framed = ["abc", "", "defgh"].map((text) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(text.length);
      // An empty one may have no bytes at all.
      if (text !== "") head.writeUInt32BE(text.length + 1, 4);
      return text === "" ? head : Buffer.concat([head, block(text)]);
    });
    assert.equal(unpack(Buffer.concat(framed), 8).toString(), "abcdefgh");
    assert.equal(unpack(block("abcdefgh"), 8).toString(), "abcdefgh");
  });

  for (const codec of [0, 1, 2, 4, 5, 6, 7])
    test(`what is not of codec ${codec}, or of another size, is an error, at once and in little memory`, async () => {
      const unpack = await unpackerOf(codec);
      for (const packed of [Buffer.alloc(0), Buffer.from("nothing that is packed"), Buffer.alloc(100, 0xff)])
        for (const size of [1, 1000, 2 ** 30]) assert.throws(() => unpack(packed, size), Error, `${size}`);
      assert.ok(process.resourceUsage().maxRSS < 400 * 1024);
    });
});
