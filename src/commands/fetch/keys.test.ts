import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { JsonObject } from "../../base/ndjson/index.js";
import { linesOf, NO_PACE, run, temporaryFolder } from "../../testing/run.js";

Object.assign(process.env, NO_PACE);

/** A source that quotes the key of whoever asks: it comes out nowhere. */

const KEY = "0123secretkey";

const photo = (id: number, change: JsonObject = {}): JsonObject => ({
  id: String(id),
  owner: "12345678@N00",
  ownername: "Ada",
  title: "Ponies",
  license: "4",
  url_l: `https://live.staticflickr.com/1/${id}_b.jpg`,
  ...change,
});

const PHOTOS = [
  photo(1),
  photo(2, {
    title: `Ponies, asked for by ${KEY}`,
    url_l: `https://live.staticflickr.com/1/2_b.jpg?api_key=${KEY}`,
  }),
  photo(3, { description: { _content: `<a href="https://a.org/?k=${KEY}">https://a.org/?k=${KEY}</a>` } }),
  photo(4, { url_l: `https://live.staticflickr.com/${KEY}/4_b.jpg` }),
];

const answer = (photos: JsonObject[]): JsonObject => ({
  stat: "ok",
  photos: { total: photos.length, photo: photos },
});

test("a live walk: neither records nor rejects, messages and state hold the key", async (t) => {
  const folder = temporaryFolder(t);
  const { url } = await serve(t, ({ url: { searchParams } }, response) => {
    assert.equal(searchParams.get("api_key"), KEY);
    sendJson(response, answer(PHOTOS));
  });
  const state = join(folder, "state");
  const line = ["ov-fetch", "flickr", "--date", "2026-01-02", "--base-url", url, "--state", state] as const;
  const env = { FLICKR_API_KEY: KEY };
  const rejects = join(folder, "rejects");
  const records = await run([...line, "--rejects", rejects], { env });
  assert.equal(records.code, 0, records.stderr);
  assert.equal(
    records.stderr,
    "ov-fetch: 3 records, API key cut out: 1 from url, 1 from title, 1 from meta_data; 1 rejected\n",
  );
  assert.deepEqual(
    linesOf(records.stdout).map(({ url: file, title, meta_data }) => [
      file,
      title,
      (meta_data as { description?: string }).description,
    ]),
    [
      ["https://live.staticflickr.com/1/1_b.jpg", "Ponies", undefined],
      ["https://live.staticflickr.com/1/2_b.jpg", "Ponies, asked for by", undefined],
      ["https://live.staticflickr.com/1/3_b.jpg", "Ponies", "https://a.org/"],
    ],
  );
  const [reject] = linesOf(readFileSync(rejects, "utf8"));
  assert.equal(reject?.error, "url holds the API key");
  const raw = await run([...line, "--raw", "--log-format", "json"], { env });
  assert.equal(JSON.parse(raw.stderr).keys_cut.item, 3);
  assert.equal(linesOf(raw.stdout)[1]?.title, "Ponies, asked for by …");
  const written = [records.stdout, records.stderr, readFileSync(rejects, "utf8"), raw.stdout, raw.stderr];
  for (const text of written) assert.doesNotMatch(text, /0123secretkey/i);
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (file.isFile())
      assert.doesNotMatch(readFileSync(join(file.parentPath, file.name), "utf8"), /0123secretkey/i);
  }
});

test("an error that quotes the key is told without it", async (t) => {
  const { url } = await serve(t, (_, response) => {
    sendJson(response, { stat: "fail", code: 100, message: `Invalid API Key (${KEY} is unknown)` });
  });
  const line = ["ov-fetch", "flickr", "--date", "2026-01-02", "--base-url", url, "--limit", "1"] as const;
  for (const format of ["text", "json"]) {
    const { stderr, code } = await run([...line, "--debug", "--log-format", format], {
      env: { FLICKR_API_KEY: KEY },
    });
    assert.equal(code, 77);
    assert.match(stderr, /Invalid API Key \(… is unknown\)/);
    assert.doesNotMatch(stderr, /0123secretkey/i);
  }
});

test("saved answers: our key by its value, that of somebody else by the parameter", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "saved.json"), JSON.stringify(answer(PHOTOS)));
  const line = ["ov-fetch", "flickr", "--rejects", "rejects", "--input", "saved.json"] as const;
  const ours = await run(line, { cwd: folder, env: { FLICKR_API_KEY: KEY } });
  assert.match(ours.stderr, /API key cut out: 1 from url, 1 from title, 1 from meta_data; 1 rejected\n$/);
  assert.doesNotMatch(ours.stdout + readFileSync(join(folder, "rejects"), "utf8"), /0123secretkey/);
  const unknown = await run(line, { cwd: folder, env: { FLICKR_API_KEY: "" } });
  assert.equal(unknown.stderr, "ov-fetch: 4 records, API key cut out: 1 from url; 0 rejected\n");
});

test("a place in a walk that holds the key is not written down", async (t) => {
  const folder = temporaryFolder(t);
  const { url, asked } = await serve(t, ({ url: { searchParams } }, response) => {
    if (searchParams.get("cursor") !== "*") return void response.writeHead(404).end();
    sendJson(response, { success: true, items: [{ id: "/1/x" }], nextCursor: `2-${KEY}` });
  });
  const line = ["ov-fetch", "europeana", "--raw", "--date", "2026-01-02", "--base-url", url] as const;
  const { stdout, stderr, code } = await run([...line, "--state", join(folder, "state")], {
    env: { EUROPEANA_API_KEY: KEY },
  });
  assert.equal(code, 69, stderr);
  assert.equal(asked.length, 2);
  assert.equal(linesOf(stdout).length, 1);
  assert.doesNotMatch(stderr, /0123secretkey/);
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (file.isFile())
      assert.doesNotMatch(readFileSync(join(file.parentPath, file.name), "utf8"), /0123secretkey/);
  }
});
