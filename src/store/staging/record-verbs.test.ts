import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Database } from "../../base/sqlite/index.js";
import { cleanGiven } from "../../record/index.js";
import { temporaryFolder } from "../../testing/run.js";
import { sampleRecord } from "../../testing/samples.js";
import { staging } from "./database.js";
import { LoadRows } from "./load-rows.js";
import type { Stored } from "./merge.js";
import { prepareRecord } from "./prepare.js";
import { RecordVerbs } from "./record-verbs.js";
import { SeenLines } from "./seen-lines.js";

/** What a load does with a database, and its guess which lines come next: nothing is decided here. */

const NOW = "2024-04-01T00:00:00.000Z";
const rows = new LoadRows("image", new Map(), { now: new Date(NOW) });
const urlOf = (id: string) => `https://example.com/${id}.jpg`;

/** The values of a new record. */
function valuesOf(id: string, url = urlOf(id)): Stored[] {
  const cleaned = cleanGiven(sampleRecord({ foreign_identifier: id, url }));
  assert.ok("record" in cleaned);
  return rows.first(prepareRecord(cleaned.record)) as Stored[];
}

function emptyDatabase(t: TestContext): Database {
  const database = staging.open(join(temporaryFolder(t), "staging.db"), { create: true });
  t.after(() => database.close());
  return database;
}

/** The verbs of a run, in a database with the records 1 to `count`, each seen in a line of its own by run 1. */
function filled(t: TestContext, count: number, run = 2) {
  const database = emptyDatabase(t);
  const first = new RecordVerbs(database, "image", 1);
  for (let i = 1; i <= count; i++) {
    const id = String(i);
    assert.ok(first.insert(valuesOf(id), urlOf(id), NOW, digest(i)));
  }
  return {
    database,
    verbs: new RecordVerbs(database, "image", run),
    lines: new SeenLines(database, "image", run, NOW),
  };
}

const digest = (number: number) => Buffer.alloc(20, number);
const digests = (...numbers: number[]) => Buffer.concat(numbers.map(digest));
const key = (id: number | string) => ["flickr", String(id)] as const;
const runsOf = (database: Database) =>
  database.prepare("SELECT run FROM image_seen ORDER BY id").pluck().all();

test("a record that was inserted is found, with the run and the time that it was seen", (t) => {
  const { verbs } = filled(t, 2);
  assert.deepEqual(verbs.find(key(2)), { id: 2, run: 1, seen: NOW, values: valuesOf("2") });
  assert.equal(verbs.find(key(3)), undefined);
});

test("texts are the same as bytes of UTF-8", (t) => {
  const { verbs } = filled(t, 0);
  const values = valuesOf("1").map((value) => (typeof value === "string" ? Buffer.from(value) : value));
  assert.ok(verbs.insert(values, urlOf("1"), NOW, null));
  assert.deepEqual(verbs.find(key(1))?.values, valuesOf("1"));
});

test("a record whose key or file is there is not inserted, and nothing is done", (t) => {
  const { database, verbs } = filled(t, 1);
  const spelling = urlOf("1").replace("https", "http");
  assert.equal(verbs.insert(valuesOf("1", urlOf("2")), urlOf("2"), NOW, null), false);
  assert.equal(verbs.insert(valuesOf("2", urlOf("1")), urlOf("1"), NOW, null), false);
  assert.equal(verbs.insert(valuesOf("2", spelling), spelling, NOW, null), false);
  assert.deepEqual(runsOf(database), [1]);
});

test("a record is not given a file that another has, and stays as it was", (t) => {
  const { verbs } = filled(t, 2);
  assert.equal(verbs.update(2, valuesOf("2", urlOf("1")), urlOf("1"), urlOf("2")), false);
  assert.deepEqual(verbs.find(key(2))?.values, valuesOf("2"));
  assert.equal(verbs.update(2, valuesOf("2", urlOf("9")), urlOf("9"), urlOf("2")), true);
  assert.deepEqual(verbs.find(key(2))?.values, valuesOf("2", urlOf("9")));
});

test("who has a file is known by any spelling of its address", (t) => {
  const { verbs } = filled(t, 2);
  const holder = ["flickr", "2", urlOf("2")];
  assert.deepEqual(verbs.holderOf(urlOf("2")), holder);
  assert.deepEqual(verbs.holderOf(urlOf("2").replace("https", "http")), holder);
  assert.equal(verbs.holderOf(urlOf("3")), undefined);
});

test("what was there before the transaction is seen until it is committed", (t) => {
  const { database, verbs } = filled(t, 1);
  database.exec("BEGIN");
  verbs.update(1, valuesOf("1", urlOf("9")), urlOf("9"), urlOf("1"));
  verbs.see(1, NOW, null);
  assert.deepEqual(verbs.findBefore(key(1)), { id: 1, run: 1, seen: NOW, values: valuesOf("1") });
  assert.equal(verbs.find(key(1))?.run, 2);
  database.exec("COMMIT");
  assert.equal(verbs.findBefore(key(1))?.run, 2);
});

test("a record that no load has seen is there, and is not found", (t) => {
  const { database, verbs } = filled(t, 1);
  database.exec("DELETE FROM image_seen");
  assert.deepEqual(
    [verbs.find(key(1)), verbs.isThere(key(1)), verbs.isThere(key(2))],
    [undefined, true, false],
  );
});

test("a record is marked that was last seen in this very line, by an earlier run", (t) => {
  const { database, lines } = filled(t, 2);
  assert.equal(lines.markOne(key(2), digest(1)), false, "another line");
  assert.equal(lines.markOne(key(2), digest(2)), true);
  assert.equal(lines.markOne(key(2), digest(2)), false, "by this run");
  assert.deepEqual(runsOf(database), [1, 2]);
});

test("records in their old order are marked twice as many at a time, up to the first that differs", (t) => {
  const { database, lines } = filled(t, 20);
  const from = (first: number) => digests(...Array.from({ length: 21 - first }, (_, i) => first + i));
  assert.equal(lines.mark(from(1)), 0, "where they begin is not known");
  lines.markOne(key(1), digest(1));
  assert.deepEqual([lines.mark(from(2)), lines.mark(from(3)), lines.mark(from(5))], [1, 2, 4]);
  assert.equal(lines.mark(digests(9, 10, 99, 12)), 2);
  assert.equal(lines.mark(digests(99)), 0);
  assert.equal(lines.mark(from(11)), 0, "the order is lost");
  assert.deepEqual(runsOf(database), [...Array(10).fill(2), ...Array(10).fill(1)]);
});

test("the next record is expected to be like the last one", (t) => {
  const { lines } = filled(t, 3);
  assert.equal(lines.expectsNew, true);
  lines.met(1);
  assert.equal(lines.expectsNew, false);
  lines.met(3);
  assert.equal(lines.mark(digests(4)), 0, "there is no such record");
});
