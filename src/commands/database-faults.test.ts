import assert from "node:assert/strict";
import { copyFileSync, lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sendJson, serve } from "../http/local-server.test.util.js";
import { type CommandLine, type Result, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord, sampleRecords } from "../testing/samples.js";
import {
  commandsWithDatabase,
  type End,
  FILE_FAULTS,
  type FileFault,
  USERS,
  VALUE_FAULTS,
} from "./database-faults.test.util.js";

/** Every command that opens a database, run on a database with every fault. */

test("every command that opens a database stands in the table", () => {
  const named = new Set(Object.keys(USERS).map((name) => name.replace(/ --.*/, "")));
  assert.deepEqual([...named].sort(), commandsWithDatabase().sort());
});

/** A server that has nothing, and a sound database. */
async function surroundings(t: TestContext): Promise<{ url: string; sound: string; folder: string }> {
  const { url } = await serve(t, (_, response) =>
    sendJson(response, { stat: "ok", photos: { page: 1, pages: 1, perpage: 500, total: 0, photo: [] } }),
  );
  const folder = temporaryFolder(t);
  const sound = join(folder, "sound.db");
  bytes ??= soundDatabase(sound);
  writeFileSync(sound, await bytes);
  return { url, sound, folder };
}

let bytes: Promise<Buffer> | undefined;

/** A database of 200 records, the first of which has everything. */
async function soundDatabase(path: string): Promise<Buffer> {
  const first = sampleRecord({
    creator: "Ada",
    creator_url: "https://www.flickr.com/people/35067687@N04",
    meta_data: { views: "7" },
    tags: [{ name: "sun", provider: "flickr" }],
  });
  const { stderr, code } = await run(["ov-stage", "load", "--db", path], {
    stdin: ndjson([first, ...sampleRecords(200).slice(1)]),
  });
  assert.equal(code, 0, stderr);
  return readFileSync(path);
}

/** Runs a command of the table on a database. */
function runOn(name: string, db: string, url: string, folder: string): Promise<Result> {
  const { use, args = [], stdin = "" } = USERS[name] as (typeof USERS)[string];
  const line = [...name.split(" "), ...args, "--db", db] as unknown as CommandLine;
  const state = ["--state", join(folder, `state-${db.replaceAll("/", "-")}`), "--base-url", url];
  const env = { FLICKR_API_KEY: "0123456789abcdef", OV_CONTACT: "mailto:archive@example.org" };
  return run(use === "asks" ? [...line, ...state] : line, { stdin, env });
}

/** What lies at a path and beside it: names, sizes, times, and the bytes of files. */
function stateOf(folder: string): unknown {
  return readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const { size, mtimeMs, mode } = lstatSync(path);
    return [name, size, mtimeMs, mode, lstatSync(path).isFile() && readFileSync(path).toString("latin1")];
  });
}

function endOf({ ends }: FileFault, name: string): End {
  return ends[name] ?? ends[USERS[name]?.use as string] ?? ends.others;
}

for (const fault of [...FILE_FAULTS, ...VALUE_FAULTS]) {
  test(`every command on ${fault.name}`, async (t) => {
    const { url, sound, folder } = await surroundings(t);
    await inPairs(Object.keys(USERS), async (name) => {
      const home = temporaryFolder(t);
      const db = join(home, "staging.db");
      copyFileSync(sound, db);
      fault.make(db);
      const before = stateOf(home);
      const { stdout, stderr, code } = await runOn(name, db, url, folder);
      const [expected, words] = endOf(fault, name);
      const said = `${fault.name}, ${name}: ${stdout.slice(0, 500)}\n${stderr}`;
      assert.equal(code, expected, said);
      if (typeof words === "string") assert.ok(stderr.includes(words), said);
      else assert.match(stderr, words, said);
      assert.doesNotMatch(stderr, /unexpected|^ {4}at /m, said);
      if (FILE_FAULTS.includes(fault)) assert.deepEqual(stateOf(home), before, said);
    });
  });
}

/** As many at a time as there are processors for. */
async function inPairs<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const next = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all([next(), next(), next()]);
}
