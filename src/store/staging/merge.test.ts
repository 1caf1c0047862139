import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { COLUMNS, type Column, type MergeRule } from "../../record/index.js";
import { mergeRows, type Stored, storedValue } from "./merge.js";

const NOW = "2024-05-06T07:08:09.000Z";
const CONTEXT = { now: NOW, provider: "flickr" };

/** A column of the record table that is merged by a rule. */
function columnBy(rule: MergeRule): Column {
  const column = COLUMNS.find(({ merge }) => merge === rule);
  assert.ok(column, `no column is merged by ${rule}`);
  return column;
}

/** What one column holds after a merge, and whether that counts as a change. */
function merge(rule: MergeRule, stored: unknown, given: unknown, isOlder = false) {
  const column = columnBy(rule);
  const before = storedValue(column, stored);
  const merged = mergeRows([column], [before], [storedValue(column, given)], { ...CONTEXT, isOlder });
  const after = merged ? (merged[0] as Stored) : before;
  const isJson = ["members", "tags", "union"].includes(rule);
  return {
    value: isJson && after !== null ? JSON.parse(after as string) : after,
    changed: merged !== undefined,
  };
}

const flickr = (name: string) => ({ name, provider: "flickr" });
const clarifai = (name: string, accuracy = 0.9) => ({ name, provider: "clarifai", accuracy });

const TABLE: [rule: MergeRule, what: string, stored: unknown, given: unknown, after: unknown][] = [
  ["newest", "the new value replaces the stored one", "a", "b", "b"],
  ["newest", "null never overwrites", "a", null, "a"],
  ["newest", "a value fills what was null", null, "b", "b"],
  ["newest", "zero, false and the empty text are values", 5, 0, 0],
  ["newest", "null stays null", null, null, null],
  ["keep", "the stored value stays", "a", "b", "a"],
  ["keep", "a value fills what was null", null, "b", "b"],
  ["calculated", "the stored value stays", 0.5, 0.25, 0.5],
  ["calculated", "a value fills what was null", null, 0.25, 0.25],
  ["key", "the key stays", "a", "a", "a"],
  ["reset", "a record that is seen again is back", true, null, 0],
  ["reset", "a record that says it is gone, and is an old story, changes nothing", false, true, 0],

  [
    "members",
    "members of both are there, the new ones winning",
    { a: "1", b: "2" },
    { b: "3", c: "4" },
    { a: "1", b: "3", c: "4" },
  ],
  ["members", "null members never overwrite", { a: "1" }, { a: null, b: "2" }, { a: "1", b: "2" }],
  ["members", "null members are stored where nothing is", null, { a: null, b: "2" }, { a: null, b: "2" }],
  ["members", "a member fills what was null", { a: null }, { a: "1" }, { a: "1" }],
  ["members", "null never overwrites", { a: "1" }, null, { a: "1" }],
  ["members", "an object without members changes nothing", { a: "1" }, {}, { a: "1" }],
  ["members", "an object fills what was null", null, { a: "1" }, { a: "1" }],
  [
    "members",
    "inner objects are replaced as a whole",
    { a: { b: "1" } },
    { a: { c: "2" } },
    { a: { c: "2" } },
  ],

  [
    "tags",
    "own tags are replaced, so that one taken away at the source goes",
    [flickr("old")],
    [flickr("new")],
    [flickr("new")],
  ],
  [
    "tags",
    "tags of others stay",
    [flickr("old"), clarifai("cat")],
    [flickr("new")],
    [flickr("new"), clarifai("cat")],
  ],
  ["tags", "null never overwrites", [flickr("old")], null, [flickr("old")]],
  ["tags", "tags fill what was null", null, [flickr("new")], [flickr("new")]],
  [
    "tags",
    "another accuracy does not make another tag; the new one counts",
    [clarifai("cat", 0.8), clarifai("dog", 0.7)],
    [clarifai("cat", 0.95)],
    [clarifai("cat", 0.95), clarifai("dog", 0.7)],
  ],
  [
    "tags",
    "one name from two providers is two tags",
    [clarifai("cat")],
    [flickr("cat")],
    [flickr("cat"), clarifai("cat")],
  ],

  ["union", "the elements of both are there once", ["rock"], ["pop", "rock"], ["rock", "pop"]],
  ["union", "null never takes elements away", ["rock"], null, ["rock"]],
  ["union", "elements fill what was null", null, ["pop"], ["pop"]],
  [
    "union",
    "objects are the same whatever the order of their members",
    [{ url: "u", size: { w: "1", h: "2" } }],
    [{ size: { h: "2", w: "1" }, url: "u" }, { url: "v" }],
    [{ url: "u", size: { w: "1", h: "2" } }, { url: "v" }],
  ],
];

