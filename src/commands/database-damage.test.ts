import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
// The damage is done with the library itself, as another program would.
import { Database } from "../base/sqlite/sqlite.js";
import { linesOf, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../testing/samples.js";

/** Values and pages that are damaged: what stands before them is there, and what is wrong is told by its name. */

const RECORDS = 1200;

/** Records with identifiers of five digits, which is their order. */
const records = (change: object = {}, count = RECORDS) =>
  sampleRecords(count).map((record, i) =>
    sampleRecord({
      ...record,
      ...change,
      foreign_identifier: id(i),
      url: `https://example.org/${id(i)}.jpg`,
    }),
  );
const id = (i: number) => String(10_000 + i);

async function loaded(t: TestContext, given: readonly unknown[] = records()): Promise<string> {
  const db = join(temporaryFolder(t), "staging.db");
  const { stderr, code } = await run(["ov-stage", "load", "--db", db], { stdin: ndjson(given) });
  assert.equal(code, 0, stderr);
  return db;
}

function change(db: string, sql: string): void {
  const other = new Database(db);
  other.exec(sql);
  other.close();
}

const NOT_UTF8 = "title = CAST(x'41ff' AS TEXT)";

for (const [problem, set] of [
  ["title is not UTF-8", NOT_UTF8],
  ["meta_data is not JSON", "meta_data = '{'"],
] as const) {
  test(`a dump writes what stands before a record whose ${problem}, and names it`, async (t) => {
    const db = await loaded(t);
    change(db, `UPDATE image_record SET ${set} WHERE foreign_identifier IN ('${id(777)}', '${id(778)}')`);
    const { stdout, stderr, code } = await run(["ov-stage", "dump", "--db", db]);
    assert.deepEqual(
      linesOf(stdout).map((record) => record.foreign_identifier),
      Array.from({ length: 777 }, (_, i) => id(i)),
    );
    assert.equal(
      stderr,
      `ov-stage: cannot use ${db}: image flickr ${id(777)}: ${problem}; it is damaged: run ov-stage check --db ${db}\n`,
    );
    assert.equal(code, 65);
  });

  test(`a load takes what stands before a record that is there, and whose ${problem}`, async (t) => {
    const db = await loaded(t, records({}, 10));
    change(db, `UPDATE image_record SET ${set} WHERE foreign_identifier = '${id(3)}'`);
    const { stderr, code } = await run(["ov-stage", "load", "--db", db], {
      stdin: ndjson(records({ creator: "Ada", meta_data: { views: "7" } }, 10)),
    });
    assert.match(stderr, new RegExp(`image flickr ${id(3)}: ${problem}; it is damaged: run ov-stage check`));
    assert.equal(code, 65);
    const database = new Database(db, { readonly: true });
    t.after(() => database.close());
    const changed = database.prepare("SELECT count(*) FROM image_record WHERE creator = 'Ada'").pluck().get();
    assert.equal(changed, 3);
  });
}

test("a tombstone that is damaged is named, and those before it are written", async (t) => {
  const db = await loaded(t, records({}, 4));
  const names = [0, 1, 2].map((i) => `flickr ${id(i)}\n`).join("");
  await run(["ov-stage", "remove", "--db", db, "--reason", "x"], { stdin: names });
  change(db, `UPDATE removed SET deleted_reason = CAST(x'ff' AS TEXT) WHERE foreign_identifier = '${id(1)}'`);
  const { stdout, stderr, code } = await run([
    "ov-stage",
    "dump",
    "--db",
    db,
    "--deletions-since",
    "2000-01-01",
  ]);
  assert.deepEqual(linesOf(stdout).length, 1);
  assert.match(stderr, new RegExp(`removal of flickr ${id(1)}: deleted_reason is not UTF-8; it is damaged`));
  assert.equal(code, 65);
});

test("the character that stands for what is not UTF-8 is a character like any other", async (t) => {
  const given = records({ title: "\uFFFD?", creator: "\uFFFD", provider: "met", source: "\uFFFD" }, 3);
  const db = await loaded(t, given);
  const again = await run(["ov-stage", "load", "--db", db], {
    stdin: ndjson(given.map((record) => ({ ...record, title: "New" }))),
  });
  assert.equal(again.code, 0, again.stderr);
  for (const line of [["stats"], ["dump"], ["check"], ["runs"]])
    assert.equal((await run(["ov-stage", line[0] as string, "--db", db])).code, 0);
});

test("a condition that cannot be asked of a value is the condition's fault, where the value is sound", async (t) => {
  const db = await loaded(t, records({}, 3));
  const line = ["ov-stage", "dump", "--db", db, "--where", "title -> '$' = 1"] as const;
  const { stderr, code } = await run(line);
  assert.equal(stderr, "ov-stage: --where: malformed JSON\nov-stage: try 'ov-stage dump --help'\n");
  assert.equal(code, 2);
  change(db, "UPDATE image_record SET meta_data = '{' WHERE id = 2");
  const damaged = await run(["ov-stage", "dump", "--db", db, "--where", "meta_data ->> 'views' = 1"]);
  assert.match(damaged.stderr, /image flickr 10001: meta_data is not JSON; it is damaged/);
  assert.equal(damaged.code, 65);
});

test("check names every kind of damage, each by its rule, and writes nothing", async (t) => {
  const db = await loaded(t, records({ tags: [{ name: "sun", provider: "flickr" }] }, 12));
  change(
    db,
    `UPDATE image_record SET title = CAST(x'c328' AS TEXT) WHERE id = 1;
     UPDATE image_record SET meta_data = '{]' WHERE id = 2;
     UPDATE image_record SET tags = '{"name":"sun"}' WHERE id = 3;
     UPDATE image_record SET watermarked = 7 WHERE id = 4;
     UPDATE image_record SET updated_on = 'yesterday' WHERE id = 5;
     UPDATE runs SET counts = '[]'`,
  );
  const before = readFileSync(db);
  const { stdout, stderr, code } = await run(["ov-stage", "check", "--db", db]);
  assert.deepEqual(
    stderr
      .split("\n")
      .slice(0, 6)
      .map((line) => line.replace(`ov-stage: ${db}: `, "")),
    [
      "title: UTF-8 texts: image flickr 10000",
      "meta_data: JSON columns: image flickr 10001",
      "tags: lists and objects: image flickr 10002",
      "watermarked: truth values: image flickr 10003",
      "updated_on: times: image flickr 10004",
      "counts: lists and objects: run 1",
    ],
  );
  assert.equal(linesOf(stdout)[0]?.faults, 6);
  assert.equal(code, 65);
  assert.deepEqual(readFileSync(db), before);
});

/** Random numbers that are the same each time. */
function* numbers(seed: number): Generator<(below: number) => number> {
  let state = seed;
  for (;;) {
    yield (below) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return Math.floor((state / 0x80000000) * below);
    };
  }
}

