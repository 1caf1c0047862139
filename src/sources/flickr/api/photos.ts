import { type JsonObject, textAt } from "../../../base/ndjson/index.js";

/** Photos as the API gives them in lists: https://www.flickr.com/services/api/flickr.photos.search.html */

/** What is asked for of each photo (`extras`). */
export const PHOTO_EXTRAS =
  "description,license,date_upload,date_taken,owner_name,tags,o_dims,url_t,url_s,url_m,url_l,views,content_type";
/** The most photos of a page. */
export const PHOTOS_PER_PAGE = 500;
/** The most photos that are served of one search; the pages after them repeat what came before. */
export const PHOTOS_SERVED = 4000;

/** Sizes from large to small: 1024, 500 and 240 pixels on the longer side. */
const SIZES = (["l", "m", "s"] as const).map(
  (letter) =>
    ({ letter, url: `url_${letter}`, width: `width_${letter}`, height: `height_${letter}` }) as const,
);

/** The largest size that a photo has a URL for: the members that hold its URL, width and height. */
export function photoSize(photo: JsonObject): (typeof SIZES)[number] | undefined {
  return SIZES.find(({ url }) => textAt(photo[url]) !== undefined);
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
export function dateTaken(photo: JsonObject): string | null {
  const date = textAt(photo.datetaken);
  if (date === undefined || date.startsWith("0000") || photo.datetakenunknown === true) return null;
  if (textAt(photo.datetakenunknown)?.trim() === "1") return null;
  const known = KNOWN_OF_DATE.get(textAt(photo.datetakengranularity)?.trim() ?? "0");
  return known ? known(date.trim()) : null;
}
