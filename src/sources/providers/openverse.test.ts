import { describe } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { checkChanges } from "./records.test.util.js";

describe("openverse", () => {
  const result: JsonObject = {
    id: "b8cbeead-f5d0-4dbf-ae92-c70fcfe88e12",
    title: "Ferry",
    foreign_landing_url: "https://www.flickr.com/photos/1@N03/5",
    url: "https://live.staticflickr.com/5_b.jpg",
    license: "by",
    license_version: "2.0",
    license_url: "https://creativecommons.org/licenses/by/2.0/",
    provider: "flickr",
    source: "nasa",
    tags: [{ name: "ferry", accuracy: null }, { name: "boat", accuracy: 0.98 }, { accuracy: 1 }, "x"],
    width: 10,
    height: 20,
    indexed_on: "2025-07-16T22:37:21Z",
    detail_url: "https://api.openverse.org/v1/images/b8cbeead/",
  };
  checkChanges("openverse", result, [
    [
      "an image",
      {},
      {
        media_type: "image",
        provider: "flickr",
        source: "nasa",
        foreign_identifier: "b8cbeead-f5d0-4dbf-ae92-c70fcfe88e12",
        license: "by",
        width: 10,
        tags: [
          { name: "ferry", provider: "flickr" },
          { name: "boat", provider: "openverse", accuracy: 0.98 },
        ],
        meta_data: {
          openverse_id: "b8cbeead-f5d0-4dbf-ae92-c70fcfe88e12",
          indexed_on: "2025-07-16T22:37:21Z",
          license_url: "https://creativecommons.org/licenses/by/2.0/",
          raw_license_url: "https://creativecommons.org/licenses/by/2.0/",
        },
      },
    ],
    [
      "audio by its address",
      {
        detail_url: "https://api.openverse.org/v1/audio/b8/",
        duration: 1234,
        genres: ["jazz"],
        bit_rate: null,
      },
      { media_type: "audio", duration: 1234, genres: ["jazz"], bit_rate: null },
    ],
    ["audio by its members", { detail_url: null, duration: 5 }, { media_type: "audio", duration: 5 }],
  ]);
});
