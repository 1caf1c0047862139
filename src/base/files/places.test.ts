import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { smallDisk, WITHOUT_SMALL_DISK } from "../../testing/limits.js";
import { temporaryFolder } from "../../testing/run.js";
import { openGrowing, WholeFile, writeWholeFile } from "./whole-file.js";
import { WholeFolder } from "./whole-folder.js";

/** Where outputs go that are named by links, and what there may be in their place. */

const noOutput = (message: string) => ({ name: "Failure", outcome: "no_output", message });
const RULES = { replace: true, what: "cards", recognise: (paths: readonly string[]) => paths.every(isCard) };
const isCard = (path: string) => path.endsWith(".card");
const isRoot = process.getuid?.() === 0;

async function putFolder(path: string): Promise<void> {
  const folder = await WholeFolder.create(path, RULES);
  writeFileSync(join(folder.path, "new.card"), "");
  await folder.commit();
}

test("a link to a file stays, and leads to the new file, on its own disk", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "disk", "deep"), { recursive: true });
  symlinkSync("disk/deep", join(folder, "way"));
  // By a folder that is a link, up from where that leads to, and through a second link.
  for (const [link, target] of [
    ["there", "disk/older"],
    ["way/up", "../newer"],
    ["second", "way/up"],
  ] as const) {
    const path = join(folder, link);
    symlinkSync(target, path);
    const file = await WholeFile.create(path);
    assert.ok(readdirSync(join(folder, "disk")).some((name) => name.includes(".part-")));
    await file.write(link);
    await file.commit();
    assert.equal(readlinkSync(path), target);
    assert.equal(readFileSync(path, "utf8"), link);
  }
  assert.deepEqual(readdirSync(join(folder, "disk")).sort(), ["deep", "newer", "older"]);
});

test("a link to a folder stays, and leads to the new folder", async (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, "real"));
  symlinkSync("real", join(home, "link"));
  symlinkSync("not-yet", join(home, "dangling"));
  for (const name of ["link", "link/", "dangling"]) {
    await putFolder(join(home, name));
    assert.deepEqual(readdirSync(join(home, name)), ["new.card"]);
  }
  assert.deepEqual(readdirSync(home).sort(), ["dangling", "link", "not-yet", "real"]);
  assert.equal(readlinkSync(join(home, "link")), "real");
});

test("links that lead nowhere, in a circle or to no name are refused", async (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, "full"));
  writeFileSync(join(home, "full", "thesis.tex"), "");
  const refused: [target: string, reason: (path: string) => string][] = [
    // A disk that is not mounted: nothing is made in its place.
    ["mnt/disk", (path) => `cannot create ${path}: no such file or folder`],
    ["link", (path) => `cannot create ${path}: its symbolic links lead in a circle`],
    [".", (path) => `${path} has no name to put a new folder under; name a folder`],
    ["full", (path) => `${path} holds other files; name a new or an empty folder`],
  ];
  for (const [target, reason] of refused) {
    const path = join(home, "link");
    symlinkSync(target, path);
    await assert.rejects(putFolder(path), noOutput(reason(path)));
    if (target !== "." && target !== "full") {
      await assert.rejects(
        writeWholeFile(path, ""),
        noOutput(`cannot create ${reason(path).split(" create ")[1]}`),
      );
    }
    assert.equal(readlinkSync(path), target);
    spawnSync("rm", [path]);
  }
  assert.deepEqual(readdirSync(home), ["full"]);
});

test("what is replaced hands on its mode and its owner", async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "a");
  const cards = join(folder, "cards");
  writeFileSync(file, "older");
  mkdirSync(cards);
  for (const [path, mode] of [
    [file, 0o640],
    [cards, 0o2750],
  ] as const) {
    if (isRoot) chownSync(path, 65534, 65534);
    chmodSync(path, mode);
    await (path === file ? writeWholeFile(path, "newer") : putFolder(path));
    const { mode: now, uid } = statSync(path);
    assert.equal(now & 0o7777, mode);
    if (isRoot) assert.equal(uid, 65534);
  }
  assert.equal(readFileSync(file, "utf8"), "newer");
});

test("a file that is being replaced is at no time open to more people", async (t) => {
  const path = join(temporaryFolder(t), "a");
  writeFileSync(path, "secret", { mode: 0o600 });
  const file = await WholeFile.create(path);
  for (const name of readdirSync(join(path, ".."))) {
    assert.equal(statSync(join(path, "..", name)).mode & 0o777, 0o600);
  }
  await file.abandon();
});

