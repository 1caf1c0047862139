import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { asOrdinaryUser } from "../../testing/limits.js";
import { temporaryFolder } from "../../testing/run.js";
import { Damage, type Database, Door } from "./index.js";
import type { DatabaseKind } from "./kind.js";

/** The door to a kind of database that nothing else here knows: what it says of it comes from the kind alone. */

type Notes = string[];

const KIND: DatabaseKind<Notes> = {
  applicationId: 0x74657374,
  name: "herbarium",
  command: "herb",
  option: "--sheets",
  pageBytes: 8192,
  cacheKib: 1024,
  statements: () => [
    "CREATE TABLE leaf (name TEXT, colour TEXT) STRICT",
    "CREATE UNIQUE INDEX leaf_name ON leaf (name)",
  ],
  migrations: [
    (database, notes) => {
      database.exec("ALTER TABLE leaf ADD COLUMN colour TEXT");
      notes.push(`${database.prepare("SELECT count(*) FROM leaf").pluck().get()} without a colour`);
    },
    (database) => database.exec("CREATE UNIQUE INDEX leaf_name ON leaf (name)"),
  ],
  addFunctions: (database) => database.function("louder", (text) => String(text).toUpperCase()),
};

const herbarium = new Door(KIND);
/** The same kind as it was two versions ago. */
const older = new Door<Notes>({
  ...KIND,
  statements: () => ["CREATE TABLE leaf (name TEXT) STRICT"],
  migrations: [],
});
const CREATE = { create: true };
const READ = { create: false };

const failure = (outcome: string, message: string) => ({ name: "Failure", outcome, message });

/** A database with one leaf, of this version or another. */
function made(t: TestContext, by: Door<Notes> = herbarium): string {
  const path = join(temporaryFolder(t), "leaves.db");
  const database = by.open(path, CREATE);
  database.exec("INSERT INTO leaf (name) VALUES ('oak')");
  database.close();
  return path;
}

/** Looks into a database and closes it. */
function look<T>(database: Database, work: (database: Database) => T): T {
  try {
    return work(database);
  } finally {
    database.close();
  }
}

const leaves = (database: Database) => database.prepare("SELECT * FROM leaf").all();

test("a database is made with the mark, version, pages and functions of its kind, for its owner alone", (t) => {
  const path = made(t);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const found = look(herbarium.open(path, READ), (database) => [
    ...["application_id", "user_version", "page_size", "journal_mode"].map((name) => database.setting(name)),
    database.prepare("SELECT louder(name) FROM leaf").pluck().get(),
  ]);
  assert.deepEqual(found, [0x74657374, 3, 8192, "wal", "OAK"]);
  assert.equal(herbarium.version, 3);
});

test("a database of another kind is refused in the words of this one, and not changed by a byte", (t) => {
  const path = made(t, new Door({ ...KIND, applicationId: 1 }));
  const before = readFileSync(path);
  const refused = failure("bad_input", `${path} is not a herbarium; name another file with --sheets`);
  for (const how of [CREATE, READ]) assert.throws(() => herbarium.open(path, how), refused);
  assert.throws(() => herbarium.openForReading(path), refused);
  assert.throws(() => herbarium.migrate(path, []), refused);
  assert.deepEqual(readFileSync(path), before);
});

test("a folder is refused with the option that names the file", (t) => {
  const path = temporaryFolder(t);
  const message = `cannot open ${path}: it is a folder; name a file with --sheets`;
  assert.throws(() => herbarium.openForReading(path), failure("no_input", message));
});

test("an older database is refused with what brings it up, which notes what a person should know", (t) => {
  const path = made(t, older);
  const message = `${path} was made by an older ov-tools (schema 1); run 'herb migrate --sheets ${path}'`;
  assert.throws(() => herbarium.open(path, READ), failure("bad_input", message));
  const notes: Notes = [];
  assert.equal(herbarium.migrate(path, notes), 1);
  assert.deepEqual(notes, ["1 without a colour"]);
  assert.deepEqual(look(herbarium.openForReading(path), leaves), [{ name: "oak", colour: null }]);
  assert.equal(herbarium.migrate(path, notes), 3, "once more changes nothing");
  assert.deepEqual(notes.length, 1);
});

