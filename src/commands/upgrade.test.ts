import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Database from "better-sqlite3";
import { linesOf, NO_PACE, PROJECT, run, shell, temporaryFolder } from "../testing/run.js";
import { clockOf } from "./nights.test.util.js";

Object.assign(process.env, NO_PACE);

/** The nights after an upgrade from version 0.1.0, whose shards had a column more. */

const GONE =
  "the column last_synced_with_source of release 2026-01-05 is gone: it says when we looked, not what a record is; " +
  "manifest.json has the time of each provider, and ov-to-parquet --with-sync-times keeps the column";

/** A folder with the dataset and the database of version 0.1.0, and what takes it through a night. */
async function olderVersion(t: TestContext) {
  const folder = temporaryFolder(t);
  const stored = join(PROJECT, "src/testing/version-0.1.0");
  cpSync(join(stored, "dataset"), join(folder, "dataset"), { recursive: true });
  const database = new Database(join(folder, "s.db"));
  database.exec(readFileSync(join(stored, "staging.sql"), "utf8"));
  database.close();
  const migrated = await run(["ov-stage", "migrate", "--db", "s.db"], { cwd: folder });
  assert.equal(migrated.code, 0, migrated.stderr);
  const columnsOf = (): string[] =>
    JSON.parse(readFileSync(join(folder, "dataset/manifest.json"), "utf8")).schema.image.map(
      ({ name }: { name: string }) => name,
    );
  const night = async (number: number, toParquet = "", publish = "") => {
    // Every record is seen again, as it is.
    const line = `ov-stage dump --db s.db > seen.ndjson && ov-stage load --quiet --db s.db seen.ndjson > load.json &&
      ov-stage dump --db s.db | ov-to-parquet --quiet --out shards --stable --replace ${toParquet} > manifest.ndjson &&
      ov-publish folder:dataset --replace ${publish} manifest.ndjson`;
    const { stdout, stderr, code } = await shell(line, { cwd: folder, env: clockOf(number) });
    return { answer: linesOf(stdout)[0], stderr, code };
  };
  return { folder, night, columnsOf };
}

test("the night after an upgrade from version 0.1.0 is not refused, and the one after it makes no release", async (t) => {
  const { night, columnsOf } = await olderVersion(t);
  const before = columnsOf();
  assert.ok(before.includes("last_synced_with_source"));
  const first = await night(10);
  assert.equal(first.code, 0, first.stderr);
  assert.ok(first.stderr.includes(`ov-publish: warning: ${GONE}\n`), first.stderr);
  assert.deepEqual([first.answer?.version, first.answer?.rows], ["2026-01-05.2", 8]);
  assert.deepEqual(
    columnsOf(),
    before.filter((name) => name !== "last_synced_with_source"),
  );
  const second = await night(11);
  assert.deepEqual([second.code, second.answer?.unchanged], [0, true], second.stderr);
  assert.doesNotMatch(second.stderr, /warning/);
});

test("only the going of that column is excepted", async (t) => {
  const { folder, night } = await olderVersion(t);
  const path = join(folder, "dataset/manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  manifest.schema.image.push({ name: "mood", type: "string", nullable: true });
  writeFileSync(path, JSON.stringify(manifest));
  const refused = await night(10);
  assert.equal(refused.code, 65);
  assert.match(
    refused.stderr,
    /ov-publish: release 2026-01-05 has columns that are gone or have another type: image\.mood; if that is right, publish with --allow-breaking\n$/,
  );
});

test("--with-sync-times keeps the column, and makes a release every night; without it the column goes, with it it comes back", async (t) => {
  const { night, columnsOf } = await olderVersion(t);
  const has = () => columnsOf().includes("last_synced_with_source");
  const timed = await night(10, "--with-sync-times");
  assert.deepEqual([timed.code, timed.answer?.unchanged, has()], [0, false, true], timed.stderr);
  assert.doesNotMatch(timed.stderr, /warning/);
  const next = await night(11, "--with-sync-times");
  assert.deepEqual([next.code, next.answer?.unchanged, has()], [0, false, true], next.stderr);
  const without = await night(12);
  assert.deepEqual([without.code, without.answer?.unchanged, has()], [0, false, false], without.stderr);
  assert.match(
    without.stderr,
    /warning: the column last_synced_with_source of release 2026-01-05\.3 is gone: /,
  );
  const back = await night(13, "--with-sync-times");
  assert.deepEqual([back.code, back.answer?.unchanged, has()], [0, false, true], back.stderr);
  const some = await night(14, "--with-sync-times", "--exclude-license cc0");
  assert.equal(some.code, 65, "a fifth is gone");
  const allowed = await night(14, "--with-sync-times", "--exclude-license cc0 --allow-shrink");
  assert.deepEqual([allowed.code, allowed.answer?.rows, has()], [0, 5, true], "shards written again keep it");
});
