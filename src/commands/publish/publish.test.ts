import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { linesOf, NO_PACE, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

Object.assign(process.env, NO_PACE);

/** `ov-publish folder:…`: releases, guards and what goes to stdout, on shards that ov-to-parquet made. */

type Record_ = Record<string, unknown>;

const UPDATED = "2026-11-02T10:00:00.000Z";

/** Staged records with the foreign identifiers `from` to `to`. */
function records(from: number, to: number, change: Record_ = {}): Record_[] {
  return Array.from({ length: to - from + 1 }, (_, i) =>
    sampleRecord({ foreign_identifier: String(from + i), updated_on: UPDATED, ...change }),
  );
}

/** Makes shards of records in a folder of the test's own; gives the manifest. */
async function shardsOf(folder: string, name: string, of: readonly Record_[], ...flags: string[]) {
  const out = join(folder, name);
  const { stdout, stderr, code } = await run(["ov-to-parquet", "--out", out, "--replace", ...flags], {
    stdin: ndjson(of),
  });
  assert.equal(code, 0, stderr);
  return stdout;
}

const publisher =
  (folder: string) =>
  (stdin: string, ...flags: string[]) =>
    run(["ov-publish", `folder:${join(folder, "dataset")}`, ...flags], {
      stdin,
      env: { SOURCE_DATE_EPOCH: "1767225600" },
    });

function setUp(t: TestContext) {
  const folder = temporaryFolder(t);
  const manifestJson = () => JSON.parse(readFileSync(join(folder, "dataset/manifest.json"), "utf8"));
  return { folder, publish: publisher(folder), manifestJson };
}

test("a release has a version, its columns, its counts and the tool's version", async (t) => {
  const { folder, publish, manifestJson } = setUp(t);
  const { stdout, stderr, code } = await publish(await shardsOf(folder, "shards", records(1, 3)));
  assert.equal(code, 0, stderr);
  const [line = {}] = linesOf(stdout);
  const { files, bytes, sent_bytes, ...rest } = line;
  assert.equal(files, line.sent);
  assert.equal(bytes, sent_bytes);
  assert.deepEqual(rest, {
    target: `folder:${folder}/dataset`,
    version: "2026-11-02",
    rows: 3,
    sent: files,
    skipped: 0,
    unchanged: false,
  });
  const manifest = manifestJson();
  assert.equal(manifest.version, "2026-11-02");
  assert.equal(manifest.previous, null);
  assert.match(manifest.tool_version, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(manifest.totals.by_license, { "by 2.0": 3 });
  const columns = new Map(manifest.schema.image.map((field: Record_) => [field.name, field]));
  assert.deepEqual(columns.get("width"), { name: "width", type: "int32", nullable: true });
  assert.deepEqual(columns.get("updated_on"), { name: "updated_on", type: "timestamp", nullable: true });
  assert.deepEqual(columns.get("tags"), {
    name: "tags",
    type: "struct",
    nullable: true,
    fields: [
      { name: "name", type: "string", nullable: false },
      { name: "provider", type: "string", nullable: false },
      { name: "accuracy", type: "double", nullable: true },
    ],
    list: true,
  });
});

test("the next release names the one before it and what has changed; unchanged shards count as there", async (t) => {
  const { folder, publish, manifestJson } = setUp(t);
  const shards = (count: number) => shardsOf(folder, "shards", records(1, count), "--rows-per-shard", "2");
  assert.equal((await publish(await shards(4))).code, 0);
  const again = linesOf((await publish(await shards(4))).stdout)[0];
  assert.equal(again?.unchanged, true);

  const more = await shardsOf(
    folder,
    "more",
    [...records(1, 4), ...records(5, 5, { updated_on: "2026-12-01T00:00:00.000Z", provider: "met" })],
    "--rows-per-shard",
    "2",
  );
  const { stdout, code } = await publish(more, "--replace");
  assert.equal(code, 0);
  const { version, previous, changes } = manifestJson();
  assert.deepEqual(
    [version, previous, linesOf(stdout)[0]?.version],
    ["2026-12-01", "2026-11-02", "2026-12-01"],
  );
  assert.deepEqual(changes, {
    rows: 1,
    by_license: { "by 2.0": 1 },
    by_provider: { met: 1 },
    shards: { added: 1, unchanged: 2, removed: 0 },
  });
});

test("a second release of one day gets a number, and a name can be given once", async (t) => {
  const { folder, publish } = setUp(t);
  const versions = [];
  for (const count of [3, 4, 5]) {
    const { stdout } = await publish(await shardsOf(folder, "shards", records(1, count)), "--replace");
    versions.push(linesOf(stdout)[0]?.version);
  }
  assert.deepEqual(versions, ["2026-11-02", "2026-11-02.2", "2026-11-02.3"]);

  const named = ["--replace", "--release", "winter"];
  const six = await shardsOf(folder, "shards", records(1, 6));
  assert.equal(linesOf((await publish(six, ...named)).stdout)[0]?.version, "winter");
  assert.equal(linesOf((await publish(six, ...named)).stdout)[0]?.unchanged, true);
  const taken = await publish(await shardsOf(folder, "shards", records(1, 7)), ...named);
  assert.deepEqual(
    [taken.code, taken.stderr],
    [73, "ov-publish: the release winter is there already, with other files; name another with --release\n"],
  );
  const bad = await publish(six, "--replace", "--release", "../up");
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /^ov-publish: --release: "\.\.\/up" is no name for a release /);
});

test("records without a time are called after the day of the run", async (t) => {
  const { folder, publish } = setUp(t);
  const { stdout } = await publish(await shardsOf(folder, "shards", [sampleRecord()]));
  assert.equal(linesOf(stdout)[0]?.version, "2026-01-01");
});

test("a dry run says what would be sent and writes nothing", async (t) => {
  const { folder, publish } = setUp(t);
  const manifest = await shardsOf(folder, "shards", records(1, 3));
  const { stdout, stderr, code } = await publish(manifest, "--dry-run");
  assert.equal(code, 0);
  assert.equal(existsSync(join(folder, "dataset")), false);
  const line = linesOf(stdout)[0];
  assert.equal(line?.dry_run, true);
  assert.equal(line?.sent, line?.files);
  assert.match(stderr, /^ov-publish: would send: data\/image\/train-00000-of-00001\.parquet \(\d+ bytes\)$/m);
  assert.match(
    stderr,
    /: release 2026-11-02, 3 records; \d+ files would be sent \(\d+ bytes\), 0 there already\n$/,
  );
});

test("the shards of a folder are published without their manifest", async (t) => {
  const { folder, publish } = setUp(t);
  const manifest = await shardsOf(folder, "shards", [...records(1, 3), ...records(4, 4, { source: "nasa" })]);
  assert.equal((await publish(manifest)).code, 0);
  const text = readFileSync(join(folder, "dataset/manifest.json"), "utf8");
  rmSync(join(folder, "dataset"), { recursive: true });
  const { code, stderr } = await publish("", "--from", join(folder, "shards"));
  assert.equal(code, 0, stderr);
  const again = readFileSync(join(folder, "dataset/manifest.json"), "utf8");
  assert.equal(again, text, "the same release, every page of it");
  assert.equal(linesOf((await publish(manifest)).stdout)[0]?.unchanged, true);

  const none = await publish("", "--from", join(folder, "nowhere"));
  assert.equal(none.code, 66);
  const both = await publish("", "--from", join(folder, "shards"), "-");
  assert.equal(both.code, 2);
});

test("a shard with one bit that fell over is not published without its manifest", async (t) => {
  const { folder, publish } = setUp(t);
  await shardsOf(folder, "shards", records(1, 3));
  const shard = join(folder, "shards/image/train-00000-of-00001.parquet");
  const good = readFileSync(shard);
  const footer = good.length - 8 - good.readUInt32LE(good.length - 8);
  const places = {
    "it does not begin as it should": 0,
    'the column "identifier" is damaged: the page at byte 4 does not have its checksum': 60,
    "a header of its pages does not have its checksum": good.indexOf(Buffer.from([0x15, 0x00, 0x15])) + 3,
    "one of its indexes does not have its checksum": footer - 20,
    "its footer does not have its checksum": good.indexOf("ov_column_title"),
  };
  for (const [words, at] of Object.entries(places)) {
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(at) ^ 2, at);
    writeFileSync(shard, bad);
    const { code, stderr } = await publish("", "--from", join(folder, "shards"));
    assert.deepEqual([code, stderr.includes(words)], [65, true], stderr);
    assert.ok(stderr.startsWith(`ov-publish: ${shard}`), stderr);
    assert.ok(stderr.endsWith("; copy the file again, or make it again\n"), stderr);
    assert.equal(existsSync(join(folder, "dataset")), false);
  }
});

