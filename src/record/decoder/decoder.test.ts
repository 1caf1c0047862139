/** What is read from bytes, into columns and into rows, is what `JSON.parse` and `cleanRecord` make of the same line. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseExact, parseObject } from "../../base/ndjson/index.js";
import { decoded, type Prepared, prepareRow } from "../../store/staging/prepare.js";
import { prepareLine } from "../../store/staging/prepare-block.js";
import { BLANKS } from "../../testing/blanks.js";
import {
  cleanRecord,
  columnsOf,
  type Dropped,
  MEDIA_TYPES,
  type MediaRecord,
  type MediaType,
} from "../index.js";
import { Batch } from "./batch.js";
import { type ColumnPlace, placesIn, type RowsData } from "./columns.js";
import { LineDecoder } from "./decoder.js";
import { Rows } from "./rows.js";

const decoder = new LineDecoder();

/** What is lost is added up, in whatever order it comes. */
function inOrder(dropped: readonly Dropped[] | undefined): readonly Dropped[] | undefined {
  return dropped && [...dropped].sort((a, b) => (a.reason < b.reason ? -1 : 1));
}

/** Walks a line in the middle of others; what it holds, or undefined where it is left to `cleanRecord`. */
function walked(line: string): { batch: unknown; counted: unknown; dropped: unknown } | undefined {
  const before = '{"title":"before"}\n';
  const bytes = new Uint8Array(Buffer.from(`${before}${line}\n{"title":"after"}\n`));
  const start = before.length;
  if (!decoder.decode(bytes, start, start + Buffer.byteLength(line))) return undefined;
  const batch = new Batch(decoder, decoder.media);
  batch.addLine();
  const { media, license, licensePair, provider, source, key } = decoder;
  return {
    batch: contentOf(batch.take()),
    counted: { media, license, licensePair, provider, source, key },
    dropped: inOrder(decoder.dropped),
  };
}

/** What `JSON.parse` and `cleanRecord` make of the line; undefined where they refuse it. */
function cleaned(line: string): { batch: unknown; counted: unknown; dropped: unknown } | undefined {
  const parsed = parseObject(line, parseExact);
  if ("error" in parsed) return undefined;
  const result = cleanRecord(parsed.record);
  if (!("record" in result)) return undefined;
  const { record } = result;
  const batch = new Batch(decoder, record.media_type);
  batch.addRecord(record);
  return {
    batch: contentOf(batch.take()),
    counted: {
      media: record.media_type,
      license: record.license,
      licensePair: `${record.license} ${record.license_version}`,
      provider: record.provider,
      source: record.source,
      key: Number.parseInt(String(record.identifier), 16),
    },
    dropped: inOrder(result.dropped),
  };
}

function contentOf(data: RowsData): unknown {
  return { rows: data.rows, columns: placesIn(data).map((place) => columnContent(place, data.body)) };
}

/** The part of the buffers that counts. */
function columnContent(place: ColumnPlace, body: Uint8Array<ArrayBuffer>): unknown {
  const { length, nulls, validity, offsets, values, valueBytes, children } = place;
  return {
    length,
    nulls,
    isNull: Array.from(
      { length },
      (_, row) => (((body[validity + (row >> 3)] as number) >> (row & 7)) & 1) === 0,
    ),
    offsets: offsets < 0 ? [] : [...new Int32Array(body.buffer, offsets, length + 1)],
    values: Buffer.from(body.subarray(values, values + valueBytes)).toString("latin1"),
    children: children.map((child) => columnContent(child, body)),
  };
}

function assertSame(line: string): boolean {
  const fast = walked(line);
  if (fast === undefined) return false;
  assert.deepEqual(fast, cleaned(line), line);
  assertSameRow(line);
  return true;
}

let rows = 0;

/** A row of the line that was walked last holds what the staging database makes of a cleaned record. */
function assertSameRow(line: string): void {
  const start = decoder.addRow();
  const taken = new Rows(decoder.takeRows());
  const lost = decoder.dropped;
  // Numbers that JavaScript writes in another way are left to `cleanRecord`.
  if (start === -1) return;
  rows++;
  const { dropped, ...prepared } = prepareLine(Buffer.from(line)) as Prepared;
  assert.deepEqual(decoded(prepareRow(taken.at(start))), prepared, line);
  assert.deepEqual(inOrder(lost), inOrder(dropped), line);
}

