import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTarget, TARGETS } from "./list.js";

test("a folder", () => {
  assert.deepEqual(parseTarget("folder:build/dataset"), { scheme: "folder", folder: "build/dataset" });
  assert.deepEqual(parseTarget("folder:/data/a:b/"), { scheme: "folder", folder: "/data/a:b/" });
});

test("a place in a bucket", () => {
  assert.deepEqual(parseTarget("s3://media/a/b/"), { scheme: "s3", bucket: "media", prefix: "a/b" });
  assert.deepEqual(parseTarget("s3://media"), { scheme: "s3", bucket: "media", prefix: "" });
});

const REFUSED: Record<string, string> = {
  "ftp:bucket/key":
    'unknown target "ftp:bucket/key"; there is folder:DIR, s3://BUCKET/PREFIX, hf:ORG/NAME, zenodo:[RECORD], zenodo-sandbox:[RECORD]',
  "s3:bucket/key": '"s3:bucket/key" names no place in a bucket; write it as s3://bucket/prefix',
  "s3://bucket/../key": '"s3://bucket/../key" names no place in a bucket; write it as s3://bucket/prefix',
  "s3://Bucket": '"s3://Bucket" names no place in a bucket; write it as s3://bucket/prefix',
  "build/dataset":
    '"build/dataset" is no target; there is folder:DIR, s3://BUCKET/PREFIX, hf:ORG/NAME, zenodo:[RECORD], zenodo-sandbox:[RECORD]',
  "": '"" is no target; there is folder:DIR, s3://BUCKET/PREFIX, hf:ORG/NAME, zenodo:[RECORD], zenodo-sandbox:[RECORD]',
  "folder:": '"folder:" does not name a folder; write it as folder:build/dataset',
  "folder:.": '"folder:." does not name a folder; write it as folder:build/dataset',
  "folder:build/../..": '"folder:build/../.." does not name a folder; write it as folder:build/dataset',
  "folder:/": '"folder:/" does not name a folder; write it as folder:build/dataset',
};

for (const [text, message] of Object.entries(REFUSED)) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseTarget(text), { name: "Failure", outcome: "usage", message });
  });
}

test("every target in the table is understood", () => {
  for (const { scheme, form } of TARGETS)
    assert.equal(parseTarget(form.toLowerCase().replace("[record]", "123")).scheme, scheme);
});
