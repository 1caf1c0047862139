import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTable } from "./table.js";
import { beginningOf, cut, widthOf, wrapped } from "./width.js";

/** Tables by the width of what they show; `src/commands/seen.test.ts` has them in a terminal. */

const ROOM = Number.POSITIVE_INFINITY;

test("characters are as wide as terminals draw them", () => {
  for (const [text, width] of [
    ["", 0],
    ["plain ~", 7],
    ["Ärger … – №", 11],
    ["e\u0301a\u0308\u0323", 2],
    ["東京タワー、", 12],
    ["ｱｲＡＢ", 6],
    ["선영", 4],
    ["\u1112\u1161\u11ab", 2],
    ["نور", 3],
    ["می\u200cخواهم", 7],
    ["👨\u200d👩\u200d👧\u200d👦", 2],
    ["🏳️\u200d🌈👋🏽🇩🇪❤️1️⃣", 10],
    ["❤©", 2],
    ["𠮷", 2],
  ] as const) {
    assert.equal(widthOf(text), width, text);
  }
});

test("what is cut ends between characters, and says so", () => {
  assert.equal(cut("abcdef", 6), "abcdef");
  assert.equal(cut("abcdef", 5), "abcd…");
  assert.equal(cut("東京タワー", 6), "東京…");
  assert.equal(cut("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  assert.equal(cut("👨\u200d👩\u200d👧👨\u200d👩\u200d👧", 3), "👨\u200d👩\u200d👧…");
  assert.equal(beginningOf("東", 1), "");
  // Accents without end do not make a line without end.
  assert.ok(cut(`a${"\u0301".repeat(1e6)}`, 10).length < 1000);
  assert.deepEqual(wrapped("one two three", 7), ["one two", "three"]);
  assert.deepEqual(wrapped("a 東京タワー", 4), ["a", "東京", "タワ", "ー"]);
});

test("a pipe gets every value whole, a row a line, and what nobody sees is shown", async () => {
  const rows = [
    ["a".repeat(200), "東京", "1,000"],
    ["b\u001b[2J\n", "x\u202e", "2"],
  ];
  assert.deepEqual(await formatTable(["name", "place\u0007", "count"], rows, ROOM), [
    `${"name".padEnd(200)}  place\\u{7}  count`,
    `${"a".repeat(200)}  東京        1,000`,
    `${"b\\u{1b}[2J\\u{a}".padEnd(200)}  x\\u{202e}       2`,
  ]);
});

test("in a terminal, what has no place beside the others stands below", async () => {
  const titles = ["name", "address", "count"];
  const address = `https://example.org/${"x".repeat(16)}`;
  const rows = [["Ann", address, "12"]];
  assert.deepEqual(await formatTable(titles, rows, 49), [
    `name  ${"address".padEnd(address.length)}  count`,
    `Ann   ${address}     12`,
  ]);
  assert.deepEqual(await formatTable(titles, rows, 48), [
    "name  count",
    "Ann      12",
    "    address:",
    `    ${address}`,
  ]);
});

test("in a terminal, a text that is longer than the others of its column is cut", async () => {
  const rows = [...[..."abcdefgh"].map((name) => [name, "text", "1"]), ["i", "x".repeat(99), "2"]];
  const lines = await formatTable(["name", "text", "count"], rows, 40);
  assert.equal(lines[0], "name  text                  count");
  assert.equal(lines.at(-1), `i     ${"x".repeat(19)}…      2`);
  assert.equal(lines.length, 10);
});

test("no line is wider than the terminal, whatever it shows, and no number is cut before the texts are", async () => {
  const cell = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.webUrl(),
    fc.nat().map(String),
  );
  const table = fc
    .integer({ min: 1, max: 5 })
    .chain((columns) =>
      fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 6 }),
    );
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 8, max: 120 }), async ([titles = [], ...rows], room) => {
      const lines = await formatTable(titles, rows, room);
      for (const line of lines) assert.ok(widthOf(line) <= room, JSON.stringify(line));
      assert.ok(lines.length > rows.length);
    }),
    { numRuns: 100 },
  );
});
