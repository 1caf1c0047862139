import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type Asked, sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { Json } from "../../base/ndjson/index.js";
import { listen } from "../../testing/hostile/attack.js";
import { temporaryFolder } from "../../testing/run.js";
import { walkHastily } from "../providers/hostile.test.util.js";
import { pagesOf } from "../providers/hostile-pages.test.util.js";
import { findProvider, PROVIDERS } from "../providers/index.js";

/** Where walks end, and where they must not. */

const param = (asked: Asked, name: string) => asked.url.searchParams.get(name);

/** Walks a provider against answers by its requests. */
async function walk(t: TestContext, name: string, answer: (asked: Asked) => Json, stateFolder?: string) {
  const server = await serve(t, (asked, response) => sendJson(response, answer(asked)));
  const walked = await walkHastily(t, findProvider(name), server.url, stateFolder ? { stateFolder } : {});
  return { ...walked, asked: server.asked };
}

describe("nothing is an answer, too: the walk is finished", () => {
  for (const provider of PROVIDERS.filter(({ joinTables }) => !joinTables)) {
    test(provider.name, async (t) => {
      const { list, honest } = pagesOf(provider);
      const server = await listen(t, (asked, response) => {
        const { headers, body } = list.isPage(asked) ? list.page([], { total: 0 }, asked) : honest(asked);
        response.writeHead(200, headers).end(body);
      });
      const { outcome, messages, written } = await walkHastily(t, provider, server.url);
      const said = provider.name === "smithsonian" ? messages.slice(1) : messages;
      assert.deepEqual([outcome, said, written], ["done", [], 0]);
    });
  }

  const answers: readonly (readonly [name: string, answer: Json])[] = [
    ["met", { total: 0, objectIDs: null }],
    ["wikimedia", { batchcomplete: "" }],
    ["finnishmuseums", { status: "OK", resultCount: 0 }],
    ["flickr", { stat: "ok", photos: { page: 1, pages: 0, perpage: 500, total: "0", photo: [] } }],
    ["phylopic", { build: 1, totalPages: 0 }],
    ["europeana", { success: true, totalResults: 0, items: [], nextCursor: "*" }],
  ];
  for (const [name, answer] of answers) {
    test(`${name}: ${JSON.stringify(answer)}`, async (t) => {
      const { outcome, messages } = await walk(t, name, () => answer);
      assert.deepEqual([outcome, messages], ["done", []]);
    });
  }
});

describe("a walk that gets nowhere keeps its place", () => {
  /** Cleveland's pages of 1,000 works; those from `from` to `to` are empty. */
  const pages = (from: number, to: number) => {
    const { list } = pagesOf(findProvider("clevelandmuseum"));
    return (asked: Asked): Json => {
      const skip = Number(param(asked, "skip"));
      const isEmpty = skip >= from && skip < to;
      return { info: { total: 9000 }, data: isEmpty || skip >= 9000 ? [] : [list.item(skip)] };
    };
  };
  const GONE =
    "Cleveland Museum of Art says that there are works and gives none on 5 pages: " +
    "run the same command again later, it goes on from there";

  test("and goes on there when the server is well again", async (t) => {
    const folder = temporaryFolder(t);
    let answer = pages(2000, 9000);
    const server = await serve(t, (asked, response) => sendJson(response, answer(asked)));
    const provider = findProvider("clevelandmuseum");
    const first = await walkHastily(t, provider, server.url, { stateFolder: folder });
    assert.deepEqual([first.outcome, first.written, first.messages.at(-1)], ["temporary", 2, GONE]);
    assert.equal(server.asked.length, 2 + 5);
    answer = pages(0, 0);
    const second = await walkHastily(t, provider, server.url, { stateFolder: folder });
    assert.deepEqual([second.outcome, second.written, second.messages], ["done", 7, []]);
    assert.equal(param(server.asked[7] as Asked, "skip"), "2000");
  });

  test("some empty pages in the middle are said and walked over", async (t) => {
    const { outcome, written, messages } = await walk(t, "clevelandmuseum", pages(2000, 6000));
    assert.deepEqual([outcome, written], ["done", 5]);
    const warning = "Cleveland Museum of Art says that there are works on a page and gives none";
    assert.deepEqual(messages, Array(4).fill(warning));
  });

  test("one at the end is as good as none, for works may be counted and hidden; two are not", async (t) => {
    assert.equal((await walk(t, "clevelandmuseum", pages(8000, 9000))).outcome, "done");
    assert.equal((await walk(t, "clevelandmuseum", pages(7000, 9000))).outcome, "temporary");
  });

  test("a page that comes again and again is asked for again by the next run", async (t) => {
    const folder = temporaryFolder(t);
    const { list } = pagesOf(findProvider("clevelandmuseum"));
    let isStuck = true;
    const server = await serve(t, (asked, response) => {
      const skip = Number(param(asked, "skip"));
      sendJson(response, { info: { total: 5000 }, data: [list.item(isStuck ? 0 : skip)] });
    });
    const provider = findProvider("clevelandmuseum");
    const first = await walkHastily(t, provider, server.url, { stateFolder: folder });
    assert.deepEqual([first.outcome, server.asked.length], ["refused", 4]);
    isStuck = false;
    await walkHastily(t, provider, server.url, { stateFolder: folder });
    assert.equal(param(server.asked[4] as Asked, "skip"), "1000");
  });

  test("of cursors, too", async (t) => {
    const folder = temporaryFolder(t);
    const { list } = pagesOf(findProvider("europeana"));
    let isEmpty = true;
    const server = await serve(t, (asked, response) => {
      const at = Number((param(asked, "cursor") ?? "").replace("*", "0"));
      const items = at > 0 && isEmpty ? [] : [list.item(at)];
      const next = isEmpty || at < 3 ? { nextCursor: String(at + 1) } : {};
      sendJson(response, { success: true, totalResults: 9, items, ...next });
    });
    const provider = findProvider("europeana");
    const first = await walkHastily(t, provider, server.url, { stateFolder: folder });
    // Items are asked for, too; only lists have cursors.
    const cursors = () => server.asked.map((asked) => param(asked, "cursor")).filter((at) => at !== null);
    assert.deepEqual([first.outcome, first.written], ["temporary", 1]);
    assert.deepEqual(cursors(), ["*", "1", "2", "3", "4", "5"]);
    const warning = "Europeana says that there are works on a page and gives none";
    assert.deepEqual(first.messages.slice(0, -1), Array(4).fill(warning));
    isEmpty = false;
    const second = await walkHastily(t, provider, server.url, { stateFolder: folder });
    assert.deepEqual([second.outcome, second.written], ["done", 3]);
    assert.deepEqual(cursors().slice(6), ["1", "2", "3"]);
  });

  test("works that are gone: some are left out, too many in a row end it", async (t) => {
    const { list } = pagesOf(findProvider("met"));
    const objects = (gone: number) =>
      listen(t, ({ url }, response) => {
        const id = Number(url.pathname.slice(1));
        const ids = Array.from({ length: 120 }, (_, i) => i + 1);
        if (id > 0 && id <= gone) return response.writeHead(404).end();
        response.end(JSON.stringify(id > 0 ? list.item(id) : { total: 120, objectIDs: ids }));
      });
    const some = await walkHastily(t, findProvider("met"), (await objects(49)).url);
    assert.deepEqual([some.outcome, some.bad], ["done", []]);
    const server = await objects(120);
    const all = await walkHastily(t, findProvider("met"), server.url);
    assert.equal(all.outcome, "temporary");
    assert.match(all.messages.at(-1) ?? "", /says that there are works and gives none of the last 50:/);
    assert.equal(server.asked.length, 1 + 50);
  });
});

