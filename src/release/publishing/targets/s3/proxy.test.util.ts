import { request as ask, createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** What a fault does to a request: an answer of its own, a cut before it reaches the server, or one of the answer. */
export type Fault =
  | number
  | "cut"
  | "cut answer"
  | { readonly status: number; readonly body: string }
  /** The answer, with other words in it. */
  | { readonly rewrite: (text: string) => string };

export interface Passed {
  readonly method: string;
  readonly url: string;
  /** As the client named it. */
  readonly host: string;
}

/**
 * For tests: stands between a client and a server, keeps a list of what went through, and makes faults. The `Host` header
 * goes on as it is, so that signatures stay right.
 */
export async function proxyTo(
  t: TestContext,
  endpoint: string,
  faultFor: (request: Passed, count: number) => Fault | undefined | Promise<undefined> = () => undefined,
) {
  const passed: Passed[] = [];
  const { hostname, port } = new URL(endpoint);
  const server = createServer(async (request, response) => {
    const one = { method: request.method ?? "", url: request.url ?? "", host: request.headers.host ?? "" };
    passed.push(one);
    const fault = await faultFor(one, passed.length - 1);
    const body = await bytesOf(request).catch(() => undefined);
    // The client died.
    if (body === undefined) return;
    if (typeof fault === "number") return response.writeHead(fault, { "retry-after": "0" }).end("<Error/>");
    if (fault === "cut") return request.socket.destroy();
    if (typeof fault === "object" && "status" in fault)
      return response.writeHead(fault.status).end(fault.body);
    const { method, url: path, headers } = request;
    const onward = ask({ hostname, port, method, path, headers }, async (answer) => {
      const given = await bytesOf(answer);
      const bytes =
        typeof fault === "object" ? Buffer.from(fault.rewrite(given.toString("latin1")), "latin1") : given;
      if (bytes !== given) delete answer.headers["content-length"];
      if (fault === "cut answer") return request.socket.destroy();
      response.writeHead(answer.statusCode ?? 500, answer.headers).end(bytes);
    });
    onward.on("error", () => request.socket.destroy());
    onward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, passed };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
