import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { SHARED, WITHOUT_SHARED } from "../../testing/run.js";
import { findFlickrPhoto } from "./flickr-photo.js";

interface Case {
  readonly what: string;
  readonly entity: JsonObject;
  readonly expected: null | { photo_id: string; url: string | null } | { error: string };
}

const CASES = join(SHARED, "cases", "find-flickr-photo.json");
const cases: Case[] = existsSync(CASES) ? JSON.parse(readFileSync(CASES, "utf8")) : [];

describe("the cases of the rules", { skip: WITHOUT_SHARED }, () => {
  for (const { what, entity, expected } of cases) {
    test(what, () => {
      const found = findFlickrPhoto(entity);
      // Where the rules' first program falls over a value that is missing, there is no photo.
      if (expected === null || ("error" in expected && expected.error === "KeyError"))
        assert.equal(found, null);
      else if ("error" in expected) assert.ok(found && "ambiguous" in found);
      else {
        assert.ok(found && "flickr_photo_id" in found);
        assert.deepEqual({ photo_id: found.flickr_photo_id, url: found.url }, expected);
      }
    });
  }
});

const snak = (value: unknown, type: string) => ({ snaktype: "value", datavalue: { value, type } });
const url = (value: string) => snak(value, "string");
const item = (id: string) => snak({ id }, "wikibase-entityid");
const PAGE = "https://www.flickr.com/photos/example/50000000001/";

/** An entity with sources that have these qualifiers, and these photo ids. */
function entity(sources: readonly Record<string, unknown[]>[], photoIds: readonly string[] = []): JsonObject {
  return {
    statements: {
      P7482: sources.map((qualifiers) => ({ mainsnak: item("Q74228490"), qualifiers })),
      P12120: photoIds.map((id) => ({ mainsnak: url(id) })),
    },
  } as never;
}

test("a photo tells where it was found", () => {
  const found = findFlickrPhoto(entity([{ P2699: [url(PAGE)], P973: [url(PAGE)] }], ["50000000001"]));
  assert.deepEqual(found, {
    flickr_photo_id: "50000000001",
    url: PAGE,
    found_in: ["P7482/P2699", "P7482/P973", "P12120"],
  });
});

test("two photos are ambiguous, with both", () => {
  const found = findFlickrPhoto(entity([{ P973: [url(PAGE)] }], ["2"]));
  assert.ok(found && "ambiguous" in found);
  assert.equal(found.reason, "several_photos");
  assert.deepEqual(found.about, ["50000000001", "2"]);
  assert.deepEqual(found.candidates[1], { flickr_photo_id: "2", url: null, found_in: ["P12120"] });
});

test("a page of many photos is ambiguous, with the photo that something else names", () => {
  const album = "https://www.flickr.com/photos/example/albums/72157600000000000";
  const found = findFlickrPhoto(entity([{ P973: [url(album)] }], ["2"]));
  assert.ok(found && "ambiguous" in found);
  assert.deepEqual([found.reason, found.about, found.candidates.length], ["not_a_photo", [album], 1]);
});

test("several operators are ambiguous, but for the two that belong together", () => {
  const two = (...ids: string[]) => findFlickrPhoto(entity([{ P137: ids.map(item), P973: [url(PAGE)] }]));
  assert.ok(Object.hasOwn(two("Q103204", "Q565") ?? {}, "ambiguous"));
  assert.ok(Object.hasOwn(two("Q420747", "Q103204") ?? {}, "ambiguous"), "in this order only");
  assert.equal(Object.hasOwn(two("Q103204", "Q420747") ?? {}, "ambiguous"), false);
});

test("hosts and pages that the rules do not know are passed over", () => {
  for (const address of [
    "https://m.flickr.com/photos/example/50000000001/",
    "https://web.archive.org/web/2020/https://www.flickr.com/photos/example/50000000001/",
    "https://example.org/?from=flickr.com/photos/example/1",
    "https://www.flickr.com/help/",
  ]) {
    assert.equal(findFlickrPhoto(entity([{ P973: [url(address)] }])), null, address);
  }
});

test("an id that is no number is given with a doubt", () => {
  assert.deepEqual(findFlickrPhoto(entity([], [PAGE])), {
    flickr_photo_id: PAGE,
    url: null,
    found_in: ["P12120"],
    doubt: "not_a_number",
  });
});

test("nothing that an entity may hold makes it fall over", () => {
  for (const statements of [
    undefined,
    null,
    [],
    {},
    5,
    { P12120: {} },
    { P12120: [null, 1, {}], P7482: [[]] },
  ]) {
    assert.equal(findFlickrPhoto({ statements } as never), null);
  }
  const qualifiers = { P137: [], P973: [null, {}, { snaktype: "somevalue" }], P2699: {} };
  assert.equal(findFlickrPhoto({ statements: { P7482: [{ qualifiers }] } } as never), null);
});
