import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { listen } from "../../../testing/hostile/attack.js";
import type { Manifest } from "../../parquet/index.js";
import { type HostileTarget, lyingServer, publishHastily, TARGETS } from "../hostile.test.util.js";

/** For tests: lies that only one target understands. */

export const [hub, s3, zenodo] = TARGETS as [HostileTarget, HostileTarget, HostileTarget];

/** In hexadecimal. */
export const sha256 = (body: string | Buffer) => createHash("sha256").update(body).digest("hex");

/** Answers with JSON. */
export function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): true {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  return true;
}

/** A server that nobody may be led to. */
const nobody = (t: TestContext) => listen(t, (_, response) => response.end("{}"));

/** A lie, to be told now and then. */
export type Lie = Parameters<typeof lyingServer>[2];

/** Publishes to an honest server that lies now and then; `make` is told of the other server. */
export async function publishTo(
  t: TestContext,
  target: HostileTarget,
  manifest: Manifest,
  make: (elsewhere: string) => Lie,
) {
  const elsewhere = await nobody(t);
  const server = await target.start(t);
  const { url, kinds } = await lyingServer(t, server.endpoint, make(elsewhere.url));
  const ended = await publishHastily(target, url, { manifest });
  assert.equal(server.standing() === undefined || target.name === "hub", true, "nothing is published");
  assert.equal(elsewhere.asked.length, 0, "nobody else is asked");
  return { ...ended, requests: kinds.length, host: new URL(elsewhere.url).host };
}
