import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanGiven, cleanRecord } from "./clean.js";
import { COLUMNS, MAX_INTEGER } from "./columns.js";
import { DROP_REASONS, DroppedTally, type DropReason, refusalOf } from "./dropped.js";

const PLAIN = {
  provider: "p",
  foreign_identifier: "1",
  foreign_landing_url: "https://example.com/1",
  url: "https://example.com/1.jpg",
  license: "by",
  license_version: "4.0",
};
const AUDIO = { media_type: "audio" };

/** A column of a cleaned record, and the reasons for which something of it was dropped. */
function cleaned(change: Record<string, unknown>, column: string): { value: unknown; reasons: string[] } {
  const result = cleanRecord({ ...PLAIN, ...change });
  assert.ok("record" in result, `refused: ${JSON.stringify(result)}`);
  const dropped = result.dropped ?? [];
  for (const one of dropped) assert.equal(one.column, column);
  return { value: result.record[column], reasons: dropped.map(({ reason }) => reason) };
}

function assertDrops(column: string, given: unknown, value: unknown, ...reasons: DropReason[]): void {
  const media = COLUMNS.find(({ name }) => name === column)?.media ?? "image";
  const found = cleaned({ media_type: media, [column]: given }, column);
  assert.deepEqual(found, { value, reasons }, `${column}: ${JSON.stringify(given)}`);
}

test("whole numbers: a text has to be digits alone, and what is dropped is told", () => {
  const values: [given: unknown, reason: DropReason][] = [
    ...[
      "1.200",
      "3.45",
      "1,200",
      "0x10",
      "1e3",
      "1024.0",
      "+5",
      "-5.5",
      "5 px",
      "1 200",
      "abc",
      "Infinity",
      "٣",
    ].map((text) => [text, "not a whole number"] as [string, DropReason]),
    ["-5", "below zero"],
    [-5, "below zero"],
    [12.5, "not a whole number"],
    [-0.5, "not a whole number"],
    [Number.NaN, "not a whole number"],
    [MAX_INTEGER + 1, "too large"],
    [String(MAX_INTEGER + 1), "too large"],
    ["9".repeat(400), "too large"],
    [Number.POSITIVE_INFINITY, "too large"],
    [true, "wrong type"],
    [[5], "wrong type"],
    [{ px: 5 }, "wrong type"],
  ];
  const columns = COLUMNS.filter(({ type }) => type === "integer");
  for (const { name } of columns)
    for (const [given, reason] of values) assertDrops(name, given, null, reason);
});

test("popularity: a text has to be a decimal number", () => {
  const column = "standardized_popularity";
  assertDrops(column, "0.25", 0.25);
  assertDrops(column, "1e-7", 1e-7);
  for (const text of ["0x10", "1,5", "many", "1e", ".5", "NaN"])
    assertDrops(column, text, null, "not a number");
  assertDrops(column, true, null, "wrong type");
  assertDrops(column, Number.POSITIVE_INFINITY, null, "too large");
});

test("texts: other kinds of values, and what is too long", () => {
  for (const wrong of [["Ada"], { name: "Ada" }]) {
    for (const column of ["creator", "title", "category", "source"]) {
      const value = column === "source" ? "p" : null;
      assertDrops(column, wrong, value, "wrong type");
    }
  }
  assertDrops("title", "x".repeat(5001), "x".repeat(5000), "cut");
  assertDrops("category", "x".repeat(81), null, "too long");
  assertDrops("filetype", "toolong", "jpg", "too long");
  assertDrops("title", 12, "12");
  assertDrops("title", Number("12345678901234567890"), null, "too large");
});

test("an identifier that JSON has not kept exactly refuses the record, for it is another one", () => {
  const refusal = (foreign_identifier: unknown) => cleanRecord({ ...PLAIN, foreign_identifier });
  assert.deepEqual(refusal(Number("12345678901234567890")), {
    error: "foreign_identifier is a number that is too large to be exact: give it as a text",
    code: "bad_foreign_identifier",
  });
  assert.deepEqual(refusal(["1"]), {
    error: "foreign_identifier is not a text",
    code: "bad_foreign_identifier",
  });
  assert.ok("record" in refusal(Number.MAX_SAFE_INTEGER));
});

