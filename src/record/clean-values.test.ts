import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanRecord, type MediaRecord, mediaTypeOf } from "./clean.js";
import { MAX_INTEGER } from "./columns.js";

const PLAIN = {
  provider: "p",
  foreign_identifier: "1",
  foreign_landing_url: "https://example.com/1",
  url: "https://example.com/1.jpg",
  license: "by",
  license_version: "4.0",
};
const BY = "https://creativecommons.org/licenses/by/4.0/";

function cleaned(change: Record<string, unknown>): MediaRecord {
  const result = cleanRecord({ ...PLAIN, ...change });
  assert.ok("record" in result, `refused: ${JSON.stringify(result)}`);
  return result.record;
}

const refused = (change: Record<string, unknown>) => cleanRecord({ ...PLAIN, ...change });
const licenseOf = ({ license, license_version, meta_data }: MediaRecord) => [
  license,
  license_version,
  meta_data,
];

test("a licence URL gives the licence, and stays as the source wrote it beside the licence's own page", () => {
  const license_url = "http://creativecommons.org/licenses/by/4.0/deed.de";
  const meta_data = { license_url: BY, raw_license_url: license_url };
  const given = { license: undefined, license_version: undefined, license_url };
  assert.deepEqual(licenseOf(cleaned(given)), ["by", "4.0", meta_data]);
  assert.equal("license_url" in cleaned(given), false);
});

test("the licence URL wins over name and version, which help out where it leads nowhere", () => {
  const wins = cleaned({ license_url: "https://creativecommons.org/publicdomain/zero/1.0/" });
  assert.deepEqual([wins.license, wins.license_version], ["cc0", "1.0"]);
  const raw_license_url = "https://example.com/terms";
  assert.deepEqual(licenseOf(cleaned({ license_url: raw_license_url })), [
    "by",
    "4.0",
    { license_url: BY, raw_license_url },
  ]);
});

test("a version is written with one decimal", () => {
  for (const license_version of [4, "4", "4.0"])
    assert.equal(cleaned({ license_version }).license_version, "4.0");
});

test("a record without a licence, or with one that is not open, is refused", () => {
  const none = { license: undefined, license_version: undefined };
  assert.deepEqual(refused(none), { error: "license is missing", code: "missing_license" });
  assert.deepEqual(refused({ ...none, license_url: " " }), {
    error: "license is missing",
    code: "missing_license",
  });
  assert.deepEqual(refused({ license_version: undefined }), {
    error: "license_version is missing: CC BY has 1.0, 2.0, 2.1, 2.5, 3.0 and 4.0",
    code: "missing_license_version",
  });
  const bad = (change: Record<string, unknown>, error: string) =>
    assert.deepEqual(refused(change), { error, code: "bad_license" });
  bad(
    { license: "all rights reserved" },
    "license says that all rights are reserved: all rights reserved 4.0",
  );
  bad(
    { ...none, license_url: "https://creativecommons.org/licenses/by/5.0/" },
    "license names CC BY 5.0, which does not exist (CC BY has 1.0, 2.0, 2.1, 2.5, 3.0 and 4.0): " +
      "https://creativecommons.org/licenses/by/5.0/",
  );
  bad({ license: "x".repeat(300) }, `license is not an open licence we know: ${"x".repeat(200)}`);
});

test("a cleaned record's licence may not contradict the licence URL that it carries", () => {
  const meta_data = { license_url: "https://creativecommons.org/licenses/by-nd/4.0/" };
  assert.deepEqual(refused({ meta_data }), {
    error: "license by 4.0 contradicts meta_data.license_url https://creativecommons.org/licenses/by-nd/4.0/",
    code: "license_conflict",
  });
  assert.equal(cleaned({ meta_data: { license_url: "https://example.com/terms" } }).license, "by");
});

test("a port in the carried licence URL is kept, for it is the same licence", () => {
  const license_url = "https://creativecommons.org/licenses/by/3.0/de/";
  const record = cleaned({ license_version: "3.0", meta_data: { license_url, raw_license_url: "x" } });
  assert.deepEqual(record.meta_data, { license_url, raw_license_url: "x" });
});

test("meta_data that is empty is replaced by the licence URLs", () => {
  for (const meta_data of [{}, [], null, "", " ", "{}", "[]", "null"]) {
    assert.deepEqual(cleaned({ meta_data }).meta_data, { license_url: BY, raw_license_url: null });
  }
});

test("meta_data that is no object refuses the record: the licence may stand in it", () => {
  const bad = (meta_data: unknown, problem: string) =>
    assert.deepEqual(refused({ meta_data }), { error: `meta_data ${problem}`, code: "bad_meta_data" });
  for (const text of ["notadict", "{", '{"a":1', "{'a': 1}", "a=b", "{a,b}"])
    bad(text, "is a text that is not JSON");
  for (const other of [["a"], 5, true, "5", '"{}"', "[1]"]) bad(other, "is not an object");
});

test("meta_data may be JSON text, and the licence in it counts", () => {
  const license_url = "https://creativecommons.org/licenses/by-sa/3.0/de/";
  const given = { license: "by-sa", license_version: "3.0" };
  const meta_data = JSON.stringify({ views: 12, license_url, raw_license_url: "x" });
  assert.deepEqual(licenseOf(cleaned({ ...given, meta_data })), [
    "by-sa",
    "3.0",
    { views: "12", license_url, raw_license_url: "x" },
  ]);
  assert.equal((refused({ meta_data }) as { code: string }).code, "license_conflict");
});

