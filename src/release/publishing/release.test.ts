import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { parseReleaseManifest } from "./checks/found-release.js";
import { filesOf, releaseOf } from "./release.js";
import { EMPTY, sampleManifest, sampleOptions, TOTALS } from "./sample.test.util.js";

test("manifest.json lists every other file with its size and checksum, in order", () => {
  const release = releaseOf(sampleManifest(), sampleOptions());
  const manifest = JSON.parse(release.texts.at(-1)?.text ?? "");
  assert.deepEqual(
    manifest.files.map(({ path }: { path: string }) => path),
    [
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
    ],
  );
  const card = release.texts[0]?.text ?? "";
  assert.deepEqual(manifest.files[2], {
    path: "README.md",
    bytes: Buffer.byteLength(card),
    sha256: createHash("sha256").update(card).digest("hex"),
  });
  assert.equal(manifest.files[7].rows, 1000);
  assert.deepEqual(
    { ...manifest, files: undefined },
    {
      format_version: 1,
      schema_version: 1,
      tool: "ov-tools",
      tool_version: "1.2.3",
      version: "2026-11-02",
      date: "2026-11-02",
      previous: null,
      rows: 1234,
      files: undefined,
      totals: TOTALS,
      schema: {},
      changes: null,
    },
  );
  assert.deepEqual(Object.keys(manifest.totals.by_license), ["by 4.0", "by-nc-sa 2.0", "cc0 1.0", "pdm 1.0"]);
});

test("the order of the manifest's lines and names changes nothing", () => {
  const { shards, totals } = sampleManifest();
  const by_source = Object.fromEntries(Object.entries(totals.totals.by_source).reverse());
  const turned = {
    shards: [...shards].reverse(),
    totals: { ...totals, totals: { ...totals.totals, by_source } },
  };
  assert.deepEqual(
    releaseOf(turned, sampleOptions()).texts,
    releaseOf(sampleManifest(), sampleOptions()).texts,
  );
});

test("a release of nothing has its pages and no shard", () => {
  assert.deepEqual(
    filesOf(releaseOf(EMPTY, sampleOptions())).map(({ path }) => path),
    [
      "README.md",
      "LICENSE.md",
      "charts/licenses.svg",
      "charts/providers.svg",
      "croissant.json",
      "datapackage.json",
      "CITATION.cff",
      "manifest.json",
    ],
  );
});

test("only a manifest.json of ours is read", () => {
  const { texts } = releaseOf(sampleManifest(), sampleOptions());
  assert.equal(parseReleaseManifest(texts.at(-1)?.text ?? "")?.files.length, 10);
  for (const other of ["", "[]", "null", "{", '{"name":"app","files":["dist"]}', '{"tool":"ov-tools"}']) {
    assert.equal(parseReleaseManifest(other), undefined);
  }
});
