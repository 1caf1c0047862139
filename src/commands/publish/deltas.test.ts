import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { linesOf, NO_PACE, shell } from "../../testing/run.js";
import { ndjson } from "../../testing/samples.js";
import { type Record_, records, setUp } from "./dataset-folder.test.util.js";

Object.assign(process.env, NO_PACE);

/** `ov-publish --since`: what is in a delta, and the tombstones beside it. */

const tombstone = (change: Record_ = {}) => ({
  provider: "flickr",
  foreign_identifier: "2",
  identifier: "0b1f0c5e-9b39-5a35-8d6c-3f0f3a8f7a11",
  deleted_on: "2026-11-05T10:00:00.000Z",
  reason: "takedown",
  ...change,
});

test("a delta of a staging database brings a copy up to date, by the SQL of its card", async (t) => {
  const { folder, publish, read, json } = await setUp(t);
  const stage = (name: string, of: readonly Record_[], now: string) => {
    writeFileSync(join(folder, name), ndjson(of));
    return `ov-stage load --db db --now ${now} ${name}`;
  };
  const dump = (out: string, flags = "") =>
    `ov-stage dump --db db ${flags} | ov-to-parquet --partition-by license --out ${out} > ${out}.manifest`;
  const steps = await shell(
    [
      stage("first", records(1, 5), "2026-11-01T00:00:00Z"),
      dump("base"),
      stage(
        "second",
        [...records(3, 3, { title: "Changed" }), ...records(4, 4, { license: "by-sa" }), ...records(6, 6)],
        "2026-11-03T00:00:00Z",
      ),
      "echo flickr 2 | ov-stage remove --db db --reason takedown --now 2026-11-04T00:00:00Z",
      dump("delta", "--since 2026-11-02T00:00:00Z"),
      "ov-stage dump --db db --deletions-since 2026-11-02T00:00:00Z > tombstones",
      dump("now"),
    ].join(" && "),
    { cwd: folder },
  );
  assert.equal(steps.code, 0, steps.stderr);
  const { code, stderr } = await publish(
    readFileSync(join(folder, "delta.manifest"), "utf8").replaceAll('"root":"', `"root":"${folder}/`),
    "--since",
    "2026-11-01",
    "--tombstones",
    join(folder, "tombstones"),
  );
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /warning/);

  const given = readFileSync(join(folder, "tombstones"));
  assert.deepEqual(readFileSync(join(folder, "dataset/deletions.ndjson")), given, "as the dump has it");
  const manifest = json("manifest.json");
  assert.equal(manifest.deletions, 1);
  assert.deepEqual(
    manifest.files.find(({ path }: Record_) => path === "deletions.ndjson"),
    {
      path: "deletions.ndjson",
      bytes: given.length,
      sha256: createHash("sha256").update(given).digest("hex"),
      rows: 1,
    },
  );
  const [resource] = json("datapackage.json").resources.slice(-1);
  assert.deepEqual([resource.path, resource.format], ["deletions.ndjson", "ndjson"]);
  const [set] = json("croissant.json").recordSet.slice(-1);
  assert.deepEqual([set["@id"], set.field.length], ["deletions", 6]);

  const card = read("README.md");
  assert.match(
    card,
    /^\[deletions\.ndjson\]\(deletions\.ndjson\) has the tombstones of 1 record that was deleted: /m,
  );
  const sql = /```sql\n(SELECT \* FROM 'base\/.*?)\n```/s.exec(card)?.[1] ?? "";
  mkdirSync(join(folder, "dataset/base"));
  await shell(`mv base dataset/base/data`, { cwd: folder });
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(`SET file_search_path = '${join(folder, "dataset")}'`);
  const rowsOf = async (text: string) => (await duckdb.runAndReadAll(text)).getRowsJson();
  const upToDate = await rowsOf(
    `SELECT foreign_identifier, title, license FROM (${sql.replace(/;$/, "")}) ORDER BY ALL`,
  );
  const now = `SELECT foreign_identifier, title, license FROM '${folder}/now/image/*/*.parquet' ORDER BY ALL`;
  assert.deepEqual(upToDate, await rowsOf(now));
  assert.deepEqual(
    upToDate.map(([id]) => id),
    ["1", "3", "4", "5", "6"],
  );
});

