import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readOnlyFolder, smallDisk, WITHOUT_SMALL_DISK } from "../testing/limits.js";
import {
  type CommandLine,
  finished,
  linesOf,
  PROJECT,
  run,
  shell,
  start,
  temporaryFolder,
  untilStarted,
} from "../testing/run.js";
import { ndjson, sampleRecords } from "../testing/samples.js";

const many = ndjson(sampleRecords(5000));
const manyItems = ndjson(
  sampleRecords(5000).map(({ foreign_identifier: id, url }) => ({
    id,
    owner: "35067687@N04",
    license: "4",
    url_l: url,
  })),
);

test("a closed pipe ends every command of it quietly with 0", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "many.ndjson"), many);
  await run(["ov-stage", "load", "--db", join(folder, "staging.db"), join(folder, "many.ndjson")]);
  const lines = [
    "ov-subprovider many.ndjson | head -1",
    "ov-stage dump --db staging.db | ov-subprovider | head -1",
    `ov-fetch wikimedia --raw --input ${Array(40).fill(`${PROJECT}fixtures/wikimedia/page-1.json`).join(" ")} | head -1`,
  ];
  for (const line of lines) {
    const { stdout, stderr, code } = await shell(`${line}; echo "\${PIPESTATUS[*]}"`, { cwd: folder });
    const [first = "", statuses = ""] = stdout.trimEnd().split("\n");
    assert.doesNotThrow(() => JSON.parse(first), line);
    assert.match(statuses, /^(?:0 )*0$/, `${line}: ${stderr}`);
    assert.equal(stderr.replace(/^ov-\w+: \d+ (?:records|items).*\n/gm, ""), "", line);
    assert.equal(code, 0);
  }
});

/** Commands that wait for more input while Ctrl-C comes. */
const WAITING: readonly (readonly [line: (folder: string) => CommandLine, advice: string])[] = [
  [
    () => ["ov-subprovider"],
    "the output is not whole; run the same command again, from the start of its input",
  ],
  [
    () => ["ov-fetch", "flickr", "--input", "-"],
    "run the same command again, it reads its files from the start",
  ],
  [
    (folder) => ["ov-stage", "load", "--db", join(folder, "staging.db")],
    "FOLDER/staging.db holds what came before; run the same again for the rest, nothing is doubled",
  ],
  [
    (folder) => ["ov-to-parquet", "--out", join(folder, "shards")],
    "FOLDER/shards is as it was; run the same command again",
  ],
  [
    (folder) => ["ov-publish", `folder:${join(folder, "dataset")}`],
    "no release was made; run the same command again, what has arrived is not sent twice",
  ],
];

/** What commands get that read no records; others would end before the signal comes. */
const BEGUN: Readonly<Record<string, string>> = { "ov-publish": "\n", "ov-fetch": manyItems };

for (const [commandLine, advice] of WAITING) {
  const [name] = commandLine("");
  for (const [signal, ends] of [
    ["SIGINT", false],
    ["SIGTERM", false],
    // Ctrl-C ends who writes to the pipe, too, and that may be seen first.
    ["SIGINT", true],
  ] as const) {
    const when = ends ? ", just after the end of its input" : "";
    test(`${name} ends with 130 on ${signal}${when}, and leaves nothing half-written`, async (t) => {
      const folder = temporaryFolder(t);
      const child = start([...commandLine(folder)] as unknown as CommandLine);
      // On a busy machine the signal comes before all of it was read.
      child.stdin?.on("error", () => {}).write((BEGUN[name] ?? many).slice(0, 300_000));
      const end = finished(child);
      await untilStarted(child.pid);
      await sleep(900);
      if (ends) child.stdin?.destroy();
      child.kill(signal);
      const { stderr, code } = await end;
      assert.equal(stderr, `${name}: interrupted: ${advice.replace("FOLDER", folder)}\n`);
      assert.equal(code, 130);
      assert.deepEqual(
        readdirSync(folder).filter((entry) => !entry.startsWith("staging.db")),
        [],
      );
    });
  }
}

test("records that were staged before Ctrl-C stay", async (t) => {
  const db = join(temporaryFolder(t), "staging.db");
  const child = start(["ov-stage", "load", "--db", db]);
  child.stdin?.write(many);
  const end = finished(child);
  await untilStarted(child.pid);
  await sleep(1500);
  child.kill("SIGINT");
  assert.equal((await end).code, 130);
  assert.equal(linesOf((await run(["ov-stage", "dump", "--db", db])).stdout).length, 5000);
});

for (const line of [
  "ov-subprovider many.ndjson",
  "ov-stage dump --db staging.db",
  "ov-stage stats --db staging.db",
  "ov-stage load --db staging.db many.ndjson",
  "ov-to-parquet --out shards many.ndjson",
]) {
  test(`${line} says when stdout is full`, async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, "many.ndjson"), many);
    await run(["ov-stage", "load", "--db", join(folder, "staging.db"), join(folder, "many.ndjson")]);
    const { stderr, code } = await shell(`${line} > /dev/full`, { cwd: folder });
    assert.equal(stderr, `${line.split(" ")[0]}: cannot write stdout: no space left on device\n`);
    assert.equal(code, 73);
  });
}

