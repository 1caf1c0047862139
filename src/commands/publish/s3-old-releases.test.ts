import assert from "node:assert/strict";
import { test } from "node:test";
import { strictS3 } from "../../release/publishing/targets/s3/strict-server.test.util.js";
import { linesOf, NO_PACE, run } from "../../testing/run.js";
import { manifestOf, reader, setUp } from "./s3.test.util.js";

Object.assign(process.env, NO_PACE);

/** `ov-publish s3://… --keep-releases`: which old releases stay, whatever the server says. */

test("a removal that was refused says that the release stands, and the next run finishes it", async (t) => {
  let refuses = true;
  const { publish, read, prefix, folder } = await setUp(t, strictS3, ({ method, url }) =>
    refuses && method === "DELETE" && url.includes("LICENSE.md") ? 403 : undefined,
  );
  assert.equal((await publish(await manifestOf(folder, "one", 4), "--release", "one")).code, 0);
  const two = await manifestOf(folder, "two", 5);
  const failed = await publish(two, "--release", "two", "--keep-releases", "1");
  assert.equal(failed.code, 77);
  assert.match(
    failed.stderr,
    /^ov-publish: release two is published, but old ones cannot be removed: DELETE s3:\/\/media\/\S+\/v=one\/LICENSE\.md: status 403/,
  );
  assert.equal((await read(`${prefix}/v=one/CITATION.cff`)).status, 404);
  refuses = false;
  const again = await publish(two, "--keep-releases", "1");
  assert.deepEqual([again.code, linesOf(again.stdout)[0]?.pruned], [0, ["one"]], again.stderr);
  assert.equal((await read(`${prefix}/v=one/manifest.json`)).status, 404);
});

const CUT = "<ListBucketResult><IsTruncated>true</IsTruncated>";
const folderIn = (prefix: string, name: string) =>
  `<CommonPrefixes><Prefix>${prefix}/v=${name}/</Prefix></CommonPrefixes>`;

for (const [what, listing, problem] of [
  [
    "that is cut off",
    (prefix: string) => `${CUT}${folderIn(prefix, "one")}${folderIn(prefix, "two")}</ListBucketResult>`,
    "is cut off and does not say how it goes on",
  ],
  [
    "that goes in a circle",
    (prefix: string, url: string) =>
      `${CUT}<NextContinuationToken>${url.includes("token=a") ? "b" : "a"}</NextContinuationToken>` +
      `${folderIn(prefix, "one")}${folderIn(prefix, "two")}</ListBucketResult>`,
    "is cut off and goes in a circle",
  ],
  [
    "that lacks the newest release",
    (prefix: string) => `<ListBucketResult>${folderIn(prefix, "one")}</ListBucketResult>`,
    "does not have release two",
  ],
] as const) {
  test(`no old release is removed after a listing ${what}`, async (t) => {
    const { publish, read, prefix, folder } = await setUp(t, strictS3, ({ url }) =>
      url.includes("list-type=2") ? { status: 200, body: listing(prefix, url) } : undefined,
    );
    assert.equal((await publish(await manifestOf(folder, "one", 4), "--release", "one")).code, 0);
    const two = await manifestOf(folder, "two", 5);
    const { code, stderr } = await publish(two, "--release", "two", "--keep-releases", "1");
    assert.equal(code, 69, stderr);
    assert.match(
      stderr,
      /^ov-publish: release two is published, but old ones cannot be removed: the listing of s3:\/\/media/m,
    );
    assert.ok(stderr.endsWith(` ${problem}\n`), stderr);
    assert.equal((await read(`${prefix}/v=one/manifest.json`)).status, 200);
  });
}

test("a manifest.json that holds nonsense, in a folder of releases, is not one of ours", async (t) => {
  const { server, publish, read, prefix, folder } = await setUp(t, strictS3);
  const nonsense = { tool: "ov-tools", format_version: 1, version: "odd", files: [null, { path: 7 }] };
  const put = reader(server, server.owner);
  const body = JSON.stringify(nonsense);
  assert.equal((await put(`${prefix}/v=odd/manifest.json`, { method: "PUT", body })).status, 200);
  const { code, stderr, stdout } = await publish(await manifestOf(folder, "one", 4), "--keep-releases", "1");
  assert.equal(code, 0, stderr);
  assert.deepEqual(linesOf(stdout)[0]?.pruned, []);
  assert.equal((await read(`${prefix}/v=odd/manifest.json`)).status, 200);
});

for (const [target, reason] of [
  ["folder:dataset", "a folder holds one release, and the next one takes its place"],
  ["hf:me/media", "on the Hugging Face Hub releases are tags of one history, which keeps them all"],
  ["zenodo:", "what Zenodo has published has a DOI and stays"],
] as const) {
  test(`old releases are not removed from ${target}`, async () => {
    const { code, stderr } = await run(["ov-publish", target, "--keep-releases", "12"]);
    assert.deepEqual([code, stderr.split("\n")[0]], [2, `ov-publish: --keep-releases is for S3: ${reason}`]);
  });
}
