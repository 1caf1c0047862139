import assert from "node:assert/strict";
import type { LookupFunction } from "node:net";
import { describe, test } from "node:test";
import { failureOf, KEY, open } from "./client.test.util.js";
import { Hosts } from "./hosts.js";
import { sendJson, serve } from "./local-server.test.util.js";

/** Looks up any name as this address; remembers which names were asked for. */
function names(address: string) {
  const asked: string[] = [];
  const lookup = ((name: string, options: { all?: boolean }, callback: (...found: unknown[]) => void) => {
    asked.push(name);
    const family = address.includes(":") ? 6 : 4;
    setImmediate(() =>
      options.all ? callback(null, [{ address, family }]) : callback(null, address, family),
    );
  }) as unknown as LookupFunction;
  return { asked, lookup };
}

const portOf = (url: string) => new URL(url).port;

describe("which hosts are asked", () => {
  test("a server on this machine may not send us to another one here, unless it is allowed", async (t) => {
    const other = await serve(t, (_, response) => sendJson(response, "there"));
    const { url } = await serve(t, (_, response) => response.writeHead(302, { location: other.url }).end());
    const place = `127.0.0.1:${portOf(other.url)}`;
    const refused = await failureOf(
      open(t, { hosts: new Hosts({ given: [url] }) }).json({ url: new URL(url) }),
    );
    assert.equal(refused.outcome, "refused");
    assert.equal(
      refused.message,
      `${url}/ redirects to ${other.url}/: ${place} is not asked: it is this machine (127.0.0.0/8), and servers and data may send us only to ` +
        `public hosts; if it is meant, allow it with --allow-host ${place}`,
    );
    assert.equal(other.asked.length, 0);
    const hosts = new Hosts({ given: [url], allowed: [`example.org:443,${place}`] });
    assert.equal(await open(t, { hosts }).json({ url: new URL(url) }), "there");
  });

  test("what is given is asked with its own port only, whatever its path", async (t) => {
    const { url, asked } = await serve(t, (_, response) => sendJson(response, 1));
    const hosts = new Hosts({ given: [`${url}/api`] });
    assert.equal(await open(t, { hosts }).json({ url: new URL("/other", url) }), 1);
    const elsewhere = new URL(url.replace(portOf(url), String(Number(portOf(url)) - 1)));
    assert.equal((await failureOf(open(t, { hosts }).json({ url: elsewhere }))).outcome, "refused");
    assert.equal(asked.length, 1);
  });

  test("addresses from data are asked for their size only where they are public", async (t) => {
    const { url, asked } = await serve(t, (_, response) =>
      response.writeHead(200, { "content-length": 5 }).end(),
    );
    const client = open(t, { hosts: new Hosts({ given: ["https://api.example.org"] }) });
    assert.equal(await client.fileSize(new URL(url)), null);
    assert.equal(asked.length, 0);
  });

  for (const address of [
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "169.254.169.254",
    "::ffff:127.0.0.1",
    "fd00:ec2::254",
  ]) {
    test(`a name that stands for ${address} is not connected to`, async (t) => {
      const { url, asked } = await serve(t, (_, response) => sendJson(response, KEY));
      const { lookup } = names(address);
      const client = open(t, { hosts: new Hosts({ lookup }) });
      const { outcome, message } = await failureOf(
        client.json({ url: new URL(`http://media.example.org:${portOf(url)}/x`) }),
      );
      assert.equal(outcome, "refused");
      assert.ok(
        message.includes(`media.example.org:${portOf(url)} is not asked: it is at ${address}, which is `),
      );
      assert.ok(message.endsWith(`--allow-host media.example.org:${portOf(url)}`), message);
      assert.equal(asked.length, 0);
    });
  }

  test("a name is looked up once, by the connection: what was checked is what is connected to", async (t) => {
    const { url, asked } = await serve(t, (_, response) => sendJson(response, KEY));
    const { lookup, asked: lookups } = names("127.0.0.1");
    const client = open(t, { hosts: new Hosts({ lookup }) });
    for (let times = 1; times <= 3; times++) {
      await failureOf(client.json({ url: new URL(`http://media.example.org:${portOf(url)}/`) }));
      assert.equal(lookups.length, times);
    }
    assert.equal(asked.length, 0);
  });

  test("of several addresses of a name all have to be public", async (t) => {
    const { url } = await serve(t, (_, response) => sendJson(response, KEY));
    const lookup = ((_name: string, _options: object, callback: (...found: unknown[]) => void) =>
      callback(null, [
        { address: "208.80.154.224", family: 4 },
        { address: "::1", family: 6 },
      ])) as unknown as LookupFunction;
    const client = open(t, { hosts: new Hosts({ lookup }) });
    const { message } = await failureOf(
      client.json({ url: new URL(`http://media.example.org:${portOf(url)}/`) }),
    );
    assert.match(message, /is not asked: it is at ::1, which is this machine/);
  });

  test("a name that is allowed is asked wherever it stands", async (t) => {
    const { url, asked } = await serve(t, (_, response) => sendJson(response, "here"));
    const hosts = new Hosts({ allowed: [`localhost:${portOf(url)}`] });
    assert.equal(await open(t, { hosts }).json({ url: new URL(`http://localhost:${portOf(url)}/`) }), "here");
    assert.equal(asked.length, 1);
  });
});

test("--allow-host takes hosts with ports", () => {
  for (const allowed of ["127.0.0.1:9000", "[::1]:80", "example.org:443, nas.local:8080", "BÜCHER.example:1"])
    assert.doesNotThrow(() => new Hosts({ allowed: [allowed] }));
  for (const wrong of [
    "",
    "127.0.0.1",
    "http://127.0.0.1:9000",
    "::1:80",
    "a@b:1",
    "a:b",
    "a:99999",
    "a:80/x",
  ])
    assert.throws(() => new Hosts({ allowed: [wrong] }), {
      outcome: "usage",
      message: `--allow-host: ${JSON.stringify(wrong)} is no host with a port, as 127.0.0.1:9000 or [::1]:9000`,
    });
});
