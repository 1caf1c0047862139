import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { elementOf, jsonIn, listIn, postgresArray } from "./json-text.js";

test("arrays of PostgreSQL are read as it writes them", () => {
  const arrays: [text: string, elements: (string | null)[]][] = [
    ["{}", []],
    ["{ }", []],
    ["{rock}", ["rock"]],
    ["{hardcore,metal,rock}", ["hardcore", "metal", "rock"]],
    ['{"hip hop",rock,"drum, bass"}', ["hip hop", "rock", "drum, bass"]],
    ["{hip hop, rock }", ["hip hop", "rock"]],
    ['{ "a" , "b" }', ["a", "b"]],
    ['{"say \\"hi\\"","C:\\\\x","{}","a,b"}', ['say "hi"', "C:\\x", "{}", "a,b"]],
    ["{a\\,b,c\\}}", ["a,b", "c}"]],
    ['{NULL,null,"NULL",""}', [null, null, "NULL", ""]],
    ["[0:1]={a,b}", ["a", "b"]],
    ["{été,東京,🦆}", ["été", "東京", "🦆"]],
  ];
  for (const [text, elements] of arrays) assert.deepEqual(postgresArray(text), elements, text);
});

test("anything but an array of one dimension is not read", () => {
  for (const text of [
    ...["", "rock", "{", "}", "{a", "a}", "{a}b", "{a}}", "{{a},{b}}", "{a,{b}}"],
    ...["{,}", "{a,}", "{,a}", "{a,,b}", '{"a}', '{"a"b}', '{a"b"}', '{"a""b"}', "{a\\}", "[0:1]", "[a]={b}"],
  ]) {
    assert.equal(postgresArray(text), undefined, text);
  }
});

test("any texts come back from the array that they were written into", () => {
  const element = fc.option(
    fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("NULL", "{", "}", ",", '"', "\\")),
  );
  fc.assert(
    fc.property(fc.array(element), (elements) => {
      const written = elements.map((text) =>
        text === null ? "NULL" : `"${text.replace(/["\\]/g, "\\$&")}"`,
      );
      assert.deepEqual(postgresArray(`{${written.join(",")}}`), elements);
    }),
  );
});

test("no text, however long or odd, makes reading throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",\\: aN') }), (text) => {
      listIn(text);
      elementOf(text);
    }),
  );
  assert.equal((listIn(`{${"a,".repeat(200_000)}a}`) as unknown[]).length, 200_001);
  assert.equal(listIn("{".repeat(200_000)), undefined);
});

test("JSON goes before arrays of PostgreSQL", () => {
  assert.deepEqual(listIn('{"a":"b"}'), { a: "b" });
  assert.deepEqual(listIn('{"a"}'), ["a"]);
  assert.deepEqual(listIn(' ["a"] '), ["a"]);
  assert.equal(listIn("rock"), undefined);
  assert.equal(jsonIn('{"a"}'), undefined);
});
