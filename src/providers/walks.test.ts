import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { createClient } from "../http/client.js";
import { FakeClock } from "../http/fake-clock.test.util.js";
import { type Asked, type LocalServer, sendJson, serve } from "../http/local-server.test.util.js";
import type { Json, JsonObject } from "../ndjson/index.js";
import { findProvider, type Page, type Session } from "./index.js";

type Answer = (asked: Asked) => Json;
type Query = Omit<Session, "client" | "baseUrl">;

/** All pages of a walk against a local server. */
async function walk(t: TestContext, name: string, answer: Answer, query: Query = {}) {
  const server = await serve(t, (asked, response) => sendJson(response, answer(asked)));
  const pages = await pagesOf(t, name, server, query);
  return { pages, asked: server.asked, ids: pages.flatMap(({ items }) => items.map(({ id }) => id)), server };
}

async function pagesOf(t: TestContext, name: string, { url }: LocalServer, query: Query): Promise<Page[]> {
  const provider = findProvider(name);
  const client = createClient({ version: "0", delay: provider.delay, clock: new FakeClock() });
  t.after(() => client.close());
  const pages: Page[] = [];
  for await (const page of provider.walk({ client, baseUrl: url, ...query })) pages.push(page);
  return pages;
}

/** From every place on the way, a walk goes on with exactly the pages that are left. */
async function resumes(t: TestContext, name: string, pages: Page[], server: LocalServer, query: Query = {}) {
  assert.equal(pages.at(-1)?.next, undefined);
  for (const [i, { next }] of pages.slice(0, -1).entries()) {
    assert.ok(next !== undefined, `page ${i} of ${name} has no next`);
    const from = JSON.parse(JSON.stringify(next)) as Json;
    assert.deepEqual(await pagesOf(t, name, server, { ...query, from }), pages.slice(i + 1));
  }
}

function numbered(from: number, to: number): JsonObject[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => ({ id: from + i }));
}

const param = (asked: Asked, name: string) => asked.url.searchParams.get(name);

describe("clevelandmuseum", () => {
  test("skips what it has until the total is reached", async (t) => {
    const answer: Answer = (asked) => {
      const skip = Number(param(asked, "skip"));
      return { info: { total: 2500 }, data: numbered(skip, Math.min(skip + 1000, 2500)) };
    };
    const { pages, asked, ids, server } = await walk(t, "clevelandmuseum", answer);
    assert.deepEqual(
      ids,
      numbered(0, 2500).map(({ id }) => id),
    );
    assert.deepEqual(
      asked.map(({ url }) => url.search),
      [
        "?cc=1&has_image=1&limit=1000&skip=0",
        "?cc=1&has_image=1&limit=1000&skip=1000",
        "?cc=1&has_image=1&limit=1000&skip=2000",
      ],
    );
    await resumes(t, "clevelandmuseum", pages, server);
  });

  test("goes by the limit that the server applied, and ends at an empty page", async (t) => {
    const answer: Answer = (asked) => {
      const skip = Number(param(asked, "skip"));
      return { info: { parameters: { limit: "2" } }, data: numbered(skip, Math.min(skip + 2, 5)) };
    };
    assert.deepEqual((await walk(t, "clevelandmuseum", answer)).ids, [0, 1, 2, 3, 4]);
  });
});

describe("stocksnap", () => {
  test("goes through the pages in the path until there is no next one", async (t) => {
    const answer: Answer = ({ url }) => {
      const page = Number(url.pathname.slice(1));
      return { results: [{ id: page }], nextPage: page < 3 ? page + 1 : false };
    };
    const { pages, ids, server } = await walk(t, "stocksnap", answer);
    assert.deepEqual(ids, [1, 2, 3]);
    await resumes(t, "stocksnap", pages, server);
  });
});

describe("smithsonian", () => {
  const key = "a-key";
  const answer: Answer = (asked) => {
    const [, prefix] = /hash:(..)\*$/.exec(param(asked, "q") ?? "") ?? [];
    const total = prefix === "00" ? 1500 : 1;
    const start = Number(param(asked, "start"));
    const rows = numbered(start, Math.min(start + 1000, total)).map(({ id }) => ({ id: `${prefix}-${id}` }));
    return { status: 200, response: { rows, rowCount: total } };
  };

  test("walks every hash prefix", async (t) => {
    const { asked, ids } = await walk(t, "smithsonian", answer, { key });
    assert.equal(new Set(ids).size, 1500 + 255);
    assert.equal(asked.length, 257);
    assert.equal(asked[0]?.url.pathname, "/search");
    assert.deepEqual(Object.fromEntries(asked[1]?.url.searchParams ?? []), {
      api_key: key,
      q: "online_media_type:Images AND media_usage:CC0 AND hash:00*",
      start: "1000",
      rows: "1000",
    });
  });

  test("goes on inside a prefix, at the next one, and ends at ff", async (t) => {
    for (const [from, count] of [
      [{ prefix: "00", start: 1000 }, 256],
      [{ prefix: "fe", start: 0 }, 2],
      [{ prefix: "ff", start: 0 }, 1],
    ] as const) {
      const { pages } = await walk(t, "smithsonian", answer, { key, from });
      assert.equal(pages.length, count);
      assert.equal(pages.at(-1)?.next, undefined);
    }
  });

  test("without a key it says where to get one", async (t) => {
    await assert.rejects(walk(t, "smithsonian", answer), {
      outcome: "no_permission",
      message: /SMITHSONIAN_API_KEY/,
    });
  });
});