test("a delta without tombstones says so, loudly", async (t) => {
  const { shards, publish, read, json, write } = await setUp(t);
  const manifest = await shards("shards", records(1, 3));
  const { code, stderr } = await publish(manifest, "--since", "2026-10-01");
  assert.equal(code, 0);
  assert.match(
    stderr,
    /^ov-publish: warning: this delta has no tombstones: copies of the dataset will keep every record that was deleted; write them with ov-stage dump --deletions-since TIME > FILE and name them with --tombstones FILE \(an empty file says that there are none\)$/m,
  );
  assert.equal(json("manifest.json").deletions, null);
  assert.match(read("README.md"), /^\*\*It came without tombstones\*\*: /m);

  const none = await publish(
    manifest,
    "--since",
    "2026-10-01",
    "--replace",
    "--tombstones",
    write("none", ""),
  );
  assert.equal(none.code, 0, none.stderr);
  assert.doesNotMatch(none.stderr, /warning/);
  assert.equal(json("manifest.json").deletions, 0);
  assert.match(read("README.md"), /^No record was deleted since then\.$/m);
});

test("a delta that leaves out a licence says what that does to copies", async (t) => {
  const { shards, publish, write } = await setUp(t);
  const of = [...records(1, 3), ...records(4, 5, { license: "by-nc" })];
  const delta = ["--since", "2026-10-01", "--tombstones", write("none", "")];
  const { code, stderr } = await publish(await shards("shards", of), ...delta, "--exclude-license", "nc");
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^ov-publish: warning: 2 changed records are left out of this delta by their licences: a copy that has one of them under another licence keeps it so; a whole release takes it out$/m,
  );
});

test("a delta may be tombstones alone", async (t) => {
  const { shards, publish, json, write } = await setUp(t);
  const list = write("tombstones", ndjson([tombstone()]));
  const manifest = await shards("shards", []);
  const { code, stderr, stdout } = await publish(manifest, "--since", "2026-10-01", "--tombstones", list);
  assert.equal(code, 0, stderr);
  assert.equal(linesOf(stdout)[0]?.rows, 0);
  assert.deepEqual([json("manifest.json").rows, json("manifest.json").deletions], [0, 1]);
});

const BAD_TOMBSTONES: readonly (readonly [line: Record_, problem: string])[] = [
  [tombstone({ identifier: "5" }), "this is no tombstone: identifier is not a UUID in lower case"],
  [tombstone({ provider: "" }), "this is no tombstone: provider is not a text that is not empty"],
  [tombstone({ deleted_on: "today" }), "this is no tombstone: deleted_on is not an ISO 8601 time (UTC)"],
  [
    tombstone({ url_sha256: "https://example.org/1.jpg" }),
    "this is no tombstone: url_sha256 is not 64 hexadecimal digits in lower case, or null",
  ],
  [tombstone({ email: "x@example.org" }), 'a tombstone has no member "email"'],
];

test("what is no tombstone is not published", async (t) => {
  const { folder, shards, publish, write } = await setUp(t);
  const manifest = await shards("shards", records(1, 3));
  const delta = (...flags: string[]) => publish(manifest, "--since", "2026-10-01", "--tombstones", ...flags);
  for (const [line, problem] of BAD_TOMBSTONES) {
    const list = write("tombstones", ndjson([tombstone(), line]));
    const { code, stderr } = await delta(list);
    assert.deepEqual([code, stderr], [65, `ov-publish: ${list}:2: ${problem}\n`]);
  }
  const gone = await delta(join(folder, "nowhere"));
  assert.deepEqual(
    [gone.code, gone.stderr],
    [66, `ov-publish: cannot open ${folder}/nowhere: no such file or folder\n`],
  );
  const whole = await publish(manifest, "--tombstones", write("tombstones", ""));
  assert.deepEqual(
    [whole.code, whole.stderr.split("\n")[0]],
    [2, "ov-publish: --tombstones belongs to a delta: say with --since which release it changes"],
  );
  assert.equal(existsSync(join(folder, "dataset")), false);
});
