import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type CommandLine, linesOf, PROJECT, run, shell, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

/** The commands that read records, each writing into a folder of the test's own. */
const READERS: Record<string, (folder: string) => CommandLine> = {
  "ov-subprovider": () => ["ov-subprovider"],
  "ov-stage load": (folder) => ["ov-stage", "load", "--db", join(folder, "staging.db")],
  "ov-to-parquet": (folder) => ["ov-to-parquet", "--out", join(folder, "shards")],
};

const good = ndjson([sampleRecord()]);

/** Bad lines that no reader of records takes. */
const BAD_LINES: readonly (readonly [what: string, line: string | Buffer, error: string, code: string])[] = [
  ["a wrong token", '{"a":}', "not valid JSON: unexpected `}`", "json"],
  ["a line cut off", '{"provider":"flickr","title":"Sun', "not valid JSON: the line ends too early", "json"],
  ["a missing colon", '{"a" 1}', "not valid JSON at column 6: expected ':' after property name", "json"],
  ["a terminal escape", "\u001b[31m{}", "not valid JSON: unexpected character U+001B", "json"],
  [
    "two objects",
    "{} {}",
    "not valid JSON at column 4: unexpected non-whitespace character after the object",
    "json",
  ],
  ["a JSON array", '[{"a":1}]', "this is a JSON array; pipe it through `jq -c '.[]'`", "not_an_object"],
  ["an array over several lines", "[", "this is a JSON array; pipe it through `jq -c '.[]'`", "json"],
  ["an object over several lines", "{", "this is JSON over several lines; pipe it through `jq -c .`", "json"],
  ["a text", '"photo"', "this line holds a text; a line must hold one JSON object", "not_an_object"],
  ["null", "null", "this line holds null; a line must hold one JSON object", "not_an_object"],
  [
    "invalid UTF-8",
    Buffer.from('{"title":"caf\xe9"}', "latin1"),
    "not valid UTF-8 at byte 14; it looks like Windows-1252: convert the file with iconv -f WINDOWS-1252 -t UTF-8",
    "utf8",
  ],
];

