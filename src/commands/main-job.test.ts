import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { columnsOf, type MediaType, SYNC_TIME } from "../record/index.js";
import { linesOf, PROJECT, SHARED, shell, temporaryFolder, WITHOUT_SHARED } from "../testing/run.js";

/** The main job, from provider answers to a dataset folder, as the README shows it. */

const NOW = { SOURCE_DATE_EPOCH: "1767225600" };

/** Runs the whole pipe over saved answers: pairs of provider and files, the files as the shell expands them. */
async function mainJob(folder: string, answers: Readonly<Record<string, string>>): Promise<void> {
  const fetches = Object.entries(answers).map(
    ([provider, files]) => `ov-fetch ${provider} --rejects ${provider}.rejects --input ${files};`,
  );
  const steps = [
    `{ ${fetches.join(" ")} } | ov-subprovider | ov-stage load --db staging.db --rejects stage.rejects > load.json`,
    "ov-stage dump --db staging.db | tee dump.ndjson | ov-to-parquet --out shards | ov-publish folder:dataset",
  ];
  for (const step of steps) {
    const { stderr, code } = await shell(step, { cwd: folder, env: NOW });
    assert.equal(code, 0, stderr);
  }
}

type Row = Record<string, unknown>;

const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");

function dumped(folder: string): Row[] {
  return linesOf<Row>(read(folder, "dump.ndjson"));
}

/** Shards of one media type, below the dataset. */
function shardsOf(folder: string, media: MediaType): string[] {
  const path = join(folder, "dataset", "data", media);
  return existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];
}

async function readByHyparquet(folder: string, media: MediaType): Promise<Row[]> {
  const rows: Row[] = [];
  for (const path of shardsOf(folder, media)) {
    rows.push(...(await parquetReadObjects({ file: await asyncBufferFromFile(path), compressors })));
  }
  return rows.map((row) =>
    Object.fromEntries(columnsOf(media).map((column) => [column.name, fromParquet(row[column.name])])),
  );
}

/** A value as Parquet readers give it, in the form of the record. */
function fromParquet(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  return value;
}

/** A dumped record in the form that Parquet readers give: objects are JSON text, tags have all their members. */
function asStored(record: Row, media: MediaType): Row {
  return Object.fromEntries(
    columnsOf(media).map(({ name, type }) => {
      // When we looked is no column of shards.
      const value = name === SYNC_TIME ? null : (record[name] ?? null);
      if (value === null) return [name, null];
      if (type === "object" || type === "objects") return [name, JSON.stringify(value)];
      if (type === "tags") return [name, (value as Row[]).map((tag) => ({ accuracy: null, ...tag }))];
      return [name, value];
    }),
  );
}

function withOrderedTags(row: Row): Row {
  if (!Array.isArray(row.tags)) return row;
  return {
    ...row,
    tags: (row.tags as Row[]).map(({ name, provider, accuracy }) => ({
      name,
      provider,
      accuracy: accuracy ?? null,
    })),
  };
}

async function countByDuckDb(folder: string, media: MediaType): Promise<Row[]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const result = await connection.runAndReadAll(
    `SELECT provider, license, count(*)::INT AS records, count(DISTINCT identifier)::INT AS identifiers,
            count(meta_data->>'license_url')::INT AS licensed
       FROM read_parquet('${join(folder, "dataset", "data", media)}/train-*.parquet') GROUP BY ALL ORDER BY ALL`,
  );
  return result.getRowObjectsJson() as Row[];
}

function countBySelf(records: readonly Row[]): Row[] {
  const counts = new Map<string, Row>();
  for (const { provider, license } of records) {
    const key = `${provider} ${license}`;
    const count = (counts.get(key)?.records as number | undefined) ?? 0;
    counts.set(key, { provider, license, records: count + 1, identifiers: count + 1, licensed: count + 1 });
  }
  return [...counts.values()].sort((a, b) =>
    `${a.provider} ${a.license}` < `${b.provider} ${b.license}` ? -1 : 1,
  );
}

