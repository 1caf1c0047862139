import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Database } from "../../base/sqlite/sqlite.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";
import { killedLoad, NONE, PRIVATE, stagingOf, titled } from "./leftover.test.util.js";

/** What a killed load had read counts as seen when it was read: newer values win whatever the order. */

const T1 = "2026-01-01T00:00:00.000Z";
const T2 = "2026-02-01T00:00:00.000Z";
const T3 = "2026-03-01T00:00:00.000Z";
const AHEAD = "2999-01-01T00:00:00.000Z";

test("newer values win whatever the order: what was read earlier only adds what is not there", async (t) => {
  const tag = (name: string, provider = "flickr") => ({ name, provider });
  const older = [
    sampleRecord({ title: "older", creator: "Ada", tags: [tag("a"), tag("x", "clarifai")] }),
    sampleRecord({ foreign_identifier: "2", meta_data: { views: "1", place: "Kiel" } }),
    sampleRecord({ foreign_identifier: "3", title: "older only" }),
    sampleRecord({ foreign_identifier: "4", title: "older, and seen before" }),
  ];
  const newer = [
    sampleRecord({ title: "newer", tags: [tag("b")] }),
    sampleRecord({ foreign_identifier: "2", meta_data: { views: "2" } }),
  ];
  const ends = [];
  for (const isKilled of [false, true]) {
    const { db, good } = stagingOf(t);
    await good(["load", "--now", T1], ndjson([sampleRecord({ foreign_identifier: "4", title: "oldest" })]));
    if (!isKilled) await good(["load", "--now", T2], ndjson(older));
    else {
      await killedLoad(db, ndjson(older), "--now", T2);
      // As if there had been another load meanwhile, which did not see the file: a database that was moved, for one.
      renameSync(`${db}-input-2`, `${db}-aside`);
      await good(["load", "--now", T3], ndjson(newer));
      renameSync(`${db}-aside`, `${db}-input-2`);
    }
    const { objects } = await good(["load", "--now", T3], isKilled ? "" : ndjson(newer));
    if (isKilled) assert.deepEqual(objects, [{ ...NONE, leftover: { ...NONE, inserted: 1, updated: 3 } }]);
    // When the database changed is told truly, or those who ask for changes since then would miss it.
    ends.push((await good(["dump"])).objects.map(({ created_on, updated_on, ...record }) => record));
  }
  assert.deepEqual(ends[1], ends[0]);
  assert.deepEqual(
    ends[1]?.map(({ title, last_synced_with_source }) => [title, last_synced_with_source]),
    [
      ["newer", T3],
      ["Photograph 2", T3],
      ["older only", T2],
      ["older, and seen before", T2],
    ],
  );
});

test("at the same time, later runs are newer", async (t) => {
  const { db, good, titles } = stagingOf(t);
  for (const run of [1, 2]) {
    await killedLoad(db, titled(`run ${run}`), "--now", T1);
    renameSync(`${db}-input-${run}`, `${db}-aside-${run}`);
  }
  // As they were read, though the first one is taken in by a run with a later number than the second one has.
  for (const run of [1, 2]) {
    renameSync(`${db}-aside-${run}`, `${db}-input-${run}`);
    await good(["load", "--now", T1], "");
  }
  assert.deepEqual(titles(), ["run 2", "run 2", "run 2"]);

  await killedLoad(db, titled("run 7"), "--now", T1);
  renameSync(`${db}-input-7`, `${db}-aside-7`);
  await good(["load", "--now", T1], titled("run 8"));
  renameSync(`${db}-aside-7`, `${db}-input-7`);
  await good(["load", "--now", T1], "");
  assert.deepEqual(titles(), ["run 8", "run 8", "run 8"]);
});

test("a database of version 4 takes in what was left there as seen when its load began", async (t) => {
  const { db, good } = stagingOf(t);
  await killedLoad(db, titled("old"));
  const database = new Database(db);
  database.exec(
    "ALTER TABLE runs DROP COLUMN seen_on; ALTER TABLE runs DROP COLUMN taken_in_by; DROP TABLE removed",
  );
  database.exec(`UPDATE runs SET started_on = '${T1}'; PRAGMA user_version = 4`);
  database.close();
  await good(["migrate"]);
  await good(["load"], "");
  const { objects } = await good(["dump"]);
  assert.deepEqual(
    new Set(objects.map(({ last_synced_with_source }) => last_synced_with_source)),
    new Set([T1]),
  );
});

test("what was left beside a database that was made again is taken in, and its number is not used again", async (t) => {
  const { db, good, runs, files } = stagingOf(t);
  writeFileSync(`${db}-input-7`, titled("of the old database"), PRIVATE);
  const { objects } = await good(["load"], titled("new", 1));
  assert.deepEqual(objects, [{ ...NONE, updated: 1, leftover: { ...NONE, inserted: 3 } }]);
  assert.deepEqual(runs(), [
    [7, "crashed", "stdin", 8],
    [8, "done", "what load 7 had read", null],
    [9, "done", "stdin", null],
  ]);
  assert.deepEqual(files(), []);
});

test("a clock that is set back makes nothing older that was read afterwards", async (t) => {
  const { db, good, titles } = stagingOf(t);
  await good(["load"], titled("read while the clock was ahead"));
  const database = new Database(db);
  database.exec(
    `UPDATE runs SET started_on = '${AHEAD}'; UPDATE image_seen SET last_synced_with_source = '${AHEAD}'`,
  );
  database.close();
  await killedLoad(db, titled("read after it was set back"));
  const { stderr } = await good(["load"], "");
  assert.match(stderr, /as seen on 2999-/);
  assert.deepEqual(titles(), Array(3).fill("read after it was set back"));
});
