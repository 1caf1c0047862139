import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Failure } from "../failure.js";
import { createClient } from "./client.js";
import { failureOf, KEY, open } from "./client.test.util.js";
import { Hosts } from "./hosts.js";
import { sendJson, serve } from "./local-server.test.util.js";

describe("broken answers are asked for again", () => {
  const document = Buffer.from(JSON.stringify({ text: "x".repeat(100_000) }));
  const broken = {
    "cut before the headers": (response) => response.socket?.destroy(),
    "cut in the body": (response) => {
      response.writeHead(200, { "content-length": document.length }).write(document.subarray(0, 50_000));
      setTimeout(() => response.socket?.destroy(), 20);
    },
    "cut in a compressed body": (response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(document).subarray(0, 60));
    },
    "a page that is not JSON": (response) => response.writeHead(200).end("<html>maintenance</html>"),
    "nothing at all": (response) => response.writeHead(200).end(),
    "no headers in time": () => {},
    "a body that stops": (response) => response.writeHead(200).write("{"),
  } satisfies Record<string, (response: ServerResponse) => unknown>;
  const limits = { headers: 100, body: 100, total: 2000 };

  for (const [name, breakIt] of Object.entries(broken)) {
    test(`${name}, then whole`, async (t) => {
      const { url } = await serve(t, (_, response, count) => {
        if (count === 0) breakIt(response);
        else response.writeHead(200).end(document);
      });
      const client = open(t, { limits });
      assert.deepEqual(await client.json({ url: new URL(url) }), JSON.parse(document.toString()));
      assert.equal(client.retries, 1);
    });

    test(`${name}, always`, async (t) => {
      const { url, asked } = await serve(t, (_, response) => breakIt(response));
      const client = open(t, { limits, retry: { retries: 1 } });
      const { outcome } = await failureOf(client.json({ url: new URL(`/?wskey=${KEY}`, url) }));
      assert.equal(outcome, "temporary");
      assert.equal(asked.length, 2);
    });
  }

  test("an answer that drips is cut off in the end", async (t) => {
    const { url } = await serve(t, (_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    const client = open(t, { limits: { ...limits, total: 300 }, retry: { retries: 0 } });
    const { outcome, message } = await failureOf(client.json({ url: new URL(url) }));
    assert.equal(outcome, "temporary");
    assert.match(message, /no whole answer in 0.3 s/);
  });

  test("nobody listens", async (t) => {
    const client = open(t, { retry: { retries: 2 } });
    const { outcome, message } = await failureOf(
      client.json({ url: new URL(`http://127.0.0.1:1/?s=${KEY}`) }),
    );
    assert.equal(outcome, "temporary");
    assert.match(message, /the connection was refused; gave up \(after 3 attempts\)/);
  });
});

describe("redirects", () => {
  test("within the host everything goes along", async (t) => {
    const { url, asked } = await serve(t, ({ url }, response) => {
      if (url.pathname === "/old") response.writeHead(301, { location: `/new${url.search}` }).end();
      else sendJson(response, "here");
    });
    const headers = { authorization: `Bearer ${KEY}` };
    const answer = await open(t).json({ url: new URL(`/old?key=${KEY}`, url), headers });
    assert.equal(answer, "here");
    assert.equal(asked[1]?.headers.authorization, `Bearer ${KEY}`);
    assert.equal(asked[1]?.url.searchParams.get("key"), KEY);
  });

  test("another host gets neither headers nor keys, under whatever name", async (t) => {
    const other = await serve(t, (_, response) => sendJson(response, "there"));
    const { url } = await serve(t, (_, response) => {
      response
        .writeHead(302, { location: `${other.url}/x?api_key=${KEY}&copy=${KEY}&q=cat&token=its-own` })
        .end();
    });
    const headers = { authorization: `Bearer ${KEY}`, "x-api-key": KEY, cookie: KEY };
    const hosts = new Hosts({ given: [url], allowed: [new URL(other.url).host] });
    assert.equal(await open(t, { hosts }).json({ url: new URL(`/?api_key=${KEY}`, url), headers }), "there");
    assert.equal(other.asked[0]?.url.search, "?q=cat&token=its-own");
    assert.ok(!JSON.stringify(other.asked).includes(KEY));
    assert.match(String(other.asked[0]?.headers["user-agent"]), /^ov-tools/);
  });

  for (const [name, location] of [
    ["round in circles", "/again"],
    ["nowhere", undefined],
    ["into a file", "file:///etc/passwd"],
  ] as const) {
    test(`${name}: refused`, async (t) => {
      const { url, asked } = await serve(t, (_, response) => {
        response.writeHead(302, location === undefined ? {} : { location }).end();
      });
      const { outcome } = await failureOf(open(t).json({ url: new URL(`/?token=${KEY}`, url) }));
      assert.equal(outcome, "refused");
      assert.ok(asked.length <= 11);
    });
  }
});

test("a host that never tells sizes is left alone for some minutes", async (t) => {
  const { url, asked } = await serve(t, (_, response) => response.destroy());
  const client = open(t);
  const file = (number: number) => client.fileSize(new URL(`/${number}.jpg`, url));
  for (let number = 0; number < 100; number++) assert.equal(await file(number), null);
  assert.equal(asked.length, 9);
  client.clock.advance(600_000);
  await file(100);
  assert.equal(asked.length, 12);
});

describe("an interrupt ends at once", () => {
  const interrupted = new Failure("interrupted", "interrupted");
  for (const [name, options] of [
    ["the wait for a turn", { delay: 60 }],
    ["the wait before a retry", { retry: { firstWait: 60_000 } }],
    ["a request", {}],
  ] as const) {
    test(name, async (t) => {
      const controller = new AbortController();
      const { url } = await serve(t, (_, response, count) => {
        if (name === "the wait before a retry") response.writeHead(500).end();
        else if (name === "the wait for a turn" && count === 0) sendJson(response, 1);
        setTimeout(() => controller.abort(interrupted), 50);
      });
      const client = createClient({ version: "1", signal: controller.signal, ...options });
      t.after(() => client.close());
      if (name === "the wait for a turn") await client.json({ url: new URL(url) });
      const started = performance.now();
      await assert.rejects(client.json({ url: new URL(url) }), interrupted);
      assert.ok(performance.now() - started < 2000);
      await assert.rejects(client.fileSize(new URL(url)), interrupted);
    });
  }
});