const FLIPS = 12;

test(`${FLIPS} databases with bytes flipped at random end in words with every command`, async (t) => {
  const sound = readFileSync(await loaded(t, records({ meta_data: { views: "7" } }, 60)));
  const folder = temporaryFolder(t);
  const random = numbers(26).next().value as (below: number) => number;
  for (let i = 0; i < FLIPS; i++) {
    const bytes = Buffer.from(sound);
    const page = 16_384 * random(sound.length / 16_384);
    // Half of them where pages say what is in them.
    const at = i % 2 === 0 ? 100 + page + random(200) : 100 + random(sound.length - 100);
    bytes[at] = (bytes[at] as number) ^ (1 + random(255));
    for (const [name, ...args] of [["dump"], ["check"], ["load"]] as [string, ...string[]][]) {
      const db = join(folder, `${i}-${name}.db`);
      writeFileSync(db, bytes);
      const stdin = ndjson(records({ title: "Changed", meta_data: { views: "8" } }, 60));
      const { stderr, code } = await run(["ov-stage", name, "--db", db, ...args], { stdin });
      const said = `byte ${at}, ${name}: ${code} ${stderr}`;
      assert.ok(code === 0 || code === 65, said);
      assert.doesNotMatch(stderr, /unexpected|^ {4}at /m, said);
      if (code === 65 && name !== "check") assert.match(stderr, /damaged: run ov-stage check|not a /, said);
    }
  }
});

