import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExact } from "./exact-numbers.js";

test("numbers that JavaScript holds are numbers, the others the texts that they are written as", () => {
  const kept: readonly (readonly [written: string, value: number])[] = [
    ["1.10", 1.1],
    ["12.0", 12],
    ["1e3", 1000],
    ["-0", -0],
    ["0e999999999999", 0],
    ["9007199254740991", 9007199254740991],
    ["0.30000000000000004", 0.30000000000000004],
    ["5e-324", 5e-324],
    ["12345678901234.5000000000", 12345678901234.5],
  ];
  for (const [written, value] of kept)
    assert.deepEqual(parseExact(`{"a":[ ${written}]}`), { a: [value] }, written);
  const inexact =
    "9007199254740992 9007199254740993 -9007199254740993 9007199254740993.0 1e20 1e400 -1e400 1e-400";
  for (const written of `${inexact} 4.9e-324 0.1000000000000000055511151231257827 1.00000000000000000001`.split(
    " ",
  ))
    assert.deepEqual(parseExact(`{"${written}":[${written},"${written}"]}`), {
      [written]: [written, written],
    });
});

test("texts of millions of escapes, and what is no JSON, are as they are to JSON.parse", () => {
  const text = `[1e400,${JSON.stringify('\\"'.repeat(1_000_000))}]`;
  assert.equal((parseExact(text) as string[])[1]?.length, 2_000_000);
  for (const bad of ["[1e]", "[1e400", "{1e400:1}", "[1e400] x"])
    assert.throws(() => parseExact(bad), SyntaxError);
});
