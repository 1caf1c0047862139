import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { at } from "../../base/ndjson/index.js";
import { convertItem } from "../engine/convert.js";
import { findProvider } from "./index.js";
import { type Change, checkChanges } from "./records.test.util.js";

describe("flickr", () => {
  const photo: JsonObject = {
    id: "53",
    owner: "12345678@N00",
    ownername: "Ada",
    title: "Ponies",
    license: "4",
    dateupload: "1577836800",
    datetaken: "2019-12-31 23:59:59",
    views: "7",
    content_type: "0",
    description: { _content: "Two &amp; a half<br>ponies <script>alert(1)</script>" },
    tags: "pony  Ärmel baby by pony",
    url_l: "https://live.staticflickr.com/1/53_l.jpg",
    width_l: 1024,
    height_l: "768",
    url_m: "https://live.staticflickr.com/1/53_m.jpg",
    width_m: 500,
    height_m: 375,
  };
  checkChanges("flickr", photo, [
    [
      "everything",
      {},
      {
        media_type: "image",
        provider: "flickr",
        source: "flickr",
        foreign_identifier: "53",
        foreign_landing_url: "https://www.flickr.com/photos/12345678@N00/53",
        url: "https://live.staticflickr.com/1/53_l.jpg",
        thumbnail: null,
        width: 1024,
        height: 768,
        filetype: "jpg",
        license: "by",
        license_version: "2.0",
        creator: "Ada",
        creator_url: "https://www.flickr.com/photos/12345678@N00",
        title: "Ponies",
        category: "photograph",
        meta_data: {
          pub_date: "1577836800",
          date_taken: "2019-12-31 23:59:59",
          views: "7",
          description: "Two & a half ponies",
          license_url: "https://creativecommons.org/licenses/by/2.0/",
          raw_license_url: null,
        },
        tags: ["baby", "pony", "Ärmel"].map((name) => ({ name, provider: "flickr" })),
      } as unknown as JsonObject,
    ],
    ["a licence of 2025", { license: 16 }, { license: "by-nc-nd", license_version: "4.0" }],
    ["NASA", { owner: "35067687@N04" }, { source: "nasa" }],
    [
      "a middle size",
      { url_l: null },
      { url: "https://live.staticflickr.com/1/53_m.jpg", width: 500, height: 375 },
    ],
    ["a screenshot", { content_type: 1 }, { category: null }],
    ["no title", { title: "" }, { title: null }],
    ...(
      [
        ["a date that is unknown", { datetakenunknown: "1" }],
        ["as a number", { datetakenunknown: 1 }],
        ["as a truth", { datetakenunknown: true }],
        ["a date that cannot be", { datetaken: "0000-00-00 00:00:00", datetakenunknown: "0" }],
        ["a granularity that nobody knows", { datetakengranularity: "5" }],
        ["a date that is known", { datetakenunknown: "0", datetakengranularity: "0" }, "2019-12-31 23:59:59"],
        ["a month", { datetakengranularity: 4 }, "2019-12"],
        ["a year", { datetakengranularity: "6" }, "2019"],
        ["about a year", { datetakengranularity: "8" }, "circa 2019"],
      ] as const
    ).map(([what, change, date]): Change => {
      const others = {
        pub_date: "1577836800",
        views: "7",
        description: "Two & a half ponies",
        raw_license_url: null,
      };
      const license_url = "https://creativecommons.org/licenses/by/2.0/";
      return [what, change, { meta_data: { ...others, license_url, ...(date && { date_taken: date }) } }];
    }),
    ["a video", { media: "video" }, "other media"],
    ["a photo among videos", { media: "photo" }, { title: "Ponies" }],
    ["all rights reserved", { license: "0" }, "no open licence"],
    ["no known restrictions", { license: "7" }, "no open licence"],
    ["US government work", { license: 8 }, "no open licence"],
    ["no such licence", { license: "constructor" }, "no open licence"],
    ["no URL", { url_l: undefined, url_m: "" }, "no media file"],
    ["no owner", { owner: " " }, "no creator page"],
  ]);

  test("a long tag string is cut, a long description too", async () => {
    const item = { ...photo, tags: `${"a".repeat(1998)} bcd`, description: { _content: "x".repeat(3000) } };
    const [record] = (await convertItem(findProvider("flickr"), item, {})).records;
    assert.deepEqual(record?.tags, [
      { name: "a".repeat(1998), provider: "flickr" },
      { name: "b", provider: "flickr" },
    ]);
    assert.equal(at(record?.meta_data, "description"), "x".repeat(2000));
  });
});
