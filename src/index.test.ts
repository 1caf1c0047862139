import assert from "node:assert/strict";
import { test } from "node:test";

test("the package is imported by its name, as a user would", async () => {
  const { cleanRecord, findProvider, convertItem, licenseOfUrl } = await import("ov-tools");
  const { license } = licenseOfUrl("http://creativecommons.org/licenses/by-sa/3.0/de/deed.en") ?? {};
  assert.equal(license, "by-sa");
  const cleaned = cleanRecord({
    provider: "example",
    foreign_identifier: 17,
    foreign_landing_url: "example.org/works/17/",
    url: "//example.org/works/17.jpeg",
    license: "by",
    license_version: 4,
  });
  assert.ok("record" in cleaned);
  assert.equal(cleaned.record.url, "https://example.org/works/17.jpeg");
  assert.equal(cleaned.record.filetype, "jpg");
  const { skipped } = await convertItem(findProvider("flickr"), { id: "1", license: "0" }, {});
  assert.equal(skipped, "no open licence");
});
