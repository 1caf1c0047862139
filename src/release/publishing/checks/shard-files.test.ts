import assert from "node:assert/strict";
import { appendFile, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Manifest } from "../../parquet/index.js";
import { EMPTY, publishToFolder, put, read, sampleShards, shardOf, totalsOf } from "../sample.test.util.js";

const AGAIN = "make the shards again with ov-to-parquet";
const IMAGE = "image/train-00000-of-00002.parquet";

/** Ways in which shards and manifest differ, with the outcome and what is said after the shard's name. */
const BROKEN: readonly {
  readonly what: string;
  readonly harm: (shard: string) => Promise<unknown>;
  readonly outcome: string;
  readonly message: (shard: string) => string;
}[] = [
  {
    what: "a byte is another one",
    harm: (shard) => writeFile(shard, "picturE"),
    outcome: "bad_input",
    message: (shard) => `${shard}: sha256 differs from the manifest; ${AGAIN}`,
  },
  {
    what: "it is longer",
    harm: (shard) => appendFile(shard, "!"),
    outcome: "bad_input",
    message: (shard) =>
      `${shard}: size differs from the manifest (it has 8 bytes, the manifest says 7); ${AGAIN}`,
  },
  {
    what: "it is missing",
    harm: (shard) => rm(shard),
    outcome: "no_input",
    message: (shard) => `cannot open ${shard}: no such file or folder`,
  },
  {
    what: "it is a folder",
    harm: async (shard) => {
      await rm(shard);
      await mkdir(shard);
    },
    outcome: "bad_input",
    message: (shard) => `${shard} is not a file; ${AGAIN}`,
  },
];

for (const { what, harm, outcome, message } of BROKEN) {
  test(`a shard that is not the manifest's: ${what}`, async (t) => {
    const { work, root, manifest } = await sampleShards(t);
    const folder = join(work, "dataset");
    await harm(join(root, IMAGE));
    const failure = { outcome, message: message(join(root, IMAGE)) };
    await assert.rejects(publishToFolder({ manifest, folder, replace: false }), failure);
    assert.deepEqual(await readdir(work), ["shards"], "nothing is left");

    await publishToFolder({ manifest: EMPTY, folder, replace: false });
    const before = await read(folder);
    await assert.rejects(publishToFolder({ manifest, folder, replace: true }), failure);
    assert.deepEqual(await read(folder), before, "the old dataset is still there");
    assert.deepEqual(await readdir(work), ["dataset", "shards"]);
  });
}

for (const path of [
  "../outside.parquet",
  "image/../../outside.parquet",
  "/etc/hostname",
  "image\\..\\..\\x",
]) {
  test(`a path that leaves the root: ${path}`, async (t) => {
    const { work, root } = await sampleShards(t);
    await put(join(work, "outside.parquet"), "x");
    const manifest = { shards: [shardOf(path, "x", { root })], totals: ONE };
    await assert.rejects(publishToFolder({ manifest, folder: join(work, "dataset"), replace: false }), {
      outcome: "bad_input",
      message: `the shard path ${JSON.stringify(path)} leads out of ${root}; ${AGAIN}`,
    });
    assert.deepEqual(await readdir(work), ["outside.parquet", "shards"]);
  });
}

const ONE: Manifest["totals"] = totalsOf({
  rows: 1,
  by_media: { image: 1 },
  by_license: { "cc0 1.0": 1 },
  by_provider: { a: 1 },
  by_source: { a: 1 },
});

test("a symbolic link must not lead out of the root; inside, what it means is published", async (t) => {
  const { work, root, manifest } = await sampleShards(t);
  const folder = join(work, "dataset");
  await rename(join(root, IMAGE), join(root, "image/moved"));
  await symlink("moved", join(root, IMAGE));
  await publishToFolder({ manifest, folder, replace: false });
  assert.equal((await read(folder))[`data/${IMAGE}`], "picture");
  await rm(folder, { recursive: true });

  await rename(join(root, "image"), join(work, "elsewhere"));
  await symlink("../elsewhere", join(root, "image"));
  await assert.rejects(publishToFolder({ manifest, folder, replace: false }), {
    outcome: "bad_input",
    message: `the shard path "${IMAGE}" leads out of ${root}; ${AGAIN}`,
  });
});
