import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { serve } from "../../base/http/local-server.test.util.js";
import { linesOf, PROJECT, run, temporaryFolder } from "../../testing/run.js";

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

const ODD = '{"id":9007199254740993,"ratio":1.10,"big":1e400,"2":"b","1":"a","1":"c"}';

test("--raw keeps the digits and members of items, one line each, from a page over many lines as well", async (t) => {
  const pretty = `{\n  "id": 9007199254740993,\r\n "ratio" : 1.10, "big":1e400,\n"2":"b","1":"a","1":"c"}`;
  const pages = [
    `${ODD}\n`,
    `{"stat":"ok","photos":{"photo":[${ODD}]}}`,
    `{"stat":"ok",\n "photos":{"photo":[\n${pretty}\n]}}`,
  ];
  for (const stdin of pages) {
    const { stdout, stderr } = await run(["ov-fetch", "flickr", "--raw", "--input", "-"], { stdin });
    assert.equal(stdout, `${ODD}\n`, stderr);
  }
  const page = `{"stat":"ok","photos":{"page":1,"pages":1,"total":1,"photo":[\n${pretty}]}}`;
  const { url } = await serve(t, (_, response) => void response.end(page));
  const line = [
    "ov-fetch",
    "flickr",
    "--raw",
    "--limit",
    "1",
    "--date",
    "2026-01-02",
    "--base-url",
    url,
  ] as const;
  const env = { FLICKR_API_KEY: "0123456789abcdef-secret", OV_CONTACT: "mailto:archive@example.org" };
  const live = await run([...line, "--state", temporaryFolder(t)], { env });
  assert.equal(live.stdout, `${ODD}\n`, live.stderr);
});

test("where a key is cut out of a raw item, all else stays as it was written", async () => {
  const item = (address: string) =>
    `{"id":9007199254740993,"n":1.10,"a\\u0062":"\\u00e9","u":"${address}","n":2.0}\n`;
  const { stdout, stderr } = await run(["ov-fetch", "flickr", "--raw", "--input", "-"], {
    stdin: item("https:\\/\\/example.org\\/a?api_k\\u0065y=0123456789abcdef\\u0026b=1"),
  });
  assert.equal(stdout, item("https://example.org/a?b=1"));
  assert.match(stderr, /API key cut out: 1 from item/);
});

/** Lines of a saved answer that are bad among good ones. */
const AMONG_GOOD: readonly (readonly [what: string, lines: readonly string[], bad: readonly number[]])[] = [
  ["the first line", ["bad", ODD, ODD], [1]],
  ["the first line, cut off", ['{"id":"1"', ODD, ODD], [1]],
  ["the first line, with two ends", ['{"id":"1"}}', ODD], [1]],
  ["the first line, which begins a list", ["[", ODD, ODD], [1]],
  ["the first lines", ["a", '"', "{", ODD], [1, 2, 3]],
  ["the last line", [ODD, ODD, "{"], [3]],
  ["the first and the last line", ["x", ODD, "x"], [1, 3]],
  ["all lines but one", ["{", "{", ODD, "}", "}"], [1, 2, 4, 5]],
];

for (const [what, lines, bad] of AMONG_GOOD) {
  test(`bad lines among items: ${what}`, async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, "in"), lines.join("\n"));
    writeFileSync(join(cwd, "good"), ODD);
    const line = ["ov-fetch", "flickr", "--raw", "--rejects", "rejects", "--input", "in", "good"] as const;
    const { stdout, stderr, code } = await run(line, { cwd });
    const good = lines.length - bad.length + 1;
    assert.deepEqual([stdout, code], [`${ODD}\n`.repeat(good), 0], stderr);
    const rejects = linesOf<Row>(readFileSync(join(cwd, "rejects"), "utf8"));
    const expected = bad.map((number) => ({
      file: "in",
      line: number,
      input: lines[number - 1],
      code: "json",
    }));
    assert.deepEqual(
      rejects.map(({ error: _, ...reject }) => reject),
      expected,
    );
    const stopped = await run(["ov-fetch", "flickr", "--raw", "--input", "in"], { cwd });
    assert.match(stopped.stderr, new RegExp(`^ov-fetch: in:${bad[0]}: `));
    assert.equal(stopped.code, 65);
  });
}

