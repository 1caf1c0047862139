import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { convertItem } from "../engine/convert.js";
import { findProvider } from "./index.js";

/** Works with several files: no two share an identifier, and a file that is left out is counted. */

/** The identifiers of an item's records, and what is left out. */
async function filesOf(provider: string, item: JsonObject) {
  const { records, refused, leftOut } = await convertItem(findProvider(provider), item, {});
  assert.deepEqual(refused, []);
  return { ids: records.map(({ foreign_identifier: id }) => id), leftOut: leftOut ?? [] };
}

const cc0 = { usage: { access: "CC0" }, type: "Images" };

describe("works with several files", () => {
  const met = (primaryImage: string, ...additionalImages: string[]) => ({
    objectID: 900,
    isPublicDomain: true,
    title: "Print",
    objectURL: "https://www.metmuseum.org/art/collection/search/900",
    primaryImage: `https://images.metmuseum.org/CRDImages/dp/original/${primaryImage}`,
    additionalImages: additionalImages.map(
      (name) => `https://images.metmuseum.org/CRDImages/dp/original/${name}`,
    ),
  });
  for (const [what, item, ids, leftOut = []] of [
    ["one dot", met("DP1.jpg", "DP2.jpg"), ["900-DP1", "900-DP2"]],
    [
      "dots in the names",
      met("1972.173 RECTO.jpg", "1972.173 VERSO.jpg", "1972.173 VERSO.tif", "DP1.jpg"),
      ["900-1972", "900-1972.173 VERSO", "900-1972.173 VERSO.tif", "900-DP1"],
    ],
    ["the same image again", met("DP1.jpg", "DP1.jpg"), ["900-DP1"], ["a repeated file"]],
  ] as const) {
    test(`Met: ${what}`, async () => {
      assert.deepEqual(await filesOf("met", item as unknown as JsonObject), { ids, leftOut });
    });
  }

  const finna = (...images: string[]): JsonObject => ({
    id: "museovirasto.a5",
    imageRights: { link: "http://creativecommons.org/licenses/by/4.0/deed.fi" },
    images,
  });
  const cover = (index: number) => `/Cover/Show?source=Solr&id=museovirasto.a5&index=${index}&size=large`;
  for (const [what, item, ids, leftOut = []] of [
    [
      "several",
      finna(cover(0), cover(1), cover(2)),
      ["museovirasto.a5", "museovirasto.a5#1", "museovirasto.a5#2"],
    ],
    ["in another order", finna(cover(1), cover(0)), ["museovirasto.a5#1", "museovirasto.a5"]],
    ["one twice", finna(cover(0), cover(0)), ["museovirasto.a5"], ["a repeated file"]],
    [
      "addresses without a number",
      finna("/Cover/Show?id=a", "/Cover/Show?id=b"),
      ["museovirasto.a5", "museovirasto.a5#1"],
    ],
    [
      "one number for two files",
      finna(cover(1), `${cover(1)}&page=2`),
      ["museovirasto.a5#1"],
      ["a repeated identifier"],
    ],
  ] as const) {
    test(`Finna: ${what}`, async () =>
      assert.deepEqual(await filesOf("finnishmuseums", item), { ids, leftOut }));
  }

  test("Smithsonian", async () => {
    const media: JsonObject[] = [
      { ...cc0, idsId: "a", content: "https://ids.si.edu/a" },
      { ...cc0, idsId: "a", content: "https://ids.si.edu/b" },
      { ...cc0, idsId: "c", content: "https://ids.si.edu/c.mp4" },
      { ...cc0, idsId: "d", content: "https://ids.si.edu/d", usage: {} },
      { ...cc0, idsId: "e" },
      { ...cc0, type: "Sound recordings", idsId: "f", content: "https://ids.si.edu/f" },
    ];
    const item = {
      content: { descriptiveNonRepeating: { guid: "https://n2t.net/1", online_media: { media } } },
    };
    assert.deepEqual(await filesOf("smithsonian", item), {
      ids: ["a"],
      leftOut: ["a repeated identifier", "other media", "no open licence", "no media file", "other media"],
    });
  });

  test("Museums Victoria", async () => {
    const licence = { uri: "https://creativecommons.org/licenses/by/4.0" };
    const large = { uri: "https://collections.museumsvictoria.com.au/1.jpg" };
    const media: JsonObject[] = [
      { id: "media/1", type: "image", licence, large },
      { id: "media/2", type: "video", licence, large },
      { id: "media/3", type: "image", licence: {}, large },
      { id: "media/4", type: "image", licence },
    ];
    assert.deepEqual(await filesOf("museumsvictoria", { id: "items/1", media }), {
      ids: ["media/1"],
      leftOut: ["other media", "no open licence", "no media file"],
    });
  });

  test("further views of SMK, Cleveland and Europeana are counted", async () => {
    const smk = {
      object_number: "KKS1",
      rights: "https://creativecommons.org/publicdomain/zero/1.0/",
      image_iiif_id: "https://iip.smk.dk/iiif/jp2/a",
      alternative_images: [{ iiif_id: "https://iip.smk.dk/iiif/jp2/b" }, {}],
    };
    const cleveland = {
      id: 1,
      share_license_status: "CC0",
      url: "https://clevelandart.org/art/1",
      images: { web: { url: "https://openaccess-cdn.clevelandart.org/1/1_web.jpg" } },
      alternate_images: [{}],
    };
    const europeana = {
      id: "/1/x",
      title: "T",
      guid: "https://www.europeana.eu/item/1/x",
      edmIsShownBy: ["https://a.org/1.jpg", "https://a.org/2.jpg"],
      rights: "https://creativecommons.org/licenses/by/4.0/",
    };
    const further = "further views left out";
    assert.deepEqual((await filesOf("smk", smk)).leftOut, [further, further]);
    assert.deepEqual((await filesOf("clevelandmuseum", cleveland)).leftOut, [further]);
    assert.deepEqual(await filesOf("europeana", europeana), { ids: ["/1/x"], leftOut: [further] });
  });

  test("an item of which nothing is left counts once", async () => {
    const media = [1, 2].map((id) => ({
      ...cc0,
      idsId: String(id),
      content: `https://ids.si.edu/${id}.mp4`,
    }));
    const item = {
      content: { descriptiveNonRepeating: { guid: "https://n2t.net/1", online_media: { media } } },
    };
    const { records, skipped, leftOut } = await convertItem(findProvider("smithsonian"), item, {});
    assert.deepEqual(
      { records, skipped, leftOut },
      { records: [], skipped: "other media", leftOut: undefined },
    );
  });

  test("Justtakeitfree's photos are named by their pages, with a slash at the end and without", async () => {
    for (const page of [
      "https://justtakeitfree.com/photo/2/",
      "https://justtakeitfree.com/photo/2",
      "https://justtakeitfree.com/photo/2/?a=/3/",
    ]) {
      const item = {
        page_link: page,
        full_image_link: "https://justtakeitfree.com/photos/2.jpg",
        license_link: "https://creativecommons.org/licenses/by/4.0/deed.en",
      };
      assert.deepEqual((await filesOf("justtakeitfree", item)).ids, ["2"]);
    }
  });
});
