import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { type Asked, sendJson } from "../../base/http/local-server.test.util.js";
import type { Json, JsonObject } from "../../base/ndjson/index.js";

/**
 * What a strict server of an API is made of: its answers, and what looks at each parameter that it is asked with. Which
 * APIs there are stands in `strict-apis.test.util.ts`.
 */

/** An API that is as strict as the real one. */
export interface StrictApi {
  readonly query?: { readonly since: string; readonly until?: string };
  /** What it answers; throws an `AssertionError` for what the real one would refuse. */
  answer(asked: Asked): Json | StatusAnswer;
  /** How many items a walk to the end has. */
  readonly items: number;
  /** How many requests that takes. */
  readonly requests: number;
}

/** An answer that is no plain JSON with status 200. */
export class StatusAnswer {
  constructor(
    readonly status: number,
    readonly body: Json = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

export const KEY = "a-key-of-tests";

/** Answers as a strict API does: what is not as it should be is refused with status 400. */
export function respondStrictly(api: StrictApi) {
  return (asked: Asked, response: ServerResponse) => {
    try {
      const answer = api.answer(asked);
      if (!(answer instanceof StatusAnswer)) return sendJson(response, answer);
      const headers = { "content-type": "application/json", ...answer.headers };
      response.writeHead(answer.status, headers).end(JSON.stringify(answer.body));
    } catch (error) {
      sendJson(response, { refused: String(error) }, 400);
    }
  };
}

/** Items of a page out of `total`: each knows its number only. */
export function page(from: number, size: number, total: number): JsonObject[] {
  return Array.from({ length: Math.max(0, Math.min(size, total - from)) }, (_, i) => ({ id: from + i }));
}

/** The query as an object; a parameter that comes more than once is a list. */
export function queryOf({ url }: Asked): Record<string, string | string[]> {
  const names = new Set(url.searchParams.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const values = url.searchParams.getAll(name);
      return [name, values.length > 1 ? values : (values[0] as string)];
    }),
  );
}

/** Checks every parameter but the ones that count; gives those as numbers. */
export function counted<Name extends string>(
  asked: Asked,
  names: readonly Name[],
  others: Record<string, string | string[]>,
): Record<Name, number> {
  const query = queryOf(asked);
  const numbers = {} as Record<Name, number>;
  for (const name of names) {
    assert.match(String(query[name]), /^\d+$/, name);
    numbers[name] = Number(query[name]);
    delete query[name];
  }
  assert.deepEqual(query, others);
  return numbers;
}

export const at = ({ url }: Asked, path: string) => assert.equal(url.pathname, path);
