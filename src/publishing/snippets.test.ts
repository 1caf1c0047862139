import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { publishToFolder } from "./folder.js";
import { newFolder, shardOf, totalsOf } from "./sample.test.util.js";

const SHARD = "image/train-00000-of-00001.parquet";
const RECORDS = `SELECT i::VARCHAR AS title, NULL::VARCHAR AS creator, NULL::VARCHAR AS creator_url,
  'https://example.org/' || i AS foreign_landing_url, 'by' AS license, '2.0' AS license_version,
  '{"license_url":"https://creativecommons.org/licenses/by/2.0/"}' AS meta_data FROM range(3) AS t(i)`;

test("the card's SQL works in the dataset's folder", async (t) => {
  const work = await newFolder(t);
  const root = join(work, "shards");
  const folder = join(work, "dataset");
  await mkdir(join(root, "image"), { recursive: true });
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(`COPY (${RECORDS}) TO '${join(root, SHARD)}' (FORMAT parquet)`);

  const content = await readFile(join(root, SHARD));
  assert.equal(shardOf(SHARD, content).sha256, createHash("sha256").update(content).digest("hex"));
  const counts = {
    by_media: { image: 3 },
    by_license: { "by 2.0": 3 },
    by_provider: { a: 3 },
    by_source: { a: 3 },
  };
  const manifest = {
    shards: [shardOf(SHARD, content, { root, rows: 3 })],
    totals: totalsOf({ rows: 3, ...counts }),
  };
  await publishToFolder({ manifest, folder, replace: false });

  const card = await readFile(join(folder, "README.md"), "utf8");
  const queries = [...card.matchAll(/```sql\n(.*?)\n```/gs)].map(([, sql]) => sql as string);
  await duckdb.run(`SET file_search_path = '${folder}'`);
  const [counted, credits] = await Promise.all(
    queries.map(async (sql) => (await duckdb.runAndReadAll(sql)).getRowsJson()),
  );
  assert.deepEqual(counted, [["by", "2.0", "3"]]);
  assert.equal(credits?.length, 3);
  assert.equal(credits?.[0]?.at(-1), "https://creativecommons.org/licenses/by/2.0/");
});
