import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { Failure } from "../../base/failure.js";
import { open } from "../../base/http/client.test.util.js";
import type { Redirect } from "../../base/http/index.js";
import { serve } from "../../base/http/local-server.test.util.js";
import { SHARED, WITHOUT_SHARED } from "../../testing/run.js";
import { createFollow } from "./follow.js";
import type { ParseOptions } from "./urls/parse.js";

/** Where Flickr's addresses lead: a status, or an address to redirect to. */
type Web = Readonly<Record<string, string | number>>;

/** A follower whose requests go to a server on this machine that answers for all of Flickr. */
async function followIn(t: TestContext, web: Web, options: ParseOptions = {}) {
  const { url: local, asked } = await serve(t, ({ url }, response) => {
    const answer = web[decodeURIComponent(url.pathname.slice(1) + url.search)] ?? 404;
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.writeHead(302, { location: answer }).end();
  });
  const client = open(t, { delay: 1 });
  const redirect = async ({ url }: { url: URL }): Promise<Redirect> => {
    const { status, target } = await client.redirect({
      url: new URL(`/${encodeURIComponent(url.href)}`, local),
    });
    if (target === undefined) return { status };
    // A relative address was resolved against the local server.
    return {
      status,
      target: target.origin === local ? new URL(target.pathname + target.search, url) : target,
    };
  };
  return { follow: createFollow({ redirect }, options), asked, clock: client.clock };
}

interface Case {
  readonly url: string;
  readonly followRedirects?: boolean;
  readonly network: boolean;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly http?: {
    readonly hops: readonly {
      readonly url: string;
      readonly status: number;
      readonly location: string | null;
    }[];
  };
}

const recorded: Case[] = WITHOUT_SHARED
  ? []
  : JSON.parse(readFileSync(join(SHARED, "cases/flickr-urls.json"), "utf8"));

describe("redirects as Flickr gave them", { skip: WITHOUT_SHARED }, () => {
  for (const { url, expected, http } of recorded.filter(({ followRedirects }) => followRedirects)) {
    test(url, async (t) => {
      const hops = http?.hops ?? [];
      const web = Object.fromEntries(hops.map((hop) => [hop.url, hop.location ?? hop.status]));
      const { follow } = await followIn(t, web);
      const result: Record<string, unknown> = { ...(await follow(url)) };
      const known = Object.fromEntries(Object.keys(expected).map((name) => [name, result[name]]));
      assert.deepEqual(known, expected);
    });
  }
});

const SHORT = "https://flic.kr/s/aHsjybZ5ZD";
const TARGET = "https://www.flickr.com/short_urls.gne?photoset=aHsjybZ5ZD";
const ALBUM = "https://www.flickr.com/photos/u/sets/72157628959784871/";

describe("following", () => {
  test("stops where Flickr has named the subject, and asks for each address once", async (t) => {
    const { follow, asked, clock } = await followIn(t, {
      [SHORT]: TARGET,
      [TARGET]: "/photos/u/sets/72157628959784871/",
    });
    const results = await Promise.all([follow(SHORT), follow("http://flic.kr/s/aHsjybZ5ZD/"), follow(SHORT)]);
    for (const result of results)
      assert.equal("type" in result && result.canonical_url, ALBUM.replace("sets", "albums"));
    assert.equal(asked.length, 2);
    assert.ok(
      clock.waits.some((wait) => wait > 900),
      "the second request waits for its turn",
    );
  });

  test("asks nobody about URLs that say what they mean", async (t) => {
    const { follow, asked } = await followIn(t, {});
    for (const url of [
      "https://flic.kr/p/2p4QbKN",
      ALBUM,
      "https://www.flickr.com/help",
      "https://example.org/gp/a/b",
      "",
    ]) {
      assert.ok(!(follow(url) instanceof Promise), url);
    }
    assert.equal(asked.length, 0);
  });

  test("takes shared links and the targets of short URLs, too", async (t) => {
    const share = "https://www.flickr.com/photos/u/shares/8sKd73";
    const { follow } = await followIn(t, { [share]: ALBUM, [TARGET]: ALBUM });
    for (const url of [share, TARGET]) assert.equal(((await follow(url)) as { type?: string }).type, "album");
  });

  test("refuses to leave Flickr", async (t) => {
    for (const target of [
      "https://example.org/photos/a/1",
      "https://www.flickr.com:8443/photos/a/1",
      "https://web.archive.org/web/2012/",
    ]) {
      const { follow, asked } = await followIn(t, { [SHORT]: target });
      assert.deepEqual(await follow(SHORT), {
        error: "NotFollowed",
        reason: `${SHORT} redirects to ${new URL(target).host}, which is not of Flickr`,
        retryable: false,
      });
      assert.equal(asked.length, 1);
    }
  });

  test("goes ten redirects far", async (t) => {
    const { follow, asked } = await followIn(t, { [SHORT]: TARGET, [TARGET]: SHORT });
    assert.deepEqual(await follow(SHORT), {
      error: "NotFollowed",
      reason: `${SHORT} redirects more than 10 times`,
      retryable: false,
    });
    assert.equal(asked.length, 10);
  });

  for (const [status, expected] of [
    [404, { error: "UnrecognisedUrl", reason: `${SHORT} answered with status 404`, retryable: false }],
    [410, { error: "UnrecognisedUrl", reason: `${SHORT} answered with status 410`, retryable: false }],
    [
      200,
      {
        error: "UnrecognisedUrl",
        reason: `Flickr leads to ${SHORT}, which is not recognised`,
        retryable: false,
      },
    ],
    [403, { error: "NotFollowed", reason: `${SHORT} does not let us (status 403)`, retryable: false }],
  ] as const) {
    test(`${status} is ${expected.error}`, async (t) => {
      const { follow } = await followIn(t, { [SHORT]: status });
      assert.deepEqual(await follow(SHORT), expected);
    });
  }

  test("a server that is down is worth another try later", async (t) => {
    const { follow, asked } = await followIn(t, { [SHORT]: 503 });
    const { error, retryable } = (await follow(SHORT)) as { error?: string; retryable?: boolean };
    assert.deepEqual([error, retryable], ["NotFollowed", true]);
    assert.equal(asked.length, 5);
  });

  test("with decodeShort, Flickr's word counts, and the code where there is none", async (t) => {
    const up = await followIn(t, { [SHORT]: ALBUM }, { decodeShort: true });
    assert.equal(
      ((await up.follow(SHORT)) as { user_url?: string }).user_url,
      "https://www.flickr.com/photos/u/",
    );
    const down = await followIn(t, { [SHORT]: 503 }, { decodeShort: true });
    assert.equal(((await down.follow(SHORT)) as { inferred?: boolean }).inferred, true);
    const gone = await followIn(t, {}, { decodeShort: true });
    assert.equal(((await gone.follow(SHORT)) as { error?: string }).error, "UnrecognisedUrl");
  });

  test("an interrupt ends it", async () => {
    const interrupted = new Failure("interrupted", "interrupted");
    const follow = createFollow({ redirect: () => Promise.reject(interrupted) });
    await assert.rejects(async () => follow(SHORT), interrupted);
  });
});
