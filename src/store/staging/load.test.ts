import assert from "node:assert/strict";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { Database } from "../../base/sqlite/index.js";
import { cleanGiven } from "../../record/index.js";
import { temporaryFolder } from "../../testing/run.js";
import { loadOptions, ndjson, sampleRecord } from "../../testing/samples.js";
import { staging } from "./database.js";
import { dumped } from "./dump.test.util.js";
import { Loader } from "./load.js";
import { loadRecord } from "./load.test.util.js";
import { readPrepared } from "./prepared-lines.js";

type Loaded = Record<string, unknown>;

const T0 = "2023-01-01T00:00:00.000Z";
const T1 = "2024-01-01T00:00:00.000Z";
const T2 = "2024-02-02T00:00:00.000Z";
const T3 = "2024-03-03T00:00:00.000Z";

/** An empty database, gone when the test is done. */
function emptyDatabase(t: TestContext): Database {
  const database = staging.open(join(temporaryFolder(t), "staging.db"), { create: true });
  t.after(() => database.close());
  return database;
}

/** Loads records in one batch; gives the counts and the refusals. */
function load(database: Database, now: string, ...changes: Loaded[]) {
  const loader = new Loader(database, "staging.db", loadOptions(new Date(now)));
  const refusals = changes.map((change) => {
    const cleaned = cleanGiven(sampleRecord(change));
    assert.ok("record" in cleaned, JSON.stringify(cleaned));
    return loadRecord(loader, cleaned.record);
  });
  loader.commit();
  return { counts: loader.counts, refusals: refusals.filter((refusal) => refusal !== undefined) };
}

const recordsOf = (database: Database) => dumped<Loaded>(database);

test("new records are inserted, changed ones updated and the same ones left, and all three counted", (t) => {
  const database = emptyDatabase(t);
  assert.deepEqual(load(database, T1, {}, { foreign_identifier: "2" }).counts, {
    inserted: 2,
    updated: 0,
    unchanged: 0,
    duplicates: 0,
    url_duplicates: 0,
  });
  assert.deepEqual(
    load(database, T2, {}, { foreign_identifier: "2", title: "New" }, { foreign_identifier: "3" }).counts,
    { inserted: 1, updated: 1, unchanged: 1, duplicates: 0, url_duplicates: 0 },
  );
  assert.deepEqual(
    recordsOf(database).map(({ title }) => title),
    ["Photograph 1", "New", "Photograph 3"],
  );
});

test("a record knows when it came, when it last changed and when it was last seen", (t) => {
  const database = emptyDatabase(t);
  const times = () =>
    recordsOf(database).map((record) => [
      record.created_on,
      record.updated_on,
      record.last_synced_with_source,
    ]);
  load(database, T1, {});
  assert.deepEqual(times(), [[T1, T1, T1]]);
  load(database, T2, {});
  assert.deepEqual(times(), [[T1, T1, T2]], "seen again, the same");
  load(database, "2024-03-03", { title: "New" });
  assert.deepEqual(times(), [[T1, "2024-03-03T00:00:00.000Z", "2024-03-03T00:00:00.000Z"]], "changed");
});

test("of several records of one work in a load the last one counts, as if the others had not been there", (t) => {
  const database = emptyDatabase(t);
  const first = {
    title: "First",
    creator: "Ada",
    meta_data: { a: 1, b: 1 },
    url: "https://example.com/1.png",
  };
  const last = { title: "Last", meta_data: { b: 2 } };
  const { counts } = load(database, T1, first, {}, last);
  assert.deepEqual(counts, { inserted: 1, updated: 0, unchanged: 0, duplicates: 2, url_duplicates: 0 });
  const [record] = recordsOf(database);
  assert.deepEqual([record?.title, record?.creator, record?.filetype], ["Last", null, "jpg"]);
  assert.deepEqual(record?.meta_data, {
    b: "2",
    license_url: "https://creativecommons.org/licenses/by/2.0/",
    raw_license_url: null,
  });
});

test("a work that comes several times in a load is unchanged when the last record of it is what is there", (t) => {
  const database = emptyDatabase(t);
  const batch = [{ title: "First" }, { title: "Last", creator: "Ada" }, { foreign_identifier: "2" }];
  load(database, T1, ...batch);
  const before = recordsOf(database);
  const { counts } = load(database, T2, ...batch);
  assert.deepEqual(counts, { inserted: 0, updated: 0, unchanged: 2, duplicates: 1, url_duplicates: 0 });
  assert.deepEqual(
    recordsOf(database),
    before.map((record) => ({ ...record, last_synced_with_source: T2 })),
  );
});

