import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../testing/run.js";
import { failureOf } from "./client.test.util.js";
import { type DownloadOptions, download } from "./download.js";
import { FakeClock } from "./fake-clock.test.util.js";
import { type Asked, serve } from "./local-server.test.util.js";

const BYTES = randomBytes(3_000_000);
const OTHER = randomBytes(2_500_000);

/** Sends a file as a strict server does: the rest of it only if it is still the version that was asked for. */
function sendFile(
  asked: Asked,
  response: ServerResponse,
  bytes: Buffer,
  etag: string,
  most = Infinity,
): void {
  const { range, "if-range": ifRange } = asked.headers;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
  const isRange = from > 0 && ifRange === etag;
  if (isRange && from >= bytes.length) {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  const body = isRange ? bytes.subarray(from) : bytes;
  const headers = { etag, "content-length": body.length };
  if (isRange) {
    const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { ...headers, "content-range": contentRange });
  } else response.writeHead(200, headers);
  if (body.length <= most) response.end(body);
  else response.write(body.subarray(0, most), () => response.destroy());
}

function setUp(t: Parameters<typeof temporaryFolder>[0], options: Partial<DownloadOptions> = {}) {
  const folder = temporaryFolder(t);
  const path = join(folder, "file.gz");
  const troubles: string[] = [];
  const more = { version: "1.2.3", clock: new FakeClock(), onRetry: (one: string) => troubles.push(one) };
  const get = (url: string) => download(new URL("/file.gz", url), path, { ...more, ...options });
  return { folder, path, troubles, get };
}

test("a file comes whole, asked for by somebody with a name", async (t) => {
  const { folder, path, get } = setUp(t, { contact: "media@example.org" });
  const { url, asked } = await serve(t, (one, response) => sendFile(one, response, BYTES, '"1"'));
  await get(url);
  assert.ok(readFileSync(path).equals(BYTES));
  assert.deepEqual(readdirSync(folder), ["file.gz"]);
  assert.equal(asked[0]?.headers["user-agent"], "ov-tools/1.2.3 (+media@example.org)");
  assert.equal(asked[0]?.headers["accept-encoding"], "identity");
});

test("a connection that breaks again and again is gone on from where it broke", async (t) => {
  const { path, troubles, get } = setUp(t);
  const { url, asked } = await serve(t, (one, response) => sendFile(one, response, BYTES, '"1"', 1_200_000));
  await get(url);
  assert.ok(readFileSync(path).equals(BYTES));
  assert.ok(asked.length >= 3 && asked.slice(1).every(({ headers }) => headers["if-range"] === '"1"'));
  assert.match(troubles[0] ?? "", /^the connection to [\d.:]+ broke at byte \d+; going on from byte \d+$/);
});

test("the same call later goes on from what is there", async (t) => {
  const { folder, path, get } = setUp(t, { retry: { retries: 0 } });
  const { url, asked } = await serve(t, (one, response, count) =>
    sendFile(one, response, BYTES, '"1"', count === 0 ? 500_000 : Infinity),
  );
  assert.equal((await failureOf(get(url))).outcome, "temporary");
  assert.deepEqual(readdirSync(folder).sort(), ["file.gz.part", "file.gz.part.json"]);
  const size = readFileSync(`${path}.part`).length;
  await get(url);
  assert.ok(readFileSync(path).equals(BYTES));
  assert.equal(asked[1]?.headers.range, `bytes=${size}-`);
  assert.deepEqual(readdirSync(folder), ["file.gz"]);
});

test("a file that changed meanwhile is started over", async (t) => {
  const { path, troubles, get } = setUp(t);
  const { url } = await serve(t, (one, response, count) =>
    count === 0 ? sendFile(one, response, BYTES, '"1"', 1_500_000) : sendFile(one, response, OTHER, '"2"'),
  );
  await get(url);
  assert.ok(readFileSync(path).equals(OTHER));
  assert.ok(
    troubles.includes("the file on the server is another one now: starting over"),
    troubles.join("\n"),
  );
});

