import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { releaseOf } from "../../release.js";
import { publishToFolder, read, sampleOptions, sampleShards, VERSION } from "../../sample.test.util.js";
import { FolderDestination } from "./destination.js";

test("of two publishes to one folder at once, the slower one is refused", async (t) => {
  const { work, manifest } = await sampleShards(t);
  const folder = join(work, "dataset");
  await publishToFolder({ manifest, folder, replace: false });
  const other = releaseOf(manifest, sampleOptions({ version: { ...VERSION, version: "faster" } }));
  const slow = new FolderDestination({
    folder,
    replace: true,
    // While the slow one is at work on its shards, the other one gets its release there.
    onBytes: () => writeFileSync(join(folder, "manifest.json"), other.texts.at(-1)?.text ?? ""),
  });
  const version = { ...VERSION, version: "slower" };
  await assert.rejects(slow.put(releaseOf(manifest, sampleOptions({ version })), undefined), {
    outcome: "no_output",
    message: `another publish has put a release into ${folder} meanwhile; look at it, then publish again`,
  });
  assert.equal(JSON.parse((await read(folder))["manifest.json"] ?? "").version, "faster");
});
