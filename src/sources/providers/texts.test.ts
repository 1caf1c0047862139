import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { at } from "../../base/ndjson/index.js";
import { recordsOf } from "./records.test.util.js";

/** Which texts of which API are HTML, or escaped as in HTML. */

const CC0 = "https://creativecommons.org/publicdomain/zero/1.0/";
const PAGE = "https://example.org/1";
const FILE = "https://example.org/1.jpg";

const CASES: readonly (readonly [what: string, provider: string, item: JsonObject, expected: JsonObject])[] =
  [
    ...[
      ["1750&ndash;1790 by &Eacute;douard | Free Image - rawpixel", "1750–1790 by Édouard"],
      ["Tom &amp;amp; Ada&amp;#039;s. Original public domain image | Free", "Tom & Ada's"],
      ["A <em>Cat</em>&nbsp;&#38; dog. | x", "A Cat & dog"],
    ].map(
      ([title, expected]) =>
        [
          `a title: ${title}`,
          "rawpixel",
          { id: 1, url: PAGE, style_uri: FILE, metadata: { title: title as string, licenseUrl: CC0 } },
          { title: expected as string },
        ] as const,
    ),
    [
      "an artist and keywords",
      "rawpixel",
      {
        id: 1,
        url: PAGE,
        style_uri: FILE,
        artist_names: "&Eacute;mile &amp; Co (Source)",
        metadata: { licenseUrl: CC0, popular_keywords: ["caf&eacute;"] },
      },
      { creator: "Émile & Co", tags: [{ name: "café", provider: "rawpixel" }] },
    ],
    [
      "names and topics",
      "smithsonian",
      {
        content: {
          descriptiveNonRepeating: {
            record_link: PAGE,
            online_media: {
              media: [{ type: "Images", idsId: "a", content: FILE, usage: { access: "CC0" } }],
            },
          },
          freetext: { name: [{ label: "Artist", content: ["Ada &amp; Bo", "<i>Ebony</i> staff"] }] },
          indexedStructured: { topic: ["Caf&eacute;s"] },
        },
      },
      { creator: "Ada & Bo and Ebony staff", tags: [{ name: "Cafés", provider: "smithsonian" }] },
    ],
    [
      "creators",
      "museumsvictoria",
      {
        id: "items/1",
        media: [
          {
            id: "media/1",
            type: "image",
            creators: ["Photographer: Ada &amp; Bo", "<em>Argus</em>"],
            licence: { uri: "https://creativecommons.org/licenses/by/4.0" },
            large: { uri: FILE },
          },
        ],
      },
      { creator: "Photographer: Ada & Bo, Argus" },
    ],
    [
      "a title and an artist",
      "brooklynmuseum",
      {
        id: 1,
        title: "<em>Caftan</em>, 680&ndash;683",
        artists: [{ rank: 1, name: "Ada &amp; Bo" }],
        rights_type: { description: `<a href="${CC0}">CC</a>` },
        images: [{ id: 2, largest_derivative_url: FILE }],
      },
      { title: "Caftan, 680–683", creator: "Ada & Bo" },
    ],
    [
      "names; what is no tag stays",
      "jamendo",
      {
        id: "1",
        license_ccurl: "http://creativecommons.org/licenses/by/3.0/",
        audio: "https://example.org/1.mp3",
        shareurl: PAGE,
        name: "Rock &amp; Roll &lt;3 <live>",
        artist_name: "Ada&#039;s",
      },
      { title: "Rock & Roll <3 <live>", creator: "Ada's" },
    ],
    [
      "names",
      "ccmixter",
      {
        upload_id: 1,
        license_url: "http://creativecommons.org/licenses/by/3.0/",
        file_page_url: PAGE,
        upload_name: "&quot;Ada&quot; <3",
        user_real_name: "A &amp; B",
        files: [{ download_url: "https://example.org/1.mp3", file_format_info: { "media-type": "audio" } }],
      },
      { title: '"Ada" <3', creator: "A & B" },
    ],
    [
      "terms and authors",
      "wordpress",
      {
        slug: "a",
        link: PAGE,
        content: { rendered: "<p>Coffee &amp; cake</p>" },
        _embedded: {
          author: [{ name: "Ada &amp; Bo" }],
          "wp:featuredmedia": [{ media_details: { sizes: { full: { source_url: FILE, filesize: 1 } } } }],
          "wp:term": [[{ taxonomy: "photo_tag", name: "Black &amp; white" }]],
        },
      },
      {
        title: "Coffee & cake",
        creator: "Ada & Bo",
        tags: [{ name: "Black & white", provider: "wordpress" }],
      },
    ],
    [
      "titles",
      "smithsonian",
      {
        title: "Issue of <I>Ebony</I>",
        content: {
          descriptiveNonRepeating: {
            guid: PAGE,
            online_media: {
              media: [{ type: "Images", idsId: "a", content: FILE, usage: { access: "CC0" } }],
            },
          },
        },
      },
      { title: "Issue of Ebony" },
    ],
    [
      "titles",
      "museumsvictoria",
      {
        id: "species/1",
        displayTitle: "<em>Litoria raniformis</em>, Growling Grass Frog",
        media: [{ id: "media/1", licence: { uri: CC0 }, large: { uri: FILE } }],
      },
      { title: "Litoria raniformis, Growling Grass Frog" },
    ],
    // Plain texts are what they are.
    [
      "a plain title",
      "flickr",
      { id: "1", owner: "1@N01", license: "4", url_l: FILE, title: "How to write &amp;, and <b>" },
      { title: "How to write &amp;, and <b>" },
    ],
    [
      "a plain title",
      "europeana",
      { id: "/1/x", title: ["AT&amp;T <sic>"], edmIsShownBy: [FILE], edmIsShownAt: [PAGE], rights: [CC0] },
      { title: "AT&amp;T <sic>" },
    ],
  ];

describe("texts as a reader sees them", () => {
  for (const [what, provider, item, expected] of CASES) {
    test(`${provider}: ${what}`, async () => {
      assert.deepEqual(await recordsOf(provider, item, Object.keys(expected)), [expected]);
    });
  }

  test("freesound: a description with links", async () => {
    const item = {
      id: 1,
      url: PAGE,
      license: CC0,
      previews: { "preview-hq-mp3": "https://example.org/1.mp3" },
      description: 'Made with\r\n<a href="https://a.org" rel="nofollow">a&amp;b</a>',
    };
    const [record] = await recordsOf("freesound", item, ["meta_data"]);
    assert.equal(at(record?.meta_data, "description"), "Made with a&b");
  });
});
