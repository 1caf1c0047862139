import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { convertItem } from "../engine/convert.js";
import { PROVIDERS } from "./index.js";

/** Sources give one value as a list, several where one was, and texts where numbers were; nothing of it is lost unseen. */
describe("values of another kind", () => {
  async function of(name: string, item: JsonObject) {
    const provider = PROVIDERS.find((one) => one.name === name);
    assert.ok(provider);
    const { records, dropped } = await convertItem(provider, item, {});
    const [record] = records;
    assert.ok(record, `${name} gives no record`);
    return { record, dropped: dropped?.get(record) ?? [] };
  }
  const tagsOf = (record: Readonly<Record<string, unknown>>) =>
    (record.tags as { name: string }[] | null)?.map(({ name }) => name);
  const cleveland = {
    id: 1,
    share_license_status: "CC0",
    url: "https://clevelandart.org/art/1",
    title: "Sea",
    images: {
      web: { url: "https://openaccess-cdn.clevelandart.org/1.jpg", width: "893", filesize: "1.2 MB" },
    },
  };
  const photo = {
    id: "1",
    owner: "2@N03",
    license: "4",
    url_l: "https://live.staticflickr.com/1/1.jpg",
  };
  const nappy = {
    foreign_identifier: 1,
    foreign_landing_url: "https://nappy.co/photo/1",
    url: "https://images.nappy.co/1.jpg",
    license: "CC0",
  };

  test("what should be a list stands by itself", async () => {
    const { record } = await of("clevelandmuseum", {
      ...cleveland,
      creators: { description: "Jane Doe (1801-1848)" },
      culture: "America",
    });
    assert.equal(record.creator, "Jane Doe (1801-1848)");
    assert.equal((record.meta_data as JsonObject).culture, "America");
  });

  test("what should stand by itself is a list of one", async () => {
    const { record } = await of("flickr", { ...photo, ownername: ["Jane Doe"], title: ["Sea"] });
    assert.deepEqual([record.creator, record.title], ["Jane Doe", "Sea"]);
  });

  test("tags that should be a text are a list", async () => {
    const flickr = await of("flickr", { ...photo, tags: ["sea", "sky"] });
    assert.deepEqual(tagsOf(flickr.record), ["sea", "sky"]);
    assert.deepEqual(tagsOf((await of("nappy", { ...nappy, tags: ["sea", "sky"] })).record), ["sea", "sky"]);
  });

  test("an address that is tracked has the thumbnail of its file", async () => {
    const { record } = await of("nappy", { ...nappy, url: `${nappy.url}?utm_source=x` });
    assert.equal(record.thumbnail, `${nappy.url}?auto=format&w=600&q=75`);
  });

  test("what cannot be used is counted", async () => {
    const wrong = (column: string) => [{ column, reason: "wrong type" }];
    for (const column of ["creator", "title"]) {
      const member = column === "creator" ? "ownername" : column;
      for (const value of [["a", "b"], { a: "b" }]) {
        const { record, dropped } = await of("flickr", { ...photo, [member]: value });
        assert.deepEqual([record[column], dropped], [null, wrong(column)]);
      }
      // Some converters write an empty list for nothing.
      assert.deepEqual((await of("flickr", { ...photo, [member]: [] })).dropped, []);
    }
    const sized = await of("clevelandmuseum", cleveland);
    assert.deepEqual([sized.record.width, sized.record.filesize], [893, null]);
    assert.deepEqual(sized.dropped, [{ column: "filesize", reason: "not a whole number" }]);
    const row = { photo_id: "1", extension: "jpg", license: "CC-BY", width: "0x10", height: "1e3" };
    const { record, dropped } = await of("inaturalist", row);
    assert.deepEqual([record.width, record.height], [null, null]);
    assert.deepEqual(
      dropped.map(({ column, reason }) => `${column} ${reason}`),
      ["width not a whole number", "height not a whole number"],
    );
  });

  test("several artists of a file of Commons are named, and several names of one work", async () => {
    const page = (Artist: unknown) => ({
      pageid: 1,
      imageinfo: [
        {
          mediatype: "BITMAP",
          url: "https://upload.wikimedia.org/1.jpg",
          descriptionshorturl: "https://commons.wikimedia.org/w/index.php?curid=1",
          extmetadata: {
            Artist: { value: Artist },
            LicenseUrl: { value: "https://creativecommons.org/licenses/by/4.0" },
          },
        },
      ],
    });
    for (const artist of [["Ann", "Bob"], { _type: "ul", 0: "Ann", 1: "Bob" }]) {
      const { record } = await of("wikimedia", page(artist) as JsonObject);
      assert.equal(record.creator, "Ann; Bob");
    }
    const elsewhere = page({ _type: "lang", de: "Anna", en: "Ann" }) as JsonObject;
    assert.equal((await of("wikimedia", elsewhere)).record.creator, "Ann");
  });
});
