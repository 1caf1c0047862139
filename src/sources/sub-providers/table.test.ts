import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SUB_PROVIDERS } from "./built-in.js";
import { parseSubProviderRows } from "./rows.js";
import { createSubProviderTable } from "./table.js";

const flickr = (creator_url: unknown) => ({ provider: "flickr", creator_url });
const europeana = (dataProvider: unknown) => ({ provider: "europeana", meta_data: { dataProvider } });
const finna = (building: unknown) => ({ provider: "finnishmuseums", meta_data: { building } });
const smithsonian = (unit_code: unknown) => ({ provider: "smithsonian", meta_data: { unit_code } });

describe("sourceOf", () => {
  const table = createSubProviderTable();
  for (const [record, expected] of [
    [flickr("https://www.flickr.com/photos/35067687@N04"), { source: "nasa" }],
    [flickr("http://flickr.com/photos/35067687@N04/"), { source: "nasa" }],
    [flickr("https://www.flickr.com/people/35067687%40N04/?x#y"), { source: "nasa" }],
    [flickr("//m.flickr.com/photos/130608600@N05/53"), { source: "spacex" }],
    [flickr("https://www.flickr.com/photos/1@N01"), { source: null }],
    [flickr("https://notflickr.com/photos/35067687@N04"), { source: null }],
    [flickr("https://example.org/?u=https://flickr.com/photos/35067687@N04"), { source: null }],
    [flickr(null), { source: null }],
    [europeana("Wellcome Collection"), { source: "wellcome_collection" }],
    [europeana(["Other", "Wellcome Collection"]), { source: "wellcome_collection" }],
    [europeana(["Other"]), { source: null }],
    [finna("0/SATMUSEO/"), { source: "finnish_satakunnan_museum" }],
    [finna(["0/Museovirasto/", "0/SATMUSEO/"]), { source: "finnish_heritage_agency" }],
    [finna("0/Museovirasto"), { source: "finnish_heritage_agency" }],
    [finna(["0/Other/", "0/SATMUSEO/"]), { source: null }],
    [finna(""), { source: null }],
    [smithsonian("NMAfA"), { source: "smithsonian_african_art_museum" }],
    [smithsonian("NEW"), { source: null, unknownKey: "NEW" }],
    [smithsonian(undefined), { source: null }],
    [{ provider: "smithsonian", meta_data: "x" }, { source: null }],
    [{ provider: "met" }, { source: null }],
    [{ provider: "__proto__" }, { source: null }],
    [{}, { source: null }],
  ] as const) {
    test(JSON.stringify(record), () => {
      const { key: _, ...answer } = table.sourceOf(record);
      assert.deepEqual(answer, expected);
    });
  }

  test("the key that decided is named", () => {
    assert.equal(table.sourceOf(smithsonian("NMAfA")).key, "NMAfA");
    assert.equal(table.sourceOf(europeana(["Other", "Wellcome Collection"])).key, "Wellcome Collection");
    assert.equal("key" in table.sourceOf(smithsonian("NEW")), false);
  });

  test("two institutions are reported, not guessed", () => {
    const rows = [...SUB_PROVIDERS, { provider: "europeana", source: "other", keys: ["Other", "Others"] }];
    const own = createSubProviderTable(rows);
    const record = europeana(["Other", "Wellcome Collection"]);
    assert.deepEqual(own.sourceOf(record), { source: null, ambiguous: ["other", "wellcome_collection"] });
    assert.deepEqual(own.sourceOf(europeana(["Other", "Others"])), { source: "other", key: "Other" });
  });

  test("the first row that claims a key wins", () => {
    const rows = [{ provider: "flickr", source: "mine", keys: ["35067687@N04"] }, ...SUB_PROVIDERS];
    const record = flickr("https://www.flickr.com/photos/35067687@N04");
    assert.deepEqual(createSubProviderTable(rows).sourceOf(record), { source: "mine", key: "35067687@N04" });
  });
});

describe("parseSubProviderRows", () => {
  const row = { provider: "flickr", source: "nasa", keys: [" 35067687@N04 "] };

  test("good rows", () => {
    assert.deepEqual(parseSubProviderRows([row]), [{ ...row, keys: ["35067687@N04"] }]);
    assert.deepEqual(parseSubProviderRows(JSON.parse(JSON.stringify(SUB_PROVIDERS))), SUB_PROVIDERS);
  });

  for (const [json, message] of [
    [{}, 'the table is no list of rows {"provider", "source", "keys"}'],
    [[row, 1], "row 2 is no object"],
    [[row, row, { provider: "flickr", source: "x" }], 'row 3 has no "keys"'],
    [[{ ...row, source: undefined }], 'row 1 has no "source"'],
    [[{ ...row, source: " " }], 'row 1 has a "source" that is no text'],
    [[{ ...row, keys: "x" }], 'row 1 has a "keys" that is no list of texts'],
    [[{ ...row, keys: ["x", 2] }], 'row 1 has a key that is no text in "keys"'],
    [
      [{ ...row, provider: "met" }],
      'row 1 has a "provider" whose records name no institution: "met" (flickr, europeana, finnishmuseums, smithsonian do)',
    ],
  ] as const) {
    test(message, () => assert.throws(() => parseSubProviderRows(json), { outcome: "bad_input", message }));
  }
});
