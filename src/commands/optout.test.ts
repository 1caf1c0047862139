import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

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
