import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { parseReleaseManifest } from "../checks/found-release.js";
import { type HostileTarget, publishHastily, realShards } from "../hostile.test.util.js";
import { isPlainPath } from "../release-paths.js";
import { strictHub } from "./hub/strict-hub.test.util.js";
import { hub, s3, sha256, zenodo } from "./lying.test.util.js";
import { strictS3 } from "./s3/strict-server.test.util.js";
import { strictZenodo, ZENODO_TOKEN } from "./zenodo/strict-zenodo.test.util.js";

/** A release takes away only what an earlier release wrote, whatever a manifest.json says. */

const folder = await mkdtemp(join(tmpdir(), "ov-lying-"));
after(() => rm(folder, { recursive: true }));
const ONE = { manifest: await realShards(join(folder, "one"), 3) };
const TWO = { manifest: await realShards(join(folder, "two"), 4), release: "two" };

/** A manifest.json that names another file as well, as somebody makes it who can write there. */
function withFile(text: string | undefined, path: string, body: string): Buffer {
  const manifest = JSON.parse(text ?? "");
  manifest.files.push({ path, bytes: body.length, sha256: sha256(body) });
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

test("on the Hub, what a manifest.json names that no release wrote stays", async (t) => {
  const { endpoint, main, add } = await strictHub(t);
  await publishHastily(hub, endpoint, ONE);
  const [theirs, old] = ["my notes", "data/image/train-00000-of-00001.parquet"];
  const manifest = withFile(main().get("manifest.json")?.toString(), "notes.txt", theirs);
  const changed = new Map([...main(), ["notes.txt", Buffer.from(theirs)], ["manifest.json", manifest]]);
  const files = (all: ReadonlyMap<string, Buffer>) =>
    new Map([...all].map(([path, body]) => [path, { body, isLarge: path.endsWith(".parquet") }]));
  add("main", files(changed));
  const { outcome, messages } = await publishHastily(hub, endpoint, TWO);
  assert.equal(outcome, "done", messages);
  assert.equal(main().get("notes.txt")?.toString(), theirs);
  assert.ok(!main().has(old), "what the release wrote is gone");
  const note = "1 of the files that the last manifest.json names are not as a release of ours wrote them";
  assert.ok(messages.includes(`hf:me/media: ${note}, and stay: "notes.txt"`), messages);
});

test("on S3, what a manifest.json names that no release wrote stays", async (t) => {
  const { endpoint, objects } = await strictS3(t);
  await publishHastily(s3, endpoint, ONE);
  const prefix = `set/${JSON.parse(String(objects.get("set/latest.json")?.body)).path}`;
  // They even know how our objects say their checksums, but for that of their own file.
  const text = withFile(objects.get(`${prefix}manifest.json`)?.body.toString(), "notes.txt", "mine");
  const put = (key: string, body: Buffer, headers = {}) => objects.set(key, { body, headers, etag: '"e"' });
  put(`${prefix}manifest.json`, text, { "x-amz-meta-sha256": sha256(text) });
  put(`${prefix}notes.txt`, Buffer.from("mine"));
  put(`${prefix}LICENSE.md`, Buffer.from("mine, too"));
  const pointer = JSON.parse(String(objects.get("set/latest.json")?.body));
  put("set/latest.json", Buffer.from(JSON.stringify({ ...pointer, manifest_sha256: sha256(text) })));
  const { outcome, messages } = await publishHastily(s3, endpoint, { ...TWO, keepReleases: 1 });
  assert.equal(outcome, "done", messages);
  const left = [...objects.keys()].filter((key) => key.startsWith(prefix));
  assert.deepEqual(left.sort(), [`${prefix}LICENSE.md`, `${prefix}notes.txt`]);
  assert.match(
    messages,
    /names are not as a release of ours wrote them, and stay: "LICENSE\.md", "notes\.txt"$/m,
  );
});

test("on S3, an object of somebody else in the place of one of ours stays", async (t) => {
  const { endpoint, objects } = await strictS3(t);
  objects.set("set/v=two/README.md", { body: Buffer.from("mine"), headers: {}, etag: '"e"' });
  const { outcome, messages } = await publishHastily(s3, endpoint, TWO);
  assert.equal(outcome, "no_output");
  assert.match(
    messages,
    /README\.md is there already, and no release of ours wrote it; move it away, or name /,
  );
  assert.equal(objects.get("set/v=two/README.md")?.body.toString(), "mine");
});

test("at Zenodo, a file of a new version that no release wrote stays", async (t) => {
  const { endpoint, records } = await strictZenodo(t);
  await publishHastily(zenodo, endpoint, ONE);
  records.get(1000)?.files.set("notes.pdf", Buffer.from("mine"));
  const version: HostileTarget = {
    ...zenodo,
    open: async (url, sending, onWarning) => {
      const { ZenodoDestination } = await import("./zenodo/destination.js");
      const about = { scheme: "zenodo", record: "1000", publishDoi: true } as const;
      return new ZenodoDestination({ ...about, url, token: ZENODO_TOKEN, sending, onWarning });
    },
  };
  const { outcome, messages } = await publishHastily(version, endpoint, TWO);
  assert.equal(outcome, "done", messages);
  const files = records.get(1001)?.files;
  assert.equal(files?.get("notes.pdf")?.toString(), "mine");
  assert.ok(!files?.has("data_image_train-00000-of-00001.parquet"), "what the last release wrote is gone");
  assert.match(messages, /^zenodo:1000: 1 of the files of the draft 1001 .* and stay: "notes\.pdf"$/m);
});

test("a path of a manifest.json stays below its folder, or the manifest is not one of ours", () => {
  const names = fc.constantFrom(
    "..",
    ".",
    "",
    "%2e%2e",
    "%2E.",
    "a",
    "b c",
    "\u0000",
    "é",
    "\\",
    "data",
    "x".repeat(600),
    "\ud800",
  );
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), (parts) => {
      const path = parts.join("/");
      const files = [{ path, bytes: 1, sha256: "0".repeat(64) }];
      const found = parseReleaseManifest(JSON.stringify({ tool: "ov-tools", format_version: 1, files }));
      assert.equal(found !== undefined, isPlainPath(path));
      if (!found) return;
      assert.ok(posix.join("/base", path).startsWith("/base/"));
      for (const written of [path, path.split("/").map(encodeURIComponent).join("/")]) {
        assert.ok(new URL(`http://h/base/${written}`).pathname.startsWith("/base/"));
      }
    }),
  );
});
