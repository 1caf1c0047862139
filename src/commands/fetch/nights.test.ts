import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Respond, sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { JsonObject } from "../../base/ndjson/index.js";
import { smallDisk, WITHOUT_SMALL_DISK } from "../../testing/limits.js";
import {
  finished,
  linesOf,
  NO_PACE,
  PROJECT,
  type Result,
  run,
  shell,
  start,
  temporaryFolder,
} from "../../testing/run.js";
import { ndjson, sampleRecord } from "../../testing/samples.js";

Object.assign(process.env, NO_PACE);

/** Night after night: which days `ov-fetch` asks for, and whether the database holds all of them in the end. */

const PHOTO = JSON.parse(readFileSync(join(PROJECT, "fixtures/flickr/page-1.json"), "utf8")).photos
  .photo[0] as JsonObject;

/** The number of photos of each day. */
const PHOTOS = 3;

/** Flickr, with photos whose ids say their day: `20260102000` to `20260102002`. `fails` names a day that fails. */
function flickr({ fails = (_: string): boolean => false, text = "short" } = {}): Respond {
  return ({ url }, response) => {
    const day = new Date(Number(url.searchParams.get("min_upload_date")) * 1000).toISOString().slice(0, 10);
    if (fails(day)) return void response.writeHead(404).end("gone");
    const photo = Array.from({ length: PHOTOS }, (_, i) => {
      const id = `${day.replaceAll("-", "")}00${i}`;
      return {
        ...PHOTO,
        id,
        url_l: `https://live.staticflickr.com/1/${id}_b.jpg`,
        description: { _content: text },
      };
    });
    sendJson(response, { stat: "ok", photos: { page: 1, pages: 1, perpage: 500, total: PHOTOS, photo } });
  };
}

/** The morning after a day: what is asked for then is that day. */
function morningAfter(day: string): string {
  return String(Date.parse(`${day}T00:00:00Z`) / 1000 + 86_400 + 2 * 3600);
}

interface Nights {
  readonly folder: string;
  /** Runs a pipe in the night after a day; `FETCH` stands for the walk. */
  night(day: string, pipe: string): Promise<Result>;
  /** The days that were asked for since the last call. */
  days(): string[];
}

async function nights(t: TestContext, respond: Respond = flickr()): Promise<Nights> {
  const folder = temporaryFolder(t);
  const { url, asked } = await serve(t, respond);
  const fetch = `ov-fetch flickr --base-url ${url} --state ${folder}/state`;
  const env = { FLICKR_API_KEY: "a-key-of-tests" };
  return {
    folder,
    night: (day, pipe) =>
      shell(pipe.replaceAll("FETCH", fetch), {
        cwd: folder,
        env: { ...env, SOURCE_DATE_EPOCH: morningAfter(day) },
      }),
    days: () =>
      asked
        .splice(0)
        .map(({ url: { searchParams } }) =>
          new Date(Number(searchParams.get("min_upload_date")) * 1000).toISOString().slice(0, 10),
        ),
  };
}

/** The days that a database holds, with how many photos of each. */
async function held(folder: string, db = "staging.db"): Promise<Record<string, number>> {
  const { stdout, stderr, code } = await run(["ov-stage", "dump", "--db", join(folder, db)]);
  assert.equal(code, 0, stderr);
  const counts: Record<string, number> = {};
  for (const { foreign_identifier } of linesOf(stdout)) {
    const day = String(foreign_identifier).slice(0, 8);
    counts[day] = (counts[day] ?? 0) + 1;
  }
  return counts;
}

const PIPE = "FETCH --db staging.db | ov-subprovider | ov-stage load --db staging.db";
/** The same for tests in which nothing depends on what stands between the two. */
const SHORT = "FETCH --db staging.db | ov-stage load --db staging.db";

