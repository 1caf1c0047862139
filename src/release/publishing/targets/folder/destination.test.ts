import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFile, cp, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Failure } from "../../../../base/failure.js";
import type { Manifest } from "../../../parquet/index.js";
import { EMPTY, newFolder, publishToFolder, put, read, sampleShards } from "../../sample.test.util.js";

const IMAGE = "image/train-00000-of-00002.parquet";

test("a dataset appears with its shards, pages and manifest", async (t) => {
  const { work, root, manifest } = await sampleShards(t);
  const folder = join(work, "dataset");
  const published = await publishToFolder({ manifest, folder, replace: false });

  const files = await read(folder);
  assert.deepEqual(published, { files: 11, rows: 1234, unchanged: false });
  assert.deepEqual(Object.keys(files), [
    "CITATION.cff",
    "LICENSE.md",
    "README.md",
    "charts/licenses.svg",
    "charts/providers.svg",
    "croissant.json",
    "data/audio/train-00000-of-00001.parquet",
    "data/image/train-00000-of-00002.parquet",
    "data/image/train-00001-of-00002.parquet",
    "datapackage.json",
    "manifest.json",
  ]);
  assert.equal(files[`data/${IMAGE}`], "picture");
  assert.equal(
    (await stat(join(folder, "data", IMAGE))).ino,
    (await stat(join(root, IMAGE))).ino,
    "linked, not copied",
  );
  assert.deepEqual(await readdir(work), ["dataset", "shards"]);
});

test("the command that the card names checks the files", async (t) => {
  if (spawnSync("sh", ["-c", "jq --version && sha256sum --version"]).status !== 0)
    return t.skip("needs jq and sha256sum");
  const { work, manifest } = await sampleShards(t);
  const folder = join(work, "dataset");
  await publishToFolder({ manifest, folder, replace: false });
  const card = (await read(folder))["README.md"] ?? "";
  const command = /```sh\n(.*)\n```/.exec(card)?.[1] ?? "false";
  const check = () => spawnSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
  assert.equal(check().stdout.match(/: OK$/gm)?.length, 10);
  await appendFile(join(folder, "data", IMAGE), "x");
  assert.match(check().stdout, /train-00000-of-00002\.parquet: FAILED/);
});

test("a manifest of nothing makes a dataset of nothing", async (t) => {
  const folder = join(await newFolder(t), "dataset");
  const { files, rows, unchanged } = await publishToFolder({ manifest: EMPTY, folder, replace: false });
  assert.deepEqual({ files, rows, unchanged }, { files: 8, rows: 0, unchanged: false });
  assert.equal(Object.keys(await read(folder)).length, 8);
  assert.equal((await publishToFolder({ manifest: EMPTY, folder, replace: false })).unchanged, true);
});

test("the same dataset again is left alone, even when the shards are gone", async (t) => {
  const { work, root, manifest } = await sampleShards(t);
  const folder = join(work, "dataset");
  const first = await publishToFolder({ manifest, folder, replace: false });
  const before = await read(folder);
  const { ino } = await stat(folder);
  await rm(root, { recursive: true });
  for (const replace of [false, true]) {
    assert.deepEqual(await publishToFolder({ manifest, folder, replace }), { ...first, unchanged: true });
  }
  assert.deepEqual(await read(folder), before);
  assert.equal((await stat(folder)).ino, ino);
});

test("the same manifest gives the same bytes elsewhere, a hard link or not", async (t) => {
  const { work, manifest } = await sampleShards(t);
  await publishToFolder({ manifest, folder: join(work, "a"), replace: false });
  const elsewhere = await newFolder(t, await otherFileSystem(work));
  await publishToFolder({ manifest, folder: join(elsewhere, "b"), replace: false });
  assert.deepEqual(await read(join(elsewhere, "b")), await read(join(work, "a")));
});

test("the next release takes what has not changed from the last one, and copies it no second time", async (t) => {
  const { work, root, manifest } = await sampleShards(t);
  const elsewhere = await newFolder(t, await otherFileSystem(work));
  const folder = join(elsewhere, "dataset");
  const inode = async () => (await stat(join(folder, "data", IMAGE))).ino;
  await publishToFolder({ manifest, folder, replace: false });
  const before = await inode();
  // Copies of the shards, as another run of ov-to-parquet makes them.
  await cp(root, `${root}-again`, { recursive: true });
  const again = {
    ...manifest,
    shards: manifest.shards.map((shard) => ({ ...shard, root: `${root}-again` })),
  };
  const title = "Another title";
  await publishToFolder({ manifest: again, folder, replace: true, title, latest: "there" });
  assert.equal(await inode(), before);

  // What is damaged is not taken.
  await writeFile(join(folder, "data", IMAGE), "PICTURE");
  await publishToFolder({ manifest: again, folder, replace: true, latest: "there" });
  assert.equal((await read(folder))[`data/${IMAGE}`], "picture");
});

/** A folder on another file system, where there is one. */
async function otherFileSystem(work: string): Promise<string> {
  const { dev } = await stat(work);
  const shm = await stat("/dev/shm").catch(() => undefined);
  return shm && shm.dev !== dev ? "/dev/shm" : work;
}

