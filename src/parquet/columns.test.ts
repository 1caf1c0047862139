import assert from "node:assert/strict";
import { test } from "node:test";
import type { MediaRecord } from "../record/index.js";
import { BatchBuilder, buildBatch } from "./columns.js";
import { recordOf } from "./helpers.test.js";

test("a batch has the values of its records, row by row", () => {
  const batch = buildBatch("audio", [
    recordOf("audio", 1, { title: "é", duration: -1, removed_from_source: true, genres: ["a", "b"] }),
    recordOf("audio", 2, { created_on: "2021-11-15T04:50:35.430Z", standardized_popularity: -0 }),
  ]);
  const column = (name: string) => {
    const vector = batch.getChild(name);
    return [0, 1].map((row) => vector?.get(row));
  };
  assert.equal(batch.numRows, 2);
  assert.deepEqual(column("title"), ["é", null]);
  assert.deepEqual(column("duration"), [-1, null]);
  assert.deepEqual(column("removed_from_source"), [true, null]);
  assert.deepEqual(column("created_on"), [null, Date.parse("2021-11-15T04:50:35.430Z")]);
  assert.deepEqual(column("standardized_popularity"), [null, -0]);
  assert.deepEqual([...column("genres")[0]], ["a", "b"]);
  assert.equal(column("genres")[1], null);
  assert.equal(batch.getChild("media_type"), null);
});

test("a builder starts anew after each batch", () => {
  const builder = new BatchBuilder("image");
  const rows = [1, 2, 3, 4].map((number) =>
    recordOf("image", number, number % 2 === 0 ? {} : { title: `${number}`, tags: [], watermarked: true }),
  );
  const batches = [rows.slice(0, 3), rows.slice(3)].map((some) => {
    for (const row of some) builder.add(row);
    return builder.take();
  });
  assert.deepEqual(
    batches.map(({ numRows }) => numRows),
    [3, 1],
  );
  assert.deepEqual([...(batches[0]?.getChild("title") ?? [])], ["1", null, "3"]);
  assert.deepEqual([...(batches[1]?.getChild("title") ?? [])], [null]);
  assert.equal(builder.rows, 0);
});

test("a batch is full after some thousand records, or sooner when they are huge", () => {
  const rowsUntilFull = (given: object) => {
    const builder = new BatchBuilder("image");
    while (!builder.full) builder.add(recordOf("image", builder.rows, { ...given }));
    return builder.rows;
  };
  assert.equal(rowsUntilFull({}), 2048);
  assert.equal(rowsUntilFull({ meta_data: { description: "x".repeat(4 * 1024 * 1024) } }), 4);
});

const UNCLEAN: readonly [what: string, given: object, message: RegExp][] = [
  ["no URL", { url: null }, /^image record without url$/],
  ["no identifier", { identifier: undefined }, /^image record without identifier$/],
  ["a time that is none", { updated_on: "yesterday" }, /^not a time: yesterday$/],
];

for (const [what, given, message] of UNCLEAN) {
  test(`a record that was not cleaned is a bug that is seen: ${what}`, () => {
    const record = recordOf("image", 1, { ...given }) as MediaRecord;
    assert.throws(() => buildBatch("image", [record]), { name: "TypeError", message });
  });
}