describe("numbers that do not agree", () => {
  test("a total that is too small ends no walk: an empty page does", async (t) => {
    const { list } = pagesOf(findProvider("smk"));
    const { outcome, written } = await walk(t, "smk", (asked) => {
      const offset = Number(param(asked, "offset"));
      return { found: 0, items: offset < 6000 ? [list.item(offset)] : [] };
    });
    assert.deepEqual([outcome, written], ["done", 3]);
  });

  test("parts of a day that have more than the day", async (t) => {
    const { list } = pagesOf(findProvider("flickr"));
    const { outcome, messages, asked } = await walk(t, "flickr", (one) => ({
      stat: "ok",
      photos: {
        page: 1,
        total: 3500,
        photo: [list.item(Number(`${param(one, "min_upload_date")}${param(one, "page")}`))],
      },
    }));
    assert.equal(outcome, "refused");
    assert.equal(messages.at(-1), "Flickr says that parts of a day have more works than the day");
    assert.ok(asked.length < 60);
  });

  test("an hour of which Flickr shows nothing is said and walked over, a page in the middle as well", async (t) => {
    const { list } = pagesOf(findProvider("flickr"));
    const { outcome, messages, written } = await walk(t, "flickr", (one) => {
      const [page, min] = [Number(param(one, "page")), Number(param(one, "min_upload_date"))];
      const hour = (min % 86_400) / 3600;
      const isDay = Number(param(one, "max_upload_date")) - min > 3600;
      const total = isDay ? 4800 : hour === 3 ? 5 : hour === 5 ? 1200 : 0;
      const shown = !isDay && hour === 5 && page !== 2;
      return { stat: "ok", photos: { page, total, photo: shown ? [list.item(page)] : [] } };
    });
    assert.deepEqual([outcome, written], ["done", 2]);
    assert.deepEqual(messages, Array(2).fill("Flickr says that there are works on a page and gives none"));
  });
});

test("elements of a list that are no works are bad lines, with how they begin", async (t) => {
  const { list } = pagesOf(findProvider("nappy"));
  const images = [list.item(1), null, "a text", [1, 2], list.item(2)];
  const { outcome, written, bad } = await walk(t, "nappy", () => ({ images, next_page: null }));
  assert.deepEqual([outcome, written], ["done", 2]);
  const rest = { file: "nappy", error: "not an object", code: "not_an_object" };
  assert.deepEqual(
    bad,
    ["null", '"a text"', "[1,2]"].map((input) => ({ ...rest, input })),
  );
});

test("a cursor of an absurd length is refused, and what leads out of a path is not asked for", async (t) => {
  const { list } = pagesOf(findProvider("brooklynmuseum"));
  const item = { ...list.item(1), id: "../../admin" };
  const { asked } = await walk(t, "brooklynmuseum", (one) => ({
    errorCode: "0",
    data: param(one, "offset") === "0" ? [item] : [],
  }));
  assert.deepEqual(
    asked.map(({ url }) => url.pathname),
    ["/", "/"],
  );
});
