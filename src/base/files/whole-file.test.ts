import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { asOrdinaryUser, smallDisk, WITHOUT_SMALL_DISK } from "../../testing/limits.js";
import { temporaryFolder } from "../../testing/run.js";
import { WholeFile, writeWholeFile } from "./whole-file.js";

const noOutput = (message: string) => ({ name: "Failure", outcome: "no_output", message });

test("a file stands under its name only when it is whole", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a.ndjson");
  const file = await WholeFile.create(path);
  await file.write("one\n");
  await file.write(Buffer.from("zwei\n"));
  assert.equal(existsSync(path), false);
  await file.commit();
  assert.equal(readFileSync(path, "utf8"), "one\nzwei\n");
  assert.deepEqual(readdirSync(folder), ["a.ndjson"]);
});

test("the older file of that name stays whole until the new one is", async (t) => {
  const path = join(temporaryFolder(t), "a");
  writeFileSync(path, "older and longer");
  const file = await WholeFile.create(path);
  await file.write("new");
  assert.equal(readFileSync(path, "utf8"), "older and longer");
  await file.commit();
  assert.equal(readFileSync(path, "utf8"), "new");
});

test("a file that is abandoned leaves nothing behind, however often and whenever that is said", async (t) => {
  const folder = temporaryFolder(t);
  const abandoned = await WholeFile.create(join(folder, "a"));
  await abandoned.write("x");
  await abandoned.abandon();
  await abandoned.abandon();
  assert.deepEqual(readdirSync(folder), []);

  const done = await WholeFile.create(join(folder, "b"));
  await done.commit();
  await done.abandon();
  assert.deepEqual(readdirSync(folder), ["b"]);
});

test("a pipe gets what is written at once, and stays a pipe; so does a device", async (t) => {
  const path = join(temporaryFolder(t), "pipe");
  spawnSync("mkfifo", [path]);
  const reader = spawn("cat", [path]);
  const read = reader.stdout.setEncoding("utf8").toArray();
  const file = await WholeFile.create(path);
  await file.write("one\n");
  await file.commit();
  assert.equal((await read).join(""), "one\n");
  assert.ok(statSync(path).isFIFO());

  // By another name for it: root would lose more than a test if this went wrong.
  const device = join(temporaryFolder(t), "null");
  symlinkSync("/dev/null", device);
  await writeWholeFile(device, "x");
  const abandoned = await WholeFile.create(device);
  await abandoned.abandon();
  assert.ok(lstatSync(device).isSymbolicLink() && statSync(device).isCharacterDevice());
});

test("a file that the process has open already is refused under that name", async (t) => {
  const file = await open(join(temporaryFolder(t), "a"), "w");
  const path = `/dev/fd/${file.fd}`;
  await assert.rejects(
    WholeFile.create(path),
    noOutput(`cannot create ${path}: it is a file that is open already; name another`),
  );
  await file.close();
});

test("a file that cannot be put in place leaves nothing behind either", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a");
  const file = await WholeFile.create(path);
  mkdirSync(path);
  await assert.rejects(file.commit(), noOutput(`cannot write ${path}: it is a folder`));
  await file.abandon();
  assert.deepEqual(readdirSync(folder), ["a"]);
});

test("nothing more can be written to a file that is closed", async (t) => {
  const path = join(temporaryFolder(t), "a");
  const file = await WholeFile.create(path);
  await file.commit();
  await assert.rejects(file.write("x"), noOutput(`cannot write ${path}: ${path} is closed already`));
  assert.equal(readFileSync(path, "utf8"), "");
});

test("what is in the way is found before any work is done", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "file"), "");
  const paths: [path: string, reason: string][] = [
    [folder, "it is a folder"],
    [`${folder}/`, "it is a folder"],
    [join(folder, "nowhere", "a"), "no such file or folder"],
    [join(folder, "file", "a"), "a part of the path is not a folder"],
    [join(folder, "x".repeat(300)), "the name is too long"],
  ];
  for (const [path, reason] of paths) {
    await assert.rejects(WholeFile.create(path), noOutput(`cannot create ${path}: ${reason}`));
  }
  assert.deepEqual(readdirSync(folder), ["file"]);
});

test("a folder that may not be written to is a failure that says so", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a");
  chmodSync(folder, 0o555);
  await asOrdinaryUser(() =>
    assert.rejects(WholeFile.create(path), noOutput(`cannot create ${path}: permission denied`)),
  );
});

test("a full disk is a failure that says so, and the older file stays", {
  skip: WITHOUT_SMALL_DISK,
}, async (t) => {
  const folder = smallDisk(t);
  const path = join(folder, "a");
  writeFileSync(path, "older");
  await assert.rejects(
    writeWholeFile(path, "x".repeat(1_000_000)),
    noOutput(`cannot write ${path}: no space left on device`),
  );
  assert.deepEqual(readdirSync(folder), ["a"]);
  assert.equal(readFileSync(path, "utf8"), "older");
});

test("two processes that write the same file do not mix: one of them wins whole", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a");
  const module = JSON.stringify(new URL("./index.js", import.meta.url).href);
  const script = `
    const { WholeFile } = await import(${module});
    const file = await WholeFile.create(process.argv[1]);
    for (let i = 0; i < 200; i++) await file.write(process.argv[2].repeat(100));
    await file.commit();`;
  const codes = await Promise.all(
    ["a", "b", "c"].map(async (letter) => {
      const args = ["--input-type=module", "-e", script, path, letter];
      return (await once(spawn(process.execPath, args, { stdio: "inherit" }), "close"))[0];
    }),
  );
  assert.deepEqual(codes, [0, 0, 0]);
  assert.match(readFileSync(path, "utf8"), /^(a{20000}|b{20000}|c{20000})$/);
  assert.deepEqual(readdirSync(folder), ["a"]);
});