/** What must hold of any dataset that the main job makes. */
async function checkDataset(folder: string): Promise<void> {
  const records = dumped(folder);
  for (const media of ["image", "audio"] as const) {
    const expected = records.filter((record) => record.media_type === media);
    if (expected.length === 0) {
      assert.deepEqual(shardsOf(folder, media), []);
      continue;
    }
    const rows = await readByHyparquet(folder, media);
    assert.deepEqual(
      rows.map(withOrderedTags),
      expected.map((record) => withOrderedTags(asStored(record, media))),
    );
    assert.deepEqual(await countByDuckDb(folder, media), countBySelf(expected));
  }
  const manifest = JSON.parse(read(folder, "dataset/manifest.json")) as {
    files: { path: string; bytes: number; sha256: string }[];
  };
  for (const { path, bytes, sha256 } of manifest.files) {
    const content = readFileSync(join(folder, "dataset", path));
    assert.equal(content.length, bytes, path);
    assert.equal(createHash("sha256").update(content).digest("hex"), sha256, path);
  }
  assert.ok(manifest.files.some(({ path }) => path === "README.md"));
  assert.ok(manifest.files.some(({ path }) => path === "LICENSE.md"));
}

const FIXTURES = Object.fromEntries(
  ["flickr", "clevelandmuseum", "smithsonian", "stocksnap", "wikimedia", "openverse"].map((provider) => [
    provider,
    `${PROJECT}fixtures/${provider}/*.json`,
  ]),
);

test("the main job on the fixtures ends in a dataset that two other readers agree on", async (t) => {
  const folder = temporaryFolder(t);
  await mainJob(folder, FIXTURES);
  await checkDataset(folder);
  const records = dumped(folder);
  assert.ok(records.length >= 280, `${records.length} records`);
  const of = (column: string) => new Set(records.map((record) => record[column]));
  for (const source of ["nasa", "spacex", "bio_diversity"]) assert.ok(of("source").has(source), source);
  for (const license of ["by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd", "cc0", "pdm"]) {
    assert.ok(of("license").has(license), license);
  }
  assert.match(JSON.stringify(records), /[\u3040-\u30ff\u4e00-\u9fff]/);
});

test("the main job gives the same bytes on every run", async (t) => {
  const [one, other] = [temporaryFolder(t), temporaryFolder(t)];
  await mainJob(one, FIXTURES);
  await mainJob(other, FIXTURES);
  for (const name of ["dump.ndjson", "dataset/manifest.json", "dataset/README.md", "dataset/LICENSE.md"]) {
    assert.equal(read(one, name), read(other, name), name);
  }
});

/** Recorded answers of the real APIs that hold items; the others in those folders are parts of items. */
const RECORDED: Readonly<Record<string, readonly string[]>> = {
  flickr: [
    "flickr_example_pretty.json",
    "image_data_complete_example.json",
    "image_data_sub_provider_example.json",
  ],
  clevelandmuseum: ["response_success.json", "handle_response_data.json", "complete_data.json"],
  smithsonian: ["actual_record_data.json"],
  stocksnap: ["full_response.json", "last_full_response.json", "full_item.json"],
  wikimedia: [
    "image_data_example.json",
    "image_data_html_description.json",
    "audio_filedata_ogg.json",
    "audio_filedata_wav.json",
    "continuation/wmc_raw.json",
    "continuation/wmc_pretty4.json",
    "continuation/wmc_pretty123.json",
  ],
};

test("the main job runs on recorded answers of the real APIs", { skip: WITHOUT_SHARED }, async (t) => {
  const folder = temporaryFolder(t);
  const answers = Object.entries(RECORDED).map(([provider, files]) => [
    provider,
    files.map((file) => join(SHARED, "recorded", "providers", provider, file)).join(" "),
  ]);
  await mainJob(folder, Object.fromEntries(answers));
  await checkDataset(folder);
  const records = dumped(folder);
  const providers = new Set(records.map(({ provider }) => provider));
  t.diagnostic(`${records.length} records of ${[...providers].join(", ")}`);
  for (const provider of Object.keys(RECORDED))
    assert.ok(providers.has(provider), `no record of ${provider}`);
  for (const record of records)
    assert.match(String((record.meta_data as Row).license_url), /^https:\/\/creativecommons\.org\//);
});
