import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { linesOf, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

test("records that a list names are left out, the others go through to the byte", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "list.txt"), "# by mail\n35067687@N04\n\nexample.org # a museum\r\n");
  const kept = '{ "provider" : "met", "width": 1.0 }\n';
  const stdin = `${ndjson([sampleRecord({ url: "https://a.example.org/1.jpg" })])}${kept}${ndjson([sampleRecord()])}`;
  const { stdout, stderr, code } = await run(["ov-optout", "--list", "list.txt"], { stdin, cwd });
  assert.equal(stdout, kept);
  assert.equal(stderr, "ov-optout: 3 records: 2 left out by 2 rules; 0 rejected\n");
  assert.equal(code, 0);
});

test("a line that is no rule stops before anything is let through", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "list.txt"), "provider:met\nnot a rule\n");
  const { stdout, stderr, code } = await run(["ov-optout", "--list", "list.txt"], {
    stdin: ndjson([{}]),
    cwd,
  });
  assert.equal(stdout, "");
  assert.equal(stderr, "ov-optout: list.txt:2: a rule has no blanks in it; one rule a line\n");
  assert.equal(code, 65);
});

test("a list that cannot be opened ends with 66", async (t) => {
  const { stderr, code } = await run(["ov-optout", "--list", "no.txt"], { cwd: temporaryFolder(t) });
  assert.equal(stderr, "ov-optout: cannot open no.txt: no such file or folder\n");
  assert.equal(code, 66);
});

test("accounts that are named by an alias are told of", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "list.txt"), "https://www.flickr.com/photos/nasahq/\n");
  const stdin = ndjson([
    sampleRecord({ creator_url: "https://www.flickr.com/photos/NASAhq" }),
    { provider: "met" },
  ]);
  const { stdout, stderr } = await run(["ov-optout", "--list", "list.txt"], { stdin, cwd });
  assert.deepEqual(linesOf(stdout), [{ provider: "met" }]);
  assert.match(stderr, /warning: list.txt: 1 rule names a Flickr account by an alias; most records name/);
});

const LIST = [
  "# asked by mail",
  "24662369@N07",
  "provider:flicker # a misprint",
  "https://never.example.org/a",
  "example.com",
  "flickr.com",
  "example.net",
];

/** Writes the list, and gives a run of the command with it. */
function withList(t: TestContext, lines: readonly string[] = LIST) {
  const cwd = temporaryFolder(t);
  const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
  write("list.txt", lines.map((line) => `${line}\n`).join(""));
  const optout = (records: readonly unknown[], ...args: string[]) =>
    run(["ov-optout", "--list", "list.txt", ...args], { stdin: ndjson(records), cwd });
  return { cwd, write, optout, read: (name: string) => readFileSync(join(cwd, name), "utf8") };
}

const BY_ADA = {
  provider: "flickr",
  foreign_identifier: 9,
  creator_url: "http://flickr.com/people/24662369@N07",
};

test("rules that named nothing are told as a number and the first three, and --unused writes all", async (t) => {
  const { cwd, read, optout } = withList(t);
  const { stderr, code } = await optout([BY_ADA, { url: "https://a.example.org/1.jpg" }]);
  assert.equal(
    stderr,
    [
      "warning: list.txt:3: no provider is known as flicker (did you mean flickr?)",
      "2 records: 1 left out by 6 rules; 0 rejected",
      "list.txt: 4 of 6 rules named nothing: line 3 (provider:flicker), line 4 (https://never.example.org/a), " +
        "line 5 (example.com), …; --unused FILE writes all of them",
    ]
      .map((line) => `ov-optout: ${line}\n`)
      .join("")
      .replace("ov-optout: warning: list.txt:3: ", "ov-optout: list.txt:3: warning: "),
  );
  assert.equal(code, 0);

  const told = await optout([BY_ADA], "--unused", "unused.ndjson", "--log-format", "json");
  assert.deepEqual(
    linesOf(read("unused.ndjson")),
    [3, 4, 5, 7].map((line) => ({ list: "list.txt", line, rule: LIST[line - 1]?.replace(/ #.*/, "") })),
  );
  assert.equal(linesOf(told.stderr).at(-1)?.unused, 4);
  assert.deepEqual(readdirSync(cwd).sort(), ["list.txt", "unused.ndjson"]);
});

test("the file of --unused is whole or not at all, and none that is read", async (t) => {
  const { cwd, read, write, optout } = withList(t);
  write("unused.ndjson", "before\n");
  const { code } = await run(["ov-optout", "--list", "list.txt", "--unused", "unused.ndjson"], {
    stdin: "no record\n",
    cwd,
  });
  assert.deepEqual([code, read("unused.ndjson")], [65, "before\n"]);
  assert.deepEqual(readdirSync(cwd).sort(), ["list.txt", "unused.ndjson"]);
  for (const [line, message] of [
    [["--unused", "list.txt"], "--unused: list.txt is read as well, by --list; name another file"],
    [["--unused", "u", "--rejects", "u"], "--rejects: u is written as well, by --unused; name another file"],
  ] as const) {
    const { stderr, code } = await optout([BY_ADA], ...line);
    assert.equal(stderr, `ov-optout: ${message}\nov-optout: try 'ov-optout --help'\n`);
    assert.equal(code, 2);
  }
  const { stderr } = await optout([BY_ADA], "--unused", "no/unused.ndjson");
  assert.match(stderr, /ov-optout: cannot create no\/unused\.ndjson: no such file or folder\n$/);
});

test("--explain says which rules take which record out, and by what", async (t) => {
  const { optout } = withList(t);
  const { stdout, stderr, code } = await optout([BY_ADA, { provider: "met" }], "--explain");
  const why = (line: number, rule: string, kind: string) => ({
    provider: "flickr",
    foreign_identifier: 9,
    list: "list.txt",
    line,
    rule,
    kind,
    column: "creator_url",
    value: BY_ADA.creator_url,
  });
  assert.deepEqual(linesOf(stdout), [
    why(2, "24662369@N07", "flickr_account"),
    why(6, "flickr.com", "domain"),
  ]);
  assert.match(
    stderr,
    /ov-optout: 2 records: 1 left out by 6 rules; 0 rejected\n$/,
    "and nothing of other rules",
  );
  assert.equal(code, 0);
});

test("a bare number or word is refused with the ways to write it", async (t) => {
  for (const [rule, message] of [
    [
      "flickr",
      "'flickr' alone can mean several things: write a provider as provider:flickr, a Flickr account as " +
        "https://www.flickr.com/photos/flickr/, a domain in full (example.org), anything else by its address",
    ],
    [
      "54785924845",
      "'54785924845' alone can mean several things: write a Flickr photo as " +
        "https://www.flickr.com/photo.gne?id=54785924845, a Flickr account as 54785924845@N00, a domain in full " +
        "(example.org), anything else by its address",
    ],
  ] as const) {
    const { optout } = withList(t, ["# a list", rule]);
    const { stdout, stderr, code } = await optout([BY_ADA]);
    assert.deepEqual([stdout, stderr, code], ["", `ov-optout: list.txt:2: ${message}\n`, 65]);
  }
});

test("a rule that names a source as a provider gets a warning", async (t) => {
  const { optout } = withList(t, ["provider:nasa", "provider:my_museum"]);
  const { stderr } = await optout([{ provider: "my_museum" }]);
  assert.match(
    stderr,
    /list\.txt:1: warning: nasa is a source within flickr, not a provider; name its account or/,
  );
  assert.doesNotMatch(stderr, /my_museum/);
});
