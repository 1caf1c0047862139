import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { linesOf } from "../../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../../testing/samples.js";
import { ids, stageOf, T1, T2, T3 } from "./stage.test.util.js";

/** `ov-stage remove`: what its lines and lists name, and what is told of them. */

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

test("a record is removed by any spelling of its file's address", async (t) => {
  const { load, objects } = stageOf(t);
  await load([sampleRecord({ url: "https://IMG.example.org/cat.jpg#top" })]);
  const lines = "http://img.example.org:80/cat.jpg\nhttps://img.example.org/cat.jpg\n";
  const [counts] = await objects(["remove", "--reason", "takedown"], lines);
  assert.deepEqual(counts, { removed: 1, already_removed: 1, not_found: 0, rejected: 0 });
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