test("a later record of the same load is merged with what was there before the load", (t) => {
  const database = emptyDatabase(t);
  load(database, T1, { creator: "Ada", meta_data: { a: 1 } });
  const { counts } = load(
    database,
    T2,
    { title: "First", meta_data: { b: 1 }, thumbnail: "https://example.com/t.jpg" },
    { title: "Last", meta_data: { c: 1 } },
  );
  assert.deepEqual(counts, { inserted: 0, updated: 1, unchanged: 0, duplicates: 1, url_duplicates: 0 });
  const [record] = recordsOf(database);
  assert.deepEqual([record?.title, record?.creator, record?.thumbnail], ["Last", "Ada", null]);
  assert.deepEqual(Object.keys(record?.meta_data as object), ["a", "license_url", "raw_license_url", "c"]);
});

test("the same foreign identifier of another provider is another record", (t) => {
  const database = emptyDatabase(t);
  const other = { provider: "wikimedia", url: "https://example.com/other.jpg" };
  assert.equal(load(database, T1, {}, other).counts.inserted, 2);
});

test("a record whose URL another record holds is refused, named and counted, and nothing of it is merged", (t) => {
  const database = emptyDatabase(t);
  const url = "https://example.com/one.jpg";
  load(database, T1, { url });
  const before = recordsOf(database);
  const other = { provider: "wikimedia", foreign_identifier: "9", url, title: "Other" };
  const { counts, refusals } = load(database, T2, other, { foreign_identifier: "2" });
  assert.deepEqual(refusals, [{ error: "url is held by another record: flickr 1", code: "url_duplicate" }]);
  assert.deepEqual(counts, { inserted: 1, updated: 0, unchanged: 0, duplicates: 0, url_duplicates: 1 });
  assert.deepEqual(recordsOf(database).slice(0, 1), before);
});

test("a record may not move to a URL that another record holds, and stays as it was", (t) => {
  const database = emptyDatabase(t);
  load(database, T1, { url: "https://example.com/one.jpg" }, { foreign_identifier: "2" });
  const before = recordsOf(database);
  const { counts, refusals } = load(database, T2, {
    foreign_identifier: "2",
    url: "https://example.com/one.jpg",
  });
  assert.equal(refusals[0]?.code, "url_duplicate");
  assert.deepEqual([counts.updated, counts.url_duplicates], [0, 1]);
  assert.deepEqual(recordsOf(database), before);
});

test("a URL that its record has left may be taken by another", (t) => {
  const database = emptyDatabase(t);
  const url = "https://example.com/one.jpg";
  load(database, T1, { url });
  assert.deepEqual(load(database, T2, {}, { foreign_identifier: "2", url }).refusals, []);
});

test("images and audio have a table each, so that both may have the same key and URL", (t) => {
  const database = emptyDatabase(t);
  const audio = { media_type: "audio", duration: 1000, genres: ["rock"] };
  assert.equal(load(database, T1, {}, audio).counts.inserted, 2);
  load(database, T2, { ...audio, genres: ["pop"] });
  const [image, sound] = recordsOf(database);
  assert.equal(image?.media_type, "image");
  assert.equal("genres" in (image ?? {}), false);
  assert.deepEqual([sound?.media_type, sound?.duration, sound?.genres], ["audio", 1000, ["rock", "pop"]]);
});

test("a record that was gone is back when it is seen again", (t) => {
  const database = emptyDatabase(t);
  load(database, T1, {});
  database.exec("UPDATE image_record SET removed_from_source = 1");
  assert.equal(load(database, T2, {}).counts.updated, 1);
  assert.equal(recordsOf(database)[0]?.removed_from_source, false);
});

