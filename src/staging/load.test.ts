import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { cleanRecord } from "../record/index.js";
import { linesOf, temporaryFolder } from "../testing/run.js";
import { sampleRecord } from "../testing/samples.js";
import { type Database, dump, Loader, openDatabase } from "./index.js";

type Loaded = Record<string, unknown>;

const T1 = "2024-01-01T00:00:00.000Z";
const T2 = "2024-02-02T00:00:00.000Z";

/** An empty database, gone when the test is done. */
function emptyDatabase(t: TestContext): Database {
  const database = openDatabase(join(temporaryFolder(t), "staging.db"), { create: true });
  t.after(() => database.close());
  return database;
}

/** Loads records in one batch; gives the counts and the refusals. */
function load(database: Database, now: string, ...changes: Loaded[]) {
  const loader = new Loader(database, "staging.db", new Date(now));
  const refusals = changes.map((change) => {
    const cleaned = cleanRecord(sampleRecord(change));
    assert.ok("record" in cleaned, JSON.stringify(cleaned));
    return loader.load(cleaned.record);
  });
  loader.commit();
  return { counts: loader.counts, refusals: refusals.filter((refusal) => refusal !== undefined) };
}

const recordsOf = (database: Database) => linesOf<Loaded>([...dump(database)].join("\n"));

test("new records are inserted, changed ones updated and the same ones left, and all three counted", (t) => {
  const database = emptyDatabase(t);
  assert.deepEqual(load(database, T1, {}, { foreign_identifier: "2" }).counts, {
    inserted: 2,
    updated: 0,
    unchanged: 0,
    url_duplicates: 0,
  });
  assert.deepEqual(
    load(database, T2, {}, { foreign_identifier: "2", title: "New" }, { foreign_identifier: "3" }).counts,
    { inserted: 1, updated: 1, unchanged: 1, url_duplicates: 0 },
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

test("a later record of the same batch wins over an earlier one, member by member", (t) => {
  const database = emptyDatabase(t);
  const { counts } = load(
    database,
    T1,
    { title: "First", creator: "Ada", meta_data: { a: 1, b: 1 } },
    { title: "Second", meta_data: { b: 2 } },
  );
  assert.deepEqual([counts.inserted, counts.updated], [1, 1]);
  const [record] = recordsOf(database);
  assert.deepEqual([record?.title, record?.creator], ["Second", "Ada"]);
  assert.deepEqual(record?.meta_data, {
    a: "1",
    b: "2",
    license_url: "https://creativecommons.org/licenses/by/2.0/",
    raw_license_url: null,
  });
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
  assert.deepEqual(counts, { inserted: 1, updated: 0, unchanged: 0, url_duplicates: 1 });
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
  database.exec("UPDATE image SET removed_from_source = 1");
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
  load(database, T1, { title: null, meta_data: { views: null } });
  const [after] = recordsOf(database);
  const changed = Object.keys(after ?? {}).filter(
    (name) => JSON.stringify(after?.[name]) !== JSON.stringify(before?.[name]),
  );
  // What a record without them has of its own accord: its source and kind of ingestion, its URL's filetype, no watermark.
  assert.deepEqual(changed, ["ingestion_type", "source", "filetype", "watermarked"]);
});

test("a record from another database's dump keeps its times and popularity, but is not gone", (t) => {
  const database = emptyDatabase(t);
  const brought = {
    created_on: T1,
    updated_on: T1,
    last_synced_with_source: T1,
    standardized_popularity: 0.25,
  };
  load(database, T2, { ...brought, removed_from_source: true });
  const [record] = recordsOf(database);
  assert.deepEqual({ ...record, ...brought, removed_from_source: false }, record);
  load(database, T2, { created_on: T2, standardized_popularity: 0.75 });
  const [again] = recordsOf(database);
  assert.deepEqual([again?.created_on, again?.standardized_popularity], [T1, 0.25]);
});

test("what was not committed is not there", (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "staging.db");
  const first = openDatabase(path, { create: true });
  load(first, T1, {});
  const loader = new Loader(first, path, new Date(T2));
  const cleaned = cleanRecord(sampleRecord({ foreign_identifier: "2" }));
  assert.ok("record" in cleaned);
  loader.load(cleaned.record);
  first.close();
  const second = openDatabase(path, { create: false });
  t.after(() => second.close());
  assert.equal(recordsOf(second).length, 1);
});

test("a commit with nothing to commit is allowed", (t) => {
  const database = emptyDatabase(t);
  const loader = new Loader(database, "staging.db", new Date(T1));
  loader.commit();
  load(database, T1, {});
  loader.commit();
  assert.equal(recordsOf(database).length, 1);
});