for (const [reader, commandLine] of Object.entries(READERS)) {
  test(`${reader} gives an empty result for empty input`, async (t) => {
    const { stdout, code } = await run(commandLine(temporaryFolder(t)));
    assert.equal(code, 0);
    const expected: Record<string, unknown[]> = {
      "ov-subprovider": [],
      "ov-stage load": [
        { inserted: 0, updated: 0, unchanged: 0, duplicates: 0, url_duplicates: 0, rejected: 0 },
      ],
      "ov-to-parquet": [
        {
          totals: { rows: 0, by_media: {}, by_license: {}, by_provider: {}, by_source: {} },
          schema_version: 1,
        },
      ],
    };
    assert.deepEqual(linesOf(stdout), expected[reader]);
  });

  for (const [what, line, error, code] of BAD_LINES) {
    test(`${reader} stops with 65 at ${what}, and says where`, async (t) => {
      const folder = temporaryFolder(t);
      const stdin = Buffer.concat([Buffer.from(`${good}\n`), Buffer.from(line), Buffer.from("\n")]);
      const result = await run(commandLine(folder), { stdin });
      assert.equal(result.stderr, `${reader.split(" ")[0]}: stdin:3: ${error}\n`);
      assert.equal(result.code, 65);
      assert.equal(existsSync(join(folder, "shards")), false);
    });

    test(`${reader} --rejects writes ${what} down and goes on`, async (t) => {
      const folder = temporaryFolder(t);
      const rejects = join(folder, "rejects.ndjson");
      const stdin = Buffer.concat([Buffer.from(line), Buffer.from(`\n${good}`)]);
      const result = await run([...commandLine(folder), "--rejects", rejects], { stdin });
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stderr, /1 rejected\n$/);
      const input = Buffer.from(line).toString();
      assert.deepEqual(linesOf(readFileSync(rejects, "utf8")), [{ line: 1, error, code, input }]);
    });
  }

  test(`${reader} --rejects still ends with 65 when nothing was good`, async (t) => {
    const folder = temporaryFolder(t);
    const rejects = join(folder, "rejects.ndjson");
    const { stderr, code } = await run([...commandLine(folder), "--rejects", rejects], { stdin: "1\n2\n" });
    assert.equal(stderr, `${reader.split(" ")[0]}: all 2 lines are bad; see ${rejects}\n`);
    assert.equal(code, 65);
    assert.equal(linesOf(readFileSync(rejects, "utf8")).length, 2);
  });

  test(`${reader} reads a BOM, CRLF, blank lines and a last line without a line end`, async (t) => {
    const [first, second] = ["1", "2"].map((id) => JSON.stringify(sampleRecord({ foreign_identifier: id })));
    const { stderr, code } = await run(commandLine(temporaryFolder(t)), {
      stdin: `\ufeff${first}\r\n\r\n\n${second}`,
    });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /2 (?:records|inserted)/);
  });

  test(`${reader} takes a line of 15 MB`, async (t) => {
    const long = sampleRecord({ title: "long ".repeat(3_000_000) });
    const { stderr, code } = await run(commandLine(temporaryFolder(t)), { stdin: ndjson([long]) });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /1 (?:records?|inserted)/);
  });

  test(`${reader} refuses a line of more than 16 MiB without holding it, and reads on`, async (t) => {
    const folder = temporaryFolder(t);
    const rejects = join(folder, "rejects.ndjson");
    const stdin = `{"title":"${"x".repeat(17 * 1024 * 1024)}"}\n${good}`;
    const { stderr, code } = await run([...commandLine(folder), "--rejects", rejects], { stdin });
    assert.equal(code, 0, stderr);
    const [reject] = linesOf<{ input: string }>(readFileSync(rejects, "utf8"));
    assert.deepEqual(reject, {
      line: 1,
      error: "the line is longer than 16 MiB",
      code: "too_long",
      input: reject?.input,
    });
    assert.ok((reject?.input.length ?? 0) <= 1000);
  });

  test(`${reader} says which file cannot be opened`, async (t) => {
    const folder = temporaryFolder(t);
    const { stderr, code } = await run([...commandLine(folder), "nowhere.ndjson"], { cwd: folder });
    assert.equal(stderr, `${reader.split(" ")[0]}: cannot open nowhere.ndjson: no such file or folder\n`);
    assert.equal(code, 66);
  });

  test(`${reader} says when an input is a folder`, async (t) => {
    const folder = temporaryFolder(t);
    const { stderr, code } = await run([...commandLine(folder), folder]);
    assert.equal(stderr, `${reader.split(" ")[0]}: cannot open ${folder}: it is a folder\n`);
    assert.equal(code, 66);
  });
}

/** Records that the record table refuses, by the commands that check records. */
const BAD_RECORDS: readonly (readonly [
  what: string,
  change: Record<string, unknown>,
  error: string,
  code: string,
])[] = [
  [
    "a record without a landing page",
    { foreign_landing_url: undefined },
    "foreign_landing_url is missing",
    "missing_foreign_landing_url",
  ],
  [
    "a record without an identifier",
    { foreign_identifier: null },
    "foreign_identifier is missing",
    "missing_foreign_identifier",
  ],
  [
    "a record without a licence",
    { license: null, license_version: null },
    "license is missing",
    "missing_license",
  ],
  [
    "a record that is not open",
    { license: "all rights reserved", license_version: null },
    "license says that all rights are reserved: all rights reserved",
    "bad_license",
  ],
  [
    "a landing URL of 3,000 characters",
    { foreign_landing_url: `https://example.org/${"x".repeat(2980)}` },
    "foreign_landing_url is longer than 1000 characters",
    "bad_foreign_landing_url",
  ],
  [
    "a media URL that is not a web address",
    { url: "javascript:alert(1)" },
    "url is not a web address",
    "bad_url",
  ],
  ["a column that there is not", { colour: "red" }, 'unknown column "colour"', "unknown_column"],
  [
    "a misspelt column",
    { licence: "by 4.0" },
    'unknown column "licence" (did you mean license?)',
    "unknown_column",
  ],
  [
    "two licences at once",
    { meta_data: { license_url: "https://creativecommons.org/licenses/by-nc/4.0/" } },
    "license by 2.0 contradicts meta_data.license_url https://creativecommons.org/licenses/by-nc/4.0/",
    "license_conflict",
  ],
];