test("null never overwrites, in no column", (t) => {
  const database = emptyDatabase(t);
  const full = {
    ...{
      thumbnail: "https://example.com/t.jpg",
      width: 4,
      height: 3,
      filesize: 9,
      filetype: "png",
      category: "photograph",
    },
    ...{
      creator: "Ada",
      creator_url: "https://example.com/ada",
      source: "nasa",
      ingestion_type: "sql_bulk_load",
    },
    ...{ tags: ["cat"], watermarked: true, standardized_popularity: 0.5, meta_data: { views: 1 } },
  };
  load(database, T1, full);
  const [before] = recordsOf(database);
  assert.equal(load(database, T2, { title: null, meta_data: { views: null } }).counts.unchanged, 1);
  const [after] = recordsOf(database);
  const changed = Object.keys(after ?? {}).filter(
    (name) => JSON.stringify(after?.[name]) !== JSON.stringify(before?.[name]),
  );
  assert.deepEqual(changed, ["last_synced_with_source"]);
});

test("another file without a filetype gets that of its URL", (t) => {
  const database = emptyDatabase(t);
  load(database, T1, { filetype: "tiff" });
  load(database, T2, { url: "https://example.com/other.png" });
  assert.equal(recordsOf(database)[0]?.filetype, "png");
});

test("a line that a record was last seen in is recognised, until anything changes the record", (t) => {
  const database = emptyDatabase(t);
  const digest = Buffer.alloc(20, 1);
  const loader = () => new Loader(database, "staging.db", loadOptions(new Date(T2)));
  const record = (title = "Photograph") => {
    const cleaned = cleanGiven(sampleRecord({ title }));
    assert.ok("record" in cleaned);
    return cleaned.record;
  };
  /** Whether a line of this digest is taken for what it was, whatever it holds. */
  const sees = (digest: Uint8Array, loading = loader()) => {
    if (!database.inTransaction) database.exec("BEGIN");
    database.exec("SAVEPOINT look");
    const { unchanged } = loading.counts;
    loadRecord(loading, record("Something else"), digest);
    database.exec("ROLLBACK TO look");
    return loading.counts.unchanged > unchanged;
  };
  const first = loader();
  assert.equal(sees(digest), false);
  loadRecord(first, record(), digest);
  assert.equal(sees(digest, first), false, "twice in one load");
  assert.equal(sees(digest), true);
  assert.equal(sees(Buffer.alloc(20, 2)), false);
  loadRecord(loader(), record(), Buffer.alloc(20, 2));
  assert.equal(sees(digest), false, "another line has come since");

  loadRecord(loader(), record(), digest);
  for (const change of ["source = 'nasa'", "removed_from_source = 1", "title = 'By hand'"]) {
    assert.equal(sees(digest), true);
    database.exec(`UPDATE image_record SET ${change}`);
    assert.equal(sees(digest), false, change);
    loadRecord(loader(), record(), digest);
  }
  database.exec("UPDATE image_record SET standardized_popularity = 0.5, updated_on = '2030'");
  assert.equal(sees(digest), true, "scores are nothing that a load changes");
  new Loader(database, "staging.db", { ...loadOptions(new Date(T2)), forgetLines: true });
  assert.equal(sees(digest), false, "another version may clean in another way");
  database.exec("DELETE FROM image_record");
  assert.equal(database.prepare("SELECT count(*) FROM image_seen").pluck().get(), 0);
});

/** A load as bytes, the way the command reads it. */
async function loadLines(database: Database, now: string, text: string) {
  const loader = new Loader(database, database.name, loadOptions(new Date(now)));
  const input = { name: "stdin", bytes: Readable.from([Buffer.from(text)]) };
  const refusals = [];
  for await (const entries of readPrepared(Readable.from([input]), () => loader.expectsNews)) {
    for (const entry of entries) refusals.push(loader.loadEntry(entry));
  }
  loader.commit();
  return { counts: loader.counts, refusals };
}

test("lines that come again are known by their digests: then what they hold is not looked at", async (t) => {
  const database = emptyDatabase(t);
  const lines = Array.from({ length: 300 }, (_, i) => sampleRecord({ foreign_identifier: String(i) }));
  await loadLines(database, T1, ndjson(lines));
  const looked: number[] = [];
  const loader = new Loader(database, database.name, loadOptions(new Date(T2)));
  const input = { name: "stdin", bytes: Readable.from([Buffer.from(ndjson(lines))]) };
  for await (const entries of readPrepared(Readable.from([input]), () => false)) {
    for (const entry of entries) {
      loader.loadEntry({
        digest: entry.digest,
        digestsAhead: entry.digestsAhead,
        get record() {
          looked.push(entry.line);
          return entry.record;
        },
      });
    }
  }
  loader.commit();
  assert.deepEqual(looked, [1], "the first one shows where they begin");
  assert.equal(loader.counts.unchanged, 300);
  assert.ok(recordsOf(database).every(({ last_synced_with_source }) => last_synced_with_source === T2));
});

