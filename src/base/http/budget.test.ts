import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openBudget } from "./budget.js";

test("requests of a month are counted over its days and over runs, and start again with the next one", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "ov-tools-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  let now = "2026-12-01T08:00:00Z";
  const clock = { now: () => Date.parse(now), sleep: async () => assert.fail("nothing waits for a month") };
  const server = { provider: "jamendo", baseUrl: "https://api.jamendo.com/v3.0/tracks" };
  const spend = () => openBudget(folder, server, { requests: 35_000, per: "month" }, clock).spend();

  await spend();
  const [counter] = readdirSync(folder) as [string];
  assert.match(counter, /^jamendo-[\da-f]{8}-requests-2026-12$/);
  writeFileSync(join(folder, counter), ".".repeat(34_999));
  now = "2026-12-31T23:59:59Z";
  await spend();
  await assert.rejects(spend(), {
    outcome: "temporary",
    message:
      "all 35000 requests that jamendo allows a month are used up: " +
      "run the same command again after 2027-01-01T00:00Z, it goes on from here",
  });
  now = "2027-01-01T00:00:00Z";
  await spend();
  assert.deepEqual(
    readdirSync(folder).map((name) => name.slice(-7)),
    ["2027-01"],
  );
});
