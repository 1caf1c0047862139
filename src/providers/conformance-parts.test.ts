import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { flickrLicense } from "../flickr/index.js";
import type { Json, JsonObject } from "../ndjson/index.js";
import { isObject, listAt, objectAt, textAt } from "../ndjson/index.js";
import { cleanRecord } from "../record/index.js";
import { WITHOUT_SHARED as skip } from "../testing/run.js";
import { type Case, documentOf, inputOf, readCases } from "./catalog-cases.test.util.js";
import * as cleveland from "./clevelandmuseum.js";
import { windowOf } from "./days.js";
import * as flickr from "./flickr.js";
import { readHtml } from "./html.js";
import { convertItem, findProvider } from "./index.js";
import * as smithsonian from "./smithsonian.js";
import * as stocksnap from "./stocksnap.js";
import * as wikimedia from "./wikimedia.js";
import { mergePages } from "./wikimedia-walk.js";

/** Parts of records against what the catalogue makes of the same input, by `provider: what`. */
const PARTS: Readonly<Record<string, (input: JsonObject, one: Case) => unknown>> = {
  "clevelandmuseum: images object -> chosen image": (images) => cleveland.imageOf(images) ?? null,
  "clevelandmuseum: item -> meta_data": cleveland.metaDataOf,
  "clevelandmuseum: meta_data.culture": (item) => cleveland.metaDataOf(item).culture,
  "flickr: item -> letter of the biggest usable size (l > m > s)": (item) => flickr.sizeOf(item) ?? null,
  "flickr: item -> licence": (item) => licenseOf(item),
  "flickr: Flickr numeric licence id": (item) => licenseOf(item),
  "flickr: item -> meta_data": flickr.metaDataOf,
  "flickr: item -> raw tags (sorted, distinct)": (item, { options }) => {
    const tags = flickr.tagsOf(item, Number(options?.max_tag_string_length));
    return tags.length > 0 ? tags : null;
  },
  "flickr: response -> list of items (null = stop)": (answer) => itemsOrNull("flickr", answer),
  "smithsonian: item -> creator": (item) => smithsonian.creatorOf(item) ?? null,
  "smithsonian: item -> meta_data": smithsonian.metaDataOf,
  "smithsonian: item -> raw tags": smithsonian.tagsOf,
  "stocksnap: item -> (creator, creator URL)": (item) => Object.values(stocksnap.creatorOf(item)),
  "stocksnap: item -> raw tags": (item) => listAt(item, "keywords"),
  "stocksnap: response -> list of items (null = stop)": (answer) => itemsOrNull("stocksnap", answer),
  "wikimedia: (left page, right page) -> merged page": (pages) => {
    const [left = {}, right = {}] = documentOf(pages as unknown as Json) as JsonObject[];
    return mergePages(left, right);
  },
  "wikimedia: day -> [start,end] UNIX seconds": (day) => {
    const { start, end } = windowOf({ since: String(day) });
    return [String(start), String(end)];
  },
  "wikimedia: item -> meta_data": wikimedia.metaDataOf,
  "wikimedia: media info -> (creator, creator URL)": (info) => {
    const { shown, link } = readHtml(textAt(info, "extmetadata", "Artist", "value") ?? "");
    return [shown, link ?? null];
  },
  "wikimedia: media info -> title": (info) => wikimedia.titleOf(info),
  "wikimedia: response -> list of items (null = stop)": (answer) => itemsOrNull("wikimedia", answer),
};

/** Cases that end otherwise on purpose, by how their input begins. */
const DIFFERENT: Readonly<Record<string, (work: () => unknown) => void>> = {
  // The catalogue stops without a word where Flickr says that something is wrong.
  '{"stat":"notok"': (work) => assert.throws(work, { outcome: "refused" }),
};

function licenseOf(item: JsonObject): unknown {
  const license = flickrLicense(item.license);
  return license ? { license: license.license, version: license.version } : null;
}

/** The catalogue stops at an answer without items. */
function itemsOrNull(provider: string, answer: unknown): unknown {
  const items = isObject(answer) ? (findProvider(provider).itemsOf(answer) ?? []) : [];
  return items.length > 0 ? items : null;
}

/** What is compared of an expected value: the licence's names, and everything of all else. */
function comparable({ what, expected }: Case): unknown {
  const value = documentOf(expected);
  if (!/licence/.test(what) || value === null) return value;
  const { license, version } = objectAt(value);
  return version === null ? null : { license, version };
}

describe("parts of records", { skip }, () => {
  const cases = skip ? [] : readCases().filter(({ context_dependent }) => !context_dependent);
  for (const [name, part] of Object.entries(PARTS)) {
    const own = cases.filter(({ provider, what }) => `${provider}: ${what}` === name);
    test(`${name}: ${own.length} cases`, () => {
      for (const one of own) {
        const input = inputOf(one) as JsonObject;
        const text = JSON.stringify(input) ?? "";
        const work = () => part(input, one);
        const different = Object.keys(DIFFERENT).find((start) => text.startsWith(start));
        if (different) DIFFERENT[different]?.(work);
        else assert.deepEqual(work(), comparable(one), text.slice(0, 300));
      }
    });
  }
});

/** Names in the catalogue's provider records, and ours. */
const RENAMED: Readonly<Record<string, string>> = { image_url: "url", audio_url: "url", raw_tags: "tags" };

const OWN = new Set(["flickr", "smithsonian", "stocksnap", "wikimedia"]);

describe("records before cleaning", { skip }, () => {
  const cases = (skip ? [] : readCases()).filter(
    ({ what, provider }) => what.includes("provider record (before store cleaning)") && OWN.has(provider),
  );
  for (const one of cases) {
    test(`${one.provider} ${JSON.stringify(one.input).slice(0, 80)}`, async () => {
      const provider = findProvider(one.provider);
      const input = inputOf(one);
      if (!isObject(input)) return;
      const { records } = await convertItem(provider, input, { fileSize: async () => 123456 });
      const expected = [one.expected].flat().filter(isObject);
      assert.deepEqual(
        records.map((record) => ({ record })),
        expected.map((record) => cleanRecord({ provider: provider.name, ...translated(record) })),
      );
    });
  }
});

function translated(record: JsonObject): JsonObject {
  const { license_info, ...others } = record;
  const { license, version, raw_url } = objectAt(license_info);
  const members = Object.entries(others).map(([name, value]) => [RENAMED[name] ?? name, value] as const);
  const given = raw_url ? { license_url: raw_url } : { license, license_version: version };
  return { ...Object.fromEntries(members), ...given } as JsonObject;
}
