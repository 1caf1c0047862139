import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { licenseOfPair, licenseOfUrl } from "./read.js";
import { type CONDITIONS, conditionsOf, licenseTitle } from "./titles.js";

const CC = "https://creativecommons.org/";

test("the plain page of every licence gives its name and version", () => {
  const series: [names: string[], versions: string[]][] = [
    [
      ["by", "by-nc", "by-nc-sa", "by-nd", "by-sa"],
      ["1.0", "2.0", "2.5", "3.0", "4.0"],
    ],
    [["by-nc-nd"], ["2.0", "2.5", "3.0", "4.0"]],
    [["nc", "nd", "sa", "nc-sa", "nd-nc", "sampling", "sampling+", "nc-sampling+"], ["1.0"]],
    [["devnations"], ["2.0"]],
  ];
  for (const [names, versions] of series) {
    for (const license of names) {
      for (const version of versions) {
        const url = `${CC}licenses/${license}/${version}/`;
        assert.deepEqual(licenseOfUrl(url), { license, version, url });
        assert.deepEqual(licenseOfPair(license, version), { license, version, url });
      }
    }
  }
});

test("a licence URL is recognised in every form it is written in", () => {
  const forms: [url: string, license: string, version: string, page: string][] = [
    ["http://creativecommons.org/licenses/by/2.0/", "by", "2.0", "licenses/by/2.0/"],
    ["https://creativecommons.org/licenses/by/2.0", "by", "2.0", "licenses/by/2.0/"],
    ["https://creativecommons.org/licenses/by/2.0//", "by", "2.0", "licenses/by/2.0/"],
    ["HTTPS://CreativeCommons.org/Licenses/BY-SA/4.0/", "by-sa", "4.0", "licenses/by-sa/4.0/"],
    ["  https://creativecommons.org/licenses/by/4.0/\n", "by", "4.0", "licenses/by/4.0/"],
    ["https:/creativecommons.org/licenses/by/4.0/", "by", "4.0", "licenses/by/4.0/"],
    ["//creativecommons.org/licenses/by/4.0/", "by", "4.0", "licenses/by/4.0/"],
    ["creativecommons.org/licenses/by/4.0", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by/4.0/?ref=chooser-v1", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by/4.0?ref=x/licenses/by-nd/4.0", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by/4.0/#rights", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by-nc/3.0/deed.de", "by-nc", "3.0", "licenses/by-nc/3.0/"],
    ["https://creativecommons.org/licenses/by/4.0/deed.zh_TW", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by/4.0/legalcode.txt", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by/4.0/rdf", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by/3.0/us/", "by", "3.0", "licenses/by/3.0/us/"],
    ["https://creativecommons.org/licenses/by-sa/3.0/de/deed.en", "by-sa", "3.0", "licenses/by-sa/3.0/de/"],
    ["https://creativecommons.org/licenses/by/3.0/igo/legalcode", "by", "3.0", "licenses/by/3.0/igo/"],
    ["https://creativecommons.org/licenses/by/2.5/scotland/", "by", "2.5", "licenses/by/2.5/scotland/"],
    ["https://creativecommons.org/licenses/by-nd/2.1/au/", "by-nd", "2.1", "licenses/by-nd/2.1/au/"],
    ["https://creativecommons.org/licenses/by-nc-nd/2.1/es/", "by-nc-nd", "2.1", "licenses/by-nc-nd/2.1/es/"],
    ["https://creativecommons.org/licenses/by/2.1/jp/deed.ja", "by", "2.1", "licenses/by/2.1/jp/"],
    ["https://creativecommons.org/licenses/nc-sa/2.0/jp/", "nc-sa", "2.0", "licenses/nc-sa/2.0/jp/"],
    ["https://creativecommons.org/licenses/by-nd-nc/1.0/", "by-nc-nd", "1.0", "licenses/by-nd-nc/1.0/"],
    ["https://creativecommons.org/licenses/by-nd-nc/2.0/jp/", "by-nc-nd", "2.0", "licenses/by-nc-nd/2.0/"],
    [
      "https://creativecommons.org/licenses/by-nc-nd/2.0/jp/deed.ja",
      "by-nc-nd",
      "2.0",
      "licenses/by-nc-nd/2.0/jp/",
    ],
    ["https://creativecommons.org/licenses/by-nc-nd/1.0/fi/", "by-nc-nd", "1.0", "licenses/by-nd-nc/1.0/fi/"],
    ["https://www.creativecommons.org/licenses/by/2.0/", "by", "2.0", "licenses/by/2.0/"],
    ["http://creativecommons.org.:80/licences/by/2.0/", "by", "2.0", "licenses/by/2.0/"],
    ["https:\\/\\/creativecommons.org\\/license\\/by\\/2.0", "by", "2.0", "licenses/by/2.0/"],
    ["https://creativecommons.org/licenses/by%2Dsa/4.0/%20", "by-sa", "4.0", "licenses/by-sa/4.0/"],
    ["(https://creativecommons.org/licenses/by-sa/4.0/).", "by-sa", "4.0", "licenses/by-sa/4.0/"],
    ["ライセンスはhttps://creativecommons.org/licenses/by/4.0/deed.jaです", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by/2.1/ca/", "by", "2.1", "licenses/by/2.1/ca/"],
    ["https://creativecommons.org/licenses/by/4.0/us/", "by", "4.0", "licenses/by/4.0/"],
    ["https://creativecommons.org/licenses/by/3.0/zz/deed.zz", "by", "3.0", "licenses/by/3.0/"],
    ["https://creativecommons.org/licenses/by/2.5/igo/", "by", "2.5", "licenses/by/2.5/"],
    ["https://creativecommons.org/publicdomain/zero/1.0/us/", "cc0", "1.0", "publicdomain/zero/1.0/"],
    ["https://creativecommons.org/publicdomain/mark/", "pdm", "1.0", "publicdomain/mark/1.0/"],
    ["https://creativecommons.org/licenses/CC0/1.0/", "cc0", "1.0", "publicdomain/zero/1.0/"],
    ["http://creativecommons.org/by-nc/4.0/", "by-nc", "4.0", "licenses/by-nc/4.0/"],
    [
      "https://creativecommons.org/publicdomain/certification/1.0/us/",
      "publicdomain",
      "N/A",
      "publicdomain/certification/1.0/us/",
    ],
    ["https://spdx.org/licenses/CC-BY-3.0-AT.html", "by", "3.0", "licenses/by/3.0/at/"],
    ["http://opendefinition.org/licenses/cc-zero/", "cc0", "1.0", "publicdomain/zero/1.0/"],
    ["https://creativecommons.org/licenses/publicdomain/", "publicdomain", "N/A", "licenses/publicdomain/"],
    ["https://creativecommons.org/publicdomain/zero/1.0/", "cc0", "1.0", "publicdomain/zero/1.0/"],
    ["http://creativecommons.org/publicdomain/mark/1.0/deed.de", "pdm", "1.0", "publicdomain/mark/1.0/"],
    ["https://creativecommons.org/licenses/mark/1.0/", "pdm", "1.0", "publicdomain/mark/1.0/"],
    [
      "https://creativecommons.org/share-your-work/public-domain/cc0/",
      "cc0",
      "1.0",
      "publicdomain/zero/1.0/",
    ],
    [
      "https://creativecommons.org/share-your-work/public-domain/pdm/",
      "pdm",
      "1.0",
      "publicdomain/mark/1.0/",
    ],
  ];
  for (const [url, license, version, page] of forms) {
    assert.deepEqual(licenseOfUrl(url), { license, version, url: CC + page }, url);
  }
});

test("what is no Creative Commons licence is not taken for one", () => {
  const others: unknown[] = [
    "https://wiki.creativecommons.org/licenses/by/2.0/",
    "https://i.creativecommons.org/l/by/4.0/88x31.png",
    "https://web.archive.org/web/2010/http://creativecommons.org/licenses/by/4.0/",
    "web.archive.org/web/2010/http://creativecommons.org/licenses/by/4.0/",
    "https://share.example.org/?u=https://creativecommons.org/licenses/by/4.0/",
    "https://share.example.org/?a=1;https://creativecommons.org/licenses/by/4.0/",
    "https://creativecommons.org/licenses/byc/4.0/",
    "https://creativecommons.org/licenses/by-/4.0/",
    "https://creativecommons.org/licenses/by/4.0/us/us/",
    "https://creativecommons.org/publicdomain/by/4.0/",
    "https://creativecommons.org/cc0",
    "https://constructor/licenses/by/4.0/",
    "https://notcreativecommons.org/licenses/by/2.0/",
    "https://creativecommons.org.example.com/licenses/by/4.0/",
    "https://example.com/creativecommons.org/licenses/by/4.0/",
    "https://creativecommons.org@example.com/licenses/by/4.0/",
    "ftp://creativecommons.org/licenses/by/4.0/",
    "https://creativecommons.org/licenses/by/5.0/",
    "https://creativecommons.org/licenses/by/4/",
    "https://creativecommons.org/licenses/by/",
    "https://creativecommons.org/licenses/by/2.1/",
    "https://creativecommons.org/licenses/by/2.1/fr/",
    "https://creativecommons.org/licenses/nc/2.0/",
    "https://creativecommons.org/licenses/by/3.0/us/tx/",
    "https://creativecommons.org/licenses/",
    "https://creativecommons.org/publicdomain/zero/2.0/",
    "https://rightsstatements.org/vocab/InC/1.0/",
    "https://creativecommons.org/",
    "",
    null,
    undefined,
    4,
    {},
    ["https://creativecommons.org/licenses/by/4.0/"],
  ];
  for (const url of others) assert.equal(licenseOfUrl(url), undefined, String(url));
});

test("a licence is found by its name and version, however the version is written", () => {
  const pairs: [license: string, version: unknown, normal: string, page: string][] = [
    ["by", "4.0", "4.0", "licenses/by/4.0/"],
    ["by", "v4.0", "4.0", "licenses/by/4.0/"],
    ["by", "4.0 International", "4.0", "licenses/by/4.0/"],
    ["by", "3.0 DE", "3.0", "licenses/by/3.0/de/"],
    ["by", "4", "4.0", "licenses/by/4.0/"],
    ["by", 4, "4.0", "licenses/by/4.0/"],
    ["by", " 4.0 ", "4.0", "licenses/by/4.0/"],
    ["by", 2.5, "2.5", "licenses/by/2.5/"],
    ["by", "2.50", "2.5", "licenses/by/2.5/"],
    ["cc0", 1, "1.0", "publicdomain/zero/1.0/"],
    ["pdm", "1.0", "1.0", "publicdomain/mark/1.0/"],
    ["publicdomain", "N/A", "N/A", "licenses/publicdomain/"],
    ["by-nc-nd", "1.0", "1.0", "licenses/by-nd-nc/1.0/"],
    ["by-nc-nd", "2.0", "2.0", "licenses/by-nc-nd/2.0/"],
    ["by-sa", "2.1", "2.1", "licenses/by-sa/2.0/"],
    ["nc", "2.0", "2.0", "licenses/nc/2.0/jp/"],
  ];
  for (const [license, version, normal, page] of pairs) {
    assert.deepEqual(licenseOfPair(license, version), { license, version: normal, url: CC + page });
  }
});

test("a version that there is not is no licence, and neither is a name without one", () => {
  const pairs: [license: unknown, version: unknown][] = [
    ["by", "5.0"],
    ["by", "4.04"],
    ["by", 3.96],
    ["by", "4.0.0"],
    ["by", "abc"],
    ["by", ""],
    ["by", null],
    ["by", undefined],
    ["by", Number.NaN],
    [null, "1.0"],
    ["publicdomain", "1.0"],
    ["cc0", "N/A"],
    ["__proto__", "1.0"],
    ["", ""],
  ];
  for (const [license, version] of pairs) {
    assert.equal(licenseOfPair(license, version), undefined, `${license} ${version}`);
  }
});

const license = fc.constantFrom(
  ...["by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa", "nc", "nd", "sa", "nc-sa", "nd-nc"],
  ...["sampling", "sampling+", "nc-sampling+", "devnations", "cc0", "pdm", "publicdomain"],
);
const version = fc.constantFrom("1.0", "2.0", "2.1", "2.5", "3.0", "4.0", "N/A");

test("the page of every pair leads back to the pair, but for 2.1, whose page is that of 2.0", () => {
  fc.assert(
    fc.property(license, version, (name, number) => {
      const found = licenseOfPair(name, number);
      fc.pre(found !== undefined);
      const back = licenseOfUrl(found.url);
      assert.deepEqual(back, number === "2.1" ? { license: name, version: "2.0", url: found.url } : found);
    }),
  );
});

test("a licence's own page stands for the same licence when it is given again", () => {
  const port = fc.constantFrom("", "us/", "jp/", "igo/", "deed.fr", "au/legalcode");
  fc.assert(
    fc.property(license, version, port, (name, number, end) => {
      const found = licenseOfUrl(`http://creativecommons.org/licenses/${name}/${number}/${end}`);
      fc.pre(found !== undefined);
      assert.deepEqual(licenseOfUrl(found.url), found);
    }),
  );
});

test("no text, however odd, makes the look-up throw", () => {
  const part = fc.constantFrom("creativecommons.org", "/", "licenses", "by", "4.0", "?", "#", "https:", "+");
  const odd = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(part).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(odd, odd, (a, b) => {
      const found = [licenseOfUrl(a), licenseOfPair(a, b)].filter((one) => one !== undefined);
      for (const { url } of found) assert.match(url, /^https:\/\/creativecommons\.org\/[a-z0-9+/.-]+\/$/);
    }),
  );
});

test("a licence has a name for people and says what it asks", () => {
  const titles: [license: string, version: string, title: string, conditions: (keyof typeof CONDITIONS)[]][] =
    [
      ["by", "4.0", "CC BY 4.0", ["by"]],
      ["by-nc-sa", "2.0", "CC BY-NC-SA 2.0", ["by", "nc", "sa"]],
      ["by-nc-nd", "3.0", "CC BY-NC-ND 3.0", ["by", "nc", "nd"]],
      ["cc0", "1.0", "CC0 1.0", []],
      ["pdm", "1.0", "Public Domain Mark 1.0", []],
      ["publicdomain", "N/A", "Public Domain Dedication and Certification", []],
      ["sampling+", "1.0", "Sampling Plus 1.0", ["by"]],
      ["nc-sampling+", "1.0", "NonCommercial Sampling Plus 1.0", ["by", "nc"]],
    ];
  for (const [name, number, title, conditions] of titles) {
    assert.equal(licenseTitle(name, number), title);
    assert.deepEqual(conditionsOf(name), conditions, name);
  }
});
