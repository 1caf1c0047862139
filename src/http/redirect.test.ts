import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failureOf, open } from "./client.test.util.js";
import { serve } from "./local-server.test.util.js";

describe("one step of a redirect", () => {
  test("is not followed, and relative addresses are resolved", async (t) => {
    const { url, asked } = await serve(t, (_, response) =>
      response.writeHead(302, { location: "/next?a=1" }).end(),
    );
    const { status, target } = await open(t).redirect({ url: new URL("/first", url) });
    assert.deepEqual([status, target?.href], [302, `${url}/next?a=1`]);
    assert.deepEqual(
      asked.map(({ method, url }) => `${method} ${url.pathname}`),
      ["GET /first"],
    );
  });

  for (const status of [200, 404, 403, 501]) {
    test(`${status} is an answer`, async (t) => {
      const { url, asked } = await serve(t, (_, response) => response.writeHead(status).end("text"));
      assert.deepEqual(await open(t).redirect({ url: new URL(url) }), { status });
      assert.equal(asked.length, 1);
    });
  }

  test("what may change is tried again", async (t) => {
    const { url } = await serve(t, (_, response, count) => {
      if (count === 0) response.writeHead(503).end();
      else response.writeHead(301, { location: "https://example.org/" }).end();
    });
    const client = open(t);
    assert.equal((await client.redirect({ url: new URL(url) })).target?.href, "https://example.org/");
    assert.equal(client.retries, 1);
  });

  test("a redirect to nowhere is refused", async (t) => {
    const { url } = await serve(t, (_, response) =>
      response.writeHead(302, { location: "mailto:a@b" }).end(),
    );
    const { outcome, message } = await failureOf(open(t).redirect({ url: new URL(url) }));
    assert.equal(outcome, "refused");
    assert.match(message, /to no address that can be asked/);
  });
});
