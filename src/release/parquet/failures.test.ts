/** Whatever goes wrong: it is said, and nothing half-done is left behind. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Batch, LineDecoder } from "../../record/decoder/index.js";
import { compressorOf } from "./encoder/index.js";
import { recordOf, records, scratchFolder, writeRecords, writeShards } from "./helpers.test.util.js";
import { openShardWriter } from "./index.js";
import { RecordRowGroup } from "./record-row-group.js";

const folder = await scratchFolder();

for (const rows of [0, 3, 12, 5_000]) {
  test(`abandon leaves nothing behind, after ${rows} records`, async () => {
    const parent = join(folder, `abandoned-${rows}`);
    const writer = await openShardWriter({ out: join(parent, "shards"), rowsPerShard: 4_999 });
    await writeRecords(writer, records(rows));
    await writer.abandon();
    await writer.abandon();
    assert.deepEqual(await readdir(parent), []);
  });
}

test("older shards are replaced only when that is wanted, other files never", async () => {
  const out = join(folder, "replaced");
  await writeShards(records(3), { out });
  const again = () => openShardWriter({ out });
  await assert.rejects(again, { name: "Failure", outcome: "no_output", message: /holds shards already/ });
  await writeShards(
    records(1, () => "audio"),
    { out, replace: true },
  );
  assert.deepEqual(await readdir(out), ["audio"]);
  await writeFile(join(out, "thesis.txt"), "");
  const over = () => openShardWriter({ out, replace: true });
  await assert.rejects(over, { outcome: "no_output", message: /holds other files/ });
});

for (const wrong of [{ rowsPerShard: 0 }, { rowGroupRows: 1.5 }, { rowsPerShard: Number.NaN }]) {
  test(`not a number of rows: ${JSON.stringify(wrong)}`, async () => {
    const open = () => openShardWriter({ out: join(folder, "wrong"), ...wrong });
    await assert.rejects(open, { outcome: "usage", message: /is not a whole number from 1 on$/ });
  });
}

test("a record that was not cleaned ends the writing, and nothing is left", async () => {
  const parent = join(folder, "unclean");
  const rows = [...records(3), recordOf("image", 3, { url: null })];
  const write = () => writeShards(rows, { out: join(parent, "shards") });
  await assert.rejects(write, { message: "url is missing" });
  assert.deepEqual(await readdir(parent), []);
});

test("a batch that does not fit its row group is an error, not a file with other rows", async () => {
  const batch = new Batch(new LineDecoder(), "audio");
  for (const record of records(3, () => "audio")) batch.addRecord(record);
  const encoder = new RecordRowGroup({ media: "image", withSyncTimes: true }, await compressorOf("zstd"));
  assert.throws(() => encoder.add(batch.take(), 0, 3), {
    message: "a batch does not have the columns of images",
  });
});

test("a full disk is said so, and nothing is left", async (t) => {
  const mounted = join(folder, "small-disk");
  await mkdir(mounted);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted], { stdio: "ignore" });
  } catch {
    t.skip("cannot mount a small disk: needs root");
    return;
  }
  t.after(() => execFileSync("umount", [mounted]));
  const out = join(mounted, "shards");
  for (const rowsPerShard of [5_000, 1_000_000]) {
    const write = () => writeShards(records(100_000), { out, rowsPerShard, rowGroupRows: 5_000 });
    const message = `cannot write ${out}: no space left on device`;
    await assert.rejects(write, { name: "Failure", outcome: "no_output", message });
    assert.deepEqual(await readdir(mounted), []);
  }
  // The encoder still works.
  await writeShards(records(10), { out });
});
