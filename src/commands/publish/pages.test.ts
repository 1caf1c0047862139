import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import {
  CITATION_SCHEMA,
  CROISSANT_SCHEMA,
  DATA_PACKAGE_SCHEMA,
} from "../../release/publishing/pages/schemas.test.util.js";
import { PYTHON, run, temporaryFolder } from "../../testing/run.js";
import { ndjson, SAMPLE_AUDIO, sampleRecord } from "../../testing/samples.js";

/** The pages of a published dataset, on shards that ov-to-parquet made, read by the programs they are meant for. */

const RECORDS = [
  ...[1, 2, 3].map((id) =>
    sampleRecord({ foreign_identifier: String(id), tags: [{ name: "grey heron", provider: "flickr" }] }),
  ),
  SAMPLE_AUDIO,
];

/** Publishes records; gives the dataset's folder. */
async function dataset(
  t: TestContext,
  flags: readonly string[] = [],
  records: readonly object[] = RECORDS,
): Promise<string> {
  const folder = temporaryFolder(t);
  const shards = await run(["ov-to-parquet", "--out", join(folder, "shards")], { stdin: ndjson(records) });
  const out = join(folder, "dataset");
  const { code, stderr } = await run(["ov-publish", `folder:${out}`, ...flags], { stdin: shards.stdout });
  assert.equal(code, 0, stderr);
  return out;
}

const read = (folder: string, path: string) => readFileSync(join(folder, path), "utf8");
const json = (folder: string, path: string) => JSON.parse(read(folder, path));

function validate(schema: object, document: unknown): void {
  const ajv = new Ajv({ allErrors: true, strictTypes: false, strictRequired: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const check = ajv.compile(schema);
  assert.ok(check(document), ajv.errorsText(check.errors));
}

test("croissant.json is Croissant 1.1, with nested columns and the checksums of the manifest", async (t) => {
  const out = await dataset(t, ["--url", "https://data.example.org/media", "--creator", "Doe, Jane"]);
  const croissant = json(out, "croissant.json");
  validate(CROISSANT_SCHEMA, croissant);
  assert.equal(croissant.url, "https://data.example.org/media");
  const files = json(out, "manifest.json").files.filter((file: { rows?: number }) => file.rows);
  const objects = croissant.distribution.filter(
    (part: Record<string, string>) => part["@type"] === "cr:FileObject",
  );
  assert.deepEqual(
    objects.map((object: Record<string, string>) => [object.contentUrl, object.sha256]),
    files.map((file: Record<string, string>) => [file.path, file.sha256]),
  );
  const image = croissant.recordSet.find((set: Record<string, string>) => set.name === "image");
  const tags = image.field.find((field: Record<string, string>) => field.name === "tags");
  assert.deepEqual(
    tags.subField.map((field: Record<string, string>) => [field["@id"], field.dataType]),
    [
      ["image/tags/name", "sc:Text"],
      ["image/tags/provider", "sc:Text"],
      ["image/tags/accuracy", "cr:Float64"],
    ],
  );
  const ids = JSON.stringify(croissant).match(/"@id":"[^"]+","(?:name|@type)/g) ?? [];
  assert.equal(new Set(ids).size, ids.length, "every node has a name of its own");
});

test("datapackage.json is a data package, and without a page of its own it still is", async (t) => {
  const out = await dataset(t);
  const dataPackage = json(out, "datapackage.json");
  validate(DATA_PACKAGE_SCHEMA, dataPackage);
  validate(CROISSANT_SCHEMA, json(out, "croissant.json"));
  const types = Object.fromEntries(
    dataPackage.resources[1].schema.fields.map((field: Record<string, string>) => [field.name, field.type]),
  );
  assert.deepEqual(
    [types.width, types.tags, types.updated_on, types.watermarked],
    ["integer", "array", "datetime", "boolean"],
  );
});

test("tombstones are described beside the shards, and where they are all there is", async (t) => {
  const folder = temporaryFolder(t);
  const list = join(folder, "tombstones.ndjson");
  const identifier = "0b1f0c5e-9b39-5a35-8d6c-3f0f3a8f7a11";
  const deleted_on = "2026-11-05T10:00:00.000Z";
  writeFileSync(
    list,
    ndjson([{ provider: "met", foreign_identifier: "1", identifier, deleted_on, reason: null }]),
  );
  for (const records of [RECORDS, []]) {
    const out = await dataset(t, ["--since", "2026-10-01", "--tombstones", list], records);
    const croissant = json(out, "croissant.json");
    const dataPackage = json(out, "datapackage.json");
    validate(CROISSANT_SCHEMA, croissant);
    validate(DATA_PACKAGE_SCHEMA, dataPackage);
    const { sha256, bytes } = json(out, "manifest.json").files.find(
      ({ path }: { path: string }) => path === "deletions.ndjson",
    );
    const object = croissant.distribution.find(
      (part: Record<string, string>) => part["@id"] === "deletions.ndjson",
    );
    assert.deepEqual([object.sha256, object.contentSize], [sha256, `${bytes} B`]);
    const resource = dataPackage.resources.at(-1);
    assert.deepEqual([resource.hash, resource.bytes], [`sha256:${sha256}`, bytes]);
  }
});

test("CITATION.cff and the front matter are YAML, whatever the title and the creators are", async (t) => {
  const hostile = 'A "dataset": {of} \\ things #1';
  const out = await dataset(t, ["--title", hostile, "--creator", 'O\'Neil: x, "Y"', "--creator", "[Group]"]);
  const citation = parse(read(out, "CITATION.cff"));
  validate(CITATION_SCHEMA, citation);
  assert.equal(citation.title, hostile);
  assert.deepEqual(citation.authors, [
    { "family-names": "O'Neil: x", "given-names": '"Y"' },
    { name: "[Group]" },
  ]);
  const front = parse(/^---\n(.*?)\n---\n/s.exec(read(out, "README.md"))?.[1] ?? "");
  assert.equal(front.pretty_name, hostile);
  assert.deepEqual(front.license, ["cc-by-2.0", "cc0-1.0"]);
  const [image, audio] = front.dataset_info;
  assert.deepEqual(
    image.features.find(({ name }: { name: string }) => name === "tags"),
    {
      name: "tags",
      list: [
        { name: "name", dtype: "string" },
        { name: "provider", dtype: "string" },
        { name: "accuracy", dtype: "float64" },
      ],
    },
  );
  assert.deepEqual(
    audio.features.find(({ name }: { name: string }) => name === "genres"),
    { name: "genres", list: "string" },
  );
  assert.equal(image.splits[0].num_examples, 3);
});

test("the charts are SVG that shows every count", async (t) => {
  const out = await dataset(t);
  const chart = read(out, "charts/licenses.svg");
  assert.match(chart, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  for (const word of ["CC BY 2.0", ">3<", "CC0 1.0", ">1<"]) assert.ok(chart.includes(word), word);
  const card = read(out, "README.md");
  assert.match(card, /!\[Records by licence\]\(charts\/licenses\.svg\)/);
  assert.match(card, /!\[Records by provider\]\(charts\/providers\.svg\)/);
});

test("the SQL of the card runs in DuckDB", async (t) => {
  const out = await dataset(t);
  const [count, credit] = codeOf(read(out, "README.md"), "sql");
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(`SET file_search_path = '${out}'`);
  const rowsOf = async (sql = "") => (await duckdb.runAndReadAll(sql)).getRowsJson();
  assert.deepEqual(await rowsOf(count), [["by", "2.0", "3"]]);
  assert.equal((await rowsOf(credit)).length, 3);
});

/** The blocks of a language in a page. */
function codeOf(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\n\`\`\``, "gs"))].map(
    ([, code]) => code as string,
  );
}

