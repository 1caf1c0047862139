import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cleanRecord } from "../../record/index.js";
import { asOrdinaryUser, fillDisk, smallDisk, WITHOUT_SMALL_DISK } from "../../testing/limits.js";
import { temporaryFolder } from "../../testing/run.js";
import { loadOptions, sampleRecord } from "../../testing/samples.js";
import { staging } from "./database.js";
import { dumped, dumpLines } from "./dump.test.util.js";
import { Loader } from "./load.js";
import { loadRecord } from "./load.test.util.js";

const CREATE = { create: true };
const NOW = new Date("2024-05-06T07:08:09Z");

const noOutput = (message: string) => ({ name: "Failure", outcome: "no_output", message });

/** Loads one record and commits it. */
function loadOne(loader: Loader, change: Record<string, unknown>): void {
  const cleaned = cleanRecord(sampleRecord(change));
  assert.ok("record" in cleaned);
  loadRecord(loader, cleaned.record);
  loader.commit();
}

test("a full disk is a failure, and the batches before it are kept", { skip: WITHOUT_SMALL_DISK }, (t) => {
  const path = join(smallDisk(t, "600k"), "staging.db");
  const database = staging.open(path, CREATE);
  const loader = new Loader(database, path, loadOptions(NOW));
  let kept = 0;
  const load = () => {
    for (;;) {
      loadOne(loader, { foreign_identifier: String(kept), title: "x".repeat(4000) });
      kept++;
    }
  };
  assert.throws(load, noOutput(`cannot use ${path}: no space left on device`));
  assert.ok(kept > 1);
  assert.equal(dumpLines(database).length, kept);
  database.close();
});

test("a disk that is full from the start is a failure", { skip: WITHOUT_SMALL_DISK }, (t) => {
  const folder = smallDisk(t, "200k");
  const path = join(folder, "staging.db");
  writeFileSync(join(folder, "full"), Buffer.alloc(196 * 1024));
  assert.throws(() => staging.open(path, CREATE), noOutput(`cannot use ${path}: no space left on device`));
});

/** A folder that others may look into, with a database in it. */
function withDatabase(home: string): { folder: string; path: string } {
  const folder = join(home, "open");
  mkdirSync(folder);
  const path = join(folder, "staging.db");
  const database = staging.open(path, CREATE);
  loadOne(new Loader(database, path, loadOptions(NOW)), {});
  database.close();
  chmodSync(home, 0o755);
  return { folder, path };
}

test("a folder that may not be written to is a failure that says so", async (t) => {
  const { folder } = withDatabase(temporaryFolder(t));
  const path = join(folder, "new.db");
  chmodSync(folder, 0o555);
  await asOrdinaryUser(() =>
    assert.throws(() => staging.open(path, CREATE), noOutput(`cannot create ${path}: permission denied`)),
  );
  chmodSync(folder, 0o755);
});

test("a database that may not be written to is read, but a load is a failure that says so", async (t) => {
  const { folder, path } = withDatabase(temporaryFolder(t));
  chmodSync(path, 0o444);
  chmodSync(folder, 0o777);
  await asOrdinaryUser(() => {
    const database = staging.open(path, { create: false });
    assert.equal(dumpLines(database).length, 1);
    database.close();
    const load = () => loadOne(new Loader(staging.open(path, CREATE), path, loadOptions(NOW)), {});
    assert.throws(load, noOutput(`cannot use ${path}: read-only file or folder`));
  });
});

test("a database in a folder that may not be written to is read, but not written", async (t) => {
  const { folder, path } = withDatabase(temporaryFolder(t));
  chmodSync(path, 0o444);
  chmodSync(folder, 0o555);
  await asOrdinaryUser(() => {
    const database = staging.openForReading(path);
    assert.equal(dumpLines(database).length, 1);
    assert.throws(() => database.exec("DELETE FROM image_record"), { code: "SQLITE_READONLY" });
    database.close();
    assert.throws(() => staging.open(path, CREATE), noOutput(`cannot use ${path}: read-only file or folder`));
  });
  chmodSync(folder, 0o755);
});

test("a database on a read-only disk is read", { skip: WITHOUT_SMALL_DISK }, (t) => {
  const disk = smallDisk(t, "1m");
  const path = join(disk, "staging.db");
  const database = staging.open(path, CREATE);
  loadOne(new Loader(database, path, loadOptions(NOW)), {});
  database.close();
  spawnSync("mount", ["-o", "remount,ro", disk]);
  const reading = staging.openForReading(path);
  assert.equal(dumpLines(reading).length, 1);
  reading.close();
});

/** A database of two records, the second of which is only in the file beside it, as a killed writer leaves it. */
function withUnfinished(from: string, folder: string): string {
  const { path } = withDatabase(from);
  const database = staging.open(path, CREATE);
  loadOne(new Loader(database, path, loadOptions(NOW)), { foreign_identifier: "2" });
  const copy = join(folder, "left.db");
  for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, copy + suffix);
  database.close();
  return copy;
}

const idsOf = (path: string) => {
  const database = staging.openForReading(path);
  const ids = dumped(database).map((record) => record.foreign_identifier);
  database.close();
  return ids;
};

test("a database whose last changes are not in its file yet is read with them from a read-only folder", async (t) => {
  const folder = join(temporaryFolder(t), "left");
  mkdirSync(folder);
  const path = withUnfinished(temporaryFolder(t), folder);
  chmodSync(join(folder, ".."), 0o755);
  for (const file of [path, `${path}-wal`]) chmodSync(file, 0o444);
  chmodSync(folder, 0o555);
  await asOrdinaryUser(() => assert.deepEqual(idsOf(path), ["1", "2"]));
  chmodSync(folder, 0o755);
});

test("a database on a full disk is read, also with changes that are not in its file yet", {
  skip: WITHOUT_SMALL_DISK,
}, (t) => {
  const disk = smallDisk(t, "2m");
  const path = withUnfinished(temporaryFolder(t), disk);
  fillDisk(disk);
  const bytes = () => [path, `${path}-wal`].map((file) => readFileSync(file).toString("latin1"));
  const before = bytes();
  assert.deepEqual(idsOf(path), ["1", "2"]);
  assert.deepEqual(bytes(), before);
});

test("a database that may not be read is a failure that says so", async (t) => {
  const { path } = withDatabase(temporaryFolder(t));
  chmodSync(path, 0o000);
  await asOrdinaryUser(() =>
    assert.throws(() => staging.open(path, { create: false }), {
      name: "Failure",
      outcome: "no_input",
      message: `cannot open ${path}: permission denied`,
    }),
  );
});
