import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { columnsOf, DroppedTally, fillDefaults, type MediaRecord } from "../record/index.js";
import { linesOf, type Result, run, temporaryFolder } from "../testing/run.js";
import { LineMaker } from "./line-fuzz.test.util.js";
import { type Judgement, judge, Works } from "./line-judge.test.util.js";

/** How many lines, and which: OV_FUZZ_LINES=200000 OV_FUZZ_SEED=7. A failure says the seed. */
const LINES = Number(process.env.OV_FUZZ_LINES ?? 3000);
const SEED = Number(process.env.OV_FUZZ_SEED ?? Date.now() % 2 ** 32);
const NOW = "2026-01-02T03:04:05.000Z";

/** A file of lines at random, and what has to become of each. */
interface Sample {
  readonly file: string;
  readonly lines: readonly string[];
  readonly judgements: readonly Judgement[];
}

/** The first line is a good one: by the beginning of a file a command tells what it is. */
function sampleIn(folder: string): Sample {
  const maker = new LineMaker(SEED);
  const works = new Works();
  const pieces: Buffer[] = SEED % 2 === 1 ? [Buffer.from("\ufeff")] : [];
  const lines: string[] = [];
  const judgements: Judgement[] = [];
  for (let number = 1; number <= LINES; ) {
    const line = maker.line(number);
    const judgement = judge(line, number);
    const record = judgement && "record" in judgement ? judgement.record : undefined;
    if (record ? !works.isNew(record) : number === 1) continue;
    if (judgement) judgements.push(judgement);
    lines.push(line.toString("latin1"));
    pieces.push(line, Buffer.from(number++ === LINES ? "" : maker.lineEnd()));
  }
  const file = join(folder, "lines.ndjson");
  writeFileSync(file, Buffer.concat(pieces));
  return { file, lines, judgements };
}

/** What a command made of the lines: the records, by their identifiers, and the codes of rejects, by their lines. */
interface Answer {
  readonly records: ReadonlyMap<string, MediaRecord>;
  readonly rejects: ReadonlyMap<number, string>;
  readonly dropped: unknown;
}

async function loaded(folder: string, file: string): Promise<Answer> {
  const [db, rejects] = [join(folder, "staging.db"), join(folder, "load-rejects.ndjson")];
  const load = await run(["ov-stage", "load", "--db", db, "--rejects", rejects, "--now", NOW, file]);
  const dump = await run(["ov-stage", "dump", "--db", db]);
  return answerOf(load, dump, rejects, JSON.parse(load.stdout).dropped);
}

async function shards(folder: string, file: string): Promise<Answer> {
  const [out, rejects] = [join(folder, "shards"), join(folder, "parquet-rejects.ndjson")];
  const options = ["--with-sync-times", "--log-format", "json"];
  const written = await run(["ov-to-parquet", "--out", out, "--rejects", rejects, ...options, file]);
  const files = readdirSync(out).flatMap((media) =>
    readdirSync(join(out, media)).map((name) => join(out, media, name)),
  );
  const back = await run(["ov-from-parquet", ...files]);
  const summary = linesOf(written.stderr).find((message) => "dropped" in message);
  return answerOf(written, back, rejects, summary?.dropped);
}

function answerOf(first: Result, second: Result, rejects: string, dropped: unknown): Answer {
  for (const { code, stderr } of [first, second]) assert.equal(code, 0, stderr);
  const refused = linesOf<{ line: number; code: string }>(readFileSync(rejects, "utf8"));
  const records = linesOf<MediaRecord>(second.stdout).map((record): [string, MediaRecord] => [
    keyOf(record),
    record,
  ]);
  return {
    records: new Map(records),
    rejects: new Map(refused.map(({ line, code }) => [line, code])),
    dropped,
  };
}

function keyOf({ media_type, identifier }: MediaRecord): string {
  return `${media_type} ${identifier}`;
}

/** The columns that the database may fill; what it makes of the rest is what was given. */
const STAGING = new Set([
  "created_on",
  "updated_on",
  "last_synced_with_source",
  "removed_from_source",
  "standardized_popularity",
]);

/** The columns of a record that were given, in the order of the table, as JSON. */
function textOf(record: MediaRecord, given: MediaRecord): string {
  const columns = columnsOf(given.media_type).filter(
    ({ name }) => !STAGING.has(name) || (given[name] ?? null) !== null,
  );
  return JSON.stringify([record.media_type, ...columns.map(({ name }) => [name, record[name] ?? null])]);
}

/** Says by its line and seed what differs. */
function compare({ lines, judgements }: Sample, { records, rejects, dropped }: Answer, who: string): void {
  const tally = new DroppedTally();
  const codes = new Map<number, string>();
  let good = 0;
  for (const judgement of judgements) {
    const { line } = judgement;
    const where = `${who}, OV_FUZZ_SEED=${SEED}, line ${line}: ${JSON.stringify(lines[line - 1])}`;
    if ("code" in judgement) {
      codes.set(line, judgement.code);
      assert.match(rejects.get(line) ?? "taken", new RegExp(`^(?:${judgement.code})$`), where);
      continue;
    }
    good++;
    tally.add(judgement.dropped);
    assert.equal(rejects.get(line), undefined, where);
    const given = fillDefaults(judgement.record);
    const found = records.get(keyOf(given));
    assert.ok(found, `${where}: the record is missing`);
    assert.equal(textOf(found, given), textOf(given, given), where);
  }
  assert.deepEqual(
    [...rejects.keys()].filter((line) => !codes.has(line)),
    [],
    `${who}, OV_FUZZ_SEED=${SEED}`,
  );
  assert.equal(records.size, good, `${who}, OV_FUZZ_SEED=${SEED}`);
  assert.deepEqual(dropped, tally.counts, `${who}, OV_FUZZ_SEED=${SEED}`);
}

test("a line is the same record, or the same reject, to every reader", {
  timeout: 3_600_000,
}, async (t: TestContext) => {
  t.diagnostic(`OV_FUZZ_SEED=${SEED} OV_FUZZ_LINES=${LINES}`);
  const folder = temporaryFolder(t);
  const sample = sampleIn(folder);
  const share = sample.judgements.filter((judgement) => "record" in judgement).length / LINES;
  assert.ok(share > 0.3 && share < 0.9, `${share} of the lines are records`);
  compare(sample, await loaded(folder, sample.file), "ov-stage load and dump");
  compare(sample, await shards(folder, sample.file), "ov-to-parquet and back");
});
