import type { TestContext } from "node:test";
import { createClient } from "../../base/http/client.js";
import { FakeClock } from "../../base/http/fake-clock.test.util.js";
import { type Asked, type LocalServer, sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import type { Page, Query, Session } from "../engine/provider.js";
import { findProvider } from "./index.js";

export type Answer = (asked: Asked) => Json;
export type Asking = Omit<Session, "provider" | "client" | "baseUrl" | "query"> & Query;

/** All pages of a walk against a local server. */
export async function walk(t: TestContext, name: string, answer: Answer, query: Asking = {}) {
  const server = await serve(t, (asked, response) => sendJson(response, answer(asked)));
  const pages = await pagesOf(t, name, server, query);
  return { pages, asked: server.asked, ids: pages.flatMap(({ items }) => items.map(({ id }) => id)), server };
}

export async function pagesOf(
  t: TestContext,
  name: string,
  { url }: LocalServer,
  query: Asking,
): Promise<Page[]> {
  const provider = findProvider(name);
  const client = createClient({ version: "0", delay: 1, clock: new FakeClock() });
  t.after(() => client.close());
  const pages: Page[] = [];
  const session = { provider, client, baseUrl: url, query, ...query };
  for await (const page of provider.walk(session)) pages.push(page);
  return pages;
}

export function numbered(from: number, to: number): JsonObject[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => ({ id: from + i }));
}

export const param = (asked: Asked, name: string) => asked.url.searchParams.get(name);