test("a migration that fails leaves the database as it was", (t) => {
  const path = made(t, older);
  look(older.open(path, READ), (database) => database.exec("INSERT INTO leaf VALUES ('oak')"));
  const problem = "its tables are not those of version 1 (UNIQUE constraint failed: leaf.name)";
  const message = `cannot use ${path}: ${problem}; it is damaged: run herb check --sheets ${path}`;
  assert.throws(() => herbarium.migrate(path, []), failure("bad_input", message));
  assert.deepEqual(look(older.openForReading(path), leaves), [{ name: "oak" }, { name: "oak" }]);
});

test("a newer database is refused", (t) => {
  const path = made(t);
  const message = `${path} was made by a newer ov-tools (schema 3); update ov-tools`;
  for (const work of [
    () => older.open(path, READ),
    () => older.openForReading(path),
    () => older.migrate(path, []),
  ])
    assert.throws(work, failure("bad_input", message));
});

test("a database that has lost something is refused, but to whoever looks for what is wrong", (t) => {
  const path = made(t);
  look(herbarium.open(path, READ), (database) => database.exec("DROP INDEX leaf_name"));
  const message = `cannot use ${path}: index leaf_name is missing; it is damaged: run herb check --sheets ${path}`;
  assert.throws(() => herbarium.open(path, READ), failure("bad_input", message));
  const faults = look(herbarium.openForReading(path, { asItIs: true }), (database) =>
    herbarium.tableFaults(database),
  );
  assert.deepEqual(faults, ["index leaf_name is missing"]);
});

test("what others add is no damage, and is told where it can be in the way", (t) => {
  const path = made(t);
  look(herbarium.open(path, READ), (database) => {
    database.exec("CREATE TRIGGER audit AFTER INSERT ON leaf BEGIN SELECT raise(ABORT, 'no'); END");
    database.exec("CREATE TABLE stem (name TEXT); CREATE UNIQUE INDEX stem_name ON stem (name)");
  });
  const strange = look(herbarium.open(path, READ), (database) => herbarium.strangeRules(database));
  assert.deepEqual(strange, ["trigger audit of leaf"]);
});

test("damage that work finds names the file and what to do", () => {
  const message = "cannot use x.db: leaf oak: torn; it is damaged: run herb check --sheets x.db";
  const work = () => {
    throw new Damage("leaf oak: torn");
  };
  assert.throws(() => herbarium.explain("x.db", work), failure("bad_input", message));
});

test("one writes at a time: a second is told whose turn it is, or waits", async (t) => {
  const path = made(t);
  const [one, other] = [herbarium.open(path, READ), herbarium.open(path, READ)];
  t.after(() => [one, other].map((database) => database.close()));
  const signal = new AbortController().signal;
  const whose = () => "herb press";
  await herbarium.beginWriting(one, path, { wait: false, signal }, whose);
  const waiting = herbarium.beginWriting(other, path, { wait: true, signal }, whose);
  herbarium.commit(one, path);
  await waiting;
  assert.ok(other.inTransaction);
  const aborted = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(herbarium.beginWriting(one, path, { wait: true, signal: aborted }, whose), /stopped/);
});

test("a database in a folder that nothing can be written to is read, and no copy stays", async (t) => {
  const path = made(t);
  chmodSync(path, 0o444);
  chmodSync(join(path, ".."), 0o555);
  await asOrdinaryUser(() => assert.equal(look(herbarium.openForReading(path), leaves).length, 1));
  chmodSync(join(path, ".."), 0o755);
});

test("reading leaves nothing beside a database, and takes nothing from who writes to it", (t) => {
  const path = made(t);
  const beside = () => readdirSync(join(path, "..")).filter((name) => name !== "leaves.db");
  look(herbarium.openForReading(path), (database) =>
    assert.deepEqual([leaves(database).length, beside().length], [1, 2]),
  );
  assert.deepEqual(beside(), []);
  const writer = herbarium.open(path, READ);
  writer.exec("INSERT INTO leaf (name) VALUES ('elm')");
  assert.equal(look(herbarium.openForReading(path), leaves).length, 2);
  assert.equal(beside().length, 2);
  writer.close();
});

test("an empty file becomes a database where one is to be made, and is refused where one is read", (t) => {
  const path = join(temporaryFolder(t), "empty.db");
  writeFileSync(path, "");
  const message = `${path} is not a herbarium; name another file with --sheets`;
  assert.throws(() => herbarium.openForReading(path), failure("bad_input", message));
  assert.deepEqual(look(herbarium.open(path, CREATE), leaves), []);
});
