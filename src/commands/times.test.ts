/** Days and times on the command line, in the environment and in records: without a zone they are UTC, and they exist. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type CommandLine, linesOf, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

const NO_TIMES = ["2026-02-30", "2026-01-31T24:00:01Z", "2016-12-31T23:59:60Z", "12026-01-01", "0000-01-01"];
const NO_DAYS = ["2026-02-30", "2026-13-01", "0000-01-01", "12026-01-01", "2026-01-31T12:00:00Z"];

/** Command lines of options that take a time or a day; the value comes last. */
const OPTIONS: readonly (readonly [line: CommandLine, wrong: readonly string[], words: string])[] = [
  [["ov-stage", "load", "--db", "x.db", "--now"], NO_TIMES, "a time: 2026-01-31T12:00:00Z"],
  [["ov-stage", "dump", "--db", "x.db", "--since"], NO_TIMES, "a time: 2026-01-31T12:00:00Z"],
  [["ov-stage", "dump", "--db", "x.db", "--deletions-since"], NO_TIMES, "a time: 2026-01-31T12:00:00Z"],
  [["ov-publish", "folder:x", "--now"], NO_TIMES, "a time: 2026-01-31T12:00:00Z"],
  [["ov-fetch", "flickr", "--date"], NO_DAYS, "a day: YYYY-MM-DD"],
  [["ov-fetch", "flickr", "--since"], NO_DAYS, "a day: YYYY-MM-DD"],
  [["ov-fetch", "flickr", "--until"], NO_DAYS, "a day: YYYY-MM-DD"],
];

test("an option with a day or time that does not exist is refused", async (t) => {
  const cwd = temporaryFolder(t);
  // Every option once, and every value once.
  const tries = OPTIONS.map(
    ([line, wrong, words], i) => [line, wrong[i % wrong.length] as string, words] as const,
  );
  for (const [line, value, words] of tries) {
    const { stdout, stderr, code } = await run([...line, value], { cwd });
    const option = line.at(-1);
    assert.equal(
      stderr.split("\n")[0],
      `${line[0]}: ${option}: '${value}' is not valid: it must be ${words}`,
    );
    assert.deepEqual([stdout, code], ["", 2]);
  }
});

test("SOURCE_DATE_EPOCH that is no time is refused", async (t) => {
  const cwd = temporaryFolder(t);
  for (const epoch of ["abc", "-1", "1e9", "253402300800", "1767225600.5"]) {
    const env = { SOURCE_DATE_EPOCH: epoch };
    const { stderr, code } = await run(["ov-stage", "load", "--db", "x.db"], { cwd, env });
    assert.equal(code, 2);
    assert.match(
      stderr,
      new RegExp(`SOURCE_DATE_EPOCH: '${epoch}' is not valid: it must be seconds since 1970`),
    );
  }
});

/** What a database says of a day that was left out in Samoa. */
async function readIn(t: TestContext, zone: string) {
  const [cwd, env] = [temporaryFolder(t), { TZ: zone }];
  const stage = async (...args: string[]) => {
    const { stdout, stderr, code } = await run(["ov-stage", ...args, "--db", "t.db"], { cwd, env, stdin });
    assert.equal(code, 0, stderr);
    return linesOf(stdout);
  };
  let stdin = ndjson([sampleRecord({ foreign_identifier: "1" })]);
  await stage("load", "--now", "2011-12-30T02:30:00");
  stdin = ndjson([sampleRecord({ foreign_identifier: "2" })]);
  await stage("load", "--now", "2011-12-30 02:30:01");
  const ids = (lines: Record<string, unknown>[]) => lines.map((line) => line.foreign_identifier);
  const since = ids(await stage("dump", "--since", "2011-12-30T02:30:00"));
  const dumped = (await stage("dump")).map(({ created_on }) => created_on);
  stdin = "flickr 2\n";
  await stage("remove", "--reason", "takedown", "--now", "2011-12-30T03:00");
  const before = ids(await stage("dump", "--deletions-since", "2011-12-30T02:59"));
  const after = ids(await stage("dump", "--deletions-since", "2011-12-30T03:00:01"));
  return { since, dumped, before, after };
}

test("times of options and what is stored are UTC whatever TZ says", async (t) => {
  const found = await readIn(t, "Pacific/Apia");
  assert.deepEqual(found.dumped, ["2011-12-30T02:30:00.000Z", "2011-12-30T02:30:01.000Z"]);
  assert.deepEqual([found.since, found.before, found.after], [["2"], ["2"], []]);
});

test("both readers take the same times, and count the same as dropped", async (t) => {
  const cwd = temporaryFolder(t);
  const times = [...NO_TIMES, "0000-01-01T00:00:00.000Z", "2026-02-29T00:00:00.000Z", "2026-01-31 24:00"];
  const stdin = ndjson(
    times.map((time, i) => sampleRecord({ foreign_identifier: String(i), updated_on: time })),
  );
  const loaded = await run(["ov-stage", "load", "--db", "t.db"], { cwd, stdin });
  const shards = await run(["ov-to-parquet", "--out", "shards"], { cwd, stdin });
  const words = `dropped: ${times.length - 1} updated_on (not a time)`;
  assert.ok(loaded.stderr.includes(words), loaded.stderr);
  assert.ok(shards.stderr.includes(words), shards.stderr);
  const [shard = {}] = linesOf(shards.stdout);
  const day = "2026-02-01T00:00:00.000Z";
  assert.deepEqual([shard.min_updated_on, shard.max_updated_on], [day, day]);
});