test("every night asks for the day before, and a month without nights is caught up", async (t) => {
  const { folder, night, days } = await nights(t);
  const first = await night("2026-01-02", PIPE);
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(days(), ["2026-01-02"]);
  assert.equal((await night("2026-01-03", PIPE)).code, 0);
  assert.deepEqual(days(), ["2026-01-03"]);

  const late = await night("2026-02-02", PIPE);
  assert.equal(late.code, 0, late.stderr);
  assert.match(
    late.stderr,
    /^ov-fetch: asking flickr for 2026-01-04 to 2026-02-02: 2026-01-04 is the first day that is not known to be whole in \S+\/staging\.db$/m,
  );
  assert.equal(days().length, 30);
  assert.equal(Object.keys(await held(folder)).length, 32);

  const again = await night("2026-02-02", PIPE);
  assert.equal(again.code, 0, again.stderr);
  assert.match(
    again.stderr,
    /^ov-fetch: nothing to ask for: every day up to 2026-02-02 is in \S+staging\.db; --date asks again$/m,
  );
  assert.deepEqual(days(), []);
});

test("the loads of two nights die of a full disk, and the next night holds all of both", {
  skip: WITHOUT_SMALL_DISK,
}, async (t) => {
  const { night, days } = await nights(t, flickr({ text: "ab ".repeat(3000) }));
  const disk = smallDisk(t, "2m");
  const pipe = PIPE.replaceAll("staging.db", `${disk}/staging.db`);
  assert.equal((await night("2026-01-01", pipe)).code, 0);
  days();
  // Some room is left, so that the database can be read and a load begins; its records need more.
  await shell(`head -c 10000000 /dev/zero > ${disk}/filler; truncate -s -80K ${disk}/filler`);
  for (const day of ["2026-01-02", "2026-01-03"]) {
    const full = await night(day, pipe);
    assert.notEqual(full.code, 0);
    assert.match(full.stderr, /no space left on device/);
  }
  assert.deepEqual(days(), ["2026-01-02", "2026-01-02", "2026-01-03"]);

  await shell(`rm ${disk}/filler`);
  const good = await night("2026-01-04", pipe);
  assert.equal(good.code, 0, good.stderr);
  assert.deepEqual(days(), ["2026-01-02", "2026-01-03", "2026-01-04"]);
  assert.deepEqual(await held(disk, "staging.db"), {
    20260101: PHOTOS,
    20260102: PHOTOS,
    20260103: PHOTOS,
    20260104: PHOTOS,
  });
});

/** A loader that reads all and dies then. */
const DIES = "FETCH --db staging.db | { cat > /dev/null; exit 73; }";

test("what a loader read that died then is asked for again, also when the pipe closed well", async (t) => {
  const { folder, night, days } = await nights(t);
  await night("2026-01-01", SHORT);
  const died = await night("2026-01-02", DIES);
  assert.match(died.stderr, /^ov-fetch: 3 records, 0 rejected$/m);
  await night("2026-01-03", SHORT);
  assert.deepEqual(days(), ["2026-01-01", "2026-01-02", "2026-01-02", "2026-01-03"]);
  assert.deepEqual(await held(folder), { 20260101: PHOTOS, 20260102: PHOTOS, 20260103: PHOTOS });
});

test("a reader that takes one line and closes the pipe leaves nothing done, though its load ends well", async (t) => {
  const { folder, night, days } = await nights(t);
  const cut = await night("2026-01-02", "FETCH --db staging.db | head -n 1 | ov-stage load --db staging.db");
  assert.equal(cut.code, 0, cut.stderr);
  assert.deepEqual(await held(folder), { 20260102: 1 });
  await night("2026-01-03", SHORT);
  assert.deepEqual(days(), ["2026-01-02", "2026-01-02", "2026-01-03"]);
  assert.deepEqual(await held(folder), { 20260102: PHOTOS, 20260103: PHOTOS });
});

test("records that were removed, or are refused, are no reason to ask for their day every night", async (t) => {
  const { folder, night, days } = await nights(t);
  const pipe = `${PIPE} --rejects rejects`;
  await night("2026-01-01", pipe);
  const names = [0, 1, 2].map((i) => `flickr 2026010100${i}`).join("\n");
  const removed = await shell(`echo '${names}' | ov-stage remove --db staging.db --reason takedown`, {
    cwd: folder,
  });
  assert.equal(removed.code, 0, removed.stderr);
  await night("2026-01-02", pipe);
  assert.deepEqual(days(), ["2026-01-01", "2026-01-02"], "all that was to arrive are removed records");
  const fetched = pipe.replace("FETCH", "FETCH --date 2026-01-01");
  const again = await night("2026-01-02", `${fetched}; echo "\${PIPESTATUS[*]}"`);
  assert.match(again.stdout, /"rejected":3\}\n0 0 0$/m, "and are no failure of the load");
  days();

  // Of the night after, all but the last are refused, for another record has their address.
  const others = [0, 1].map((i) =>
    sampleRecord({
      provider: "other",
      foreign_identifier: String(i),
      url: `https://live.staticflickr.com/1/2026010300${i}_b.jpg`,
    }),
  );
  writeFileSync(join(folder, "others"), ndjson(others));
  assert.equal((await shell("ov-stage load --db staging.db others", { cwd: folder })).code, 0);
  const { code, stderr } = await night("2026-01-03", pipe);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /2 rejected$/m);
  await night("2026-01-04", pipe);
  assert.deepEqual(days(), ["2026-01-03", "2026-01-04"]);
});

