/** What a manifest claims is true, or `ov-publish` refuses it: each claim is changed alone. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { linesOf, NO_PACE, run } from "../../testing/run.js";
import { ndjson, SAMPLE_AUDIO, sampleRecord } from "../../testing/samples.js";

Object.assign(process.env, NO_PACE);

type Line = Record<string, unknown>;

const folder = mkdtempSync(join(tmpdir(), "ov-tools-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const out = join(folder, "shards");
const UPDATED = "2026-11-02T10:00:00.000Z";
const SEEN = "2026-11-03T10:00:00.000Z";
const times = { updated_on: UPDATED, last_synced_with_source: SEEN };
const records = ["1", "2", "3"].map((id) =>
  sampleRecord({ foreign_identifier: id, source: id === "1" ? "nasa" : undefined, ...times }),
);
const made = await run(["ov-to-parquet", "--out", out, "--rows-per-shard", "2", "--with-sync-times"], {
  stdin: ndjson([...records, { ...SAMPLE_AUDIO, ...times }]),
});
assert.equal(made.code, 0, made.stderr);
const manifest = linesOf<Line>(made.stdout);

/** The manifest with one member changed: the number of its line, and the names on the way to the member. */
function changed([line, ...path]: readonly (string | number)[], value: unknown): Line[] {
  const lines = structuredClone(manifest);
  const last = path.pop() as string;
  let object = lines.at(line as number) as Line;
  for (const name of path) object = object[name] as Line;
  object[last] = value;
  return lines;
}

const publish = (lines: readonly Line[], ...flags: string[]) =>
  run(["ov-publish", `folder:${join(folder, "dataset")}`, ...flags], { stdin: ndjson(lines) });

