import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { temporaryFolder } from "../../testing/run.js";
import { failureOf, KEY, open } from "./client.test.util.js";
import { download } from "./download.js";
import { FakeClock } from "./fake-clock.test.util.js";
import { retryingFetch } from "./guarded-fetch.js";
import { Hosts } from "./hosts.js";
import { LIMITS } from "./limits.js";
import { serve } from "./local-server.test.util.js";
import { serveSelfSigned } from "./self-signed.test.util.js";
import { whyFailed } from "./why-failed.js";

/** One request by each client that there is; all of them ask through one exchange. */
const CLIENTS: Readonly<Record<string, (t: TestContext, url: URL, clock: FakeClock) => Promise<unknown>>> = {
  "the client of providers": (t, url, clock) => open(t, { clock }).json({ url }),
  "the fetch of publishing": async (_, url, clock) =>
    (await retryingFetch({ hosts: new Hosts({ given: [url] }), clock, random: () => 0 })(url)).json(),
  "a download": (t, url, clock) => download(url, join(temporaryFolder(t), "file"), { version: "1", clock }),
};

for (const [name, ask] of Object.entries(CLIENTS)) {
  describe(name, () => {
    test("takes a certificate that is signed by itself for final", async (t) => {
      const { url, reached } = await serveSelfSigned(t);
      const clock = new FakeClock();
      const { outcome, message } = await failureOf(ask(t, new URL(`/x?token=${KEY}`, url), clock));
      assert.equal(outcome, "refused");
      assert.match(message, /failed: its certificate is signed by itself \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/);
      assert.deepEqual([reached(), clock.waits], [0, []]);
    });

    test("waits as long as Retry-After says, and not for hours", async (t) => {
      const clock = new FakeClock();
      const { url, asked } = await serve(t, (_, response, count) => {
        response
          .writeHead(503, { "retry-after": count === 0 ? "7" : "3600", date: new Date(0).toUTCString() })
          .end();
      });
      const { outcome, message } = await failureOf(ask(t, new URL(url), clock));
      assert.equal(outcome, "temporary");
      assert.match(
        message,
        /answered with status 503; gave up \(it asks to wait 3600 s, until .*Z\): try again later$/,
      );
      assert.deepEqual([asked.length, clock.waits], [2, [7000]]);
    });

    test("gives up a server that never stops to fail", async (t) => {
      const clock = new FakeClock();
      const { url, asked } = await serve(t, (_, response) => response.destroy());
      const { outcome, message } = await failureOf(ask(t, new URL(url), clock));
      assert.equal(outcome, "temporary");
      assert.match(message, /gave up \(after 5 attempts\): try again later$/);
      assert.deepEqual([asked.length, clock.waits.length], [5, 4]);
    });

    test("does not follow to another port of this machine", async (t) => {
      const other = await serve(t, (_, response) => response.end("{}"));
      const { url } = await serve(t, (_, response) => response.writeHead(302, { location: other.url }).end());
      const { outcome, message } = await failureOf(ask(t, new URL(url), new FakeClock()));
      assert.equal(outcome, "refused");
      assert.ok(message.endsWith(`allow it with --allow-host ${new URL(other.url).host}`), message);
      assert.equal(other.asked.length, 0);
    });

    test("ends an answer that drips, after one more try", async (t) => {
      const clock = new FakeClock();
      const { url, asked } = await serve(t, (_, response) => drip(response, clock));
      const { outcome, message } = await failureOf(ask(t, new URL(url), clock));
      assert.equal(outcome, "temporary");
      const isDownload = name === "a download";
      assert.match(
        message,
        isDownload
          ? /^the connection to [\d.:]+ gave fewer than 61440 bytes in 60 s at byte \d+; gave up/
          : /failed: no whole answer in 120 s; gave up \(after 2 attempts\)/,
      );
      assert.equal(asked.length, isDownload ? 5 : 2);
    });

    test("ends headers that drip, and so would a proxy that never answers", async (t) => {
      const clock = new FakeClock();
      const { url } = await serve(t, (_, response) => {
        clock.advance(140_000);
        response.destroy();
      });
      const { outcome, message } = await failureOf(ask(t, new URL(url), clock));
      assert.equal(outcome, "temporary");
      assert.match(message, /failed: no answer in 135 s; gave up \(after 2 attempts\)/);
    });
  });
}

