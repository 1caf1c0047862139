import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { linesOf, PROJECT } from "../testing/run.js";
import { identifierOf } from "./identifier.js";
import { comparableId, fileHash, workKey } from "./work-keys.js";

const SPELLINGS = [
  "54785924845",
  "054785924845",
  "0000054785924845",
  " 54785924845 ",
  "+54785924845",
  "54785924845.0",
  "54785924845.",
  "5478 5924845",
  "54785924845",
  "0\u{ff15}4785924845",
  "54785\u200b924845\ufeff",
];

test("a number is one identifier in every spelling, where the provider has numbers", () => {
  for (const id of SPELLINGS) {
    assert.equal(comparableId("flickr", id), "54785924845", JSON.stringify(id));
    assert.equal(workKey("flickr", id), identifierOf("flickr", "54785924845"));
  }
  assert.equal(comparableId("flickr", "000"), "0");
});

test("other identifiers are what they are", () => {
  for (const id of ["0a", "1,5", "1.5", "-5", "1e3", "5²", "media/05", "", "54785924845#1"])
    assert.equal(comparableId("flickr", id), id);
  for (const id of SPELLINGS) assert.equal(comparableId("my_museum", id), id);
});

test("the form of an identifier is its own form", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (id) => {
      const form = comparableId("flickr", id);
      assert.equal(comparableId("flickr", form), form);
    }),
  );
  fc.assert(
    fc.property(fc.nat(), fc.nat(30), (number, zeros) => {
      assert.equal(comparableId("flickr", "0".repeat(zeros) + number), String(number));
    }),
  );
});

test("a file is known by the SHA-256 of its comparable address", () => {
  const sha256 = createHash("sha256").update("https://img.example.org/%C3%A4.jpg").digest("hex");
  for (const url of ["https://img.example.org/ä.jpg", "http://www.IMG.example.org:80/%c3%a4.jpg#top"])
    assert.equal(fileHash(url), sha256);
});

/** Their identifiers are not numbers, but may look like one. */
const LOOK_LIKE_NUMBERS = ["justtakeitfree", "nypl"];

test("the providers with numbers are those whose records have them", () => {
  const folder = join(PROJECT, "src", "testing", "expected-records");
  for (const file of readdirSync(folder)) {
    const records = linesOf(readFileSync(join(folder, file), "utf8")) as Record<string, string>[];
    for (const { provider, foreign_identifier: id } of records) {
      if (LOOK_LIKE_NUMBERS.includes(String(provider))) continue;
      const isNumbered = comparableId(String(provider), "01") === "1";
      assert.equal(isNumbered, /^[1-9]\d*$/.test(String(id)), `${provider} ${id}`);
    }
  }
});
