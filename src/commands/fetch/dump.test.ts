import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { linesOf, run, temporaryFolder } from "../../testing/run.js";

/** A saved dump of iNaturalist with rows that cannot be used. */

const TABLES: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  taxa: [
    ["taxon_id", "ancestry", "rank_level", "rank", "name", "active"],
    [1, "", 70, "kingdom", "Life", "true"],
    ["", "1", 10, "species", "Nobody", "true"],
    [10, "1", 10, "species", "Lynx lynx", "true"],
  ],
  observers: [
    ["observer_id", "login", "name"],
    [100, "ada", "Ada Walker"],
  ],
  observations: [
    [
      "observation_uuid",
      "observer_id",
      "latitude",
      "longitude",
      "positional_accuracy",
      "taxon_id",
      "quality_grade",
    ],
    ["u1", 100, 1, 2, "", 10, "research"],
  ],
  photos: [
    ["photo_uuid", "photo_id", "observation_uuid", "observer_id", "extension", "license", "width", "height"],
    ["p1", 190, "u1", 100, "jpg", "CC-BY", 10, 10],
    ["p2", "", "u1", 100, "jpg", "CC-BY", 10, 10],
    ["p3", "x", "u1", 100, "jpg", "CC-BY", 10, 10],
    ["p4", 191, "u1", 100, "jpg", "CC-BY", 10, 10],
    ["p4", 191, "u2", 100, "jpg", "CC-BY", 10, 10],
    ["p5", 192, "u9", 100, "jpg", "CC-BY", 10, 10],
    ["p6", 193, "u1", 100, "jpg", "", 10, 10],
    ["p7", 194, "u1", 100, "mp4", "CC-BY", 10, 10],
  ],
};

function dump(t: TestContext): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "dump"));
  for (const [name, rows] of Object.entries(TABLES)) {
    const text = rows.map((row) => `${row.join("\t")}\n`).join("");
    writeFileSync(join(folder, "dump", `${name}.csv.gz`), gzipSync(text));
  }
  return folder;
}

test("a row without its id is one reject, and what the join leaves out is counted", async (t) => {
  const cwd = dump(t);
  const { stdout, stderr, code } = await run(
    ["ov-fetch", "inaturalist", "--rejects", "rejects", "--input", "dump"],
    {
      cwd,
    },
  );
  assert.equal(code, 0, stderr);
  assert.equal(
    stderr,
    "ov-fetch: 1 record, skipped: 1 with a repeated photo, 1 with no observation, 1 with no open licence, " +
      "1 with other media; 3 rejected\n",
  );
  assert.deepEqual(
    linesOf(stdout).map(({ foreign_identifier: id }) => id),
    ["190"],
  );
  assert.deepEqual(
    linesOf(readFileSync(join(cwd, "rejects"), "utf8")),
    [
      ["taxa", 3, "taxon_id", "\t1\t10\tspecies\tNobody\ttrue"],
      ["photos", 3, "photo_id", "p2\t\tu1\t100\tjpg\tCC-BY\t10\t10"],
      ["photos", 4, "photo_id", "p3\tx\tu1\t100\tjpg\tCC-BY\t10\t10"],
    ].map(([table, line, key, input]) => ({
      file: `dump/${table}.csv.gz`,
      line,
      error: `${key} is missing`,
      code: `missing_${key}`,
      input,
    })),
  );
});

test("a table that is damaged, cut off or followed by something else is no short one", async (t) => {
  for (const [change, reason] of [
    [(gzip: Buffer) => Buffer.concat([gzip, Buffer.from("more")]), "something else follows its end"],
    [(gzip: Buffer) => gzip.subarray(0, -9), "cut off: it ends too early"],
    [(gzip: Buffer) => gzip.fill(0, gzip.length - 8), "damaged: "],
    [() => Buffer.from("photo_id\n"), "damaged: it begins with something else"],
  ] as const) {
    const cwd = dump(t);
    const photos = join(cwd, "dump", "photos.csv.gz");
    writeFileSync(photos, change(readFileSync(photos)));
    const { stdout, stderr, code } = await run(
      ["ov-fetch", "inaturalist", "--rejects", "rejects", "--input", "dump"],
      { cwd },
    );
    assert.ok(stderr.includes(`dump/photos.csv.gz: packed with gzip, and ${reason}`), stderr);
    assert.deepEqual([stdout, code], ["", 65]);
  }
});

test("without a rejects file the first such row ends the command, and is named", async (t) => {
  const { stdout, stderr, code } = await run(["ov-fetch", "inaturalist", "--input", "dump"], {
    cwd: dump(t),
  });
  assert.equal(code, 65);
  assert.equal(stdout, "");
  assert.match(stderr, /^ov-fetch: dump\/taxa\.csv\.gz:3: taxon_id is missing/);
});