for (const [rule, what, stored, given, after] of TABLE) {
  test(`merging by "${rule}", ${what}`, () => {
    assert.deepEqual(merge(rule, stored, given).value, after);
  });
}

test("every rule that the record table uses stands in the table of this test, but for times", () => {
  const tested = new Set<string>([...TABLE.map(([rule]) => rule), "changed", "seen"]);
  assert.deepEqual(
    COLUMNS.filter(({ merge }) => !tested.has(merge)).map(({ name }) => name),
    [],
  );
});

test("merging what was merged already changes nothing", () => {
  for (const [rule, what, stored, given, after] of TABLE) {
    assert.deepEqual(merge(rule, after, given), { value: after, changed: false }, `${rule}, ${what}`);
    if (rule !== "reset") assert.equal(merge(rule, stored, null).changed, false, `${rule}, null`);
  }
});

test("a change in any column counts, and both times are then those of the load", () => {
  const columns = ["newest", "members", "changed", "seen"].map((rule) => columnBy(rule as MergeRule));
  const stored = ["a", '{"a":"1"}', "t0", "t0"];
  assert.equal(mergeRows(columns, stored, ["a", '{"a":"1"}', null, null], CONTEXT), undefined);
  assert.deepEqual(mergeRows(columns, stored, [null, '{"a":"2"}', null, null], CONTEXT), [
    "a",
    '{"a":"2"}',
    NOW,
    NOW,
  ]);
  assert.deepEqual(mergeRows(columns, stored, ["b", null, "t9", "t9"], CONTEXT), [
    "b",
    '{"a":"1"}',
    NOW,
    NOW,
  ]);
});

const few = fc.constantFrom("a", "b", "c", "d");
const tagList = fc.uniqueArray(fc.record({ name: few, provider: fc.constantFrom("flickr", "clarifai") }), {
  selector: ({ name, provider }) => `${provider} ${name}`,
});

/** Values of records, by the rule of their column. */
const VALUES: Partial<Record<MergeRule, fc.Arbitrary<unknown>>> = {
  newest: few,
  members: fc.dictionary(few, few),
  tags: tagList,
  union: fc.uniqueArray(few),
};

for (const [rule, values] of Object.entries(VALUES) as [MergeRule, fc.Arbitrary<unknown>][]) {
  test(`an older record that comes later leads to the same, by the rule ${rule}`, () => {
    const value = fc.option(values);
    fc.assert(
      fc.property(value, value, (older, newer) => {
        const inOrder = merge(rule, older, newer);
        const late = merge(rule, newer, older, true);
        // The order in lists is that in which their elements came.
        assert.deepEqual(inAnyOrder(late.value), inAnyOrder(inOrder.value));
        assert.equal(merge(rule, late.value, older, true).changed, false, "once more changes nothing");
      }),
    );
  });
}

function inAnyOrder(value: unknown): unknown {
  return Array.isArray(value) ? value.map((element) => JSON.stringify(element)).sort() : value;
}

test("an older record does not change when and whether a work was there", () => {
  for (const rule of ["key", "keep", "calculated", "reset"] as const) {
    const [stored, given] = rule === "reset" ? [1, 0] : ["a", "b"];
    assert.deepEqual(merge(rule, stored, given, true), { value: stored, changed: false });
  }
});

test("times alone are no change", () => {
  const columns = ["newest", "changed", "seen"].map((rule) => columnBy(rule as MergeRule));
  assert.equal(mergeRows(columns, ["a", "t0", "t0"], ["a", "t9", "t9"], CONTEXT), undefined);
});

test("values are stored as SQLite has them: truth as 0 and 1, lists and objects as JSON", () => {
  const stored = (name: string, value: unknown) =>
    storedValue(COLUMNS.find((column) => column.name === name) as Column, value);
  assert.equal(stored("watermarked", true), 1);
  assert.equal(stored("watermarked", false), 0);
  assert.equal(stored("title", "a"), "a");
  assert.equal(stored("width", 5), 5);
  assert.equal(stored("genres", ["a"]), '["a"]');
  assert.equal(stored("meta_data", { b: "1", n: null, a: { n: null } }), '{"b":"1","n":null,"a":{"n":null}}');
  for (const nothing of [null, undefined]) assert.equal(stored("meta_data", nothing), null);
});
