import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
// The tests look at the file with the library itself, as another program would.
import { Database } from "../../base/sqlite/sqlite.js";
import { finished, linesOf, PROJECT, run, start, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../../testing/samples.js";

const T1 = "2026-01-01T00:00:00.000Z";
const T2 = "2026-02-01T00:00:00.000Z";
const T3 = "2026-03-01T00:00:00.000Z";

/** Runs a subcommand on the database of a test, which has to end well; gives the objects on stdout. */
function stageOf(t: TestContext) {
  const db = join(temporaryFolder(t), "staging.db");
  const stage = async (line: readonly string[], stdin = "") => {
    const [name, ...args] = line as [string, ...string[]];
    const result = await run(["ov-stage", name, "--db", db, ...args], { stdin });
    assert.equal(result.code, 0, result.stderr);
    return result;
  };
  return {
    db,
    stage,
    load: async (records: readonly unknown[], ...args: string[]) =>
      linesOf((await stage(["load", ...args], ndjson(records))).stdout)[0] as Record<string, number>,
    dump: async (...args: string[]) => linesOf((await stage(["dump", ...args])).stdout),
    objects: async (line: readonly string[], stdin = "") => linesOf((await stage(line, stdin)).stdout),
    fails: async (line: readonly string[], stdin = "") => {
      const [name, ...args] = line as [string, ...string[]];
      return run(["ov-stage", name, "--db", db, ...args], { stdin });
    },
  };
}

const ids = (records: readonly Record<string, unknown>[]) =>
  records.map(({ foreign_identifier }) => foreign_identifier);

test("a dump holds what meets every condition", async (t) => {
  const { load, dump, db } = stageOf(t);
  await load(
    [
      sampleRecord({ foreign_identifier: "1" }),
      sampleRecord({ foreign_identifier: "2", license: "by-nc", source: "nasa", meta_data: { views: "7" } }),
      sampleRecord({ foreign_identifier: "3", license: "by-nd", provider: "met" }),
      sampleRecord({ foreign_identifier: "4", license: "pdm", license_version: "1.0", media_type: "audio" }),
    ],
    ...["--now", T1],
  );
  await load([sampleRecord({ foreign_identifier: "1", title: "Changed" })], "--now", T2);
  const other = new Database(db);
  other.exec("UPDATE image_record SET removed_from_source = 1 WHERE foreign_identifier = '2'");
  other.close();

  assert.deepEqual(ids(await dump()), ["1", "2", "3", "4"]);
  assert.deepEqual(ids(await dump("--media", "audio")), ["4"]);
  assert.deepEqual(ids(await dump("--provider", "met")), ["3"]);
  assert.deepEqual(ids(await dump("--source", "nasa")), ["2"]);
  assert.deepEqual(ids(await dump("--license", "by-nc", "--license", "pdm")), ["2", "4"]);
  assert.deepEqual(ids(await dump("--license", "commercial")), ["1", "3", "4"]);
  assert.deepEqual(ids(await dump("--license", "modification")), ["1", "2", "4"]);
  assert.deepEqual(ids(await dump("--license", "all-cc")), ["1", "2", "3"]);
  assert.deepEqual(ids(await dump("--since", T1)), ["1"]);
  assert.deepEqual(ids(await dump("--since", T2)), [], "after, not at");
  assert.deepEqual(ids(await dump("--removed", "only")), ["2"]);
  assert.deepEqual(ids(await dump("--removed", "exclude")), ["1", "3", "4"]);
  assert.deepEqual(ids(await dump("--where", "CAST(meta_data ->> 'views' AS INTEGER) > 5 -- many")), ["2"]);
  assert.deepEqual(ids(await dump("--where", "title = 'Changed'", "--license", "commercial")), ["1"]);
});

for (const where of [
  "colour = 1",
  "1) OR (1",
  "1; DELETE FROM image_record",
  "(DELETE FROM image_record)",
  "writefile('x', 'y')",
  "1 LIMIT 1",
  "title = 'open",
]) {
  test(`--where ${where} is refused, and nothing is written`, async (t) => {
    const { load, dump, fails } = stageOf(t);
    await load(sampleRecords(2));
    const { stdout, stderr, code } = await fails(["dump", "--where", where]);
    assert.equal(stdout, "");
    assert.match(stderr, /^ov-stage: --where: .* \(columns of image records/);
    assert.equal(code, 2);
    assert.equal((await dump()).length, 2);
  });
}

test("records are removed by any of their names, told in tombstones, and refused from then on", async (t) => {
  const { load, dump, objects, fails } = stageOf(t);
  await load(sampleRecords(7), "--now", T1);
  const records = await dump();
  const named = [
    JSON.stringify(records[0]),
    JSON.stringify({ provider: "flickr", foreign_identifier: 2 }),
    String(records[2]?.identifier).toUpperCase(),
    "flickr 4",
    records[4]?.url,
    JSON.stringify({ identifier: records[5]?.identifier }),
    "flickr 99",
  ].join("\n");
  const remove = ["remove", "--reason", "x".repeat(100), "--now", T2];
  assert.deepEqual(await objects(remove, named), [
    { removed: 6, already_removed: 0, not_found: 1, rejected: 0 },
  ]);
  assert.deepEqual(await objects(remove, named), [
    { removed: 0, already_removed: 6, not_found: 1, rejected: 0 },
  ]);
  assert.deepEqual(ids(await dump()), ["7"]);
  const tombstones = await dump("--deletions-since", T1);
  assert.deepEqual(tombstones[0], {
    provider: "flickr",
    foreign_identifier: "1",
    identifier: records[0]?.identifier,
    deleted_on: T2,
    reason: "x".repeat(80),
    url_sha256: createHash("sha256").update(String(records[0]?.url)).digest("hex"),
  });
  assert.deepEqual(ids(tombstones), ["1", "2", "3", "4", "5", "6"]);
  assert.deepEqual(await dump("--deletions-since", T2), []);
  assert.deepEqual(await dump("--deletions-since", T1, "--provider", "met"), []);

  const again = ndjson([sampleRecord()]);
  const refused = await fails(["load"], again);
  assert.equal(refused.code, 65);
  assert.match(
    refused.stderr,
    /stdin:1: this record was removed on 2026-02-01 \(x+\); --restore takes it back in\n/,
  );
});

test("--restore takes a removed record back in, with what was known of it", async (t) => {
  const { load, dump, objects } = stageOf(t);
  await load([sampleRecord({ creator: "Ada", meta_data: { views: "7" } })], "--now", T1);
  await objects(["remove", "--reason", "mistake"], "flickr 1");
  const counts = await load([sampleRecord({ title: "Again" })], "--restore", "--now", T3);
  assert.deepEqual([counts.inserted, counts.rejected], [1, 0]);
  const [record] = await dump("--since", T2);
  assert.deepEqual([record?.title, record?.creator, record?.created_on], ["Again", "Ada", T1]);
  assert.deepEqual(await dump("--deletions-since", T1), []);
});

test("what names no record is a bad line, and a removal that stops removes nothing", async (t) => {
  const { load, dump, fails } = stageOf(t);
  await load(sampleRecords(2));
  const { stderr, code } = await fails(["remove", "--reason", "takedown"], "flickr 1\nnonsense\n");
  assert.match(stderr, /^ov-stage: stdin:2: this names no record; write /);
  assert.equal(code, 65);
  assert.equal((await dump()).length, 2);
});

/** Lines of a list of removals that would name nothing for ever. */
const NAME_NOTHING = [
  "# a comment",
  "my_museum",
  "53248015596",
  "*",
  "provider,foreign_identifier",
  "my_museum,1",
  '"my_museum","1"',
  '["https://museum.example.org/1.jpg"]',
  '{"provider":"my_museum"}',
  '{"URL":"https://museum.example.org/1.jpg"}',
  '{"provider":["my_museum"],"foreign_identifier":"1"}',
  "museum.example.org",
  "https://museum.example.org/",
  "https://museum.example.org/*",
  "https://museum.example.org/{1,2}.jpg",
  "https://museum.example.org/1.jpg,",
  "https://museum.example.org/1.jpg https://museum.example.org/2.jpg",
  "https://museum.example.org/1.jpg,https://museum.example.org/2.jpg",
  "https://museum.example.org/1...",
  "https://museum.example.org/1.jpg)",
  "10.1234/abc",
  "192.0.2.0/24",
  "ada@example.org",
  "mailto:ada@example.org",
  "ftp://museum.example.org/1.jpg",
  "C:\\files\\1.jpg",
  "flickr 1 # a comment",
  "flickr 1,",
  "flickr: 1",
  "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
  "null",
  "\0",
];

test("a line of a removal that would name nothing for ever is a bad line", async (t) => {
  const { load, db, fails } = stageOf(t);
  await load(sampleRecords(1));
  const rejects = join(db, "..", "rejects");
  const line = ["remove", "--reason", "takedown", "--rejects", rejects];
  const { stderr, code } = await fails(line, `${NAME_NOTHING.join("\n")}\n`);
  assert.equal(code, 65, stderr);
  const found = linesOf<{ line: number; input: string }>(readFileSync(rejects, "utf8"));
  assert.deepEqual(
    found.map(({ input }) => input),
    NAME_NOTHING,
  );
});

test("a file is named by its address as people write it", async (t) => {
  const address = "museum.example.org/a%20b.jpg?x=1&y=2";
  for (const line of [
    `https://${address}`,
    ` http://${address}\u00a0`,
    `https:///${address}`,
    `//${address}`,
    address,
    `"https://${address}"`,
    `\ufeff<https://${address}>`,
    `https://${address.replace("&", "&amp;")} # by mail`,
    `\u200bHTTPS://MUSEUM.example.org${address.slice(18)}#top`,
    `{"url":" https://${address} "}`,
  ]) {
    const { load, objects } = stageOf(t);
    await load([sampleRecord({ url: `https://${address}` })]);
    const [counts] = await objects(["remove", "--reason", "takedown"], `${line}\n`);
    assert.equal(counts?.removed, 1, line);
  }
});

test("an opt-out list is applied to the database", async (t) => {
  const { load, dump, objects, db } = stageOf(t);
  await load([
    sampleRecord({ creator_url: "https://www.flickr.com/photos/1@N01" }),
    sampleRecord({ foreign_identifier: "2" }),
    sampleRecord({
      foreign_identifier: "3",
      provider: "met",
      foreign_landing_url: "https://images.example.org/3",
    }),
  ]);
  const list = join(db, "..", "list.txt");
  writeFileSync(list, "# who asked\nhttps://www.flickr.com/people/1@N01/  # by mail\nexample.org\n");
  assert.deepEqual(await objects(["remove", "--list", list]), [
    { removed: 2, already_removed: 0, not_found: 0, rejected: 0 },
  ]);
  assert.deepEqual(ids(await dump()), ["2"]);
  assert.deepEqual(
    (await dump("--deletions-since", T1)).map(({ reason }) => reason),
    ["opt_out", "opt_out"],
  );
});

test("works that were not seen for too long are marked, and unmarked when they are seen again", async (t) => {
  const { load, dump, objects } = stageOf(t);
  const smithsonian = sampleRecord({ provider: "smithsonian" });
  await load([smithsonian, sampleRecord({ foreign_identifier: "2" })], "--now", T1);
  const at = ["--now", "2026-01-09T00:00:00.001Z"];
  const expired = { provider: "smithsonian", unseen_since: "2026-01-01T00:00:00.001Z", expired: 1 };
  assert.deepEqual(await objects(["expire", "smithsonian", "--now", "2026-01-09"]), [
    { ...expired, unseen_since: T1, expired: 0 },
  ]);
  assert.deepEqual(await objects(["expire", "smithsonian", "--dry-run", ...at]), [expired]);
  assert.deepEqual(await dump("--removed", "only"), []);
  assert.deepEqual(await objects(["expire", "smithsonian", ...at]), [expired]);
  assert.deepEqual(await objects(["expire", "smithsonian", ...at]), [{ ...expired, expired: 0 }]);
  assert.deepEqual(ids(await dump("--removed", "only", "--since", T1)), ["1"], "a change, for the next dump");
  assert.equal((await objects(["expire", ...at])).length, 11);
  assert.equal((await load([smithsonian], "--now", T2)).updated, 1);
  assert.deepEqual(await dump("--removed", "only"), []);
});

test("popularity is computed, and again for what is loaded later", async (t) => {
  const { load, dump, objects } = stageOf(t);
  const viewed = (id: number, views: unknown, more = {}) =>
    sampleRecord({ foreign_identifier: String(id), meta_data: { views }, ...more });
  const views = [0, 50, 75, 150, "many", -1, null];
  await load([...views.map((one, i) => viewed(i, one)), viewed(9, 1, { provider: "met" })], "--now", T1);
  const [result, ...others] = await objects(["popularity", "--percentile", "0.5", "--now", T2]);
  assert.deepEqual(others, []);
  assert.deepEqual(result, {
    media_type: "image",
    provider: "flickr",
    metric: "views",
    percentile: 0.5,
    value: 50,
    constant: 50,
    records: 4,
    updated: 4,
  });
  const scores = async () => (await dump()).map((record) => record.standardized_popularity);
  assert.deepEqual(await scores(), [0, 0.5, 0.6, 0.75, null, null, null, null]);
  assert.deepEqual(ids(await dump("--since", T1)), ["0", "1", "2", "3"]);
  assert.equal((await objects(["popularity", "--percentile", "0.5"]))[0]?.updated, 0);
  await load([viewed(0, 50), viewed(5, 950)]);
  assert.deepEqual(await scores(), [0.5, 0.5, 0.6, 0.75, null, 0.95, null, null]);
});

test("the days to fetch again are printed as days or as commands", async () => {
  const lines = async (...args: string[]) =>
    (await run(["ov-stage", "reingest", ...args])).stdout.trimEnd().split("\n");
  const days = await lines("flickr", "--now", "2026-01-31T12:00:00Z");
  assert.equal(days.length, 128);
  assert.deepEqual(days.slice(0, 3), ["2026-01-31", "2026-01-30", "2026-01-29"]);
  const commands = await lines("wikimedia", "--commands", "--now", "2026-01-31");
  assert.equal(commands.length, 64);
  assert.equal(commands[7], "ov-fetch wikimedia --date 2025-12-26");
});

test("the accounts with the highest sums are listed first", async (t) => {
  const { load, stage, objects, fails } = stageOf(t);
  const by = (id: number, owner: string, views: unknown) =>
    sampleRecord({
      foreign_identifier: String(id),
      creator: owner,
      creator_url: `https://www.flickr.com/photos/${owner}`,
      meta_data: { views },
    });
  await load([by(1, "a", 5), by(2, "b", 20), by(3, "b", "1000"), by(4, "c", "99x"), by(5, "a", 6)]);
  const first = {
    provider: "flickr",
    creator_url: "https://www.flickr.com/photos/b",
    creator: "b",
    records: 2,
    total: 1020,
  };
  const line = ["top", "--by", "creator", "--metric", "views"];
  const rows = await objects([...line, "--json"]);
  assert.deepEqual(rows[0], first);
  assert.deepEqual(
    rows.map(({ total }) => total),
    [1020, 11],
  );
  assert.deepEqual(await objects([...line, "--json", "--limit", "1"]), [first]);
  assert.equal(
    (await stage(["top", "--by", "provider"])).stdout,
    "provider  records  views\nflickr          4  1,031\n",
  );
  // A name that no record has is misspelt, one that records have may hold no numbers.
  const misspelt = await fails(["top", "--by", "provider", "--metric", "viewz"]);
  assert.equal(misspelt.code, 2);
  assert.match(
    misspelt.stderr,
    /^ov-stage: --metric: 'viewz' is no member of meta_data that is stored \(did you mean views\?\)\n/,
  );
  const none = await stage(["top", "--metric", "license_url", "--json"]);
  assert.deepEqual(
    [none.stdout, none.stderr],
    ["", 'ov-stage: warning: none of these records has a number "license_url" in meta_data\n'],
  );
});

test("records are counted by whatever is asked for", async (t) => {
  const { load, objects } = stageOf(t);
  await load(sampleRecords(2), "--now", T1);
  await load([sampleRecord({ foreign_identifier: "3", media_type: "audio" })], "--now", T2);
  assert.deepEqual(await objects(["stats", "--by", "month,media", "--json"]), [
    { month: "2026-01", media_type: "image", records: 2 },
    { month: "2026-02", media_type: "audio", records: 1 },
  ]);
});

test("every load is a run: who, when, what, how it ended", async (t) => {
  const { load, objects, fails, dump } = stageOf(t);
  await load(sampleRecords(2));
  await fails(["load"], `${ndjson([sampleRecord({ foreign_identifier: "3" })])}nonsense\n`);
  await objects(["remove", "--reason", "takedown"], "flickr 1");
  const runs = await objects(["runs", "--json"]);
  assert.deepEqual(
    runs.map(({ id, command, state, input }) => [id, command, state, input]),
    [
      [3, "remove", "done", "stdin"],
      [2, "load", "failed", "stdin"],
      [1, "load", "done", "stdin"],
    ],
  );
  assert.match(String(runs[1]?.error), /^not valid JSON/);
  assert.match(String(runs[0]?.who), /^[^@]+@[^@]+$/);
  assert.ok(String(runs[0]?.ended_on) >= String(runs[0]?.started_on));
  assert.deepEqual(runs[2]?.counts, {
    inserted: 2,
    updated: 0,
    unchanged: 0,
    duplicates: 0,
    url_duplicates: 0,
    rejected: 0,
  });
  // What came before the bad line is kept, as in the catalogue.
  assert.deepEqual(ids(await dump()), ["2", "3"]);
});

/** Starts a load that waits for the rest of its input, with something loaded already. */
async function waitingLoad(db: string) {
  const child = start(["ov-stage", "load", "--db", db]);
  const records = ndjson(sampleRecords(2000));
  child.stdin?.on("error", () => {}).write(records);
  child.stdin?.write('{"provider":"flickr","foreign_iden');
  const end = finished(child);
  for (let tries = 0; tries < 500; tries++) {
    const spool = readdirSync(join(db, "..")).find((name) => name.startsWith("staging.db-input-"));
    if (spool && statSync(join(db, "..", spool)).size > records.length) break;
    await sleep(20);
  }
  return { child, end };
}

test("a load that was killed is not there, and the next one takes in what it had read, as a run of its own", async (t) => {
  const { db, load, dump, objects, fails } = stageOf(t);
  await load([sampleRecord({ foreign_identifier: "before" })]);
  const { child, end } = await waitingLoad(db);
  child.kill("SIGKILL");
  await end;
  assert.deepEqual(ids(await dump()), ["before"]);
  const spool = join(db, "..", "staging.db-input-2");
  assert.equal(statSync(spool).mode & 0o777, 0o600);

  const { stdout, stderr, code } = await fails(
    ["load"],
    ndjson([sampleRecord({ foreign_identifier: "after" })]),
  );
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^ov-stage: warning: load 2 came to nothing; what it had read, as seen on \S+Z, is load 3: 2,000 inserted, 0 updated, 0 unchanged, 0 rejected\nov-stage: \S+: 1 inserted, 0 updated, 0 unchanged, 0 rejected\n$/,
  );
  const none = { updated: 0, unchanged: 0, duplicates: 0, url_duplicates: 0, rejected: 0 };
  assert.deepEqual(linesOf(stdout), [{ inserted: 1, ...none, leftover: { inserted: 2000, ...none } }]);
  assert.equal(existsSync(spool), false);
  assert.deepEqual(
    (await objects(["runs", "--json"])).map(({ id, state, input, taken_in_by }) => [
      id,
      state,
      input,
      taken_in_by,
    ]),
    [
      [4, "done", "stdin", null],
      [3, "done", "what load 2 had read", null],
      [2, "crashed", "stdin", 3],
      [1, "done", "stdin", null],
    ],
  );
});

test("one writes at a time: a second load says who is writing, or waits", async (t) => {
  const { db, load, dump, fails } = stageOf(t);
  await load(sampleRecords(1));
  const { child, end } = await waitingLoad(db);
  const second = ndjson([sampleRecord({ foreign_identifier: "second" })]);
  const [refused, waited] = await Promise.all([
    fails(["load"], second),
    (async () => {
      const waiting = start(["ov-stage", "load", "--wait", "--db", db]);
      waiting.stdin?.end(second);
      return finished(waiting);
    })(),
    (async () => {
      // Long enough for the one that does not wait to give up.
      await sleep(8000);
      assert.deepEqual(ids(await dump()), ["1"], "readers go on meanwhile");
      child.stdin?.end('tifier":"x"}\n');
      await end;
    })(),
  ]);
  assert.match(
    refused.stderr,
    /^ov-stage: cannot use \S+: ov-stage load \(\S+@\S+, since \S+\) is writing to it; run this again when it is done, or with --wait\n$/,
  );
  assert.equal(refused.code, 75);
  assert.equal(waited.code, 0, waited.stderr);
  assert.equal((await dump()).length, 2001);
});

test("scores are not computed while another one writes, unless that is waited for", async (t) => {
  const { db, load, fails } = stageOf(t);
  await load([sampleRecord({ meta_data: { views: 1 } })]);
  const other = new Database(db);
  other.exec("BEGIN IMMEDIATE");
  const waiting = start(["ov-stage", "popularity", "--wait", "--db", db]);
  const end = finished(waiting);
  const { stderr, code } = await fails(["popularity"]);
  assert.match(
    stderr,
    /^ov-stage: cannot use \S+: another program is writing to it; run this again when it is done, or with --wait\n$/,
  );
  assert.equal(code, 75);
  other.exec("COMMIT");
  other.close();
  assert.equal((await end).code, 0);
});

test("reading leaves nothing beside the database", async (t) => {
  const { db, load, dump, stage } = stageOf(t);
  await load(sampleRecords(2));
  assert.equal((await dump()).length, 2);
  await stage(["stats"]);
  assert.deepEqual(readdirSync(join(db, "..")), ["staging.db"]);
  const other = new Database(db);
  other.exec("BEGIN; SELECT * FROM image");
  await dump();
  assert.ok(existsSync(`${db}-wal`), "but for what others use");
  other.close();
});

test("a wrong option of a subcommand leads to its own help", async () => {
  const { stderr, code } = await run(["ov-stage", "dump", "--medai", "image"]);
  assert.match(stderr, /^ov-stage: unknown option '--medai' .*\nov-stage: try 'ov-stage dump --help'\n$/);
  assert.equal(code, 2);
});

test("check finds what is wrong", async (t) => {
  const { db, load, fails, objects } = stageOf(t);
  await load(sampleRecords(3));
  assert.deepEqual(await objects(["check"]), [{ schema: 5, records: 3, removed: 0, faults: 0 }]);
  const other = new Database(db);
  other.exec(`
    DELETE FROM image_seen WHERE id = 1;
    UPDATE image_record SET tags = '[' WHERE id = 2;
    UPDATE image_record SET identifier = 'x' WHERE id = 3`);
  other.close();
  const { stdout, stderr, code } = await fails(["check"]);
  assert.deepEqual(linesOf(stdout), [{ schema: 5, records: 3, removed: 0, faults: 3 }]);
  assert.match(stderr, /seen by a load: image flickr 1\n/);
  assert.match(stderr, /JSON columns: image flickr 2\n/);
  assert.match(stderr, /identifiers: image flickr 3\n/);
  assert.equal(code, 65);
});

test("an older database is refused with what to do, migrated with all it has, and then like a new one", async (t) => {
  const { db, fails, objects, dump, load } = stageOf(t);
  const old = new Database(db);
  old.exec(readFileSync(join(PROJECT, "fixtures", "staging-schema-1.sql"), "utf8"));
  old.close();
  for (const line of [["dump"], ["load"], ["stats"]]) {
    const { stderr, code } = await fails(line);
    assert.equal(
      stderr,
      `ov-stage: ${db} was made by an older ov-tools (schema 1); run 'ov-stage migrate --db ${db}'\n`,
    );
    assert.equal(code, 65);
  }
  assert.deepEqual(await objects(["migrate"]), [{ schema_before: 1, schema: 5 }]);
  assert.deepEqual(await objects(["migrate"]), [{ schema_before: 5, schema: 5 }]);
  const records = await dump();
  assert.deepEqual(
    records.map((record) => [record.provider, record.last_synced_with_source, record.removed_from_source]),
    ["clevelandmuseum", "flickr", "jamendo"].map((provider) => [
      provider,
      "2024-05-06T07:08:09.000Z",
      provider === "clevelandmuseum",
    ]),
  );
  assert.equal((await objects(["check"]))[0]?.faults, 0);
  assert.equal((await load(records)).unchanged, 3, "the one that is gone is still gone");

  const fresh = stageOf(t);
  await fresh.load(sampleRecords(1));
  assert.deepEqual(tablesOf(db), tablesOf(fresh.db));
});

test("an older database may have one file twice: both records stay, are told, and go on being merged", async (t) => {
  const { db, stage, dump, load, objects, fails } = stageOf(t);
  const old = new Database(db);
  // Made by version 0.1.0, which took every spelling of an address for another file.
  old.exec(readFileSync(join(PROJECT, "fixtures", "staging-schema-3.sql"), "utf8"));
  old.close();
  const { stdout, stderr } = await stage(["migrate"]);
  assert.deepEqual(linesOf(stdout), [{ schema_before: 3, schema: 5, url_duplicates: 2 }]);
  assert.equal(
    stderr,
    [
      "warning: DB: my_museum 1 (https://IMG.example.org/cat.jpg) has the file of my_museum 2",
      "warning: DB: my_museum 4 (https://img.example.org/dog.jpg?utm_source=x) has the file of my_museum 3",
      "warning: DB: 2 records have a file that another record has under another address; they stay, and go on being merged; ov-stage remove takes out both of a pair, for it removes the file",
      "DB: schema 3 is now schema 5",
    ]
      .map((line) => `ov-stage: ${line.replace("DB", db)}\n`)
      .join(""),
  );
  const records = await dump();
  assert.equal(records.length, 5);
  assert.equal((await objects(["check"]))[0]?.faults, 0);

  const changed = records.map((record) => ({ ...record, creator: "Ada Walker" }));
  const { inserted, updated, url_duplicates } = await load(changed);
  assert.deepEqual([inserted, updated, url_duplicates], [0, 5, 0]);
  const third = { ...records[0], foreign_identifier: "9", url: "https://img.example.org/dog.jpg#x" };
  assert.equal(
    (await fails(["load"], ndjson([third]))).stderr,
    "ov-stage: stdin:1: url is held by another record: my_museum 3 (https://img.example.org:443/dog.jpg#top)\n",
  );
  const [removed] = await objects(["remove", "--reason", "takedown"], "my_museum 4");
  assert.deepEqual(removed, { removed: 2, already_removed: 0, not_found: 0, rejected: 0 });
  assert.deepEqual(ids(await dump()).includes("3"), false);

  const fresh = stageOf(t);
  await fresh.load(sampleRecords(1));
  assert.deepEqual(tablesOf(db), tablesOf(fresh.db));
});

test("an older database gets the comparable forms of today; what is one file by now stays, and is told once", async (t) => {
  const { db, stage, dump, load, objects, fails } = stageOf(t);
  const old = new Database(db);
  old.exec(readFileSync(join(PROJECT, "fixtures", "staging-schema-4-addresses.sql"), "utf8"));
  old.close();
  const { stdout, stderr } = await stage(["migrate"]);
  assert.deepEqual(linesOf(stdout), [{ schema_before: 4, schema: 5, url_duplicates: 2 }]);
  assert.deepEqual(stderr.match(/my_museum \d+ \(\S+\) has the file of my_museum \d+/g), [
    "my_museum 11 (https://img.example.org/a[1].jpg) has the file of my_museum 12",
    "my_museum 13 (https://img.example.org/c.jpg?srsltid=abc) has the file of my_museum 14",
  ]);
  assert.equal((await objects(["check"]))[0]?.faults, 0);
  const records = await dump();
  assert.equal(records.length, 10);
  const { inserted, updated, url_duplicates } = await load(
    records.map((record) => ({ ...record, creator: "Ada Walker" })),
  );
  assert.deepEqual([inserted, updated, url_duplicates], [0, 10, 0]);
  const again = {
    ...records.find(({ foreign_identifier }) => foreign_identifier === "15"),
    foreign_identifier: "16",
    url: "http://img.example.org/d.jpg?a=1&b=2",
  };
  assert.equal(
    (await fails(["load"], ndjson([again]))).stderr,
    "ov-stage: stdin:1: url is held by another record: my_museum 15 (https://img.example.org/d.jpg?a=1&amp;b=2)\n",
  );
});

test("names that nothing has are refused, and the nearest is suggested; what has no records is empty", async (t) => {
  const { load, fails, dump } = stageOf(t);
  await load([
    sampleRecord({ source: "nasa" }),
    sampleRecord({ foreign_identifier: "2", provider: "my_museum" }),
  ]);
  const wrong: [line: string[], message: string][] = [
    [
      ["dump", "--provider", "flicker"],
      "--provider: 'flicker' is no provider that is stored or known (did you mean flickr?)",
    ],
    [
      ["dump", "--provider", "my-musuem"],
      "--provider: 'my-musuem' is no provider that is stored or known (did you mean my_museum?)",
    ],
    [
      ["dump", "--source", "nassa"],
      "--source: 'nassa' is no source that is stored or known (did you mean nasa?)",
    ],
    [
      ["dump", "--license", "by-as"],
      "--license: 'by-as' is no licence or group of licences (did you mean by-sa?)",
    ],
    [
      ["top", "--provider", "flicker"],
      "--provider: 'flicker' is no provider that is stored or known (did you mean flickr?)",
    ],
  ].map(([line, message]) => [line as string[], message as string]);
  for (const [line, message] of wrong) {
    const { stdout, stderr, code } = await fails(line);
    assert.equal(stderr, `ov-stage: ${message}\nov-stage: try 'ov-stage ${line[0]} --help'\n`);
    assert.deepEqual([stdout, code], ["", 2]);
  }
  assert.match((await fails(["dump", "--license", "CC BY-SA"])).stderr, /^ov-stage: --license: .*by-sa/);
  for (const line of [
    ["--license", "by-nc-nd"],
    ["--provider", "met"],
  ])
    assert.deepEqual(await dump(...line), []);
  assert.equal((await dump("--provider", "my_museum")).length, 1);
});

test("a record is removed by any spelling of its file's address", async (t) => {
  const { load, objects } = stageOf(t);
  await load([sampleRecord({ url: "https://IMG.example.org/cat.jpg#top" })]);
  const lines = "http://img.example.org:80/cat.jpg\nhttps://img.example.org/cat.jpg\n";
  const [counts] = await objects(["remove", "--reason", "takedown"], lines);
  assert.deepEqual(counts, { removed: 1, already_removed: 1, not_found: 0, rejected: 0 });
});

test("a work that is gone stays gone when a dump is loaded elsewhere", async (t) => {
  const [here, there] = [stageOf(t), stageOf(t)];
  await here.load([sampleRecord()], "--now", "2020-01-01T00:00:00Z");
  await here.stage(["expire", "flickr", "--now", T1]);
  await there.load(await here.dump(), "--now", T2);
  assert.deepEqual(await there.dump("--removed", "exclude"), []);
  assert.deepEqual(await there.dump(), await here.dump(), "with all its times");
});

/** Everything that a schema consists of, without how it was written. */
function tablesOf(path: string): unknown {
  const database = new Database(path);
  const names = database.prepare("SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name").all();
  const columns = database
    .prepare(
      `SELECT m.name AS of, c.* FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')
       ORDER BY m.name, c.cid`,
    )
    .all();
  const sql = database
    .prepare("SELECT sql FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name")
    .pluck()
    .all();
  database.close();
  return { names, columns, sql };
}

test("a database of a newer version is refused by every subcommand", async (t) => {
  const { db, load, fails } = stageOf(t);
  await load(sampleRecords(1));
  const other = new Database(db);
  other.exec("PRAGMA user_version = 99");
  other.close();
  for (const line of [["dump"], ["load"], ["migrate"], ["check"], ["remove", "--reason", "x"]]) {
    const { stderr, code } = await fails(line);
    assert.equal(stderr, `ov-stage: ${db} was made by a newer ov-tools (schema 99); update ov-tools\n`);
    assert.equal(code, 65);
  }
});

test("rules of a list that named nothing are told, and written where --unused says", async (t) => {
  const { db, load, stage, fails } = stageOf(t);
  await load([sampleRecord({ foreign_identifier: "1" }), sampleRecord({ foreign_identifier: "2" })]);
  const [list, unused] = [join(dirname(db), "list.txt"), join(dirname(db), "unused.ndjson")];
  writeFileSync(list, "https://flic.kr/p/3\nexample.net\nprovider:met\n");
  const { stdout, stderr } = await stage(["remove", "--list", list, "--unused", unused]);
  assert.equal(linesOf(stdout)[0]?.removed, 1);
  assert.equal(
    stderr.split("\n")[1],
    `ov-stage: ${list}: 2 of 3 rules named nothing: line 2 (example.net), line 3 (provider:met)`,
  );
  assert.deepEqual(linesOf(readFileSync(unused, "utf8")), [
    { list, line: 2, rule: "example.net" },
    { list, line: 3, rule: "provider:met" },
  ]);
  for (const [line, message] of [
    [["--reason", "x", "--unused", unused], "--unused is about the rules of a list; name one with --list"],
    [["--list", list, "--unused", db], `--unused: ${db} is written as well, by --db; name another file`],
  ] as const) {
    const { stderr, code } = await fails(["remove", ...line]);
    assert.equal(stderr, `ov-stage: ${message}\nov-stage: try 'ov-stage remove --help'\n`);
    assert.equal(code, 2);
  }
});
