import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { blocksOf } from "../ndjson/index.js";
import { type ManifestShard, type ManifestTotals, openShardWriter } from "../parquet/index.js";
import { sampleRecord } from "../testing/samples.js";
import { FolderDestination } from "./folder.js";
import { publish } from "./publish.js";
import { newFolder } from "./sample.test.util.js";

test("a record that somebody asked to have left out stops the publish", async (t) => {
  const work = await newFolder(t);
  const writer = await openShardWriter({ out: join(work, "shards") });
  const records = ["1", "2"].map((id) => JSON.stringify(sampleRecord({ foreign_identifier: id })));
  for await (const { bad } of writer.write(blocksOf(records))) assert.deepEqual(bad, []);
  const lines = await writer.finish();
  const publishing = publish({
    manifest: { shards: lines.slice(0, -1) as ManifestShard[], totals: lines.at(-1) as ManifestTotals },
    destination: new FolderDestination({ folder: join(work, "dataset"), replace: false }),
    toolVersion: "1.2.3",
    now: new Date(0),
    allow: {},
    dryRun: false,
    optedOut: ({ provider, foreign_identifier }) =>
      provider === "flickr" && foreign_identifier === "2" ? "flickr_photo 2" : undefined,
  });
  await assert.rejects(publishing, {
    outcome: "bad_input",
    message: /: flickr 2 is in the opt-out list \(flickr_photo 2\); leave it out of the shards$/,
  });
});
