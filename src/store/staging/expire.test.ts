import assert from "node:assert/strict";
import { test } from "node:test";
import { ageText, before } from "./expire.js";

/** A time, an age, and the time before: as PostgreSQL takes an interval from a timestamp. */
const TABLE: readonly (readonly [now: string, months: number, days: number, then: string])[] = [
  ["2026-07-20T10:00:00.000Z", 6, 18, "2026-01-02T10:00:00.000Z"],
  ["2026-03-31T00:00:00.000Z", 1, 0, "2026-02-28T00:00:00.000Z"],
  ["2024-03-31T00:00:00.000Z", 1, 3, "2024-02-26T00:00:00.000Z"],
  ["2026-01-05T00:00:00.000Z", 1, 3, "2025-12-02T00:00:00.000Z"],
  ["2026-01-05T00:00:00.000Z", 0, 8, "2025-12-28T00:00:00.000Z"],
];

for (const [now, months, days, then] of TABLE) {
  test(`${ageText({ months, days })} before ${now} is ${then}`, () => {
    assert.equal(before(new Date(now), { months, days }).toISOString(), then);
  });
}
