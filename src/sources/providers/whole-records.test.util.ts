import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at, isObject, objectAt } from "../../base/ndjson/index.js";
import { cleanRecord } from "../../record/index.js";
import { convertItem } from "../engine/convert.js";
import type { ItemTools } from "../engine/provider.js";
import { type Case, documentOf, inputOf, recorded } from "./catalog-cases.test.util.js";
import { DIFFERENCES, type Row } from "./differences.test.util.js";
import { findProvider } from "./index.js";

/**
 * Our records against those that the Openverse catalogue made of the same recorded answers. A case may only differ
 * by what is named here and in `differences.test.util.ts`.
 */

/** Names of providers in the cases that are others here. */
const NAMES: Readonly<Record<string, string>> = { cc_mixter: "ccmixter" };

export function nameOf({ provider }: Case): string {
  return NAMES[provider] ?? provider;
}

/** What the network answered when the cases were made. */
function toolsOf(one: Case, filesize: number): ItemTools {
  return {
    fileSize: async () => filesize,
    // Only the packs of Freesound were there to be looked up.
    lookUp: async (path) => {
      const [, id] = /^packs\/(\d+)\/$/.exec(path) ?? [];
      return one.provider === "freesound" && id ? { id: Number(id), name: `pack ${id}` } : undefined;
    },
  };
}

/** The item that a case is about, where that is not its input as it stands. */
const ITEMS: Readonly<Record<string, (input: Json) => Json>> = {
  // The catalogue hands over an id and asks for the object.
  met: (input) =>
    typeof input === "number"
      ? ([recorded("metropolitan_museum_of_art/sample_response.json"), withoutMore()].find(
          (object) => at(object, "objectID") === input,
        ) as Json)
      : input,
  nypl: (input) => ({
    ...(input as JsonObject),
    details: recorded("nypl/response_itemdetails_success.json"),
  }),
  brooklynmuseum: (input) => (Array.isArray(input) ? documentOf(input[0] as Json) : input),
  justtakeitfree: (input) => input,
};

const withoutMore = () => recorded("metropolitan_museum_of_art/sample_response_without_additional.json");

/** Whether a case is about a whole record. */
export function isRecordCase({ what }: Case): boolean {
  return what.startsWith("whole record");
}

/** Throws when a case differs in a way that has no name; else the names of how it differs. */
export async function compareRecords(one: Case): Promise<string[]> {
  const special = SPECIAL_CASES.find(({ is }) => is(one));
  if (special) return [special.reason];
  const input = (ITEMS[nameOf(one)] ?? ((same: Json) => same))(inputOf(one));
  // Where the catalogue is handed nothing, we are not even asked.
  if (!isObject(input)) return [];
  const expected = documentOf(one.expected);
  const rows = at(expected, "rows");
  return Array.isArray(rows) ? compareRows(one, input, rows) : compareRaw(one, input, expected);
}

/** Cases that depend on what happened before them in a run, or on a request that was made to fail. */
const SPECIAL_CASES: readonly { readonly is: (one: Case) => boolean; readonly reason: string }[] = [
  {
    is: ({ note }) => note === "the same object seen a second time in one run",
    reason: "works that come again are left to staging",
  },
  {
    is: ({ provider, what, expected }) =>
      provider === "nypl" && /provider record/.test(what) && expected === null,
    reason: "a request that fails ends the walk or is passed over",
  },
  {
    is: ({ provider, expected }) =>
      provider === "smk" &&
      at(expected, 0, "license_info") !== undefined &&
      at(expected, 0, "license_info", "license") === null,
    reason: "the licence page for people is known without a request",
  },
  {
    is: ({ provider, expected }) => provider === "freesound" && at(expected, "set_foreign_id") === "foo",
    reason: "a pack is known by the number in its address",
  },
];

/** Columns of ours that the catalogue's rows do not have. */
const OURS = ["media_type", "identifier"];

