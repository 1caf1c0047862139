import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Respond, sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { JsonObject } from "../../base/ndjson/index.js";
import {
  finished,
  linesOf,
  NO_PACE,
  PACED,
  PROJECT,
  run,
  shell,
  start,
  temporaryFolder,
} from "../../testing/run.js";

Object.assign(process.env, NO_PACE);

/** Runs that take days: budgets, limits of time, pages that fail, an API that changes, dates. */

const photo = (id: number): JsonObject => ({
  foreign_identifier: id,
  foreign_landing_url: `https://nappy.co/photo/${id}`,
  url: `https://images.nappy.co/${id}.jpg`,
  license: "CC0",
  title: `Photo ${id}`,
});

/** Nappy as the real one: pages of 100, refused in any other size. `pages` are those of the whole walk. */
const nappy =
  (pages: number, items = (page: number) => [photo(page)]): Respond =>
  ({ url }, response) => {
    const page = Number(url.searchParams.get("page"));
    if (url.searchParams.get("per_page") !== "100") return sendJson(response, {}, 400);
    sendJson(response, { images: items(page), next_page: page < pages ? "https://api.nappy.co/next" : null });
  };

const idsOf = (text: string) => linesOf(text).map((record) => record.foreign_identifier);

test("the requests of a day are counted over all runs; when they are used up it says until when", async (t) => {
  const state = join(temporaryFolder(t), "state");
  const { url, asked } = await serve(t, ({ url: { searchParams, pathname } }, response) => {
    const page = Number(searchParams.get("page"));
    const results = pathname === "/images/" ? [{ id: `photo-${page}` }] : [];
    sendJson(response, { page_count: 3, results });
  });
  const line = ["ov-fetch", "openverse", "--base-url", url, "--state", state, "--raw"] as const;
  const env = { OPENVERSE_TOKEN: "a-token-of-tests" };
  assert.equal((await run([...line, "--limit", "1"], { env })).code, 0);
  const counter = join(state, readdirSync(state)[0] as string);
  assert.equal(readFileSync(counter, "utf8").length, asked.length);
  const today = new Date().toISOString().slice(0, 10);
  assert.ok(counter.endsWith(`-requests-${today}`), counter);

  appendFileSync(counter, ".".repeat(10_000 - 1 - asked.length));
  const last = await run(line, { env });
  assert.equal(last.code, 75, last.stderr);
  assert.match(
    last.stderr,
    /ov-fetch: all 10000 requests that openverse allows a day are used up: run the same command again after \d{4}-\d\d-\d\dT00:00Z, it goes on from here\n$/,
  );
  assert.deepEqual(linesOf(last.stdout), [{ id: "photo-1" }]);

  writeFileSync(counter, "");
  const next = await run(line, { env });
  assert.equal(next.code, 0, next.stderr);
  assert.deepEqual(linesOf(next.stdout), [{ id: "photo-2" }, { id: "photo-3" }]);
});

test("the requests of a former day do not count, and their file goes", async (t) => {
  const state = join(temporaryFolder(t), "state");
  const { url } = await serve(t, (_, response) => sendJson(response, { page_count: 1, results: [] }));
  const line = ["ov-fetch", "openverse", "--base-url", url, "--state", state] as const;
  const env = { OPENVERSE_TOKEN: "a-token-of-tests" };
  await run([...line], { env });
  const [name] = readdirSync(state) as [string];
  const old = join(state, name.replace(/\d{4}-\d\d-\d\d$/, "2020-01-01"));
  writeFileSync(old, ".".repeat(10_000));
  writeFileSync(join(state, name), "");
  assert.equal((await run(line, { env })).code, 0);
  assert.ok(!existsSync(old));
});

for (const [what, variables, folder] of [
  ["XDG_STATE_HOME", { XDG_STATE_HOME: "HERE/xdg", HOME: "HERE" }, "xdg/ov-tools"],
  ["HOME", { XDG_STATE_HOME: "", HOME: "HERE" }, ".local/state/ov-tools"],
  [
    "HOME, not a folder that is named relatively",
    { XDG_STATE_HOME: "xdg", HOME: "HERE" },
    ".local/state/ov-tools",
  ],
] as const) {
  test(`without --state, the place of a walk is kept below ${what}`, async (t) => {
    const here = temporaryFolder(t);
    const { url } = await serve(t, (_, response) => sendJson(response, { page_count: 1, results: [] }));
    const env = Object.fromEntries(
      Object.entries({ ...variables, OPENVERSE_TOKEN: "a-token-of-tests" }).map(([name, value]) => [
        name,
        value.replace("HERE", here),
      ]),
    );
    assert.equal((await run(["ov-fetch", "openverse", "--base-url", url], { env })).code, 0);
    assert.ok(readdirSync(join(here, folder)).length > 0);
  });
}