const LONG = "x".repeat(81);
/** A claim, what is put in its place, and what is said of it. */
const CLAIMS: readonly (readonly [path: readonly (string | number)[], value: unknown, words: RegExp])[] = [
  [[0, "path"], "../image/train-00000-of-00002.parquet", /^stdin:1: path is not a path/],
  [
    [0, "path"],
    "image/train-00001-of-00002.parquet",
    /^stdin:2: image\/train-00001-of-00002.parquet is there twice/,
  ],
  [
    [0, "path"],
    "image/train-00000-of-00003.parquet",
    /image\/ holds shards of 3 and of 2; make the shards again/,
  ],
  [[0, "media"], "audio", /train-00000-of-00002.parquet: the manifest says media "audio", the shard "image"/],
  [
    [0, "config"],
    "photos",
    /train-00000-of-00002.parquet: the manifest says config "photos", the shard "image"/,
  ],
  [[0, "config"], "a\u202eb", /^stdin:1: config is not a name of letters/],
  [
    [0, "bytes"],
    17,
    /train-00000-of-00002.parquet: size differs from the manifest \(it has \d+ bytes, the manifest says 17\)/,
  ],
  [
    [0, "uncompressed_bytes"],
    17,
    /train-00000-of-00002.parquet: the manifest says uncompressed_bytes 17, the shard \d+/,
  ],
  [[0, "sha256"], "0".repeat(64), /train-00000-of-00002.parquet: sha256 differs from the manifest/],
  [
    [0, "min_updated_on"],
    "2020-01-01T00:00:00.000Z",
    /00000-of-00002.parquet: the manifest says min_updated_on "2020-01-01T00:00:00.000Z", the shard "2026-11-02T10:00:00.000Z"/,
  ],
  [
    [0, "max_updated_on"],
    null,
    /00000-of-00002.parquet: the manifest says max_updated_on nothing, the shard "2026-11-02/,
  ],
  [
    [0, "max_updated_on"],
    "2026-02-30T00:00:00.000Z",
    /^stdin:1: max_updated_on is not an ISO 8601 time or null/,
  ],
  [[-1, "totals", "rows"], 5, /^stdin:4: totals.rows is 5, but the shards have 4 rows/],
  [[-1, "totals", "by_media"], { image: 4 }, /^the manifest's shards have 3 image records, its totals 4/],
  [[-1, "totals", "by_media"], { video: 4 }, /^stdin:4: totals.by_media has the name "video", which is not/],
  [
    [-1, "totals", "by_license"],
    { "by 4.0": 3, "cc0 1.0": 1 },
    /^the manifest says totals.by_license\["by 4.0"\] 3, its shards have 0 records; make/,
  ],
  [
    [-1, "totals", "by_license"],
    { "by\u0000 2.0": 3, "cc0 1.0": 1 },
    /^stdin:4: totals.by_license has the name "by\\u0000 2.0", which is not a licence/,
  ],
  [
    [-1, "totals", "by_provider"],
    { flickr: 2, jamendo: 2 },
    /^the manifest says totals.by_provider\["flickr"\] 2, its shards have 3 records/,
  ],
  [
    [-1, "totals", "by_provider"],
    { [LONG]: 3, jamendo: 1 },
    /^stdin:4: totals.by_provider has the name "x{81}", which is not a provider that a record can have \(at most 80/,
  ],
  [
    [-1, "totals", "by_source"],
    { flickr: 3, jamendo: 1 },
    /^the manifest says totals.by_source\["flickr"\] 3, its shards have 2 records/,
  ],
  [
    [-1, "totals", "by_source"],
    { "a\u001bb": 3, jamendo: 1 },
    /^stdin:4: totals.by_source has the name "a\\u001bb", which is not a source/,
  ],
  [
    [-1, "totals", "others"],
    { by_source: { names: 2, rows: 1 } },
    /^the manifest says totals.others.by_source.names 2, its shards have 0/,
  ],
  [
    [-1, "totals", "others"],
    { by_media: { names: 0, rows: 0 } },
    /^stdin:4: totals.others is not an object of columns/,
  ],
  [
    [-1, "totals", "others"],
    { by_source: { names: 2, rows: 0 } },
    /^the manifest says totals.others.by_source.names 2, its shards have 0/,
  ],
  [
    [-1, "last_synced"],
    { flickr: SEEN, met: SEEN },
    /^stdin:4: last_synced has the provider "met", of which there are no records/,
  ],
  [
    [-1, "last_synced", "flickr"],
    UPDATED,
    /^the manifest says last_synced.flickr "2026-11-02T10:00:00.000Z", its shards "2026-11-03/,
  ],
  [
    [-1, "last_synced", "flickr"],
    "2026-13-01T00:00:00.000Z",
    /^stdin:4: last_synced is not an object of ISO 8601 times/,
  ],
  [[-1, "schema_version"], 0, /^the manifest has schema version 0/],
];

test("each claim of a manifest that is not so is refused with words that name it", async () => {
  // Three at a time: most of it is the start of the commands.
  const left = [...CLAIMS];
  const worker = async () => {
    for (let claim = left.shift(); claim; claim = left.shift()) {
      const [path, value, words] = claim;
      const { stdout, stderr, code } = await publish(changed(path, value));
      assert.match(stderr.replace(/^ov-publish: /, "").replace(/^\S*shards\//, ""), words, path.join("."));
      assert.deepEqual([code, stdout], [65, ""], path.join("."));
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  assert.ok(!existsSync(join(folder, "dataset")));
});

test("rows that are moved from one shard to another are found by their shards", async () => {
  const lines = changed([0, "rows"], 1);
  (lines[1] as Line).rows = 2;
  const { stderr, code } = await publish(lines);
  assert.equal(code, 65);
  assert.match(stderr, /train-0000\d-of-00002.parquet: it has \d records?, the manifest says \d/);
});

test("a shard that is there under two names, or is missing, is refused", async () => {
  const copies = join(folder, "copies");
  mkdirSync(join(copies, "image"), { recursive: true });
  const [first, second] = [0, 1].map((number) => `image/train-0000${number}-of-00002.parquet`) as [
    string,
    string,
  ];
  copyFileSync(join(out, first), join(copies, first));
  const missing = await run(["ov-publish", "folder:x", "--from", copies, "--dry-run"], { cwd: folder });
  assert.equal(missing.code, 65);
  assert.match(
    missing.stderr,
    /the shard image\/train-00001-of-00002.parquet is missing; make the shards again/,
  );
  copyFileSync(join(out, first), join(copies, second));
  const twice = await run(["ov-publish", "folder:x", "--from", copies, "--dry-run"], { cwd: folder });
  assert.equal(twice.code, 65);
  assert.match(
    twice.stderr,
    /train-00001-of-00002.parquet is the same shard as .*train-00000-of-00002.parquet/,
  );
});

test("the manifest as it was made is published, and the folder's own is the same", async () => {
  const dry = await publish(manifest, "--dry-run");
  assert.equal(dry.code, 0, dry.stderr);
  const from = await run(["ov-publish", "folder:x", "--from", out, "--dry-run"], { cwd: folder });
  assert.equal(from.code, 0, from.stderr);
  const { target: _, ...plan } = linesOf(dry.stdout)[0] as Line;
  const { target: __, ...same } = linesOf(from.stdout)[0] as Line;
  assert.deepEqual(same, plan);
});
