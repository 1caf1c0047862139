import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PROJECT, SHARED, WITHOUT_SHARED } from "../../../testing/run.js";
import { findFlickrUrlsInText } from "./find.js";
import { looksLikeFlickrPhotoId, looksLikeFlickrUserId } from "./ids.js";
import { parseFlickrUrl } from "./parse.js";

/** What the Python library flickr-url-parser 1.12 answers, from its own tests and from our questions to it. */

type Fields = Readonly<Record<string, unknown>>;

interface Case {
  readonly url: string;
  readonly function: string;
  readonly expected: Fields & { readonly urls?: unknown; readonly value?: unknown };
  readonly followRedirects?: boolean;
}

interface Probe {
  readonly url: string;
  readonly observed: Fields;
}

function read<T>(name: string): T[] {
  return WITHOUT_SHARED ? [] : JSON.parse(readFileSync(join(SHARED, "cases", name), "utf8"));
}

/** Whether a result has all of its fields, with the same values; ours may have more. */
function agrees(url: string, expected: Fields): boolean {
  const result: Fields = { ...parseFlickrUrl(url) };
  return Object.entries(expected).every(([name, value]) => result[name] === value);
}

const cases = read<Case>("flickr-urls.json").filter(({ url }) => typeof url === "string");

describe("cases of the Python library", { skip: WITHOUT_SHARED }, () => {
  for (const { url, expected } of cases.filter(
    (one) => one.function === "parse_flickr_url" && !one.followRedirects,
  )) {
    test(JSON.stringify(url), () => {
      const result: Fields = { ...parseFlickrUrl(url) };
      const known = Object.fromEntries(Object.keys(expected).map((name) => [name, result[name]]));
      assert.deepEqual(known, expected);
    });
  }

  for (const [name, ours] of [
    ["find_flickr_urls_in_text", (text: string) => ({ urls: findFlickrUrlsInText(text) })],
    ["looks_like_flickr_photo_id", (text: string) => ({ value: looksLikeFlickrPhotoId(text) })],
    ["looks_like_flickr_user_id", (text: string) => ({ value: looksLikeFlickrUserId(text) })],
  ] as const) {
    for (const { url: text, expected } of cases.filter((one) => one.function === name)) {
      test(`${name} of ${JSON.stringify(text)}`, () => assert.deepEqual(ours(text), expected));
    }
  }
});

test("the URLs that the Python library reads otherwise are those in the documentation", {
  skip: WITHOUT_SHARED,
}, () => {
  const page = readFileSync(join(PROJECT, "docs/flickr-urls.md"), "utf8");
  const section = page.slice(page.indexOf("## Where it differs"), page.indexOf("## Speed"));
  const listed = [...section.matchAll(/```text\n(.*?)\n```/gs)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace("(a blank at the end)", ""));
  const differing = read<Probe>("flickr-url-probes.json").filter(
    ({ url, observed }) => !agrees(url, observed),
  );
  assert.deepEqual(listed.sort(), differing.map(({ url }) => url).sort());
});
