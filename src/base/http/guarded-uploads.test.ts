import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { failureOf } from "./client.test.util.js";
import { FakeClock } from "./fake-clock.test.util.js";
import { type GuardedOptions, guardedFetch, retryingFetch, type SendOptions } from "./guarded-fetch.js";
import { Hosts } from "./hosts.js";
import { serve } from "./local-server.test.util.js";
import { type Seen, take } from "./taking-server.test.util.js";

const guarded = (given: string[], more: Partial<GuardedOptions> = {}) =>
  guardedFetch({ hosts: new Hosts({ given }), ...more });

const retrying = (given: string[], more: Partial<SendOptions & GuardedOptions> = {}) =>
  retryingFetch({ hosts: new Hosts({ given }), clock: new FakeClock(), random: () => 0, ...more });

const ok = (_: Seen, response: ServerResponse) => response.writeHead(200).end("{}");

describe("what is sent arrives as fetch would send it", () => {
  const form = new FormData();
  form.set("name", "a.txt");
  form.set("file", new Blob(["text of the file"]), "a.txt");
  const large = "x".repeat(3_000_000);
  const zeros = Buffer.alloc(5_000_000, "0");
  async function* pieces() {
    yield Buffer.from("one ");
    yield Buffer.from("two");
  }
  const bodies: Record<
    string,
    [body: unknown, arrives: string | RegExp, type: string | undefined, length?: number]
  > = {
    "a text": ["Zoë", "Zoë", "text/plain;charset=UTF-8", 4],
    bytes: [Buffer.from("bytes"), "bytes", undefined, 5],
    "many bytes": [zeros, zeros.toString(), undefined, zeros.length],
    "an array buffer": [new TextEncoder().encode("buffer").buffer, "buffer", undefined, 6],
    "a Blob": [new Blob([large]), large, undefined, large.length],
    "a Blob of a type": [new Blob(["{}"], { type: "application/json" }), "{}", "application/json", 2],
    "a form": [
      form,
      /name="file"; filename="a.txt"[\s\S]*text of the file/,
      "multipart/form-data; boundary=",
    ],
    "a query": [
      new URLSearchParams({ a: "1 2" }),
      "a=1+2",
      "application/x-www-form-urlencoded;charset=UTF-8",
      5,
    ],
    "a stream": [new Blob(["streamed"]).stream(), "streamed", undefined],
    "pieces that come one by one": [pieces(), "one two", undefined],
    nothing: [undefined, "", undefined, 0],
  };
  for (const [name, [body, arrives, type, length]] of Object.entries(bodies)) {
    test(name, async (t) => {
      const { url, asked } = await take(t, ok);
      const answer = await guarded([url])(url, { method: "PUT", body: body as string });
      assert.equal(await answer.text(), "{}");
      const [seen] = asked as [Seen];
      if (typeof arrives === "string") assert.ok(seen.body === arrives, seen.body.slice(0, 100));
      else assert.match(seen.body, arrives);
      assert.ok(
        (seen.headers["content-type"] ?? "none").startsWith(type ?? "none"),
        seen.headers["content-type"],
      );
      if (length !== undefined) assert.equal(seen.headers["content-length"], String(length));
    });
  }

  test("a request of an SDK, with its headers and body", async (t) => {
    const { url, asked } = await take(t, ok);
    const request = new Request(`${url}/x?y=1`, {
      method: "POST",
      body: "signed",
      headers: { "x-sum": "1" },
    });
    const answer = await guarded([url])(request);
    assert.deepEqual([answer.status, answer.url], [200, `${url}/x?y=1`]);
    const [{ method, url: path, headers, body }] = asked as [Seen];
    assert.deepEqual([method, path, headers["x-sum"], body], ["POST", "/x?y=1", "1", "signed"]);
  });

  test("a Blob is sent again with every attempt, and errors are read as answers", async (t) => {
    const { url, asked } = await take(t, (_, response) => {
      if (asked.length < 3) response.writeHead(503, { "retry-after": "1" }).end("busy");
      else response.writeHead(409, { "content-type": "application/json" }).end('{"error":"there already"}');
    });
    const answer = await retrying([url])(url, { method: "PUT", body: new Blob(["part"]) });
    assert.deepEqual([answer.status, await answer.json()], [409, { error: "there already" }]);
    assert.deepEqual(
      asked.map(({ body }) => body),
      ["part", "part", "part"],
    );
  });
});

describe("uploads that nobody takes", () => {
  test("end where nothing is taken any more", async (t) => {
    const server = createServer((request) => request.pause());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const body = Buffer.alloc(24_000_000, "x");
    const send = retrying([url], { limits: { headers: 500 }, retry: { retries: 1 } });
    const { outcome, message } = await failureOf(send(url, { method: "PUT", body }));
    assert.equal(outcome, "temporary");
    assert.match(message, /failed: no answer in 0.5 s; gave up \(after 2 attempts\)/);
  });

  test("end where they would take for ever", async (t) => {
    const clock = new FakeClock();
    const { url } = await serve(t, () => clock.advance(135_000 + 8_000));
    const { message } = await failureOf(
      retrying([url], { clock })(url, { method: "POST", body: "x".repeat(128 * 1024) }),
    );
    assert.match(message, /failed: no answer in 143 s; gave up \(after 2 attempts\)/);
  });
});