test("addresses, booleans and times", () => {
  assertDrops("thumbnail", "localhost/a.jpg", null, "not a web address");
  assertDrops("thumbnail", "https://example.com/a b", null, "not a web address");
  assertDrops("thumbnail", `https://example.com/${"x".repeat(3000)}`, null, "too long");
  assertDrops("creator_url", 7, null, "wrong type");
  for (const other of ["yes", 1, 0, ["t"]])
    assertDrops("watermarked", other, false, "neither true nor false");
  for (const other of ["yesterday", "2024-02-30", 1706933106, true]) {
    assertDrops("created_on", other, null, "not a time");
  }
});

test("nothing is dropped where there is nothing", () => {
  for (const { name, type, media = "image", required } of COLUMNS) {
    if (required) continue;
    const empty = ["", " ", "\\N", null, undefined, ...(type === "boolean" ? [] : [[], {}])];
    for (const given of empty) {
      const result = cleanRecord({ ...PLAIN, media_type: media, [name]: given });
      assert.ok("record" in result && !("dropped" in result), `${name}: ${JSON.stringify(given)}`);
    }
  }
});

test("tags: each that is dropped, and each accuracy, is told", () => {
  const tag = { name: "pier", provider: "rekognition" };
  const value = [tag];
  assertDrops("tags", [{ ...tag, accuracy: 98.2 }], value, "above 1");
  assertDrops("tags", [{ ...tag, accuracy: "98.2" }], value, "above 1");
  assertDrops("tags", [{ ...tag, accuracy: -0.1 }], value, "below zero");
  for (const accuracy of ["sure", "0,98", "98%"]) {
    assertDrops("tags", [{ ...tag, accuracy }], value, "not a number");
  }
  assertDrops("tags", [{ ...tag, accuracy: true }], value, "wrong type");
  for (const accuracy of [1, 0, "0.98224"]) {
    assertDrops("tags", [{ ...tag, accuracy }], [{ ...tag, accuracy: Number(accuracy) }]);
  }
  for (const accuracy of [null, ""]) assertDrops("tags", [{ ...tag, accuracy }], value);
  assertDrops("tags", [tag, { ...tag, id: 7 }, { ...tag, id: null }], value, "unknown member");
  for (const nameless of [
    { name: "x" },
    { provider: "x" },
    { name: " ", provider: "x" },
    { name: 1, provider: "x" },
  ]) {
    assertDrops("tags", [nameless, tag], value, "no name or provider");
  }
  assertDrops("tags", ["by", "geo:lat=52", tag], value, "not about the work", "not about the work");
  assertDrops("tags", [true, ["a"], tag, null, ""], value, "wrong type", "wrong type");
  const sure = { ...tag, accuracy: 0.5 };
  assertDrops("tags", [sure, sure, tag], [sure]);
  assertDrops("tags", [sure, { ...tag, accuracy: 0.7 }], [sure], "repeated");
  assertDrops("tags", [tag, sure], value, "repeated");
  assertDrops("tags", { name: "a", provider: "b" }, null, "wrong type");
  assertDrops("tags", 5, null, "wrong type");
});

