import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { linesOf, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

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

const BAD_TABLES: readonly (readonly [text: string, message: RegExp])[] = [
  ['[{"provider": "flickr"}]', /^ov-subprovider: table\.json: row 1 has no "source"\n$/],
  ["{}", /^ov-subprovider: table\.json: the table is no list of rows \{"provider", "source", "keys"\}\n$/],
  ["[", /^ov-subprovider: table\.json: not valid JSON\n$/],
];

for (const [text, message] of BAD_TABLES) {
  test(`a table that reads ${text} is refused with its name and what is wrong`, async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, "table.json"), text);
    const { stderr, code } = await run(["ov-subprovider", "--table", "table.json"], { cwd: folder });
    assert.match(stderr, message);
    assert.equal(code, 65);
  });
}

test("a table that cannot be opened ends with 66", async (t) => {
  const { stderr, code } = await run(["ov-subprovider", "--table", "no.json"], { cwd: temporaryFolder(t) });
  assert.equal(stderr, "ov-subprovider: cannot open no.json: no such file or folder\n");
  assert.equal(code, 66);
});
