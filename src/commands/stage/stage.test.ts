import assert from "node:assert/strict";
import { test } from "node:test";
// The tests look at the file with the library itself, as another program would.
import { Database } from "../../base/sqlite/sqlite.js";
import { linesOf, run } from "../../testing/run.js";
import { sampleRecord, sampleRecords } from "../../testing/samples.js";
import { ids, stageOf, T1, T2 } from "./stage.test.util.js";

test("a dump holds what meets every condition", async (t) => {
  const { load, dump, db } = stageOf(t);
  await load(
    [
      sampleRecord({ foreign_identifier: "1" }),
      sampleRecord({ foreign_identifier: "2", license: "by-nc", source: "nasa", meta_data: { views: "7" } }),
      sampleRecord({ foreign_identifier: "3", license: "by-nd", provider: "met" }),
      sampleRecord({ foreign_identifier: "4", license: "pdm", license_version: "1.0", media_type: "audio" }),
    ],
    ...["--now", T1],
  );
  await load([sampleRecord({ foreign_identifier: "1", title: "Changed" })], "--now", T2);
  const other = new Database(db);
  other.exec("UPDATE image_record SET removed_from_source = 1 WHERE foreign_identifier = '2'");
  other.close();

  assert.deepEqual(ids(await dump()), ["1", "2", "3", "4"]);
  assert.deepEqual(ids(await dump("--media", "audio")), ["4"]);
  assert.deepEqual(ids(await dump("--provider", "met")), ["3"]);
  assert.deepEqual(ids(await dump("--source", "nasa")), ["2"]);
  assert.deepEqual(ids(await dump("--license", "by-nc", "--license", "pdm")), ["2", "4"]);
  assert.deepEqual(ids(await dump("--license", "commercial")), ["1", "3", "4"]);
  assert.deepEqual(ids(await dump("--license", "modification")), ["1", "2", "4"]);
  assert.deepEqual(ids(await dump("--license", "all-cc")), ["1", "2", "3"]);
  assert.deepEqual(ids(await dump("--since", T1)), ["1"]);
  assert.deepEqual(ids(await dump("--since", T2)), [], "after, not at");
  assert.deepEqual(ids(await dump("--removed", "only")), ["2"]);
  assert.deepEqual(ids(await dump("--removed", "exclude")), ["1", "3", "4"]);
  assert.deepEqual(ids(await dump("--where", "CAST(meta_data ->> 'views' AS INTEGER) > 5 -- many")), ["2"]);
  assert.deepEqual(ids(await dump("--where", "title = 'Changed'", "--license", "commercial")), ["1"]);
});

