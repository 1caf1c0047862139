import assert from "node:assert/strict";
import { test } from "node:test";
import { CONDITIONS } from "../../../record/index.js";
import { EMPTY, sampleManifest, sampleOptions, totalsOf } from "../sample.test.util.js";
import { contentsOf } from "./contents.js";
import { conditionsAmong, conditionsCell, licensePage } from "./license-page.js";

function pageWith(by_license: Record<string, number>): string {
  return licensePage(contentsOf({ ...sampleManifest(), totals: totalsOf({ by_license }) }, sampleOptions()));
}

test("every licence that occurs is there, with its count, link and conditions", () => {
  const page = licensePage(contentsOf(sampleManifest(), sampleOptions()));
  const row =
    "| [CC BY-NC-SA 2.0](https://creativecommons.org/licenses/by-nc-sa/2.0/) | `by-nc-sa` | BY, NC, SA | 1,000 |";
  assert.ok(page.includes(row));
  assert.equal(page.match(/^\| \[/gm)?.length, 4);
  for (const sentence of Object.values(CONDITIONS)) assert.ok(page.includes(sentence));
  assert.doesNotMatch(page, /Retired licences|as ports only/);
});

test("licences whose names do not tell their terms are explained", () => {
  const page = pageWith({ "sampling+ 1.0": 1000, "devnations 2.0": 200, "publicdomain N/A": 34 });
  assert.match(
    page,
    /^\| \[Sampling Plus 1\.0\]\(\S+\) \| `sampling\+` \| retired, with terms of its own \| 1,000 \|$/m,
  );
  assert.match(page, /^- \[Developing Nations 2\.0\]\(\S+\): Grants rights in developing nations only/m);
  assert.match(page, /^- \[Public Domain Dedication and Certification\]\(\S+\): /m);
});

test("a version that exists as ports only is not passed off as another one", () => {
  assert.match(pageWith({ "by 2.1": 1234 }), /^- Version 2\.1 exists as ports only\./m);
});

test("conditions in short", () => {
  const names = ["by", "by-nc-nd", "nc-sa", "cc0", "pdm", "sampling+"];
  assert.deepEqual(names.map(conditionsCell), [
    "BY",
    "BY, NC, ND",
    "NC, SA",
    "none",
    "none; a label, not a licence",
    "retired, with terms of its own",
  ]);
  assert.equal(conditionsAmong(contentsOf(sampleManifest(), sampleOptions()).licenses), "BY, NC and SA");
  assert.equal(conditionsAmong([]), "");
});

test("a page of nothing says so", () => {
  assert.match(licensePage(contentsOf(EMPTY, sampleOptions())), /^This release holds no records\.$/m);
});
