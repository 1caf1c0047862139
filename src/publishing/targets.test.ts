import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTarget, TARGETS } from "./targets.js";

test("a folder", () => {
  assert.deepEqual(parseTarget("folder:build/dataset"), { scheme: "folder", folder: "build/dataset" });
  assert.deepEqual(parseTarget("folder:/data/a:b/"), { scheme: "folder", folder: "/data/a:b/" });
});

const REFUSED: Record<string, string> = {
  "s3:bucket/key": 'unknown target "s3:bucket/key"; there is folder:DIR',
  "build/dataset": '"build/dataset" is no target; there is folder:DIR',
  "": '"" is no target; there is folder:DIR',
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
  for (const { scheme, form } of TARGETS) assert.equal(parseTarget(form).scheme, scheme);
});
