import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { SHARED, WITHOUT_SHARED } from "../testing/run.js";
import { cleanRecord } from "./clean.js";
import { licenseOfPair, licenseOfUrl } from "./licenses/read.js";
import { keepTag } from "./tags.js";
import { cleanText, cutText, textOf } from "./text.js";
import { cleanUrl } from "./urls.js";

/** Facts about the Openverse catalogue: what it makes of an input. */
interface Case {
  readonly provider: string;
  readonly what: string;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is different for every `what`
  readonly input: any;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}

const PLAIN = {
  provider: "test_provider",
  foreign_identifier: "1",
  foreign_landing_url: "https://example.com/1",
  url: "https://example.com/1.jpg",
  license: "by",
  license_version: "4.0",
};

/** A column of the plain record with some changes; null also where the record is refused. */
function columnOf(name: string, change: Readonly<Record<string, unknown>>): unknown {
  const result = cleanRecord({ ...PLAIN, ...change });
  return "record" in result ? (result.record[name] ?? null) : null;
}

const urlOf = (value: unknown, limit: number, options = {}) => {
  const cleaned = cleanUrl(value, limit, options);
  return "url" in cleaned ? cleaned.url : null;
};

/** What a licence look-up stores. */
function lookUp(given: Readonly<Record<string, unknown>>) {
  const result = cleanRecord({ ...PLAIN, license: null, license_version: null, ...given });
  if (!("record" in result)) return { license: null, version: null, url: null, raw_url: null };
  const { license, license_version: version, meta_data } = result.record;
  const { license_url: url, raw_license_url: raw_url } = meta_data as Record<string, unknown>;
  return { license, version, url, raw_url };
}

/** What of ours answers the question of a case. */
const ANSWERS: Record<string, (input: Case["input"]) => unknown> = {
  "licence URL normalisation": (url) => licenseOfUrl(url)?.url ?? null,
  "licence URL -> [licence, version, url, raw_url]": (license_url) => Object.values(lookUp({ license_url })),
  "(licence, version) -> [licence, version, url]": ([license, version]) => {
    const found = licenseOfPair(license, version);
    return [found?.license ?? null, found?.version ?? null, found?.url ?? null];
  },
  "licence look-up -> {license, version, url, raw_url}": ({ version: license_version, ...given }) =>
    lookUp({ ...given, license_version }),

  "URL validation and scheme repair": (url) => urlOf(url, 3000),
  "set the URL scheme": (url) => urlOf(url, 3000),

  "store: integer column text form": (value) => textOf(columnOf("filesize", { filesize: value })),
  "store: boolean column text form": (value) => {
    const truth = columnOf("removed_from_source", { removed_from_source: value });
    return truth === null ? null : truth ? "t" : "f";
  },
  "(url, media type) -> filetype from extension": ([url, media_type]) =>
    columnOf("filetype", { url, media_type }),
  'tag clean-up (store provider "test_provider")': (tags) => columnOf("tags", { tags }),
  "is the tag kept?": keepTag,
  "filetype of an image record": (given) => columnOf("filetype", given),
  "filesize / duration clamp": (filesize) => columnOf("filesize", { filesize }),
  "URL after store cleaning (TLS available)": ({ url, strip_trailing_slashes }) =>
    urlOf(url, 3000, { keepLastSlash: !strip_trailing_slashes }),
  "source column": (given) => columnOf("source", given),
  "ingestion_type column": (given) => columnOf("ingestion_type", given),
  "category column": (given) => columnOf("category", given),
  "meta_data after store cleaning": ({ meta_data, license_url, raw_license_url }) => {
    const { license, version: license_version } = licenseOfUrl(license_url) ?? {};
    return columnOf("meta_data", { meta_data, license, license_version, license_url: raw_license_url });
  },
  "record lacking a required field": ({ missing }) => {
    const result = cleanRecord({ ...PLAIN, [missing]: null });
    return "error" in result
      ? { error: result.error.replace(/^(\w+) is missing$/, "missing required field $1") }
      : result;
  },
  "record lacking a licence": () => cleanRecord({ ...PLAIN, license: null, license_version: null }),
  "text sanitising (value as written to the TSV)": cleanText,
  "JSON sanitising (before serialising)": (meta_data) => {
    const { license_url, raw_license_url, ...own } = columnOf("meta_data", { meta_data }) as Record<
      string,
      unknown
    >;
    return own;
  },
  // The cases' host does not exist; here the host is checked in the same step, so it gets one that may.
  "URL column text form (size 100)": (url) =>
    urlOf(url.replace("a.b", "a.de"), 100)?.replace("a.de", "a.b") ?? null,
  "string column text form": ({ value, size, truncate }) => {
    const text = textOf(value);
    if (truncate) return text && cutText(text, size);
    return columnOf("category", { category: text?.repeat(80 / size) });
  },
};

