import assert from "node:assert/strict";
import { copyFileSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { hasArrived, type RecordKey, staging } from "../../store/staging/index.js";
import { smallDisk, WITHOUT_SMALL_DISK } from "../../testing/limits.js";
import { finished, linesOf, shell, start, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../../testing/samples.js";
import { heldLoad, killedLoad, NONE, PRIVATE, stagingOf, titled, until } from "./leftover.test.util.js";

/** What a killed load had read from a pipe is taken in exactly once, and never in the way of another load. */

test("of two loads that wait, one takes in what a killed one had read, and nothing newer is put back", async (t) => {
  const { db, titles, runs, files } = stagingOf(t);
  const { child, end } = await heldLoad(db, titled("old"));
  const waiting = ["newer", "newest"].map((title) => {
    const load = start(["ov-stage", "load", "--db", db, "--wait"]);
    load.stdin?.end(titled(title));
    return finished(load);
  });
  child.kill("SIGKILL");
  await end;
  const results = await Promise.all(waiting);
  for (const { code, stderr } of results) assert.equal(code, 0, stderr);
  const leftovers = results.map(({ stdout }) => linesOf(stdout)[0]?.leftover).filter(Boolean);
  assert.deepEqual(leftovers, [{ ...NONE, inserted: 3 }]);
  const [title] = titles();
  assert.deepEqual(titles(), [title, title, title]);
  assert.match(String(title), /^newe/);
  const all = runs();
  assert.deepEqual(
    all.filter(([, , input]) => input !== "stdin").map(([, ...rest]) => rest),
    [["done", "what load 1 had read", null]],
  );
  assert.equal(all.length, 4);
  assert.deepEqual(files(), []);
});

for (const how of ["ends with 65", "is interrupted"]) {
  test(`a load that ${how} has taken in what a killed one had read, once and for all`, async (t) => {
    const { db, stage, good, titles, runs, files } = stagingOf(t);
    await killedLoad(db, titled("old"));
    if (how === "ends with 65") {
      const { code, stderr, stdout } = await stage(["load"], `${titled("new", 1)}nonsense\n`);
      assert.equal(code, 65);
      assert.match(stderr, /^ov-stage: warning: load 1 came to nothing; .* is load 2: 3 inserted, /);
      assert.match(stderr, /\nov-stage: stdin:2: not valid JSON/);
      assert.equal(stdout, "");
    } else {
      const { child, end } = await heldLoad(db, titled("new", 1));
      child.kill("SIGINT");
      assert.equal((await end).code, 130);
    }
    assert.deepEqual(titles(), ["new", "old", "old"]);
    const kept = how === "ends with 65" ? "failed" : "interrupted";
    const before = [
      [1, "crashed", "stdin", 2],
      [2, "done", "what load 1 had read", null],
      [3, kept, "stdin", null],
    ];
    assert.deepEqual(runs(), before);
    assert.deepEqual(files(), []);
    const { objects, stderr } = await good(["load"], titled("newest"));
    assert.deepEqual(objects, [{ ...NONE, updated: 3 }]);
    assert.doesNotMatch(stderr, /came to nothing/);
    assert.deepEqual(titles(), ["newest", "newest", "newest"]);
  });
}

test("what is wrong with what a killed load had read is rejects in a file, and never stops a load", async (t) => {
  const { db, stage, good, files } = stagingOf(t);
  await good(["load"], ndjson(sampleRecords(2)));
  const read = (id: string, change = {}) =>
    sampleRecord({ foreign_identifier: id, title: "read, then killed", ...change });
  const [one, two, three] = ["1", "2", "3"].map((id) => read(id));
  const elsewhere = read("4", { url: two?.url });
  const text = `${JSON.stringify(one)}\nnonsense\n${ndjson([two, three, elsewhere])}{"provider":"fli`;
  await killedLoad(db, text, "--restore", "--rejects", join(temporaryFolder(t), "rejects"));
  await good(["remove", "--reason", "takedown"], "flickr 1");
  assert.deepEqual(files(), ["staging.db-input-2"]);

  const { stdout, stderr, code } = await stage(["load"], titled("new", 0));
  assert.equal(code, 0, stderr);
  const leftover = { ...NONE, inserted: 1, updated: 1, url_duplicates: 1, rejected: 3 };
  assert.deepEqual(linesOf(stdout), [{ ...NONE, leftover }]);
  const rejects = `${db}-rejects-2.ndjson`;
  assert.deepEqual(
    stderr.split("\n").map((line) => line.replace(/on \S+Z/, "on TIME")),
    [
      "ov-stage: warning: load 2 came to nothing; what it had read, as seen on TIME, is load 4: 1 inserted, 1 updated, 0 unchanged, 3 rejected",
      `ov-stage: warning: rejected of it: 1 removed, 1 json, 1 url_duplicate; see ${rejects}`,
      `ov-stage: ${db}: 0 inserted, 0 updated, 0 unchanged, 0 rejected`,
      "",
    ],
  );
  assert.doesNotMatch(stderr, /--restore/);
  assert.equal(statSync(rejects).mode & 0o777, 0o600);
  const lines = linesOf(readFileSync(rejects, "utf8"));
  assert.deepEqual(
    lines.map(({ file, line, code, input }) => [file, line, code, input]),
    [
      [undefined, 1, "removed", JSON.stringify(one)],
      [undefined, 2, "json", "nonsense"],
      [undefined, 5, "url_duplicate", JSON.stringify(elsewhere)],
    ],
  );
  assert.match(String(lines[0]?.error), /^this record was removed on \d{4}-\d\d-\d\d \(takedown\)$/);
  assert.deepEqual(files(), ["staging.db-rejects-2.ndjson"]);
  assert.deepEqual((await good(["load"], titled("new", 0))).objects, [NONE]);
  assert.deepEqual(
    (await good(["dump"])).objects.map(({ foreign_identifier, title }) => [foreign_identifier, title]),
    [
      ["2", "read, then killed"],
      ["3", "read, then killed"],
    ],
  );
});

test("where all that a killed load had read is bad, the next one goes on as ever", async (t) => {
  const { db, good } = stagingOf(t);
  await killedLoad(db, "nonsense\nmore of it\n", "--rejects", join(temporaryFolder(t), "rejects"));
  assert.deepEqual((await good(["load"], titled("new"))).objects, [
    { ...NONE, inserted: 3, leftover: { ...NONE, rejected: 2 } },
  ]);
});

for (const isStrict of [false, true]) {
  test(`what values of it lose is counted${isStrict ? ", or rejected with --strict" : ""}`, async (t) => {
    const { db, good } = stagingOf(t);
    await killedLoad(db, ndjson([sampleRecord({ width: "1.200" })]));
    const { objects, stderr } = await good(["load", ...(isStrict ? ["--strict"] : [])], "");
    const dropped = { width: { "not a whole number": 1 } };
    const leftover = isStrict ? { ...NONE, rejected: 1 } : { ...NONE, inserted: 1, dropped };
    assert.deepEqual(objects, [{ ...NONE, leftover }]);
    assert.match(
      stderr,
      isStrict ? /rejected of it: 1 bad_width; see / : /dropped of it: 1 width \(not a whole number\)/,
    );
  });
}

test("a load that is killed between its commit and the end of the file does not have it taken in again", async (t) => {
  const { db, good, titles, files } = stagingOf(t);
  await killedLoad(db, titled("left"));
  copyFileSync(`${db}-input-1`, `${db}-copy`);
  await good(["load"], titled("new"));
  renameSync(`${db}-copy`, `${db}-input-1`);
  const { objects } = await good(["load"], "");
  assert.deepEqual(objects, [NONE]);
  assert.deepEqual(titles(), ["new", "new", "new"]);
  assert.deepEqual(files(), []);
});

test("a load that kept what came before its end leaves nothing to be taken in", async (t) => {
  const { db, stage, good, titles, files } = stagingOf(t);
  assert.equal((await stage(["load"], `${titled("kept")}nonsense\n`)).code, 65);
  // As if it had been killed before it could remove its file, which is older than its end.
  writeFileSync(`${db}-input-1`, titled("kept"), PRIVATE);
  utimesSync(`${db}-input-1`, 0, 0);
  assert.deepEqual((await good(["load"], titled("new"))).objects, [{ ...NONE, updated: 3 }]);
  assert.deepEqual(titles(), ["new", "new", "new"]);
  assert.deepEqual(files(), []);
});

test("a last line without a line end is taken in where it is whole", async (t) => {
  const { db, good, titles } = stagingOf(t);
  await killedLoad(db, titled("whole").trimEnd());
  await good(["load"], "");
  assert.equal(titles().length, 3);
});

test("what is read from a file can be read again, and is not kept", async (t) => {
  const { db, files, runs } = stagingOf(t);
  const file = join(temporaryFolder(t), "records.ndjson");
  writeFileSync(file, titled("x", 30_000));
  let isOver = false;
  let wasKept = false;
  const ended = shell(`ov-stage load --db '${db}' < '${file}'`).finally(() => {
    isOver = true;
  });
  await until(() => {
    wasKept ||= files().some((name) => name.includes("-input-"));
    return isOver;
  });
  const { code, stdout } = await ended;
  assert.equal(code, 0);
  assert.equal(linesOf(stdout)[0]?.inserted, 30_000);
  assert.equal(wasKept, false);
  assert.deepEqual(runs(), [[1, "done", "stdin", null]]);
});

test("a disk that is full leaves what was read for the next load", {
  skip: WITHOUT_SMALL_DISK,
}, async (t) => {
  const { db, stage, good, titles } = stagingOf(t, smallDisk(t, "3m"));
  await killedLoad(db, titled("read"));
  await shell(`head -c 4m /dev/zero > '${db}-full'`);
  for (let night = 0; night < 2; night++) assert.equal((await stage(["load"], titled("new"))).code, 73);
  rmSync(`${db}-full`);
  const { objects } = await good(["load"], "");
  assert.deepEqual(objects, [{ ...NONE, leftover: { ...NONE, inserted: 3 } }]);
  assert.deepEqual(titles(), ["read", "read", "read"]);
});

test("runs tells what is still to be taken in", async (t) => {
  const { db, stage, good } = stagingOf(t);
  await killedLoad(db, titled("read"));
  await good(["remove", "--reason", "takedown"], "flickr 9");
  const { stderr } = await stage(["runs"]);
  assert.equal(stderr, `ov-stage: ${db}-input-1 holds what load 1 had read; the next load takes it in\n`);
  await good(["load"], "");
  assert.equal((await stage(["runs"])).stderr, "");
});

test("records have arrived where all of them were taken in, and not where their beginning was", async (t) => {
  const { db, good } = stagingOf(t);
  const keyOf = (record: Record<string, unknown>): RecordKey => [
    "image",
    String(record.provider),
    String(record.foreign_identifier),
  ];
  const records = sampleRecords(5);
  const keys = records.map(keyOf);
  const arrived = (written: number) => {
    const database = staging.openForReading(db);
    const sent = { began: "2026-01-01", first: keys.slice(0, 2), last: keys.slice(-2), written };
    const answer = hasArrived(database, sent);
    database.close();
    return answer;
  };
  await killedLoad(db, ndjson(records));
  assert.equal(arrived(5), false, "nothing of it is there yet");
  await good(["load"], "");
  assert.equal(arrived(5), true);
  // The last record came near the beginning, too, and the load was killed before the rest.
  assert.equal(arrived(6), false);
});
