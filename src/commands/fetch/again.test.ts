import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Respond, sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { JsonObject } from "../../base/ndjson/index.js";
import { finished, linesOf, NO_PACE, PACED, run, shell, start, temporaryFolder } from "../../testing/run.js";

Object.assign(process.env, NO_PACE);

/** The same command line again: while the first one runs, after it broke off, and where only a few records are wanted. */

const photo = (id: number): JsonObject => ({
  foreign_identifier: id,
  foreign_landing_url: `https://nappy.co/photo/${id}`,
  url: `https://images.nappy.co/${id}.jpg`,
  license: "CC0",
  title: `Photo ${id}`,
});

const PAGES = 4;

/** Nappy, with two photos a page; `answers` says whether a page is answered at all, and how. */
function nappy(answers: (page: number) => "well" | "not" | "never" = () => "well"): Respond {
  return ({ url }, response) => {
    const page = Number(url.searchParams.get("page"));
    const how = answers(page);
    if (how === "never") return;
    if (how === "not") return void response.writeHead(404).end();
    const next_page = page < PAGES ? "https://api.nappy.co/next" : null;
    sendJson(response, { images: [photo(2 * page), photo(2 * page + 1)], next_page });
  };
}

const idsOf = (text: string) => linesOf(text).map(({ foreign_identifier }) => Number(foreign_identifier));
const ALL = [2, 3, 4, 5, 6, 7, 8, 9];

test("the second of two at one walk ends with 75 and names the first, or waits", async (t) => {
  const state = join(temporaryFolder(t), "state");
  let holds = true;
  const { url, asked } = await serve(
    t,
    nappy((page) => (page === 2 && holds ? "never" : "well")),
  );
  const line = ["ov-fetch", "nappy", "--base-url", url, "--state", state] as const;
  const first = start(line);
  const firstEnd = finished(first);
  while (asked.length < 2) await sleep(20);

  const second = await run(line);
  assert.equal(second.code, 75);
  assert.match(
    second.stderr,
    new RegExp(
      `^ov-fetch: another ov-fetch \\(process ${first.pid} on \\S+, since \\S+Z\\) is at the same walk: ` +
        "run this again when it is done, or with --wait\n$",
    ),
  );
  assert.equal(second.stdout, "");
  const other = await run([...line, "--raw", "--limit", "1"]);
  assert.equal(other.code, 0, "a sample is in nobody's way");

  const third = start([...line, "--wait"]);
  const thirdEnd = finished(third);
  // It says that it waits before it waits.
  await once(third.stderr as Readable, "data");
  holds = false;
  first.kill("SIGKILL");
  assert.equal((await firstEnd).code, "SIGKILL");
  const { stdout, stderr, code } = await thirdEnd;
  assert.equal(code, 0, stderr);
  assert.match(stderr, new RegExp(`^ov-fetch: waiting for another ov-fetch \\(process ${first.pid} on `));
  assert.deepEqual(idsOf(stdout), ALL, "it does not start after the other one");
  assert.deepEqual(readdirSync(state), [], "nothing is left");
});

test("many at once: one at a time gets the walk, and each that gets it has all of it", async (t) => {
  const state = join(temporaryFolder(t), "state");
  let atOnce = 0;
  const { url } = await serve(t, ({ url: { searchParams } }, response) => {
    if (searchParams.get("page") === "1") atOnce++;
    assert.equal(atOnce, 1);
    if (searchParams.get("page") === "2") atOnce--;
    const next_page = searchParams.get("page") === "1" ? "https://api.nappy.co/next" : null;
    sendJson(response, { images: [photo(1)], next_page });
  });
  const line = ["ov-fetch", "nappy", "--base-url", url, "--state", state, "--wait"] as const;
  const ends = await Promise.all(Array.from({ length: 4 }, () => run(line, { env: PACED })));
  for (const { code, stderr, stdout } of ends) assert.deepEqual([code, idsOf(stdout)], [0, [1, 1]], stderr);
  assert.deepEqual(readdirSync(state), []);
});

test("Ctrl-C ends the wait for another walk", async (t) => {
  const state = join(temporaryFolder(t), "state");
  const { url, asked } = await serve(
    t,
    nappy(() => "never"),
  );
  const line = ["ov-fetch", "nappy", "--base-url", url, "--state", state] as const;
  const first = start(line);
  const firstEnd = finished(first);
  while (asked.length < 1) await sleep(20);
  const second = start([...line, "--wait"]);
  const end = finished(second);
  await sleep(1500);
  second.kill("SIGINT");
  const { code, stderr } = await end;
  first.kill("SIGINT");
  assert.equal(code, 130);
  assert.match(stderr, /ov-fetch: interrupted: run the same command again, it goes on from there\n$/);
  assert.equal((await firstEnd).code, 130);
  assert.deepEqual(readdirSync(state), []);
});

test("a walk that goes on says after what, and adds to the file of its first part", async (t) => {
  const folder = temporaryFolder(t);
  let how: "not" | "well" = "not";
  const { url } = await serve(
    t,
    nappy((page) => (page === 3 ? how : "well")),
  );
  const line = `ov-fetch nappy --base-url ${url} --state state`;
  const first = await shell(`${line} >> out`, { cwd: folder });
  assert.equal(first.code, 69);
  how = "well";
  const second = await shell(`${line} >> out`, { cwd: folder });
  assert.equal(second.code, 0, second.stderr);
  assert.equal(
    second.stderr.split("\n")[0],
    "ov-fetch: going on after 4 items of nappy; --restart starts again from the first page",
  );
  assert.deepEqual(idsOf(readFileSync(join(folder, "out"), "utf8")), ALL);
});

