import assert from "node:assert/strict";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { parse, stringify } from "ndjson";
import { PROJECT, run, temporaryFolder } from "../testing/run.js";

/** The package `ndjson` as an independent reader and writer of what goes through the pipes. */

const FLICKR = ["ov-fetch", "flickr", "--input", join(PROJECT, "fixtures/flickr/page-1.json")] as const;

async function readByPackage(text: string): Promise<Record<string, unknown>[]> {
  const records: Record<string, unknown>[] = [];
  for await (const record of Readable.from([text]).pipe(parse({ strict: true }))) records.push(record);
  return records;
}

test("the package ndjson reads what a command writes", async () => {
  const { stdout } = await run(FLICKR);
  const records = await readByPackage(stdout);
  assert.equal(records.length, stdout.split("\n").length - 1);
  assert.equal(records.map((record) => `${JSON.stringify(record)}\n`).join(""), stdout);
});

test("a command reads what the package ndjson writes", async (t) => {
  const { stdout } = await run(FLICKR);
  const records = await readByPackage(stdout);
  let written = "";
  for await (const piece of Readable.from(records).pipe(stringify())) written += piece;
  const db = join(temporaryFolder(t), "staging.db");
  const load = await run(["ov-stage", "load", "--db", db], { stdin: written });
  assert.equal(load.code, 0, load.stderr);
  assert.equal(JSON.parse(load.stdout).inserted, records.length);
});

test("both read odd lines alike", async () => {
  const odd =
    '{"title":"a\u2028b","n":1e3}\r\n{"title":"\\ud83d\\ude00 \ud83d\ude00","deep":{"list":[1,[2]]}}';
  const { stdout, code } = await run(["ov-subprovider"], { stdin: odd });
  assert.equal(code, 0);
  assert.deepEqual(await readByPackage(odd), await readByPackage(stdout));
});