for (const lineEnd of ["\n", "\r\n"]) {
  test(`a line that loses something is read each time, among known ones, too (${JSON.stringify(lineEnd)})`, async (t) => {
    const database = emptyDatabase(t);
    const tags = ["sea", "uploaded:by=flickrmobile", "Straße"].map((name) => ({ name, provider: "flickr" }));
    const lines = [1, 2, 3].map((id) =>
      JSON.stringify(sampleRecord({ foreign_identifier: String(id), ...(id === 2 && { tags }) })),
    );
    const loadAll = async (now: string, areNews: boolean) => {
      const loader = new Loader(database, database.name, loadOptions(new Date(now)));
      const input = { name: "stdin", bytes: Readable.from([Buffer.from(lines.join(lineEnd))]) };
      for await (const entries of readPrepared(Readable.from([input]), () => areNews)) {
        for (const entry of entries) assert.equal(loader.loadEntry(entry), undefined);
      }
      loader.commit();
      return loader.dropped.counts;
    };
    const first = await loadAll(T1, true);
    assert.deepEqual(first, { tags: { "not about the work": 1 } });
    assert.deepEqual(await loadAll(T2, false), first);
  });
}

test("whatever comes again, in whatever order: digests change nothing of what a load does", async (t) => {
  const [withDigests, without] = [emptyDatabase(t), emptyDatabase(t)];
  const line = fc.record({
    id: fc.nat({ max: 40 }),
    media_type: fc.constantFrom("image", "image", "image", "audio"),
    title: fc.constantFrom("Same", "Same", "Same", "Other"),
    isBad: fc.nat({ max: 20 }).map((number) => number === 20),
  });
  let day = 0;
  const loads = fc.asyncProperty(fc.array(line, { maxLength: 60 }), fc.boolean(), async (given, isSorted) => {
    const now = new Date(Date.parse(T1) + 86_400_000 * ++day).toISOString();
    const ordered = isSorted ? [...given].sort((a, b) => a.id - b.id) : given;
    const records = ordered.map(({ id, media_type, title, isBad }) =>
      sampleRecord({ foreign_identifier: String(id), media_type, title, ...(isBad && { license: "none" }) }),
    );
    const loaded = await loadLines(withDigests, now, ndjson(records));
    const loader = new Loader(without, without.name, loadOptions(new Date(now)));
    const refusals = records.map((record) => {
      const cleaned = cleanGiven(record);
      return "record" in cleaned ? loadRecord(loader, cleaned.record) : cleaned;
    });
    loader.commit();
    assert.deepEqual(loaded, { counts: loader.counts, refusals });
    assert.deepEqual(recordsOf(withDigests), recordsOf(without));
    if (day % 10 === 0) {
      for (const database of [withDigests, without]) {
        database.exec("DELETE FROM image_record WHERE foreign_identifier LIKE '%7'");
      }
    }
  });
  await fc.assert(loads, { numRuns: 100 });
});

test("a record from another database's dump keeps its times and popularity, and stays gone", (t) => {
  const database = emptyDatabase(t);
  const brought = {
    created_on: T1,
    updated_on: T1,
    last_synced_with_source: T1,
    standardized_popularity: 0.25,
  };
  load(database, T2, { ...brought, removed_from_source: true });
  const [record] = recordsOf(database);
  assert.deepEqual({ ...record, ...brought, removed_from_source: true }, record);
  load(database, T2, { created_on: T2, standardized_popularity: 0.75 });
  const [again] = recordsOf(database);
  assert.deepEqual([again?.created_on, again?.standardized_popularity], [T1, 0.25]);
});

const GONE = { removed_from_source: true };

test("a record that says its work is gone marks one that is there, if that is news", (t) => {
  const cases: [what: string, story: Loaded, isGone: boolean][] = [
    ["marked after it was seen here", { updated_on: T2, last_synced_with_source: T0 }, true],
    ["seen here after it was marked", { updated_on: T0, last_synced_with_source: T0 }, false],
    ["seen there last, and not since", { last_synced_with_source: T2 }, true],
    ["seen here since", { last_synced_with_source: T0 }, false],
    ["no time told: now", {}, true],
  ];
  for (const [what, story, isGone] of cases) {
    const database = emptyDatabase(t);
    load(database, T1, {});
    load(database, T3, { ...GONE, ...story });
    const [record] = recordsOf(database);
    assert.equal(record?.removed_from_source, isGone, what);
    assert.equal(record?.last_synced_with_source, story.last_synced_with_source === T2 ? T2 : T1, what);
    assert.equal(record?.updated_on, isGone ? T3 : T1, what);
  }
});