test("a walk does not go on into the file that `>` has emptied of its first part", async (t) => {
  const folder = temporaryFolder(t);
  let how: "not" | "well" = "not";
  const { url, asked } = await serve(
    t,
    nappy((page) => (page === 3 ? how : "well")),
  );
  const line = `ov-fetch nappy --base-url ${url} --state state`;
  await shell(`${line} > out`, { cwd: folder });
  asked.length = 0;
  how = "well";
  for (const redirection of ["> out", ">> out"]) {
    const refused = await shell(`${line} ${redirection}`, { cwd: folder });
    assert.equal(
      refused.stderr,
      "ov-fetch: the first 4 items of this walk were written to this file and are there no more, for `>` empties " +
        "a file: start again with --restart, and go on with `>>` next time\n",
    );
    assert.equal(refused.code, 73);
  }
  assert.equal(asked.length, 0);
  const again = await shell(`${line} --restart > out`, { cwd: folder });
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(idsOf(readFileSync(join(folder, "out"), "utf8")), ALL);
});

test("a walk goes on into another file, where the first part has been put aside", async (t) => {
  const folder = temporaryFolder(t);
  let how: "not" | "well" = "not";
  const { url } = await serve(
    t,
    nappy((page) => (page === 3 ? how : "well")),
  );
  const line = `ov-fetch nappy --base-url ${url} --state state`;
  await shell(`${line} > out`, { cwd: folder });
  renameSync(join(folder, "out"), join(folder, "part-1"));
  how = "well";
  const { code, stderr } = await shell(`${line} > out; cat part-1 out > all`, { cwd: folder });
  assert.equal(code, 0, stderr);
  assert.deepEqual(idsOf(readFileSync(join(folder, "all"), "utf8")), ALL);
});

test("items and records keep positions of their own", async (t) => {
  const folder = temporaryFolder(t);
  let how: "not" | "well" = "not";
  const { url } = await serve(
    t,
    nappy((page) => (page === 3 ? how : "well")),
  );
  const line = `ov-fetch nappy --base-url ${url} --state state`;
  await shell(`${line} --raw`, { cwd: folder });
  how = "well";
  const { stdout } = await shell(line, { cwd: folder });
  assert.deepEqual(idsOf(stdout), ALL);
});

test("--limit asks the Met for as many objects as it takes to have the records", async (t) => {
  const { url, asked } = await serve(t, ({ url: { pathname } }, response) => {
    const id = Number(/\/(\d+)$/.exec(pathname)?.[1]);
    if (!id)
      return sendJson(response, { total: 200, objectIDs: Array.from({ length: 200 }, (_, i) => i + 1) });
    const isPublicDomain = id % 2 === 0;
    const objectURL = `https://www.metmuseum.org/art/collection/search/${id}`;
    sendJson(response, {
      objectID: id,
      isPublicDomain,
      objectURL,
      primaryImage: `https://images.metmuseum.org/${id}.jpg`,
    });
  });
  const line = ["ov-fetch", "met", "--base-url", url, "--limit", "2"] as const;
  const { stdout, stderr, code } = await run(line);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    linesOf(stdout).map(({ foreign_identifier }) => foreign_identifier),
    ["2-2", "4-4"],
  );
  assert.equal(stderr, "ov-fetch: 2 records, skipped: 2 with no open licence; 0 rejected\n");
  assert.deepEqual(
    asked.map(({ url: { pathname } }) => pathname),
    ["/", "/1", "/2", "/3", "/4"],
  );
});

test("a sample of an API that has changed ends with 65, too", async (t) => {
  const { url } = await serve(t, ({ url: { pathname } }, response) => {
    const id = Number(/\/(\d+)$/.exec(pathname)?.[1]);
    if (!id) return sendJson(response, { total: 3, objectIDs: [1, 2, 3] });
    sendJson(response, { objectID: id, isPublicDomain: true });
  });
  const { stderr, code } = await run(["ov-fetch", "met", "--base-url", url, "--limit", "2"]);
  assert.equal(code, 65);
  assert.match(stderr, /^ov-fetch: 3 of 3 items of a page cannot be used \(3 with no landing page\)/);
});

test("with --db a walk goes on only after what has arrived, also one without days", async (t) => {
  const folder = temporaryFolder(t);
  let how: "not" | "well" = "not";
  const { url, asked } = await serve(
    t,
    nappy((page) => (page === 3 ? how : "well")),
  );
  const fetch = `ov-fetch nappy --base-url ${url} --state state --db staging.db`;
  const pages = () => asked.splice(0).map(({ url: { searchParams } }) => Number(searchParams.get("page")));
  await shell(`${fetch} | { cat > /dev/null; exit 73; }`, { cwd: folder });
  await shell(`${fetch} | ov-stage load --db staging.db`, { cwd: folder });
  assert.deepEqual(pages(), [1, 2, 3, 1, 2, 3], "a loader that died has brought nothing to the database");
  how = "well";
  const last = await shell(`${fetch} | ov-stage load --db staging.db`, { cwd: folder });
  assert.equal(last.code, 0, last.stderr);
  assert.deepEqual(pages(), [3, 4]);
  const { stdout } = await shell("ov-stage dump --db staging.db", { cwd: folder });
  assert.deepEqual(idsOf(stdout), ALL);
});