test("lists and objects may come as JSON text or as arrays of PostgreSQL", () => {
  const sea = { name: "sea", provider: "flickr" };
  const pier = { name: "pier", provider: "clarifai", accuracy: 0.98224 };
  const tags = [sea, pier];
  const asText = [sea, { ...pier, accuracy: "0.98224" }];
  assertDrops("tags", JSON.stringify(asText), tags);
  assertDrops(
    "tags",
    asText.map((tag) => JSON.stringify(tag)),
    tags,
  );
  assertDrops("tags", arrayOf(asText), tags);
  assertDrops("tags", "{sea,NULL}", [{ name: "sea", provider: "p" }]);
  assertDrops("tags", "sea", null, "not JSON");
  assertDrops("tags", '[{"name":', null, "not JSON");
  assertDrops("tags", '{"name":"sea"}', null, "wrong type");

  assertDrops("genres", "rock", ["rock"]);
  assertDrops("genres", '["rock","hip hop"]', ["rock", "hip hop"]);
  assertDrops("genres", '{"hip hop",rock,"drum, bass",NULL}', ["hip hop", "rock", "drum, bass"]);
  assertDrops("genres", "{rock", null, "not JSON");
  assertDrops("genres", ["rock", { a: 1 }, "x".repeat(81)], ["rock"], "wrong type", "too long");

  const files = [{ url: "u", filesize: "5" }];
  assertDrops("alt_files", '[{"url":"u","filesize":5}]', files);
  assertDrops("alt_files", arrayOf([{ url: "u", filesize: 5 }]), files);
  assertDrops("alt_files", [...files, "u", 5, null, {}], files, "wrong type", "wrong type");
  assertDrops("alt_files", "{a,b}", null, "wrong type", "wrong type");
  assertDrops("alt_files", { url: "u" }, null, "wrong type");

  assertDrops("audio_set", '{"title":"An album","position":1}', { title: "An album", position: "1" });
  for (const text of ["An album", '{"title":', "{a,b}"]) assertDrops("audio_set", text, null, "not JSON");
  for (const other of [["a"], 5, "5", '["a"]']) assertDrops("audio_set", other, null, "wrong type");
});

/** An array of JSON, as PostgreSQL writes it. */
function arrayOf(values: readonly object[]): string {
  return `{${values.map((value) => JSON.stringify(JSON.stringify(value))).join(",")}}`;
}

test("a record reads the same from texts as from lists and objects", () => {
  const text = fc.string({ unit: "binary" });
  const sound = fc.record({
    meta_data: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.dictionary(text, text))),
    tags: fc.array(fc.record({ name: text, provider: text, accuracy: fc.double({ min: 0, max: 1 }) })),
    genres: fc.array(text),
    audio_set: fc.dictionary(text, text),
    alt_files: fc.array(fc.dictionary(text, text)),
  });
  fc.assert(
    fc.property(sound, (given) => {
      const parsed = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
      const texts = Object.fromEntries(
        Object.entries(parsed).map(([name, value]) => [name, JSON.stringify(value)]),
      );
      assert.deepEqual(
        cleanRecord({ ...PLAIN, ...AUDIO, ...texts }),
        cleanRecord({ ...PLAIN, ...AUDIO, ...parsed }),
      );
    }),
  );
});

test("what meta_data loses is told", () => {
  let deep: unknown = "bottom";
  for (let i = 0; i < 200; i++) deep = [deep];
  const result = cleanRecord({ ...PLAIN, meta_data: { deep, id: Number("12345678901234567890") } });
  assert.deepEqual("record" in result && result.dropped, [
    { column: "meta_data", reason: "too deep" },
    { column: "meta_data", reason: "too large" },
  ]);
});

test("addresses in meta_data that give way to those of the licence are told", () => {
  const page = "https://creativecommons.org/licenses/by/4.0/";
  const reasons = (change: Record<string, unknown>) => cleaned(change, "meta_data").reasons;
  const terms = "https://example.com/terms";
  assert.deepEqual(reasons({ meta_data: { license_url: terms } }), ["replaced"]);
  assert.deepEqual(
    reasons({ license_url: page, meta_data: { license_url: terms, raw_license_url: terms } }),
    ["replaced", "replaced"],
  );
  for (const license_url of [page, "http://creativecommons.org/licenses/by/4.0", "", null]) {
    assert.deepEqual(reasons({ meta_data: { license_url, raw_license_url: terms } }), []);
  }
  assert.deepEqual(reasons({ license_url: terms, meta_data: { raw_license_url: terms } }), []);
});

