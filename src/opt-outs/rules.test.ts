import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OptOuts, parseRule, type Rule } from "./index.js";

const NSID = "35067687@N04";
const PHOTO = "54785924845";

const RULES: readonly (readonly [line: string, rule: string | undefined])[] = [
  ["", undefined],
  ["   # a comment", undefined],
  [NSID, `flickr_account ${NSID}`],
  ["35067687@n04 # in lower case", `flickr_account ${NSID}`],
  [`https://www.flickr.com/photos/${NSID}/`, `flickr_account ${NSID}`],
  [`http://flickr.com/people/35067687%40N04`, `flickr_account ${NSID}`],
  [`flickr.com/photos/${NSID}?x=1#y`, `flickr_account ${NSID}`],
  [`https://www.flickr.com/services/feeds/photos_public.gne?id=${NSID}`, `flickr_account ${NSID}`],
  ["https://www.flickr.com/photos/NASAhq", "flickr_alias nasahq"],
  [`https://www.flickr.com/photos/${NSID}/${PHOTO}/in/album-72157`, `flickr_photo ${PHOTO}`],
  [`https://live.staticflickr.com/65535/${PHOTO}_abc_b.jpg`, `flickr_photo ${PHOTO}`],
  ["https://flic.kr/p/2rsT", "flickr_photo 280771"],
  ["https://WWW.Example.org/People/Ada/#top", "url example.org/People/Ada"],
  ["//example.org/a?b=c", "url example.org/a?b=c"],
  ["example.org", "domain example.org"],
  ["*.Example.org", "domain example.org"],
  ["domain:www.example.org", "domain example.org"],
  ["provider:StockSnap", "provider stocksnap"],
  ["met", "provider met"],
];

const problemOf = (line: string) => {
  const rule = parseRule(line);
  return rule && "problem" in rule ? rule.problem : undefined;
};

describe("parseRule", () => {
  for (const [line, expected] of RULES) {
    test(JSON.stringify(line), () => {
      const rule = parseRule(line) as Rule | undefined;
      assert.equal(rule && `${rule.kind} ${rule.value}`, expected);
    });
  }

  for (const [line, problem] of [
    ["two words", /no blanks/],
    ["https://www.flickr.com/groups/x", /names no account and no photo/],
    ["12345@N", /this is no URL/],
    ["<script>", /this is no URL/],
  ] as const) {
    test(`${line} is no rule`, () => assert.match(String(problemOf(line)), problem));
  }
});

/** A record that rules of all kinds may mean. */
const RECORD = {
  provider: "flickr",
  foreign_identifier: PHOTO,
  foreign_landing_url: `https://www.flickr.com/photos/${NSID}/${PHOTO}`,
  url: `https://live.staticflickr.com/65535/${PHOTO}_abc_b.jpg`,
  creator_url: `https://www.flickr.com/photos/${NSID}`,
};
const OTHER = {
  provider: "my_museum",
  foreign_identifier: "17",
  foreign_landing_url: "https://museum.example.org/works/17",
  url: "http://cdn.example.net/17.jpg?size=b",
  creator_url: null,
};

const listOf = (...lines: string[]) => {
  const list = new OptOuts();
  for (const [i, line] of lines.entries()) list.add(parseRule(line) as Rule, i + 1);
  return list;
};

describe("ruleFor", () => {
  for (const [line, meant, others] of [
    [NSID, RECORD, OTHER],
    [`https://m.flickr.com/people/${NSID}/`, RECORD, OTHER],
    ["https://live.staticflickr.com/65535/54785924845_0123456789_o.png", RECORD, OTHER],
    ["staticflickr.com", RECORD, OTHER],
    ["provider:flickr", RECORD, OTHER],
    ["provider:my_museum", OTHER, RECORD],
    ["example.org", OTHER, RECORD],
    ["net", undefined, RECORD],
    ["http://www.museum.example.org/works/17/", OTHER, RECORD],
    ["https://cdn.example.net/17.jpg?size=b", OTHER, RECORD],
  ] as const) {
    test(`${line}`, () => {
      const list = listOf(line);
      if (meant) assert.ok(list.ruleFor(meant));
      assert.equal(list.ruleFor(others), undefined);
    });
  }

  test("no rule means more than it says", () => {
    const list = listOf(
      "1@N01",
      "ample.org",
      "https://museum.example.org/works",
      "5478592484.example.org",
      "provider:my",
    );
    assert.equal(list.ruleFor(RECORD), undefined);
    assert.equal(list.ruleFor(OTHER), undefined);
    assert.equal(list.ruleFor({}), undefined);
    assert.equal(list.ruleFor({ url: 7, creator_url: ["x"], provider: null }), undefined);
  });

  test("a long list is asked as quickly as a short one", () => {
    const list = new OptOuts();
    for (let i = 0; i < 200_000; i++) list.add({ kind: "flickr_account", value: `${i}@N00` }, i + 1);
    list.add({ kind: "flickr_account", value: NSID }, 200_001);
    assert.equal(list.count(), 200_001);
    assert.deepEqual(list.ruleFor(RECORD), { kind: "flickr_account", value: NSID });
  });
});