test("--skip-errors goes on after pages that fail, and fails at the end", async (t) => {
  const good = nappy(5);
  const { url, asked } = await serve(t, (one, response, count) => {
    const page = Number(one.url.searchParams.get("page"));
    if (page === 2) return void response.writeHead(404).end("<html>gone</html>");
    if (page === 4) return void response.writeHead(200, { "content-type": "text/html" }).end("{}");
    good(one, response, count);
  });
  const line = ["ov-fetch", "nappy", "--base-url", url, "--state", temporaryFolder(t)] as const;
  const stopped = await run(line);
  assert.deepEqual([stopped.code, idsOf(stopped.stdout)], [69, ["1"]]);

  asked.length = 0;
  const { stdout, stderr, code } = await run([...line, "--restart", "--skip-errors"]);
  assert.deepEqual(idsOf(stdout), ["1", "3", "5"]);
  assert.equal(code, 69, stderr);
  assert.match(stderr, /warning: passed over: .*page=2.* answered with status 404/);
  assert.match(
    stderr,
    /warning: passed over: Nappy \([\d.:]+\) answered with \{\}, which is no page of items/,
  );
  assert.match(stderr, /ov-fetch: 2 pages were passed over, the first because .*page=2.*\n$/);
});

test("--skip-errors in a walk from cursor to cursor names the day to fetch again", async (t) => {
  const { url } = await serve(t, ({ url: { searchParams } }, response) => {
    const [, day] = /^timestamp_update:\[(\S{10})T/.exec(searchParams.get("query") ?? "") ?? [];
    const cursor = searchParams.get("cursor");
    if (day === undefined || searchParams.get("wskey") !== "a-key-of-tests")
      return sendJson(response, {}, 400);
    if (day === "2024-02-28" && cursor === "c2") return void response.writeHead(404).end();
    sendJson(response, {
      success: true,
      items: [{ id: `${day} ${cursor}` }],
      ...(cursor === "*" && { nextCursor: "c2" }),
    });
  });
  const days = ["--since", "2024-02-28", "--until", "2024-02-29"];
  const line = ["ov-fetch", "europeana", "--base-url", url, "--state", temporaryFolder(t), ...days] as const;
  const { stdout, stderr, code } = await run([...line, "--raw", "--skip-errors"], {
    env: { EUROPEANA_API_KEY: "a-key-of-tests" },
  });
  assert.equal(code, 69, stderr);
  assert.deepEqual(
    linesOf(stdout).map(({ id }) => id),
    ["2024-02-28 *", "2024-02-29 *", "2024-02-29 c2"],
  );
  assert.match(
    stderr,
    /warning: passed over: .*404.*; the rest of 2024-02-28 is missing, .*--date 2024-02-28$/m,
  );
  assert.match(stderr, /ov-fetch: 1 page was passed over, the first because .*--date 2024-02-28\n$/);
  assert.ok(!stderr.includes("a-key-of-tests"), stderr);
});

test("an API that has changed ends the walk with 65; a bad item does not", async (t) => {
  const folder = temporaryFolder(t);
  const lacking = (id: number): JsonObject => ({ ...photo(id), url: null });
  const page = (bad: number) => (number: number) =>
    Array.from({ length: 10 }, (_, i) => (i < bad ? lacking(number * 100 + i) : photo(number * 100 + i)));
  const few = await serve(t, nappy(1, page(2)));
  const rejects = join(folder, "rejects");
  const line = ["ov-fetch", "nappy", "--state", join(folder, "state"), "--rejects", rejects] as const;
  const good = await run([...line, "--base-url", few.url]);
  assert.equal(good.code, 0, good.stderr);
  assert.equal(good.stderr, "ov-fetch: 8 records, skipped: 2 with no media file; 2 rejected\n");
  assert.deepEqual(
    linesOf(readFileSync(rejects, "utf8")).map(({ file, item, error, code }) => [file, item, error, code]),
    [1, 2].map((item) => ["nappy", item, "no media file", "no_media_file"]),
  );

  const many = await serve(
    t,
    nappy(2, (number) => page(number === 2 ? 3 : 0)(number)),
  );
  const changed = await run([...line, "--base-url", many.url]);
  assert.equal(
    changed.stderr,
    "ov-fetch: 3 of 10 items of a page cannot be used (3 with no media file): the API of Nappy has changed\n",
  );
  assert.equal(changed.code, 65);
  assert.equal(linesOf(changed.stdout).length, 17, "what was good is there");
  assert.equal(linesOf(readFileSync(rejects, "utf8")).length, 3, "and so is what was not");

  // The next run begins with the page that could not be used, and adds to the rejects.
  many.asked.length = 0;
  assert.equal((await run([...line, "--base-url", many.url])).code, 65);
  assert.equal(many.asked[0]?.url.searchParams.get("page"), "2");
  assert.equal(linesOf(readFileSync(rejects, "utf8")).length, 6);
});

test("--restart forgets the position", async (t) => {
  const state = temporaryFolder(t);
  let fails = true;
  const good = nappy(3);
  const { url } = await serve(t, (one, response, count) => {
    if (fails && one.url.searchParams.get("page") === "3") return void response.writeHead(404).end();
    good(one, response, count);
  });
  const line = ["ov-fetch", "nappy", "--base-url", url, "--state", state] as const;
  assert.deepEqual(idsOf((await run(line)).stdout), ["1", "2"]);
  assert.deepEqual(idsOf((await run(line)).stdout), [], "it goes on at the page that failed");
  fails = false;
  assert.deepEqual(idsOf((await run([...line, "--restart"])).stdout), ["1", "2", "3"]);
  assert.deepEqual(readdirSync(state), []);
});

test("a walk into a file that is killed goes on right after its last page", async (t) => {
  const folder = temporaryFolder(t);
  const { url, asked } = await serve(t, nappy(6));
  const line = `ov-fetch nappy --base-url ${url} --state ${folder}/state >> ${folder}/out`;
  const output = openSync(join(folder, "out"), "a");
  const child = start(["ov-fetch", "nappy", "--base-url", url, "--state", join(folder, "state")], {
    stdout: output,
    env: PACED,
  });
  const end = finished(child);
  while (asked.length < 4) await sleep(20);
  child.kill("SIGKILL");
  await end;
  const before = asked.length;
  assert.equal((await shell(line)).code, 0);
  const ids = idsOf(readFileSync(join(folder, "out"), "utf8"));
  assert.deepEqual([...new Set(ids)].sort(), ["1", "2", "3", "4", "5", "6"]);
  assert.ok(Number(asked[before]?.url.searchParams.get("page")) >= 3);
});

test("--time-limit stops at its position with 75", async (t) => {
  const state = temporaryFolder(t);
  // One minute is the least; the server makes the first page last longer than that, by the clock of the process.
  const { url } = await serve(t, nappy(3));
  const line = ["ov-fetch", "nappy", "--base-url", url, "--state", state, "--time-limit", "1"] as const;
  const env = { NODE_OPTIONS: `--import ${join(PROJECT, "dist/testing/hasty-clock.js")}` };
  const first = await run(line, { env });
  assert.deepEqual(idsOf(first.stdout), ["1"]);
  assert.equal(
    first.stderr,
    "ov-fetch: 1 minute is over (--time-limit): run the same command again, it goes on from here\n",
  );
  assert.equal(first.code, 75);
  assert.deepEqual(idsOf((await run(line)).stdout), ["2", "3"]);
});

test("lists of days go through xargs and loops, one walk each", async (t) => {
  const folder = temporaryFolder(t);
  const { url, asked } = await serve(t, (_, response) =>
    sendJson(response, { hits: { total: { value: 0 }, hits: [] } }),
  );
  writeFileSync(join(folder, "days.txt"), "2026-01-02\n2025-12-31\n");
  const options = `aucklandmuseum --base-url ${url} --state ${folder}/state --quiet`;
  const loop = `while read -r day; do ov-fetch ${options} --date "$day"; done < ${folder}/days.txt`;
  assert.equal((await shell(loop)).code, 0);
  const days = asked.map(({ body }) => /"gte":"([\d-]+)T/.exec(body)?.[1]);
  assert.deepEqual(days, ["2026-01-02", "2025-12-31"]);

  asked.length = 0;
  const week = await shell(`ov-fetch ${options} --since 2026-01-01 --until 2026-01-02`);
  assert.equal(week.code, 0, week.stderr);
  assert.equal(asked.length, 2);
});

test("iNaturalist's dump is fetched, joined, and not fetched again until there is a newer one", async (t) => {
  const state = join(temporaryFolder(t), "state");
  mkdirSync(state);
  let changed = "Sat, 01 Nov 2025 00:00:00 GMT";
  const { url, asked } = await serve(t, ({ url: { pathname }, method }, response) => {
    const path = join(PROJECT, "fixtures/inaturalist", pathname);
    if (!existsSync(path)) return void response.writeHead(404).end();
    const body = readFileSync(path);
    response.writeHead(200, { "last-modified": changed, "content-length": String(body.length), etag: '"1"' });
    response.end(method === "HEAD" ? undefined : body);
  });
  const line = ["ov-fetch", "inaturalist", "--base-url", url, "--state", state] as const;
  const saved = await run([
    "ov-fetch",
    "inaturalist",
    "--input",
    ...["taxa", "observers", "observations", "photos"].map((name) =>
      join(PROJECT, `fixtures/inaturalist/${name}.csv.gz`),
    ),
  ]);
  const first = await run(line);
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(idsOf(first.stdout), ["700001", "700002", "700005"]);
  assert.equal(first.stdout, saved.stdout);
  const [record] = linesOf<JsonObject>(first.stdout);
  assert.equal(record?.title, 'Fictornis "magnus"');
  assert.deepEqual(
    ((record?.tags ?? []) as JsonObject[]).map(({ name }) => name),
    ["Animalia", "Aves", "Fictornis"],
  );

  const again = await run(line);
  assert.equal(again.stdout, "");
  assert.match(again.stderr, /warning: iNaturalist has no dump that is newer than the one of the last run/);
  changed = new Date(Date.now() + 86_400_000).toUTCString();
  const fetched = asked.filter(({ method }) => method === "GET").length;
  assert.equal((await run(line)).stdout, first.stdout);
  assert.equal(asked.filter(({ method }) => method === "GET").length, 2 * fetched);
});

test("sizes of files and packs of sounds are asked for, politely, whatever address a source gives", async (t) => {
  const sound = (id: number, preview: string) => ({
    id,
    url: `https://freesound.org/people/ear/sounds/${id}/`,
    name: `Sound ${id}`,
    license: "http://creativecommons.org/publicdomain/zero/1.0/",
    pack: "https://elsewhere.example.org/packs/7/",
    previews: { "preview-hq-mp3": preview },
  });
  const { url, asked } = await serve(t, (one, response) => {
    const { pathname } = one.url;
    if (one.method === "HEAD") return void response.writeHead(200, { "content-length": "16359" }).end();
    if (one.headers.authorization !== "Token a-key-of-tests") return sendJson(response, {}, 401);
    if (pathname === "/packs/7/") return sendJson(response, { id: 7, name: "Doors" });
    const previews = [`http://${one.headers.host}/1.mp3`, "no address", "file:///etc/passwd"];
    sendJson(response, { next: null, results: previews.map((preview, i) => sound(i + 1, preview)) });
  });
  const line = [
    "ov-fetch",
    "freesound",
    "--base-url",
    url,
    "--limit",
    "5",
    "--state",
    temporaryFolder(t),
  ] as const;
  const { stdout, stderr, code } = await run(line, { env: { FREESOUND_API_KEY: "a-key-of-tests" } });
  assert.equal(code, 0, stderr);
  const [record, ...others] = linesOf<JsonObject>(stdout);
  assert.deepEqual(others, []);
  assert.equal(record?.filesize, 16359);
  assert.equal(((record?.audio_set ?? {}) as JsonObject).title, "Doors");
  assert.equal(stderr, "ov-fetch: 1 record, skipped: 2 with no file at its address; 0 rejected\n");
  assert.deepEqual(
    asked.map(({ method, url: { pathname } }) => `${method} ${pathname}`),
    ["GET /search/text", "HEAD /1.mp3", "GET /packs/7/"],
  );
  assert.equal(asked[1]?.headers.authorization, undefined, "the key is for the API only");
});