test("removed records are refused, but are tombstones in a delta", async (t) => {
  const { folder, publish, manifestJson } = setUp(t);
  const gone = records(4, 5, { removed_from_source: true });
  const manifest = await shardsOf(folder, "shards", [...records(1, 3), ...gone]);
  const { code, stderr } = await publish(manifest);
  assert.deepEqual(
    [code, stderr],
    [
      65,
      `ov-publish: ${folder}/shards/image/train-00000-of-00001.parquet: 2 records marked as removed from the source, ` +
        "the first of them flickr 4; leave them out of the shards: ov-stage dump --removed exclude\n",
    ],
  );
  assert.equal((await publish(manifest, "--since", "2026-10-01")).code, 0);
  assert.equal(manifestJson().since, "2026-10-01");
});

test("a delta never takes the place of a whole dataset", async (t) => {
  const { folder, publish, manifestJson } = setUp(t);
  assert.equal((await publish(await shardsOf(folder, "shards", records(1, 3)))).code, 0);
  const delta = await shardsOf(folder, "delta", records(4, 4));
  const { code, stderr } = await publish(delta, "--replace", "--since", "2026-11-02");
  assert.equal(code, 73);
  assert.match(stderr, /dataset holds a whole dataset, which a delta must not take the place of; publish /);
  assert.equal(manifestJson().rows, 3);
});