for (const reader of ["ov-stage load", "ov-to-parquet"]) {
  const commandLine = READERS[reader] as (folder: string) => CommandLine;
  for (const [what, change, error, code] of BAD_RECORDS) {
    test(`${reader} stops with 65 at ${what}`, async (t) => {
      const stdin = good + ndjson([sampleRecord({ foreign_identifier: "2", ...change })]);
      const result = await run(commandLine(temporaryFolder(t)), { stdin });
      assert.equal(result.stderr, `${reader.split(" ")[0]}: stdin:2: ${error}\n`);
      assert.equal(result.code, 65);
    });

    test(`${reader} --rejects writes ${what} down`, async (t) => {
      const folder = temporaryFolder(t);
      const rejects = join(folder, "rejects.ndjson");
      const bad = ndjson([sampleRecord({ foreign_identifier: "2", ...change })]);
      const result = await run([...commandLine(folder), "--rejects", rejects], { stdin: good + bad });
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(linesOf(readFileSync(rejects, "utf8")), [
        { line: 2, error, code, input: bad.trimEnd() },
      ]);
    });
  }
}

test("the records before a bad line are staged, so that the rest can follow", async (t) => {
  const db = join(temporaryFolder(t), "staging.db");
  assert.equal((await run(["ov-stage", "load", "--db", db], { stdin: `${good}nope\n` })).code, 65);
  assert.equal(linesOf((await run(["ov-stage", "dump", "--db", db])).stdout).length, 1);
});

test("an empty dump of an empty database is empty", async (t) => {
  const db = join(temporaryFolder(t), "staging.db");
  await run(["ov-stage", "load", "--db", db]);
  const { stdout, code } = await run(["ov-stage", "dump", "--db", db]);
  assert.deepEqual([stdout, code], ["", 0]);
});

test("rejects do not take the place of a file that the command reads or writes, whatever it is called", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "records.ndjson"), good);
  writeFileSync(join(cwd, "answer.json"), "{}");
  symlinkSync("records.ndjson", join(cwd, "link"));
  for (const [rejects, ...line] of [
    ["records.ndjson", "ov-stage", "load", "records.ndjson"],
    ["link", "ov-subprovider", "records.ndjson"],
    ["./staging.db", "ov-stage", "load", "records.ndjson"],
    ["answer.json", "ov-fetch", "flickr", "--input", "answer.json"],
  ] as [string, ...CommandLine][]) {
    const { stderr, code } = await run([...line, "--rejects", rejects] as unknown as CommandLine, { cwd });
    assert.match(
      stderr,
      /^\S+: --rejects: (\S+) is (?:read|written) as well, (?:by --\w+|as an operand); name another file\n/,
    );
    assert.equal(code, 2);
  }
  assert.deepEqual(readdirSync(cwd), ["answer.json", "link", "records.ndjson"]);
  // A provider's name is not a file name.
  for (const _night of [1, 2]) {
    const line = "ov-fetch flickr --rejects flickr --input".split(" ") as unknown as CommandLine;
    assert.equal((await run([...line, join(PROJECT, "fixtures/flickr/page-1.json")], { cwd })).code, 0);
  }
  assert.equal(readFileSync(join(cwd, "records.ndjson"), "utf8"), good);
});

test("rejects go through the pipe that a shell gives for them", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "lines"), `${good}bad\n`);
  const { code, stderr } = await shell(
    "ov-subprovider --rejects >(jq -r .code > codes) lines > good; sleep 0.5",
    { cwd },
  );
  assert.equal(code, 0, stderr);
  assert.equal(readFileSync(join(cwd, "codes"), "utf8"), "json\n");
});
