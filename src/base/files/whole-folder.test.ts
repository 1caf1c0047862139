import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { asOrdinaryUser, smallDisk, WITHOUT_SMALL_DISK } from "../../testing/limits.js";
import { temporaryFolder } from "../../testing/run.js";
import { deadRun } from "./makers.test.util.js";
import { asideName, temporaryName } from "./temporary.js";
import { writeWholeFile } from "./whole-file.js";
import { type FolderRules, WholeFolder } from "./whole-folder.js";

/** Folders of cards: everything in them ends in `.card`. */
const RULES: FolderRules = {
  replace: false,
  what: "cards",
  recognise: (entries) => entries.every((name) => name.endsWith(".card")),
};
const REPLACE = { ...RULES, replace: true };
const noOutput = (message: string) => ({ name: "Failure", outcome: "no_output", message });

/** A folder with some files in it. */
function folderOf(path: string, ...names: string[]): string {
  mkdirSync(path);
  for (const name of names) writeFileSync(join(path, name), name);
  return path;
}

test("a folder stands under its name only when it is whole, and its parents are made", async (t) => {
  const home = temporaryFolder(t);
  const path = join(home, "deep", "cards");
  const folder = await WholeFolder.create(path, RULES);
  await writeWholeFile(join(folder.path, "a.card"), "a");
  mkdirSync(join(folder.path, "sub"));
  assert.equal(existsSync(path), false);
  await folder.commit();
  assert.deepEqual(readdirSync(path), ["a.card", "sub"]);
  assert.deepEqual(readdirSync(join(home, "deep")), ["cards"]);
});

test("a folder that is abandoned leaves nothing behind, and the one that stood there stays", async (t) => {
  const home = temporaryFolder(t);
  const path = folderOf(join(home, "cards"), "old.card");
  const folder = await WholeFolder.create(path, REPLACE);
  writeFileSync(join(folder.path, "a.card"), "a");
  await folder.abandon();
  await folder.abandon();
  assert.deepEqual(readdirSync(home), ["cards"]);
  assert.deepEqual(readdirSync(path), ["old.card"]);
});

test("abandoning what is in place does nothing", async (t) => {
  const path = join(temporaryFolder(t), "cards");
  const folder = await WholeFolder.create(path, RULES);
  await folder.commit();
  await folder.abandon();
  assert.equal(existsSync(path), true);
});

test("an older folder of the same kind is replaced as a whole when that is asked for", async (t) => {
  const home = temporaryFolder(t);
  const path = folderOf(join(home, "cards"), "old.card", "older.card");
  const folder = await WholeFolder.create(path, REPLACE);
  writeFileSync(join(folder.path, "new.card"), "new");
  assert.deepEqual(readdirSync(path), ["old.card", "older.card"]);
  await folder.commit();
  assert.deepEqual(readdirSync(path), ["new.card"]);
  assert.deepEqual(readdirSync(home), ["cards"]);
});

test("a slash at the end of the name makes no difference", async (t) => {
  const home = temporaryFolder(t);
  const path = `${folderOf(join(home, "cards"), "old.card")}/`;
  const folder = await WholeFolder.create(path, REPLACE);
  writeFileSync(join(folder.path, "new.card"), "new");
  await folder.commit();
  assert.deepEqual(readdirSync(home), ["cards"]);
  assert.deepEqual(readdirSync(path), ["new.card"]);
});

test("an empty folder may be filled without being asked", async (t) => {
  const path = folderOf(join(temporaryFolder(t), "cards"));
  const folder = await WholeFolder.create(path, RULES);
  writeFileSync(join(folder.path, "a.card"), "a");
  await folder.commit();
  assert.deepEqual(readdirSync(path), ["a.card"]);
});

