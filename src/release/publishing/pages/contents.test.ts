import assert from "node:assert/strict";
import { test } from "node:test";
import type { Manifest, ManifestShard } from "../../parquet/index.js";
import { EMPTY, sampleManifest, sampleOptions, shardOf, totalsOf } from "../sample.test.util.js";
import { contentsOf } from "./contents.js";

const AGAIN = "make the shards again with ov-to-parquet";

test("what the sample holds", () => {
  const contents = contentsOf(sampleManifest(), sampleOptions());
  assert.equal(contents.title, "Metadata of openly licensed images and audio");
  assert.equal(contents.date, "2026-11-02");
  assert.deepEqual(contents.subsets, [
    {
      name: "image",
      media: "image",
      pattern: "data/image/train-*.parquet",
      firstShard: "data/image/train-00000-of-00002.parquet",
      shards: 2,
      rows: 1230,
      bytes: 22,
      uncompressedBytes: 44,
    },
    {
      name: "audio",
      media: "audio",
      pattern: "data/audio/train-*.parquet",
      firstShard: "data/audio/train-00000-of-00001.parquet",
      shards: 1,
      rows: 4,
      bytes: 5,
      uncompressedBytes: 10,
    },
  ]);
  assert.deepEqual(contents.licenses[0], {
    license: "by-nc-sa",
    version: "2.0",
    title: "CC BY-NC-SA 2.0",
    url: "https://creativecommons.org/licenses/by-nc-sa/2.0/",
    rows: 1000,
  });
  assert.deepEqual(
    contents.sources.map(({ name }) => name),
    ["flickr", "nasa", "met", "jamendo"],
  );
});

test("nothing", () => {
  const { title, date, subsets, rows } = contentsOf(EMPTY, sampleOptions());
  assert.deepEqual(
    { title, date, subsets, rows },
    {
      title: "Metadata of openly licensed media",
      date: null,
      subsets: [],
      rows: 0,
    },
  );
});

test("a title of one's own is cleaned", () => {
  assert.equal(contentsOf(EMPTY, sampleOptions({ title: " A\ttitle\n" })).title, "A title");
  assert.throws(() => contentsOf(EMPTY, sampleOptions({ title: " \n" })), {
    outcome: "usage",
    message: "the title is empty; leave it out or say something",
  });
});

/** The sample with other totals, or with its first image shard changed. */
const withTotals = (changes: Parameters<typeof totalsOf>[0]): Manifest => ({
  ...sampleManifest(),
  totals: totalsOf(changes),
});
const withShard = (changes: Partial<ManifestShard>): Manifest => {
  const { shards, totals } = sampleManifest();
  return { shards: shards.map((shard, i) => (i === 1 ? { ...shard, ...changes } : shard)), totals };
};

const REFUSED: readonly (readonly [manifest: Manifest, message: string])[] = [
  [
    { ...sampleManifest(), totals: { ...totalsOf(), schema_version: 0 } },
    "the manifest has schema version 0, this ov-tools describes version 1",
  ],
  [
    withTotals({ by_provider: { flickr: 1233 } }),
    "the manifest's by_provider adds up to 1233, its total is 1234 rows",
  ],
  [
    withTotals({ by_media: { image: 1234 } }),
    "the manifest's shards have 1,230 image records, its totals 1,234",
  ],
  [
    withTotals({ by_license: { "all rights 1.0": 1234 } }),
    'the manifest counts records under a licence we do not know: "all rights 1.0"',
  ],
  [
    withTotals({ by_license: { "by 9.0": 1234 } }),
    'the manifest counts records under a licence we do not know: "by 9.0"',
  ],
  [
    withTotals({ by_license: { "by 2": 1234 } }),
    'the manifest counts records under a licence we do not know: "by 2"',
  ],
  [withShard({ config: 'a"\nb' }), '"a\\"\\nb" is no name for a subset'],
  [withShard({ config: "other" }), "the subsets image and other are in one folder: image"],
  [
    withShard({ path: "other/train-00000-of-00002.parquet" }),
    "the subset image is in two folders: other, image",
  ],
];

for (const [manifest, message] of REFUSED) {
  test(`refused: ${message}`, () => {
    assert.throws(() => contentsOf(manifest, sampleOptions()), {
      outcome: "bad_input",
      message: `${message}; ${AGAIN}`,
    });
  });
}

test("a subset with two schemas is refused", () => {
  const shards = [
    shardOf("image/train-00000-of-00002.parquet", "a"),
    shardOf("audio/train-00000-of-00001.parquet", "b", { config: "image" }),
  ];
  const totals = totalsOf({
    rows: 2,
    by_media: { image: 1, audio: 1 },
    by_license: { "cc0 1.0": 2 },
    by_provider: { a: 2 },
    by_source: { a: 2 },
  });
  assert.throws(() => contentsOf({ shards, totals }, sampleOptions()), {
    message: `the subset image mixes images and audio; ${AGAIN}`,
  });
});
