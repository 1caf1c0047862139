import { htmlAt } from "../../base/html/index.js";
import type { JsonObject } from "../../base/ndjson/index.js";
import { at, givenAt, present, textAt, textsAt } from "../../base/ndjson/index.js";
import { cutText } from "../../record/index.js";
import {
  type Complaint,
  type Found,
  type Provider,
  type Windowed,
  type WindowRules,
  walkWindows,
  withQuery,
} from "../engine/index.js";
import { FLICKR_LICENSES, FLICKR_SOURCES, flickrLicense } from "../flickr/index.js";

/** The most that one page may have. */
const PER_PAGE = 500;
/** Flickr serves so many results of a query; the pages behind them repeat what came before. */
const MOST_RESULTS = 4000;
/** Sizes from large to small: 1024, 500 and 240 pixels on the longer side. */
const SIZES = (["l", "m", "s"] as const).map(
  (letter) =>
    ({ letter, url: `url_${letter}`, width: `width_${letter}`, height: `height_${letter}` }) as const,
);
/** The most characters kept of a description, and of all tags together. */
const MOST_TEXT = 2000;

const PAGE_OF_PEOPLE = "https://www.flickr.com/photos/";

const SEARCH = {
  method: "flickr.photos.search",
  media: "photos",
  safe_search: 1,
  extras:
    "description,license,date_upload,date_taken,owner_name,tags,o_dims,url_t,url_s,url_m,url_l,views,content_type",
  format: "json",
  nojsoncallback: 1,
  per_page: PER_PAGE,
};

const LICENSE_IDS = FLICKR_LICENSES.map(({ id }) => String(id));

/** When a window of time is cut: before it reaches what Flickr serves, for its counts are estimates. */
export const WINDOWS: WindowRules = { mostResults: 3000, threshold: 10_000, fewParts: 6, manyParts: 12 };

/** Error codes of `flickr.photos.search`; they come with status 200. Any other one is our mistake. */
const MEANS: ReadonlyMap<string, Complaint["means"]> = new Map([
  ["0", "busy"],
  ["10", "busy"],
  ["100", "no_permission"],
  ["105", "busy"],
  ["106", "busy"],
]);

/** Flickr: openly licensed photographs, by the day of their upload. */
export const flickr: Provider = {
  name: "flickr",
  title: "Flickr",
  media: ["image"],
  baseUrl: "https://api.flickr.com/services/rest/",
  documentation: "https://www.flickr.com/services/api/flickr.photos.search.html",
  key: {
    variable: "FLICKR_API_KEY",
    required: true,
    where: "https://www.flickr.com/services/apps/create/",
    steps: "Log in, apply for a non-commercial key, and take the key (not the secret).",
    sentAs: { parameter: "api_key" },
  },
  coverage: "dated",
  licenses: "CC BY, BY-SA, BY-ND, BY-NC, BY-NC-SA and BY-NC-ND 2.0 and 4.0, CC0, Public Domain Mark",
  // 3,600 requests an hour.
  delay: 1,
  checked: "2023",
  differences: [
    "Licences 11 to 16, the Creative Commons 4.0 set of 2025, are accepted, too.",
    "`date_taken` is left out where Flickr says that it is unknown (`datetakenunknown`: it is the time of the upload), and is as fine as `datetakengranularity` says: `2018-06-12 10:26:25`, `2018-06`, `2018`, `circa 2018`.",
    "A video is no image, and gives no record (`media`).",
    "The search goes licence by licence as soon as a window of time has too many photos, not when the day is done.",
  ],
  walk: (session) => walkWindows(flickr, session, WALK),
  page: { list: ["photos", "photo"], total: (answer) => at(answer, "photos", "total") },
  itemMembers: ["owner", "ownername", "datetaken", "dateupload"],
  hasIds: true,
  complaintOf,
  recordsOf,
};

const WALK: Windowed = {
  rules: WINDOWS,
  perPage: PER_PAGE,
  mostServed: MOST_RESULTS,
  splits: LICENSE_IDS,
  request: ({ window: [start, end], page, split }, { baseUrl }) => ({
    url: withQuery(baseUrl, {
      ...SEARCH,
      license: split ?? LICENSE_IDS.join(","),
      min_upload_date: start,
      max_upload_date: end,
      page,
    }),
  }),
};

