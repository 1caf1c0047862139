import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleRecord } from "../testing/samples.js";
import { cleanRecord, type MediaRecord } from "./clean.js";
import { COLUMNS, columnsOf, REQUIRED_COLUMNS } from "./columns.js";
import { identifierOf } from "./identifier.js";

const PLAIN = {
  provider: "stocksnap",
  foreign_identifier: "7VAQUG1X3B",
  foreign_landing_url: "https://stocksnap.io/photo/7VAQUG1X3B",
  url: "https://cdn.stocksnap.io/img-thumbs/280h/7VAQUG1X3B.jpg",
  license: "cc0",
  license_version: "1.0",
};

function cleaned(change: Record<string, unknown>): MediaRecord {
  const result = cleanRecord({ ...PLAIN, ...change });
  assert.ok("record" in result, `refused: ${JSON.stringify(result)}`);
  return result.record;
}

const refused = (change: Record<string, unknown>) => cleanRecord({ ...PLAIN, ...change });

test("a record has its media type, then every column of it in order, and defaults are filled in", () => {
  assert.equal(
    JSON.stringify(cleaned({})),
    JSON.stringify({
      media_type: "image",
      identifier: identifierOf("stocksnap", "7VAQUG1X3B"),
      ingestion_type: "provider_api",
      provider: "stocksnap",
      source: "stocksnap",
      foreign_identifier: "7VAQUG1X3B",
      foreign_landing_url: "https://stocksnap.io/photo/7VAQUG1X3B",
      url: "https://cdn.stocksnap.io/img-thumbs/280h/7VAQUG1X3B.jpg",
      thumbnail: null,
      width: null,
      height: null,
      filesize: null,
      filetype: "jpg",
      license: "cc0",
      license_version: "1.0",
      creator: null,
      creator_url: null,
      title: null,
      meta_data: { license_url: "https://creativecommons.org/publicdomain/zero/1.0/", raw_license_url: null },
      tags: null,
      category: "photograph",
      watermarked: false,
    }),
  );
});

test("an audio record has the columns of audio", () => {
  const columns = columnsOf("audio").filter(({ staging }) => !staging);
  assert.deepEqual(Object.keys(cleaned({ media_type: "audio" })), [
    "media_type",
    ...columns.map(({ name }) => name),
  ]);
});

test("the media type is the one that is named, or shown by a column that only audio has", () => {
  assert.equal(cleaned({ media_type: "audio" }).media_type, "audio");
  assert.equal(cleaned({ duration: 1000 }).media_type, "audio");
  assert.equal(cleaned({ genres: ["rock"], media_type: null }).media_type, "audio");
  assert.equal(cleaned({ duration: null }).media_type, "image");
  assert.equal(cleaned({ width: 5 }).media_type, "image");
  for (const media_type of ["video", "Image", "", 1]) {
    assert.deepEqual(refused({ media_type }), {
      error: `media_type is neither "image" nor "audio"`,
      code: "unknown_media_type",
    });
  }
});

/** A value of exactly the given length for a column. */
function valueOfLength(type: string, length: number): unknown {
  const start = "https://example.com/";
  if (type === "url") return start + "x".repeat(length - start.length);
  return type === "texts" ? ["x".repeat(length)] : "x".repeat(length);
}

for (const { name, type, limit = 0, media = "image", cut, required } of COLUMNS.filter(
  ({ limit }) => limit,
)) {
  if (name === "license" || name === "license_version") continue;

  test(`${name} may have ${limit} characters`, () => {
    const value = valueOfLength(type, limit);
    assert.deepEqual(cleaned({ media_type: media, [name]: value })[name], value);
  });

  const fate = required ? "refuses the record" : cut ? "is cut" : "is dropped";
  test(`${name} over ${limit} characters ${fate}`, () => {
    const result = refused({ media_type: media, [name]: valueOfLength(type, limit + 1) });
    if (required) {
      assert.deepEqual(result, { error: `${name} is longer than ${limit} characters`, code: `bad_${name}` });
      return;
    }
    assert.ok("record" in result);
    const without = cleaned({ media_type: media })[name] as null | string;
    assert.deepEqual(result.record[name], cut ? valueOfLength(type, limit) : without);
  });
}