test("records without a licence, a landing URL or another required column are refused", async (t) => {
  const { folder, publish } = setUp(t);
  await shardsOf(folder, "shards", records(1, 4));
  const name = "image/train-00000-of-00001.parquet";
  mkdirSync(join(folder, "bad/image"), { recursive: true });
  const duckdb = await (await DuckDBInstance.create()).connect();
  for (const column of ["license", "license_version", "foreign_landing_url", "url"]) {
    for (const nothing of ["NULL", "''"]) {
      await duckdb.run(
        `COPY (SELECT * REPLACE (if(foreign_identifier IN ('2', '4'), ${nothing}, ${column}) AS ${column})
         FROM '${folder}/shards/${name}') TO '${folder}/bad/${name}'`,
      );
      const { code, stderr } = await publish("", "--from", join(folder, "bad"));
      assert.deepEqual(
        [code, stderr],
        [
          65,
          `ov-publish: ${folder}/bad/${name}: 2 records without ${column}, the first of them flickr 2; ` +
            "make the shards again with ov-to-parquet, which refuses such records\n",
        ],
      );
    }
  }
  await duckdb.run(
    `COPY (SELECT * EXCLUDE license_version FROM '${folder}/shards/${name}') TO '${folder}/bad/${name}'`,
  );
  const { code, stderr } = await publish("", "--from", join(folder, "bad"));
  assert.deepEqual(
    [code, stderr],
    [
      65,
      `ov-publish: ${folder}/bad/${name} has no column license_version; make the shards again with ov-to-parquet\n`,
    ],
  );
  await duckdb.run(`COPY (SELECT *, 1 AS tjtle FROM '${folder}/shards/${name}') TO '${folder}/bad/${name}'`);
  const unknown = await publish("", "--from", join(folder, "bad"));
  assert.deepEqual(
    [unknown.code, unknown.stderr],
    [
      65,
      `ov-publish: ${folder}/bad/${name} has a column tjtle, which no record has; make the shards again with ov-to-parquet\n`,
    ],
  );
  assert.equal(existsSync(join(folder, "dataset")), false);
});

