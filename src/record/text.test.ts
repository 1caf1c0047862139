import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanJson, cleanText, cutText, isLongerThan, lengthOf, textOf } from "./text.js";

test("text is trimmed and its white space made single blanks", () => {
  const texts: [given: string, cleaned: string][] = [
    ["  trim  ", "trim"],
    ["tab\there\nand  there", "tab here and there"],
    ["a\r\nb", "a b"],
    ["no\u00a0break", "no break"],
    ["em\u2003space\u3000wide", "em space wide"],
    ["line\u2028and\u2029paragraph", "line and paragraph"],
    ["next\u0085line", "next line"],
    ["\ufeffwith a byte order mark", "with a byte order mark"],
    ["unit\u001fseparator", "unit separator"],
    [" \t\n ", ""],
    ["", ""],
  ];
  for (const [given, cleaned] of texts) assert.equal(cleanText(given), cleaned, JSON.stringify(given));
});

test("control characters are dropped, and leave no double blank", () => {
  assert.equal(cleanText("bell\u0007!"), "bell!");
  assert.equal(cleanText("back\bspace"), "backspace");
  assert.equal(cleanText("nul\u0000, del\u007f, c1\u0099"), "nul, del, c1");
  assert.equal(cleanText("a \u0000 b"), "a b");
  assert.equal(cleanText("a\u0000 "), "a");
  assert.equal(cleanText("\u001b[31mred\u001b[0m"), "[31mred[0m");
});

test("quotes, backslashes and letters of any script stay as they are", () => {
  for (const text of [`say "hi" \\ 'ho'`, "Łódź, 東京, القاهرة", "👩‍👩‍👧 family", "e\u0301", "a\u200bb"]) {
    assert.equal(cleanText(text), text);
  }
});

test("half a surrogate pair is replaced, a whole one kept", () => {
  assert.equal(cleanText("a\ud83d b"), "a\ufffd b");
  assert.equal(cleanText("a\udc00"), "a\ufffd");
  assert.equal(cleanText("\ud83d\ude00"), "\ud83d\ude00");
});

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      " ",
      "\t",
      "\n",
      "\u0000",
      "\u0085",
      "\u00a0",
      "\ufeff",
      "\ud83d",
      "\ude00",
      "\\",
      '"',
      "😀",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

test("cleaned text is clean: nothing is left to do, and no control character or double blank remains", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const cleaned = cleanText(text);
      assert.equal(cleanText(cleaned), cleaned);
      assert.equal(cleaned.isWellFormed(), true);
      assert.doesNotMatch(cleaned, /^\s|\s$|\s\s|[\u0000-\u001f\u007f-\u009f]/);
    }),
  );
});

test("scalars are texts; nothing else is", () => {
  const values: [value: unknown, text: string | null][] = [
    ["a", "a"],
    ["", null],
    ["  ", null],
    [0, "0"],
    [4.5, "4.5"],
    [true, "true"],
    [false, "false"],
    [10n, "10"],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    [null, null],
    [undefined, null],
    [{}, null],
    [["a"], null],
  ];
  for (const [value, text] of values) assert.equal(textOf(value), text, String(value));
});

test("length is counted in characters as Unicode has them, not in halves", () => {
  assert.equal(lengthOf("😀😀"), 2);
  assert.equal(isLongerThan("😀😀", 2), false);
  assert.equal(isLongerThan("😀😀", 1), true);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => lengthOf(text) === [...text].length));
});

test("a text is cut between characters, never through one", () => {
  assert.equal(cutText("abcdef", 3), "abc");
  assert.equal(cutText("abc", 3), "abc");
  assert.equal(cutText("ab cd", 3), "ab");
  assert.equal(cutText("😀😁😂", 2), "😀😁");
  assert.equal(cutText("a😀b😁c", 3), "a😀b");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, limit) => {
      assert.equal(
        cutText(text, limit),
        [...text].length > limit ? [...text].slice(0, limit).join("").trimEnd() : text,
      );
    }),
  );
});

test("members of JSON objects become texts all the way down, null and keys stay", () => {
  const given = {
    a: ["x\ty", { b: 'q"q\\' }],
    n: null,
    i: 5,
    t: true,
    "k\tey": "",
    e: {},
    l: [],
    u: undefined,
  };
  assert.deepEqual(cleanJson(given), {
    a: ["x y", { b: 'q"q\\' }],
    n: null,
    i: "5",
    t: "true",
    "k\tey": "",
    e: null,
    l: null,
    u: null,
  });
});

test("JSON is cut off a hundred levels down", () => {
  const nested = (depth: number): unknown => (depth === 0 ? "bottom" : [nested(depth - 1)]);
  assert.deepEqual(cleanJson(nested(100)), nested(100));
  assert.match(JSON.stringify(cleanJson(nested(101))), /^\[{101}null\]{101}$/);
  let deep: unknown = "bottom";
  for (let i = 0; i < 100_000; i++) deep = { deep };
  assert.equal(JSON.stringify(cleanJson(deep)).split("deep").length - 1, 101);
});

test("a member called __proto__ is a member like any other", () => {
  const cleaned = cleanJson(JSON.parse('{"__proto__":{"polluted":1}}'));
  assert.equal(JSON.stringify(cleaned), '{"__proto__":{"polluted":"1"}}');
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});