/** Each Python snippet by a word of it, what it imports, and what it has to find. */
const SNIPPETS: readonly (readonly [word: string, modules: string, check: string])[] = [
  ["load_dataset", "datasets", "assert len(records) == 3 and records[0]['tags'][0]['name'] == 'grey heron'"],
  ["polars", "polars, pandas", "assert len(records) == 3 and len(shard) == 3"],
  ["SparkSession", "pyspark", "assert records.count() == 3"],
];

for (const [word, modules, check] of SNIPPETS) {
  test(`the card's snippet with ${modules} runs in the folder`, async (t) => {
    const found = spawnSync(PYTHON, ["-c", `import ${modules}`], { encoding: "utf8" });
    if (found.status !== 0) return t.skip(`${PYTHON} has no ${modules}`);
    const out = await dataset(t);
    const snippet = codeOf(read(out, "README.md"), "python").find((code) => code.includes(word));
    const home = join(out, "../home");
    mkdirSync(home);
    const { status, stderr } = spawnSync(PYTHON, ["-c", `${snippet}\n${check}`], {
      cwd: out,
      encoding: "utf8",
      env: { ...process.env, HF_HOME: home, HF_HUB_OFFLINE: "1" },
    });
    assert.equal(status, 0, stderr);
  });
}

test("the dataset's own page is an address of the web", async (t) => {
  const cwd = temporaryFolder(t);
  for (const url of [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "https://a.example/\n```\n# x",
    "page",
    "",
  ]) {
    const { stderr, code } = await run(["ov-publish", "folder:d", "absent", "--url", url], { cwd });
    assert.equal(code, 2, url);
    assert.ok(
      stderr.startsWith(`ov-publish: --url: ${JSON.stringify(url)} is no address of the web; `),
      stderr,
    );
  }
  const out = await dataset(t, ["--url", 'https://a.example/`x`<b>?{a}#"|)']);
  assert.equal(json(out, "croissant.json").url, "https://a.example/%60x%60%3Cb%3E?{a}#%22|)");
  assert.match(
    read(out, "README.md"),
    /^ {2}url = \{https:\/\/a\.example\/%60x%60%3Cb%3E\?%7Ba%7D#%22\|\)\}$/m,
  );
});
