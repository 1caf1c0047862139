import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { OptOuts } from "./list.js";
import { named } from "./named.test.util.js";
import { parseRule } from "./rules.js";

/** The same wish, written in other ways: tables of rewritings that make no difference, and of some that do. */

type Rewriting = (address: string) => string;

/** Percent-encodes every UTF-8 byte of what `pattern` finds, in the given case of digits. */
const escaped = (text: string, pattern: RegExp, upper = true) =>
  text.replace(pattern, (found) =>
    [...new TextEncoder().encode(found)]
      .map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
      .map((code) => (upper ? code.toUpperCase() : code))
      .join(""),
  );

/** Changes the host, path or query of an address that has a scheme, a host, a path and a query. */
const parts = (address: string) =>
  /^(https?:\/\/)([^/?#]+)([^?#]*)(.*)$/s.exec(address)?.slice(1) as [string, string, string, string];
const onHost =
  (change: Rewriting): Rewriting =>
  (address) => {
    const [scheme, host, path, query] = parts(address);
    return scheme + change(host) + path + query;
  };
const onPath =
  (change: Rewriting): Rewriting =>
  (address) => {
    const [scheme, host, path, query] = parts(address);
    return scheme + host + change(path) + query;
  };
const inQuery =
  (parameter: string): Rewriting =>
  (address) =>
    `${address}${address.includes("?") ? "&" : "?"}${parameter}`;
const fullWidth = (text: string) =>
  text.replace(/[a-z\d]/g, (character) => String.fromCodePoint(character.charCodeAt(0) + 0xfee0));

/** What keeps an address whole, so that several can be done one after another. */
const INSIDE: Readonly<Record<string, Rewriting>> = {
  "another scheme": (address) => address.replace(/^https:/, "http:"),
  "www.": onHost((host) => `www.${host}`),
  "upper case in the host": onHost((host) => host.toUpperCase()),
  "a dot after the host": onHost((host) => host.replace(/(?=:\d+$)|(?<!:\d*)$/, ".")),
  "the port of https": onHost((host) => (host.includes(":") ? host : `${host}:443`)),
  "the port of http": onHost((host) => (host.includes(":") ? host : `${host}:80`)),
  "user and password": onHost((host) => (host.includes("@") ? host : `user:pass@${host}`)),
  "another site as user": onHost((host) => (host.includes("@") ? host : `other.example.net@${host}`)),
  "an escape in the host": onHost((host) => host.replace(/a(?=[^@]*$)/, "%61")),
  "full-width letters in the host": onHost((host) => host.replace(/[a-z]+$/, fullWidth)),
  "an ideographic full stop": onHost((host) => host.replace(/\.(?=[a-z]+$)/, "。")),
  "a soft hyphen in the host": onHost((host) => host.replace(/a(?=[^@]*$)/, "a\u00ad")),
  "escapes of what needs none": onPath((path) => escaped(path, /(?<!%[\dA-F]?)[a-y]/gi, false)),
  "escapes of text": onPath((path) => escaped(path, /[^\0-\x7f]+/gu)),
  "escapes of text in small letters": onPath((path) => escaped(path, /[^\0-\x7f]+/gu, false)),
  "decomposed text": onPath((path) => path.normalize("NFD")),
  "composed text": onPath((path) => path.normalize("NFC")),
  "a step there and back": onPath((path) => `/elsewhere/..${path}`),
  "a step back, escaped": onPath((path) => `/elsewhere/%2e%2E${path}`),
  "a step nowhere": onPath((path) => `/.${path}`),
  "a slash at the end": onPath((path) => `${path}/`),
  "an empty query": (address) => (address.includes("?") ? `${address}&` : `${address}?`),
  "where somebody came from": inQuery("utm_source=rss&UTM_Medium=feed"),
  "where somebody came from, escaped": inQuery("%75tm_campaign=x"),
  "clicks that were counted": inQuery("fbclid=a&gclid=b"),
};

/** What is done at the end, once. */
const AROUND: Readonly<Record<string, Rewriting>> = {
  nothing: (address) => address,
  "a tab and a line end": (address) => address.replace("/", "/\t").replace("ex", "e\r\nx"),
  backslashes: (address) => address.replace(/^(https?:)\/\//, "$1\\\\"),
  "a fragment": (address) => `${address}#works`,
  "blanks around": (address) => ` \t${address}\u00a0\n`,
  "many slashes": (address) => address.replace("://", ":////"),
  "one slash": (address) => address.replace("://", ":/"),
  "no slash": (address) => address.replace("://", ":"),
  "no scheme": (address) => (address.includes("@") ? address : address.replace(/^https?:[\\/]*/, "")),
  "slashes alone": (address) => address.replace(/^https?:[\\/]*/, "//"),
  "three slashes alone": (address) => address.replace(/^https?:[\\/]*/, "///"),
  "a scheme twice": (address) => `http://${address}`,
  "upper case in the scheme": (address) => address.replace(/^http/, "HTTP"),
  "an archived copy": (address) => `https://web.archive.org/web/20200102030405/${address}`,
  "an archived copy, as it was": (address) => `http://web.archive.org/web/2020id_/${address}`,
  "a copy by another program": (address) =>
    `https://archive.wikiwix.com/cache/?url=${encodeURIComponent(address)}`,
  "a copy at a place that we do not know": (address) =>
    `https://wayback.example.net/all/20200102030405mp_/${address}`,
  "a slash at the very end": (address) => `${address}/`,
  "another archive": (address) => `https://archive.ph/2020.01.02-030405/${address}`,
};

const ADDRESSES = [
  "https://example.org/people/ada",
  "https://example.org/people/Jürgen",
  "https://sub.example.org/view?id=1&name=B",
  "https://müller.de/grün/é",
  "https://xn--r8jz45g.jp/a%2Fb",
  "https://example.org/a_(b)/c+d",
  "https://example.org/~ada/caf%E9",
  "https://a-museum.co.uk/a[1]",
];

const rewritings = fc.record({
  address: fc.constantFrom(...ADDRESSES),
  inside: fc.uniqueArray(fc.constantFrom(...Object.keys(INSIDE)), { maxLength: 4 }),
  around: fc.constantFrom(...Object.keys(AROUND)),
});
const rewrite = (address: string, inside: readonly string[], around: string) =>
  (AROUND[around] as Rewriting)(inside.reduce((text, name) => (INSIDE[name] as Rewriting)(text), address));

const COLUMNS = ["creator_url", "foreign_landing_url", "url"];

test("each rewriting that makes no difference, alone, in a record and in a rule", () => {
  for (const address of ADDRESSES) {
    for (const [name, change] of [...Object.entries(INSIDE), ...Object.entries(AROUND)]) {
      const other = change(address);
      assert.ok(named(address, other), `${name}: ${JSON.stringify(other)} in a record`);
      // Rules have no blanks in them.
      if (!/\s/.test(other.trim())) assert.ok(named(other, address), `${name}: ${other} as a rule`);
    }
  }
});

test("however an address is rewritten, its rule takes the record out, and so does the rule for its domain", () => {
  fc.assert(
    fc.property(rewritings, fc.constantFrom(...COLUMNS), ({ address, inside, around }, column) => {
      const other = rewrite(address, inside, around);
      assert.ok(named(address, other, column), JSON.stringify(other));
      assert.ok(named(new URL(address).hostname, other, column), JSON.stringify(other));
    }),
    { numRuns: 2000 },
  );
});

/** What makes another address. */
const DIFFERENCES: Readonly<Record<string, Rewriting>> = {
  "another case in the path": onPath((path) => path.replace(/\/[^/]*$/, (end) => swapped(end))),
  "more path": onPath((path) => `${path}/works`),
  "a longer name": onPath((path) => `${path}-2`),
  "a doubled slash": onPath((path) => `/${path}`),
  "another port": onHost((host) => `${host}:8443`),
  "another host": onHost((host) => `not${host}`),
  "a host below": onHost((host) => `img.${host}`),
  "the host in front of another": onHost((host) => `${host}.example.net`),
  "the host as user of another": onHost((host) => `${host}@example.net`),
  "the host as a path of another": (address) => address.replace("://", "://example.net/"),
  "the address as a parameter": (address) => `https://example.net/?u=${encodeURIComponent(address)}`,
  "the address in a path": (address) => `https://example.net/${address}`,
  "another parameter": inQuery("page=2"),
  "a parameter like those of tracking": inQuery("source=utm_source"),
};
const swapped = (text: string) =>
  text.replace(/(?<!%[\dA-F]?)\p{L}/iu, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
/** Those that leave the domain as it is. */
const SAME_DOMAIN = new Set([
  "another case in the path",
  "more path",
  "a longer name",
  "a doubled slash",
  "another port",
  "a host below",
  "another parameter",
  "a parameter like those of tracking",
]);

test("what makes another address is not taken out, however it is written", () => {
  fc.assert(
    fc.property(
      rewritings,
      fc.constantFrom(...Object.keys(DIFFERENCES)),
      ({ address, inside, around }, name) => {
        const different = (DIFFERENCES[name] as Rewriting)(address);
        const other = /^https:\/\/[^/]*\/https?:/.test(different)
          ? different
          : rewrite(
              different,
              inside.filter((one) => !/user/.test(one) || !different.includes("@")),
              around,
            );
        assert.ok(!named(address, other), `${name}: ${JSON.stringify(other)}`);
        const domain = new URL(address).hostname;
        assert.equal(
          named(domain, other),
          SAME_DOMAIN.has(name),
          `${name}: ${JSON.stringify(other)}, domain`,
        );
      },
    ),
    { numRuns: 2000 },
  );
});

test("no text is too odd for a rule or a record", () => {
  const part = fc.constantFrom(
    ...[
      "https:",
      "//",
      "/",
      "\\\\",
      "?",
      "#",
      "@",
      ":",
      ".",
      "%",
      "%2F",
      "%FF",
      "[",
      "::1]",
      "*",
      " ",
      "\ud83d",
      "&amp;",
    ],
    ...[
      "example.org",
      "flickr.com",
      "web.archive.org",
      "flic.kr",
      "1@N01",
      "photos",
      "p",
      "x",
      "é",
      "xn--",
      ":80",
      "1",
    ],
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 9 }).map((all) => all.join("")),
    fc.array(fc.integer({ min: 0, max: 0x10ffff })).map((codes) => String.fromCodePoint(...codes)),
  );
  fc.assert(
    fc.property(text, fc.oneof(text, fc.jsonValue()), (line, value) => {
      const rule = parseRule(line);
      if (rule === undefined) return;
      if ("problem" in rule) return assert.match(rule.problem, /\w/);
      const list = new OptOuts();
      list.add(rule, 1);
      list.rulesFor({ provider: value, foreign_identifier: value, url: value, creator_url: value });
      // What a rule is written as names what it names; of a photo's list the account, so not the other way round.
      if (rule.kind === "url")
        assert.ok(list.ruleFor({ url: line.trim() }) || /\s#|^["'<“«\p{Cf}]|\p{Cf}$/u.test(line), line);
    }),
    { numRuns: 1000 },
  );
});

test("hostile addresses take time in proportion to their length, and name nothing", () => {
  for (const text of ["/", " ", ".", "%", "a/", "https://", "https:/", "@", ":", "\\", "&", "?", "\u00ad"]) {
    const address = `https://example.net/${text.repeat(100_000)}x`;
    const started = process.cpuUsage();
    assert.ok(!named("https://example.org/x", address));
    assert.ok(!named("https://example.org/x", text.repeat(100_000)));
    assert.ok(!named("https://example.org/x", `https://web.archive.org/web/${text.repeat(100_000)}`));
    assert.ok(process.cpuUsage(started).user < 2_000_000, text);
  }
});
