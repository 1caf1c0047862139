import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { scratchFolder } from "./helpers.test.util.js";
import { NameCounts } from "./name-counts.js";

const folder = await scratchFolder();
let runs = 0;

/** Counts rows, with at most this many names in memory. */
async function counted(rows: readonly (readonly [name: string, rows: number])[], held: number, most: number) {
  const path = join(folder, `names-${runs++}`);
  const counts = new NameCounts(path, "shards", held);
  for (const [i, [name, number]] of rows.entries()) {
    counts.add(name, number, i);
    await counts.settle();
  }
  const listed = await counts.listed(most);
  assert.ok(!existsSync(path));
  return { names: listed.names.map(({ name, rows }) => [name, rows]), others: listed.others };
}

test("what comes out depends on the rows alone, and adds up", async () => {
  const name = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 3 }),
    fc.constantFrom("a\tb", "\n", "__proto__"),
  );
  const rows = fc.array(fc.tuple(name, fc.integer({ min: 1, max: 9 })), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, held, most) => {
        const plain = await counted(rows, 1000, most);
        assert.deepEqual(await counted([...rows].reverse(), held, most), plain);
        const sum = plain.names.reduce((sum, [, rows]) => sum + Number(rows), plain.others?.rows ?? 0);
        assert.equal(
          sum,
          rows.reduce((sum, [, number]) => sum + number, 0),
        );
        const different = new Set(rows.map(([name]) => name)).size;
        assert.equal(plain.names.length + (plain.others?.names ?? 0), different);
      },
    ),
    { numRuns: 60 },
  );
});

test("of names with as many rows the first are listed; rows that are taken back do not count", async () => {
  const rows = ["d", "b", "c", "a", "e"].map((name) => [name, 1] as const);
  const found = await counted([...rows, ["c", 2], ["e", -1]], 2, 2);
  assert.deepEqual(found, {
    names: [
      ["a", 1],
      ["c", 3],
    ],
    others: { names: 2, rows: 2 },
  });
});
