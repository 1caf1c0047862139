import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Manifest, type ManifestShard, type ManifestTotals, openShardWriter } from "../parquet/index.js";
import { cleanRecord } from "../record/index.js";
import { newFolder, publishToFolder } from "./sample.test.util.js";

const LICENSE_URL = "https://creativecommons.org/licenses/by/2.0/";

test("the card's SQL works on real shards in the dataset's folder", async (t) => {
  const work = await newFolder(t);
  const folder = join(work, "dataset");
  const manifest = await realShards(join(work, "shards"), 3);
  const { rows } = await publishToFolder({ manifest, folder, replace: false });
  assert.equal(rows, 3);

  const card = await readFile(join(folder, "README.md"), "utf8");
  const [count, credit] = [...card.matchAll(/```sql\n(.*?)\n```/gs)].map(([, sql]) => sql as string);
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(`SET file_search_path = '${folder}'`);
  const rowsOf = async (sql = "") => (await duckdb.runAndReadAll(sql)).getRowsJson();
  assert.deepEqual(await rowsOf(count), [["by", "2.0", "3"]]);
  const landing = "https://www.example.org/works/0";
  assert.deepEqual((await rowsOf(credit))[0], ["Work 0", null, null, landing, "by", "2.0", LICENSE_URL]);
});

/** Shards of a few images, as ov-to-parquet makes them, and their manifest. */
async function realShards(out: string, images: number): Promise<Manifest> {
  const writer = await openShardWriter({ out });
  for (let i = 0; i < images; i++) {
    const cleaned = cleanRecord({
      provider: "flickr",
      foreign_identifier: String(i),
      foreign_landing_url: `https://www.example.org/works/${i}`,
      url: `https://www.example.org/files/${i}.jpg`,
      title: `Work ${i}`,
      license_url: LICENSE_URL,
    });
    assert.ok("record" in cleaned);
    await writer.write(cleaned.record);
  }
  const lines = await writer.finish();
  return {
    shards: lines.slice(0, -1) as ManifestShard[],
    totals: lines.at(-1) as ManifestTotals,
  };
}
