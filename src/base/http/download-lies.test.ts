import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../../testing/run.js";
import { failureOf } from "./client.test.util.js";
import { download } from "./download.js";
import { FakeClock } from "./fake-clock.test.util.js";
import { serve } from "./local-server.test.util.js";

const page = "<!doctype html><h1>Please log in</h1>";
for (const [name, path, body, words] of [
  [
    "a page in the place of a file",
    "/dump.json",
    page,
    `an HTML page, and not the file; it begins ${JSON.stringify(page)}`,
  ],
  [
    "an error of a store",
    "/dump.gz",
    "<?xml version='1.0'?><Error>",
    "XML, and not the file; it begins \"<?xml version='1.0'?><Error>\"",
  ],
  [
    "text in the place of a packed file",
    "/dump.json.gz",
    '{"error":"gone"}',
    'text, and not the file; it begins "{\\"error\\":\\"gone\\"}"',
  ],
] as const) {
  test(`${name} is refused, and nothing is left`, async (t) => {
    const folder = temporaryFolder(t);
    const { url } = await serve(t, (_, response) => response.writeHead(200, { etag: '"1"' }).end(body));
    const options = { version: "1", clock: new FakeClock() };
    const { outcome, message } = await failureOf(download(new URL(path, url), join(folder, "f"), options));
    assert.equal(outcome, "refused");
    assert.equal(message, `${url}${path} answered with ${words}; look at it in a browser`);
    assert.deepEqual(readdirSync(folder), []);
  });
}

test("nothing is no file", async (t) => {
  const folder = temporaryFolder(t);
  const { url } = await serve(t, (_, response) => response.writeHead(200, { "content-length": 0 }).end());
  const { outcome, message } = await failureOf(
    download(new URL("/x", url), join(folder, "f"), { version: "1", clock: new FakeClock() }),
  );
  assert.equal(outcome, "temporary");
  assert.match(message, /\/x answered with nothing; gave up \(after 5 attempts\)/);
  assert.deepEqual(readdirSync(folder), []);
});

/** Downloads from a server that answers so, and gives how it ended and what was asked. */
async function end(t: TestContext, respond: Parameters<typeof serve>[1]) {
  const { url, asked } = await serve(t, respond);
  const options = { version: "1", clock: new FakeClock() };
  const failure = await failureOf(download(new URL("/x", url), join(temporaryFolder(t), "f"), options));
  return { ...failure, message: failure.message, outcome: failure.outcome, asked };
}
const some = Buffer.alloc(1_200_000, 7);
const cut = (response: ServerResponse, bytes: Buffer) => response.write(bytes, () => response.destroy());

test("416 for ever", async (t) => {
  const { outcome, message, asked } = await end(t, (_, response) => response.writeHead(416).end());
  assert.equal(outcome, "refused");
  assert.match(message, /answered with status 416/);
  assert.equal(asked.length, 1);
});

test("a part, and then 416 for ever", async (t) => {
  const { outcome, message, asked } = await end(t, ({ headers }, response) => {
    if (headers.range) response.writeHead(416, { "content-range": "bytes */5" }).end();
    else cut(response.writeHead(200, { etag: '"1"', "content-length": 5_000_000 }) && response, some);
  });
  assert.equal(outcome, "temporary");
  assert.match(message, /gave up/);
  assert.ok(asked.length <= 12, String(asked.length));
});

test("a file that is another one every time", async (t) => {
  let size = 1_200_000;
  const { outcome, message, asked } = await end(t, (_, response, count) => {
    response.writeHead(200, { etag: `"${count}"`, "content-length": 900_000_000 });
    // It always comes a little further than before.
    size += 1_100_000;
    cut(response, Buffer.alloc(size, 7));
  });
  assert.equal(outcome, "temporary");
  assert.match(
    message,
    /\/x: the file on the server is another one now, for the 6th time; gave up: try again later$/,
  );
  assert.ok(asked.length <= 7);
});

test("a byte, and then a cut, for ever", async (t) => {
  const { outcome, asked } = await end(t, ({ headers }, response) => {
    const from = Number(/\d+/.exec(headers.range ?? "")?.[0] ?? 0);
    const range = { "content-range": `bytes ${from}-999/1000`, etag: '"1"', "content-length": 1000 - from };
    cut(response.writeHead(from > 0 ? 206 : 200, range) && response, Buffer.from("x"));
  });
  assert.equal(outcome, "temporary");
  assert.equal(asked.length, 5);
});

test("more than the server has said", async (t) => {
  const { outcome, message } = await end(t, (_, response, count) => {
    if (count === 0)
      cut(response.writeHead(200, { etag: '"1"', "content-length": 2_000_000 }) && response, some);
    else response.writeHead(206, { etag: '"1"', "content-range": "bytes 1200000-1999999/2000000" }).end(some);
  });
  assert.equal(outcome, "temporary");
  assert.match(message, /gave up/);
});

test("a part of the file where all of it was asked for", async (t) => {
  const { outcome, message, asked } = await end(t, (_, response) => {
    response.writeHead(206, { etag: '"1"', "content-range": "bytes 0-9/*" }).end("0123456789");
  });
  assert.equal(outcome, "refused");
  assert.match(
    message,
    /answered with status 206: it gives a part of the file where all of it was asked for$/,
  );
  assert.equal(asked.length, 1);
});

/** What a server that was asked for the rest of a file sends instead, by what it says of it. */
const RESTS: readonly (readonly [name: string, status: number, headers: Record<string, string>])[] = [
  ["a part of the rest, of no size", 206, { "content-range": "bytes 1200000-1200009/*" }],
  ["the end of a shorter file", 206, { "content-range": "bytes 1200000-1200009/1200010" }],
  ["the rest of another file", 206, { "content-range": "bytes 1200000-1200009/1200010", etag: '"2"' }],
  ["that there is no more", 416, { "content-range": "bytes */1200000" }],
];

for (const [name, status, headers] of RESTS) {
  test(`a cut, and then ${name}: the file is never taken for whole`, async (t) => {
    const { outcome, message, asked } = await end(t, ({ headers: { range } }, response) => {
      if (range) response.writeHead(status, headers).end(status === 206 ? "0123456789" : "");
      else cut(response.writeHead(200, { etag: '"1"', "content-length": 2_000_000 }) && response, some);
    });
    assert.equal(outcome, "temporary", message);
    assert.match(message, /gave up/);
    assert.ok(asked.length <= 14, String(asked.length));
  });
}

test("the rest of another file makes the download start over, though its server does not look at If-Range", async (t) => {
  const [old, now] = [Buffer.alloc(2_000_000, 1), Buffer.alloc(2_000_000, 2)];
  const { url } = await serve(t, ({ headers: { range } }, response, count) => {
    if (count === 0) {
      cut(
        response.writeHead(200, { etag: '"1"', "content-length": old.length }) && response,
        old.subarray(0, 9000),
      );
      return;
    }
    const from = Number(/\d+/.exec(range ?? "")?.[0] ?? 0);
    const headers = { etag: '"2"', "content-range": `bytes ${from}-${now.length - 1}/${now.length}` };
    response.writeHead(from > 0 ? 206 : 200, headers).end(now.subarray(from));
  });
  const path = join(temporaryFolder(t), "f");
  await download(new URL("/x", url), path, { version: "1", clock: new FakeClock() });
  assert.ok(readFileSync(path).equals(now));
});