test("a server that knows no ranges, or no versions, sends all of it again", async (t) => {
  const { path, troubles, get } = setUp(t);
  const { url } = await serve(t, (_, response, count) => {
    response.writeHead(200, { etag: '"1"', "content-length": BYTES.length });
    if (count === 0) response.write(BYTES.subarray(0, 1_500_000), () => response.destroy());
    else response.end(BYTES);
  });
  await get(url);
  assert.ok(readFileSync(path).equals(BYTES));
  assert.ok(troubles.includes("the server does not go on from the middle: starting over"));
  const other = setUp(t);
  const plain = await serve(t, (_, response, count) => {
    response.writeHead(200, { "content-length": BYTES.length });
    if (count === 0) response.write(BYTES.subarray(0, 1_500_000), () => response.destroy());
    else response.end(BYTES);
  });
  await other.get(plain.url);
  assert.equal(plain.asked[1]?.headers.range, undefined);
  assert.ok(readFileSync(other.path).equals(BYTES));
});

test("a part that was whole already only gets its name", async (t) => {
  const { path, get } = setUp(t);
  const { url } = await serve(t, (one, response) => sendFile(one, response, BYTES, '"1"'));
  const address = createHash("sha256").update(new URL("/file.gz", url).href).digest("hex");
  const version = { address, validator: '"1"', size: BYTES.length };
  writeFileSync(`${path}.part`, BYTES);
  writeFileSync(`${path}.part.json`, JSON.stringify(version));
  await get(url);
  assert.ok(readFileSync(path).equals(BYTES));
});

test("a file that does not pass the check is removed", async (t) => {
  const { folder, get } = setUp(t, { check: async () => false });
  const { url } = await serve(t, (one, response) => sendFile(one, response, BYTES, '"1"'));
  const { outcome, message } = await failureOf(get(url));
  assert.equal(outcome, "temporary");
  assert.match(message, /did not come as it was published/);
  assert.deepEqual(readdirSync(folder), []);
});

test("redirects are followed, bursts of errors waited out, refusals told", async (t) => {
  const { path, get } = setUp(t);
  const { url } = await serve(t, (one, response, count) => {
    if (count === 0) response.writeHead(503, { "retry-after": "2" }).end();
    else if (one.url.pathname === "/file.gz") response.writeHead(302, { location: "/mirror" }).end();
    else sendFile(one, response, BYTES, '"1"');
  });
  await get(url);
  assert.ok(readFileSync(path).equals(BYTES));
  for (const [status, outcome, attempts = 1] of [
    [404, "refused"],
    [403, "no_permission"],
    [408, "temporary", 5],
    [500, "temporary", 5],
    [501, "temporary"],
  ] as const) {
    const refused = setUp(t);
    const server = await serve(t, (_, response) => response.writeHead(status).end());
    assert.equal((await failureOf(refused.get(server.url))).outcome, outcome);
    assert.equal(server.asked.length, attempts);
    assert.equal(existsSync(refused.path), false);
  }
});

test("a folder that is not there is told at once", async (t) => {
  const { url } = await serve(t, (one, response) => sendFile(one, response, BYTES, '"1"'));
  const path = join(temporaryFolder(t), "nowhere", "file.gz");
  const { outcome, message } = await failureOf(download(new URL(url), path, { version: "1" }));
  assert.equal(outcome, "no_output");
  assert.match(message, /no such file or folder/);
});

test("an aborted download keeps what it has", async (t) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const { folder, get } = setUp(t, {
    signal: controller.signal,
    onProgress: (done) => done > 1_000_000 && controller.abort(reason),
  });
  const { url } = await serve(t, (one, response) => sendFile(one, response, BYTES, '"1"'));
  await assert.rejects(get(url), reason);
  assert.ok(readdirSync(folder).includes("file.gz.part"));
});