test("records whose file was removed under another name are no reason to ask for their day every night", async (t) => {
  const { folder, night, days } = await nights(t);
  const files = [0, 1, 2].map((i) => `http://live.staticflickr.com/1/2026010100${i}_b.jpg`).join("\n");
  writeFileSync(join(folder, "others"), ndjson([sampleRecord({ provider: "other" })]));
  const removed = await shell(
    `ov-stage load --db staging.db others && echo '${files}' | ov-stage remove --db staging.db --reason takedown`,
    { cwd: folder },
  );
  assert.match(removed.stdout, /"not_found":3,/);
  const pipe = `${SHORT} --rejects rejects`;
  const { code, stderr } = await night("2026-01-01", pipe);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /3 rejected$/m);
  await night("2026-01-02", pipe);
  assert.deepEqual(days(), ["2026-01-01", "2026-01-02"]);
});

test("another load of the newest day does not stand for the days before it", async (t) => {
  const { folder, night, days } = await nights(t);
  await night("2026-01-01", SHORT);
  await night("2026-01-03", DIES);
  await night("2026-01-03", "FETCH --date 2026-01-03 | ov-stage load --db staging.db");
  days();
  await night("2026-01-04", SHORT);
  assert.deepEqual(days(), ["2026-01-02", "2026-01-03", "2026-01-04"]);
  assert.equal(Object.keys(await held(folder)).length, 4);
});

test("a walk that fails half-way while its load ends well goes on there, and then to the days since", async (t) => {
  let gone = "2026-01-03";
  const { folder, night, days } = await nights(t, flickr({ fails: (day) => day === gone }));
  await night("2026-01-01", PIPE);
  const half = await night("2026-01-03", `${PIPE}; echo "\${PIPESTATUS[*]}"`);
  assert.match(half.stdout, /^69 0 0$/m, half.stderr);
  assert.deepEqual(days(), ["2026-01-01", "2026-01-02", "2026-01-03"]);

  gone = "";
  const { code, stderr } = await night("2026-01-04", PIPE);
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^ov-fetch: going on after 3 items of flickr of 2026-01-02 to 2026-01-03; --restart starts again from the first page$/m,
  );
  assert.deepEqual(days(), ["2026-01-03", "2026-01-04"]);
  assert.equal(Object.keys(await held(folder)).length, 4);
  await night("2026-01-05", PIPE);
  assert.deepEqual(days(), ["2026-01-05"]);
});

test("a walk that failed half-way begins again when what it wrote has not arrived", async (t) => {
  let gone = "2026-01-03";
  const { folder, night, days } = await nights(t, flickr({ fails: (day) => day === gone }));
  await night("2026-01-01", SHORT);
  await night("2026-01-03", DIES);
  days();
  gone = "";
  const { code, stderr } = await night("2026-01-04", SHORT);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /going on/);
  assert.deepEqual(days(), ["2026-01-02", "2026-01-03", "2026-01-04"]);
  assert.equal(Object.keys(await held(folder)).length, 4);
});

test("what arrived before a load that died need not be asked for again", async (t) => {
  let gone = "2026-01-03";
  const { folder, night, days } = await nights(t, flickr({ fails: (day) => day === gone }));
  await night("2026-01-01", SHORT);
  await night("2026-01-05", SHORT);
  assert.deepEqual(days(), ["2026-01-01", "2026-01-02", "2026-01-03"]);
  gone = "2026-01-05";
  await night("2026-01-05", DIES);
  assert.deepEqual(days(), ["2026-01-03", "2026-01-04", "2026-01-05"]);
  gone = "";
  const { code, stderr } = await night("2026-01-05", SHORT);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /going on after 3 items/);
  assert.deepEqual(days(), ["2026-01-03", "2026-01-04", "2026-01-05"]);
  assert.equal(Object.keys(await held(folder)).length, 5);
});

