import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanUrl } from "./urls.js";

test("a web address is written as https without slashes at its end", () => {
  const urls: [given: string, url: string][] = [
    ["https://example.com/a.jpg", "https://example.com/a.jpg"],
    ["http://example.com/a.jpg", "https://example.com/a.jpg"],
    ["HTTP://Example.COM/A.JPG", "https://Example.COM/A.JPG"],
    ["https:/example.com/a", "https://example.com/a"],
    ["http:example.com/a", "https://example.com/a"],
    ["//commons.wikimedia.org/wiki/User:potato", "https://commons.wikimedia.org/wiki/User:potato"],
    ["commons.wikimedia.org/wiki/User:potato", "https://commons.wikimedia.org/wiki/User:potato"],
    ["///example.com", "https://example.com"],
    ["  https://example.com/a\n", "https://example.com/a"],
    ["https://example.com/photos/1//", "https://example.com/photos/1"],
    ["https://example.com/?q=https://abc.com", "https://example.com/?q=https://abc.com"],
    ["https://example.com:8443/a?b=c#d", "https://example.com:8443/a?b=c#d"],
    ["https://example.com/%20a%22", "https://example.com/%20a%22"],
    ["https://example.com/it's", "https://example.com/it's"],
    ["https://www.flickr.com/photos/35067687@N04/1", "https://www.flickr.com/photos/35067687@N04/1"],
    ["https://müller.de/grün/😀", "https://müller.de/grün/😀"],
    ["https://例え.jp/", "https://例え.jp"],
    ["https://my_bucket.example.com/a", "https://my_bucket.example.com/a"],
    ["https://example.com/\ud83d", "https://example.com/\ufffd"],
  ];
  for (const [given, url] of urls) assert.deepEqual(cleanUrl(given, 1000), { url }, given);
});

test("hosts of cloud storage and blogs are hosts like any other, also where they are public suffixes", () => {
  for (const host of [
    "s3.amazonaws.com",
    "storage.googleapis.com",
    "github.io",
    "foo.blogspot.com",
    "wordpress.com",
  ]) {
    assert.deepEqual(cleanUrl(`https://${host}/a.jpg`, 1000), { url: `https://${host}/a.jpg` });
  }
});

test("an IPv4 address is a host when it is written out in full", () => {
  assert.deepEqual(cleanUrl("8.8.8.8", 1000), { url: "https://8.8.8.8" });
  assert.deepEqual(cleanUrl("http://8.8.8.8:8080/a", 1000), { url: "https://8.8.8.8:8080/a" });
  for (const host of [
    "12345",
    "127.1",
    "0x8.8.8.8",
    "010.8.8.8",
    "8.8.8.256",
    "8.8.8",
    "[::1]",
    "[2001:db8::1]",
  ]) {
    assert.deepEqual(cleanUrl(`https://${host}/a`, 1000), { problem: "is not a web address" }, host);
  }
});

test("the last slash stays where it is asked for", () => {
  const keep = { keepLastSlash: true };
  assert.deepEqual(cleanUrl("http://wordpress.org/photos/1/", 1000, keep), {
    url: "https://wordpress.org/photos/1/",
  });
  assert.deepEqual(cleanUrl("https://www.example.com", 1000, keep), { url: "https://www.example.com" });
});

test("what cannot be opened on the web is refused, and said why", () => {
  const NOT_WEB = "is not a web address";
  const FORBIDDEN = "holds a blank, a quote, a backslash or a control character";
  const urls: [given: unknown, problem: string][] = [
    ["https:/abcd", NOT_WEB],
    ["example", NOT_WEB],
    ["localhost", NOT_WEB],
    ["http://localhost:8080/a", NOT_WEB],
    ["com", NOT_WEB],
    ["https://co.uk/", NOT_WEB],
    ["https://example.invalidtld/", NOT_WEB],
    ["https://-a.example.com/", NOT_WEB],
    ["https://example..com/", NOT_WEB],
    ["https://example.com:99999/", NOT_WEB],
    ["https://", NOT_WEB],
    ["https:///", NOT_WEB],
    ["/", NOT_WEB],
    ["/photos/1.jpg", NOT_WEB],
    ["javascript:alert(1)", NOT_WEB],
    ["javascript:alert(1)//@example.com", NOT_WEB],
    ["JavaScript:x@example.com", NOT_WEB],
    ["data:image/png;base64,AAAA", NOT_WEB],
    ["data:text/html,<b>x</b>", NOT_WEB],
    ["ftp://example.com/a", NOT_WEB],
    ["file:///etc/passwd", NOT_WEB],
    ["mailto:a@example.com", NOT_WEB],
    ["https://user:secret@example.com/a", NOT_WEB],
    ["https://user@example.com/a", NOT_WEB],
    ["https://https://example.com", NOT_WEB],
    ["https://example.com%2f@evil.com/", NOT_WEB],
    ["https://example.com/a b", FORBIDDEN],
    ["https://example.com/a\tb", FORBIDDEN],
    ["https://example.com/a\nb", FORBIDDEN],
    ["https://example.com/a\u00a0b", FORBIDDEN],
    ["https://example.com/a\u0000", FORBIDDEN],
    ['https://example.com/"x"', FORBIDDEN],
    ["https://example.com\\@evil.com/", FORBIDDEN],
    ["", "is empty"],
    ["  ", "is empty"],
    [42, "is not a text"],
    [null, "is not a text"],
    [["https://example.com"], "is not a text"],
    [{ href: "https://example.com" }, "is not a text"],
  ];
  for (const [given, problem] of urls) assert.deepEqual(cleanUrl(given, 1000), { problem }, String(given));
});

test("a URL may be as long as the limit, in characters, and is never cut", () => {
  const start = "https://example.com/";
  const exactly = start + "😀".repeat(10);
  assert.deepEqual(cleanUrl(exactly, start.length + 10), { url: exactly });
  assert.deepEqual(cleanUrl(exactly, start.length + 9), {
    problem: `is longer than ${start.length + 9} characters`,
  });
});

test("the scheme that is added counts too", () => {
  assert.deepEqual(cleanUrl("example.com/a", 20), { problem: "is longer than 20 characters" });
  assert.deepEqual(cleanUrl("http://example.com/a", 21), { url: "https://example.com/a" });
});

const part = fc.constantFrom(
  ...[
    "http:",
    "https:",
    "HTTPS:",
    "mailto:",
    "/",
    "//",
    "?",
    "#",
    "@",
    ":",
    ".",
    "%",
    "[",
    "]",
    "\\",
    " ",
    "\ud83d",
  ],
  ...["example.com", "8.8.8.8", "1", "127", "www", "com", "jp", "é", "xn--", "a_b", "-", ":80", "user:pw@"],
);
const oddUrl = fc.oneof(
  fc.array(part, { maxLength: 8 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary" }),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
);

test("cleaning a cleaned URL changes nothing, and what is cleaned parses as https without credentials", () => {
  fc.assert(
    fc.property(oddUrl, fc.boolean(), (given, keepLastSlash) => {
      const cleaned = cleanUrl(given, 200, { keepLastSlash });
      if (!("url" in cleaned)) return;
      assert.deepEqual(cleanUrl(cleaned.url, 200, { keepLastSlash }), cleaned);
      const { protocol, username, password, hostname } = new URL(cleaned.url);
      assert.deepEqual([protocol, username, password], ["https:", "", ""]);
      assert.match(hostname, /\./);
    }),
    { numRuns: 2000 },
  );
});
