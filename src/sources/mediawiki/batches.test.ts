import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { createClient } from "../../base/http/client.js";
import { FakeClock } from "../../base/http/fake-clock.test.util.js";
import { type Asked, sendJson, serve } from "../../base/http/local-server.test.util.js";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { listAt } from "../../base/ndjson/index.js";
import type { Page } from "../engine/provider.js";
import { wikimedia } from "../providers/wikimedia.js";

const query = { since: "2018-01-15" };

/** The pages of a walk against a local server that answers every request by its parameters. */
async function walk(t: TestContext, answer: (params: Record<string, string>) => Json, from?: Json) {
  const asked: Asked[] = [];
  const { url } = await serve(t, (one, response) => {
    asked.push(one);
    sendJson(response, answer(Object.fromEntries(one.url.searchParams)));
  });
  const client = createClient({ version: "0", delay: 1, clock: new FakeClock() });
  t.after(() => client.close());
  const pages: Page[] = [];
  const session = { provider: wikimedia, client, baseUrl: url, query, ...(from !== undefined && { from }) };
  for await (const page of wikimedia.walk(session)) pages.push(page);
  return { pages, asked: asked.map((one) => Object.fromEntries(one.url.searchParams)) };
}

function answerOf(pages: Record<string, JsonObject>, token?: JsonObject, complete = false): Json {
  return {
    ...(complete && { batchcomplete: "" }),
    ...(token && { continue: token }),
    query: {
      pages: Object.fromEntries(
        Object.entries(pages).map(([id, page]) => [id, { pageid: Number(id), ...page }]),
      ),
    },
  };
}

const info = (url: string) => ({ imageinfo: [{ url }] });
const usage = (...titles: string[]) => ({ globalusage: titles.map((title) => ({ title })) });

describe("continuation", () => {
  /** Two batches: the first comes in three answers, the second in one. */
  const answer = ({ gaicontinue, gucontinue }: Record<string, string>): Json => {
    if (gaicontinue === "B") return answerOf({ 3: info("c") }, undefined, true);
    if (gucontinue === undefined) {
      return answerOf(
        { 1: { ...info("a"), ...usage("x") }, 2: info("b") },
        { gucontinue: "u1", continue: "||imageinfo" },
      );
    }
    if (gucontinue === "u1") {
      return answerOf({ 1: usage("y", "z"), 2: usage() }, { gucontinue: "u2", continue: "||imageinfo" });
    }
    return answerOf({ 1: usage(), 2: usage("w") }, { gaicontinue: "B", continue: "gaicontinue||" }, true);
  };

  test("the answers of one batch are merged", async (t) => {
    const { pages, asked } = await walk(t, answer);
    assert.deepEqual(pages, [
      {
        items: [
          { pageid: 1, ...info("a"), ...usage("x", "y", "z") },
          { pageid: 2, ...info("b"), ...usage("w") },
        ],
        next: { day: 0, cursor: { gaicontinue: "B", continue: "gaicontinue||" } },
      },
      { items: [{ pageid: 3, ...info("c") }] },
    ]);
    assert.deepEqual(asked[0], {
      action: "query",
      generator: "allimages",
      gaisort: "timestamp",
      gaidir: "newer",
      gailimit: "250",
      gulimit: "250",
      gunamespace: "0",
      format: "json",
      gaistart: "1515974400",
      gaiend: "1516060800",
      prop: "imageinfo|globalusage",
      iiprop: "url|user|dimensions|extmetadata|mediatype|size|metadata",
    });
    assert.equal(asked[1]?.gucontinue, "u1");
    assert.equal(asked[1]?.continue, "||imageinfo");
  });

  test("a walk goes on at the batch where it stopped", async (t) => {
    const { pages, asked } = await walk(t, answer, {
      day: 0,
      cursor: { gaicontinue: "B", continue: "gaicontinue||" },
    });
    assert.deepEqual(pages, [{ items: [{ pageid: 3, ...info("c") }] }]);
    assert.equal(asked.length, 1);
  });

  test("an error of the API is a failure", async (t) => {
    for (const [code, outcome] of [
      ["maxlag", "temporary"],
      ["ratelimited", "temporary"],
      ["badcontinue", "refused"],
    ]) {
      await assert.rejects(
        walk(t, () => ({ error: { code: code as string, info: "no" } })),
        { outcome },
      );
    }
  });
});

describe("batches without end", () => {
  /** The API goes round and round while `member` is asked for. */
  const endless = (token: string, list: "prop" | "iiprop", member: string) => {
    let round = 0;
    return (params: Record<string, string>): Json => {
      round++;
      const whole = { 1: { ...info("a"), ...usage(`${round}`) } };
      const again = { 1: { ...info("a"), ...(params.prop?.includes("globalusage") && usage("1")) } };
      if (params.gaicontinue === "next") return answerOf({ 2: info("b") }, undefined, true);
      if (!params[list]?.split("|").includes(member)) {
        return answerOf(again, { gaicontinue: "next", continue: "gaicontinue||" }, true);
      }
      return answerOf(whole, { gaicontinue: "A", [token]: `${round}`, continue: "gaicontinue||imageinfo" });
    };
  };

  for (const [token, list, member] of [
    ["gucontinue", "prop", "globalusage"],
    ["iicontinue", "iiprop", "metadata"],
  ] as const) {
    test(`after 100 rounds ${member} is given up for this batch`, async (t) => {
      const { pages, asked } = await walk(t, endless(token, list, member));
      assert.equal(pages.length, 2);
      assert.equal(listAt(pages[0]?.items[0], "globalusage").length, 100);
      const less = asked[100] ?? {};
      assert.ok(!less[list]?.split("|").includes(member));
      assert.equal(less.continue, "gaicontinue||");
      assert.equal(less.gaicontinue, "A");
      assert.equal(less[token], undefined);
      assert.ok(asked[101]?.[list]?.includes(member), "the next batch is asked for in full again");
    });
  }

  for (const [what, tokenOf, rounds] of [
    ["lead to themselves", () => "same", 4],
    ["bring nothing new", (round: number) => `${round}`, 11],
  ] as const) {
    test(`rounds that ${what} are given up sooner`, async (t) => {
      let round = 0;
      const { pages, asked } = await walk(t, ({ prop }) =>
        prop?.includes("globalusage")
          ? answerOf({ 1: info("a") }, { gucontinue: tokenOf(round++), continue: "||imageinfo" })
          : answerOf({ 1: info("a") }, undefined, true),
      );
      assert.deepEqual(pages, [{ items: [{ pageid: 1, ...info("a") }] }]);
      assert.equal(asked.length, rounds + 1);
    });
  }

  test("what a place is continued with is no other parameter", async (t) => {
    const work = walk(t, () => answerOf({ 1: {} }, { action: "logout", continue: "||" }));
    await assert.rejects(work, {
      outcome: "bad_input",
      message:
        'Wikimedia Commons continues with {"action":"logout","continue":"||"}, which is no place in a list',
    });
  });

  test("when nothing is left to give up, it is refused", async (t) => {
    const work = walk(t, () => answerOf({ 1: {} }, { xcontinue: "x", continue: "||" }));
    await assert.rejects(work, { outcome: "refused", message: /without end/ });
  });
});