const BASE = {
  provider: "flickr",
  foreign_identifier: "17",
  foreign_landing_url: "https://www.flickr.com/photos/1/17",
  url: "https://live.staticflickr.com/1/17.jpg",
  license: "by",
  license_version: "2.0",
};
const cleanLine = (given: object) => {
  const result = cleanRecord({ ...BASE, ...given });
  if (!("record" in result)) throw new Error(result.error);
  return JSON.stringify(result.record);
};

const CLEAN: readonly [what: string, given: object][] = [
  ["as little as can be", {}],
  ["texts in other scripts", { title: "Київ 東京 naïve 🦆", creator: "Ærøskøbing" }],
  ["quotes and backslashes", { title: 'a "quoted" \\ word', meta_data: { note: 'C:\\temp "x"' } }],
  [
    "tags",
    {
      tags: [
        { name: "bird", provider: "flickr" },
        { name: "bird", provider: "clarifai", accuracy: 0.875 },
      ],
    },
  ],
  ["a nested object", { meta_data: { a: { b: ["c", null, { d: "e" }] }, "key with blanks": "v" } }],
  [
    "times and numbers",
    { created_on: "2020-02-29T23:59:59.999Z", width: 1024, height: 0, filesize: 2_000_000_00 },
  ],
  ["popularity", { standardized_popularity: 0.123456789 }],
  [
    "audio",
    {
      media_type: "audio",
      genres: ["rock", "été"],
      duration: 1000,
      alt_files: [{ url: "https://a.org/1.mp3" }],
    },
  ],
  [
    "audio set",
    { media_type: "audio", audio_set: { title: "An album" }, audio_set_foreign_identifier: "a1" },
  ],
  ["a default category", { provider: "met" }],
  [
    "a port of a licence",
    { license: "by", license_version: "3.0", license_url: "https://creativecommons.org/licenses/by/3.0/de/" },
  ],
  [
    "a slash at the end of a URL",
    { provider: "wordpress", foreign_landing_url: "https://wordpress.org/photos/photo/1/" },
  ],
];

for (const [what, given] of CLEAN) {
  test(`a cleaned record is read from bytes: ${what}`, () => {
    assert.equal(assertSame(cleanLine(given)), true);
  });
}

test("raw records are read from bytes, with defaults filled in", () => {
  for (const given of [
    {},
    { provider: "met" },
    {
      meta_data: {
        description: "two\nlines  and\tblanks ",
        license_url: "https://creativecommons.org/licenses/by/2.0/",
      },
    },
    { meta_data: { views: 17, public: true, ratio: -1.5e3, none: null } },
    {
      meta_data: {
        id: new Raw("9007199254740993"),
        much: new Raw("1E400"),
        pi: new Raw("3.14159265358979323846"),
      },
    },
    {
      tags: [
        { name: "by", provider: "p" },
        { name: "uploaded:by=flickrmobile", provider: "p", accuracy: 0.25 },
        { name: "a", provider: "p" },
        { name: "a", provider: "p" },
        { name: "a", provider: "p", accuracy: 0.75 },
        { name: "b", provider: "p", accuracy: 0.5 },
        { name: "b", provider: "p", accuracy: 0.5 },
        { name: "b", provider: "p" },
      ],
    },
    { url: "https://example.org/1.JPG?width=1234567890" },
    { url: "https://example.org/1?file=a.jpg" },
    { url: "https://example.org/1.png?x", filetype: null },
    { url: "https://example.org/1.png" },
    { duration: 3 },
  ]) {
    assert.equal(assertSame(writer(() => 1)({ ...BASE, ...given })), true, JSON.stringify(given));
  }
});

test("a line that loses anything but tags is left to those who count that", () => {
  for (const given of [
    { tags: [{ name: "a", provider: "p", accuracy: 98.2 }] },
    { tags: [{ name: "a", provider: "p", id: "x" }] },
    { width: -5 },
    { width: "1.200" },
    { width: 12.5 },
    { title: "x".repeat(5001) },
    { thumbnail: "https://localhost/1" },
    { watermarked: 1 },
    { created_on: "2020-02-30T00:00:00.000Z" },
    { duration: 1, genres: ["x".repeat(81)] },
    { duration: 1, alt_files: ["x"] },
    { duration: 1, audio_set: "x" },
  ]) {
    const line = writer(() => 1)({ ...BASE, ...given });
    assert.equal(walked(line), undefined, line);
    const [dropped, ...others] = (cleaned(line) as { dropped: unknown[] }).dropped;
    assert.ok(dropped && others.length === 0, line);
  }
});