for (const where of [
  "colour = 1",
  "1) OR (1",
  "1; DELETE FROM image_record",
  "(DELETE FROM image_record)",
  "writefile('x', 'y')",
  "1 LIMIT 1",
  "title = 'open",
]) {
  test(`--where ${where} is refused, and nothing is written`, async (t) => {
    const { load, dump, fails } = stageOf(t);
    await load(sampleRecords(2));
    const { stdout, stderr, code } = await fails(["dump", "--where", where]);
    assert.equal(stdout, "");
    assert.match(stderr, /^ov-stage: --where: .* \(columns of image records/);
    assert.equal(code, 2);
    assert.equal((await dump()).length, 2);
  });
}

test("works that were not seen for too long are marked, and unmarked when they are seen again", async (t) => {
  const { load, dump, objects } = stageOf(t);
  const smithsonian = sampleRecord({ provider: "smithsonian" });
  await load([smithsonian, sampleRecord({ foreign_identifier: "2" })], "--now", T1);
  const at = ["--now", "2026-01-09T00:00:00.001Z"];
  const expired = { provider: "smithsonian", unseen_since: "2026-01-01T00:00:00.001Z", expired: 1 };
  assert.deepEqual(await objects(["expire", "smithsonian", "--now", "2026-01-09"]), [
    { ...expired, unseen_since: T1, expired: 0 },
  ]);
  assert.deepEqual(await objects(["expire", "smithsonian", "--dry-run", ...at]), [expired]);
  assert.deepEqual(await dump("--removed", "only"), []);
  assert.deepEqual(await objects(["expire", "smithsonian", ...at]), [expired]);
  assert.deepEqual(await objects(["expire", "smithsonian", ...at]), [{ ...expired, expired: 0 }]);
  assert.deepEqual(ids(await dump("--removed", "only", "--since", T1)), ["1"], "a change, for the next dump");
  assert.equal((await objects(["expire", ...at])).length, 11);
  assert.equal((await load([smithsonian], "--now", T2)).updated, 1);
  assert.deepEqual(await dump("--removed", "only"), []);
});

test("popularity is computed, and again for what is loaded later", async (t) => {
  const { load, dump, objects } = stageOf(t);
  const viewed = (id: number, views: unknown, more = {}) =>
    sampleRecord({ foreign_identifier: String(id), meta_data: { views }, ...more });
  const views = [0, 50, 75, 150, "many", -1, null];
  await load([...views.map((one, i) => viewed(i, one)), viewed(9, 1, { provider: "met" })], "--now", T1);
  const [result, ...others] = await objects(["popularity", "--percentile", "0.5", "--now", T2]);
  assert.deepEqual(others, []);
  assert.deepEqual(result, {
    media_type: "image",
    provider: "flickr",
    metric: "views",
    percentile: 0.5,
    value: 50,
    constant: 50,
    records: 4,
    updated: 4,
  });
  const scores = async () => (await dump()).map((record) => record.standardized_popularity);
  assert.deepEqual(await scores(), [0, 0.5, 0.6, 0.75, null, null, null, null]);
  assert.deepEqual(ids(await dump("--since", T1)), ["0", "1", "2", "3"]);
  assert.equal((await objects(["popularity", "--percentile", "0.5"]))[0]?.updated, 0);
  await load([viewed(0, 50), viewed(5, 950)]);
  assert.deepEqual(await scores(), [0.5, 0.5, 0.6, 0.75, null, 0.95, null, null]);
});

test("the days to fetch again are printed as days or as commands", async () => {
  const lines = async (...args: string[]) =>
    (await run(["ov-stage", "reingest", ...args])).stdout.trimEnd().split("\n");
  const days = await lines("flickr", "--now", "2026-01-31T12:00:00Z");
  assert.equal(days.length, 128);
  assert.deepEqual(days.slice(0, 3), ["2026-01-31", "2026-01-30", "2026-01-29"]);
  const commands = await lines("wikimedia", "--commands", "--now", "2026-01-31");
  assert.equal(commands.length, 64);
  assert.equal(commands[7], "ov-fetch wikimedia --date 2025-12-26");
});

test("the accounts with the highest sums are listed first", async (t) => {
  const { load, stage, objects, fails } = stageOf(t);
  const by = (id: number, owner: string, views: unknown) =>
    sampleRecord({
      foreign_identifier: String(id),
      creator: owner,
      creator_url: `https://www.flickr.com/photos/${owner}`,
      meta_data: { views },
    });
  await load([by(1, "a", 5), by(2, "b", 20), by(3, "b", "1000"), by(4, "c", "99x"), by(5, "a", 6)]);
  const first = {
    provider: "flickr",
    creator_url: "https://www.flickr.com/photos/b",
    creator: "b",
    records: 2,
    total: 1020,
  };
  const line = ["top", "--by", "creator", "--metric", "views"];
  const rows = await objects([...line, "--json"]);
  assert.deepEqual(rows[0], first);
  assert.deepEqual(
    rows.map(({ total }) => total),
    [1020, 11],
  );
  assert.deepEqual(await objects([...line, "--json", "--limit", "1"]), [first]);
  assert.equal(
    (await stage(["top", "--by", "provider"])).stdout,
    "provider  records  views\nflickr          4  1,031\n",
  );
  // A name that no record has is misspelt, one that records have may hold no numbers.
  const misspelt = await fails(["top", "--by", "provider", "--metric", "viewz"]);
  assert.equal(misspelt.code, 2);
  assert.match(
    misspelt.stderr,
    /^ov-stage: --metric: 'viewz' is no member of meta_data that is stored \(did you mean views\?\)\n/,
  );
  const none = await stage(["top", "--metric", "license_url", "--json"]);
  assert.deepEqual(
    [none.stdout, none.stderr],
    ["", 'ov-stage: warning: none of these records has a number "license_url" in meta_data\n'],
  );
});

test("records are counted by whatever is asked for", async (t) => {
  const { load, objects } = stageOf(t);
  await load(sampleRecords(2), "--now", T1);
  await load([sampleRecord({ foreign_identifier: "3", media_type: "audio" })], "--now", T2);
  assert.deepEqual(await objects(["stats", "--by", "month,media", "--json"]), [
    { month: "2026-01", media_type: "image", records: 2 },
    { month: "2026-02", media_type: "audio", records: 1 },
  ]);
});

test("a wrong option of a subcommand leads to its own help", async () => {
  const { stderr, code } = await run(["ov-stage", "dump", "--medai", "image"]);
  assert.match(stderr, /^ov-stage: unknown option '--medai' .*\nov-stage: try 'ov-stage dump --help'\n$/);
  assert.equal(code, 2);
});

test("check finds what is wrong", async (t) => {
  const { db, load, fails, objects } = stageOf(t);
  await load(sampleRecords(3));
  assert.deepEqual(await objects(["check"]), [{ schema: 5, records: 3, removed: 0, faults: 0 }]);
  const other = new Database(db);
  other.exec(`
    DELETE FROM image_seen WHERE id = 1;
    UPDATE image_record SET tags = '[' WHERE id = 2;
    UPDATE image_record SET identifier = 'x' WHERE id = 3`);
  other.close();
  const { stdout, stderr, code } = await fails(["check"]);
  assert.deepEqual(linesOf(stdout), [{ schema: 5, records: 3, removed: 0, faults: 3 }]);
  assert.match(stderr, /seen by a load: image flickr 1\n/);
  assert.match(stderr, /JSON columns: image flickr 2\n/);
  assert.match(stderr, /identifiers: image flickr 3\n/);
  assert.equal(code, 65);
});

test("names that nothing has are refused, and the nearest is suggested; what has no records is empty", async (t) => {
  const { load, fails, dump } = stageOf(t);
  await load([
    sampleRecord({ source: "nasa" }),
    sampleRecord({ foreign_identifier: "2", provider: "my_museum" }),
  ]);
  const wrong: [line: string[], message: string][] = [
    [
      ["dump", "--provider", "flicker"],
      "--provider: 'flicker' is no provider that is stored or known (did you mean flickr?)",
    ],
    [
      ["dump", "--provider", "my-musuem"],
      "--provider: 'my-musuem' is no provider that is stored or known (did you mean my_museum?)",
    ],
    [
      ["dump", "--source", "nassa"],
      "--source: 'nassa' is no source that is stored or known (did you mean nasa?)",
    ],
    [
      ["dump", "--license", "by-as"],
      "--license: 'by-as' is no licence or group of licences (did you mean by-sa?)",
    ],
    [
      ["top", "--provider", "flicker"],
      "--provider: 'flicker' is no provider that is stored or known (did you mean flickr?)",
    ],
  ].map(([line, message]) => [line as string[], message as string]);
  for (const [line, message] of wrong) {
    const { stdout, stderr, code } = await fails(line);
    assert.equal(stderr, `ov-stage: ${message}\nov-stage: try 'ov-stage ${line[0]} --help'\n`);
    assert.deepEqual([stdout, code], ["", 2]);
  }
  assert.match((await fails(["dump", "--license", "CC BY-SA"])).stderr, /^ov-stage: --license: .*by-sa/);
  for (const line of [
    ["--license", "by-nc-nd"],
    ["--provider", "met"],
  ])
    assert.deepEqual(await dump(...line), []);
  assert.equal((await dump("--provider", "my_museum")).length, 1);
});

test("a work that is gone stays gone when a dump is loaded elsewhere", async (t) => {
  const [here, there] = [stageOf(t), stageOf(t)];
  await here.load([sampleRecord()], "--now", "2020-01-01T00:00:00Z");
  await here.stage(["expire", "flickr", "--now", T1]);
  await there.load(await here.dump(), "--now", T2);
  assert.deepEqual(await there.dump("--removed", "exclude"), []);
  assert.deepEqual(await there.dump(), await here.dump(), "with all its times");
});
