import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { findFlickrUrls, findFlickrUrlsInText } from "./find.js";
import { followableUrl } from "./followed.js";
import { parseFlickrUrl } from "./parse.js";
import type { FlickrUrl } from "./result.js";
import { splitAny, splitPlain } from "./split.js";
import { anyUrl, urlOfGrammar } from "./urls.test.util.js";

const RUNS = { numRuns: 3000 };
const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), anyUrl, urlOfGrammar);

describe("any text", () => {
  test("is a result or an error, never a throw", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, decodeShort) => {
        const result = parseFlickrUrl(text, { decodeShort });
        assert.ok("error" in result !== "type" in result);
        followableUrl(text);
        findFlickrUrlsInText(text);
        findFlickrUrls(text);
      }),
      RUNS,
    );
  });

  test("is split the same by the fast and the slow way, where the fast way takes it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const fast = splitPlain(text);
        if (fast !== undefined) assert.deepEqual(fast, splitAny(text.replace(/\/+$/, "")));
      }),
      RUNS,
    );
  });
});

/** What a URL is about: everything but how it says it. */
function subjectOf({ form, inferred, captured_at, ...rest }: FlickrUrl): object {
  const subject: Record<string, unknown> = { ...rest };
  for (const name of ["server", "secret", "size", "format"]) delete subject[name];
  return subject;
}

describe("a canonical URL", () => {
  for (const [what, urls] of [
    ["any URL", anyUrl],
    ["a URL of the grammar", urlOfGrammar],
  ] as const) {
    test(`of ${what} is about the same subject, and is canonical itself`, () => {
      fc.assert(
        fc.property(urls, fc.boolean(), (url, decodeShort) => {
          const result = parseFlickrUrl(url, { decodeShort });
          if ("error" in result) return;
          const again = parseFlickrUrl(result.canonical_url, { decodeShort });
          assert.ok("type" in again, `${result.canonical_url} of ${url} is not understood`);
          assert.deepEqual(subjectOf(again), subjectOf(result));
        }),
        RUNS,
      );
    });

    test(`of ${what} is plain ASCII on a host of Flickr, over https`, () => {
      fc.assert(
        fc.property(urls, (url) => {
          const result = parseFlickrUrl(url);
          if ("error" in result) return;
          assert.match(
            result.canonical_url,
            /^https:\/\/(?:www\.flickr\.com|embedr\.flickr\.com|flic\.kr)\/[\x21-\x7e]*$/,
          );
        }),
        RUNS,
      );
    });
  }
});
