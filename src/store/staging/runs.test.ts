import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Database } from "../../base/sqlite/index.js";
import { temporaryFolder } from "../../testing/run.js";
import { staging } from "./database.js";
import { Run } from "./runs.js";

const START = {
  command: "load",
  version: "2",
  input: "stdin",
  wait: true,
  signal: new AbortController().signal,
};

/** A database through two connections, as two programs have it. */
function twoOf(t: TestContext): [path: string, one: Database, other: Database] {
  const path = join(temporaryFolder(t), "staging.db");
  const [one, other] = [1, 2].map(() => staging.open(path, { create: true })) as [Database, Database];
  t.after(() => {
    one.close();
    other.close();
  });
  return [path, one, other];
}

const statesOf = (database: Database) =>
  database.prepare("SELECT id, state FROM runs ORDER BY id").raw().all() as [number, string][];

test("runs have the order of their numbers, also where one comes between the note of another and its transaction", async (t) => {
  const [path, one, other] = twoOf(t);
  const exec = one.exec.bind(one);
  let late: Promise<Run> | undefined;
  const second = await new Promise<Run>((resolve) => {
    let isFree = true;
    one.exec = (sql) => {
      exec(sql);
      // The lock is free for a moment, and the other one is there at once.
      if (sql === "COMMIT" && isFree) {
        isFree = false;
        resolve(Run.begin(other, path, START));
      }
      return one;
    };
    late = Run.begin(one, path, START);
  });
  assert.equal(second.id, 2);
  second.end({}, "done");
  const first = (await late) as Run;
  assert.equal(first.id, 3);
  assert.deepEqual(statesOf(one), [
    [2, "done"],
    [3, "running"],
  ]);
  first.end({}, "done");
  assert.deepEqual(statesOf(one), [
    [2, "done"],
    [3, "done"],
  ]);
});

test("a run without anything to do leaves no note, and the lock to others", async (t) => {
  const [path, one, other] = twoOf(t);
  assert.equal(await Run.beginWhere(one, path, START, () => undefined), undefined);
  assert.deepEqual(statesOf(other), []);
  assert.equal((await Run.begin(other, path, { ...START, wait: false })).id, 1);
});

test("lines are those of the last load that is there: a killed one of another version has seen none", async (t) => {
  const [path, one] = twoOf(t);
  (await Run.begin(one, path, { ...START, version: "1" })).end({}, "done");
  await Run.begin(one, path, START);
  one.exec("ROLLBACK");
  assert.equal((await Run.begin(one, path, START)).lastVersion, "1");
});
