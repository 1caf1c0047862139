import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Database as Sqlite } from "../../base/sqlite/sqlite.js";
import { cleanRecord, columnsOf, type MediaRecord } from "../../record/index.js";
import { temporaryFolder } from "../../testing/run.js";
import { loadOptions, sampleRecord } from "../../testing/samples.js";
import { staging } from "./database.js";
import { dumpLines } from "./dump.test.util.js";
import { Loader } from "./load.js";
import { loadRecord } from "./load.test.util.js";

const CREATE = { create: true };
const READ = { create: false };
const NOW = new Date("2024-05-06T07:08:09Z");

function recordOf(change: Record<string, unknown>): MediaRecord {
  const cleaned = cleanRecord(sampleRecord(change));
  assert.ok("record" in cleaned);
  return cleaned.record;
}

const failure = (outcome: string, message: string) => ({ name: "Failure", outcome, message });

/** A database with one record, closed. */
function filled(path: string): string {
  const database = staging.open(path, CREATE);
  const loader = new Loader(database, path, loadOptions(NOW));
  loadRecord(loader, recordOf({}));
  loader.commit();
  database.close();
  return path;
}

test("a new database is readable by its owner alone, and so are the files beside it", (t) => {
  const path = join(temporaryFolder(t), "staging.db");
  const database = staging.open(path, CREATE);
  t.after(() => database.close());
  const loader = new Loader(database, path, loadOptions(NOW));
  loadRecord(loader, recordOf({}));
  loader.commit();
  for (const file of [path, `${path}-wal`, `${path}-shm`])
    assert.equal(statSync(file).mode & 0o777, 0o600, file);
});

test("the tables have the columns of the record table, in order", (t) => {
  const database = staging.open(join(temporaryFolder(t), "staging.db"), CREATE);
  t.after(() => database.close());
  for (const media of ["image", "audio"] as const) {
    const columns = database.prepare(`SELECT name FROM pragma_table_info('${media}')`).pluck().all();
    assert.deepEqual(
      columns,
      columnsOf(media).map(({ name }) => name),
    );
  }
});

test("opening a database again keeps what is in it", (t) => {
  const path = filled(join(temporaryFolder(t), "staging.db"));
  for (const options of [CREATE, READ]) {
    const database = staging.open(path, options);
    assert.equal(dumpLines(database).length, 1);
    database.close();
  }
});

test("a database is read while another program writes to it", (t) => {
  const path = filled(join(temporaryFolder(t), "staging.db"));
  const writing = staging.open(path, CREATE);
  const reading = staging.open(path, READ);
  t.after(() => [writing, reading].map((database) => database.close()));
  const loader = new Loader(writing, path, loadOptions(NOW));
  loadRecord(loader, recordOf({ foreign_identifier: "2" }));
  assert.equal(dumpLines(reading).length, 1);
  loader.commit();
  assert.equal(dumpLines(reading).length, 2);
});

test("a database that is not there is a failure when it is to be read, and is not made", (t) => {
  const folder = temporaryFolder(t);
  for (const path of [join(folder, "staging.db"), join(folder, "nowhere", "staging.db")]) {
    assert.throws(
      () => staging.open(path, READ),
      failure("no_input", `cannot open ${path}: no such file or folder`),
    );
    assert.equal(existsSync(path), false);
  }
});

test("a database that cannot be made is a failure that says why", (t) => {
  const folder = temporaryFolder(t);
  const nowhere = join(folder, "nowhere", "staging.db");
  assert.throws(
    () => staging.open(nowhere, CREATE),
    failure("no_output", `cannot create ${nowhere}: no such file or folder`),
  );
  assert.throws(
    () => staging.open(folder, CREATE),
    failure("no_input", `cannot open ${folder}: it is a folder; name a file with --db`),
  );
});

test("a file that is not SQLite's is refused and left alone", (t) => {
  const path = join(temporaryFolder(t), "records.ndjson");
  const text = '{"url":"x"}\n'.repeat(100);
  writeFileSync(path, text);
  for (const options of [CREATE, READ]) {
    assert.throws(
      () => staging.open(path, options),
      failure("bad_input", `cannot use ${path}: not a SQLite file`),
    );
  }
  assert.equal(readFileSync(path, "utf8"), text);
});

