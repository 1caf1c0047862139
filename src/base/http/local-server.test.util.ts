import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Json } from "../ndjson/index.js";

/** What a local server was asked. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** What was sent with it; "" for most requests. */
  readonly body: string;
}

export interface LocalServer {
  readonly url: string;
  /** Every request so far. */
  readonly asked: Asked[];
}

/** Answers one request; `count` is how many came before it. */
export type Respond = (asked: Asked, response: ServerResponse, count: number) => void;

/** A server on this machine, with real sockets, until the test ends. */
export async function serve(t: TestContext, respond: Respond): Promise<LocalServer> {
  const asked: Asked[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const one = { method: request.method ?? "", url, headers: request.headers, body: "" };
    const count = asked.push(one) - 1;
    if (request.method !== "POST") return respond(one, response, count);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      one.body = Buffer.concat(chunks).toString();
      respond(one, response, count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Sends a JSON document. */
export function sendJson(response: ServerResponse, value: Json, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
