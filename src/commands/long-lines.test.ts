import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type CommandLine, linesOf, run, temporaryFolder } from "../testing/run.js";
import { sampleRecord } from "../testing/samples.js";

/** Lines that would take more memory than there is: as large as they may be, or bad lines. */

const MOST_MEMORY = 400 * 1024;
const MILLION = 1_000_000;

/** A record with one more member, given as JSON. */
const recordWith = (id: string, name: string, json: string) =>
  `${JSON.stringify(sampleRecord({ foreign_identifier: id })).slice(0, -1)},"${name}":${json}}`;
const many = (count: number, json: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => json(i)).join(",");

const TOO_MANY = "the line holds more than 500000 values and names of members";
/** Each line, and what is said of it; nothing of those that are taken. */
const LINES: readonly (readonly [line: string, code?: string, error?: string])[] = [
  [recordWith("1", "title", '"good"')],
  [recordWith("2", "meta_data", `{${many(MILLION, (i) => `"k${i}":1`)}}`), "too_large", TOO_MANY],
  [recordWith("5", "title", `"${"x".repeat(42 * MILLION)}"`), "too_long", "the line is longer than 16 MiB"],
  [recordWith("6", "meta_data", `{"a":"${"é ".repeat(4 * MILLION)}"}`)],
  [recordWith("8", "title", '"good"')],
];

/** Writes how much memory a command had at the most, in KiB. */
const HOOK =
  'import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(process.env.OV_MEMORY,String(process.resourceUsage().maxRSS)))';
const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(HOOK)}`;

/** Every command that reads records, by what it is given beside the lines. */
const READERS: Readonly<Record<string, (folder: string) => CommandLine>> = {
  "ov-stage load": (folder) => ["ov-stage", "load", "--db", join(folder, "staging.db")],
  "ov-to-parquet": (folder) => ["ov-to-parquet", "--out", join(folder, "shards")],
  "ov-optout": (folder) => ["ov-optout", "--list", join(folder, "list")],
  "ov-subprovider": () => ["ov-subprovider"],
};

for (const [reader, commandLine] of Object.entries(READERS)) {
  test(`${reader} takes no more than 400 MB for any line`, async (t) => {
    const folder = temporaryFolder(t);
    const [input, rejects, memory] = ["in.ndjson", "rejects.ndjson", "memory"].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(input, LINES.map(([line]) => `${line}\n`).join(""));
    writeFileSync(join(folder, "list"), "example.net\n");
    const env = { NODE_OPTIONS, OV_MEMORY: memory };
    const { code, stderr } = await run([...commandLine(folder), "--rejects", rejects, input], { env });
    assert.equal(code, 0, stderr);
    const refused = linesOf<Record<string, unknown>>(readFileSync(rejects, "utf8"));
    assert.deepEqual(
      refused.map(({ line, code, error }) => [line, code, error]),
      LINES.flatMap(([, code, error], i) => (code ? [[i + 1, code, error]] : [])),
    );
    const used = Number(readFileSync(memory, "utf8"));
    assert.ok(used < MOST_MEMORY, `${used} KiB`);
    t.diagnostic(`${Math.round(used / 1024)} MiB`);
  });
}

test("ov-to-parquet takes no more for several of the longest lines, one after the other", async (t) => {
  const folder = temporaryFolder(t);
  const memory = join(folder, "memory");
  const stdin = Array.from({ length: 5 }, (_, i) => {
    const line = recordWith(String(i), "meta_data", '{"a":"?"}');
    return `${line.replace("?", "é ".repeat((16 * 1024 * 1024 - line.length) / 3))}\n`;
  }).join("");
  const env = { NODE_OPTIONS, OV_MEMORY: memory };
  const { code, stderr } = await run(["ov-to-parquet", "--out", join(folder, "shards")], { env, stdin });
  assert.equal(code, 0, stderr);
  assert.match(stderr, / 5 records in 1 shard, 0 rejected/);
  const used = Number(readFileSync(memory, "utf8"));
  assert.ok(used < MOST_MEMORY, `${used} KiB`);
});

/** What is thrown away meanwhile grows with the threads. */
const skip = availableParallelism() > 2 && "it is measured for two threads";
test("ov-to-parquet holds little for names that do not repeat", { skip }, async (t) => {
  const folder = temporaryFolder(t);
  const memory = join(folder, "memory");
  const stdin = Array.from({ length: 100_000 }, (_, i) => {
    const names = { provider: `provider${i}`, source: `source${i}` };
    return `${JSON.stringify(sampleRecord({ foreign_identifier: String(i), ...names }))}\n`;
  }).join("");
  const env = { NODE_OPTIONS, OV_MEMORY: memory };
  const { code, stderr } = await run(["ov-to-parquet", "--out", join(folder, "shards")], { env, stdin });
  assert.equal(code, 0, stderr);
  const used = Number(readFileSync(memory, "utf8"));
  assert.ok(used < 290 * 1024, `${used} KiB`);
  t.diagnostic(`${Math.round(used / 1024)} MiB`);
});
