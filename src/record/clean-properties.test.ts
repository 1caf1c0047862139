import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanRecord } from "./clean.js";
import { COLUMNS, type ColumnType, columnsOf, MAX_INTEGER, MEDIA_TYPES, type MediaType } from "./columns.js";
import type { Value } from "./values.js";

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 75, maxLength: 90 }) },
  fc.constantFrom(
    "",
    " ",
    "a\u0000b",
    "\ud83d",
    "\ude00😀",
    "x  y",
    "\u0085",
    "\ufeff",
    '"',
    "\\",
    "__proto__",
    "by",
    "😀".repeat(81),
  ),
);
const json = fc.oneof(
  text,
  fc.jsonValue(),
  fc.constant(JSON.parse('{"__proto__":{"a":[{}]},"constructor":"x"}')),
);

/** Values that a stranger's script may well give a column of a type. */
const LIKELY: Record<ColumnType, fc.Arbitrary<unknown>> = {
  text,
  url: fc.oneof(
    fc.webUrl(),
    text,
    fc.constantFrom("//example.com/a/", "example.com", "8.8.8.8", "https://example.com/\ud83d"),
  ),
  integer: fc.oneof(fc.integer(), fc.double(), fc.constantFrom("3.45", "-0", MAX_INTEGER, MAX_INTEGER + 1)),
  number: fc.oneof(fc.double(), fc.double().map(String)),
  boolean: fc.oneof(fc.boolean(), fc.constantFrom("t", "False", "maybe")),
  timestamp: fc.oneof(
    fc.date({ min: new Date("0000-01-01"), max: new Date("9999-12-31T23:59:59Z") }).map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom(
      "2024-02-03 04:05:06+00",
      "9999-12-31T23:59:59-12:00",
      "2024-02-30",
      "0000-01-01T00:00+14:00",
    ),
  ),
  uuid: fc.uuid(),
  object: fc.dictionary(text, json),
  tags: fc.array(fc.oneof(text, fc.record({ name: text, provider: text, accuracy: fc.anything() }))),
  texts: fc.oneof(text, fc.array(text)),
  objects: fc.array(fc.dictionary(text, json)),
};

const license = fc.constantFrom<Record<string, unknown>>(
  { license: "by", license_version: "4.0" },
  { license: "by-nc-nd", license_version: 2 },
  { license: "by-sa", license_version: "2.1" },
  { license_url: "http://creativecommons.org/licenses/by/2.1/au/deed.en" },
  { license_url: " https://creativecommons.org/licenses/by-nd-nc/2.0/jp/\n" },
  { license_url: {}, license: "cc0", license_version: "1.0" },
  { license_url: "\ud83d", license: "publicdomain", license_version: "N/A" },
);
/** Any values in the columns of one media type. */
const columns = (media: MediaType) =>
  fc.record(
    Object.fromEntries(columnsOf(media).map(({ name, type }) => [name, fc.oneof(LIKELY[type], json)])),
    { requiredKeys: [] },
  );
const sound = fc.record({
  provider: fc.oneof(fc.constantFrom("flickr", "wordpress", " wordpress ", "clevelandmuseum"), LIKELY.text),
  foreign_identifier: fc.oneof(fc.nat(), LIKELY.text),
  foreign_landing_url: LIKELY.url,
  url: LIKELY.url,
  // Anything but an object refuses the record.
  meta_data: fc.oneof({ weight: 9, arbitrary: LIKELY.object }, json),
});

/** Records of which a good part is accepted. */
const record = fc.constantFrom(...MEDIA_TYPES).chain((media) =>
  fc
    .tuple(columns(media), sound, license, fc.constantFrom(media, undefined, null))
    .map(([any, good, licensed, media_type]) => ({
      ...any,
      ...good,
      license: undefined,
      license_version: undefined,
      ...licensed,
      media_type,
    })),
);

test("cleaning a cleaned record changes nothing, and drops nothing", () => {
  let accepted = 0;
  fc.assert(
    fc.property(record, (given) => {
      const first = cleanRecord(given);
      if (!("record" in first)) return;
      accepted++;
      const second = cleanRecord(first.record);
      assert.deepEqual(second, { record: first.record });
      assert.equal(JSON.stringify(second), JSON.stringify({ record: first.record }));
    }),
    { numRuns: 2000 },
  );
  assert.ok(accepted > 200, `only ${accepted} records were accepted`);
});

test("a cleaned record survives being written as JSON and read again", () => {
  fc.assert(
    fc.property(record, (given) => {
      const first = cleanRecord(given);
      if (!("record" in first)) return;
      const line = JSON.stringify(first.record);
      assert.equal(JSON.stringify(cleanRecord(JSON.parse(line))), `{"record":${line}}`);
    }),
    { numRuns: 500 },
  );
});

test("every value of a cleaned record is of its column's type and within its limit", () => {
  const scalar: Partial<Record<ColumnType, string>> = {
    integer: "number",
    number: "number",
    boolean: "boolean",
  };
  fc.assert(
    fc.property(record, (given) => {
      const result = cleanRecord(given);
      if (!("record" in result)) return;
      for (const { name, type, limit = Number.POSITIVE_INFINITY } of columnsOf(result.record.media_type)) {
        const value: Value | undefined = result.record[name];
        if (value === null || value === undefined) continue;
        const expected = ["object", "tags", "texts", "objects"].includes(type)
          ? "object"
          : (scalar[type] ?? "string");
        assert.equal(typeof value, expected, name);
        assert.equal(Array.isArray(value), ["tags", "texts", "objects"].includes(type), name);
        if (typeof value === "string") assert.ok([...value].length <= limit && value.isWellFormed(), name);
      }
      assert.equal(JSON.stringify(result.record).isWellFormed(), true);
    }),
    { numRuns: 500 },
  );
});

test("no JSON object, however odd, makes cleaning throw; it is accepted, or refused with words and a code", () => {
  const odd = fc.oneof(
    fc.dictionary(
      fc.oneof(text, fc.constantFrom(...COLUMNS.map(({ name }) => name), "license_url", "media_type")),
      json,
    ),
    fc.jsonValue().map((value) => ({ ...Object(value) }) as Record<string, unknown>),
    record,
  );
  fc.assert(
    fc.property(odd, (given) => {
      const result = cleanRecord(given);
      if ("record" in result) return;
      assert.match(result.error, /^[^\u0000-\u001f\u007f]{1,400}$/s);
      assert.match(
        result.code,
        /^(missing|bad)_[a-z_]+$|^license_conflict$|^unknown_column$|^unknown_media_type$|^wrong_media_type$/,
      );
    }),
    { numRuns: 2000 },
  );
  assert.equal(({} as Record<string, unknown>).a, undefined);
});