test("what stands there already is refused before any work is done, and left alone", async (t) => {
  const home = temporaryFolder(t);
  const cards = folderOf(join(home, "cards"), "a.card");
  const others = folderOf(join(home, "others"), "a.card", "thesis.tex");
  const file = join(home, "file");
  writeFileSync(file, "");
  const refused: [path: string, rules: FolderRules, message: string][] = [
    [cards, RULES, `${cards} holds cards already; name another folder, or replace it with --replace`],
    [others, RULES, `${others} holds other files; name a new or an empty folder`],
    [others, REPLACE, `${others} holds other files; name a new or an empty folder`],
    [file, REPLACE, `${file} is a file; name a folder`],
    [join(file, "cards"), RULES, `cannot create ${join(file, "cards")}: a part of the path is not a folder`],
  ];
  for (const [path, rules, message] of refused) {
    await assert.rejects(WholeFolder.create(path, rules), noOutput(message));
  }
  assert.deepEqual(readdirSync(home).sort(), ["cards", "file", "others"]);
  assert.equal(readFileSync(join(others, "thesis.tex"), "utf8"), "thesis.tex");
});

test("a folder that another run put there meanwhile is not replaced unasked", async (t) => {
  const home = temporaryFolder(t);
  const path = join(home, "cards");
  const late = await WholeFolder.create(path, RULES);
  folderOf(path, "first.card");
  await assert.rejects(
    late.commit(),
    noOutput(`${path} holds cards already; name another folder, or replace it with --replace`),
  );
  await late.abandon();
  assert.deepEqual(readdirSync(home), ["cards"]);
  assert.deepEqual(readdirSync(path), ["first.card"]);
});

test("what a run that died has left is removed, and a folder that a person has called so stays", async (t) => {
  const home = temporaryFolder(t);
  const path = folderOf(join(home, "cards"));
  for (const ending of ["", "-old"]) folderOf(temporaryName(path, deadRun()) + ending, "a.card");
  for (const name of ["cards.part-4194301", "cards.part-time"]) folderOf(join(home, name), "mine.txt");
  const folder = await WholeFolder.create(path, RULES);
  await folder.commit();
  assert.deepEqual(readdirSync(home).sort(), ["cards", "cards.part-4194301", "cards.part-time"]);
});

test("a folder that may not be written to is a failure that says so", async (t) => {
  const home = temporaryFolder(t);
  const path = join(home, "cards");
  chmodSync(home, 0o555);
  await asOrdinaryUser(() =>
    assert.rejects(WholeFolder.create(path, RULES), noOutput(`cannot create ${path}: permission denied`)),
  );
});

test("a folder that may not be read is a failure that says so", async (t) => {
  const home = temporaryFolder(t);
  const path = folderOf(join(home, "cards"), "a.card");
  chmodSync(home, 0o755);
  chmodSync(path, 0o300);
  await asOrdinaryUser(() =>
    assert.rejects(WholeFolder.create(path, REPLACE), noOutput(`cannot create ${path}: permission denied`)),
  );
  chmodSync(path, 0o700);
});

test("a folder that fills its disk can be abandoned, and the older one stays", {
  skip: WITHOUT_SMALL_DISK,
}, async (t) => {
  const home = smallDisk(t);
  const path = folderOf(join(home, "cards"), "old.card");
  const folder = await WholeFolder.create(path, REPLACE);
  const big = join(folder.path, "big.card");
  await assert.rejects(
    writeWholeFile(big, "x".repeat(1_000_000)),
    noOutput(`cannot write ${big}: no space left on device`),
  );
  await folder.abandon();
  assert.deepEqual(readdirSync(home), ["cards"]);
  assert.deepEqual(readdirSync(path), ["old.card"]);
});

test("the folder that a run was replacing when it died is put back by the next one", async (t) => {
  const home = temporaryFolder(t);
  const path = join(home, "cards");
  const half = folderOf(temporaryName(path, deadRun()), "half.card");
  folderOf(asideName(half), "old.card");
  await assert.rejects(
    WholeFolder.create(path, RULES),
    noOutput(`${path} holds cards already; name another folder, or replace it with --replace`),
  );
  assert.deepEqual(readdirSync(path), ["old.card"]);
  const folder = await WholeFolder.create(path, REPLACE);
  await folder.abandon();
  assert.deepEqual(readdirSync(home), ["cards"]);
});

for (const path of [".", "..", "/", "cards/.."]) {
  test(`${path} is no name for a new folder`, async () => {
    await assert.rejects(
      WholeFolder.create(path, RULES),
      noOutput(`${path} has no name to put a new folder under; name a folder`),
    );
  });
}
