import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { resultJson, resultLine } from "./result-json.js";
import { parseFlickrUrl } from "./urls/parse.js";
import { anyUrl, urlOfGrammar } from "./urls/urls.test.util.js";

const urls = fc.oneof(anyUrl, urlOfGrammar, fc.string({ unit: "binary" }));

describe("the text of a result", () => {
  test("is what JSON.stringify makes of it", () => {
    fc.assert(
      fc.property(urls, fc.boolean(), (url, decodeShort) => {
        const result = parseFlickrUrl(url, { decodeShort });
        assert.equal(resultJson(result, url), JSON.stringify(result));
        assert.equal(resultLine(url, result, ',"line":1', url), JSON.stringify({ url, line: 1, ...result }));
        assert.equal(resultLine(url, result), JSON.stringify({ url, ...result }));
      }),
      { numRuns: 3000 },
    );
  });

  test("trusts no result that comes from another URL", () => {
    const result = parseFlickrUrl("https://www.flickr.com/photos/a%22b/1");
    assert.deepEqual(JSON.parse(resultJson(result)), result);
  });
});
