import { describe } from "node:test";
import type { JsonObject } from "../../base/ndjson/index.js";
import { checkChanges } from "./records.test.util.js";

describe("europeana", () => {
  const work: JsonObject = {
    id: "/1/x",
    title: ["Harbour"],
    edmIsShownAt: ["https://library.example.org/1"],
    edmIsShownBy: ["https://img.example.org/1.jpg"],
    rights: ["http://creativecommons.org/licenses/by/4.0/"],
    dataProvider: ["A Library"],
    country: ["Spain"],
    guid: "https://www.europeana.eu/item/1/x?utm_source=api&utm_medium=api&utm_campaign=a-key",
  };
  const agents = {
    edmAgent: ["http://data.example.org/7", "http://data.example.org/8", "http://data.example.org/9"],
    edmAgentLabel: [{ def: "Walker, Ada, 1800-1860" }, { es: "Li, Bo", en: "Bo Li" }, "A Convent"],
  };
  checkChanges("europeana", work, [
    ["nobody", {}, { creator: null }],
    ["a list", { dcCreator: ["Ada Walker", "Bo Li", "Ada Walker"] }, { creator: "Ada Walker; Bo Li" }],
    ["a text", { dcCreator: " Ada Walker" }, { creator: "Ada Walker" }],
    ["no list", { dcCreator: { def: "Ada" } }, { creator: null }],
    [
      "English, and what is in no language; a name in two forms is one",
      {
        dcCreator: ["Ada Walker", "Walker, Ada", "Ada Marcheuse", "Bo Li"],
        dcCreatorLangAware: {
          fr: ["Ada Marcheuse"],
          def: ["Walker, Ada, 1800-1860", "Bo Li"],
          en: ["Ada Walker"],
        },
      },
      { creator: "Ada Walker; Bo Li" },
    ],
    [
      "the first language where there is neither",
      { dcCreatorLangAware: { def: ["http://data.example.org/7"], fr: "Ada Marcheuse", de: ["Ada Geher"] } },
      { creator: "Ada Marcheuse" },
    ],
    [
      "agents",
      { ...agents, dcCreator: ["http://data.example.org/8", "http://data.example.org/7"] },
      { creator: "Walker, Ada, 1800-1860; Bo Li" },
    ],
    [
      "an agent beside a name, and one who is that name",
      { ...agents, dcCreator: ["Ada Walker", "http://data.example.org/7", "http://data.example.org/8"] },
      { creator: "Ada Walker; Bo Li" },
    ],
    ["an agent without a label", { dcCreator: ["urn:agent:7", "#agent"] }, { creator: null }],
    ["another agent's label", { ...agents, dcCreator: ["http://data.example.org/6"] }, { creator: null }],
    [
      "one agent with a label in each language",
      {
        dcCreator: ["http://data.example.org/7"],
        edmAgent: ["http://data.example.org/7"],
        edmAgentLabel: [{ def: "Ada" }, { def: "Adda" }],
        edmAgentLabelLangAware: { fr: ["Adda"], en: ["Ada Walker"] },
      },
      { creator: "Ada Walker" },
    ],
    [
      "agents as texts",
      { dcCreator: "http://a.org/7", edmAgent: "http://a.org/7", edmAgentLabel: { def: "Ada" } },
      { creator: "Ada" },
    ],

    ["rights as a text", { rights: "http://creativecommons.org/licenses/by/4.0/" }, { license: "by" }],
    [
      "everything as a text",
      {
        title: "Harbour",
        edmIsShownAt: "https://library.example.org/1",
        edmIsShownBy: "https://img.example.org/1.jpg",
      },
      {
        title: "Harbour",
        url: "https://img.example.org/1.jpg",
        foreign_landing_url: "https://library.example.org/1",
      },
    ],
    [
      "Europeana's own page, without the key",
      { edmIsShownAt: [] },
      { foreign_landing_url: "https://www.europeana.eu/item/1/x" },
    ],
    [
      "the target of a redirect with the key in its path",
      {
        edmIsShownAt: [
          "http://www.europeana.eu/api/a-key/redirect?shownAt=http%3A%2F%2Fa.org%2F1%3Fb%3D2&provider=A",
        ],
      },
      { foreign_landing_url: "https://a.org/1?b=2" },
    ],
    ["a document", { edmIsShownBy: ["https://img.example.org/1.PDF?x=1"] }, "other media"],
    ["a film", { edmIsShownBy: ["https://img.example.org/1.mp4"] }, "other media"],
  ]);

  const resource = (type: string) => ({
    lookUp: async () => ({
      object: {
        aggregations: [
          { webResources: [{ about: "https://img.example.org/1.jpg", ebucoreHasMimeType: type }] },
        ],
      },
    }),
  });
  describe("of the item's own record", () => {
    checkChanges("europeana", work, [["an image", {}, { filetype: "png" }]], resource("image/png"));
    checkChanges("europeana", work, [["a document", {}, "other media"]], resource("application/pdf"));
    checkChanges("europeana", work, [["a film", {}, "other media"]], resource("video/mp4"));
    checkChanges(
      "europeana",
      work,
      [["a page that shows it", {}, { filetype: "jpg" }]],
      resource("text/html"),
    );
  });
});
