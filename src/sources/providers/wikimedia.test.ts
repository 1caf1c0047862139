import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { itemsOf } from "../engine/page-shape.js";
import { findProvider } from "./index.js";
import { type Change, checkChanges } from "./records.test.util.js";

describe("wikimedia", () => {
  const details: JsonObject = {
    LicenseUrl: { value: " http://creativecommons.org/licenses/by/3.0/us/deed.en " },
    ObjectName: { value: "File:Cats.JPG" },
    Artist: { value: '<a href="//commons.wikimedia.org/wiki/User:Ada">A<b>da</b></a><br>Bo' },
    Categories: { value: "Cats|Dutch pronunciation of nouns" },
    ImageDescription: { value: "<p>One</p><p>Two</p>" },
  };
  const page = (change: JsonObject, more: JsonObject = {}): JsonObject => ({
    pageid: 12,
    title: "File:Cats.jpg",
    globalusage: [{}, {}],
    imageinfo: [
      {
        mediatype: "BITMAP",
        url: "https://upload.wikimedia.org/x/Cats.JPG",
        descriptionshorturl: "https://commons.wikimedia.org/w/index.php?curid=12",
        size: 100,
        width: 4,
        height: 3,
        extmetadata: { ...details, ...more },
        ...change,
      },
    ],
  });
  const pairs = (members: JsonObject) =>
    Object.entries(members).map(([name, value]) => ({ name, value: value ?? null }));
  const sound = { mediatype: "AUDIO", url: "https://upload.wikimedia.org/x/a.ogg", duration: 2.9 };

  checkChanges("wikimedia", {}, [
    [
      "an image",
      page({}),
      {
        provider: "wikimedia",
        foreign_identifier: "12",
        filetype: "jpg",
        license: "by",
        license_version: "3.0",
        creator: "Ada Bo",
        creator_url: "https://commons.wikimedia.org/wiki/User:Ada",
        title: "Cats",
        category: null,
        meta_data: {
          global_usage_count: "2",
          date_originally_created: null,
          last_modified_at_source: null,
          categories: ["Cats", "Dutch pronunciation of nouns"],
          description: "One Two",
          license_url: "https://creativecommons.org/licenses/by/3.0/us/",
          raw_license_url: "http://creativecommons.org/licenses/by/3.0/us/deed.en",
        },
      },
    ],
    [
      "a drawing",
      page({ mediatype: "DRAWING", url: "https://upload.wikimedia.org/a.svg" }),
      { category: "illustration" },
    ],
    [
      "a sound in a stream's header",
      page({
        ...sound,
        metadata: pairs({
          streams: [
            {
              value: pairs({
                header: pairs({ audio_channels: 2, audio_sample_rate: 48000, bitrate_nominal: 112000 }),
              }),
            },
          ],
        }),
      }),
      {
        media_type: "audio",
        provider: "wikimedia_audio",
        source: "wikimedia_audio",
        duration: 2900,
        sample_rate: 48000,
        bit_rate: 112000,
        category: "pronunciation",
      },
    ],
    [
      "a sound in a stream under audio, with an impossible bit rate",
      page({
        ...sound,
        metadata: pairs({
          audio: pairs({ streams: [{ value: pairs({ sample_rate: "44100", bitrate: 2147483648 }) }] }),
        }),
      }),
      { sample_rate: 44100, bit_rate: null },
    ],
    [
      "a sound of which nothing is known",
      page({ ...sound, duration: "?", metadata: "x" }),
      { duration: null, sample_rate: null },
    ],
    ["a name that is missing", page({}, { ObjectName: { value: "" } }), { title: "Cats" }],
    [
      "hidden copies of names, and data for machines",
      page(
        {},
        {
          Artist: { value: 'Unknown author<span style="display: none;">Unknown author</span>' },
          ObjectName: {
            value: '<div class="fn"> Silver &amp; gold<div style="display:none">label QS:x</div></div>',
          },
          DateTimeOriginal: {
            value: '1891<div style="display: none;">date QS:P,+1891-00-00T00:00:00Z/9</div>',
          },
        },
      ),
      {
        creator: "Unknown author",
        creator_url: null,
        title: "Silver & gold",
        meta_data: {
          global_usage_count: "2",
          date_originally_created: "1891",
          last_modified_at_source: null,
          categories: ["Cats", "Dutch pronunciation of nouns"],
          description: "One Two",
          license_url: "https://creativecommons.org/licenses/by/3.0/us/",
          raw_license_url: "http://creativecommons.org/licenses/by/3.0/us/deed.en",
        },
      },
    ],
    [
      "a link that is hidden, and one without a host",
      page(
        {},
        {
          Artist: {
            value: '<span style="display:none"><a href="//a.org">x</a></span><a href="/wiki/User:Bo">Bo</a>',
          },
        },
      ),
      { creator: "Bo", creator_url: "https://commons.wikimedia.org/wiki/User:Bo" },
    ],
    [
      "all languages at once",
      page(
        {},
        {
          ObjectName: { value: { _type: "lang", de: "Katzen", en: "Cats" } },
          Artist: { value: { de: "<b>Bo</b>" } },
        },
      ),
      { title: "Cats", creator: "Bo" },
    ],
    [
      "tracked addresses",
      page({
        url: "https://upload.wikimedia.org/x/a.svg?utm_source=commons.wikimedia.org&utm_campaign=imageinfo&utm_content=original",
        descriptionshorturl: "https://commons.wikimedia.org/w/index.php?utm_source=x&curid=12",
      }),
      {
        url: "https://upload.wikimedia.org/x/a.svg",
        foreign_landing_url: "https://commons.wikimedia.org/w/index.php?curid=12",
        filetype: "svg",
        category: "illustration",
      },
    ],
    ...["svg", "TIFF", "webp", "gif", "flac", "opus", "mid", "webm"].map(
      (ending): Change => [
        `a title that ends in .${ending}`,
        page({ title: `File:St. Ada's 3.5 km.${ending}` }, { ObjectName: {} }),
        { title: "St. Ada's 3.5 km" },
      ],
    ),
    [
      "a title with a dot that is no ending",
      page({}, { ObjectName: { value: "Ada Walker Jr." } }),
      { title: "Ada Walker Jr." },
    ],
    ...["ogv", "webm", "mpg", "pdf", "djvu", "stl", "PDF?utm_source=x"].map(
      (ending): Change => [
        `a .${ending} that is called an image`,
        page({ url: `https://upload.wikimedia.org/x/a.${ending}` }),
        "other media",
      ],
    ),
    ["a document", page({ mediatype: "OFFICE" }), "other media"],
    ["no licence URL", page({}, { LicenseUrl: { value: null } }), "no open licence"],
    [
      "another licence",
      page({}, { LicenseUrl: { value: "http://www.gnu.org/copyleft/fdl.html" } }),
      "no open licence",
    ],
    ["no file", page({ url: null }), "no media file"],
    ["no page", page({ descriptionshorturl: "" }), "no landing page"],
    ["no info", { pageid: 1, imageinfo: null }, "other media"],
  ]);

  test("the pages of an answer, by their ids or as a list (formatversion=2)", () => {
    const wikimedia = findProvider("wikimedia");
    const one = { pageid: 1, title: "File:A.jpg" };
    assert.deepEqual(itemsOf(wikimedia, { batchcomplete: "", query: { pages: { "1": one } } }), [one]);
    assert.deepEqual(itemsOf(wikimedia, { batchcomplete: true, query: { pages: [one, "x"] } }), [one]);
    assert.deepEqual(itemsOf(wikimedia, { batchcomplete: true }), []);
    assert.equal(itemsOf(wikimedia, one), undefined);
  });
});
