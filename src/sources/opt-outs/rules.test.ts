import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OptOuts } from "./list.js";
import { parseRule, type Rule } from "./rules.js";

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
  ["https://example.org/", "domain example.org"],
  ["http://www.example.org:8080?utm_source=a#b", "domain example.org"],
  ["example.org:443", "domain example.org"],
  [".example.org.", "domain example.org"],
  ["ex%61mple.org", "domain example.org"],
  ["ＥＸＡＭＰＬＥ。org", "domain example.org"],
  ["*.Müller.de", "domain xn--mller-kva.de"],
  ["https://ada.github.io", "domain ada.github.io"],
  ["192.0.2.7", "domain 192.0.2.7"],
  ["provider:StockSnap", "provider stocksnap"],
  ["provider: My Museum ", "provider my museum"],
  ['provider:"My Museum"', "provider my museum"],
  ["provider:'a, b'", "provider a, b"],
  ["https://example.org/a_(b)", "url example.org/a_(b)"],
  ["https://example.org/Jr.", "url example.org/Jr."],
  ["https://example.org/a%29", "url example.org/a)"],
  ["„example.org“".slice(1, -1), "domain example.org"],
  ["\0example.org", "domain example.org"],
  ["mus\u00adeum.org", "domain museum.org"],
  ["\ufeffexample.org\u00a0", "domain example.org"],
  ["https:///example.org/a", "url example.org/a"],
  ["\\\\example.org\\a.jpg", "url example.org/a.jpg"],
  ["<https://example.org/people/ada>", "url example.org/people/ada"],
  ["\u200b24662369@N07\u200e", "flickr_account 24662369@N07"],
  ["24662369%40n07", "flickr_account 24662369@N07"],
  ["https://user:pw@example.org:99999\\a", "url example.org/a"],
  ["https://www.flickr.com/photos/NASAhq/albums/72157", "flickr_alias nasahq"],
  [`https://www.flickr.com/photos/${NSID}/albums/72157/with/${PHOTO}`, `flickr_account ${NSID}`],
  [`https://www.flickr.com/gp/${NSID}/aB3xY9`, `flickr_account ${NSID}`],
  [`https://www.flickr.com/photos/${NSID}/what/ever`, `flickr_account ${NSID}`],
  ["https://www.flickr.com/photo.gne?id=0054785924845", `flickr_photo ${PHOTO}`],
  ["https://www.flickr.com/groups/stones/pool/with/54785924845", `flickr_photo ${PHOTO}`],
  [
    "https://web.archive.org/web/20200102030405id_/http://example.org:80/people/ada",
    "url example.org/people/ada",
  ],
  ["web.archive.org/web/2020/example.org/people/ada", "url example.org/people/ada"],
  ["https://web.archive.org/web/2020/http://www.example.org/", "domain example.org"],
  ["https://web.archive.org/web/*/https://example.org/people/ada", "url example.org/people/ada"],
  ["https://*.example.org/", "domain example.org"],
  ["domain:*.example.org", "domain example.org"],
  [`HTTPS://WWW.FLICKR.COM/PHOTOS/${NSID}/`, `flickr_account ${NSID}`],
  ["https://www.flickr.com/PEOPLE/NASAhq", "flickr_alias nasahq"],
  ["https://www.flickr.com/photos/35067687%2540N04", `flickr_account ${NSID}`],
  [`https://www.flickr.com/photos/${NSID}%2F${PHOTO}`, `flickr_photo ${PHOTO}`],
  ["https://archive.ph/2020.01.02-030405/https://example.org/people/ada", "url example.org/people/ada"],
  ["https://archive.today/newest/example.org/people/ada?x=1", "url example.org/people/ada?x=1"],
  [`https://web.archive.org/web/2020/https://www.flickr.com/people/${NSID}/`, `flickr_account ${NSID}`],
  ["https://web.archive.org/web/2020/https://archive.is/2019/https://example.org/a", "url example.org/a"],
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
    [
      "met",
      /^'met' alone can mean several things: write a provider as provider:met, a Flickr account as https:.*/,
    ],
    ["54785924845", /write a Flickr photo as https:\/\/www\.flickr\.com\/photo\.gne\?id=54785924845, /],
    ["37.5", /this is no URL/],
    ["ada@example.org", /this is an address of mail/],
    ["mailto:ada@example.org", /this is an address of mail/],
    ["ftp://example.org/a", /this is no URL/],
    ["co.uk", /^co\.uk is a public suffix, .* as in example\.co\.uk$/],
    ["*.github.io", /^github\.io is a public suffix/],
    ["https://blogspot.com/", /^blogspot\.com is a public suffix/],
    ["domain:org", /^this is no domain/],
    ["domain:example.org/a", /^this is no domain/],
    ["https://www.flickr.com/", /names no account and no photo/],
    [
      "https://archive.ph/AbC12",
      /^this archived copy does not say what it is a copy of; write the address of the or/,
    ],
    ["https://webcache.googleusercontent.com/search?q=cache:example.org/a", /^this archived copy does not/],
    [`https://www.flickr.com/photos/${NSID},`, /^a rule does not end with ',': .*, write %2C\)$/],
    ["https://example.org/people/ada;", /^a rule does not end with ';'/],
    ["*example.org", /^this is no domain: write it as in example\.org/],
    ["https://perma.cc/AAAA-BBBB", /^this archived copy does not say/],
    [
      "https://example.org/people/*",
      /^a rule has no \* for what is below a page: .* all of example\.org by that name/,
    ],
    ["https.//example.org/a", /this is no URL/],
    ["http//example.org/a", /this is no URL/],
    [`${PHOTO}_abc_b.jpg`, /^no domain ends in \.jpg; a file or page is named by its whole address$/],
    ["# a list\rexample.org\r", /^this line ends with CR alone/],
    ["provider:a,b", /^this is no name of one provider: "a,b"; one rule a line/],
    ["provider:a;", /^this is no name of one provider/],
    ["provider:a*", /^this is no name of one provider/],
    ["provider:*", /^this is no name of one provider/],
    ["provider:a/1", /^this is no name of one provider/],
    ["https://example.org/a,https://example.org/b", /^these are several addresses; one a line$/],
    ["https://example.org/a|https://example.org/b", /^these are several addresses/],
    ["https://example.org/a\\nhttps://example.org/b", /^these are several addresses/],
    ["https://example.org/a…", /^this address is cut off; write the whole of it$/],
    ["https://example.org/a...", /^this address is cut off/],
    ["https://example.org/a)", /^an address does not end with a bracket that nothing opens .* write %29\)$/],
    ["https://example.org/{id}", /^an address has no braces/],
    ['{"provider":"a"}', /this is no URL/],
    ['["example.org"]', /this is no URL/],
    ["192.0.2.0/24", /^this is a range of addresses/],
    ["192.0.2.1-192.0.2.9", /^this is a range of addresses/],
    ["10.1234/abc", /^this is no URL: its host is a number$/],
    ["0x7f.1", /^this is no URL: its host is a number$/],
    ["https://3221225985/a", /^this is no URL: its host is a number$/],
    ["https://example.org/<id>", /this is no URL/],
    ["„example.org“", /^no domain ends in/],
    ["(example.org)", /this is no|bracket/],
    ["example.org,example.net", /^this is no domain/],
    ["example.org|example.net", /this is no URL/],
    ["example.org\texample.net", /no blanks/],
    ["example.org // why", /no blanks/],
    ["- example.org", /no blanks/],
    ["1. example.org", /no blanks/],
    ["!example.org", /^this is no domain/],
    ["-example.org", /^this is no domain/],
    ["+example.org", /^this is no domain/],
    ["||example.org^", /this is no URL/],
    ["127.0.0.1 example.org", /no blanks/],
    ["exam\0ple.org", /this is no URL/],
    ["domain=example.org", /^this is no domain/],
    ["url:https://example.org/a", /this is no URL/],
    ["source:nasa", /this is no URL/],
    ["flickr:24662369@N07", /this is no URL/],
    ["@nasahq", /this is no URL/],
    ["24662369@N7", /this is no URL/],
    ["24662369@N07,1@N01", /this is no URL/],
    ["example.*", /^this is no domain/],
    ["/example/", /this is no URL/],
    ["example\\.org", /this is no URL/],
    ["https//example.org", /this is no URL/],
    ["hxxps://example[.]org", /this is no URL/],
    ["file:///c:/a.jpg", /this is no URL/],
    ["C:\\Users\\ada\\a.jpg", /this is no URL/],
    ["javascript:a", /this is no URL/],
    ["2001:db8::/32", /this is no URL/],
    ["*", /this is no URL/],
    ["https://", /this is no URL/],
    ["localhost:8080", /this is no URL/],
    ["%PDF-1.4", /this is no URL/],
    ["provider:", /^provider: has no name after it/],
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
    ["https://example.org/", OTHER, RECORD],
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
    assert.equal(list.ruleFor(RECORD)?.line, 200_001);
  });
});
