import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { linesOf, NO_PACE, run, shell, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

Object.assign(process.env, NO_PACE);

/** `ov-publish`: what is not to be in a dataset: opt-outs, tombstones of a delta, licences that are left out. */

type Record_ = Record<string, unknown>;

/** Records with the foreign identifiers `from` to `to`. */
function records(from: number, to: number, change: Record_ = {}): Record_[] {
  return Array.from({ length: to - from + 1 }, (_, i) =>
    sampleRecord({ foreign_identifier: String(from + i), updated_on: "2026-11-02T10:00:00.000Z", ...change }),
  );
}

async function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const tmp = join(folder, "tmp");
  mkdirSync(tmp);
  const shards = async (name: string, of: readonly Record_[], ...flags: string[]) => {
    const line = ["ov-to-parquet", "--out", join(folder, name), "--replace", ...flags] as const;
    const { stdout, stderr, code } = await run([...line], { stdin: ndjson(of) });
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const publish = (stdin: string, ...flags: string[]) =>
    run(["ov-publish", `folder:${join(folder, "dataset")}`, ...flags], {
      stdin,
      env: { SOURCE_DATE_EPOCH: "1767225600", TMPDIR: tmp },
    });
  const read = (path: string) => readFileSync(join(folder, "dataset", path), "utf8");
  const json = (path: string) => JSON.parse(read(path));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return { folder, tmp, shards, publish, read, json, write };
}

test("records that an opt-out list names are refused, with the place of each and what to do", async (t) => {
  const { folder, shards, publish, write } = await setUp(t);
  const manifest = await shards("shards", records(1, 6), "--rows-per-shard", "3");
  const rule = "https://www.flickr.com/photos/1@N01/";
  const list = write("opt-outs.txt", `# who asked\n\n${rule}5\n${rule}6\nprovider:stocksnap\n`);
  const { code, stderr, stdout } = await publish(manifest, "--opt-outs", list);
  assert.deepEqual(
    [code, stderr, stdout],
    [
      65,
      `ov-publish: ${folder}/shards/image/train-00001-of-00002.parquet: row 2 (flickr 5) is named by ${list}:3 ` +
        `(flickr_photo 5), and 1 record more by this list; take them out with ov-stage remove --list ${list}, ` +
        "then dump and make the shards again\n",
      "",
    ],
  );
  assert.equal(existsSync(join(folder, "dataset")), false);
});

test("a release says which opt-out list it was checked against, and nothing of its rules", async (t) => {
  const { shards, publish, read, json, write } = await setUp(t);
  const manifest = await shards("shards", records(1, 3));
  assert.equal((await publish(manifest)).code, 0);
  assert.match(read("README.md"), /^This release was checked against no opt-out list\.$/m);
  assert.equal(json("manifest.json").opt_outs, undefined);

  const list = write("opt-outs.txt", "someone-who-asked.example.org\n");
  const { code, stderr } = await publish(manifest, "--opt-outs", list, "--replace");
  assert.equal(code, 0, stderr);
  assert.deepEqual(json("manifest.json").opt_outs, { list: "opt-outs.txt", rules: 1 });
  assert.match(
    read("README.md"),
    /^This release was checked against the publisher's opt-out list opt-outs&#46;txt \(1 rule\): it names no record of it\.$/m,
  );
  assert.doesNotMatch(read("README.md") + read("manifest.json"), /someone|dataset\/\.\./);

  // The same list by its name and length, but with a rule that names what is there.
  write("opt-outs.txt", "provider:flickr\n");
  const later = await publish(manifest, "--opt-outs", list);
  assert.equal(later.code, 65);
  assert.match(
    later.stderr,
    /: row 1 \(flickr 1\) is named by \S+:1 \(provider flickr\), and 2 records more /,
  );
});

test("a file that is not an opt-out list stops the publish", async (t) => {
  const { shards, publish, write } = await setUp(t);
  const manifest = await shards("shards", records(1, 3));
  const list = write("opt-outs.txt", "example.org\nwho is this\n");
  const bad = await publish(manifest, "--opt-outs", list);
  assert.deepEqual(
    [bad.code, bad.stderr],
    [65, `ov-publish: ${list}:2: a rule has no blanks in it; one rule a line\n`],
  );
  assert.equal((await publish(manifest, "--opt-outs", `${list}.gone`)).code, 66);
});

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

test("--exclude-license takes records out of shards that mix licences, with the same bytes each time", async (t) => {
  const { folder, tmp, shards, publish, read, json } = await setUp(t);
  const of = [
    ...records(1, 3),
    ...records(4, 5, { license: "by-nc-nd" }),
    ...records(6, 9, { license: "by-sa", provider: "met", source: "met" }),
  ];
  const manifest = await shards("shards", of, "--rows-per-shard", "3", "--compression", "snappy");
  const line = [manifest, "--exclude-license", "nd,nc"] as const;
  const first = await publish(...line);
  assert.equal(first.code, 0, first.stderr);
  const { totals, files } = json("manifest.json");
  assert.deepEqual(totals, {
    rows: 7,
    by_media: { image: 7 },
    by_license: { "by 2.0": 3, "by-sa 2.0": 4 },
    by_provider: { flickr: 3, met: 4 },
    by_source: { flickr: 3, met: 4 },
  });
  assert.match(read("README.md"), /^- Licences that were left out on purpose: nd&#44;nc\.$/m);
  const names = [0, 1, 2].map((number) => `train-0000${number}-of-00003.parquet`);
  const data = files.filter(({ path }: Record_) => String(path).endsWith(".parquet"));
  assert.deepEqual(
    data.map(({ path, rows }: Record_) => [path, rows]),
    names.map((name, i) => [`data/image/${name}`, [3, 1, 3][i]]),
  );
  const original = (name = "") => readFileSync(join(folder, "shards/image", name));
  const published = (name = "") => readFileSync(join(folder, "dataset/data/image", name));
  assert.deepEqual(
    published(names[0]),
    original(names[0]),
    "a shard with nothing to leave out stays as it is",
  );

  const duckdb = await (await DuckDBInstance.create()).connect();
  const rowsOf = async (text: string) => (await duckdb.runAndReadAll(text)).getRowsJson();
  const select = (where: string) => rowsOf(`SELECT * FROM ${where} ORDER BY foreign_identifier`);
  assert.deepEqual(
    await select(`'${folder}/dataset/data/image/*.parquet'`),
    await select(`'${folder}/shards/image/*.parquet' WHERE license NOT LIKE '%n%'`),
    "every column of every other record is as it was",
  );
  const [[codec] = []] = await rowsOf(
    `SELECT DISTINCT compression FROM parquet_metadata('${folder}/dataset/data/image/${names[1]}')`,
  );
  assert.equal(codec, "SNAPPY", "compressed as it was");

  assert.equal(linesOf((await publish(...line)).stdout)[0]?.unchanged, true, "the same bytes");
  assert.deepEqual(readdirSync(tmp), [], "nothing is left behind");

  const all = await publish(manifest, "--exclude-license", "all");
  assert.deepEqual(
    [all.code, all.stderr],
    [65, "ov-publish: no record is left: all of them have a licence that --exclude-license names\n"],
  );
});