test("a folder is replaced only if all that is in it is of its kind, however deep", async (t) => {
  const home = temporaryFolder(t);
  const path = join(home, "cards");
  mkdirSync(join(path, "box.card"), { recursive: true });
  writeFileSync(join(path, "box.card", "mine.txt"), "mine");
  await assert.rejects(putFolder(path), noOutput(`${path} holds other files; name a new or an empty folder`));
  spawnSync("rm", [join(path, "box.card", "mine.txt")]);
  // A name that is no text may be that of anything.
  const other = Buffer.from(`${path}/\xff.card`, "latin1");
  writeFileSync(other, "mine");
  await assert.rejects(putFolder(path), noOutput(`${path} holds other files; name a new or an empty folder`));
  assert.equal(readFileSync(other, "utf8"), "mine");
});

test("a folder where a disk is mounted is refused before any work is done", {
  skip: WITHOUT_SMALL_DISK,
}, async (t) => {
  const path = smallDisk(t);
  const message = `${path} is where a disk is mounted, which stays; name a folder in it`;
  await assert.rejects(putFolder(path), noOutput(message));
  await putFolder(join(path, "cards"));
});

test("what is neither a file nor somebody's to read is refused", async (t) => {
  const folder = temporaryFolder(t);
  const refused: [name: string, reason: string, make: readonly string[]][] = [
    ["new/", "this is the name of a folder", ["true"]],
    [
      "socket",
      "it is a socket",
      ["python3", "-c", "import socket; socket.socket(socket.AF_UNIX).bind('socket')"],
    ],
    ...(isRoot
      ? [["disk", "it is a disk", ["mknod", "disk", "b", "7", "200"]] as [string, string, string[]]]
      : []),
  ];
  for (const [name, reason, [command = "", ...args]] of refused) {
    spawnSync(command, args, { cwd: folder });
    // Joined by hand: the slash at the end matters.
    const path = `${folder}/${name}`;
    for (const create of [() => WholeFile.create(path), () => openGrowing(path, { goesOn: false })]) {
      await assert.rejects(create(), noOutput(`cannot create ${path}: ${reason}`));
    }
  }
});

test("a pipe is waited for until somebody reads it, and a slow reader gets all of it", async (t) => {
  const path = join(temporaryFolder(t), "pipe");
  spawnSync("mkfifo", [path]);
  for (const open of [
    () => WholeFile.create(path),
    async () => {
      const { write, close } = await openGrowing(path, { goesOn: false });
      return { write, commit: close };
    },
  ]) {
    const opened = open();
    const reader = spawn("sh", ["-c", `sleep 0.1; (sleep 0.1; wc -c) < ${path}`]);
    const read = reader.stdout.setEncoding("utf8").toArray();
    const file = await opened;
    // More than a pipe holds.
    for (let i = 0; i < 20; i++) await file.write("x".repeat(10_000));
    await file.commit();
    assert.equal((await read).join("").trim(), "200000");
    assert.ok(lstatSync(path).isFIFO());
  }
});

test("a pipe whose reader goes is told of, and Ctrl-C ends the waiting for one", async (t) => {
  const path = join(temporaryFolder(t), "pipe");
  spawnSync("mkfifo", [path]);
  const reader = spawn("sh", ["-c", `exec < ${path}`]);
  const file = await WholeFile.create(path);
  await new Promise((resolve) => reader.on("close", resolve));
  await assert.rejects(file.write("x"), noOutput(`cannot write ${path}: whoever read it is gone`));
  await file.abandon();
  const reason = new Error("Ctrl-C");
  const isReason = (error: Error) => error === reason || error.cause === reason;
  await assert.rejects(WholeFile.create(path, { signal: AbortSignal.abort(reason) }), isReason);
});

test("an output that grows is added to, or starts empty, and stays the same file", async (t) => {
  const path = join(temporaryFolder(t), "a");
  for (const [goesOn, expected] of [
    [false, "x"],
    [true, "xx"],
    [false, "x"],
  ] as const) {
    const file = await openGrowing(path, { goesOn });
    await file.write("x");
    assert.equal(readFileSync(path, "utf8"), expected);
    await file.close();
  }
});