test("a pipe that is killed whole loses nothing", async (t) => {
  const { folder, night, days } = await nights(t, flickr());
  await night("2026-01-01", PIPE);
  // Two pages have gone into the pipe when everything in it is killed: this walk keeps its pace.
  await night("2026-01-06", `set -m; ( export NODE_OPTIONS=; ${PIPE} ) & sleep 3; kill -9 -- -$!; wait`);
  days();
  const { code, stderr } = await night("2026-01-07", PIPE);
  assert.equal(code, 0, stderr);
  const asked = days();
  assert.equal(asked[0], "2026-01-02");
  assert.deepEqual(Object.entries(await held(folder)).length, 7);
});

test("without a database the last day that was done is asked for again", async (t) => {
  const { night, days } = await nights(t);
  await night("2026-01-02", "FETCH > out");
  const second = await night("2026-01-03", "FETCH > out");
  assert.equal(
    second.stderr.split("\n")[0],
    "ov-fetch: asking flickr for 2026-01-02 to 2026-01-03: 2026-01-02 is the last day that was done, and without --db nobody knows whether it has arrived",
  );
  assert.deepEqual(days(), ["2026-01-02", "2026-01-02", "2026-01-03"]);
  await night("2026-01-05", "FETCH | head -c 1");
  days();
  await night("2026-01-06", "FETCH > out");
  assert.equal(days().at(-1), "2026-01-06");
});

test("a walk without a database that never finished, and one that could not begin, start no series of nights", async (t) => {
  const { night, days } = await nights(t, flickr({ fails: (day) => day === "2026-01-02" }));
  assert.equal((await night("2026-01-02", "FETCH > out")).code, 69);
  assert.equal((await night("2026-01-02", "FLICKR_API_KEY= FETCH --db staging.db > out")).code, 77);
  days();
  await night("2026-01-08", "FETCH > out");
  await night("2026-01-09", SHORT);
  assert.deepEqual(days(), ["2026-01-08", "2026-01-09"]);
});

test("the first night is remembered where it failed on its way to a database", async (t) => {
  let gone = "2026-01-02";
  const { folder, night, days } = await nights(t, flickr({ fails: (day) => day === gone }));
  await night("2026-01-02", SHORT);
  gone = "";
  await night("2026-01-03", SHORT);
  assert.deepEqual(days(), ["2026-01-02", "2026-01-02", "2026-01-03"]);
  assert.deepEqual(await held(folder), { 20260102: PHOTOS, 20260103: PHOTOS });
});

test("days that are named overrule, and close a gap where they cover it", async (t) => {
  const { night, days } = await nights(t);
  await night("2026-01-02", SHORT);
  days();
  const load = "ov-stage load --db staging.db";
  await night("2026-01-06", `FETCH --db staging.db --date 2026-01-05 | ${load}`);
  assert.deepEqual(days(), ["2026-01-05"]);
  await night("2026-01-06", `FETCH --db staging.db --since 2026-01-05 --limit 1 | ${load}`);
  days();
  await night("2026-01-06", SHORT);
  assert.deepEqual(days(), ["2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"]);
  await night("2026-01-09", `FETCH --db staging.db --since 2026-01-09 | ${load}`);
  await night("2026-01-10", SHORT);
  assert.deepEqual(days(), ["2026-01-09", "2026-01-10"]);
});

test("days that were asked for while the clock was ahead are not done", async (t) => {
  const { folder, night, days } = await nights(t);
  await night("2026-01-01", SHORT);
  await night("2026-01-05", SHORT);
  days();
  const back = await night("2026-01-03", SHORT);
  assert.equal(back.code, 0, back.stderr);
  assert.deepEqual(days(), ["2026-01-02", "2026-01-03"], "nothing is known of the days after the first");
  await night("2026-01-06", SHORT);
  await night("2026-01-07", SHORT);
  assert.deepEqual(days(), ["2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07"]);

  const later = await night("2026-01-04", SHORT);
  assert.match(
    later.stderr,
    /^ov-fetch: asking flickr for 2026-01-04: the days up to 2026-01-06 were noted as done, and are not over: the clock has been ahead; ask for days before it with --since$/m,
  );
  await night("2026-01-05", SHORT);
  assert.deepEqual(days(), ["2026-01-04", "2026-01-05"]);
  assert.equal(Object.keys(await held(folder)).length, 7);
});

