import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { temporaryFolder } from "../../testing/run.js";
import { deadRun, livingRun, strangeRun, thisRun } from "./makers.test.util.js";
import { keptAlive, leftoversOf, temporaryName } from "./temporary.js";
import { writeWholeFile } from "./whole-file.js";

const HOUR_MS = 3600 * 1000;

test("what runs that died have left goes, and nothing else", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a");
  const living = spawn("sleep", ["60"]);
  t.after(() => living.kill());
  await once(living, "spawn");
  const dead = deadRun();
  const name = temporaryName(path, dead);
  const kept = [
    // Of runs that go on, of this very process, and of others that cannot be seen from here.
    temporaryName(path, livingRun(living.pid as number)),
    temporaryName(path),
    temporaryName(path, strangeRun()),
    // Of other outputs.
    temporaryName(join(folder, "b"), dead),
    temporaryName(join(folder, "aa"), dead),
    // What people call so; the first three are names that earlier versions gave.
    ...[`a.part-${dead.pid}`, `a.part-${dead.pid}-old`, "a.part-4194301", "a.part-one", "a.part-", "a.part"],
    // Nearly ours: a copy, a renamed one, one digit changed.
    ...[`${name}.gz`, `${name}-old-notes`, `x${basename(name)}`, basename(name).replace("a.part", "ab.part")],
    name.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")),
  ].map((one) => basename(one));
  for (const one of kept) writeFileSync(join(folder, one), "mine");
  writeFileSync(name, "");
  mkdirSync(join(`${temporaryName(path, dead)}-old`, "deep"), { recursive: true });
  // The number of a process comes again, after a while, and in a container at once.
  writeFileSync(temporaryName(path, { ...livingRun(living.pid as number), start: 1 }), "");
  writeFileSync(temporaryName(path, { ...thisRun(), start: 1 }), "");
  await writeWholeFile(path, "x");
  assert.deepEqual(readdirSync(folder).sort(), ["a", ...kept].sort());
});

test("what a run in another container has left goes when nobody has looked after it for a day", async (t) => {
  const path = join(temporaryFolder(t), "a");
  const names = [25, 23].map((hours) => {
    const name = temporaryName(path, strangeRun());
    writeFileSync(name, "");
    const then = new Date(Date.now() - hours * HOUR_MS);
    utimesSync(name, then, then);
    return name;
  });
  assert.deepEqual(await leftoversOf(path), names.slice(0, 1));
});

test("a run that goes on looks after what it writes every hour, until it is done", async (t) => {
  const path = join(temporaryFolder(t), "a");
  writeFileSync(path, "");
  const then = new Date("2020-01-01");
  t.mock.timers.enable({ apis: ["setInterval"] });
  const stop = keptAlive(path);
  for (const isOver of [false, true]) {
    utimesSync(path, then, then);
    if (isOver) stop();
    t.mock.timers.tick(HOUR_MS);
    // A busy machine may take its time with what is to happen; what must not happen is given a moment.
    const end = performance.now() + (isOver ? 50 : 10_000);
    while (performance.now() < end && statSync(path).mtimeMs === then.getTime()) await sleep(1);
    assert.equal(statSync(path).mtimeMs === then.getTime(), isOver);
  }
});

test("no name is too long for a disk, and each is told from that of any other output", () => {
  const names = fc.string({ unit: "grapheme", minLength: 1, maxLength: 255 }).filter((text) => {
    return !/[/\0]|^\.{1,2}$/.test(text) && Buffer.byteLength(text) <= 255;
  });
  fc.assert(
    fc.property(names, (name) => {
      const temporary = temporaryName(`folder/${name}/`);
      assert.equal(temporary.slice(0, 7), "folder/");
      assert.ok(Buffer.byteLength(`${basename(temporary)}-old`) <= 255);
      assert.notEqual(temporary, temporaryName(`folder/${name}`));
    }),
  );
});

test("a file whose name has 255 bytes is written, and what died of it is removed", async (t) => {
  const folder = temporaryFolder(t);
  for (const name of ["x".repeat(255), `${"ü".repeat(127)}x`]) {
    const path = join(folder, name);
    writeFileSync(temporaryName(path, deadRun()), "");
    const other = basename(temporaryName(join(folder, `${name.slice(0, -1)}y`), deadRun()));
    writeFileSync(join(folder, other), "of another output that begins like it");
    await writeWholeFile(path, "x");
    assert.deepEqual(new Set(readdirSync(folder)), new Set([name, other]));
    for (const one of [name, other]) rmSync(join(folder, one));
  }
});
