import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../testing/run.js";
import { entityText, FLICKR, packed, photoId, snapshotText } from "./samples.test.util.js";
import { readSnapshot } from "./snapshot.js";

const entities = [1, 2, 3, 4, 5].map((id) => entityText(id, id === 4 ? photoId("77") : []));

test("a script reads a snapshot entity by entity, packed or not", async (t) => {
  const path = join(temporaryFolder(t), "snapshot");
  for (const bytes of [packed(entities), Buffer.from(snapshotText(entities))]) {
    writeFileSync(path, bytes);
    const found = [];
    for await (const entity of readSnapshot(path)) found.push(entity);
    assert.deepEqual(
      found,
      entities.map((text) => JSON.parse(text)),
    );
    for await (const photo of readSnapshot(path, FLICKR)) assert.equal(photo.flickr_photo_id, "77");
  }
});

test("what was good comes before the failure", async (t) => {
  const path = join(temporaryFolder(t), "snapshot");
  const cut = packed(entities).subarray(0, packed(entities).length - 30);
  for (const [bytes, message] of [
    [cut, /cut off at byte/],
    [Buffer.from(snapshotText([...entities, "{nothing}"])), /not valid JSON/],
  ] as const) {
    writeFileSync(path, bytes);
    let count = 0;
    await assert.rejects(
      async () => {
        for await (const _ of readSnapshot(path)) count++;
      },
      { outcome: "bad_input", message },
    );
    assert.ok(count >= 3);
  }
});
