import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
// The tests look at the file with the library itself, as another program would.
import { Database } from "../../base/sqlite/sqlite.js";
import { linesOf, PROJECT } from "../../testing/run.js";
import { ndjson, sampleRecords } from "../../testing/samples.js";
import { ids, stageOf } from "./stage.test.util.js";

/** `ov-stage migrate`: databases of older versions, and of newer ones. */

test("an older database is refused with what to do, migrated with all it has, and then like a new one", async (t) => {
  const { db, fails, objects, dump, load } = stageOf(t);
  const old = new Database(db);
  old.exec(readFileSync(join(PROJECT, "fixtures", "staging-schema-1.sql"), "utf8"));
  old.close();
  for (const line of [["dump"], ["load"], ["stats"]]) {
    const { stderr, code } = await fails(line);
    assert.equal(
      stderr,
      `ov-stage: ${db} was made by an older ov-tools (schema 1); run 'ov-stage migrate --db ${db}'\n`,
    );
    assert.equal(code, 65);
  }
  assert.deepEqual(await objects(["migrate"]), [{ schema_before: 1, schema: 5 }]);
  assert.deepEqual(await objects(["migrate"]), [{ schema_before: 5, schema: 5 }]);
  const records = await dump();
  assert.deepEqual(
    records.map((record) => [record.provider, record.last_synced_with_source, record.removed_from_source]),
    ["clevelandmuseum", "flickr", "jamendo"].map((provider) => [
      provider,
      "2024-05-06T07:08:09.000Z",
      provider === "clevelandmuseum",
    ]),
  );
  assert.equal((await objects(["check"]))[0]?.faults, 0);
  assert.equal((await load(records)).unchanged, 3, "the one that is gone is still gone");

  const fresh = stageOf(t);
  await fresh.load(sampleRecords(1));
  assert.deepEqual(tablesOf(db), tablesOf(fresh.db));
});

test("an older database may have one file twice: both records stay, are told, and go on being merged", async (t) => {
  const { db, stage, dump, load, objects, fails } = stageOf(t);
  const old = new Database(db);
  // Made by version 0.1.0, which took every spelling of an address for another file.
  old.exec(readFileSync(join(PROJECT, "fixtures", "staging-schema-3.sql"), "utf8"));
  old.close();
  const { stdout, stderr } = await stage(["migrate"]);
  assert.deepEqual(linesOf(stdout), [{ schema_before: 3, schema: 5, url_duplicates: 2 }]);
  assert.equal(
    stderr,
    [
      "warning: DB: my_museum 1 (https://IMG.example.org/cat.jpg) has the file of my_museum 2",
      "warning: DB: my_museum 4 (https://img.example.org/dog.jpg?utm_source=x) has the file of my_museum 3",
      "warning: DB: 2 records have a file that another record has under another address; they stay, and go on being merged; ov-stage remove takes out both of a pair, for it removes the file",
      "DB: schema 3 is now schema 5",
    ]
      .map((line) => `ov-stage: ${line.replace("DB", db)}\n`)
      .join(""),
  );
  const records = await dump();
  assert.equal(records.length, 5);
  assert.equal((await objects(["check"]))[0]?.faults, 0);

  const changed = records.map((record) => ({ ...record, creator: "Ada Walker" }));
  const { inserted, updated, url_duplicates } = await load(changed);
  assert.deepEqual([inserted, updated, url_duplicates], [0, 5, 0]);
  const third = { ...records[0], foreign_identifier: "9", url: "https://img.example.org/dog.jpg#x" };
  assert.equal(
    (await fails(["load"], ndjson([third]))).stderr,
    "ov-stage: stdin:1: url is held by another record: my_museum 3 (https://img.example.org:443/dog.jpg#top)\n",
  );
  const [removed] = await objects(["remove", "--reason", "takedown"], "my_museum 4");
  assert.deepEqual(removed, { removed: 2, already_removed: 0, not_found: 0, rejected: 0 });
  assert.deepEqual(ids(await dump()).includes("3"), false);

  const fresh = stageOf(t);
  await fresh.load(sampleRecords(1));
  assert.deepEqual(tablesOf(db), tablesOf(fresh.db));
});

test("an older database gets the comparable forms of today; what is one file by now stays, and is told once", async (t) => {
  const { db, stage, dump, load, objects, fails } = stageOf(t);
  const old = new Database(db);
  old.exec(readFileSync(join(PROJECT, "fixtures", "staging-schema-4-addresses.sql"), "utf8"));
  old.close();
  const { stdout, stderr } = await stage(["migrate"]);
  assert.deepEqual(linesOf(stdout), [{ schema_before: 4, schema: 5, url_duplicates: 2 }]);
  assert.deepEqual(stderr.match(/my_museum \d+ \(\S+\) has the file of my_museum \d+/g), [
    "my_museum 11 (https://img.example.org/a[1].jpg) has the file of my_museum 12",
    "my_museum 13 (https://img.example.org/c.jpg?srsltid=abc) has the file of my_museum 14",
  ]);
  assert.equal((await objects(["check"]))[0]?.faults, 0);
  const records = await dump();
  assert.equal(records.length, 10);
  const { inserted, updated, url_duplicates } = await load(
    records.map((record) => ({ ...record, creator: "Ada Walker" })),
  );
  assert.deepEqual([inserted, updated, url_duplicates], [0, 10, 0]);
  const again = {
    ...records.find(({ foreign_identifier }) => foreign_identifier === "15"),
    foreign_identifier: "16",
    url: "http://img.example.org/d.jpg?a=1&b=2",
  };
  assert.equal(
    (await fails(["load"], ndjson([again]))).stderr,
    "ov-stage: stdin:1: url is held by another record: my_museum 15 (https://img.example.org/d.jpg?a=1&amp;b=2)\n",
  );
});

/** Everything that a schema consists of, without how it was written. */
function tablesOf(path: string): unknown {
  const database = new Database(path);
  const names = database.prepare("SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name").all();
  const columns = database
    .prepare(
      `SELECT m.name AS of, c.* FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')
       ORDER BY m.name, c.cid`,
    )
    .all();
  const sql = database
    .prepare("SELECT sql FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name")
    .pluck()
    .all();
  database.close();
  return { names, columns, sql };
}

test("a database of a newer version is refused by every subcommand", async (t) => {
  const { db, load, fails } = stageOf(t);
  await load(sampleRecords(1));
  const other = new Database(db);
  other.exec("PRAGMA user_version = 99");
  other.close();
  for (const line of [["dump"], ["load"], ["migrate"], ["check"], ["remove", "--reason", "x"]]) {
    const { stderr, code } = await fails(line);
    assert.equal(stderr, `ov-stage: ${db} was made by a newer ov-tools (schema 99); update ov-tools\n`);
    assert.equal(code, 65);
  }
});
