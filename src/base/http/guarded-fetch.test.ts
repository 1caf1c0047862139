import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { describe, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { failureOf, KEY } from "./client.test.util.js";
import { FakeClock } from "./fake-clock.test.util.js";
import { type GuardedOptions, guardedFetch, retryingFetch, type SendOptions } from "./guarded-fetch.js";
import { Hosts } from "./hosts.js";
import { type Seen, take } from "./taking-server.test.util.js";

const guarded = (given: string[], more: Partial<GuardedOptions> = {}) =>
  guardedFetch({ hosts: new Hosts({ given }), ...more });

const retrying = (given: string[], more: Partial<SendOptions & GuardedOptions> = {}) =>
  retryingFetch({ hosts: new Hosts({ given }), clock: new FakeClock(), random: () => 0, ...more });

const ok = (_: Seen, response: ServerResponse) => response.writeHead(200).end("{}");

describe("redirects of uploads and answers", () => {
  const secret = { authorization: `Bearer ${KEY}`, cookie: KEY, "x-amz-security-token": KEY, "x-other": KEY };

  test("another origin gets no header that is not known to be harmless", async (t) => {
    const other = await take(t, ok);
    const { url } = await take(t, (_, response) =>
      response.writeHead(302, { location: `${other.url}/file` }).end(),
    );
    const headers = { ...secret, accept: "application/json", range: "bytes=0-9" };
    const hosts = new Hosts({ given: [url, other.url] });
    await guarded([], { hosts })(`${url}/resolve/main/file`, { headers });
    const [seen] = other.asked as [Seen];
    assert.ok(!JSON.stringify(seen).includes(KEY));
    assert.deepEqual([seen.headers.accept, seen.headers.range], ["application/json", "bytes=0-9"]);
  });

  for (const status of [301, 307, 308]) {
    test(`what is sent goes with ${status} only to hosts that were named`, async (t) => {
      const other = await take(t, ok);
      const { url } = await take(t, (_, response) =>
        response.writeHead(status, { location: other.url }).end(),
      );
      const init = { method: "PUT", body: "the data", headers: secret };
      // A public host would do for reading.
      const { outcome, message } = await failureOf(guarded([url])(`${url}/x?X-Amz-Signature=${KEY}`, init));
      assert.equal(outcome, "refused");
      const place = new URL(other.url).host;
      assert.equal(
        message,
        `${url}/x redirects what is sent to another host, ${place}, which nobody has named; if it is meant, allow it ` +
          `with --allow-host ${place}`,
      );
      assert.equal(other.asked.length, 0);
      await guarded([url, other.url])(url, init);
      assert.deepEqual([other.asked[0]?.method, other.asked[0]?.body], ["PUT", "the data"]);
      assert.ok(!JSON.stringify(other.asked).includes(KEY));
    });
  }

  test("a post that is answered by a page to be read is not sent again", async (t) => {
    const { url, asked } = await take(t, ({ url: path }, response) => {
      if (path === "/") response.writeHead(303, { location: "/done" }).end();
      else response.writeHead(200).end("{}");
    });
    await guarded([url])(url, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    const { method, body, headers } = asked[1] as Seen;
    assert.deepEqual([method, body, headers["content-type"]], ["GET", "", undefined]);
  });

  test("with redirect: manual they are answers", async (t) => {
    const { url, asked } = await take(t, (_, response) =>
      response.writeHead(307, { location: "/x" }).end("moved"),
    );
    const answer = await guarded([url])(url, { redirect: "manual" });
    assert.deepEqual(
      [answer.status, answer.headers.get("location"), await answer.text()],
      [307, "/x", "moved"],
    );
    assert.equal(asked.length, 1);
  });

  for (const [location, words] of [
    ["file:///etc/passwd", "it begins with file:, and only http and https are asked"],
    ["data:text/plain,x", "it begins with data:, and only http and https are asked"],
    ["ftp://127.0.0.1/x", "it begins with ftp:, and only http and https are asked"],
    ["http://[", undefined],
    ["http://a b/", undefined],
  ] as const) {
    test(`to ${location}: refused in words`, async (t) => {
      const { url } = await take(t, (_, response) => response.writeHead(302, { location }).end());
      const { outcome, message } = await failureOf(retrying([url])(`${url}/x?token=${KEY}`));
      assert.equal(outcome, "refused");
      const problem = `${url}/x redirects (status 302) to no address that can be asked`;
      assert.equal(message, words === undefined ? problem : `${problem}: ${words}`);
    });
  }

  test("round in circles ends", async (t) => {
    const { url, asked } = await take(t, (_, response) => response.writeHead(302, { location: "/" }).end());
    const { outcome, message } = await failureOf(retrying([url])(url));
    assert.deepEqual([outcome, message], ["refused", `${url}/ redirects more than 10 times`]);
    assert.equal(asked.length, 11);
  });
});

describe("answers that harm", () => {
  const bomb = gzipSync(Buffer.alloc(80_000_000));
  const levels = (count: number) => "[".repeat(count) + "]".repeat(count);
  const answers: Record<string, [body: string | Buffer, encoding: string | undefined, words: RegExp]> = {
    "80 KB that unpack to 80 MB": [
      bomb,
      "gzip",
      /: the answer is larger than 67108864 bytes; it begins "\\u0000/,
    ],
    "the same, packed twice": [gzipSync(bomb), "gzip, gzip", /: the answer is larger than 67108864 bytes/],
    "packed a hundred times": [
      bomb,
      Array(100).fill("gzip").join(),
      /encoded in an unknown way \(gzip, gzip, gzip\)/,
    ],
    "an encoding that nobody knows": ["{}", "zstd", /encoded in an unknown way \(zstd\)/],
    "101 levels": [
      levels(101),
      undefined,
      /answered with 202 bytes of JSON more than 100 levels deep, .*; it begins "\[\[/,
    ],
    "a million levels, packed": [brotliCompressSync(levels(1e6)), "br", /more than 100 levels deep/],
    "five million values": [`[${"{},".repeat(5e6)}1]`, undefined, /JSON of more than 4000000 values/],
  };
  for (const [name, [body, encoding, words]] of Object.entries(answers)) {
    test(name, async (t) => {
      const { url, asked } = await take(t, (_, response) =>
        response.writeHead(200, encoding === undefined ? {} : { "content-encoding": encoding }).end(body),
      );
      const { outcome, message } = await failureOf(retrying([url])(`${url}/x?X-Amz-Signature=${KEY}`));
      assert.equal(outcome, "refused");
      assert.match(message, words);
      assert.ok(message.startsWith(`${url}/x`), message);
      assert.equal(asked.length, 1);
    });
  }

  test("as much as is meant passes: 100 levels, four million values, an answer of the very limit", async (t) => {
    for (const body of [levels(100), `[${"1,".repeat(3_999_990)}1]`, "x".repeat(1000)]) {
      const { url } = await take(t, (_, response) => response.writeHead(200).end(body));
      const limits = body.startsWith("x") ? { size: 1000 } : {};
      assert.equal((await (await guarded([url], { limits })(url)).text()).length, body.length);
    }
  });

  test("a million pieces of one byte take no memory of their own", async (t) => {
    const { url } = await take(t, (_, response) => {
      response.writeHead(200).flushHeaders();
      // Chunks as they go over the wire: a length, a line end, one byte, a line end.
      response.socket?.end(`${"1\r\nx\r\n".repeat(1_000_000)}0\r\n\r\n`);
    });
    const answer = await guarded([url], { limits: { total: 30_000 } })(url);
    assert.equal((await answer.text()).length, 1_000_000);
  });
});

test("an interrupt ends an upload, whichever signal says so", async (t) => {
  const { url } = await take(t, () => {});
  const reason = new Error("enough");
  for (const own of [true, false]) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 50);
    const { signal } = controller;
    const work = own ? retrying([url], { signal })(url) : retrying([url])(url, { signal });
    await assert.rejects(work, reason);
  }
});