test("a full disk under the staging database", { skip: WITHOUT_SMALL_DISK }, async (t) => {
  const disk = smallDisk(t, "600k");
  const db = join(disk, "staging.db");
  const records = join(temporaryFolder(t), "many.ndjson");
  writeFileSync(records, many);
  const file = await run(["ov-stage", "load", "--db", db, records]);
  assert.equal(file.stderr, `ov-stage: cannot use ${db}: no space left on device\n`);
  assert.equal(file.code, 73);
  const pipe = await run(["ov-stage", "load", "--db", db], { stdin: many });
  assert.match(pipe.stderr, /^ov-stage: cannot (?:use|write) \S+: no space left on device\n$/);
  assert.equal(pipe.code, 73);
  assert.equal((await run(["ov-stage", "dump", "--db", db])).stdout, "", "all or nothing");
});

test("a full disk under the shards leaves no shard", { skip: WITHOUT_SMALL_DISK }, async (t) => {
  const disk = smallDisk(t, "100k");
  const { stdout, stderr, code } = await run(["ov-to-parquet", "--out", join(disk, "shards")], {
    stdin: many,
  });
  assert.equal(stdout, "");
  assert.match(stderr, /^ov-to-parquet: cannot write \S+: no space left on device\n$/);
  assert.equal(code, 73);
  assert.deepEqual(readdirSync(disk), []);
});

test("a full disk under the rejects file leaves no rejects file", { skip: WITHOUT_SMALL_DISK }, async (t) => {
  const disk = smallDisk(t, "40k");
  const rejects = join(disk, "rejects.ndjson");
  const { stderr, code } = await run(["ov-subprovider", "--rejects", rejects], {
    stdin: "not JSON\n".repeat(3000),
  });
  assert.equal(stderr, `ov-subprovider: cannot write ${rejects}: no space left on device\n`);
  assert.equal(code, 73);
  assert.deepEqual(readdirSync(disk), []);
});

test("a full disk under the dataset leaves no dataset", { skip: WITHOUT_SMALL_DISK }, async (t) => {
  const folder = temporaryFolder(t);
  const shards = await run(["ov-to-parquet", "--out", join(folder, "shards")], { stdin: many });
  const disk = smallDisk(t, "60k");
  const { stderr, code } = await run(["ov-publish", `folder:${join(disk, "dataset")}`], {
    stdin: shards.stdout,
  });
  assert.match(stderr, /^ov-publish: cannot (?:write|create) \S+: no space left on device\n$/);
  assert.equal(code, 73);
  assert.deepEqual(readdirSync(disk), []);
});

test("a folder that cannot be written to", { skip: WITHOUT_SMALL_DISK }, async (t) => {
  const folder = readOnlyFolder(t);
  const manifest = await run(["ov-to-parquet", "--out", join(temporaryFolder(t), "shards")], { stdin: many });
  const cases: readonly (readonly [CommandLine, stdin: string, path: string, message: RegExp])[] = [
    [
      ["ov-stage", "load", "--db", join(folder, "s.db")],
      many,
      "s.db",
      /cannot create \S+: read-only file system/,
    ],
    [
      ["ov-to-parquet", "--out", join(folder, "shards")],
      many,
      "shards",
      /cannot create \S+: read-only file system/,
    ],
    [
      ["ov-publish", `folder:${folder}/dataset`],
      manifest.stdout,
      "dataset",
      /cannot create \S+: read-only file system/,
    ],
    [["ov-subprovider", "--rejects", `${folder}/r`], many, "r", /cannot create \S+: read-only file system/],
  ];
  for (const [line, stdin, path, message] of cases) {
    const { stderr, code } = await run(line, { stdin });
    assert.match(stderr, message);
    assert.ok(stderr.includes(join(folder, path)), stderr);
    assert.equal(code, 73, stderr);
  }
});

test("shards that were killed half-way leave no finished name, and the next run cleans up", async (t) => {
  const folder = temporaryFolder(t);
  const out = join(folder, "shards");
  const child = start(["ov-to-parquet", "--out", out]);
  child.stdin?.on("error", () => {}).write(many);
  const end = finished(child);
  await untilStarted(child.pid);
  await sleep(900);
  child.kill("SIGKILL");
  assert.equal((await end).code, "SIGKILL");
  assert.equal(existsSync(out), false);
  assert.equal(readdirSync(folder).length, 1);
  assert.equal((await run(["ov-to-parquet", "--out", out], { stdin: many })).code, 0);
  assert.deepEqual(readdirSync(folder), ["shards"]);
});
