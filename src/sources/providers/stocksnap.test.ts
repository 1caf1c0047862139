import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { checkChanges, recordsOf } from "./records.test.util.js";

describe("stocksnap", () => {
  const photo: JsonObject = {
    img_id: "7VAQUG1X3B",
    keywords: ["WOMAN's", "black-white", "dog"],
    author_name: "Matt",
    author_profile: "https://stocksnap.io/author/1",
    author_website: "https://mjmolo.com/",
    img_width: 6000,
    img_height: 4000,
    downloads_raw: 3,
  };
  const fileSize = async (url: string) => url.length;
  checkChanges(
    "stocksnap",
    photo,
    [
      [
        "everything",
        {},
        {
          url: "https://cdn.stocksnap.io/img-thumbs/960w/7VAQUG1X3B.jpg",
          filesize: 55,
          filetype: "jpg",
          title: "Woman's Black-White",
          creator_url: "https://mjmolo.com",
          license: "cc0",
          category: "photograph",
        },
      ],
      [
        "the site as website",
        { author_website: "https://stocksnap.io" },
        { creator_url: "https://stocksnap.io/author/1" },
      ],
      [
        "an undefined website",
        { author_website: "https://stocksnap.io/author/undefined/" },
        { creator_url: "https://stocksnap.io/author/1" },
      ],
      ["no author", { author_name: null }, { creator: null, creator_url: null }],
      [
        "one keyword",
        { keywords: ["dog"] },
        { title: "Dog", foreign_landing_url: "https://stocksnap.io/photo/dog-7VAQUG1X3B" },
      ],
      ["no keywords", { keywords: "dog" }, "no title"],
      ["no id", { img_id: null }, "no media file"],
    ],
    { fileSize },
  );
  test("without a network the size is left open", async () => {
    assert.deepEqual(await recordsOf("stocksnap", photo, ["filesize"]), [{ filesize: null }]);
  });
});
