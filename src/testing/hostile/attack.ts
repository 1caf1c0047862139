import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, type TestContext, test } from "node:test";
import type { Outcome } from "../../base/failure.js";
import { LISTS } from "./loops.js";
import type { Asked, ClientList, Honest, Misbehaviour, Reading } from "./misbehaviour.js";
import { MISBEHAVIOURS } from "./misbehaviours.js";

/** A client of ours, to be run against servers that misbehave. */
export interface Client {
  readonly name: string;
  /** The names that people know its server by. */
  readonly names: readonly string[];
  /** What it makes of an answer. */
  readonly reads: Reading;
  /** What an honest server answers. */
  honest(asked: Asked): Honest;
  /** How its pages are made, where it goes from page to page: then lists are spoilt as well. */
  readonly list?: ClientList;
  /**
   * Runs it against a server to its end, with waits that take no time; where the server is slow, with little patience.
   * Nothing may be thrown that is no `Failure`.
   */
  run(baseUrl: string, t: TestContext, row: Pick<Misbehaviour, "isSlow">): Promise<Ending>;
  /** Misbehaviours that it rightly ends otherwise at, by their names, or where the rest of the name is `…`. */
  readonly otherwise?: Readonly<Record<string, readonly Outcome[]>>;
}

/** How a client ended. */
export interface Ending {
  readonly outcome: Outcome;
  /** Everything that it said to a person. */
  readonly messages: readonly string[];
  /** How many records were written, where that is what the client does. */
  readonly written?: number;
}

/** More requests than this are too many for a server that gives nothing. */
const MOST_REQUESTS = 60;
const NO_END = 600;

/** A test of each misbehaviour for each of some clients. */
export function attackAll(clients: readonly Client[]): void {
  // A server that never answers takes seconds, which pass for several clients at once.
  describe("every misbehaviour", { concurrency: 4 }, () => {
    for (const client of clients) attackWith(client, rowsFor(client));
  });
}

/** The same for clients that take their time: about every second row, each for one of them. */
export function attackSome(clients: readonly Client[]): void {
  for (const [i, client] of clients.entries()) {
    attackWith(
      client,
      rowsFor(client).filter((_, row) => row % (2 * clients.length + 1) === i),
    );
  }
}

function rowsFor(client: Client): Misbehaviour[] {
  return [...MISBEHAVIOURS, ...LISTS].filter((row) => isFor(row, client));
}

function attackWith(client: Client, rows: readonly Misbehaviour[]): void {
  describe(client.name, { concurrency: 8 }, () => {
    for (const row of rows) test(row.name, (t) => attack(t, client, row));
  });
}

function isFor({ reads, list }: Misbehaviour, client: Client): boolean {
  if (reads && !reads.includes(client.reads)) return false;
  return (
    list === undefined || (client.list !== undefined && list.every((one) => client.list?.has.includes(one)))
  );
}

async function attack(t: TestContext, client: Client, row: Misbehaviour): Promise<void> {
  const elsewhere = await listen(t, (_, response) => response.end("{}"));
  let spoilt = 0;
  const server = await listen(t, (asked, response) => {
    // What goes on for ever is ended here, so that the test can say so.
    if (spoilt > NO_END) return answerHonestly(response, { status: 404, body: "the end of the test" });
    const honest = client.honest(asked);
    if (row.list && !client.list?.isPage(asked)) return answerHonestly(response, honest);
    row.answer({ asked, response, count: spoilt++, honest, elsewhere: elsewhere.url, list: client.list });
  });
  const { outcome, messages, written = 0 } = await client.run(server.url, t, row);
  const said = messages.join("\n");
  const ends = client.otherwise?.[row.name] ?? row.ends;
  assert.ok(ends.includes(outcome), `it ended as ${outcome}, not as ${ends.join(" or ")}: ${said}`);
  assert.equal(elsewhere.asked.length, 0, "it was led to another server");
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  if (row.written !== undefined) assert.ok(written >= row.written, `it wrote ${written} records: ${said}`);
  if (outcome === "done") return;
  assert.ok(server.asked.length <= MOST_REQUESTS, `it asked ${server.asked.length} times`);
  assert.ok(
    client.names.some((name) => said.includes(name)) || NAMES_SERVER.test(said),
    `it names no server: ${said}`,
  );
  // Who reads a table says which column is not there.
  if (row.says && client.reads !== "table") assert.match(said, row.says);
}

/** Messages about a server name it by its host, or that to which it leads, if not by the name that people know it by. */
const NAMES_SERVER = /(?:127\.0\.0\.1|localhost|169\.254\.169\.254|192\.168\.0\.1):\d+/;

export interface Server {
  readonly url: string;
  readonly asked: readonly Asked[];
}

/** A server on this machine until the test ends. `count` is how many requests came before. */
export async function listen(
  t: TestContext,
  respond: (asked: Asked, response: ServerResponse, count: number) => void,
): Promise<Server> {
  const all: Asked[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", headers } = request;
      const url = new URL(request.url ?? "/", `http://${headers.host}`);
      const asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
      respond(asked, response, all.push(asked) - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: all };
}

export function answerHonestly(response: ServerResponse, { status = 200, headers, body }: Honest): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}
