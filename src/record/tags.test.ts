import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanTags, keepTag, type Tag } from "./tags.js";

const names = (tags: Tag[] | null) => tags?.map(({ name }) => name) ?? null;

test("tags about the work are kept, also where a dropped word is only a part of theirs", () => {
  for (const name of [
    "sunset",
    "baby",
    "hobby",
    "ruby",
    "rubyred",
    "bye-bye",
    "uploadedness",
    "pdms",
    "by-pass",
  ]) {
    assert.equal(keepTag(name), true, name);
  }
});

test("case matters: only lower-case marks are dropped", () => {
  for (const name of ["CC0", "BY", "No Person", "PDM"]) assert.equal(keepTag(name), true, name);
});

test("marks of software and licences are dropped as whole words", () => {
  const dropped = ["by", "cc0", "pdm", "by-nc", "by-nd", "by-sa", "by-nc-nd", "by-nc-sa", "uploaded"];
  for (const word of [...dropped, "flickriosapp"]) {
    for (const name of [word, `photo ${word} me`, `(${word})`, `${word},x`])
      assert.equal(keepTag(name), false, name);
  }
});

test("tags that say nothing are dropped as a whole only", () => {
  assert.deepEqual(["no person", "squareformat"].map(keepTag), [false, false]);
  assert.deepEqual(["no person here", "squareformats"].map(keepTag), [true, true]);
});

test("machine tags are dropped", () => {
  for (const name of [
    "geo:lat=52.5",
    "uploaded:by=instagram",
    "flickriosapp:filter=nofilter",
    "garbage:=metacrap",
    "a=b",
  ]) {
    assert.equal(keepTag(name), false, name);
  }
});

test("texts become tags of the record's provider", () => {
  assert.deepEqual(cleanTags(["  cat\n", "old  house", 1984], "flickr"), [
    { name: "cat", provider: "flickr" },
    { name: "old house", provider: "flickr" },
    { name: "1984", provider: "flickr" },
  ]);
});

test("tags of others stay with their accuracy, and other members go", () => {
  const given = [
    { name: "cat", provider: "clarifai", accuracy: 0.98, id: 7 },
    { accuracy: "0.5", provider: "rekognition", name: " dog " },
    { name: "cow", provider: "clarifai", accuracy: "sure" },
    { name: "pig", provider: "clarifai", accuracy: null },
  ];
  assert.deepEqual(cleanTags(given, "flickr"), [
    { name: "cat", provider: "clarifai", accuracy: 0.98 },
    { name: "dog", provider: "rekognition", accuracy: 0.5 },
    { name: "cow", provider: "clarifai" },
    { name: "pig", provider: "clarifai" },
  ]);
});

test("tags are distinct by name and provider, the first one staying", () => {
  const given = ["cat", { name: "cat", provider: "clarifai", accuracy: 0.9 }, " cat ", "Cat"];
  const again = { name: "cat", provider: "clarifai", accuracy: 0.1 };
  assert.deepEqual(cleanTags([...given, again], "flickr"), [
    { name: "cat", provider: "flickr" },
    { name: "cat", provider: "clarifai", accuracy: 0.9 },
    { name: "Cat", provider: "flickr" },
  ]);
});

test("what is no tag is left out", () => {
  const given = [null, true, {}, [], "", " ", { name: "x" }, { provider: "x" }, { name: "", provider: "x" }];
  assert.deepEqual(
    names(cleanTags([...given, { name: "x", provider: " " }, { name: 1, provider: "x" }, "good"], "p")),
    ["good"],
  );
});

test("no tags are null rather than an empty list", () => {
  for (const given of [null, undefined, "cat", { name: "cat", provider: "p" }, [], ["by"], [null]]) {
    assert.equal(cleanTags(given, "p"), null);
  }
});

test("cleaning cleaned tags changes nothing", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("by", "cat", " cat", "cc0 x", "a:b", "\ud83d"),
  );
  const given = fc.oneof(
    text,
    fc.record({ name: text, provider: text, accuracy: fc.anything() }),
    fc.anything(),
  );
  fc.assert(
    fc.property(fc.array(given), (tags) => {
      const cleaned = cleanTags(tags, "p");
      assert.deepEqual(cleanTags(cleaned, "p"), cleaned);
    }),
  );
});