/** Any JSON text of a value: other spacing, other escapes, other forms of numbers. */
function writer(random: () => number) {
  const chance = (share: number) => random() < share;
  const blank = () => (chance(0.1) ? [" ", "\t", "  ", "\r"][Math.floor(random() * 4)] : "");
  const unit = (c: string) => {
    const code = c.charCodeAt(0);
    if (c === "/" && chance(0.3)) return "\\/";
    if (chance(0.03)) return `\\u${code.toString(16).padStart(4, "0")}`;
    return c.isWellFormed() ? JSON.stringify(c).slice(1, -1) : c;
  };
  const text = (value: string): string => {
    const raw = value.isWellFormed()
      ? [...value].map((c) => (c.length === 1 ? unit(c) : c)).join("")
      : undefined;
    return raw === undefined ? JSON.stringify(value) : `"${raw}"`;
  };
  const write = (value: unknown): string => {
    if (value instanceof Raw) return value.json;
    if (typeof value === "string") return text(value);
    if (Array.isArray(value))
      return `[${blank()}${value.map((one) => write(one)).join(`${blank()},${blank()}`)}${blank()}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
    const members = Object.entries(value).map(
      ([key, member]) => `${text(key)}${blank()}:${blank()}${write(member)}`,
    );
    return `{${blank()}${members.join(`${blank()},${blank()}`)}${blank()}}`;
  };
  return write;
}

/** JSON that is written as it is. */
class Raw {
  constructor(readonly json: string) {}
}

const oddText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    " ",
    "\\N",
    "a",
    "a b",
    "a  b",
    " a",
    "a ",
    "a\nb",
    "a\u0000b",
    "\u00a0",
    "a\u00a0b",
    "a\u2028b",
    "\u3000a",
    "\ufeffa",
    "a\u007fb",
    "a\u0085b",
    "a\u00adb",
    "\u1680",
    "\u200b",
    "\u202fx",
    "\u205f",
    "東京",
    "Київ",
    "🦆",
    "\ud800",
    "x\udc00y",
    "by",
    "CC0",
    "uploaded:by=instagram",
    "no person",
    "squareformat",
    "baby",
    "by-sa",
    "a=b",
    '"',
    "\\",
    "null",
    "__proto__",
    "1",
  ),
);
const word = fc.constantFrom("bird", "church", "tower of london", "köln", "été", "by", "東京");
const url = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "https://example.org/1.jpg",
      "https://www.flickr.com/photos/1/2",
      "https://a.co.uk/é?x=1#y",
      "https://example.org/1.tar.gz",
    ),
  },
  fc.constantFrom(
    "http://example.org/1",
    "https://example.org/1/",
    "https://example.org",
    "https://example.org?q",
    "https://EXAMPLE.org/1",
    "https://localhost/1",
    "https://1.2.3.4/x",
    "https://127.1/x",
    "https://user@example.org/1",
    "https://example.org:8080/1",
    "//example.org/1",
    "example.org/1",
    "https://example.org/a b",
    "https://example.org/\u00a0",
    "https:///example.org/1",
    "ftp://example.org/1",
    "https://-.org/1",
    "https://example.invalid/1",
    "https://example.org/1.jpeg",
    "https://example.org/1.tif",
    "https://example.org/1.MP3",
    "https://example.org/1.mp3",
    "https://example.org/.jpg",
    `https://example.org/${"x".repeat(3000)}`,
  ),
);
const raw = (...texts: string[]) => fc.constantFrom(...texts.map((text) => new Raw(text)));
const number = fc.oneof(
  fc.integer(),
  fc.integer({ min: 0, max: 5000 }),
  raw(
    "0",
    "-0",
    "00",
    "01",
    "1.0",
    "1.5",
    "1e3",
    "1E400",
    "-1",
    "2147483646",
    "2147483647",
    "4294967296",
    "123456789012345678901234567890",
    "0.1",
    ".5",
    "5.",
    "0.30000000000000004",
    "1.7976931348623157e308",
    "123456789.123456789",
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  oddText,
);
const time = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .date({ min: new Date(-62_167_219_200_000), max: new Date(253_402_300_799_999), noInvalidDate: true })
      .map((date) => date.toISOString()),
  },
  fc.constantFrom(
    "2020-02-30T00:00:00.000Z",
    "2020-02-29T00:00:00.000Z",
    "1900-02-29T00:00:00.000Z",
    "2020-01-01T24:00:00.000Z",
    "2020-01-01T23:60:00.000Z",
    "2020-01-01",
    "2020-01-01T00:00:00Z",
    "2020-01-01T00:00:00.000+01:00",
    "0000-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z",
    "+010000-01-01T00:00:00.000Z",
    "2020-13-01T00:00:00.000Z",
    "2020-1-01T00:00:00.000ZZ",
  ),
  oddText,
);
const boolean = fc.oneof(fc.boolean(), fc.constantFrom("true", "f", 1, 0, "yes"), raw("tru", "falsee"));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    oddText,
    word,
    fc.constant(null),
    number,
    boolean,
    tie("object"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.oneof(oddText, word, fc.constantFrom("1", "10", "__proto__")), tie("value"), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})).object;
