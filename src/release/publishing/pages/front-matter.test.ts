import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, sampleManifest, sampleOptions } from "../sample.test.util.js";
import { contentsOf } from "./contents.js";
import { frontMatter, sizeCategory } from "./front-matter.js";

test("the sample's front matter", () => {
  assert.equal(
    frontMatter(contentsOf(sampleManifest(), sampleOptions())),
    `---
pretty_name: "Metadata of openly licensed images and audio"
license: other
license_name: per-record
license_link: LICENSE.md
language:
- mul
size_categories:
- 1K<n<10K
source_datasets:
- original
tags:
- creative-commons
- metadata
- image
- audio
configs:
- config_name: "image"
  default: true
  data_files:
  - split: train
    path: "data/image/train-*.parquet"
- config_name: "audio"
  data_files:
  - split: train
    path: "data/audio/train-*.parquet"
---`,
  );
});

test("without shards there are no configs", () => {
  const yaml = frontMatter(contentsOf(EMPTY, sampleOptions()));
  assert.doesNotMatch(yaml, /configs/);
  assert.match(yaml, /\n- n<1K\n/);
});

test("a title cannot add a key", () => {
  const yaml = frontMatter(contentsOf(EMPTY, sampleOptions({ title: 'x"\n---\nlicense: mit' })));
  assert.match(yaml, /^pretty_name: "x\\" --- license: mit"$/m);
  assert.equal(yaml.match(/^license:/gm)?.length, 1);
});

test("size categories at their edges", () => {
  assert.deepEqual([0, 999, 1000, 9999, 1e6, 1e12 - 1, 1e12].map(sizeCategory), [
    "n<1K",
    "n<1K",
    "1K<n<10K",
    "1K<n<10K",
    "1M<n<10M",
    "100B<n<1T",
    "n>1T",
  ]);
});
