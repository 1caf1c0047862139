import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
// The tests look at the file with the library itself, as another program would.
import { Database } from "../../base/sqlite/sqlite.js";
import { finished, linesOf, start } from "../../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../../testing/samples.js";
import { ids, stageOf } from "./stage.test.util.js";

/** Loads as runs: how each ended, and what others do meanwhile. */

test("every load is a run: who, when, what, how it ended", async (t) => {
  const { load, objects, fails, dump } = stageOf(t);
  await load(sampleRecords(2));
  await fails(["load"], `${ndjson([sampleRecord({ foreign_identifier: "3" })])}nonsense\n`);
  await objects(["remove", "--reason", "takedown"], "flickr 1");
  const runs = await objects(["runs", "--json"]);
  assert.deepEqual(
    runs.map(({ id, command, state, input }) => [id, command, state, input]),
    [
      [3, "remove", "done", "stdin"],
      [2, "load", "failed", "stdin"],
      [1, "load", "done", "stdin"],
    ],
  );
  assert.match(String(runs[1]?.error), /^not valid JSON/);
  assert.match(String(runs[0]?.who), /^[^@]+@[^@]+$/);
  assert.ok(String(runs[0]?.ended_on) >= String(runs[0]?.started_on));
  assert.deepEqual(runs[2]?.counts, {
    inserted: 2,
    updated: 0,
    unchanged: 0,
    duplicates: 0,
    url_duplicates: 0,
    rejected: 0,
  });
  // What came before the bad line is kept, as in the catalogue.
  assert.deepEqual(ids(await dump()), ["2", "3"]);
});

/** Starts a load that waits for the rest of its input, with something loaded already. */
async function waitingLoad(db: string) {
  const child = start(["ov-stage", "load", "--db", db]);
  const records = ndjson(sampleRecords(2000));
  child.stdin?.on("error", () => {}).write(records);
  child.stdin?.write('{"provider":"flickr","foreign_iden');
  const end = finished(child);
  for (let tries = 0; tries < 500; tries++) {
    const spool = readdirSync(join(db, "..")).find((name) => name.startsWith("staging.db-input-"));
    if (spool && statSync(join(db, "..", spool)).size > records.length) break;
    await sleep(20);
  }
  return { child, end };
}

test("a load that was killed is not there, and the next one takes in what it had read, as a run of its own", async (t) => {
  const { db, load, dump, objects, fails } = stageOf(t);
  await load([sampleRecord({ foreign_identifier: "before" })]);
  const { child, end } = await waitingLoad(db);
  child.kill("SIGKILL");
  await end;
  assert.deepEqual(ids(await dump()), ["before"]);
  const spool = join(db, "..", "staging.db-input-2");
  assert.equal(statSync(spool).mode & 0o777, 0o600);

  const { stdout, stderr, code } = await fails(
    ["load"],
    ndjson([sampleRecord({ foreign_identifier: "after" })]),
  );
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^ov-stage: warning: load 2 came to nothing; what it had read, as seen on \S+Z, is load 3: 2,000 inserted, 0 updated, 0 unchanged, 0 rejected\nov-stage: \S+: 1 inserted, 0 updated, 0 unchanged, 0 rejected\n$/,
  );
  const none = { updated: 0, unchanged: 0, duplicates: 0, url_duplicates: 0, rejected: 0 };
  assert.deepEqual(linesOf(stdout), [{ inserted: 1, ...none, leftover: { inserted: 2000, ...none } }]);
  assert.equal(existsSync(spool), false);
  assert.deepEqual(
    (await objects(["runs", "--json"])).map(({ id, state, input, taken_in_by }) => [
      id,
      state,
      input,
      taken_in_by,
    ]),
    [
      [4, "done", "stdin", null],
      [3, "done", "what load 2 had read", null],
      [2, "crashed", "stdin", 3],
      [1, "done", "stdin", null],
    ],
  );
});

test("one writes at a time: a second load says who is writing, or waits", async (t) => {
  const { db, load, dump, fails } = stageOf(t);
  await load(sampleRecords(1));
  const { child, end } = await waitingLoad(db);
  const second = ndjson([sampleRecord({ foreign_identifier: "second" })]);
  const [refused, waited] = await Promise.all([
    fails(["load"], second),
    (async () => {
      const waiting = start(["ov-stage", "load", "--wait", "--db", db]);
      waiting.stdin?.end(second);
      return finished(waiting);
    })(),
    (async () => {
      // Long enough for the one that does not wait to give up.
      await sleep(8000);
      assert.deepEqual(ids(await dump()), ["1"], "readers go on meanwhile");
      child.stdin?.end('tifier":"x"}\n');
      await end;
    })(),
  ]);
  assert.match(
    refused.stderr,
    /^ov-stage: cannot use \S+: ov-stage load \(\S+@\S+, since \S+\) is writing to it; run this again when it is done, or with --wait\n$/,
  );
  assert.equal(refused.code, 75);
  assert.equal(waited.code, 0, waited.stderr);
  assert.equal((await dump()).length, 2001);
});

test("scores are not computed while another one writes, unless that is waited for", async (t) => {
  const { db, load, fails } = stageOf(t);
  await load([sampleRecord({ meta_data: { views: 1 } })]);
  const other = new Database(db);
  other.exec("BEGIN IMMEDIATE");
  const waiting = start(["ov-stage", "popularity", "--wait", "--db", db]);
  const end = finished(waiting);
  const { stderr, code } = await fails(["popularity"]);
  assert.match(
    stderr,
    /^ov-stage: cannot use \S+: another program is writing to it; run this again when it is done, or with --wait\n$/,
  );
  assert.equal(code, 75);
  other.exec("COMMIT");
  other.close();
  assert.equal((await end).code, 0);
});

test("reading leaves nothing beside the database", async (t) => {
  const { db, load, dump, stage } = stageOf(t);
  await load(sampleRecords(2));
  assert.equal((await dump()).length, 2);
  await stage(["stats"]);
  assert.deepEqual(readdirSync(join(db, "..")), ["staging.db"]);
  const other = new Database(db);
  other.exec("BEGIN; SELECT * FROM image");
  await dump();
  assert.ok(existsSync(`${db}-wal`), "but for what others use");
  other.close();
});
