import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { serve } from "../../base/http/local-server.test.util.js";
import type { Json } from "../../base/ndjson/index.js";
import { PROVIDERS } from "./index.js";
import { KEY } from "./strict-server.test.util.js";
import { type Answer, pagesOf, param, walk } from "./walks.test.util.js";

/** What ends a walk before its time: pages that lead nowhere, and answers that are errors. */

describe("a walk that never ends", () => {
  test("is ended when the same page comes again and again", async (t) => {
    const answer: Answer = () => ({
      images: [{ id: 1 }],
      next_page: "https://api.nappy.co/v1/openverse/images",
    });
    await assert.rejects(walk(t, "nappy", answer), {
      outcome: "refused",
      message: "Nappy gives the same page again and again: its pages never end",
    });
  });

  test("is ended when pages come round in a circle", async (t) => {
    const answer: Answer = (asked) => {
      const cursor = Number(param(asked, "cursor")?.replace("*", "0"));
      return { success: true, items: [{ id: cursor }], nextCursor: String((cursor + 1) % 7) };
    };
    const query = { key: KEY, since: "2024-02-28" };
    await assert.rejects(walk(t, "europeana", answer, query), { outcome: "refused", message: /never end/ });
  });

  test("is not one where many days, or queries, have the same answer", async (t) => {
    const day: Record<string, Json> = {
      europeana: { success: true, items: [{ id: 1 }] },
      flickr: { stat: "ok", photos: { page: 1, pages: 1, perpage: 500, total: 1, photo: [{ id: 1 }] } },
      wikimedia: { batchcomplete: "", query: { pages: { 1: { id: 1, pageid: 1 } } } },
    };
    for (const [name, answer] of Object.entries(day)) {
      const query = { key: KEY, since: "2024-02-01", until: "2024-02-09" };
      assert.deepEqual((await walk(t, name, () => answer, query)).ids, Array(9).fill(1), name);
    }
    const years: Answer = () => ({ data: [{ id: 1 }], links: {} });
    const { ids, asked } = await walk(t, "sciencemuseum", years);
    assert.equal(ids.length, asked.length);
  });

  test("is not one where a page comes twice", async (t) => {
    const answer: Answer = (asked) => {
      const page = Number(param(asked, "page"));
      return { images: [{ id: Math.ceil(page / 2) }], next_page: page < 9 ? "more" : null };
    };
    assert.deepEqual((await walk(t, "nappy", answer)).ids, [1, 1, 2, 2, 3, 3, 4, 4, 5]);
  });
});

describe("answers that are errors, with status 200", () => {
  const failed = (code: number, error_message: string) => ({
    headers: { status: "failed", code, error_message },
  });
  const errors: readonly (readonly [name: string, answer: Json, outcome: string, message: RegExp])[] = [
    [
      "jamendo",
      failed(5, "Your credential is not authorized."),
      "no_permission",
      /not authorized\. \(code 5\): check JAMENDO_API_KEY \(get a key at https/,
    ],
    [
      "jamendo",
      failed(6, "Rate limit exceeded"),
      "temporary",
      /Rate limit exceeded \(code 6\): run the same command again after \d{4}-\d\d-01T00:00Z$/,
    ],
    ["jamendo", failed(1, "An internal error occurred"), "temporary", /internal error.*after 5 attempts/],
    ["jamendo", failed(7, "Method not found"), "refused", /Method not found/],
    [
      "brooklynmuseum",
      { data: "The given limit is wrong", errorCode: "4.09", message: "Error." },
      "refused",
      /limit is wrong \(code 4\.09\)/,
    ],
    ["europeana", { success: false, error: "Invalid API key" }, "no_permission", /check EUROPEANA_API_KEY/],
    [
      "smithsonian",
      { error: { code: "API_KEY_INVALID", message: "An invalid api_key" } },
      "no_permission",
      /check SMITHSONIAN_API_KEY/,
    ],
    [
      "wikimedia",
      { error: { code: "maxlag", info: "Waiting for a database server: 9 seconds lagged." } },
      "temporary",
      /lagged.*after 5 attempts/,
    ],
    ["finnishmuseums", { status: "ERROR", statusMessage: "Invalid filter" }, "refused", /Invalid filter/],
    ["sciencemuseum", { error: "Bad Request", message: "Bad Request" }, "refused", /Bad Request/],
  ];
  for (const [name, answer, outcome, message] of errors) {
    test(`${name}: ${JSON.stringify(answer).slice(0, 80)}`, async (t) => {
      await assert.rejects(
        walk(t, name, () => answer, { key: KEY, since: "2024-02-28" }),
        { outcome, message },
      );
    });
  }

  test("a server that is busy is asked again", async (t) => {
    let busy = 2;
    const answer: Answer = () =>
      busy-- > 0
        ? { error: { code: "maxlag", info: "9 seconds lagged" } }
        : { batchcomplete: "", query: { pages: {} } };
    const { asked } = await walk(t, "wikimedia", answer, { since: "2024-02-28" });
    assert.equal(asked.length, 3);
  });

  // A dump has no pages.
  for (const { name, coverage, key } of PROVIDERS.filter(({ joinTables }) => !joinTables)) {
    test(`${name}: something else than a page`, async (t) => {
      const query = { ...(key && { key: KEY }), ...(coverage === "dated" && { since: "2024-02-28" }) };
      await assert.rejects(
        walk(t, name, () => ({ hello: "world" }), query),
        {
          outcome: "bad_input",
          message:
            /^[^(]+ (?:\([A-Z][^)]+\) )?\(127\.0\.0\.1:\d+\) answered with \{"hello":"world"\}, which is no (?:page|list).*: its API has changed, or --base-url is wrong$/,
        },
      );
    });
  }

  test("a status that means a bad key says which", async (t) => {
    const server = await serve(t, (_, response) => response.writeHead(401).end("<html>no</html>"));
    await assert.rejects(pagesOf(t, "freesound", server, { key: KEY }), {
      outcome: "no_permission",
      message:
        /status 401: check FREESOUND_API_KEY \(get a key at https:\/\/freesound\.org\/apiv2\/apply\/\)$/,
    });
  });
});