const PAIRS = [
  ["by", "2.0"],
  ["by", "3.0"],
  ["cc0", "1.0"],
  ["by-nc-nd", "2.0"],
  ["pdm", "1.0"],
  ["by", "4"],
  ["by", "9.9"],
  ["BY", "2.0"],
  ["CC BY 4.0", ""],
  ["by", "2.1"],
] as const;
const LICENSE_URLS = [
  "https://creativecommons.org/licenses/by/2.0/",
  "https://creativecommons.org/licenses/by/3.0/de/",
  "https://creativecommons.org/publicdomain/zero/1.0/",
  "http://creativecommons.org/licenses/by/2.0",
  "https://creativecommons.org/licenses/by-nd-nc/2.0/jp/",
  "https://creativecommons.org/licenses/by/2.0/us/",
  "CC BY 2.0",
  "https://example.org/",
  "",
];
const metaData = fc
  .tuple(
    fc.record(
      {
        license_url: fc.oneof(fc.constantFrom(...LICENSE_URLS), json, fc.constant(null)),
        raw_license_url: fc.oneof(fc.constantFrom(...LICENSE_URLS), fc.constant(null), number),
      },
      { requiredKeys: [] },
    ),
    json as fc.Arbitrary<object>,
    fc.boolean(),
  )
  .map(([license, own, first]) => (first ? { ...license, ...own } : { ...own, ...license }));
const tag = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      {
        name: fc.oneof(word, oddText),
        provider: fc.constantFrom("flickr", "p"),
        accuracy: fc.oneof(
          fc.constant(0.5),
          fc.double({ min: 0, max: 1, noNaN: true }),
          number,
          fc.constant(null),
        ),
      },
      { requiredKeys: ["name", "provider"] },
    ),
  },
  fc.record({ provider: oddText, name: oddText, more: oddText }, { requiredKeys: [] }),
  oddText,
  number,
);
const texts = fc.oneof(fc.array(fc.oneof(word, oddText, number), { maxLength: 4 }), oddText);

const BY_TYPE: Record<string, fc.Arbitrary<unknown>> = {
  text: fc.oneof(
    word,
    oddText,
    number,
    fc.constant("x".repeat(90)),
    fc.constant("é".repeat(60)),
    fc.constantFrom("jpg", "jpeg", "tif", "commoncrawl", "met", "wordpress"),
  ),
  url,
  uuid: fc.oneof(fc.uuid(), oddText, number),
  integer: number,
  number,
  boolean,
  timestamp: time,
  object: metaData,
  tags: fc.oneof(fc.array(tag, { maxLength: 6 }), json),
  texts,
  objects: fc.oneof(fc.array(json, { maxLength: 3 }), json, fc.array(oddText, { maxLength: 2 })),
};

