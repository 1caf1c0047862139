/** One bit of a shard that fell over: it is told, or it touched nothing that is read. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Failure } from "../failure.js";
import { readLines, recordOf, scratchFolder, writeShards } from "./helpers.test.js";
import type { Compression } from "./index.js";

/** Places that are tried: every so many bytes, and all of them with OV_FLIP_EVERY=1. */
const EVERY = Number(process.env.OV_FLIP_EVERY ?? 37);

const folder = await scratchFolder();

function* someRecords() {
  for (let i = 0; i < 300; i++)
    yield recordOf("image", i, {
      title: i % 7 === 0 ? null : `no. ${i % 50}`,
      width: i % 3 === 0 ? null : 100 + i,
      updated_on: new Date(i * 1000).toISOString(),
      tags: i % 5 === 0 ? [{ name: `tag ${i % 9}`, provider: "flickr" }] : null,
    });
}

for (const compression of ["none", "zstd"] satisfies Compression[]) {
  test(`a bit that fell over anywhere in a shard (${compression})`, async () => {
    const out = join(folder, compression);
    const { shards } = await writeShards(someRecords(), { out, compression, rowGroupRows: 100 });
    const path = join(out, shards[0]?.path as string);
    const whole = await readLines(path);
    const file = readFileSync(path);
    const damaged = join(folder, "damaged.parquet");
    const wrong: string[] = [];
    for (let at = 0; at < file.length; at += EVERY) {
      const bytes = Buffer.from(file);
      bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
      writeFileSync(damaged, bytes);
      const lines = await readLines(damaged).catch((error: unknown) => error);
      if (lines instanceof Failure && lines.outcome === "bad_input") continue;
      if (!(lines instanceof Error) && String(lines) === String(whole)) continue;
      wrong.push(`byte ${at}: ${lines instanceof Error ? lines.stack : "other rows"}`);
    }
    assert.deepEqual(wrong, []);
  });
}
