import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
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
  start,
  temporaryFolder,
} from "../../testing/run.js";

Object.assign(process.env, NO_PACE);

/** Live runs against a server on this machine. */

const KEY = "0123456789abcdef-secret";
const PAGES = 8;
const PHOTO = JSON.parse(readFileSync(join(PROJECT, "fixtures/flickr/page-1.json"), "utf8")).photos
  .photo[0] as JsonObject;

/**
 * A day of Flickr as strict as the real one: refused without the key, for another day or page size. The day has as many
 * photos as the first eight hours, so that it is cut into hours; each has one page of 500 photos with long descriptions.
 */
const flickr: Respond = ({ url }, response) => {
  const query = url.searchParams;
  if (query.get("api_key") !== KEY) {
    return sendJson(response, {
      stat: "fail",
      code: 100,
      message: "Invalid API Key (Key has invalid format)",
    });
  }
  const [start, end] = ["min_upload_date", "max_upload_date"].map((name) => Number(query.get(name))) as [
    number,
    number,
  ];
  if (new Date(start * 1000).toISOString().slice(0, 10) !== "2026-01-02" || query.get("per_page") !== "500") {
    return sendJson(response, {}, 400);
  }
  const hour = (start % 86_400) / 3600;
  const total = end - start > 3600 ? PAGES * 500 : hour < PAGES ? 500 : 0;
  const photo = Array.from({ length: Math.min(total, 500) }, (_, i) => {
    const id = String(54_000_000_000 + hour * 1000 + i);
    return {
      ...PHOTO,
      id,
      url_l: `https://live.staticflickr.com/65535/${id}_x_b.jpg`,
      description: { _content: "ab ".repeat(650) },
    };
  });
  sendJson(response, { stat: "ok", photos: { page: 1, pages: 1, perpage: 500, total, photo } });
};

const DAY = ["--date", "2026-01-02"] as const;

test("a walk that was killed goes on where it stopped, and misses nothing", async (t) => {
  const folder = temporaryFolder(t);
  const { url, asked } = await serve(t, flickr);
  const line = ["ov-fetch", "flickr", ...DAY, "--base-url", url, "--state", join(folder, "state")] as const;
  const env = { FLICKR_API_KEY: KEY, OV_CONTACT: "mailto:archive@example.org" };

  const child = start(line, { env: { ...env, ...PACED } });
  const end = finished(child);
  while (asked.length < 8) await sleep(20);
  child.kill("SIGKILL");
  const first = await end;
  assert.equal(first.code, "SIGKILL");
  // Beside the position lies the lock, which no process holds any more.
  const place = readdirSync(join(folder, "state")).filter((name) => name.endsWith(".json"));
  assert.equal(place.length, 1);
  assert.ok(!readFileSync(join(folder, "state", place[0] as string), "utf8").includes(KEY));

  const before = asked.length;
  const second = await run(line, { env });
  assert.equal(second.code, 0, second.stderr);
  const hours = asked
    .slice(before)
    .map(({ url: { searchParams } }) => (Number(searchParams.get("min_upload_date")) % 86_400) / 3600);
  assert.ok((hours[0] as number) > 0, `it began again at hour ${hours[0]}`);
  assert.equal(hours.at(-1), 23);

  // The last line of a killed command may be cut off; a line reader would report it.
  const whole = first.stdout.slice(0, first.stdout.lastIndexOf("\n") + 1);
  const ids = new Set(
    [...linesOf(whole), ...linesOf(second.stdout)].map((record) => record.foreign_identifier),
  );
  assert.equal(ids.size, PAGES * 500);
  assert.deepEqual(readdirSync(join(folder, "state")), [], "a finished walk forgets its place");
  assert.match(
    asked[0]?.headers["user-agent"] ?? "",
    /^ov-tools\/\d+\.\d+\.\d+ \(\+mailto:archive@example\.org\)$/,
  );
});

test("a key that is missing or wrong ends with 77, and no message shows it", async (t) => {
  const folder = temporaryFolder(t);
  const { url } = await serve(t, flickr);
  const keyFile = join(folder, "key");
  writeFileSync(keyFile, "wrong-key-in-a-file\n");
  const line = ["ov-fetch", "flickr", ...DAY, "--base-url", url, "--state", join(folder, "state")] as const;

  const missing = await run(line, { env: { FLICKR_API_KEY: "" } });
  assert.equal(
    missing.stderr,
    "ov-fetch: flickr needs an API key: set FLICKR_API_KEY, or name a file with --api-key-file; " +
      "get one at https://www.flickr.com/services/apps/create/\n",
  );
  assert.equal(missing.code, 77);

  const wrong = await run([...line, "--api-key-file", keyFile, "--debug"]);
  assert.match(
    wrong.stderr,
    /^ov-fetch: Flickr \(127\.0\.0\.1:\d+\) answered with an error: Invalid API Key .*: check FLICKR_API_KEY/,
  );
  assert.doesNotMatch(wrong.stderr, /wrong-key/);
  assert.equal(wrong.code, 77);
});

test("a server that keeps failing ends with 75 and says what was tried, without the key", async (t) => {
  const { url, asked } = await serve(t, (_, response) => {
    response.writeHead(503, { "retry-after": "0" }).end("busy");
  });
  const line = ["ov-fetch", "flickr", ...DAY, "--base-url", url, "--limit", "5"] as const;
  const { stderr, code } = await run(line, { env: { FLICKR_API_KEY: KEY } });
  assert.equal(code, 75, stderr);
  assert.equal(asked.length, 5);
  assert.match(stderr, /warning: .* answered with status 503; trying again in \d+\.\d s\n/);
  assert.match(stderr, /gave up \(after 5 attempts\): try again later\n$/);
  assert.ok(!stderr.includes(KEY), stderr);
});

test("a museum that needs no key is fetched up to a limit in one request", async (t) => {
  const { url, asked } = await serve(t, (_, response) => {
    sendJson(
      response,
      JSON.parse(readFileSync(join(PROJECT, "fixtures/clevelandmuseum/page-1.json"), "utf8")),
    );
  });
  const { stdout, stderr, code } = await run([
    "ov-fetch",
    "clevelandmuseum",
    "--limit",
    "10",
    "--base-url",
    url,
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(linesOf(stdout).length, 10);
  assert.equal(asked.length, 1);
});

test("Ctrl-C ends a wait for the server at once with 130", async (t) => {
  const { url, asked } = await serve(t, () => {});
  const child = start(["ov-fetch", "clevelandmuseum", "--base-url", url, "--limit", "1"]);
  const end = finished(child);
  while (asked.length === 0) await sleep(20);
  const interrupted = performance.now();
  child.kill("SIGINT");
  const { stderr, code } = await end;
  assert.ok(performance.now() - interrupted < 2000);
  assert.deepEqual(
    [stderr, code],
    ["ov-fetch: interrupted: run the same command again, with --limit it starts from the first page\n", 130],
  );
});
