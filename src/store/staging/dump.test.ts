import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { Database } from "../../base/sqlite/index.js";
import { cleanRecord, columnsOf, type MediaRecord } from "../../record/index.js";
import { temporaryFolder } from "../../testing/run.js";
import { loadOptions, sampleRecord } from "../../testing/samples.js";
import { staging } from "./database.js";
import { dumped, dumpLines } from "./dump.test.util.js";
import { Loader } from "./load.js";
import { loadRecord } from "./load.test.util.js";

const NOW = new Date("2024-05-06T07:08:09Z");

/** Empty databases one after the other, gone when the test is done. */
function databases(t: TestContext): () => Database {
  const folder = temporaryFolder(t);
  let count = 0;
  return () => {
    const database = staging.open(join(folder, `${count++}.db`), { create: true });
    database.exec("PRAGMA synchronous = OFF");
    t.after(() => database.close());
    return database;
  };
}

function load(database: Database, now: Date, records: Iterable<Record<string, unknown>>): void {
  const loader = new Loader(database, "staging.db", loadOptions(now));
  for (const record of records) {
    const cleaned = cleanRecord(record);
    if ("record" in cleaned) loadRecord(loader, cleaned.record);
  }
  loader.commit();
}

const recordsOf = (lines: Iterable<string>) => [...lines].map((line) => JSON.parse(line) as MediaRecord);

test("a dump holds images before audio, each in the order of provider and foreign identifier, by their bytes", (t) => {
  const database = databases(t)();
  const keys = [
    "flickr 10",
    "flickr 9",
    "Flickr 1",
    "wikimedia 1",
    "flickr é",
    "flickr 😀",
    "flickr \uffee",
    "flickr B",
    "flickr a",
  ];
  const records = keys.flatMap((key, i) => {
    const [provider, foreign_identifier] = key.split(" ");
    const record = sampleRecord({ provider, foreign_identifier, url: `https://example.com/${i}` });
    return [record, { ...record, media_type: "audio" }];
  });
  load(database, NOW, records);
  const order = dumped<MediaRecord>(database).map(
    (record) => `${record.media_type} ${record.provider} ${record.foreign_identifier}`,
  );
  const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  assert.deepEqual(order, [...sorted.map((key) => `image ${key}`), ...sorted.map((key) => `audio ${key}`)]);
});

test("every line has the media type and then every column, null where there is no value", (t) => {
  const database = databases(t)();
  load(database, NOW, [sampleRecord({ watermarked: true }), sampleRecord({ media_type: "audio" })]);
  for (const line of dumpLines(database)) {
    const record = JSON.parse(line) as MediaRecord;
    const names = columnsOf(record.media_type).map(({ name }) => name);
    assert.deepEqual(Object.keys(record), ["media_type", ...names]);
    assert.equal(line, JSON.stringify(record));
    assert.equal(record.watermarked, record.media_type === "image");
    assert.equal(record.creator, null);
  }
});

test("a dump may hold one media type alone", (t) => {
  const database = databases(t)();
  load(database, NOW, [sampleRecord(), sampleRecord({ media_type: "audio" })]);
  for (const media of ["image", "audio"] as const) {
    assert.deepEqual(
      dumped<MediaRecord>(database, { media }).map((record) => record.media_type),
      [media],
    );
  }
});

test("an empty database gives an empty dump", (t) => {
  assert.deepEqual(dumpLines(databases(t)()), []);
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom("a", "b", "\u2028", '"\\', "\ud83d"),
);
const json = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }));
const tag = fc.oneof(
  text,
  fc.record({ name: text, provider: text, accuracy: fc.double({ noNaN: true, min: 0, max: 1 }) }),
);
const record = fc.record(
  {
    provider: fc.constantFrom("flickr", "wordpress"),
    foreign_identifier: fc.oneof(fc.nat(5), text),
    foreign_landing_url: fc.webUrl(),
    url: fc.oneof(
      fc.webUrl(),
      fc.nat(5).map((n) => `https://example.com/${n}`),
    ),
    license_url: fc.constantFrom(
      "http://creativecommons.org/licenses/by/2.1/au/deed.en",
      "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    media_type: fc.constantFrom("image", "audio"),
    title: text,
    filesize: fc.integer(),
    watermarked: fc.boolean(),
    meta_data: fc.dictionary(text, json),
    tags: fc.array(tag),
    genres: fc.array(text),
    audio_set: fc.dictionary(text, json),
    alt_files: fc.array(fc.dictionary(text, json)),
    standardized_popularity: fc.double({ noNaN: true }),
  },
  {
    requiredKeys: [
      "provider",
      "foreign_identifier",
      "foreign_landing_url",
      "url",
      "license_url",
      "media_type",
    ],
  },
);
const batch = fc.array(record, { minLength: 1, maxLength: 12 });

test("loading a dump into a new database and dumping that gives the same bytes", (t) => {
  const empty = databases(t);
  fc.assert(
    fc.property(batch, (records) => {
      const first = empty();
      load(first, NOW, records);
      const lines = dumpLines(first);
      const second = empty();
      load(second, new Date("2030-01-01"), recordsOf(lines));
      assert.deepEqual(dumpLines(second), lines);
    }),
    { numRuns: 100 },
  );
});

test("loading its own dump into a database changes nothing but when its records were last seen", (t) => {
  const empty = databases(t);
  fc.assert(
    fc.property(batch, (records) => {
      const database = empty();
      load(database, NOW, records);
      const before = dumped<MediaRecord>(database);
      const loader = new Loader(database, "staging.db", loadOptions(new Date("2030-01-01")));
      for (const line of before) {
        const cleaned = cleanRecord(line);
        assert.ok("record" in cleaned);
        loadRecord(loader, cleaned.record);
      }
      loader.commit();
      assert.deepEqual(loader.counts, {
        inserted: 0,
        updated: 0,
        unchanged: before.length,
        duplicates: 0,
        url_duplicates: 0,
      });
      const seen = before.map((line) => ({ ...line, last_synced_with_source: "2030-01-01T00:00:00.000Z" }));
      assert.deepEqual(dumped<MediaRecord>(database), seen);
    }),
    { numRuns: 100 },
  );
});

test("loading the same records twice, or with their halves one after the other, ends in the same dump", (t) => {
  const empty = databases(t);
  fc.assert(
    fc.property(batch, fc.nat(12), (records, half) => {
      const [once, halves] = [empty(), empty()];
      load(once, NOW, records);
      load(halves, NOW, records.slice(0, half));
      load(halves, NOW, records.slice(half));
      assert.deepEqual(dumpLines(halves), dumpLines(once));
    }),
    { numRuns: 50 },
  );
});
