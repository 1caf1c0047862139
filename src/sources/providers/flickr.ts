import { htmlAt } from "../../base/html/index.js";
import { at, givenAt, type JsonObject, present, textAt, textsAt } from "../../base/ndjson/index.js";
import { cutText } from "../../record/index.js";
import { type Found, type Provider, type WindowRules, walkWindows, withQuery } from "../engine/index.js";
import {
  dateTaken,
  FLICKR_LICENSES,
  FLICKR_SOURCES,
  flickrComplaint,
  flickrLicense,
  PHOTO_EXTRAS,
  PHOTOS_PER_PAGE,
  PHOTOS_SERVED,
  photoSize,
} from "../flickr/index.js";

/** The most characters kept of a description, and of all tags together. */
const MOST_TEXT = 2000;

const PAGE_OF_PEOPLE = "https://www.flickr.com/photos/";

const SEARCH = {
  method: "flickr.photos.search",
  media: "photos",
  safe_search: 1,
  extras: PHOTO_EXTRAS,
  format: "json",
  nojsoncallback: 1,
  per_page: PHOTOS_PER_PAGE,
};

const LICENSE_IDS = FLICKR_LICENSES.map(({ id }) => String(id));

/** When a window of time is cut: before it reaches what Flickr serves, for its counts are estimates. */
export const WINDOWS: WindowRules = { mostResults: 3000, threshold: 10_000, fewParts: 6, manyParts: 12 };

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
  walk: walkWindows({
    rules: WINDOWS,
    perPage: PHOTOS_PER_PAGE,
    mostServed: PHOTOS_SERVED,
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
  }),
  page: { list: ["photos", "photo"], total: (answer) => at(answer, "photos", "total") },
  itemMembers: ["owner", "ownername", "datetaken", "dateupload"],
  hasIds: true,
  complaintOf: flickrComplaint,
  recordsOf,
};

/** The institutions that some owners are. */
const SOURCES = new Map(
  FLICKR_SOURCES.flatMap(({ source, owners }) => owners.map((owner) => [owner, source])),
);

function recordsOf(item: JsonObject): Found {
  // A search for photos and videos shows a frame of each video.
  if (textAt(item.media) === "video") return { skipped: "other media" };
  const license = flickrLicense(item.license);
  if (!license) return { skipped: "no open licence" };
  const size = photoSize(item);
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