test("where the state is lost, the database says when it was loaded last", async (t) => {
  const { folder, night, days } = await nights(t);
  await night("2026-01-02", SHORT);
  rmSync(join(folder, "state"), { recursive: true });
  await night("2026-01-05", SHORT);
  assert.deepEqual(days(), ["2026-01-02", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05"]);
});

test("the database need not be there, is not made, and has to be one", async (t) => {
  const { folder, night, days } = await nights(t);
  const first = await night("2026-01-02", "FETCH --db staging.db > out");
  assert.deepEqual([first.code, first.stderr], [0, "ov-fetch: 3 records, 0 rejected\n"]);
  assert.ok(!existsSync(join(folder, "staging.db")));
  assert.deepEqual(days(), ["2026-01-02"]);
  writeFileSync(join(folder, "staging.db"), "no database");
  const other = await night("2026-01-03", "FETCH --db staging.db > out");
  assert.equal(other.code, 65);
  assert.match(other.stderr, /^ov-fetch: cannot use \S+staging\.db: not a SQLite file\n$/);
  const raw = await night("2026-01-03", "FETCH --db staging.db --raw");
  assert.equal(raw.code, 2);
});

test("the days that have arrived are seen while a load writes", async (t) => {
  const { folder, night, days } = await nights(t);
  await night("2026-01-02", SHORT);
  const child = start(["ov-stage", "load", "--db", join(folder, "staging.db")]);
  const end = finished(child);
  child.stdin?.write("\n");
  await sleep(1000);
  const { code, stderr } = await night("2026-01-03", "FETCH --db staging.db > out");
  child.stdin?.end();
  assert.equal(code, 0, stderr);
  assert.equal((await end).code, 0);
  assert.deepEqual(days(), ["2026-01-02", "2026-01-03"]);
});

test("a gap of a year goes on night after night, as far as the requests of a day reach", async (t) => {
  const folder = temporaryFolder(t);
  const { url, asked } = await serve(t, (_, response) =>
    sendJson(response, { hits: { total: { value: 0 }, hits: [] } }),
  );
  const night = (day: string) =>
    shell(`ov-fetch aucklandmuseum --base-url ${url} --state state --db staging.db > out`, {
      cwd: folder,
      env: { SOURCE_DATE_EPOCH: morningAfter(day) },
    });
  const days = () => asked.splice(0).map(({ body }) => /"gte":"([\d-]+)T/.exec(body)?.[1]);
  assert.equal((await night("2025-01-01")).code, 0);
  assert.deepEqual(days(), ["2025-01-01"]);

  const counter = readdirSync(join(folder, "state")).find((name) => name.includes("-requests-")) as string;
  for (const expected of [
    ["2025-01-02", "2025-01-03"],
    ["2025-01-04", "2025-01-05"],
  ]) {
    writeFileSync(join(folder, "state", counter), ".".repeat(998));
    const { code, stderr } = await night(expected[0] === "2025-01-02" ? "2026-01-01" : "2026-01-02");
    assert.equal(code, 75, stderr);
    assert.match(stderr, /all 1000 requests that aucklandmuseum allows a day are used up/);
    assert.deepEqual(days(), expected);
  }
});

test("a day that there is not, in what was remembered, is forgotten", async (t) => {
  const { folder, night, days } = await nights(t);
  assert.equal((await night("2026-01-02", SHORT)).code, 0);
  const state = join(folder, "state");
  const name = readdirSync(state).find((file) => /days.*\.json$/.test(file)) as string;
  const remembered = readFileSync(join(state, name), "utf8");
  const damaged = remembered.replaceAll(/2026-01-0\d(?!T)/g, "2026-99-99");
  assert.notEqual(damaged, remembered);
  writeFileSync(join(state, name), damaged);
  days();
  const { code, stderr } = await night("2026-01-04", SHORT);
  assert.equal(code, 0, stderr);
  assert.deepEqual([...new Set(days())].slice(-2), ["2026-01-03", "2026-01-04"]);
});
