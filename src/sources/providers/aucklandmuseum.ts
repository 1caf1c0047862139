import { at, givenAt, type JsonObject, objectAt, textAt, textsAt } from "../../base/ndjson/index.js";
import { dayOf, daysOf, type Found, type Provider, walkNumbered, windowOf } from "../engine/index.js";

const SIZE = 2000;
/** The most results of a query that Elasticsearch serves. */
const MOST_RESULTS = 10_000;

const RECORD_PAGES = "https://www.aucklandmuseum.com/collections-research/collections/record/am_";

/** Auckland War Memorial Museum Tāmaki Paenga Hira: images by the day their record last changed. */
export const aucklandmuseum: Provider = {
  name: "aucklandmuseum",
  title: "Auckland Museum",
  media: ["image"],
  baseUrl: "https://api.aucklandmuseum.com/search/collectionsonline/_search",
  documentation: "https://github.com/AucklandMuseum/API/wiki/Tutorial",
  coverage: "dated",
  licenses: "CC BY 4.0",
  delay: 4,
  budget: { requests: 1000, per: "day" },
  checked: "2024",
  differences: [
    "An item whose `copyright` does not say CC BY gives no record; the catalogue trusts its query.",
  ],
  walk: walkNumbered({
    // A day has fewer results than are served; more days at once may have more.
    parts: (session) => daysOf(windowOf(session.query)),
    first: 0,
    step: SIZE,
    request: (from, [start, end], { baseUrl }) => ({
      url: new URL(baseUrl),
      body: {
        query: {
          bool: {
            must: [
              { wildcard: { copyright: { value: "*CC*", case_insensitive: true } } },
              { exists: { field: "primaryRepresentation" } },
              { range: { lastModifiedOn: { gte: timeOf(start), lt: timeOf(end) } } },
            ],
          },
        },
        from,
        size: SIZE,
      },
    }),
    mostServed: MOST_RESULTS,
    warning: ({ total = 0, at: from }, [start]) =>
      from === 0 && total > MOST_RESULTS
        ? `${total} works changed on ${dayOf(start)}, and the API serves ${MOST_RESULTS} of them`
        : undefined,
  }),
  page: {
    list: ["hits", "hits"],
    // A number in older versions of Elasticsearch, `{value}` in newer ones.
    total: (answer) => at(answer, "hits", "total", "value") ?? at(answer, "hits", "total"),
  },
  itemMembers: ["_source"],
  recordsOf,
};

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

function recordsOf(item: JsonObject): Found {
  const source = objectAt(item, "_source");
  if (!textsAt(source, "copyright").some((text) => /\bCC BY\b(?!-)/.test(text)))
    return { skipped: "no open licence" };
  const url = textAt(source, "primaryRepresentation");
  if (url === undefined) return { skipped: "no media file" };
  const [, path] = /\/id\/(.+)$/.exec(textAt(item, "_id") ?? "") ?? [];
  if (path === undefined) return { skipped: "no landing page" };
  return [
    {
      media_type: "image",
      // The catalogue's name for it.
      provider: "aucklandmuseum_tamakipaengahira",
      foreign_identifier: path.slice(path.lastIndexOf("/") + 1),
      foreign_landing_url: `${RECORD_PAGES}${path.replaceAll("/", "-")}`,
      url,
      license_url: "https://creativecommons.org/licenses/by/4.0/",
      creator: givenAt(source, "dc_contributor", 0),
      title: givenAt(source, "appellation", "Primary Title", 0),
      meta_data: {
        type: at(source, "type"),
        geopos: givenAt(source, "geopos", 0) ?? "",
        department: givenAt(source, "department", 0),
      },
    },
  ];
}
