import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Connections } from "./exchange.js";
import { Hosts } from "./hosts.js";

/** Servers that end a connection while the answer waits to be read, as a disk that is slower than the net makes it. */

/** As much as fills what waits for its reader. */
const BODY = Buffer.alloc(64 * 1024, "a");
const CHUNKED = [`${BODY.length.toString(16)}\r\n`, BODY, "\r\n0\r\n\r\n"];

const FRAMINGS: readonly (readonly [name: string, headers: string, body: readonly (string | Buffer)[]])[] = [
  ["by its length", `content-length: ${BODY.length}\r\n`, [BODY]],
  ["in chunks", "transfer-encoding: chunked\r\n", CHUNKED],
  ["until the end", "", [BODY]],
];

/** Asks a server that answers so and then does something; reads the answer when that is done. */
async function readLate(t: TestContext, answer: readonly (string | Buffer)[], end: (socket: Socket) => void) {
  let isGone = () => {};
  const gone = new Promise<void>((resolve) => {
    isGone = resolve;
  });
  const server = createServer((socket) => {
    socket.on("error", () => {});
    for (const way of ["finish", "close"]) socket.once(way, () => isGone());
    socket.once("data", () =>
      socket.write(Buffer.concat(answer.map((part) => Buffer.from(part))), () => end(socket)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const connections = new Connections({ hosts: new Hosts({ given: [url] }), connections: 1 });
  t.after(() => connections.destroy());
  return connections.use({ method: "GET", url, headers: {} }, async ({ body }) => {
    await gone;
    // Until the client has seen it, too, as far as it looks.
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    let size = 0;
    for await (const chunk of body) size += (chunk as Buffer).length;
    return size;
  });
}

for (const [name, headers, body] of FRAMINGS) {
  const head = `HTTP/1.1 200 OK\r\nconnection: close\r\n${headers}\r\n`;
  test(`an answer ${name} is read to its end after the connection has ended`, async (t) => {
    assert.equal(await readLate(t, [head, ...body], (socket) => socket.end()), BODY.length);
  });
}

test("an answer that is cut off while it waits is a broken one", async (t) => {
  const head = `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${2 * BODY.length}\r\n\r\n`;
  await assert.rejects(readLate(t, [head, BODY], (socket) => socket.end()));
  await assert.rejects(readLate(t, [head, BODY], (socket) => socket.resetAndDestroy()));
});
