import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findFlickrUrls, findFlickrUrlsInText } from "./find.js";

const PHOTO = "https://www.flickr.com/photos/a/1";

const TEXTS: readonly (readonly [text: string, urls: readonly string[]])[] = [
  [`See ${PHOTO}.`, [PHOTO]],
  [`(${PHOTO}), or ${PHOTO}!`, [PHOTO, PHOTO]],
  [`[${PHOTO} a title] and [[File:X.jpg|${PHOTO}]]`, [PHOTO, PHOTO]],
  [`[a title](${PHOTO}) **${PHOTO}**`, [PHOTO, PHOTO]],
  [
    `<a href="${PHOTO}?a=1&amp;b=2">x</a><img src='//live.staticflickr.com/1/2_3_b.jpg'>`,
    [`${PHOTO}?a=1&amp;b=2`, "//live.staticflickr.com/1/2_3_b.jpg"],
  ],
  [`&lt;${PHOTO}&gt; &quot;${PHOTO}&quot;`, [PHOTO, PHOTO]],
  ["https://www.flickr.com/photos/a/tags/(x)/", ["https://www.flickr.com/photos/a/tags/(x)/"]],
  ["FLIC.KR/p/2p4QbKN, Www.Flickr.com/photos/a", ["FLIC.KR/p/2p4QbKN", "Www.Flickr.com/photos/a"]],
  [
    "https://www.flickr.com/photos/12345%40N01/1#comment7",
    ["https://www.flickr.com/photos/12345%40N01/1#comment7"],
  ],
  ["https://www.flickr.com/photos/tags/new+york", ["https://www.flickr.com/photos/tags/new+york"]],
  ["https://www.flickr.com/photos/tags/été/ is warm", ["https://www.flickr.com/photos/tags/été/"]],
  [`${PHOTO}を見てください`, [PHOTO]],
  ["x http://commons.flickr.org/members/a x", ["http://commons.flickr.org/members/a"]],
  [
    "https://web.archive.org/web/20230321184118/http://www.flickr.com/photos/a/1 and more",
    ["https://web.archive.org/web/20230321184118/http://www.flickr.com/photos/a/1"],
  ],
  ["http://http://www.flickr.com/photos/a/1", ["http://http://www.flickr.com/photos/a/1"]],
  ["https://example.org/?u=https://www.flickr.com/photos/a/1", [PHOTO]],
  ["https://example.org/r/flic.kr/p/2p4QbKN", []],
  ["evilflickr.com/x flickr.com.evil.com/x user@flickr.com m@flic.kr/p/1", []],
  ["Flickr.com is a site, and so is flic.kr.", []],
  ["www.flickr.com and https://flickr.com", ["www.flickr.com", "https://flickr.com"]],
  ["https://www.flickr.com/help", ["https://www.flickr.com/help"]],
  ["https://staff.flickr.com/x", []],
  ["|url=https://www.flickr.com/photos/a/1}}", [PHOTO]],
];

describe("URLs in a text", () => {
  for (const [text, urls] of TEXTS) {
    test(text, () => {
      const found = findFlickrUrls(text);
      assert.deepEqual(
        found.map(({ url }) => url),
        urls,
      );
      for (const { url, index } of found) assert.equal(text.slice(index, index + url.length), url);
    });
  }
});

describe("what the Python library finds", () => {
  for (const [text, urls] of [
    ["flickr.com is found, flic.kr/p/1 is not", ["flickr.com"]],
    ["https://www.flickr.com/photos/12345%40N01/1", ["https://www.flickr.com/photos/12345"]],
    ["https://www.flickr.com/photos/a/1...", [PHOTO]],
    ["m.flickr.com/photos/a and evilflickr.com/x", ["flickr.com/photos/a", "flickr.com/x"]],
    ["FLICKR.COM", []],
    ["http://c1.static.flickr.com/1/2_3.jpg", ["http://c1.static.flickr.com/1/2_3.jpg"]],
  ] as const) {
    test(text, () => assert.deepEqual(findFlickrUrlsInText(text), urls));
  }
});

/** The time for a text that repeats a piece, against the time for one of an eighth of its length. */
function growth(piece: string, find: (text: string) => unknown): number {
  const time = (length: number) => {
    const text = piece.repeat(Math.ceil(length / piece.length));
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 3; run++) {
      const started = performance.now();
      find(text);
      best = Math.min(best, performance.now() - started);
    }
    return best;
  };
  time(100_000);
  return time(800_000) / Math.max(time(100_000), 0.5);
}

describe("no text takes more than linear time", () => {
  for (const piece of [
    "flickr.com",
    "flickr.com/",
    "www.",
    "https://",
    "https://www.flickr.com/((((",
    "farm1",
    "c1",
    "http://web.archive.org/web/1/",
    ")",
    "flickr.com/photos/a/1 ",
    "a.b-c.flickr.com",
  ]) {
    test(piece, () => {
      // Eight times the length: a square would be 64 times the time.
      for (const find of [findFlickrUrls, findFlickrUrlsInText]) assert.ok(growth(piece, find) < 32);
    });
  }
});