/** Lines of which most columns are as they should be. */
function anyLine(media: MediaType): fc.Arbitrary<string> {
  const columns = columnsOf(media).map(({ name, type }) => {
    const value = fc.option(BY_TYPE[type] as fc.Arbitrary<unknown>, { freq: 4 });
    return [name, value] as const;
  });
  const some = fc.record(Object.fromEntries(columns), { requiredKeys: [] });
  const pair = fc.constantFrom(...PAIRS);
  const odd = fc.record(
    {
      media_type: fc.constantFrom(media, "image", "audio", "video", null),
      unknown: word,
      license_url: fc.constantFrom(...LICENSE_URLS),
      duration: number,
      width: number,
    },
    { requiredKeys: [] },
  );
  return fc
    .record({
      some: fc.oneof(some, fc.constant({})),
      keep: fc.subarray(
        columns.map(([name]) => name),
        { maxLength: 6 },
      ),
      pair,
      odd: fc.option(odd, { freq: 3, nil: {} }),
      shuffle: fc.infiniteStream(fc.double({ min: 0, max: 0.999999, noNaN: true })),
      isOdd: fc.boolean(),
      end: fc.constantFrom("", "", "", " ", "x", "}", ","),
    })
    .map(({ some, keep, pair: [license, license_version], odd, shuffle, isOdd, end }) => {
      const random = () => shuffle.next().value;
      const own = Object.entries(some).filter(([name]) => isOdd || keep.includes(name));
      const merged = Object.entries({
        ...BASE,
        license,
        license_version,
        ...odd,
        ...Object.fromEntries(own),
      });
      const members = random() < 0.5 ? merged : merged.sort(() => random() - 0.5);
      const line = writer(isOdd ? random : () => 1)(Object.fromEntries(members));
      // Now and then a member twice, or something after the object.
      const twice = random() < 0.05 ? line.replace(/^\{/, '{"title":"first",') : line;
      return isOdd && random() < 0.1 ? twice + end : twice;
    });
}

test("any line that is read from bytes is what it is to JSON.parse and cleanRecord", () => {
  let read = 0;
  let all = 0;
  const lines = fc.oneof(...MEDIA_TYPES.map(anyLine));
  fc.assert(
    fc.property(lines, (line) => {
      all++;
      if (assertSame(line)) read++;
    }),
    { numRuns: Number(process.env.OV_RUNS ?? 3000) },
  );
  assert.ok(read > all / 20, `${read} of ${all} lines were read from bytes`);
  assert.ok(rows > read / 2, `${rows} rows`);
});

test("an empty text of an audio column makes a record audio, as it does for cleanRecord", () => {
  assertSame(
    '{"provider":"flickr","foreign_identifier":"17","foreign_landing_url":"https://www.flickr.com/photos/1/17","url":"https://live.staticflickr.com/1/17.jpg","license":"by","license_version":"2.0","audio_set_foreign_identifier":""}',
  );
});

test("a record that was cleaned stays what it is", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(...MEDIA_TYPES.map(anyLine)), (line) => {
      const parsed = parseObject(line, parseExact);
      const result = "record" in parsed ? cleanRecord(parsed.record) : parsed;
      if (!("record" in result)) return;
      if (assertSame(JSON.stringify(result.record satisfies MediaRecord))) read++;
    }),
    { numRuns: 1000 },
  );
  assert.ok(read > 100, `${read} records were read from bytes`);
});

test("bytes that are cut off or damaged anywhere are never read as something else", () => {
  const line = cleanLine({
    title: 'a "title"',
    tags: [{ name: "a", provider: "b", accuracy: 0.5 }],
    meta_data: { a: "b" },
  });
  const bytes = Buffer.from(line);
  for (let at = 0; at < bytes.length; at++) {
    assertSame(line.slice(0, at));
    for (const byte of ['"', "\\", "{", "}", ",", ":", " ", "0", "x", "\t"]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = byte.charCodeAt(0);
      assertSame(damaged.toString());
    }
  }
});

test("blanks of every kind around and inside the value of any column are to bytes what they are to others", () => {
  const values: Readonly<Record<string, string>> = {
    media_type: "image",
    license: "by",
    license_version: "2.0",
  };
  let read = 0;
  for (const name of ["media_type", ...columnsOf("image").map(({ name }) => name)]) {
    const value = values[name] ?? String((BASE as Record<string, unknown>)[name] ?? "12");
    for (const blank of BLANKS)
      for (const odd of [
        blank + value,
        value + blank,
        `${value.slice(0, 1)}${blank}${value.slice(1)}`,
        blank,
      ])
        if (assertSame(JSON.stringify({ ...BASE, [name]: odd }))) read++;
  }
  assert.ok(read > 500, `${read} lines were read from bytes`);
});
