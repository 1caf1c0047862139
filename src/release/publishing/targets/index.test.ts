import assert from "node:assert/strict";
import { test } from "node:test";
import { Hosts } from "../../../base/http/index.js";
import { parseTarget, TARGETS } from "./index.js";

/** What a target is opened with; it is not asked anything. */
const CONTEXT = { replace: false, partSize: 16, virtualHost: false, sending: { hosts: new Hosts() } };
const nameOf = async (text: string) => (await parseTarget(text, {})(CONTEXT as never)).name;

test("a folder", async () => {
  assert.equal(await nameOf("folder:build/dataset"), "folder:build/dataset");
  assert.equal(await nameOf("folder:/data/a:b/"), "folder:/data/a:b/");
});

test("a place in a bucket", async (t) => {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) {
    const before = process.env[name];
    process.env[name] = "AKIAEXAMPLE000000000";
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
  assert.equal(await nameOf("s3://media/a/b/"), "s3://media/a/b");
  assert.equal(await nameOf("s3://media"), "s3://media");
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
    assert.throws(() => parseTarget(text, {}), { name: "Failure", outcome: "usage", message });
  });
}

test("every target in the table is understood", () => {
  for (const { form } of TARGETS) parseTarget(form.toLowerCase().replace("[record]", "123"), {});
});

const MISPLACED: readonly (readonly [target: string, option: string, value: unknown, says: string])[] = [
  ["folder:dataset", "acl", "public-read", '--acl is for S3: "folder:dataset" has no use for it'],
  ["s3://media", "replace", true, '--replace is for folders: "s3://media" has no use for it'],
  ["zenodo:", "partSize", 8, '--part-size is for S3: "zenodo:" has no use for it'],
  [
    "hf:me/media",
    "endpoint",
    "https://x.org",
    "--endpoint is for S3 and Zenodo: HF_ENDPOINT names another Hub",
  ],
  ["hf:me/media", "publishDoi", true, '--publish-doi is for Zenodo: "hf:me/media" has no use for it'],
];

for (const [target, option, value, message] of MISPLACED) {
  test(`refused: ${option} with ${target}`, () => {
    assert.throws(() => parseTarget(target, { [option]: value }), { outcome: "usage", message });
  });
}

test("options that were not given, and those of the target itself, are taken", () => {
  parseTarget("folder:dataset", { replace: true, partSize: 16, acl: undefined, takeOver: false });
  parseTarget("zenodo-sandbox:", { endpoint: "https://x.org", publishDoi: true, title: "of every release" });
});