describe("openverse", () => {
  const answer: Answer = (asked) => {
    const [size, page] = [Number(param(asked, "page_size")), Number(param(asked, "page"))];
    const kind = asked.url.pathname;
    const total = kind === "/images/" ? size * 30 : size + 1;
    const results = numbered((page - 1) * size, Math.min(page * size, total));
    return {
      page_count: Math.ceil(total / size),
      results: results.map(({ id }) => ({ id: `${kind}${id}` })),
    };
  };

  test("without a token: twenty pages of twenty images, then audio", async (t) => {
    const { pages, asked, ids, server } = await walk(t, "openverse", answer);
    assert.equal(ids.length, 20 * 20 + 21);
    assert.equal(asked[0]?.headers.authorization, undefined);
    assert.equal(asked.at(-1)?.url.href.replace(server.url, ""), "/audio/?page=2&page_size=20");
    await resumes(t, "openverse", pages, server);
  });

  test("with a token: larger pages, the token in a header only", async (t) => {
    const { asked, ids } = await walk(t, "openverse", answer, { key: "a-token" });
    assert.equal(ids.length, 20 * 500 + 501);
    assert.equal(asked[0]?.headers.authorization, "Bearer a-token");
    assert.ok(asked.every(({ url }) => !url.href.includes("a-token")));
  });
});

describe("flickr", () => {
  const query = { key: "a-key", since: "2024-02-28", until: "2024-03-01" };
  /** 1200 photos on the first day, none on the second, more than can be had on the third. */
  const totals: Record<string, number> = { "2024-02-28": 1200, "2024-02-29": 0, "2024-03-01": 9000 };
  const answer: Answer = (asked) => {
    const day = new Date(Number(param(asked, "min_upload_date")) * 1000).toISOString().slice(0, 10);
    const [total, page] = [totals[day] ?? 0, Number(param(asked, "page"))];
    const photo = numbered((page - 1) * 500, Math.min(page * 500, total));
    return { stat: "ok", photos: { page, pages: Math.ceil(total / 500), total: String(total), photo } };
  };

  test("walks day by day, page by page, up to what Flickr serves of a query", async (t) => {
    const { pages, asked, ids, server } = await walk(t, "flickr", answer, query);
    assert.equal(ids.length, 1200 + 4000);
    assert.deepEqual(asked.map((one) => param(one, "page")).join(" "), "1 2 3 1 1 2 3 4 5 6 7 8");
    assert.deepEqual(
      pages.map(({ warning }) => warning).filter((warning) => warning !== undefined),
      ["Flickr has 9000 photos from 2024-03-01T00:00Z on and serves 4000 of them"],
    );
    await resumes(t, "flickr", pages, server, query);
  });

  test("asks for what the catalogue asks for, and the licences of 2025", async (t) => {
    const { asked } = await walk(t, "flickr", answer, { key: "a-key", since: "2018-01-15" });
    assert.deepEqual(Object.fromEntries(asked[0]?.url.searchParams ?? []), {
      method: "flickr.photos.search",
      media: "photos",
      safe_search: "1",
      license: "1,2,3,4,5,6,9,10,11,12,13,14,15,16",
      extras:
        "description,license,date_upload,date_taken,owner_name,tags,o_dims,url_t,url_s,url_m,url_l,views,content_type",
      format: "json",
      nojsoncallback: "1",
      per_page: "500",
      min_upload_date: "1515974400",
      max_upload_date: "1516060800",
      page: "1",
      api_key: "a-key",
    });
  });

  for (const [code, outcome, message] of [
    [100, "no_permission", /FLICKR_API_KEY/],
    [105, "temporary", /Service currently unavailable/],
    [3, "refused", /code 3/],
  ] as const) {
    test(`error ${code} is ${outcome}`, async (t) => {
      const failed = { stat: "fail", code, message: "Service currently unavailable" };
      await assert.rejects(
        walk(t, "flickr", () => failed, query),
        { outcome, message },
      );
    });
  }

  for (const [since, until] of [
    [undefined, undefined],
    ["2024-02-30", undefined],
    ["yesterday", undefined],
    ["2024-03-02", "2024-03-01"],
  ]) {
    test(`days ${since} to ${until}: usage`, async (t) => {
      const days = { ...(since !== undefined && { since }), ...(until !== undefined && { until }) };
      await assert.rejects(walk(t, "flickr", answer, { key: "a-key", ...days }), { outcome: "usage" });
    });
  }
});
