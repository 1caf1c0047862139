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

const ESCAPED: readonly (readonly [what: string, text: string, urls: readonly string[]])[] = [
  [
    "JSON's slashes",
    String.raw`{"a":"https:\/\/www.flickr.com\/photos\/a\/1","b":"\/\/live.staticflickr.com\/1\/2_3_b.jpg"}`,
    [PHOTO, "//live.staticflickr.com/1/2_3_b.jpg"],
  ],
  ["JSON in JSON", String.raw`"{\"a\":\"https:\\\/\\\/www.flickr.com\\\/photos\\\/a\\\/1\"}"`, [PHOTO]],
  [
    "slashes and ampersands by number",
    String.raw`"https:\u002F\u002Fwww.flickr.com\u002fphotos\u002Fa\u002F1?a=1\u0026b=2\u003cbr\u003e"`,
    [`${PHOTO}?a=1&b=2`],
  ],
  [
    "by number in JSON in JSON",
    String.raw`https:\\u002F\\u002Fwww.flickr.com\\u002Fphotos\\u002Fa\\u002F1\\u0022`,
    [PHOTO],
  ],
  ["JavaScript's", String.raw`'https:\x2F\x2Fwww.flickr.com\x2Fphotos\x2Fa\x2F1'`, [PHOTO]],
  [
    "letters that are not ASCII",
    String.raw`"https:\/\/www.flickr.com\/photos\/tags\/\u00e9t\u00e9\/"`,
    ["https://www.flickr.com/photos/tags/été/"],
  ],
  ["a line end in JSON ends it", String.raw`"${PHOTO}\n${PHOTO}\t"`, [PHOTO, PHOTO]],
  ["HTML's numbers", "href=https:&#x2F;&#x2F;www.flickr.com&#47;photos&sol;a&#x2f;1", [PHOTO]],
  ["HTML's ampersand by number", `${PHOTO}?a=1&#038;b=2&#34;`, [`${PHOTO}?a=1&b=2`]],
  ["a number of no character", `${PHOTO}&#x110000;`, [PHOTO]],
  [
    "the query of another URL",
    "https://x.org/share?u=https%3A%2F%2Fwww.flickr.com%2Fphotos%2Fa%2F1&t=x",
    [PHOTO],
  ],
  [
    "a query of a query",
    "/r?u=https%253A%252F%252Fwww.flickr.com%252Fphotos%252Fa%252F1%2526b",
    [`${PHOTO}&b`],
  ],
  ["a query with what ends it encoded", "?u=https%3A%2F%2Fflic.kr%2Fp%2F2k%22%3E", ["https://flic.kr/p/2k"]],
  ["broken percent-encoding", "?u=https%3A%2F%2Fwww.flickr.com%2Fphotos%ZZ", []],
  ["another host, encoded", "?u=https%3A%2F%2Fevilflickr.com%2Fphotos%2Fa%2F1", []],
  [
    "percent-encoding inside an address stays",
    "https://www.flickr.com/photos/tags/a%2Fb",
    ["https://www.flickr.com/photos/tags/a%2Fb"],
  ],
];

describe("URLs with escapes", () => {
  for (const [what, text, urls] of ESCAPED) {
    test(what, () => {
      const before = String.raw`\/ é &#47; `;
      for (const [prefix, shown] of [
        ["", text],
        [before, `${before}${text}`],
      ] as const) {
        const found = findFlickrUrls(shown);
        assert.deepEqual(
          found.map(({ url }) => url),
          urls,
        );
        // Where it begins in the text as it is written.
        for (const { url, index } of found) {
          assert.ok(index >= prefix.length);
          assert.ok(shown.slice(index).startsWith(url.startsWith("https:") ? "https" : String.raw`\/\/live`));
        }
      }
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
      // The processor's time: others may keep it busy meanwhile.
      const started = process.cpuUsage();
      find(text);
      const { user, system } = process.cpuUsage(started);
      best = Math.min(best, (user + system) / 1000);
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
    "flickr.com\\",
    String.raw`\/flickr.com`,
    String.raw`\u002fflic.kr`,
    "&#x2F;flickr.com",
    "%2F%2Fflickr.com",
    "%252F",
  ]) {
    test(piece, () => {
      // Eight times the length: a square would be 64 times the time.
      for (const find of [findFlickrUrls, findFlickrUrlsInText]) assert.ok(growth(piece, find) < 32);
    });
  }

  for (const piece of ["\\", "&#", "%25", "%2F%2F"]) {
    test(`${piece} after an address`, () => {
      assert.ok(growth(piece, (text) => findFlickrUrls(`https://www.flickr.com/photos/a/1 ${text}`)) < 32);
    });
  }
});