test("somebody else's SQLite file is refused and not changed by a byte", (t) => {
  const path = join(temporaryFolder(t), "photos.db");
  const other = new Sqlite(path);
  other.exec("CREATE TABLE image (url TEXT)");
  other.close();
  const before = readFileSync(path);
  for (const options of [CREATE, READ]) {
    assert.throws(
      () => staging.open(path, options),
      failure("bad_input", `${path} is not a staging database; name another file with --db`),
    );
  }
  assert.deepEqual(readFileSync(path), before);
});

test("an empty file becomes a database when one is to be made, and is refused when it is to be read", (t) => {
  const path = join(temporaryFolder(t), "staging.db");
  writeFileSync(path, "");
  assert.throws(
    () => staging.open(path, READ),
    failure("bad_input", `${path} is not a staging database; name another file with --db`),
  );
  assert.equal(dumpLines(staging.open(filled(path), READ)).length, 1);
});

test("a database of a newer version is refused", (t) => {
  const path = filled(join(temporaryFolder(t), "staging.db"));
  const database = new Sqlite(path);
  database.exec("PRAGMA user_version = 99");
  database.close();
  for (const options of [CREATE, READ]) {
    assert.throws(
      () => staging.open(path, options),
      failure("bad_input", `${path} was made by a newer ov-tools (schema 99); update ov-tools`),
    );
  }
});

test("a database that another program holds is a failure that may be tried again", (t) => {
  const path = filled(join(temporaryFolder(t), "staging.db"));
  const other = new Sqlite(path);
  other.exec("BEGIN IMMEDIATE");
  const database = staging.open(path, CREATE);
  t.after(() => [other, database].map((one) => one.close()));
  database.exec("PRAGMA busy_timeout = 1");
  const loader = new Loader(database, path, loadOptions(NOW));
  const busy = `cannot use ${path}: another program is writing to it; run this again when it is done`;
  assert.throws(() => loadRecord(loader, recordOf({})), { ...failure("temporary", busy), retryable: true });
  other.exec("ROLLBACK");
  assert.equal(loadRecord(loader, recordOf({})), undefined);
});

test("a damaged database is a failure that says what to do", (t) => {
  const path = filled(join(temporaryFolder(t), "staging.db"));
  const bytes = readFileSync(path);
  bytes.fill(0xff, 4096);
  writeFileSync(path, bytes);
  const message =
    `cannot use ${path}: SQLite cannot read it (database disk image is malformed); ` +
    `it is damaged: run ov-stage check --db ${path}`;
  const look = () => {
    const database = staging.openForReading(path);
    t.after(() => database.close());
    staging.explain(path, () => dumpLines(database));
  };
  assert.throws(look, failure("bad_input", message));
});

test("two first loads at once end in one database with the records of both", async (t) => {
  const path = join(temporaryFolder(t), "staging.db");
  const samples = JSON.stringify(["a", "b", "c"].map((id) => recordOf({ foreign_identifier: id })));
  const [index, util] = ["./index.js", "./load.test.util.js"].map((name) =>
    JSON.stringify(new URL(name, import.meta.url).href),
  );
  const script = `
    const { Loader, staging } = await import(${index});
    const { loadRecord } = await import(${util});
    const path = process.argv[1];
    const loader = new Loader(staging.open(path, { create: true }), path, { now: new Date(), run: 1 });
    loadRecord(loader, ${samples}[process.argv[2]]);
    loader.commit();`;
  const codes = await Promise.all(
    [0, 1, 2].map(async (i) => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script, path, String(i)], {
        stdio: "inherit",
      });
      return (await once(child, "close"))[0];
    }),
  );
  assert.deepEqual(codes, [0, 0, 0]);
  const database = staging.open(path, READ);
  t.after(() => database.close());
  assert.equal(dumpLines(database).length, 3);
});
