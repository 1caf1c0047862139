import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { finished, linesOf, run, start, temporaryFolder } from "../testing/run.js";
import { NONE, titled, until } from "./stage/leftover.test.util.js";

/** A database is the file of the very name that is given, or none. */

for (const name of [" staging.db", "file:staging.db?mode=memory", "100 %41\n.db"]) {
  test(`a database may be called ${JSON.stringify(name)}, and is there afterwards`, async (t) => {
    const cwd = temporaryFolder(t);
    const loaded = await run(["ov-stage", "load", "--db", name], { stdin: titled("one"), cwd });
    assert.equal(loaded.code, 0, loaded.stderr);
    assert.deepEqual(readdirSync(cwd), [name]);
    for (const line of [["dump"], ["runs", "--json"], ["check"]] as const) {
      const { stdout, stderr, code } = await run(["ov-stage", ...line, "--db", name], { cwd });
      assert.equal(code, 0, stderr);
      if (line[0] === "dump") assert.equal(linesOf(stdout).length, 3);
    }
    assert.deepEqual(readdirSync(cwd), [name]);
  });
}

test("a database in memory is refused, a file that is called so is not", async (t) => {
  const cwd = temporaryFolder(t);
  const load = (db: string) => run(["ov-stage", "load", "--db", db], { stdin: titled("one"), cwd });
  const { stderr, code } = await load(":memory:");
  assert.equal(
    stderr.split("\n")[0],
    "ov-stage: --db: ':memory:' keeps nothing, and another command does not see it; name a file (./:memory: for one that is called so)",
  );
  assert.equal(code, 2);
  assert.deepEqual(readdirSync(cwd), []);
  assert.equal((await load("./:memory:")).code, 0);
  assert.deepEqual(readdirSync(cwd), [":memory:"]);
});

test("a name that ends with a blank is refused, and the database without it is left alone", async (t) => {
  const cwd = temporaryFolder(t);
  const load = (db: string, title: string) =>
    run(["ov-stage", "load", "--db", db], { stdin: titled(title), cwd });
  assert.equal((await load("staging.db", "theirs")).code, 0);
  for (const blank of [" ", "\n"]) {
    const { stderr, code } = await load(`staging.db${blank}`, "ours");
    assert.equal(
      stderr.split("\n")[0],
      `ov-stage: ${JSON.stringify(`staging.db${blank}`)} ends with a blank, which SQLite's library takes off; give the file another name`,
    );
    assert.equal(code, 2);
  }
  assert.deepEqual(readdirSync(cwd), ["staging.db"]);
  const { stdout } = await run(["ov-stage", "dump", "--db", "staging.db"], { cwd });
  assert.deepEqual(new Set(linesOf(stdout).map(({ title }) => title)), new Set(["theirs"]));
});

test("a folder that vanishes under a load is told in words", async (t) => {
  const folder = join(temporaryFolder(t), "gone");
  const db = join(folder, "staging.db");
  writeFileSync(`${folder}-not`, "");
  const { mkdirSync } = await import("node:fs");
  mkdirSync(folder);
  const child = start(["ov-stage", "load", "--db", db]);
  child.stdin?.write(titled("one"));
  const end = finished(child);
  await until(() => readdirSync(folder).some((name) => name.includes("-input-")));
  rmSync(folder, { recursive: true });
  // A second record of a work: what was there before is looked for in the file.
  child.stdin?.end(titled("two"));
  const { stderr, code } = await end;
  assert.equal(stderr, `ov-stage: cannot open ${db}: its folder is not there any more\n`);
  assert.equal(code, 73);
});

test("what is not a time, or has no year of four digits, is refused", async (t) => {
  const db = join(temporaryFolder(t), "staging.db");
  for (const SOURCE_DATE_EPOCH of ["yesterday", "253402300800"]) {
    const { stderr, code } = await run(["ov-stage", "load", "--db", db], {
      stdin: titled("one"),
      env: { SOURCE_DATE_EPOCH },
    });
    assert.match(
      stderr,
      new RegExp(`SOURCE_DATE_EPOCH: '${SOURCE_DATE_EPOCH}' is not valid: it must be seconds`),
    );
    assert.equal(code, 2);
  }
  const env = { SOURCE_DATE_EPOCH: "253402300799" };
  const { stdout } = await run(["ov-stage", "load", "--db", db], { stdin: titled("one"), env });
  assert.deepEqual(linesOf(stdout), [{ ...NONE, inserted: 3 }]);
});
