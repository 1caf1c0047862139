import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
// The tests write to the file with the library itself, as another program would.
import { Database } from "../../base/sqlite/sqlite.js";
import { finished, linesOf, run, start, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

const OWNER = "18830457@N08";
const TABLE = [{ provider: "flickr", source: "kyoto_album", keys: [OWNER] }];

test("sources are set in a database, and set back when their row is gone", async (t) => {
  const folder = temporaryFolder(t);
  const db = join(folder, "staging.db");
  const table = join(folder, "table.json");
  writeFileSync(table, JSON.stringify(TABLE));
  const of = (id: number, owner: string, more = {}) =>
    sampleRecord({
      foreign_identifier: String(id),
      creator_url: `https://www.flickr.com/photos/${owner}`,
      ...more,
    });
  const records = [
    ...[of(1, OWNER), of(2, OWNER), of(3, "1@N01"), of(4, OWNER, { source: "by_hand" })],
    sampleRecord({ foreign_identifier: "5", provider: "smithsonian", meta_data: { unit_code: "NEW" } }),
    sampleRecord({
      foreign_identifier: "6",
      provider: "met",
      creator_url: `https://www.flickr.com/photos/${OWNER}`,
    }),
  ];
  await run(["ov-stage", "load", "--db", db, "--now", "2026-01-01"], { stdin: ndjson(records) });
  const subprovider = (...args: string[]) => run(["ov-subprovider", "--db", db, ...args]);
  const dump = async (...args: string[]) =>
    linesOf((await run(["ov-stage", "dump", "--db", db, ...args])).stdout);
  const sources = async () => (await dump()).map(({ source }) => source);
  const before = ["flickr", "flickr", "flickr", "by_hand", "met", "smithsonian"];

  const changes = [
    { id: OWNER, provider: "flickr", source_before: "flickr", source_after: "kyoto_album", records: 2 },
    { id: OWNER, provider: "flickr", source_before: "by_hand", source_after: "kyoto_album", records: 1 },
  ];
  const dry = await subprovider("--table", table, "--dry-run");
  assert.deepEqual(linesOf(dry.stdout), changes);
  assert.match(dry.stderr, /warning: smithsonian NEW is not in the table of sources/);
  assert.match(dry.stderr, /: the source of 3 records would change\n$/);
  assert.deepEqual(await sources(), before);

  assert.deepEqual(linesOf((await subprovider("--table", table, "--now", "2026-02-01")).stdout), changes);
  assert.deepEqual(await sources(), [
    "kyoto_album",
    "kyoto_album",
    "flickr",
    "kyoto_album",
    "met",
    "smithsonian",
  ]);
  assert.equal((await dump("--since", "2026-01-15")).length, 3, "a change, for the next dump");
  assert.deepEqual(linesOf((await subprovider("--table", table)).stdout), [], "nothing is left to do");

  const back = linesOf((await subprovider()).stdout);
  assert.deepEqual(
    back.map(({ id, source_after, records }) => [id, source_after, records]),
    [
      [null, "flickr", 2],
      [null, "by_hand", 1],
    ],
  );
  assert.deepEqual(await sources(), before);
});

/** So many that they are many batches. A million takes a minute: OV_ROWS=1000000. */
const ROWS = Number(process.env.OV_ROWS ?? 200_000);

/** Writes a number of photos of one account straight into the tables. */
function fill(db: string, rows: number): void {
  const database = new Database(db);
  database.exec(`
    BEGIN;
    WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ${rows})
    INSERT INTO image_record (id, updated_on, provider, source, foreign_identifier, foreign_landing_url, url, license,
      license_version, creator_url, removed_from_source)
    SELECT id, '2026', 'flickr', 'flickr', id, 'https://flickr.com/' || id, 'https://staticflickr.com/' || id, 'by', '2.0',
      'https://www.flickr.com/photos/${OWNER}', 0 FROM n;
    INSERT INTO image_seen SELECT id, 1, '2026', NULL FROM image_record;
    COMMIT`);
  database.close();
}

test(`others read and write while the source of ${ROWS} records is set`, { timeout: 240_000 }, async (t) => {
  const folder = temporaryFolder(t);
  const db = join(folder, "staging.db");
  const table = join(folder, "table.json");
  writeFileSync(table, JSON.stringify(TABLE));
  await run(["ov-stage", "load", "--db", db], { stdin: "" });
  fill(db, ROWS);

  const began = performance.now();
  const child = start(["ov-subprovider", "--db", db, "--table", table]);
  const end = finished(child);
  let isRunning = true;
  end.finally(() => {
    isRunning = false;
  });
  const other = new Database(db, { timeout: 20_000 });
  const insert = other.prepare(
    "INSERT INTO runs (command, version, who, started_on, input, state) VALUES ('x', 'x', 'x', 'x', 'x', 'done')",
  );
  const read = other.prepare("SELECT source FROM image_record WHERE id = ?");
  const waits = { read: [] as number[], write: [] as number[] };
  const timed = (list: number[], work: () => unknown) => {
    const started = performance.now();
    work();
    list.push(performance.now() - started);
  };
  while (isRunning) {
    timed(waits.read, () => read.get(1 + (waits.read.length % ROWS)));
    timed(waits.write, () => insert.run());
    await sleep(5);
  }
  const { stdout, code, stderr } = await end;
  const duration = performance.now() - began;
  assert.equal(code, 0, stderr);
  assert.equal(linesOf(stdout)[0]?.records, ROWS);
  assert.equal(
    other.prepare("SELECT count(*) FROM image_record WHERE source = 'kyoto_album'").pluck().get(),
    ROWS,
  );
  other.close();
  const longest = (list: number[]) => Math.round(Math.max(...list));
  t.diagnostic(
    `${waits.write.length} writes and reads meanwhile: the longest wait to read was ${longest(waits.read)} ms, ` +
      `to write ${longest(waits.write)} ms`,
  );
  assert.ok(waits.write.length > 50);
  // Far more than a batch takes, far less than all of them: a writer that were kept out would have waited for the end.
  const most = Math.min(3000, duration / 2);
  assert.ok(longest(waits.read) < most, `${longest(waits.read)} of ${duration} ms`);
  assert.ok(longest(waits.write) < most, `${longest(waits.write)} of ${duration} ms`);
});

test("an update that was killed goes on where it was", async (t) => {
  const folder = temporaryFolder(t);
  const db = join(folder, "staging.db");
  const table = join(folder, "table.json");
  writeFileSync(table, JSON.stringify(TABLE));
  await run(["ov-stage", "load", "--db", db], { stdin: "" });
  const rows = 200_000;
  fill(db, rows);
  const done = () => {
    const database = new Database(db);
    const count = database
      .prepare("SELECT count(*) FROM image_record WHERE source <> 'flickr'")
      .pluck()
      .get();
    database.close();
    return count as number;
  };
  const child = start(["ov-subprovider", "--db", db, "--table", table]);
  const end = finished(child);
  for (let tries = 0; tries < 500 && done() === 0; tries++) await sleep(50);
  child.kill("SIGKILL");
  await end;
  const before = done();
  assert.ok(before > 0 && before < rows, String(before));
  const { stdout } = await run(["ov-subprovider", "--db", db, "--table", table]);
  assert.equal(linesOf(stdout)[0]?.records, rows - before);
  assert.equal(done(), rows);
});
