import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { linesOf, NO_PACE } from "../../testing/run.js";
import { type Record_, records, setUp } from "./dataset-folder.test.util.js";

Object.assign(process.env, NO_PACE);

/** `ov-publish`: what is not to be in a dataset: works of opt-out lists, licences that are left out. */

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
