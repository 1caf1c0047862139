import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { createClient } from "./client.js";
import { failureOf, KEY, open } from "./client.test.util.js";
import { FakeClock } from "./fake-clock.test.util.js";
import { sendJson, serve } from "./local-server.test.util.js";

describe("answers", () => {
  for (const [encoding, pack] of [
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["identity", Buffer.from],
  ] as const) {
    test(`a JSON document, encoded as ${encoding}`, async (t) => {
      const { url, asked } = await serve(t, (_, response) => {
        response.writeHead(200, { "content-encoding": encoding }).end(pack(Buffer.from('{"name":"Åse 🐦"}')));
      });
      const client = open(t, { contact: "media@example.org" });
      assert.deepEqual(await client.json({ url: new URL(url) }), { name: "Åse 🐦" });
      assert.equal(asked[0]?.headers["user-agent"], "ov-tools/1.2.3 (+media@example.org)");
      assert.match(asked[0]?.headers["accept-encoding"] as string, /gzip/);
    });
  }

  test("an unknown encoding is refused", async (t) => {
    const { url } = await serve(t, (_, response) =>
      response.writeHead(200, { "content-encoding": "zstd" }).end("x"),
    );
    const { outcome, message } = await failureOf(open(t).json({ url: new URL(url) }));
    assert.equal(outcome, "refused");
    assert.match(message, /unknown way \(zstd\)/);
  });

  for (const compressed of [true, false]) {
    test(`a body over the limit is refused, ${compressed ? "compressed" : "plain"}`, async (t) => {
      const body = Buffer.alloc(5_000_000, " ");
      const { url, asked } = await serve(t, (_, response) => {
        response
          .writeHead(200, compressed ? { "content-encoding": "gzip" } : {})
          .end(compressed ? gzipSync(body) : body);
      });
      const client = open(t, { limits: { size: 100_000 } });
      const { outcome, message } = await failureOf(client.json({ url: new URL(url) }));
      assert.equal(outcome, "refused");
      assert.match(message, /larger than 100000 bytes/);
      assert.equal(asked.length, 1);
    });
  }

  test("the size of a file comes from a HEAD request", async (t) => {
    const { url, asked } = await serve(t, ({ url }, response) => {
      if (url.pathname === "/missing") response.writeHead(404).end();
      else if (url.pathname === "/chunked") response.writeHead(200, { "transfer-encoding": "chunked" }).end();
      else response.writeHead(200, { "content-length": "12345" }).end();
    });
    const client = open(t);
    assert.equal(await client.fileSize(new URL("/photo.jpg", url)), 12345);
    assert.equal(await client.fileSize(new URL("/missing", url)), null);
    assert.equal(await client.fileSize(new URL("/chunked", url)), null);
    assert.deepEqual([...new Set(asked.map(({ method }) => method))], ["HEAD"]);
  });

  test("a contact that no header can carry is a usage error", () => {
    assert.throws(() => createClient({ version: "1", contact: "a\r\nX-Evil: 1" }), { outcome: "usage" });
  });
});

describe("pace", () => {
  test("requests start at least the delay apart, also when asked for at once", async (t) => {
    const { url } = await serve(t, (_, response) => sendJson(response, 1));
    const client = open(t, { delay: 5 });
    await Promise.all([1, 2, 3].map(() => client.json({ url: new URL(url) })));
    assert.equal(client.clock.waits.length, 2);
    assert.ok(client.clock.waits.every((wait) => wait >= 5000));
  });

  test("with the real clock", async (t) => {
    const starts: number[] = [];
    const { url } = await serve(t, (_, response) => {
      starts.push(performance.now());
      sendJson(response, 1);
    });
    const client = createClient({ version: "1", delay: 0.1 });
    t.after(() => client.close());
    for (let i = 0; i < 3; i++) await client.json({ url: new URL(url) });
    assert.ok((starts[2] as number) - (starts[0] as number) >= 190, String(starts));
  });
});

describe("statuses", () => {
  const outcomes = [
    [400, "refused", 1],
    [401, "no_permission", 1],
    [403, "no_permission", 1],
    [404, "refused", 1],
    [410, "refused", 1],
    [501, "temporary", 1],
    [408, "temporary", 5],
    [429, "temporary", 5],
    [500, "temporary", 5],
    [503, "temporary", 5],
  ] as const;
  for (const [status, outcome, attempts] of outcomes) {
    test(`${status} is ${outcome} after ${attempts} attempts`, async (t) => {
      const { url, asked } = await serve(t, (_, response) => response.writeHead(status).end("no"));
      const failure = await failureOf(open(t).json({ url: new URL(`/x?api_key=${KEY}&q=cat`, url) }));
      assert.equal(failure.outcome, outcome);
      assert.match(failure.message, new RegExp(`api_key=…&q=cat answered with status ${status}`));
      assert.equal(asked.length, attempts);
    });
  }

  test("a burst of errors is waited out, longer every time", async (t) => {
    const { url } = await serve(t, (_, response, count) => {
      if (count < 3) response.writeHead([500, 502, 504][count] as number).end("<html>");
      else sendJson(response, { fine: true });
    });
    const problems: string[] = [];
    const client = open(t, { onRetry: (problem) => problems.push(problem) });
    assert.deepEqual(await client.json({ url: new URL(`/?key=${KEY}`, url) }), { fine: true });
    assert.deepEqual(client.clock.waits, [500, 1000, 2000]);
    assert.equal(client.retries, 3);
    assert.match(problems.join("\n"), /key=… answered with status 502; trying again in 1\.0 s$/m);
    assert.ok(!problems.join().includes(KEY));
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2024, 0, 1);
  for (const [header, waits] of [
    ["7", [7000]],
    ["Mon, 01 Jan 2024 00:00:09 GMT", [9000]],
    ["Sun, 31 Dec 2023 00:00:00 GMT", [500]],
    ["soon", [500]],
    ["-5", [500]],
  ] as const) {
    test(header, async (t) => {
      const { url } = await serve(t, (_, response, count) => {
        const date = new Date(now).toUTCString();
        if (count === 0) response.writeHead(429, { "retry-after": header, date }).end();
        else sendJson(response, 1);
      });
      const clock = new FakeClock(now);
      await open(t, { clock }).json({ url: new URL(url) });
      assert.deepEqual(clock.waits, waits);
    });
  }

  test("a date is meant by the server's clock, however wrong ours is", async (t) => {
    const { url } = await serve(t, (_, response, count) => {
      const date = "Tue, 02 Jan 2024 00:00:00 GMT";
      if (count === 0) {
        response.writeHead(503, { date, "retry-after": "Tue, 02 Jan 2024 00:00:20 GMT" }).end();
      } else sendJson(response, 1);
    });
    const clock = new FakeClock(now - 30 * 86_400_000);
    await open(t, { clock }).json({ url: new URL(url) });
    assert.deepEqual(clock.waits, [20_000]);
  });

  test("more than we wait for is a temporary failure at once", async (t) => {
    const { url, asked } = await serve(t, (_, response) =>
      response.writeHead(503, { "retry-after": "86400" }).end(),
    );
    const { outcome, message } = await failureOf(open(t).json({ url: new URL(url) }));
    assert.equal(outcome, "temporary");
    assert.match(message, /it asks to wait 86400 s, until 2024-01-02T00:00Z/);
    assert.equal(asked.length, 1);
  });
});