test("an empty set is refused", async (t) => {
  const { folder, publish } = setUp(t);
  const { code, stderr } = await publish(await shardsOf(folder, "shards", []));
  assert.deepEqual(
    [code, stderr],
    [65, "ov-publish: there are no records to publish: did the command before this one fail?\n"],
  );
  assert.equal(existsSync(join(folder, "dataset")), false);
});

test("a set that lost a fifth is refused unless that is right", async (t) => {
  const { folder, publish, manifestJson } = setUp(t);
  await publish(await shardsOf(folder, "shards", records(1, 10)));
  const eight = await publish(await shardsOf(folder, "shards", records(1, 8)), "--replace");
  assert.equal(eight.code, 0, eight.stderr);
  const six = await shardsOf(folder, "shards", records(1, 6));
  const { code, stderr } = await publish(six, "--replace");
  assert.deepEqual(
    [code, stderr],
    [
      65,
      "ov-publish: only 6 records, less than 80 % of the 8 of release 2026-11-02.2; if that is right, publish with --allow-shrink\n",
    ],
  );
  assert.equal(manifestJson().rows, 8);
  assert.equal((await publish(six, "--replace", "--allow-shrink")).code, 0);
});

test("a schema that lost a column, or changed one, is refused unless that is right", async (t) => {
  const { folder, publish } = setUp(t);
  await publish(await shardsOf(folder, "shards", records(1, 3)));
  const path = join(folder, "dataset/manifest.json");
  const before = JSON.parse(readFileSync(path, "utf8"));
  before.schema.image.push({ name: "mood", type: "string", nullable: true });
  before.schema.image.find((field: Record_) => field.name === "width").type = "int64";
  writeFileSync(path, JSON.stringify(before));
  const four = await shardsOf(folder, "shards", records(1, 4));
  const { code, stderr } = await publish(four, "--replace");
  assert.deepEqual(
    [code, stderr],
    [
      65,
      "ov-publish: release 2026-11-02 has columns that are gone or have another type: image.width and image.mood; " +
        "if that is right, publish with --allow-breaking\n",
    ],
  );
  assert.equal((await publish(four, "--replace", "--allow-breaking")).code, 0);
});

test("a person's own words on the card are not overwritten, and notes are taken in", async (t) => {
  const { folder, publish, manifestJson } = setUp(t);
  const card = join(folder, "dataset/README.md");
  const one = await shardsOf(folder, "one", records(1, 3));
  assert.equal((await publish(one)).code, 0);
  const words = "## Mind\n\nThe scans of 1899 are mirrored.\n";
  appendFileSync(card, words);
  for (const flags of [["--replace"], ["--replace", "--dry-run"]]) {
    const { code, stderr } = await publish(one, ...flags);
    assert.equal(code, 73, stderr);
    assert.equal(
      stderr,
      `ov-publish: ${join(folder, "dataset")}: README.md has text that no release of ours wrote; put what is to stay ` +
        "into a file and name it with --notes FILE (the card takes it in), then publish again\n",
    );
  }
  assert.ok(readFileSync(card, "utf8").endsWith(words), "it still stands there");

  const notes = join(folder, "notes.md");
  writeFileSync(notes, `\ufeff${words.replaceAll("\n", "\r\n")}\r\n`);
  const taken = await publish(one, "--replace", "--notes", notes);
  assert.equal(taken.code, 0, taken.stderr);
  assert.match(
    taken.stderr,
    /warning: .*README\.md was changed by hand; the card with your notes takes its place/,
  );
  assert.ok(readFileSync(card, "utf8").includes(`## Notes of the publisher\n\n${words}`));
  assert.match(manifestJson().notes.sha256, /^[0-9a-f]{64}$/);
  const again = await publish(one, "--replace", "--notes", notes);
  assert.deepEqual([again.code, linesOf(again.stdout)[0]?.unchanged], [0, true]);

  appendFileSync(card, "More.\n");
  const more = await publish(one, "--replace", "--notes", notes);
  assert.equal(more.code, 73, "the notes do not have it yet");
  writeFileSync(notes, "");
  const none = await publish(one, "--replace", "--notes", notes);
  assert.equal(none.code, 0, none.stderr);
  assert.doesNotMatch(readFileSync(card, "utf8"), /Notes of the publisher|More\./);
});

