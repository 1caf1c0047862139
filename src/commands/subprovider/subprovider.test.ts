import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

const NASA = "https://www.flickr.com/photos/35067687@N04";

const SOURCES: readonly (readonly [what: string, record: Record<string, unknown>, source: string])[] = [
  ["a Flickr account", { provider: "flickr", source: "flickr", creator_url: NASA }, "nasa"],
  [
    "a Flickr account of nobody",
    { provider: "flickr", source: "flickr", creator_url: "https://www.flickr.com/photos/1@N02" },
    "flickr",
  ],
  [
    "a Europeana partner",
    { provider: "europeana", meta_data: { dataProvider: "Wellcome Collection" } },
    "wellcome_collection",
  ],
  [
    "a Finnish museum",
    { provider: "finnishmuseums", meta_data: { building: "0/SA-kuva/" } },
    "finnish_military_museum",
  ],
  [
    "a Smithsonian unit",
    { provider: "smithsonian", meta_data: { unit_code: "NASM" } },
    "smithsonian_air_and_space_museum",
  ],
  ["another provider", { provider: "met", source: "met", creator_url: NASA }, "met"],
];

for (const [what, record, source] of SOURCES) {
  test(`the source of ${what} is ${source}`, async () => {
    const { stdout, code } = await run(["ov-subprovider"], { stdin: ndjson([record]) });
    assert.deepEqual(linesOf(stdout), [{ ...record, source }]);
    assert.equal(code, 0);
  });
}

test("lines that do not change go through to the byte", async () => {
  const line = '{ "provider" : "met", "width": 1.0, "big": 12345678901234567890, "title": "caf\\u00e9" }\n';
  assert.equal((await run(["ov-subprovider"], { stdin: line })).stdout, line);
});

test("where the source is set, all other members keep their bytes", async () => {
  const meta = '{"id":9007199254740993,"big":1e400,"ratio":1.10,"2":"b","1":"a","1":"c"}';
  const line = (source: string) =>
    `{"provider":"flickr", "creator_url":"${NASA}","meta_data":${meta}${source}}\n`;
  const stdin = line("") + line(',"source": "flickr"').replace("source", "s\\u006furce");
  const { stdout } = await run(["ov-subprovider"], { stdin });
  assert.equal(stdout, line(',"source":"nasa"') + line(',"s\\u006furce":"nasa"'));
});

test("rows of one's own come before the built-in ones", async (t) => {
  const table = join(temporaryFolder(t), "table.json");
  const rows = [
    { provider: "flickr", source: "nasa_headquarters", keys: ["35067687@N04"] },
    { provider: "smithsonian", source: "smithsonian_new_museum", keys: ["XYZMU"] },
  ];
  writeFileSync(table, JSON.stringify(rows));
  const stdin = ndjson([
    sampleRecord({ creator_url: NASA }),
    { provider: "smithsonian", meta_data: { unit_code: "XYZMU" } },
    { provider: "smithsonian", meta_data: { unit_code: "NASM" } },
  ]);
  const { stdout, stderr } = await run(["ov-subprovider", "--table", table], { stdin });
  assert.deepEqual(
    linesOf(stdout).map(({ source }) => source),
    ["nasa_headquarters", "smithsonian_new_museum", "smithsonian_air_and_space_museum"],
  );
  assert.equal(
    stderr,
    "ov-subprovider: 3 records: 3 of an institution in the table, 3 changed; 0 rejected\n",
  );
});

test("a Smithsonian unit that is not in the table is told once, with its number of records", async () => {
  const record = { provider: "smithsonian", source: "smithsonian", meta_data: { unit_code: "XYZMU" } };
  const { stdout, stderr, code } = await run(["ov-subprovider"], { stdin: ndjson([record, record]) });
  assert.deepEqual(linesOf(stdout), [record, record]);
  assert.equal(
    stderr,
    "ov-subprovider: warning: smithsonian XYZMU is not in the table of sources (add it with --table); " +
      "2 records keep their source\n" +
      "ov-subprovider: 2 records: 0 of an institution in the table, 0 changed; 0 rejected\n",
  );
  assert.equal(code, 0);
});

