import { describe, test } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../base/ndjson/index.js";
import { convertItem } from "../engine/convert.js";
import { PROVIDERS } from "./index.js";

describe("any JSON", () => {
  /** Objects whose members often have names that providers know. */
  const names = [
    "content",
    "descriptiveNonRepeating",
    "online_media",
    "media",
    "imageinfo",
    "mediatype",
    "metadata",
  ];
  const more = [
    "extmetadata",
    "value",
    "LicenseUrl",
    "license",
    "url",
    "url_l",
    "tags",
    "keywords",
    "images",
    "id",
  ];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.oneof(
        fc.constantFrom(
          null,
          true,
          1e308,
          -0,
          "4",
          "AUDIO",
          "CC0",
          "Images",
          "",
          "__proto__",
          "\ud800",
          "<a href=x",
        ),
        fc.string(),
        fc.double(),
      ),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names, ...more), fc.string()), tie("value"), { maxKeys: 8 }),
    ),
  }));
  const item = fc.dictionary(
    fc.oneof(fc.constantFrom(...names, ...more, "img_id", "owner"), fc.string()),
    value,
  );

  for (const provider of PROVIDERS) {
    test(`${provider.name} never throws`, async () => {
      await fc.assert(
        fc.asyncProperty(item, async (any) => {
          await convertItem(provider, any as JsonObject, {});
        }),
        { numRuns: 500 },
      );
    });
  }
});