test("another dataset is replaced only when asked", async (t) => {
  const { work, manifest } = await sampleShards(t);
  const folder = join(work, "dataset");
  await publishToFolder({ manifest: EMPTY, folder, replace: false });
  const before = await read(folder);
  await assert.rejects(publishToFolder({ manifest, folder, replace: false }), {
    outcome: "no_output",
    message: `${folder} holds a dataset already; name another folder, or replace it with --replace`,
  });
  assert.deepEqual(await read(folder), before);
  assert.equal((await publishToFolder({ manifest, folder, replace: true })).unchanged, false);
  assert.equal(Object.keys(await read(folder)).length, 11);
  assert.deepEqual(await readdir(work), ["dataset", "shards"]);
});

test("a damaged dataset is another dataset, and replacing it heals it", async (t) => {
  const { work, manifest } = await sampleShards(t);
  const folder = join(work, "dataset");
  await publishToFolder({ manifest, folder, replace: false });
  const whole = await read(folder);
  await rm(join(folder, "data", IMAGE));
  await writeFile(join(folder, "data", IMAGE), "PICTURE");
  await assert.rejects(publishToFolder({ manifest, folder, replace: false }), { outcome: "no_output" });
  await publishToFolder({ manifest, folder, replace: true });
  assert.deepEqual(await read(folder), whole);
});

test("other people's files are never replaced", async (t) => {
  const { work, manifest } = await sampleShards(t);
  const refused = { outcome: "no_output", message: /holds other files; name a new or an empty folder$/ };

  const plain = join(work, "plain");
  await put(join(plain, "README.md"), "mine");
  await put(join(plain, "manifest.json"), '{"name":"an app"}');
  await put(join(plain, "data/x"), "mine");
  await assert.rejects(publishToFolder({ manifest, folder: plain, replace: true }), refused);

  const dataset = join(work, "dataset");
  await publishToFolder({ manifest: EMPTY, folder: dataset, replace: false });
  await put(join(dataset, "data/notes/mine.txt"), "mine");
  await assert.rejects(publishToFolder({ manifest, folder: dataset, replace: true }), refused);
  assert.equal((await read(dataset))["data/notes/mine.txt"], "mine");

  // A manifest.json proves nothing of files that releases do not have: others can write into it, too.
  const listed = join(work, "listed");
  await publishToFolder({ manifest: EMPTY, folder: listed, replace: false });
  await put(join(listed, "mine.txt"), "mine");
  const { files, ...rest } = JSON.parse(await readFile(join(listed, "manifest.json"), "utf8"));
  const sha256 = createHash("sha256").update("mine").digest("hex");
  const claims = { ...rest, files: [...files, { path: "mine.txt", bytes: 4, sha256 }] };
  await put(join(listed, "manifest.json"), JSON.stringify(claims));
  await assert.rejects(publishToFolder({ manifest, folder: listed, replace: true }), refused);
  assert.equal((await read(listed))["mine.txt"], "mine");

  const file = join(work, "file");
  await put(file, "mine");
  await assert.rejects(publishToFolder({ manifest, folder: file, replace: true }), {
    outcome: "no_output",
    message: `${file} is a file; name a folder`,
  });
});

test("a root that is itself a symbolic link will do", async (t) => {
  const { work, root, manifest } = await sampleShards(t);
  await rename(root, join(work, "real"));
  await symlink("real", root);
  assert.equal(
    (await publishToFolder({ manifest, folder: join(work, "dataset"), replace: false })).rows,
    1234,
  );
});

test("a dataset can take the place of the one that its shards are in", async (t) => {
  const { work, root, manifest } = await sampleShards(t);
  const folder = join(work, "dataset");
  await publishToFolder({ manifest, folder, replace: false });
  await rm(root, { recursive: true });
  const again: Manifest = {
    ...manifest,
    shards: manifest.shards.map((shard) => ({ ...shard, root: join(folder, "data") })),
  };
  await publishToFolder({ manifest: again, folder, replace: true, title: "Another title" });
  const files = await read(folder);
  assert.equal(files[`data/${IMAGE}`], "picture");
  assert.match(files["README.md"] ?? "", /^# Another title$/m);
});

test("progress adds up to the bytes of the shards", async (t) => {
  const { work, manifest } = await sampleShards(t);
  let checked = 0;
  const onBytes = (bytes: number) => {
    checked += bytes;
  };
  await publishToFolder({ manifest, folder: join(work, "dataset"), replace: false, onBytes });
  assert.equal(checked, 27);
});

test("an interrupt leaves nothing behind", async (t) => {
  const { work, manifest } = await sampleShards(t);
  const interrupt = new AbortController();
  const reason = new Failure("interrupted", "interrupted");
  const publishing = publishToFolder({
    manifest,
    folder: join(work, "dataset"),
    replace: false,
    onBytes: () => interrupt.abort(reason),
    signal: interrupt.signal,
  });
  await assert.rejects(publishing, reason);
  assert.deepEqual(await readdir(work), ["shards"]);
});

test("a folder that cannot be written is said", async (t) => {
  const { work, manifest } = await sampleShards(t);
  await put(join(work, "file"), "");
  await assert.rejects(publishToFolder({ manifest, folder: join(work, "file/dataset"), replace: false }), {
    outcome: "no_output",
  });
});
