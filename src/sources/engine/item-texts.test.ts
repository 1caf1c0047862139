import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at } from "../../base/ndjson/index.js";
import { repair } from "../providers/ccmixter.js";
import { itemText, keepItems, parseKept, takeItemsFrom, withMember } from "./item-texts.js";

/** The texts of the items that stand under `items` in an answer. */
function textsOf(text: string): string[] {
  const answer = parseKept({}, text);
  const items = at(answer, "items") as JsonObject[];
  keepItems(answer, items);
  const saved = JSON.parse(text) as Json;
  const savedItems = at(saved, "items") as JsonObject[];
  takeItemsFrom({ text, value: saved, items: savedItems });
  const texts = items.map(itemText);
  assert.deepEqual(savedItems.map(itemText), texts, "from a saved answer");
  return texts;
}

const ITEMS: readonly (readonly [written: string, expected?: string])[] = [
  ["{}"],
  ['{"id":9007199254740993,"ratio":1.10,"big":1e400,"2":1,"1":2}'],
  ['{ "a" : 1 }'],
  ['{"a":1,"a":{"a":2},"\\u0061":3}'],
  ['{\n  "a" : [ 1.0,\r\n 2 ],\n\t"b c" : "  d\\n "\n}', '{"a":[1.0,2],"b c":"  d\\n "}'],
  ['{"__proto__":{"items":[{"x":1}]},"items":[{"y":"}"}]}'],
  ['{"a":"\\"]},{[","b":"\\\\"}'],
];

describe("the text of an item", () => {
  for (const [written, expected = written] of ITEMS) {
    test(JSON.stringify(written), () => {
      assert.deepEqual(textsOf(`{"x":[{"items":[{"no":1}]}],"items":[${written}, ${written}]}`), [
        expected,
        expected,
      ]);
      assert.deepEqual(textsOf(`{"items":[{"first":0}],\n"items":[null,1,${written}]}`).at(-1), expected);
      const alone = parseKept({}, ` ${written} `) as JsonObject;
      assert.equal(itemText(alone), expected);
    });
  }

  test("is that of its place, wherever it stands among others", () => {
    const item = fc.constantFrom(...ITEMS.map(([written]) => written));
    fc.assert(
      fc.property(fc.array(item, { minLength: 1 }), fc.json(), (items, other) => {
        const page = `{"before":${other},"items":[${items.join(" ,")}],"after":${other}}`;
        const expected = items.map((one) => ITEMS.find(([written]) => written === one)?.[1] ?? one);
        assert.deepEqual(textsOf(page), expected);
      }),
      { numRuns: 300 },
    );
  });

  test("with an answer of its own as a member", () => {
    const item = parseKept({}, '{"id":1.0}') as JsonObject;
    const details = parseKept({}, '{\n"n": 1e2\n}') as JsonObject;
    const whole = withMember(item, "details", details);
    assert.deepEqual(
      [whole, itemText(whole)],
      [{ id: 1, details: { n: 100 } }, '{"id":1.0,"details":{"n":1e2}}'],
    );
  });

  test("is the mended one where an answer is not quite JSON", () => {
    const answer = parseKept({ repair }, '[{"id":007,"text":"a\nb"}]') as JsonObject[];
    keepItems(answer, answer);
    assert.deepEqual(answer.map(itemText), ['{"id":7,"text":"a\\u000ab"}']);
  });

  test("is put together where an item was", () => {
    assert.equal(itemText({ a: 1 }), '{"a":1}');
  });
});
