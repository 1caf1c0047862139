import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, PROJECT, run, temporaryFolder } from "../testing/run.js";

type Row = Record<string, unknown>;

const fixture = (path: string) => join(PROJECT, "fixtures", path);
const FLICKR = [1, 2, 3].map((page) => fixture(`flickr/page-${page}.json`));

/** What ov-fetch makes of some saved answers. */
async function fetchSaved(provider: string, ...files: string[]): Promise<Row[]> {
  const { stdout, stderr, code } = await run(["ov-fetch", provider, "--input", ...files]);
  assert.equal(code, 0, stderr);
  return linesOf<Row>(stdout);
}

test("saved answers may be given as files, on stdin, one a line, in a list, or as items", async (t) => {
  const folder = temporaryFolder(t);
  const expected = await fetchSaved("flickr", ...FLICKR);
  assert.ok(expected.length > 80);

  const answers = FLICKR.map(
    (path) => JSON.parse(readFileSync(path, "utf8")) as { photos: { photo: Row[] } },
  );
  const items = answers.flatMap(({ photos }) => photos.photo);
  const forms: Record<string, string> = {
    "answers one a line": answers.map((answer) => JSON.stringify(answer)).join("\n"),
    "a list of answers": JSON.stringify(answers, null, 1),
    "a list of items on one line": JSON.stringify(items),
    "items one a line": `${items.map((item) => JSON.stringify(item)).join("\r\n")}\r\n`,
  };
  for (const [form, text] of Object.entries(forms)) {
    const path = join(folder, "answers");
    writeFileSync(path, text);
    assert.deepEqual(await fetchSaved("flickr", path), expected, form);
    const piped = await run(["ov-fetch", "flickr", "--input", "-"], { stdin: text });
    assert.deepEqual(linesOf(piped.stdout), expected, `${form}, on stdin`);
  }
});

test("--raw writes the source's items untouched, and they can be read back", async (t) => {
  const { stdout, code } = await run(["ov-fetch", "flickr", "--raw", "--input", ...FLICKR]);
  assert.equal(code, 0);
  const items = FLICKR.flatMap((path) => JSON.parse(readFileSync(path, "utf8")).photos.photo);
  assert.deepEqual(linesOf(stdout), items);
  const path = join(temporaryFolder(t), "raw.ndjson");
  writeFileSync(path, stdout);
  assert.deepEqual(await fetchSaved("flickr", path), await fetchSaved("flickr", ...FLICKR));
});

test("--limit stops after so many records", async () => {
  const { stdout, stderr } = await run(["ov-fetch", "flickr", "--limit", "5", "--input", ...FLICKR]);
  assert.deepEqual(linesOf(stdout), (await fetchSaved("flickr", ...FLICKR)).slice(0, 5));
  assert.match(stderr, /^ov-fetch: 5 records/);
});

test("a record names its licence, its landing page and, by its institution, its source", async () => {
  const records = await fetchSaved("flickr", ...FLICKR);
  for (const record of records) {
    assert.match(String((record.meta_data as Row).license_url), /^https:\/\/creativecommons\.org\//);
    assert.match(String(record.foreign_landing_url), /^https:\/\/www\.flickr\.com\/photos\/\S+\/\d+$/);
  }
  const sources = new Set(records.map(({ source }) => source));
  for (const source of ["flickr", "nasa", "spacex", "bio_diversity"]) assert.ok(sources.has(source), source);
});

test("terminal escapes, NUL and half characters of a source do not get through", async () => {
  const { stdout } = await run(["ov-fetch", "flickr", "--input", ...FLICKR]);
  assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  assert.doesNotMatch(stdout, /\\u(?:00[01][0-9a-f]|d[89ab])/i);
});

test("an item that the record table refuses is named by its file and position", async (t) => {
  const folder = temporaryFolder(t);
  const photo = JSON.parse(readFileSync(FLICKR[0] as string, "utf8")).photos.photo[0] as Row;
  const answer = { stat: "ok", photos: { photo: [photo, { ...photo, id: "9".repeat(3001) }, photo] } };
  const path = join(folder, "page.json");
  writeFileSync(path, JSON.stringify(answer, null, 2));
  const stopped = await run(["ov-fetch", "flickr", "--input", "page.json"], { cwd: folder });
  const error = "foreign_identifier is longer than 3000 characters";
  assert.equal(stopped.stderr, `ov-fetch: page.json item 2: ${error}\n`);
  assert.equal(stopped.code, 65);

  const line = ["ov-fetch", "flickr", "--rejects", "rejects", "--input", "page.json"] as const;
  const { stdout, stderr, code } = await run(line, { cwd: folder });
  assert.equal(code, 0);
  assert.equal(linesOf(stdout).length, 2);
  assert.equal(stderr, "ov-fetch: 2 records, 1 rejected\n");
  const input = JSON.stringify(answer.photos.photo[1]);
  const reject = { file: "page.json", item: 2, error, code: "bad_foreign_identifier", input };
  assert.deepEqual(linesOf(readFileSync(join(folder, "rejects"), "utf8")), [reject]);
});

const UNREADABLE: readonly (readonly [what: string, text: string, message: string])[] = [
  ["a page cut off", '{\n "stat": "ok",\n "photos": {', "stdin:1: not valid JSON: the line ends too early"],
  ["a line that is no JSON", '{"id": "1"}\n<html>\n', "stdin:2: not valid JSON: unexpected `<`"],
  ["a number", "17", "stdin:1: neither an answer of this provider nor an item"],
];

for (const [what, text, message] of UNREADABLE) {
  test(`${what} is a bad line`, async () => {
    const { stderr, code } = await run(["ov-fetch", "flickr", "--input", "-"], { stdin: text });
    assert.equal(stderr, `ov-fetch: ${message}\n`);
    assert.equal(code, 65);
  });
}

test("empty saved answers give no records and no failure", async () => {
  for (const stdin of ["", "\n", "[]", '{"stat":"ok","photos":{"photo":[]}}']) {
    const { stdout, stderr, code } = await run(["ov-fetch", "flickr", "--input", "-"], { stdin });
    assert.deepEqual([stdout, stderr, code], ["", "ov-fetch: 0 records, 0 rejected\n", 0]);
  }
});

test("--list shows every provider with what it needs", async () => {
  const { stdout, code } = await run(["ov-fetch", "--list"]);
  assert.equal(code, 0);
  assert.match(stdout, /^provider +media +key +coverage +limits +checked +licences\n/);
  for (const provider of readdirSync(join(PROJECT, "fixtures"), { withFileTypes: true })) {
    // A snapshot of Commons is no answer of a provider.
    if (!provider.isDirectory() || provider.name === "commons") continue;
    assert.match(stdout, new RegExp(`^${provider.name} `, "m"));
  }
});