test("limits count characters, not bytes or halves of surrogate pairs", () => {
  const title = "😀".repeat(5000);
  assert.equal(cleaned({ title }).title, title);
  assert.equal(cleaned({ title: `${title}😀` }).title, title);
});

test("a landing URL of 3000 characters refuses the record and says so", () => {
  assert.deepEqual(refused({ foreign_landing_url: `https://example.com/${"x".repeat(2980)}` }), {
    error: "foreign_landing_url is longer than 1000 characters",
    code: "bad_foreign_landing_url",
  });
});

for (const name of REQUIRED_COLUMNS.filter((column) => !column.startsWith("license"))) {
  test(`a record without ${name} is refused`, () => {
    const result = { error: `${name} is missing`, code: `missing_${name}` };
    for (const nothing of [undefined, null]) assert.deepEqual(refused({ [name]: nothing }), result);
  });
}

test("what is left of a required text after cleaning counts", () => {
  assert.deepEqual(refused({ foreign_identifier: " \u0000\n" }), {
    error: "foreign_identifier is missing",
    code: "missing_foreign_identifier",
  });
  assert.equal(cleaned({ foreign_identifier: 0 }).foreign_identifier, "0");
});

test("a required URL that is no web address refuses the record, another one is dropped", () => {
  assert.deepEqual(refused({ url: "javascript:alert(1)" }), {
    error: "url is not a web address",
    code: "bad_url",
  });
  assert.deepEqual(refused({ url: 7 }), { error: "url is not a text", code: "bad_url" });
  assert.deepEqual(refused({ foreign_landing_url: "" }), {
    error: "foreign_landing_url is empty",
    code: "bad_foreign_landing_url",
  });
  assert.equal(cleaned({ thumbnail: "localhost/a.jpg", creator_url: 7 }).thumbnail, null);
});

test("WordPress keeps its last slashes, others do not", () => {
  const foreign_landing_url = "https://wordpress.org/photos/photo/5262839486/";
  assert.equal(
    cleaned({ provider: "wordpress", foreign_landing_url }).foreign_landing_url,
    foreign_landing_url,
  );
  assert.equal(cleaned({ foreign_landing_url }).foreign_landing_url, foreign_landing_url.slice(0, -1));
});

test("a column that nobody knows is refused by name, with the one that may have been meant", () => {
  const unknown = (name: string, shown: string, help = "") =>
    assert.deepEqual(cleanRecord(JSON.parse(`{"url":"x",${JSON.stringify(name)}:1}`)), {
      error: `unknown column "${shown}"${help}`,
      code: "unknown_column",
    });
  unknown("image_url", "image_url");
  unknown("Title", "Title", " (did you mean title?)");
  unknown("__proto__", "__proto__");
  unknown("constructor", "constructor");
  unknown("\u001b[31m", "\\u001b[31m");
  unknown("x".repeat(101), "x".repeat(100));
});

test("columns of the staging database are there only when they were given", () => {
  assert.equal("created_on" in cleaned({}), false);
  const times: [given: unknown, time: string | null][] = [
    ["2024-02-03T04:05:06.789Z", "2024-02-03T04:05:06.789Z"],
    ["2024-02-03T04:05:06+02:00", "2024-02-03T02:05:06.000Z"],
    ["2024-02-03 04:05:06+00", "2024-02-03T04:05:06.000Z"],
    ["2024-02-03T04:05:06", "2024-02-03T04:05:06.000Z"],
    ["2024-02-03", "2024-02-03T00:00:00.000Z"],
    ["9999-12-31T23:59:59-12:00", null],
    ["2024-13-01", null],
    ["2024-02-30", null],
    ["yesterday", null],
    [1706933106, null],
    [null, null],
  ];
  for (const [created_on, time] of times) assert.equal(cleaned({ created_on }).created_on, time);
});

test("a value in a column of the other media type is refused rather than lost", () => {
  assert.deepEqual(cleanRecord(sampleRecord({ media_type: "image", duration: 1000 })), {
    error: "duration is no column of image records",
    code: "wrong_media_type",
  });
  assert.deepEqual(cleanRecord(sampleRecord({ media_type: "audio", width: 10 })), {
    error: "width is no column of audio records",
    code: "wrong_media_type",
  });
  assert.ok("record" in cleanRecord(sampleRecord({ media_type: "audio", width: null })));
});
