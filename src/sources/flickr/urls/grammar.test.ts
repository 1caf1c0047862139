import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FOLLOWED, followableUrl } from "./followed.js";
import { GRAMMAR } from "./grammar.js";
import { parseFlickrUrl } from "./parse.js";
import type { Rule } from "./pattern.js";
import { RuleTable } from "./rule-table.js";
import { splitUrl } from "./split.js";

for (const { host, rules } of Object.values(GRAMMAR)) {
  describe(host, () => {
    for (const [path, , example, form] of rules) {
      test(`${path || "/"} is what ${example || "nothing"} is read by`, () => {
        const url = `https://${host}/${example}`;
        let last: string | undefined;
        const watched = rules.map(([path, gives, ...rest]): Rule => {
          return [
            path,
            (match) => {
              last = path;
              return gives(match);
            },
            ...rest,
          ];
        });
        const parts = splitUrl(url);
        assert.ok(parts);
        assert.ok(new RuleTable(watched).find(parts, true));
        assert.equal(last, path);
        const result = parseFlickrUrl(url, { decodeShort: true });
        assert.ok("type" in result);
        if (form !== undefined) assert.equal(result.form, form);
      });
    }
  });
}

describe("addresses that Flickr is asked for", () => {
  for (const [host, rules] of [
    ["www.flickr.com", FOLLOWED.site],
    ["m.flickr.com", FOLLOWED.site],
    ["flic.kr", FOLLOWED.short],
  ] as const) {
    for (const [, , example] of rules) {
      test(`${host}/${example}`, () => {
        const url = followableUrl(`http://${host}/${example}`);
        assert.match(url ?? "", /^https:\/\/(?:www\.flickr\.com|flic\.kr)\/(?!x\/t)\w/);
        assert.ok(url?.endsWith(example.replace(/^x\/t\/\d+\//, "")), url);
      });
    }
  }

  test("no others", () => {
    for (const url of [
      "https://www.flickr.com/photos/a/1",
      "https://www.flickr.com/gp/a",
      "https://flic.kr/",
      "https://example.org/gp/a/b",
      "https://web.archive.org/web/2012/http://flic.kr/s/aHsjybZ5ZD",
    ]) {
      assert.equal(followableUrl(url), undefined);
    }
  });
});

test("a rule that names no kind is a mistake in the grammar", () => {
  assert.throws(() => new RuleTable([["photos/{nonsense}", () => undefined, ""]]), /no kind \{nonsense\}/);
});