for (const [what, name, sql] of [
  [
    "a trigger that fails",
    "trigger audit",
    "TRIGGER audit AFTER INSERT ON image_record BEGIN INSERT INTO nowhere VALUES (1); END",
  ],
  ["an index that allows less", "index audit", "UNIQUE INDEX audit ON image_record (license)"],
] as const) {
  test(`${what}, and is somebody else's, is named`, async (t) => {
    const db = await loaded(t, records({}, 1));
    change(db, `CREATE ${sql}`);
    const { stderr, code } = await run(["ov-stage", "load", "--db", db], { stdin: ndjson(records({}, 2)) });
    assert.match(
      stderr,
      new RegExp(
        `^ov-stage: cannot use ${db}: the ${name} of image_record, which ov-tools has not made, may be in the way \\(.*\\); drop it\n$`,
      ),
    );
    assert.equal(code, 65);
  });
}

test("a removed record that lacks what every record has is damaged", async (t) => {
  const given = records({}, 2);
  const db = await loaded(t, given);
  await run(["ov-stage", "remove", "--db", db, "--reason", "x"], { stdin: `flickr ${id(0)}\n` });
  change(db, "UPDATE deleted_image SET url = NULL");
  const problem = `removed image flickr ${id(0)}: url is missing; it is damaged: run ov-stage check`;
  const restored = await run(["ov-stage", "load", "--restore", "--db", db], { stdin: ndjson(given) });
  assert.ok(restored.stderr.includes(problem), restored.stderr);
  assert.equal(restored.code, 65);
  const { stderr, code } = await run(["ov-stage", "check", "--db", db]);
  assert.match(stderr, /url: required columns: removed image flickr 10000\n/);
  assert.equal(code, 65);
});

test("a database of an older version that is damaged is not changed by a migration, to the byte", async (t) => {
  const db = join(temporaryFolder(t), "staging.db");
  change(db, readFileSync("fixtures/staging-schema-4.sql", "utf8"));
  change(db, "DROP INDEX image_url");
  const before = readFileSync(db);
  const { stderr, code } = await run(["ov-stage", "migrate", "--db", db]);
  assert.match(stderr, /index image_url is missing; it is damaged/);
  assert.equal(code, 65);
  assert.ok(readFileSync(db).equals(before));
});

test("a record that nothing says of when it was seen is damaged, and is no record that is in its own way", async (t) => {
  const db = await loaded(t, records({}, 3));
  change(db, "DELETE FROM image_seen WHERE id = 2");
  const rejects = join(temporaryFolder(t), "rejects");
  for (const change of [{ title: "new" }, { url: "https://example.org/new.jpg" }]) {
    const given = records().slice(1, 2);
    const { stderr, code } = await run(["ov-stage", "load", "--db", db, "--rejects", rejects], {
      stdin: ndjson(given.map((record) => ({ ...record, ...change }))),
    });
    assert.equal(
      stderr,
      `ov-stage: cannot use ${db}: image flickr ${id(1)}: not seen by a load; it is damaged: run ov-stage check --db ${db}\n`,
    );
    assert.equal(code, 65);
  }
  // Removed, it can still be taken back in.
  await run(["ov-stage", "remove", "--db", db, "--reason", "x"], { stdin: `flickr ${id(1)}\n` });
  const database = new Database(db, { readonly: true });
  t.after(() => database.close());
  assert.equal(database.prepare("SELECT count(*) FROM deleted_image").pluck().get(), 1);
});

test("a run without a valid number or time is damaged, and nothing is written by it", async (t) => {
  for (const [set, problem, rule] of [
    [
      "id = 9223372036854775807",
      /runs: \d+ is the number of no run; it is damaged/,
      /numbers of runs: run 922/,
    ],
    [
      "id = 2, seen_on = 'x', counts = NULL",
      /run 2: seen_on is no time; it is damaged/,
      /seen_on: times: run 2\n/,
    ],
  ] as const) {
    const db = await loaded(t, records({}, 1));
    change(db, `UPDATE runs SET ${set}`);
    writeFileSync(`${db}-input-2`, ndjson(records({ title: "left" }, 1)));
    if (set.startsWith("id = 9")) rmSync(`${db}-input-2`);
    const { stderr, code } = await run(["ov-stage", "load", "--db", db], { stdin: ndjson(records({}, 2)) });
    assert.match(stderr, problem);
    assert.equal(code, 65);
    const checked = await run(["ov-stage", "check", "--db", db]);
    assert.match(checked.stderr, rule);
    assert.match(checked.stdout, /"records":1,.*"faults":1/);
  }
});