/** Where ours differs on purpose, by name, and why. */
const DIFFERENT: Record<string, string> = {
  'licence URL normalisation: "http://creativecommons.org/a/b/c/d/"':
    "redirects are not followed: licences are recognised by their paths, with no network",
  'licence URL normalisation: "http://creativecommons.org/licenses/CC0/1.0/legalcode"':
    "a step of its own in the catalogue, and the path of no licence there; here it is CC0, which it names",
  'licence look-up -> {license, version, url, raw_url}: {"license_url":" https://creativecommons.org/licenses/by/4.0/ "}':
    "the licence is the same; the text that the source gave is trimmed like any other",
  'licence look-up -> {license, version, url, raw_url}: {"license_url":"http://creativecommons.org/publicdomain/mark/1.0/deed.de"}':
    "the licence is the same; its own page is stored, not a deed in one language",
  'licence look-up -> {license, version, url, raw_url}: {"license":"by-nd-nc","version":"1.0"}':
    "names are read in any order and case; the catalogue wants the exact word",
  'licence look-up -> {license, version, url, raw_url}: {"license":"cc by","version":"4.0"}':
    "names are read in any order and case; the catalogue wants the exact word",
  'licence look-up -> {license, version, url, raw_url}: {"license_url":"https://www.creativecommons.org/licenses/by/2.0/"}':
    "the host is the same with www",
  'licence look-up -> {license, version, url, raw_url}: {"license_url":"https://creativecommons.org/licenses/by/2.1/ca/"}':
    "Creative Commons' own list has this port",
  'licence look-up -> {license, version, url, raw_url}: {"license_url":"https://creativecommons.org/licenses/by-nd-nc/2.0/jp/"}':
    "the address has no page; the licence's own page is right",
  'licence look-up -> {license, version, url, raw_url}: {"license_url":"https://creativecommons.org/publicdomain/certification/1.0/us/"}':
    "Creative Commons' own list has this page, to which licenses/publicdomain leads",
  'licence look-up -> {license, version, url, raw_url}: {"license":"by-nc-nd","version":"2.0"}':
    "the catalogue's table gives a Japanese port; the licence's own page is right",
  'is the tag kept?: "rubyred"': 'tags are dropped for whole words: a ruby is not a "by"',
  'store: integer column text form: "3.45"':
    "a text that is not digits alone is no whole number: cut at the dot, 1.200 would be 1",
  'filetype of an image record: {"filetype":null,"url":"https://example.com/IMAGE.JPG","media_type":"image"}':
    "one type under two names is counted twice: case says nothing",
  'filetype of an image record: {"filetype":null,"url":"https://example.com/a.jpg?x=1","media_type":"image"}':
    "what follows the path says nothing about the file",
  'meta_data after store cleaning: {"meta_data":"notadict","license_url":"https://creativecommons.org/licenses/by/4.0/","raw_license_url":null}':
    "refused: meta_data may hold the licence, so it is never dropped",
  'source column: {"source":"Source","provider":null}': "a record without a provider is refused",
  'record lacking a licence: {"missing":"license_info"}':
    "the expectation is told in words; the record is refused with the code missing_license",
  'text sanitising (value as written to the TSV): "back\\\\slash"':
    "doubled backslashes only serve the catalogue's TSV",
  'JSON sanitising (before serialising): {"a":["x\\ty",{"b":"q\\"q"}],"n":null,"i":5}':
    "quotes stay; single ones only serve the catalogue's TSV",
  'URL column text form (size 100): " https://a.b"': "white space around a text is trimmed first",
  'URL column text form (size 100): "https://a.b/c d"':
    "a blank inside is refused, as in the catalogue's newest version",
  'URL validation and scheme repair: "creativecomons.org"':
    "https is written always; a record does not depend on whether a host answers",
  'set the URL scheme: "http://creativecommons.org" {"scheme":"http"}':
    "https is written always; a record does not depend on whether a host answers",
};

const cases: Case[] = WITHOUT_SHARED
  ? []
  : (JSON.parse(readFileSync(join(SHARED, "cases", "catalog.json"), "utf8")) as Case[]).filter(
      ({ provider }) => ["licenses", "urls", "store"].includes(provider),
    );

const nameOf = ({ what, input, options }: Case) =>
  `${what}: ${JSON.stringify(input)}${options ? ` ${JSON.stringify(options)}` : ""}`;

test("the catalogue's licences, URLs and cleaning are ours, but where we differ on purpose", {
  skip: WITHOUT_SHARED,
}, (t) => {
  const seen = new Set<string>();
  let equal = 0;
  for (const one of cases) {
    const answer = ANSWERS[one.what];
    assert.ok(answer, `nothing answers "${one.what}"`);
    const name = nameOf(one);
    if (isDeepStrictEqual(answer(one.input), one.expected)) equal++;
    else if (name in DIFFERENT) seen.add(name);
    else assert.deepEqual(answer(one.input), one.expected, name);
  }
  const stale = Object.keys(DIFFERENT).filter((name) => !seen.has(name));
  assert.deepEqual(stale, [], "listed as different, but equal or gone");
  t.diagnostic(`${equal} of ${cases.length} cases equal, ${cases.length - equal} different on purpose`);
});
