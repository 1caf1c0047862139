import { givenAt, isObject, type JsonObject, listAt, textAt, textsAt } from "../../base/ndjson/index.js";
import {
  type Complaint,
  type Found,
  type Provider,
  type WindowRules,
  walkWindows,
  withQuery,
} from "../engine/index.js";
import { createSubProviderTable } from "../sub-providers/index.js";

const LIMIT = 100;

/** Institutions whose images are ours to use. */
const BUILDINGS = ["0/Suomen kansallismuseo/", "0/Museovirasto/", "0/SATMUSEO/", "0/SA-kuva/"];

/** How windows of time are cut where one has more works than a query serves. */
export const WINDOWS: WindowRules = { mostResults: 10_000, threshold: 100_000, fewParts: 12, manyParts: 20 };

/** Finna: images of four Finnish museums, by the day their record was last indexed. */
export const finnishmuseums: Provider = {
  name: "finnishmuseums",
  title: "Finna (Finnish museums)",
  media: ["image"],
  baseUrl: "https://api.finna.fi/api/v1/search",
  documentation: "https://www.kiwi.fi/display/Finna/Finna+Open+API",
  coverage: "dated",
  licenses: "CC BY 4.0, CC0, Public Domain Mark",
  delay: 5,
  checked: "2023",
  differences: [
    "The first image of a work has the work's identifier, the others have one of their own: `museovirasto.a5#1` is the image with `index=1`. In the catalogue all share one, and the last image is kept.",
  ],
  walk: walkWindows({
    parts: BUILDINGS,
    rules: WINDOWS,
    perPage: LIMIT,
    mostServed: 100_000,
    request: ({ window: [start, end], page, part }, { baseUrl }) => ({
      url: withQuery(baseUrl, {
        "filter[]": [
          'format:"0/Image/"',
          `building:"${part}"`,
          `last_indexed:"[${timeOf(start)} TO ${timeOf(end)}]"`,
        ],
        "field[]": ["authors", "buildings", "id", "imageRights", "images", "subjects", "title"],
        limit: LIMIT,
        page,
      }),
    }),
  }),
  page: { list: ["records"], total: ({ resultCount }) => resultCount },
  complaintOf: (answer): Complaint | undefined =>
    answer.status === "ERROR"
      ? { means: "refused", words: textAt(answer, "statusMessage") ?? "it does not say which" }
      : undefined,
  itemMembers: ["imageRights", "buildings"],
  hasIds: true,
  recordsOf,
};

function timeOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

const subProviders = createSubProviderTable();

function recordsOf(item: JsonObject): Found {
  const license = licenseOf(item);
  if (license === undefined) return { skipped: "no open licence" };
  const images = textsAt(item, "images");
  if (images.length === 0) return { skipped: "no media file" };
  const id = textAt(item, "id");
  if (id === undefined) return { skipped: "no landing page" };
  const building = textAt(item, "buildings", 0, "value");
  const shared = {
    media_type: "image",
    source: subProviders.sourceOf({ provider: "finnishmuseums", meta_data: { building } }).source,
    foreign_landing_url: `https://www.finna.fi/Record/${id}`,
    license_url: license,
    creator: creatorOf(item.authors),
    title: givenAt(item, "title"),
    tags: listAt(item, "subjects").flat(),
  };
  return images.map((image, i) => {
    const index = /[?&]index=(\d+)/.exec(image)?.[1] ?? String(i);
    return {
      ...shared,
      foreign_identifier: Number(index) === 0 ? id : `${id}#${Number(index)}`,
      url: urlOf(image),
    };
  });
}

export function urlOf(path: string): string {
  return `https://api.finna.fi${path}`;
}

/** The licence's address without the page for people in Finnish. */
export function licenseOf(item: JsonObject): string | undefined {
  return textAt(item, "imageRights", "link")?.replace(/deed\.\w+$/, "");
}

/** The names of all authors, which are the members of three objects. */
export function creatorOf(authors: unknown): string | null {
  if (!isObject(authors)) return null;
  const names = ["primary", "secondary", "corporate"].flatMap((role) => {
    const people = authors[role];
    return isObject(people) ? Object.keys(people) : [];
  });
  return names.join("; ") || null;
}
