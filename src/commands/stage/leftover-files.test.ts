import assert from "node:assert/strict";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, run, temporaryFolder } from "../../testing/run.js";
import { killedLoad, NONE, PRIVATE, stagingOf, titled } from "./leftover.test.util.js";

/** Files beside a database: those of ours are found by whatever way, those of others are left alone. */

const TAKEN_IN = { ...NONE, leftover: { ...NONE, inserted: 3 } };

test("what a load through a link has left, one by the file's own name takes in, and the other way round", async (t) => {
  const { db, good, files } = stagingOf(t);
  await good(["load"], "");
  const link = join(temporaryFolder(t), "link.db");
  symlinkSync(db, link);
  await killedLoad(db, titled("by its name").replaceAll("/65535/", "/2/"));
  const { stdout, stderr, code } = await run(["ov-stage", "load", "--db", link], { stdin: "" });
  assert.equal(code, 0, stderr);
  assert.deepEqual(linesOf(stdout), [TAKEN_IN]);

  const child = ["ov-stage", "load", "--db", link] as const;
  assert.equal((await run(child, { stdin: titled("by a link") })).code, 0);
  // As if it had been killed: through a link the file is beside the database as well.
  writeFileSync(`${db}-input-9`, titled("left"), PRIVATE);
  const runs = await run(["ov-stage", "load", "--db", link], { stdin: "" });
  assert.match(runs.stderr, /load 9 came to nothing/);
  assert.deepEqual(files(), []);
});

test("names that are nearly those of our files are somebody else's", async (t) => {
  const { db, good, files, titles } = stagingOf(t);
  await good(["load"], titled("ours"));
  const others = ["staging.db-input-0", "staging.db-input-007", "staging.db-input-7x"];
  for (const name of others) writeFileSync(join(db, "..", name), titled("theirs"));
  assert.deepEqual((await good(["load"], "")).objects, [NONE]);
  assert.deepEqual(titles(), ["ours", "ours", "ours"]);
  assert.deepEqual(files(), others);
});

test("a file that anybody may read, of a run that the database does not know, is a person's own", async (t) => {
  const { db, good, files, titles } = stagingOf(t);
  await good(["load"], titled("ours"));
  const theirs = { 4711: "a note without a line end", 4712: titled("theirs"), 4713: "" };
  for (const [number, text] of Object.entries(theirs))
    writeFileSync(`${db}-input-${number}`, text, { mode: 0o644 });
  const { stderr, code } = await run(["ov-stage", "load", "--db", db], { stdin: titled("ours") });
  assert.equal(code, 0, stderr);
  assert.equal(stderr.match(/-input-471\d is not of this database/g)?.length, 3, stderr);
  assert.deepEqual(titles(), ["ours", "ours", "ours"]);
  assert.equal(files().length, 3);
  for (const [number, text] of Object.entries(theirs))
    assert.equal(readFileSync(`${db}-input-${number}`, "utf8"), text);
});

test("a folder or a link where the next load would keep what it reads is passed over", async (t) => {
  const { db, good, files, runs } = stagingOf(t);
  mkdirSync(`${db}-input-1`);
  symlinkSync("/nowhere", `${db}-input-2`);
  assert.deepEqual((await good(["load"], titled("new"))).objects, [{ ...NONE, inserted: 3 }]);
  assert.deepEqual(runs(), [[3, "done", "stdin", null]]);
  assert.deepEqual(files(), ["staging.db-input-1", "staging.db-input-2"]);
});

test("what was left after a backup is taken in by the backup, whatever was done to it first", async (t) => {
  const { db, good, titles } = stagingOf(t);
  await good(["load"], "");
  copyFileSync(db, `${db}-backup`);
  await killedLoad(db, titled("after the backup"));
  for (const suffix of ["-wal", "-shm"]) rmSync(db + suffix, { force: true });
  copyFileSync(`${db}-backup`, db);
  await good(["remove", "--reason", "takedown"], "flickr 1");
  const { objects } = await good(["load"], "");
  assert.deepEqual(objects, [{ ...NONE, leftover: { ...NONE, inserted: 2, rejected: 1 } }]);
  assert.deepEqual(titles(), ["after the backup", "after the backup"]);
});

for (const isFolder of [false, true]) {
  test(`rejects of another database are not written over, nor removed${isFolder ? "; nor is a folder" : ""}`, async (t) => {
    const { db, good } = stagingOf(t);
    const rejects = `${db}-rejects-5.ndjson`;
    if (isFolder) mkdirSync(rejects);
    else writeFileSync(rejects, "theirs");
    writeFileSync(`${db}-input-5`, titled("left"), PRIVATE);
    assert.deepEqual((await good(["load"], "")).objects, [TAKEN_IN]);
    writeFileSync(`${db}-input-9`, "bad\n", PRIVATE);
    if (!isFolder) writeFileSync(`${db}-rejects-9.ndjson`, "theirs");
    await good(["load"], "");
    if (!isFolder) {
      assert.equal(readFileSync(rejects, "utf8"), "theirs");
      assert.equal(readFileSync(`${db}-rejects-9.ndjson`, "utf8"), "theirs");
      assert.equal(linesOf(readFileSync(`${db}-rejects-9-2.ndjson`, "utf8")).length, 1);
    } else assert.deepEqual(readdirSync(rejects), []);
  });
}

test("a file whose time lies in the future was read now, at the latest", async (t) => {
  const { db, good } = stagingOf(t);
  const before = new Date().toISOString();
  writeFileSync(`${db}-input-5`, titled("left"), PRIVATE);
  utimesSync(`${db}-input-5`, new Date("2140-01-01"), new Date("2140-01-01"));
  await good(["load"], "");
  const seen = (await good(["dump"])).objects.map(({ last_synced_with_source }) =>
    String(last_synced_with_source),
  );
  assert.equal(seen.length, 3);
  for (const time of seen) assert.ok(time >= before && time <= new Date().toISOString(), time);
});

test("a file that is newer than the run of its number, or that of no load, is kept and told, not removed", async (t) => {
  const { db, good, files, titles } = stagingOf(t);
  await good(["load"], titled("ours"));
  await good(["remove", "--reason", "x"], "flickr 99\n");
  for (const number of [1, 2]) writeFileSync(`${db}-input-${number}`, titled("of another database"));
  const { stderr, objects } = await good(["load"], "");
  assert.deepEqual(objects, [NONE]);
  for (const number of [1, 2]) {
    const words = "is not of this database, whose run of that number it cannot be: load it by its name";
    assert.ok(stderr.includes(`ov-stage: warning: ${db}-input-${number} ${words}`), stderr);
  }
  assert.deepEqual(files(), ["staging.db-input-1", "staging.db-input-2"]);
  assert.deepEqual(titles(), ["ours", "ours", "ours"]);
});
