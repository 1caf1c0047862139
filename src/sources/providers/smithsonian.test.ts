import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { checkChanges, recordsOf } from "./records.test.util.js";

describe("smithsonian", () => {
  const image = {
    type: "Images",
    idsId: "a-1",
    content: "https://ids.si.edu/a-1.jpg",
    usage: { access: "CC0" },
  };
  const row = (change: JsonObject, freetext: JsonObject = {}): JsonObject => ({
    title: "Sparrow",
    content: {
      descriptiveNonRepeating: {
        unit_code: "NMNHBIRDS",
        guid: "http://n2t.net/ark:/65665/1",
        online_media: { media: [image, { ...image, idsId: "a-2" }, { ...image, type: "Video" }, "x"] },
        ...change,
      },
      freetext,
      indexedStructured: {
        topic: ["Birds", ""],
        date: ["1950s"],
        place: "nowhere",
        name: ["x", { type: "personal_main", content: "Eve" }],
      },
    },
  });

  test("one record for every image", async () => {
    const members = ["foreign_identifier", "foreign_landing_url", "source", "creator", "tags"];
    const shared = {
      foreign_landing_url: "https://n2t.net/ark:/65665/1",
      source: "smithsonian_national_museum_of_natural_history",
      creator: "Eve",
      // A place that stands by itself is one.
      tags: ["1950s", "Birds", "nowhere"].map((name) => ({ name, provider: "smithsonian" })),
    };
    assert.deepEqual(await recordsOf("smithsonian", row({}), members), [
      { foreign_identifier: "a-1", ...shared },
      { foreign_identifier: "a-2", ...shared },
    ]);
  });

  const media = { online_media: { media: [image] } };
  const named = (...names: [string, string][]) => ({
    name: names.map(([label, content]) => ({ label, content })),
  });
  checkChanges("smithsonian", {}, [
    [
      "its own page first",
      row({ ...media, record_link: "https://si.edu/1" }),
      { foreign_landing_url: "https://si.edu/1" },
    ],
    ["an unknown unit", row({ ...media, unit_code: "NEW" }), { source: "smithsonian" }],
    [
      "the best rank",
      row(
        media,
        named(
          ["Collector", "C"],
          [" Designer", "D"],
          ["ILLUSTRATOR", "E"],
          ["weaver", "F"],
          ["artist", "Unknown"],
        ),
      ),
      { creator: "D; E and F" },
    ],
    ["no label that we know", row(media, named(["Donor", "D"])), { creator: "Eve" }],
    ["not CC0", row({ online_media: { media: [{ ...image, usage: {} }] } }), "no open licence"],
    ["no image", row({ online_media: { media: {} } }), "no media file"],
    ["no page", row({ guid: null }), "no landing page"],
  ]);
});