/** A key as people write it, and a record that it names. */
const KEYS: readonly (readonly [provider: string, key: string, record: Record<string, unknown>])[] = [
  ["flickr", "https://www.flickr.com/photos/1@N01/", { creator_url: "https://flickr.com/people/1%40N01" }],
  ["flickr", " 1@n01 ", { creator_url: "https://www.flickr.com/photos/1@N01" }],
  ["flickr", "1%40N01", { creator_url: "https://www.flickr.com/photos/1@N01" }],
  ["flickr", "SomeMuseum", { creator_url: "https://www.flickr.com/photos/somemuseum/" }],
  ["smithsonian", "nmafa", { meta_data: { unit_code: "NMAfA" } }],
  ["europeana", "Muse\u0301e  d\u2019Orsay", { meta_data: { dataProvider: "Mus\u00e9e d\u2019Orsay" } }],
  ["finnishmuseums", "0/Museo/A/", { meta_data: { building: "0/Museo/" } }],
];

for (const [provider, key, record] of KEYS) {
  test(`the key ${JSON.stringify(key)} of a table with a byte order mark names its record`, async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(
      join(cwd, "table"),
      `\ufeff${JSON.stringify([{ provider, source: "mine", keys: [key, key] }])}`,
    );
    const { stdout, stderr } = await run(["ov-subprovider", "--table", "table"], {
      cwd,
      stdin: ndjson([{ provider, ...record }]),
    });
    assert.deepEqual(linesOf(stdout), [{ provider, ...record, source: "mine" }], stderr);
  });
}

test("a table without a row is told", async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, "table"), "[]");
  const { stderr, code } = await run(["ov-subprovider", "--table", "table"], { cwd, stdin: "{}\n" });
  assert.match(stderr, /^ov-subprovider: warning: table: there is no row in this table; it adds nothing/);
  assert.equal(code, 0);
});

const MEANT = 'write a JSON list of rows {"provider", "source", "keys"}';
const ROW = (source: string, key: string) => JSON.stringify({ provider: "flickr", source, keys: [key] });

const BAD_TABLES: readonly (readonly [text: string | Buffer, message: string])[] = [
  ['[{"provider": "flickr"}]', ':1: row 1 has no "source"'],
  [
    `[${ROW("a", "1@N01")},\n\n ${ROW("b", "1@N01")}]`,
    ':3: row 2 has the key "1@N01", which row 1 gives the source "a"',
  ],
  [
    `[${ROW("a", "https://example.org/1@N01")}]`,
    ':1: row 1 has a key that is not a Flickr account (35067687@N04, or the address of its page): "https://example.org/1@N01"',
  ],
  [
    `[${ROW("a", "ada@example.org")}]`,
    ':1: row 1 has a key that is not a Flickr account (35067687@N04, or the address of its page): "ada@example.org"',
  ],
  [
    '[{"provider":"smithsonian","source":"a","keys":["si.edu/units/NMAH"]}]',
    ':1: row 1 has a key that is not a unit code (NMAH): "si.edu/units/NMAH"',
  ],
  [`[${ROW("a".repeat(81), "1@N01")}]`, ':1: row 1 has a "source" of more than 80 characters'],
  [`[${ROW("\u00a0", "1@N01")}]`, ':1: row 1 has a "source" that is no text'],
  [
    '[{"provider":"met","source":"a","keys":["x"]}]',
    ':1: row 1 has a "provider" whose records name no institution: "met" (flickr, europeana, finnishmuseums, smithsonian do)',
  ],
  ['["flickr"]', ":1: row 1 is no object"],
  ["{}", ':1: the table is no list of rows {"provider", "source", "keys"}'],
  ['[\n{"provider":x}]', `:2: not valid JSON; ${MEANT}`],
  ["[", `:1: not valid JSON; ${MEANT}`],
  ["", `:1: this is no JSON; ${MEANT}`],
  ["provider,source,keys\nflickr,nasa,1@N01\n", `:1: this is no JSON; ${MEANT}`],
  ["\ufffe[\0]", `:1: this is no JSON; ${MEANT}`],
  [Buffer.from("[]", "utf16le"), `: this is text in UTF-16; ${MEANT}`],
  [Buffer.from('["\xe9"]', "latin1"), ": not valid UTF-8"],
];

for (const [text, message] of BAD_TABLES) {
  test(`a table that reads ${text} is refused with its name, line and what is wrong`, async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, "table.json"), text);
    const { stderr, code } = await run(["ov-subprovider", "--table", "table.json"], { cwd: folder });
    assert.equal(stderr, `ov-subprovider: table.json${message}\n`);
    assert.equal(code, 65);
  });
}

test("a table that cannot be opened ends with 66", async (t) => {
  const { stderr, code } = await run(["ov-subprovider", "--table", "no.json"], { cwd: temporaryFolder(t) });
  assert.equal(stderr, "ov-subprovider: cannot open no.json: no such file or folder\n");
  assert.equal(code, 66);
});