async function compareRows(one: Case, item: JsonObject, rows: readonly unknown[]): Promise<string[]> {
  const size = one.provider === "freesound" ? 16359 : 12345;
  const { records } = await convertItem(findProvider(nameOf(one)), item, toolsOf(one, size));
  const ours = records.map((record) => without(record, OURS));
  const name = `${one.provider} ${JSON.stringify(one.input).slice(0, 200)} ${one.input_path ?? ""}`;
  const expected = rows.filter(isObject) as Row[];
  if (expected.length === 0 && ours.length > 0) {
    assert.ok(isPort(ours), `${name} gives a record, and none is expected: ${JSON.stringify(ours)}`);
    return ["ported licences and deeds are accepted"];
  }
  assert.equal(ours.length, expected.length, `${name} gives another number of records`);
  const reasons = match(ours, expected, name);
  if (reasons.some((reason) => reason.startsWith("a date that Flickr")))
    assert.equal(item.datetakenunknown, "1");
  return reasons;
}

/** Records before the catalogue's cleaning: both are cleaned by ours. */
async function compareRaw(one: Case, item: JsonObject, expected: Json): Promise<string[]> {
  const provider = findProvider(nameOf(one));
  // The size that the tests of the catalogue gave every file.
  const size = Number(at(expected, "filesize") ?? at(expected, 0, "filesize") ?? 123456);
  const { records } = await convertItem(provider, item, toolsOf(one, size));
  const name = `${one.provider} ${JSON.stringify(one.input).slice(0, 200)}`;
  const wanted = [expected]
    .flat()
    .filter(isObject)
    .map((raw) => {
      const cleaned = cleanRecord({ provider: provider.name, ...translated(raw, records[0]) });
      return "record" in cleaned ? (cleaned.record as Row) : cleaned;
    });
  assert.equal(records.length, wanted.length, `${name} gives another number of records`);
  return match(records, wanted as Row[], name);
}

/** Names in the catalogue's provider records, and ours. */
const RENAMED: Readonly<Record<string, string>> = {
  image_url: "url",
  audio_url: "url",
  thumbnail_url: "thumbnail",
  raw_tags: "tags",
};

function translated(raw: JsonObject, ours: Row | undefined): Row {
  const { license_info, set_foreign_id, audio_set, set_url, set_thumbnail, ...others } = raw;
  const { license, version, raw_url } = objectAt(license_info);
  const members = Object.entries(others).map(([name, value]) => [RENAMED[name] ?? name, value] as const);
  const given = raw_url ? { license_url: raw_url } : { license, license_version: version };
  const set = set_foreign_id ?? at(raw, "audio_set_foreign_identifier");
  const album =
    set === undefined || typeof audio_set !== "string"
      ? {}
      : {
          audio_set_foreign_identifier: set,
          audio_set: {
            title: audio_set,
            foreign_landing_url: set_url,
            thumbnail: set_thumbnail,
            creator: raw.creator,
            creator_url: raw.creator_url,
            foreign_identifier: set,
          },
        };
  return {
    ...(ours && { media_type: ours.media_type, provider: ours.provider }),
    ...Object.fromEntries(members),
    ...given,
    ...album,
  };
}

/** The reasons why our records differ; throws where they differ in another way. */
function match(ours: readonly object[], expected: readonly Row[], name: string): string[] {
  const reasons = new Set<string>();
  const changed = expected.map((row, i) => {
    const own = ours[i] as Row;
    return Object.entries(DIFFERENCES).reduce((before, [reason, change]) => {
      const after = change(before, own);
      if (!isDeepStrictEqual(after, before)) reasons.add(reason);
      return after;
    }, row);
  });
  // Columns that a case leaves out are not looked at.
  const seen = ours.map((record, i) =>
    Object.fromEntries(Object.entries(record).filter(([column]) => Object.hasOwn(changed[i] as Row, column))),
  );
  assert.deepEqual(seen, changed, name);
  return [...reasons];
}

/** The catalogue of 2023 refused ports (`…/3.0/us/`) and deeds; we take them. */
function isPort(ours: readonly Row[]): boolean {
  return ours.every((row) => {
    const path = new URL(String(at(row.meta_data, "license_url"))).pathname;
    return (
      path.split("/").filter(Boolean).length === 4 ||
      /deed/.test(String(at(row.meta_data, "raw_license_url")))
    );
  });
}

function without(record: object, members: readonly string[]): Row {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !members.includes(name)));
}