test("what one record loses is not told of the next, nor is what a refused one has lost", () => {
  assert.equal("record" in cleanRecord({ ...PLAIN, width: "x", url: "none" }), false);
  assert.deepEqual(Object.keys(cleanRecord(PLAIN)), ["record"]);
  assert.deepEqual(Object.keys(cleanGiven({ ...PLAIN, width: "x" })), ["record", "dropped"]);
  assert.deepEqual(Object.keys(cleanGiven(PLAIN)), ["record"]);
});

test("a record that loses something can be refused, by the first thing that it loses", () => {
  const width = { column: "width", reason: "below zero" } as const;
  const tag = { column: "tags", reason: "not about the work" } as const;
  const refusal = (error: string) => ({
    error: `width has a value that would be dropped: ${error}`,
    code: "bad_width",
  });
  assert.deepEqual(refusalOf([width]), refusal("below zero"));
  assert.deepEqual(refusalOf([width, tag]), refusal("below zero, and 1 more"));
  assert.deepEqual(refusalOf([width, tag, tag]), refusal("below zero, and 2 more"));
});

test("losses are added up by column and reason, whatever comes first and whoever counts", () => {
  const tally = new DroppedTally();
  assert.equal(tally.counts, undefined);
  assert.equal(tally.words, "");
  tally.add([
    { column: "width", reason: "not a whole number" },
    { column: "tags", reason: "not about the work" },
  ]);
  const other = new DroppedTally();
  other.add([
    { column: "tags", reason: "above 1" },
    { column: "tags", reason: "not about the work" },
  ]);
  const both = new DroppedTally();
  for (const { counts } of [other, tally]) both.include(structuredClone(counts));
  both.include(undefined);
  assert.equal(
    JSON.stringify(both.counts),
    '{"tags":{"above 1":1,"not about the work":2},"width":{"not a whole number":1}}',
  );
  assert.equal(both.words, "2 tags (not about the work), 1 tags (above 1), 1 width (not a whole number)");
});

test("what people are told of losses is of bounded length", () => {
  const tally = new DroppedTally();
  for (const { name } of COLUMNS) {
    for (const reason of Object.keys(DROP_REASONS))
      tally.add([{ column: name, reason: reason as DropReason }]);
  }
  assert.match(tally.words, /^(?:1 \w+ \([a-z 0-9]+\), ){8}\d+ others$/i);
});

test("what no licence can be read from is told, where there is a licence without it", () => {
  for (const [column, value] of [
    ["license_url", { page: "https://creativecommons.org/licenses/by-nc/4.0/" }],
    ["license_url", [4]],
  ] as const) {
    assert.deepEqual(cleaned({ [column]: value }, column).reasons, ["wrong type"]);
  }
  const named = { license: "CC BY 4.0", license_version: ["3.0"] };
  assert.deepEqual(cleaned(named, "license_version").reasons, ["wrong type"]);
  assert.deepEqual(cleaned({ license_url: [] }, "license_url").reasons, []);
});

test("members whose names differ in half surrogates only are one, which is told", () => {
  for (const names of [
    ["\ud800", "\udfff"],
    ["\ufffd", "\ud800"],
    ["\ud800", "\ufffd"],
  ]) {
    const members = Object.fromEntries(names.map((name, i) => [name, String(i)]));
    const result = cleanRecord({ ...PLAIN, meta_data: { deep: [members] } });
    assert.ok("record" in result);
    assert.deepEqual((result.record.meta_data as { deep: unknown }).deep, [{ "\ufffd": "1" }]);
    assert.deepEqual(result.dropped, [{ column: "meta_data", reason: "repeated" }]);
  }
});

test("PostgreSQL's text for a missing value is one with blanks around it, too", () => {
  assert.deepEqual(cleaned({ title: " \\N\n" }, "title"), cleaned({ title: null }, "title"));
});
