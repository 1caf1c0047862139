import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Failure } from "../../base/failure.js";
import { type Asked, type LocalServer, sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { Json } from "../../base/ndjson/index.js";
import type { Page } from "../engine/provider.js";
import { SUB_PROVIDERS } from "../sub-providers/index.js";
import { findProvider, PROVIDERS } from "./index.js";
import { STRICT_APIS } from "./strict-apis.test.util.js";
import { KEY, respondStrictly, type StrictApi } from "./strict-server.test.util.js";
import { type Answer, type Asking, numbered, pagesOf, param, walk } from "./walks.test.util.js";

/** From every place on the way, a walk goes on with exactly the pages that are left. */
async function resumes(t: TestContext, name: string, pages: Page[], server: LocalServer, query: Asking = {}) {
  assert.equal(pages.at(-1)?.next, undefined);
  for (const [i, { next }] of pages.slice(0, -1).entries()) {
    assert.ok(next !== undefined, `page ${i} of ${name} has no next`);
    const from = JSON.parse(JSON.stringify(next)) as Json;
    assert.deepEqual(await pagesOf(t, name, server, { ...query, from }), pages.slice(i + 1));
  }
}

describe("every walk goes to its end, from every place on the way", () => {
  for (const [name, api] of Object.entries(STRICT_APIS)) {
    const { key } = findProvider(name);
    const query = { ...api.query, ...(key && { key: KEY }) };

    test(name, async (t) => {
      const server = await serve(t, respondStrictly(api));
      const pages = await pagesOf(t, name, server, query);
      const ids = pages.flatMap(({ items }) => items.map((item) => JSON.stringify(item)));
      assert.equal(new Set(ids).size, api.items);
      assert.equal(server.asked.length, api.requests);
      await resumes(t, name, pages, server, query);
    });

    test(`${name} has errors passed over, but not without end`, async (t) => {
      const server = await serve(t, (_, response) => sendJson(response, { error: "none" }, 404));
      const errors: unknown[] = [];
      const walked = pagesOf(t, name, server, { ...query, onError: (error) => errors.push(error) });
      await walked.catch((error: unknown) => assert.equal((error as Failure).outcome, "refused"));
      assert.ok(errors.length <= 10, `${errors.length} errors`);
    });

    if (!key?.required) continue;
    test(`${name} without a key says where to get one`, async (t) => {
      const server = await serve(t, respondStrictly(api));
      const message = `${findProvider(name).title} asks for an API key: set ${key.variable} (get one at ${key.where})`;
      await assert.rejects(pagesOf(t, name, server, api.query ?? {}), { outcome: "no_permission", message });
      assert.equal(server.asked.length, 0);
    });
  }

  test("every provider has one", () => {
    // These are walked by tests of their own.
    const others = ["finnishmuseums", "flickr", "inaturalist", "openverse", "wikimedia"];
    const names = PROVIDERS.map(({ name }) => name).filter((name) => !others.includes(name));
    assert.deepEqual(Object.keys(STRICT_APIS).sort(), names);
  });
});

describe("cursor walks over several days", () => {
  const days = { since: "2024-02-28", until: "2024-03-01", key: KEY };
  const dayIn = (asked: Asked) => /\[(\d{4}-\d\d-\d\d)T/.exec(param(asked, "query") ?? "")?.[1] as string;
  const answerOf = (asked: Asked) => ({
    success: true,
    items: [{ id: `${dayIn(asked)} ${param(asked, "cursor")}` }],
    ...(param(asked, "cursor") === "*" && { nextCursor: "c2" }),
  });
  const ids = (pages: readonly Page[]) => pages.flatMap(({ items }) => items.map(({ id }) => id));

  test("europeana goes day by day, and on from every place", async (t) => {
    const server = await serve(t, (asked, response) => sendJson(response, answerOf(asked)));
    const pages = await pagesOf(t, "europeana", server, days);
    const dates = ["2024-02-28", "2024-02-29", "2024-03-01"];
    assert.deepEqual(
      ids(pages),
      dates.flatMap((day) => [`${day} *`, `${day} c2`]),
    );
    await resumes(t, "europeana", pages, server, days);
  });

  test("europeana: after a page that fails only the next day can be found, and it says so", async (t) => {
    const server = await serve(t, (asked, response) => {
      const isBad = dayIn(asked) === "2024-02-28" && param(asked, "cursor") === "c2";
      sendJson(response, isBad ? {} : answerOf(asked), isBad ? 404 : 200);
    });
    const errors: string[] = [];
    const onError = (error: unknown) => errors.push((error as Failure).message);
    const pages = await pagesOf(t, "europeana", server, { ...days, onError });
    const dates = ["2024-02-29", "2024-03-01"];
    assert.deepEqual(ids(pages), ["2024-02-28 *", ...dates.flatMap((day) => [`${day} *`, `${day} c2`])]);
    assert.equal(errors.length, 1);
    assert.match(
      errors[0] as string,
      /status 404.*; the rest of 2024-02-28 is missing, for only a page tells where the next one is: fetch it again with --date 2024-02-28$/,
    );
    await assert.rejects(pagesOf(t, "europeana", server, days), { outcome: "refused" });
  });

  test("wikimedia: the same, batch by batch", async (t) => {
    const server = await serve(t, (asked, response) => {
      const start = Number(param(asked, "gaistart"));
      if (start === Date.UTC(2024, 1, 29) / 1000) return sendJson(response, {}, 404);
      sendJson(response, { batchcomplete: "", query: { pages: { [start]: { pageid: start, id: start } } } });
    });
    const errors: string[] = [];
    const onError = (error: unknown) => errors.push((error as Failure).message);
    const pages = await pagesOf(t, "wikimedia", server, { ...days, onError });
    assert.deepEqual(
      ids(pages),
      [Date.UTC(2024, 1, 28), Date.UTC(2024, 2, 1)].map((time) => time / 1000),
    );
    assert.match(errors.join("\n"), /the rest of 2024-02-29 is missing/);
  });
});

describe("smithsonian", () => {
  const warningsOf = async (t: TestContext, terms: readonly string[] | undefined) => {
    const strict = respondStrictly(STRICT_APIS.smithsonian as StrictApi);
    const server = await serve(t, (asked, response) => {
      if (terms === undefined || asked.url.pathname !== "/terms/unit_code") strict(asked, response);
      else sendJson(response, { status: 200, response: { terms: [...terms] } });
    });
    const pages = await pagesOf(t, "smithsonian", server, { key: KEY });
    assert.ok(pages.slice(1).every(({ warning }) => warning === undefined));
    return pages[0]?.warning;
  };
  const known = SUB_PROVIDERS.filter(({ provider }) => provider === "smithsonian").flatMap(
    ({ keys }) => keys,
  );

  test("units that are new or gone are said at the start", async (t) => {
    const units = [...known.filter((unit) => unit !== "ACM" && unit !== "SIL"), "NEW1", "NEW2"];
    assert.equal(
      await warningsOf(t, units),
      "the Smithsonian's units are not those of our table of sources; " +
        "new: NEW1, NEW2 (source smithsonian until they are in it); gone: ACM, SIL",
    );
  });

  test("nothing is said of units that are in the table", async (t) => {
    assert.equal(await warningsOf(t, undefined), undefined);
  });

  test("an empty list of units is said", async (t) => {
    assert.match(String(await warningsOf(t, [])), /list of units is empty/);
  });
});

describe("clevelandmuseum", () => {
  test("goes by the limit that the server applied, and ends at an empty page", async (t) => {
    const answer: Answer = (asked) => {
      const skip = Number(param(asked, "skip"));
      return { info: { parameters: { limit: "2" } }, data: numbered(skip, Math.min(skip + 2, 5)) };
    };
    assert.deepEqual((await walk(t, "clevelandmuseum", answer)).ids, [0, 1, 2, 3, 4]);
  });
});

describe("phylopic", () => {
  test("goes on in a new build when the old one is gone in the middle", async (t) => {
    let build = 194;
    const server = await serve(t, ({ url }, response, count) => {
      if (count === 2) build = 195;
      if (url.search === "") return sendJson(response, { build, totalPages: 3 });
      if (Number(url.searchParams.get("build")) !== build) return sendJson(response, { errors: [] }, 410);
      sendJson(response, { _embedded: { items: [{ id: `${build}-${url.searchParams.get("page")}` }] } });
    });
    const pages = await pagesOf(t, "phylopic", server, {});
    assert.deepEqual(
      pages.flatMap(({ items }) => items.map(({ id }) => id)),
      ["194-0", "195-1", "195-2"],
    );
  });
});

describe("sciencemuseum", () => {
  test("says so where years have more works than are served", async (t) => {
    const answer: Answer = (asked) => ({
      data: numbered(0, param(asked, "date[from]") === "0" ? 1 : 0).map(() => ({
        id: param(asked, "page[number]"),
      })),
      links: {
        next: param(asked, "date[from]") === "0" ? "https://collection.sciencemuseumgroup.org.uk/x" : null,
      },
    });
    const { pages, asked } = await walk(t, "sciencemuseum", answer);
    assert.deepEqual(
      pages.map(({ warning }) => warning).filter((warning) => warning !== undefined),
      ["the years 0 to 200 have more works than the API serves of one query; the rest is missing"],
    );
    assert.ok(asked.every((one) => Number(param(one, "page[number]")) <= 50));
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
    const { asked, ids } = await walk(t, "openverse", answer, { key: "a-token-of-tests" });
    assert.equal(ids.length, 20 * 500 + 501);
    assert.equal(asked[0]?.headers.authorization, "Bearer a-token-of-tests");
    assert.ok(asked.every(({ url }) => !url.href.includes("a-token-of-tests")));
  });
});

/** What a server has in each window: photos are spread over the day as `perHour` says. */
function totalOf(perHour: readonly number[], start: number, end: number): number {
  return perHour.reduce((sum, photos, hour) => {
    const [from, to] = [Math.max(start, hour * 3600), Math.min(end, (hour + 1) * 3600)];
    return sum + (to > from ? Math.round((photos * (to - from)) / 3600) : 0);
  }, 0);
}

describe("flickr", () => {
  const query = { key: "a-key-of-tests", since: "2024-02-28", until: "2024-03-01" };
  /** 1200 photos on the first day, none on the second; the third has a busy and a very busy hour. */
  const days: Record<string, readonly number[]> = {
    "2024-02-28": [1200],
    "2024-02-29": [],
    "2024-03-01": [0, 2999, 0, 6000, 96_000],
  };
  const licenses = 14;
  const answer: Answer = (asked) => {
    const [min, max] = [Number(param(asked, "min_upload_date")), Number(param(asked, "max_upload_date"))];
    const day = new Date(min * 1000).toISOString().slice(0, 10);
    const start = min % 86_400;
    const all = totalOf(days[day] ?? [], start, start + max - min);
    const license = param(asked, "license") ?? "";
    // Licence 4 has half of the photos, the others share the rest.
    const total = license.includes(",")
      ? all
      : Math.round(license === "4" ? all / 2 : all / 2 / (licenses - 1));
    const page = Number(param(asked, "page"));
    const served = numbered((page - 1) * 500, Math.min(page * 500, total, 4000));
    const photo = served.map(({ id }) => ({
      id: `${min} ${max} ${license.includes(",") ? "" : license} ${id}`,
    }));
    return { stat: "ok", photos: { page, pages: Math.ceil(total / 500), total: String(total), photo } };
  };

  test("cuts time into windows by their counts, and asks licence by licence where they are still too full", async (t) => {
    const { pages, asked, ids, server } = await walk(t, "flickr", answer, query);
    // An hour of 6,000 is cut into six, one of 96,000 into twelve of 8,000, which are asked for by licence.
    const perWindow = Math.min(4000, 8000 / 2) + (licenses - 1) * Math.round(8000 / 2 / (licenses - 1));
    assert.equal(new Set(ids).size, 1200 + 2999 + 6000 + 12 * perWindow);
    assert.deepEqual(
      pages.map(({ warning }) => warning).filter((warning) => warning !== undefined),
      [],
    );
    const counting = asked.filter(
      (one) => param(one, "page") === "1" && param(one, "license")?.includes(","),
    );
    assert.equal(counting.length, 1 + 1 + (1 + 24 + 6 + 12));
    assert.ok(asked.every((one) => param(one, "per_page") === "500"));
    for (const [i, { next }] of pages.slice(0, -1).entries()) {
      if (i % 29 !== 0) continue;
      const from = JSON.parse(JSON.stringify(next)) as Json;
      assert.deepEqual(await pagesOf(t, "flickr", server, { ...query, from }), pages.slice(i + 1));
    }
  });

  test("says what is still cut off", async (t) => {
    const full: Answer = (asked) => {
      const page = Number(param(asked, "page"));
      const min = Number(param(asked, "min_upload_date"));
      const total = min % 86_400 < 300 ? 120_000 : 0;
      const photo = numbered((page - 1) * 500, Math.min(page * 500, total)).map(({ id }) => ({
        id: `${min}${param(asked, "license")}${id}`,
      }));
      return { stat: "ok", photos: { page, total, photo } };
    };
    const { pages } = await walk(t, "flickr", full, { key: KEY, since: "2024-02-28" });
    const warnings = pages.map(({ warning }) => warning).filter((warning) => warning !== undefined);
    assert.equal(warnings.length, licenses);
    assert.equal(
      warnings[0],
      "Flickr has 120000 works with licence 1 from 2024-02-28T00:00Z on and serves 4000 of them",
    );
  });

  test("asks for what the catalogue asks for, and the licences of 2025", async (t) => {
    const { asked } = await walk(t, "flickr", answer, { key: "a-key-of-tests", since: "2018-01-15" });
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
      api_key: "a-key-of-tests",
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
      await assert.rejects(walk(t, "flickr", answer, { key: "a-key-of-tests", ...days }), {
        outcome: "usage",
      });
    });
  }
});

describe("finnishmuseums", () => {
  test("walks four buildings, in windows of time by their counts", async (t) => {
    const perHour = [0, 400, 101_000];
    const answer: Answer = (asked) => {
      const filters = asked.url.searchParams.getAll("filter[]");
      assert.equal(filters[0], 'format:"0/Image/"');
      const [, building] = /^building:"(0\/[^"]+)"$/.exec(filters[1] ?? "") ?? [];
      const [, from = "", to = ""] = /^last_indexed:"\[(\S+) TO (\S+)\]"$/.exec(filters[2] ?? "") ?? [];
      const start = (Date.parse(from) / 1000) % 86_400;
      const busy =
        building === "0/SA-kuva/"
          ? totalOf(perHour, start, start + (Date.parse(to) - Date.parse(from)) / 1000)
          : 30;
      const page = Number(param(asked, "page"));
      const records = numbered((page - 1) * 100, Math.min(page * 100, busy));
      return {
        status: "OK",
        resultCount: busy,
        records: records.map(({ id }) => ({ id: `${building} ${from} ${id}` })),
      };
    };
    const query = { since: "2024-02-28" };
    const { ids, asked, pages, server } = await walk(t, "finnishmuseums", answer, query);
    // The hour of 101,000 is cut into twenty windows.
    assert.equal(new Set(ids).size, 3 * 30 + 400 + 101_000);
    assert.ok(asked.every((one) => param(one, "limit") === "100"));
    const { next } = pages[500] as Page;
    const rest = await pagesOf(t, "finnishmuseums", server, { ...query, from: next as Json });
    assert.deepEqual(rest, pages.slice(501));
  });
});
