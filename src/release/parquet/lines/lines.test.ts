/** Values become JSON in WebAssembly: the same as JavaScript makes of them, whatever they are. */
import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { timestampText } from "../civil-time.js";
import { readLines, scratchFolder } from "../helpers.test.util.js";
import { type MadeColumn, madeParquet } from "../made.test.util.js";
import { boolean, struct } from "../thrift.js";

const RUNS = Number(process.env.OV_RUNS ?? 150);
const path = join(await scratchFolder(), "made.parquet");

/** The lines of columns, each of which has as many values. */
async function linesOf(columns: readonly MadeColumn[]): Promise<string[]> {
  writeFileSync(path, madeParquet(columns));
  return readLines(path);
}

const anyText = fc.string({ unit: "binary", maxLength: 60 });
const asciiText = fc.string({ unit: "binary-ascii", maxLength: 60 });
/** Texts, and now and then bytes that are not UTF-8. */
const bytes = fc.oneof(
  { weight: 8, arbitrary: fc.oneof(anyText, asciiText).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((some) => Buffer.from(some)) },
);

function textJson(value: Buffer): string {
  return isUtf8(value) ? JSON.stringify(value.toString()) : `"${value.toString("base64")}"`;
}

function jsonOf(value: Buffer): string {
  if (!isUtf8(value)) return textJson(value);
  try {
    JSON.parse(value.toString());
  } catch {
    return textJson(value);
  }
  return value.toString().replace(/[\r\n]+/g, " ");
}

/** A document, in any form that JSON has for it, or with a byte that is another one. */
const documents = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.nat(3), fc.nat(), fc.nat(255), fc.nat(5))
  .map(([value, form, at, byte, change]) => {
    const text = Buffer.from(JSON.stringify(value, null, [undefined, " ", "\t", 2][form]));
    if (change === 0) text[at % text.length] = byte;
    return text;
  });
const NUMBERS = [
  "0",
  "-0",
  "01",
  "1.",
  ".5",
  "1e5",
  "1E+05",
  "1e",
  "--1",
  "1.5e-7",
  "+1",
  "0x1",
  "NaN",
  "truex",
  "nul",
];

test("texts, and bytes that are not UTF-8", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.option(bytes), { minLength: 1, maxLength: 50 }), async (values) => {
      const lines = await linesOf([{ name: "a", type: "BYTE_ARRAY", values, converted: 0 }]);
      assert.deepEqual(
        lines,
        values.map((value) => `{"a":${value === null ? "null" : textJson(value)}}`),
      );
    }),
    { numRuns: RUNS },
  ));

test("JSON, which stays as it is, and texts that are not JSON", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          documents,
          fc.constantFrom(...NUMBERS).map((text) => Buffer.from(text)),
        ),
        {
          minLength: 1,
          maxLength: 30,
        },
      ),
      async (values) => {
        const lines = await linesOf([{ name: "a", type: "BYTE_ARRAY", values, converted: 19 }]);
        assert.deepEqual(
          lines,
          values.map((value) => `{"a":${jsonOf(value)}}`),
        );
      },
    ),
    { numRuns: RUNS },
  ));

test("JSON that is deep", async () => {
  const values = [199, 200, 201, 5000].map((depth) => Buffer.from("[".repeat(depth) + "]".repeat(depth)));
  const lines = await linesOf([{ name: "a", type: "BYTE_ARRAY", values, converted: 19 }]);
  assert.deepEqual(
    lines,
    values.map((value) => `{"a":${jsonOf(value)}}`),
  );
});

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

test("whole numbers, with a sign and without, and booleans", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(int32, int64, fc.boolean()), { minLength: 1, maxLength: 30 }),
      async (rows) => {
        const values = <T>(of: (row: (typeof rows)[number]) => T) => rows.map(of);
        const lines = await linesOf([
          { name: "a", type: "INT32", values: values(([a]) => a) },
          { name: "b", type: "INT64", values: values(([, b]) => b) },
          { name: "c", type: "INT32", values: values(([a]) => a), converted: 13 },
          { name: "d", type: "INT64", values: values(([, b]) => b), converted: 14 },
          { name: "e", type: "BOOLEAN", values: values(([, , e]) => e) },
        ]);
        assert.deepEqual(
          lines,
          rows.map(([a, b, e]) => `{"a":${a},"b":${b},"c":${a >>> 0},"d":${BigInt.asUintN(64, b)},"e":${e}}`),
        );
      },
    ),
    { numRuns: RUNS },
  ));

/** Years from before 0 to after 9999, in milliseconds; those of the usual ones are most. */
const milliseconds = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt({ min: -62_167_219_200_000n, max: 253_402_300_799_999n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 47n), max: 2n ** 49n }) },
);
const UNITS = [1000n, 1_000_000n, 1_000_000_000n];

test("points in time, of any unit, in any year", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(milliseconds, fc.nat(999_999)), { minLength: 1, maxLength: 30 }),
      fc.nat(2),
      fc.boolean(),
      async (rows, unit, isUtc) => {
        const unitsPerSecond = UNITS[unit] as bigint;
        const values = rows.map(([ms, rest]) => {
          const value =
            (ms * unitsPerSecond) / 1000n + (unit === 0 ? 0n : BigInt(rest % (unit === 1 ? 1000 : 1e6)));
          return BigInt.asIntN(64, value);
        });
        const parameters = struct([1, boolean(isUtc)], [2, struct([unit + 1, struct()])]);
        const lines = await linesOf([{ name: "a", type: "INT64", values, logical: [8, parameters] }]);
        assert.deepEqual(
          lines,
          values.map((value) => `{"a":"${timestampText(value, unitsPerSecond)}${isUtc ? "Z" : ""}"}`),
        );
      },
    ),
    { numRuns: RUNS },
  ));
