import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failureOf, KEY, open } from "./client.test.util.js";
import { Hosts } from "./hosts.js";
import { serve } from "./local-server.test.util.js";
import { following } from "./redirects.js";

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

describe("what goes along with a redirect", () => {
  const headers = { Authorization: `Bearer ${KEY}`, "X-Amz-Security-Token": KEY, Cookie: KEY, Accept: "a/b" };
  /** Follows from https://a.example/ over these addresses; gives what each was asked with. */
  async function hops(...targets: string[]) {
    const asked: string[] = [];
    const first = { method: "GET", url: new URL(`https://a.example/?token=${KEY}&page=2`), headers };
    await following(first, { hosts: new Hosts() }, async ({ url, headers: sent }) => {
      asked.push(`${url.href} ${Object.keys(sent).join()}`);
      const location = targets[asked.length - 1];
      return location === undefined
        ? { status: 200, headers: {} }
        : { status: 307, headers: { location: location.replace("KEY", KEY) } };
    });
    assert.ok(asked.slice(1).every((one) => !one.includes(KEY)));
    return asked.slice(1);
  }

  for (const target of [
    "http://a.example/",
    "https://a.example:444/",
    "https://b.example/",
    "https://me:KEY@b.example/",
  ])
    test(`to ${target}: no secrets`, async () => {
      assert.deepEqual(await hops(target), [`${target.replace("me:KEY@", "")} Accept`]);
    });

  test("keys stay behind also where they come back under another name, two hosts later", async () => {
    const asked = await hops(
      "https://b.example/?x=1",
      "https://c.example/?y=KEY&z=2",
      "https://a.example/?t=KEY",
    );
    assert.deepEqual(asked, [
      "https://b.example/?x=1 Accept",
      "https://c.example/?z=2 Accept",
      "https://a.example/ Accept",
    ]);
  });

  test("within the origin everything goes along", async () => {
    await following(
      { method: "GET", url: new URL("https://a.example/"), headers },
      { hosts: new Hosts() },
      async ({ url, headers: sent }) => {
        assert.deepEqual(sent, headers);
        return {
          status: url.pathname === "/x" ? 200 : 308,
          headers: { location: "https://a.example:443/x" },
        };
      },
    );
  });
});