function complaintOf(answer: JsonObject): Complaint | undefined {
  if (!("stat" in answer) || answer.stat === "ok") return undefined;
  const code = textAt(answer, "code");
  const words = textAt(answer, "message") ?? "it does not say which";
  return {
    means: MEANS.get(code ?? "") ?? "refused",
    words: code === undefined ? words : `${words} (code ${code})`,
  };
}

/** The institutions that some owners are. */
const SOURCES = new Map(
  FLICKR_SOURCES.flatMap(({ source, owners }) => owners.map((owner) => [owner, source])),
);

function recordsOf(item: JsonObject): Found {
  // A search for photos and videos shows a frame of each video.
  if (textAt(item.media) === "video") return { skipped: "other media" };
  const license = flickrLicense(item.license);
  if (!license) return { skipped: "no open licence" };
  const size = sizeOf(item);
  if (!size) return { skipped: "no media file" };
  const owner = textAt(item.owner)?.trim();
  if (owner === undefined) return { skipped: "no creator page" };
  const creatorUrl = `${PAGE_OF_PEOPLE}${owner}`;
  const id = textAt(item.id)?.trim();
  return [
    {
      media_type: "image",
      provider: "flickr",
      source: SOURCES.get(owner),
      foreign_identifier: id,
      foreign_landing_url: `${creatorUrl}/${id}`,
      url: textAt(item[size.url]),
      width: item[size.width],
      height: item[size.height],
      license: license.license,
      license_version: license.version,
      creator: givenAt(item.ownername),
      creator_url: creatorUrl,
      title: givenAt(item.title),
      meta_data: metaDataOf(item),
      tags: tagsOf(item),
      // 1 is a screenshot, 2 and 3 are everything else.
      category: textAt(item.content_type) === "0" ? "photograph" : null,
    },
  ];
}

/** The largest size that an item has a URL for. */
export function sizeOf(item: JsonObject): (typeof SIZES)[number] | undefined {
  return SIZES.find(({ url }) => textAt(item[url]) !== undefined);
}

/** The meta_data of an item; what Flickr does not say is left out. */
export function metaDataOf(item: JsonObject): Record<string, unknown> {
  const description = htmlAt(item, "description", "_content");
  return present({
    pub_date: item.dateupload,
    date_taken: dateTaken(item),
    views: item.views,
    description: typeof description === "string" ? cutText(description, MOST_TEXT) : description,
  });
}

/** How much of a date is known, by its granularity: https://www.flickr.com/services/api/misc.dates.html */
const KNOWN_OF_DATE: ReadonlyMap<string, (date: string) => string> = new Map([
  ["0", (date) => date],
  ["4", (date) => date.slice(0, "YYYY-MM".length)],
  ["6", (date) => date.slice(0, "YYYY".length)],
  ["8", (date) => `circa ${date.slice(0, "YYYY".length)}`],
]);

/**
 * When a photo was taken, no finer than its owner knew. Flickr fills in what is not known: the time of the upload for
 * a date that nobody gave (`datetakenunknown`), the first of January for a year.
 */
function dateTaken(item: JsonObject): string | null {
  const date = textAt(item.datetaken);
  if (date === undefined || date.startsWith("0000") || item.datetakenunknown === true) return null;
  if (textAt(item.datetakenunknown)?.trim() === "1") return null;
  const known = KNOWN_OF_DATE.get(textAt(item.datetakengranularity)?.trim() ?? "0");
  return known ? known(date.trim()) : null;
}

/** The tags of an item, sorted and distinct. */
export function tagsOf(item: JsonObject, mostText = MOST_TEXT): string[] {
  const text = cutText(textsAt(item.tags).join(" ").trim(), mostText);
  if (text === "") return [];
  const tags = UNEVEN.test(text) ? text.split(/\s+/) : text.split(" ");
  const sorted = HIGH.test(text) ? tags.sort(byCodePoint) : tags.sort();
  return sorted.filter((tag, i) => tag !== sorted[i - 1]);
}

/** White space other than single blanks. */
const UNEVEN = /[^\S ]| {2}/;

/** Below these, the order of UTF-16 units is that of code points. */
const HIGH = /[\ud800-\uffff]/;

/** The order of Unicode code points, which is that of the catalogue; JavaScript's own is that of UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
