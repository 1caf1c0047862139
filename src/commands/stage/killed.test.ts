import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Database } from "../../base/sqlite/sqlite.js";
import { finished, linesOf, run, start, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecords } from "../../testing/samples.js";

/** Killed at any moment, a load is there as a whole or not at all. */

const KILLS = Number(process.env.OV_KILLS ?? 10);
const RECORDS = 4000;

test(`a load that is killed at ${KILLS} random moments leaves whole runs only`, async (t) => {
  const folder = temporaryFolder(t);
  const db = join(folder, "staging.db");
  /** The records of a load: the same works, each time with another title. */
  const write = (title: string) => {
    const path = join(folder, "records.ndjson");
    writeFileSync(path, ndjson(sampleRecords(RECORDS).map((record) => ({ ...record, title }))));
    return path;
  };
  // With the library itself, which is quicker than a command.
  const titles = () => {
    const database = new Database(db, { readonly: true });
    const found = database.prepare("SELECT title FROM image").pluck().all();
    database.close();
    return found;
  };

  const started = performance.now();
  assert.equal((await run(["ov-stage", "load", "--db", db, write("load 0")])).code, 0);
  const duration = performance.now() - started;
  let last = "load 0";
  let killed = 0;
  for (let i = 1; i <= KILLS; i++) {
    const title = `load ${i}`;
    const child = start(["ov-stage", "load", "--db", db, write(title)]);
    const end = finished(child);
    // Some are done before their end comes.
    await sleep(Math.random() * 1.2 * duration);
    child.kill("SIGKILL");
    if ((await end).code === "SIGKILL") killed++;
    const found = titles();
    assert.equal(found.length, RECORDS);
    assert.equal(new Set(found).size, 1, `load ${i}: a half run shows`);
    assert.ok(found[0] === last || found[0] === title, `load ${i}: ${last} is gone`);
    last = found[0] as string;
  }
  t.diagnostic(`${killed} of ${KILLS} loads were killed before their end`);
  assert.ok(killed > KILLS / 4);

  const { stdout } = await run(["ov-stage", "check", "--db", db]);
  assert.equal(linesOf(stdout)[0]?.faults, 0);
  assert.equal((await run(["ov-stage", "load", "--db", db, write("last")])).code, 0);
  const runs = linesOf((await run(["ov-stage", "runs", "--db", db, "--json"])).stdout);
  assert.ok(runs.every(({ state }) => state === "done" || state === "crashed"));
});
