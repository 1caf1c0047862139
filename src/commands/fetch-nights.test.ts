import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Respond, sendJson, serve } from "../http/local-server.test.util.js";
import type { JsonObject } from "../ndjson/index.js";
import { smallDisk, WITHOUT_SMALL_DISK } from "../testing/limits.js";
import { linesOf, PROJECT, type Result, run, shell, temporaryFolder } from "../testing/run.js";

/** Night after night: which days `ov-fetch` asks for, and whether the database holds all of them in the end. */

const PHOTO = JSON.parse(readFileSync(join(PROJECT, "fixtures/flickr/page-1.json"), "utf8")).photos
  .photo[0] as JsonObject;

/** So many photos each day has. */
const PHOTOS = 3;

/** Flickr, with photos whose ids say their day: `20260102000` to `20260102002`. `fails` says what day cannot be had. */
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
  const env = { FLICKR_API_KEY: "a-key" };
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