test("members of meta_data become texts, and the licence URLs join them", () => {
  const meta_data = {
    views: 12,
    description: ' "a"\tb ',
    exif: { iso: 100 },
    none: null,
    license_url: "junk",
  };
  assert.deepEqual(cleaned({ meta_data }).meta_data, {
    views: "12",
    description: '"a" b',
    exif: { iso: "100" },
    none: null,
    license_url: BY,
    raw_license_url: null,
  });
});

test("whole numbers are read from numbers and from texts of digits", () => {
  const values: [given: unknown, value: number | null][] = [
    [4, 4],
    [4.0, 4],
    [1e3, 1000],
    [-0, 0],
    ["5", 5],
    ["007", 7],
    [" 7 ", 7],
    [MAX_INTEGER, MAX_INTEGER],
    [String(MAX_INTEGER), MAX_INTEGER],
    ["", null],
    [" ", null],
  ];
  for (const [filesize, value] of values)
    assert.ok(Object.is(cleaned({ filesize }).filesize, value), String(filesize));
});

test("truth is read from booleans and their usual texts", () => {
  for (const watermarked of [true, "true", "True", "t", "T"])
    assert.equal(cleaned({ watermarked }).watermarked, true);
  for (const watermarked of [false, "false", "False", "f", "F"]) {
    assert.equal(cleaned({ removed_from_source: watermarked }).removed_from_source, false);
  }
  for (const other of ["g", "yes", 1, 0, "", []]) {
    assert.equal(cleaned({ removed_from_source: other }).removed_from_source, null);
  }
});

test("an image is not watermarked unless it is said to be", () => {
  for (const watermarked of [undefined, null, "yes", 1])
    assert.equal(cleaned({ watermarked }).watermarked, false);
});

test("genres are distinct texts; one that is too long is left out alone", () => {
  const genres = (given: unknown) => cleaned({ media_type: "audio", genres: given }).genres;
  assert.deepEqual(genres(["rock", " rock ", "x".repeat(81), null, "", 80, { a: 1 }]), ["rock", "80"]);
  assert.deepEqual(genres("jazz"), ["jazz"]);
  for (const nothing of [[], [""], ["x".repeat(81)], {}, null]) assert.equal(genres(nothing), null);
});

test("other files are objects with texts; what is no object is left out", () => {
  const files = (given: unknown) => cleaned({ media_type: "audio", alt_files: given }).alt_files;
  assert.deepEqual(files([{ url: " u ", filesize: 5 }, "u", null, {}, [{ url: "v" }]]), [
    { url: "u", filesize: "5" },
  ]);
  for (const nothing of [[], [{}], "u", { url: "u" }, null]) assert.equal(files(nothing), null);
});

test("the filetype is the one given or the URL's extension, under its usual name", () => {
  const types: [filetype: unknown, url: string, media_type: string, expected: string | null][] = [
    [null, "a.jpg", "image", "jpg"],
    [null, "a.jpeg", "image", "jpg"],
    [null, "a.tif", "image", "tiff"],
    [null, "a.svg", "image", "svg"],
    ["jpeg", "a.gif", "image", "jpg"],
    ["tif", "a.gif", "image", "tiff"],
    ["JPG", "a.gif", "image", "jpg"],
    ["JPEG", "a.gif", "image", "jpg"],
    [".Tif", "a.gif", "image", "tiff"],
    ["JPG?x=1", "a.gif", "image", "jpg"],
    ["image/jpeg", "a.gif", "image", "jpg"],
    ["image/svg+xml", "a.gif", "image", "svg"],
    ["audio/mpeg", "a.ogg", "audio", "mp3"],
    ["toolong", "a.gif", "image", "gif"],
    [null, "IMAGE.JPG", "image", "jpg"],
    [null, "X.TIF", "image", "tiff"],
    [null, "a.jpg?x=1", "image", "jpg"],
    [null, "a.JPEG?x=1.png#y.gif", "image", "jpg"],
    [null, "a.jpg#top", "image", "jpg"],
    [null, "a?file=b.jpg", "image", null],
    [null, "a.png/b", "image", null],
    [null, "a.jpg.image", "image", null],
    [null, "a.mp3", "image", null],
    [null, "a", "image", null],
    [null, "a.mp3", "audio", "mp3"],
    [null, "a.m4b", "audio", "m4b"],
    ["mp32", "a.ogg", "audio", "mp32"],
    [null, "a.jpg", "audio", null],
  ];
  for (const [filetype, name, media_type, expected] of types) {
    assert.equal(
      cleaned({ filetype, media_type, url: `https://example.com/${name}` }).filetype,
      expected,
      name,
    );
  }
});

test("source, kind of ingestion and category are filled from what is known", () => {
  assert.equal(cleaned({}).source, "p");
  assert.equal(cleaned({ source: "nasa" }).source, "nasa");
  assert.equal(cleaned({}).ingestion_type, "provider_api");
  assert.equal(cleaned({ source: "commoncrawl" }).ingestion_type, "commoncrawl");
  assert.equal(
    cleaned({ source: "commoncrawl", ingestion_type: "sql_bulk_load" }).ingestion_type,
    "sql_bulk_load",
  );
  const categories = {
    clevelandmuseum: "digitized_artwork",
    phylopic: "illustration",
    inaturalist: "photograph",
    p: null,
  };
  for (const [provider, category] of Object.entries(categories))
    assert.equal(cleaned({ provider }).category, category);
  assert.equal(cleaned({ provider: "clevelandmuseum", category: "photograph" }).category, "photograph");
});

test("an identifier that was given does not count", () => {
  const identifier = "00000000-0000-0000-0000-000000000000";
  assert.equal(cleaned({ identifier }).identifier, cleaned({}).identifier);
});

test("the media type can be asked for alone", () => {
  assert.equal(mediaTypeOf({ set_position: 0 }), "audio");
  assert.equal(mediaTypeOf({}), "image");
});