/** A byte every five seconds. */
function drip(response: ServerResponse, clock: FakeClock): void {
  response.writeHead(200).write("{");
  const timer = setInterval(() => {
    response.write(" ");
    clock.advance(5000);
  }, 2);
  response.on("close", () => clearInterval(timer));
}

describe("answers that are no JSON are told with how they begin", () => {
  const pages = {
    "<!DOCTYPE html><title>Log in</title>":
      'an HTML page where JSON is meant; it begins "<!DOCTYPE html><title>Log in</title>"',
    "<?xml version='1.0'?><Error/>": "XML where JSON is meant; it begins \"<?xml version='1.0'?><Error/>\"",
    "not \u001b[31mJSON\u202e": 'something that is not JSON; it begins "not \\u001b[31mJSON\\u202e"',
    '{"half":': 'something that is not JSON; it begins "{\\"half\\":"',
    "": "nothing where JSON is meant",
    " \r\n\t": "nothing where JSON is meant",
  };
  for (const [page, words] of Object.entries(pages)) {
    test(JSON.stringify(page), async (t) => {
      const { url } = await serve(t, (_, response) => response.writeHead(200).end(page));
      const { outcome, message } = await failureOf(open(t).json({ url: new URL(url) }));
      assert.equal(outcome, "temporary");
      assert.equal(message, `${url}/ answered with ${words}; gave up (after 5 attempts): try again later`);
    });
  }

  test("a long page that is no JSON is not taken for deep JSON", async (t) => {
    const page = `<html>${"{[".repeat(600_000)}`;
    const { url } = await serve(t, (_, response) => response.writeHead(200).end(page));
    assert.match(
      (await failureOf(open(t).json({ url: new URL(url) }))).message,
      /an HTML page where JSON is meant/,
    );
  });
});

describe("JSON that only harms", () => {
  const members = (count: number) => `${'{"a":'.repeat(count)}1${"}".repeat(count)}`;
  const bodies: Record<string, [string, RegExp]> = {
    "101 levels": [
      members(101),
      /607 bytes of JSON more than 100 levels deep, which no source needs; it begins "\{/,
    ],
    "a hundred thousand levels": [members(100_000), /more than 100 levels deep/],
    "levels in a large answer": [
      `[${'"text",'.repeat(200_000)}${members(101)}]`,
      /more than 100 levels deep/,
    ],
    "levels that texts seem to close": [
      `${'{"]}\\"]":'.repeat(101)}1${"}".repeat(101)}`,
      /more than 100 levels/,
    ],
    "values without number": [
      `[${"{},".repeat(5_000_000)}1]`,
      /15000003 bytes of JSON of more than 4000000 values/,
    ],
  };
  for (const [name, [body, words]] of Object.entries(bodies)) {
    test(name, async (t) => {
      const { url, asked } = await serve(t, (_, response) => response.writeHead(200).end(body));
      const { outcome, message } = await failureOf(open(t).json({ url: new URL(url) }));
      assert.equal(outcome, "refused");
      assert.match(message, words);
      assert.equal(asked.length, 1);
    });
  }
  test("a hundred levels, and brackets in texts, are read", async (t) => {
    for (const body of [members(100), JSON.stringify("[".repeat(2_000_000)), `["${"\\\\".repeat(1e6)}"]`]) {
      const { url } = await serve(t, (_, response) => response.writeHead(200).end(body));
      assert.deepEqual(await open(t).json({ url: new URL(url) }), JSON.parse(body));
    }
  });
});

test("what no retry can change is told in words", () => {
  const url = new URL("https://example.org/x");
  const words = {
    CERT_HAS_EXPIRED: "its certificate has expired (CERT_HAS_EXPIRED)",
    CERT_NOT_YET_VALID: "its certificate is not valid yet (is the clock right?) (CERT_NOT_YET_VALID)",
    ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host (ERR_TLS_CERT_ALTNAME_INVALID)",
    SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by itself (SELF_SIGNED_CERT_IN_CHAIN)",
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not to be trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
    ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)",
  };
  for (const [code, reason] of Object.entries(words)) {
    const failure = whyFailed(Object.assign(new Error("x"), { code }), url, url.href, LIMITS);
    assert.equal((failure as { outcome?: string }).outcome, "refused");
    assert.equal(failure.message, `the request to https://example.org/x failed: ${reason}`);
  }
});