test("a work that is gone is back when a record without the mark comes", (t) => {
  const database = emptyDatabase(t);
  load(database, T1, GONE);
  assert.equal(load(database, T2, {}).counts.updated, 1);
  const [record] = recordsOf(database);
  assert.deepEqual([record?.removed_from_source, record?.last_synced_with_source], [false, T2]);
});

test("the same lines again do not make works seen that are gone", async (t) => {
  const database = emptyDatabase(t);
  const lines = ["1", "2", "3"].map((id) =>
    sampleRecord({ foreign_identifier: id, ...(id === "2" && { ...GONE, last_synced_with_source: T0 }) }),
  );
  for (const now of [T1, T2, T3]) await loadLines(database, now, ndjson(lines));
  assert.deepEqual(
    recordsOf(database).map((record) => [record.removed_from_source, record.last_synced_with_source]),
    [
      [false, T3],
      [true, T0],
      [false, T3],
    ],
  );
});

test("one file under two addresses is one record, and is told with the address it has there", (t) => {
  const database = emptyDatabase(t);
  const addresses = [
    "https://img.example.org/cat.jpg",
    "https://IMG.example.org/cat.jpg",
    "https://img.example.org:443/cat.jpg",
    "https://img.example.org/cat.jpg#top",
    "https://img.example.org/cat.jpg?utm_source=x",
    "https://www.img.example.org/c%61t.jpg",
  ];
  for (const first of [0, 1, addresses.length - 1]) {
    const provider = `museum_${first}`;
    const records = [...addresses.slice(first), ...addresses.slice(0, first)].map((url, i) => ({
      provider,
      foreign_identifier: String(i),
      url: url.replace("cat", `cat${first}`).replace("c%61t", `c%61t${first}`),
    }));
    const { counts, refusals } = load(database, T1, ...records);
    assert.deepEqual([counts.inserted, counts.url_duplicates], [1, addresses.length - 1]);
    const [one, other] = [records[0]?.url, records[1]?.url];
    assert.notEqual(one, other);
    assert.equal(refusals[0]?.error, `url is held by another record: ${provider} 0 (${one})`);
  }
});

test("a record may change the spelling of its address, and no other may take an old one", (t) => {
  const database = emptyDatabase(t);
  const spellings = [
    // In the form by which all of them are compared.
    "https://a.example.org/%C3%A9.jpg",
    "https://a.example.org/é.jpg",
    "https://A.example.org/%C3%A9.jpg",
    "https://a.example.org/e\u0301.jpg#1",
  ];
  load(database, T1, { url: spellings[0] });
  for (const url of [...spellings, ...spellings]) {
    const { refusals } = load(database, T2, { url });
    assert.deepEqual(refusals, []);
    assert.equal(recordsOf(database)[0]?.url, url);
    for (const other of spellings) {
      assert.equal(load(database, T2, { foreign_identifier: "2", url: other }).counts.url_duplicates, 1);
    }
  }
  load(database, T3, { url: "https://a.example.org/other.jpg" });
  assert.equal(
    load(database, T3, { foreign_identifier: "2", url: spellings[1] }).counts.inserted,
    1,
    "free again",
  );
});

test("what was not committed is not there", (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "staging.db");
  const first = staging.open(path, { create: true });
  load(first, T1, {});
  const loader = new Loader(first, path, loadOptions(new Date(T2)));
  const cleaned = cleanGiven(sampleRecord({ foreign_identifier: "2" }));
  assert.ok("record" in cleaned);
  loadRecord(loader, cleaned.record);
  first.close();
  const second = staging.open(path, { create: false });
  t.after(() => second.close());
  assert.equal(recordsOf(second).length, 1);
});

test("a commit with nothing to commit is allowed", (t) => {
  const database = emptyDatabase(t);
  const loader = new Loader(database, "staging.db", loadOptions(new Date(T1)));
  loader.commit();
  load(database, T1, {});
  loader.commit();
  assert.equal(recordsOf(database).length, 1);
});
