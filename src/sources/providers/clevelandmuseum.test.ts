import { describe } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { checkChanges } from "./records.test.util.js";

describe("clevelandmuseum", () => {
  const artwork: JsonObject = {
    id: 96887,
    share_license_status: "CC0",
    url: "https://clevelandart.org/art/1916.586.a",
    title: "Scent Bottle",
    accession_number: "1916.586.a",
    creation_date: "1700s",
    creators: [{ description: "Ada (Danish, 1700-1750)" }, { description: "Bo" }],
    culture: ["Germany", null, "18th century"],
    images: {
      web: {
        url: "https://openaccess-cdn.clevelandart.org/a_web.jpg",
        width: "641",
        height: "900",
        filesize: "1,2 MB",
      },
      full: {
        url: "https://openaccess-cdn.clevelandart.org/a_full.tif",
        width: "1",
        height: "2",
        filesize: "3",
      },
    },
  };
  const full = (artwork.images as JsonObject).full as JsonObject;
  checkChanges("clevelandmuseum", artwork, [
    [
      "everything",
      {},
      {
        foreign_identifier: "96887",
        url: "https://openaccess-cdn.clevelandart.org/a_web.jpg",
        width: 641,
        height: 900,
        filesize: null,
        license: "cc0",
        creator: "Ada (Danish, 1700-1750)",
        category: "digitized_artwork",
        meta_data: {
          accession_number: "1916.586.a",
          date: "1700s",
          culture: "Germany,18th century",
          license_url: "https://creativecommons.org/publicdomain/zero/1.0/",
          raw_license_url: null,
        },
        tags: null,
      },
    ],
    ["a full image only", { images: { web: {}, full } }, { filetype: "tiff", width: 1, filesize: 3 }],
    ["no creators", { creators: [] }, { creator: null }],
    ["copyrighted", { share_license_status: "Copyrighted" }, "no open licence"],
    ["no image", { images: { web: null, print: "x" } }, "no media file"],
    ["no page", { url: null }, "no landing page"],
  ]);
});