test("a document that is damaged is one reject, and the files around it are read", async (t) => {
  const cwd = temporaryFolder(t);
  const bad = { cut: '{\n "photos": {\n', latin: Buffer.from('{\n "title":\n"caf\xe9"}', "latin1") };
  for (const [name, bytes] of Object.entries(bad)) writeFileSync(join(cwd, name), bytes);
  writeFileSync(join(cwd, "good"), ODD);
  const files = ["good", "cut", "latin", "good"];
  const { stdout, code } = await run(
    ["ov-fetch", "flickr", "--raw", "--rejects", "rejects", "--input", ...files],
    { cwd },
  );
  assert.deepEqual([stdout, code], [`${ODD}\n${ODD}\n`, 0]);
  const rejects = linesOf<Row>(readFileSync(join(cwd, "rejects"), "utf8"));
  assert.deepEqual(
    rejects.map(({ file, line, code }) => [file, line, code]),
    [
      ["cut", 1, "json"],
      ["latin", 3, "utf8"],
    ],
  );
});

test("--limit stops after that many records", async () => {
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

test("an unknown provider is refused, and the nearest one named", async () => {
  for (const [name, hint] of [
    ["flicker", " (did you mean flickr?)"],
    ["Flickr", " (did you mean flickr?)"],
    ["openvers", " (did you mean openverse?)"],
    ["x", ""],
    ["something-else", ""],
  ]) {
    const { stderr, code } = await run(["ov-fetch", String(name)]);
    assert.equal(code, 2);
    assert.match(stderr, /^ov-fetch: there is no provider ".*"; there are aucklandmuseum, .*, wordpress/);
    assert.equal(/wordpress(.*)\n/.exec(stderr)?.[1], hint);
  }
});

/** Each provider's own answers, and those of all others, through one reader. */
const ANSWERS = readdirSync(join(PROJECT, "fixtures"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".json") && !path.includes("commons"))
  .map((path) => ({ path: fixture(path), owner: path.split("/")[0] as string }));

for (const provider of new Set(ANSWERS.map(({ owner }) => owner))) {
  test(`${provider} recognises its own answers, and names the provider of any other`, async (t) => {
    const own = ANSWERS.filter(({ owner }) => owner === provider).map(({ path }) => path);
    const others = ANSWERS.filter(({ owner }) => owner !== provider);
    const said = ({ path, owner }: (typeof ANSWERS)[number]) =>
      `this looks like an answer of ${owner}, not of ${provider}: ov-fetch ${owner} --input ${path}`;
    const rejects = join(temporaryFolder(t), "rejects");
    const line = ["ov-fetch", provider, "--raw", "--rejects", rejects, "--input"] as const;
    const all = await run([...line, ...own, ...others.map(({ path }) => path)]);
    assert.equal(all.code, 0, all.stderr);
    assert.deepEqual(
      linesOf<Row>(readFileSync(rejects, "utf8")).map(({ file, line, error }) => [file, line, error]),
      others.map((other) => [other.path, 1, said(other)]),
    );

    const [first] = others as [(typeof ANSWERS)[number]];
    const { stderr, code, stdout } = await run(["ov-fetch", provider, "--raw", "--input", first.path]);
    assert.deepEqual([code, stdout, stderr], [65, "", `ov-fetch: ${first.path}:1: ${said(first)}\n`]);
  });
}

test("items of another provider, one a line, are recognised wherever they stand", async (t) => {
  const folder = temporaryFolder(t);
  const items = await run([
    "ov-fetch",
    "clevelandmuseum",
    "--raw",
    "--input",
    fixture("clevelandmuseum/page-1.json"),
  ]);
  const first = items.stdout.split("\n").slice(0, 3).join("\n");
  const piped = await run(["ov-fetch", "flickr", "--input", "-"], { stdin: first });
  assert.deepEqual(
    [piped.stderr, piped.code],
    [
      "ov-fetch: stdin:1: this looks like an answer of clevelandmuseum, not of flickr: ov-fetch clevelandmuseum --input -\n",
      65,
    ],
  );

  const answer = readFileSync(fixture("flickr/page-1.json"), "utf8");
  const mixed = `${JSON.stringify(JSON.parse(answer))}\n${JSON.stringify(JSON.parse(readFileSync(fixture("clevelandmuseum/page-1.json"), "utf8")))}\n`;
  const rejects = join(folder, "rejects");
  const { stderr, code } = await run(["ov-fetch", "flickr", "--rejects", rejects, "--input", "-"], {
    stdin: mixed,
  });
  assert.equal(code, 0, stderr);
  const [reject, ...others] = linesOf<Row>(readFileSync(rejects, "utf8"));
  assert.deepEqual([reject?.line, reject?.code, others], [2, "other_provider", []]);
});

test("items of another provider that give no records are recognised, too", async () => {
  const search = { uuid: "0cabe3d0", apiUri: "http://api.repo.nypl.org/api/v1/items/mods/0cabe3d0" };
  for (const [provider, owner, value] of [
    ["phylopic", "nypl", search],
    ["smk", "flickr", { id: "1", owner: "2@N03", license: "0", title: "all rights reserved" }],
    ["clevelandmuseum", "brooklynmuseum", { data: [{ id: 1, rights_type: null, credit_line: "A gift" }] }],
    [
      "nappy",
      "finnishmuseums",
      { id: "a.1", images: ["/Cover/Show?id=a.1"], imageRights: {}, buildings: [] },
    ],
  ] as const) {
    const stdin = JSON.stringify(value);
    const { stderr, stdout, code } = await run(["ov-fetch", provider, "--input", "-"], { stdin });
    const said = `this looks like an answer of ${owner}, not of ${provider}: ov-fetch ${owner} --input -`;
    assert.deepEqual([stderr, stdout, code], [`ov-fetch: stdin:1: ${said}\n`, "", 65]);
  }
});

test("records are no items, though Nappy's have the same names", async () => {
  const { stdout: stdin } = await run(["ov-fetch", "met", "--input", fixture("met/object-1.json")]);
  for (const provider of ["nappy", "openverse"]) {
    const { stderr, stdout, code } = await run(["ov-fetch", provider, "--input", "-"], { stdin });
    const said =
      "this is a record already, not an answer of a source or an item: ov-stage load reads records";
    assert.deepEqual([stderr, stdout, code], [`ov-fetch: stdin:1: ${said}\n`, "", 65]);
  }
});

test("what is neither an answer nor an item is refused; an answer that is empty is not", async () => {
  for (const stdin of ['{"stat":"ok"}', '{"data":[]}', "{}", '{"error":"over quota"}']) {
    const { stderr, code } = await run(["ov-fetch", "flickr", "--input", "-"], { stdin });
    assert.equal(stderr, "ov-fetch: stdin:1: neither an answer of this provider nor an item\n");
    assert.equal(code, 65);
  }
  const list = await run(["ov-fetch", "flickr", "--input", "-"], { stdin: '{"total":1,"objectIDs":[1]}' });
  assert.match(list.stderr, /this looks like an answer of met, not of flickr/);
  for (const [provider, stdin] of [
    ["clevelandmuseum", '{"info":{"total":0},"data":[]}'],
    ["met", '{"total":1,"objectIDs":[1]}'],
    ["wikimedia", '{"batchcomplete":""}'],
    ["flickr", '{"id":"1","title":"a photo without anything"}'],
  ]) {
    const { stderr, code } = await run(["ov-fetch", String(provider), "--input", "-"], {
      stdin: stdin as string,
    });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^ov-fetch: 0 records/);
  }
});