test("notes that are no text, or that cannot be opened", async (t) => {
  const { folder, publish } = setUp(t);
  const one = await shardsOf(folder, "one", records(1, 3));
  const notes = join(folder, "notes.md");
  const missing = await publish(one, "--notes", notes);
  assert.deepEqual(
    [missing.code, missing.stderr],
    [66, `ov-publish: cannot open ${notes}: no such file or folder\n`],
  );
  writeFileSync(notes, Buffer.from([0x80, 0x81]));
  const binary = await publish(one, "--notes", notes);
  assert.deepEqual([binary.code, binary.stderr], [65, `ov-publish: ${notes}: these notes are not UTF-8\n`]);
});

test("--exclude-license leaves out whole shards", async (t) => {
  const { folder, publish, manifestJson } = setUp(t);
  const of = [
    ...records(1, 2),
    ...records(3, 4, { license: "by-nc-nd" }),
    ...records(5, 6, { license: "by-sa" }),
  ];
  const manifest = await shardsOf(folder, "shards", of, "--rows-per-shard", "2");
  const { code, stderr } = await publish(manifest, "--exclude-license", "nd,nc");
  assert.equal(code, 0, stderr);
  assert.deepEqual(manifestJson().totals, {
    rows: 4,
    by_media: { image: 4 },
    by_license: { "by 2.0": 2, "by-sa 2.0": 2 },
    by_provider: { flickr: 4 },
    by_source: { flickr: 4 },
  });
  const all = await publish(manifest, "--replace", "--exclude-license", "modification");
  assert.match(all.stderr, /only 2 records, less than 80 %/);
  const unknown = await publish(manifest, "--exclude-license", "gpl");
  assert.equal(unknown.code, 2);
  assert.match(
    unknown.stderr,
    /^ov-publish: --exclude-license: "gpl" is not a condition \(by, nc, nd, sa\), a licence /,
  );
});

test("a shard that is not what the manifest says is not published", async (t) => {
  const { folder, publish } = setUp(t);
  const manifest = await shardsOf(folder, "shards", records(1, 3));
  const shard = join(folder, "shards/image/train-00000-of-00001.parquet");
  const good = readFileSync(shard);
  const bad = Buffer.from(good);
  bad.writeUInt8(bad.readUInt8(60) ^ 1, 60);
  writeFileSync(shard, bad);
  const changed = await publish(manifest);
  assert.equal(changed.code, 65);
  assert.match(
    changed.stderr,
    /: row group 1: the column "identifier" is damaged: the page at byte 4 does not/,
  );
  // Whole, and of the same size, but others.
  await shardsOf(folder, "others", records(2, 4));
  const others = readFileSync(join(folder, "others/image/train-00000-of-00001.parquet"));
  assert.equal(others.length, good.length);
  writeFileSync(shard, others);
  for (const flags of [[], ["--dry-run"]]) {
    const other = await publish(manifest, ...flags);
    assert.equal(other.code, 65);
    assert.match(other.stderr, /sha256 differs from the manifest/);
  }
  writeFileSync(shard, Buffer.alloc(good.length));
  const none = await publish(manifest);
  assert.equal(none.code, 65);
  assert.match(none.stderr, /cannot be read as Parquet/);
  writeFileSync(shard, good);
  appendFileSync(shard, "x");
  assert.match((await publish(manifest)).stderr, /size differs from the manifest/);
  renameSync(shard, `${shard}.gone`);
  assert.equal((await publish(manifest)).code, 66);
});
