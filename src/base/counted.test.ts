import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, listing, thousands } from "./counted.js";

test("numbers and lists for people", () => {
  assert.deepEqual([0, 999, 1000, 1234567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
  assert.deepEqual(
    [0, 1, 2000].map((n) => counted(n, "record")),
    ["0 records", "1 record", "2,000 records"],
  );
  assert.deepEqual([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listing), ["", "a", "a and b", "a, b and c"]);
});
