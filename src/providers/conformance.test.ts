import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../ndjson/index.js";
import { at, isObject, listAt } from "../ndjson/index.js";
import { createSubProviderTable } from "../sub-providers/index.js";
import { WITHOUT_SHARED as skip } from "../testing/run.js";
import { type Case, inputOf, readCases } from "./catalog-cases.test.util.js";
import { convertItem, findProvider, type ItemTools } from "./index.js";

/**
 * Our records against those that the Openverse catalogue made of the same recorded answers. The cases lie beside
 * the repository, so they are only run where they are there. Every difference is known by its name.
 */

type Row = Record<string, unknown>;

/** The file sizes that were put in place of the network's answers. */
const TOOLS: ItemTools = { fileSize: async () => 12345 };

/** Columns of ours that the catalogue's rows do not have. */
const OURS = ["media_type", "identifier", "audio_set_foreign_identifier"];

/**
 * What we do otherwise on purpose. Each changes the expected row into the one that we give; a case is only allowed
 * to differ by these.
 */
const DIFFERENCES: Readonly<Record<string, (expected: Row, ours: Row) => Row>> = {
  "the unported licence page for BY-NC-ND 2.0": (row) => replaceIn(row, "by-nd-nc/2.0/jp/", "by-nc-nd/2.0/"),
  "quotes stay as they are": (row, ours) => matchTexts(row, ours, (text) => text.replaceAll(`"`, "'")),
  "backslashes are not doubled": (row, ours) =>
    matchTexts(row, ours, (text) => text.replaceAll("\\", "\\\\")),
  "a text without characters is no value": (row, ours) =>
    row.creator === "" && ours.creator === null ? { ...row, creator: null } : row,
  "tags are distinct": (row) => {
    if (!Array.isArray(row.tags)) return row;
    const texts = new Set(row.tags.map((tag) => JSON.stringify(tag)));
    return { ...row, tags: [...texts].map((text) => JSON.parse(text) as unknown) };
  },
  "tags are dropped on whole words": (row, ours) => {
    const tags = Array.isArray(ours.tags) ? ours.tags : [];
    const others = tags.filter((tag) => !/by/.test(String(at(tag, "name"))));
    return isDeepStrictEqual(others, row.tags ?? []) ? { ...row, tags: ours.tags } : row;
  },
};

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

describe("whole records", { skip }, () => {
  const cases = skip ? [] : readCases().filter(isRecordCase);
  for (const provider of ["clevelandmuseum", "flickr", "smithsonian", "stocksnap", "wikimedia"]) {
    const own = cases.filter((one) => one.provider === provider);
    test(`${provider}: ${own.length} cases`, async (t) => {
      const differing = new Map<string, number>();
      for (const one of own) {
        for (const reason of await compare(one)) differing.set(reason, (differing.get(reason) ?? 0) + 1);
      }
      for (const [reason, count] of differing) t.diagnostic(`${count} differ on purpose: ${reason}`);
      assert.ok(own.length > 0);
    });
  }
});

describe("sub-providers", { skip }, () => {
  const table = createSubProviderTable();
  const cases = (skip ? [] : readCases()).filter(
    ({ provider, what }) => provider === "sub-providers" && what === "source column",
  );
  for (const { input, expected } of cases) {
    test(JSON.stringify(input), () => {
      const { provider, owner, ...metaData } = input as JsonObject;
      const { unit_code, dataProvider, building } = metaData;
      const record = {
        provider,
        creator_url: `https://www.flickr.com/photos/${owner}`,
        meta_data: { unit_code, dataProvider, building },
      };
      assert.equal(table.sourceOf(record).source ?? provider, expected);
    });
  }
});

/** Throws when a case differs in a way that has no name; else the names of how it differs. */
async function compare(one: Case): Promise<string[]> {
  const { records } = await convertItem(findProvider(one.provider), inputOf(one) as JsonObject, TOOLS);
  const ours = records.map((record) => without(record, OURS));
  const name = `${one.provider} ${JSON.stringify(one.input).slice(0, 200)} ${one.input_path ?? ""}`;
  const expected = listAt(one.expected, "rows").filter(isObject) as Row[];
  if (expected.length === 0 && ours.length > 0) {
    assert.ok(isPort(ours), `${name} gives a record, and none is expected`);
    return ["ported licences and deeds are accepted"];
  }
  assert.equal(ours.length, expected.length, `${name} gives another number of records`);
  const reasons: string[] = [];
  const changed = expected.map((row, i) => {
    const own = ours[i] as Row;
    return Object.entries(DIFFERENCES).reduce((before, [reason, change]) => {
      const after = change(before, own);
      if (JSON.stringify(after) !== JSON.stringify(before)) reasons.push(reason);
      return after;
    }, row);
  });
  assert.deepEqual(ours, changed, name);
  return [...new Set(reasons)];
}

function isRecordCase({ what, expected }: Case): boolean {
  return what.startsWith("whole record") && isObject(expected) && "rows" in expected;
}

/** The expected row with those of our texts that only differ by what `change` does to them. */
function matchTexts(expected: Row, ours: Row, change: (text: string) => string): Row {
  const match = (theirs: unknown, own: unknown): unknown => {
    if (typeof theirs === "string") return typeof own === "string" && change(own) === theirs ? own : theirs;
    if (Array.isArray(theirs)) return theirs.map((element, i) => match(element, at(own, i)));
    if (!isObject(theirs)) return theirs;
    return Object.fromEntries(
      Object.entries(theirs).map(([key, value]) => [key, match(value, at(own, key))]),
    );
  };
  return match(expected, ours) as Row;
}

function replaceIn(row: Row, from: string, to: string): Row {
  return JSON.parse(JSON.stringify(row).replaceAll(from, to)) as Row;
}

function without(record: object, members: readonly string[]): Row {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !members.includes(name)));
}
