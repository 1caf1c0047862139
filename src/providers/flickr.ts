import { Failure } from "../failure.js";
import { FLICKR_LICENSES, flickrLicense } from "../flickr/index.js";
import type { JsonObject } from "../ndjson/index.js";
import { at, isObject, numberAt, objectsAt, present, textAt } from "../ndjson/index.js";
import { cutText } from "../record/index.js";
import { createSubProviderTable } from "../sub-providers/index.js";
import { daysOf, type Window, windowOf } from "./days.js";
import { readHtml } from "./html.js";
import { keyOf, withQuery } from "./pages.js";
import type { Page, Provider, RawRecord, Session, Skipped } from "./provider.js";

/** The most that one page may have. */
const PER_PAGE = 500;
/** Flickr serves so many results of a query; the pages behind them repeat what came before. */
const MOST_RESULTS = 4000;
/** Sizes from large to small: 1024, 500 and 240 pixels on the longer side. */
const SIZES = ["l", "m", "s"] as const;
/** The most characters kept of a description, and of all tags together. */
const MOST_TEXT = 2000;

const PAGE_OF_PEOPLE = "https://www.flickr.com/photos/";

const SEARCH = {
  method: "flickr.photos.search",
  media: "photos",
  safe_search: 1,
  license: FLICKR_LICENSES.map(({ id }) => id).join(","),
  extras:
    "description,license,date_upload,date_taken,owner_name,tags,o_dims,url_t,url_s,url_m,url_l,views,content_type",
  format: "json",
  nojsoncallback: 1,
  per_page: PER_PAGE,
};

/** Error codes of `flickr.photos.search` that may be gone the next time. */
const TEMPORARY_CODES = new Set([0, 10, 105, 106]);
const INVALID_KEY = 100;

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
  },
  coverage: "dated",
  licenses: "CC BY, BY-SA, BY-ND, BY-NC, BY-NC-SA and BY-NC-ND 2.0 and 4.0, CC0, Public Domain Mark",
  delay: 1,
  walk,
  itemsOf,
  recordsOf,
};

/** Walks window by window, page by page. `next` is `{start, page}`: a window by its start, and its next page. */
async function* walk(session: Session): AsyncGenerator<Page> {
  const key = keyOf(flickr, session);
  const windows = windowsOf(session);
  let page = numberAt(session.from, "page") ?? 1;
  const first = numberAt(session.from, "start");
  for (const [index, { start, end }] of windows.entries()) {
    if (first !== undefined && start < first) continue;
    for (let more = true; more; page++) {
      const dates = { min_upload_date: start, max_upload_date: end };
      const url = withQuery(session.baseUrl, { ...SEARCH, ...dates, page, api_key: key });
      const answer = await session.client.json({ url });
      const items = (isObject(answer) ? itemsOf(answer) : undefined) ?? [];
      more = items.length > 0 && hasNextPage(answer, page);
      const following = windows[index + 1];
      if (more) yield { items, next: { start, page: page + 1 } };
      else {
        const next = following && { next: { start: following.start, page: 1 } };
        yield { items, ...next, ...warningOf(answer, start) };
      }
    }
    page = 1;
  }
}

/**
 * The stretches of time that are searched one by one. A day with more than 4,000 results has to be cut into
 * shorter ones to be had in full; this is the place to do it.
 */
function windowsOf(session: Session): Window[] {
  return daysOf(windowOf(session));
}

function warningOf(answer: unknown, start: number): { warning: string } | undefined {
  const total = numberAt(answer, "photos", "total") ?? 0;
  if (total <= MOST_RESULTS) return undefined;
  const from = new Date(start * 1000).toISOString().slice(0, 16);
  return { warning: `Flickr has ${total} photos from ${from}Z on and serves ${MOST_RESULTS} of them` };
}

function hasNextPage(answer: unknown, page: number): boolean {
  const pages = numberAt(answer, "photos", "pages") ?? Number.POSITIVE_INFINITY;
  return page < pages && page * PER_PAGE < MOST_RESULTS;
}

function itemsOf(answer: JsonObject): JsonObject[] | undefined {
  if (!("stat" in answer)) return undefined;
  if (answer.stat === "ok") return objectsAt(answer, "photos", "photo");
  const code = numberAt(answer, "code");
  const words = `Flickr answered with an error: ${textAt(answer, "message") ?? "it does not say which"}`;
  if (code === INVALID_KEY) {
    const { variable, where } = flickr.key as NonNullable<Provider["key"]>;
    throw new Failure("no_permission", `${words}: check ${variable} (get a key at ${where})`);
  }
  if (code !== undefined && TEMPORARY_CODES.has(code)) {
    throw new Failure("temporary", `${words} (code ${code}): try again later`);
  }
  throw new Failure("refused", code === undefined ? words : `${words} (code ${code})`);
}

const subProviders = createSubProviderTable();

function recordsOf(item: JsonObject): RawRecord[] | Skipped {
  const license = flickrLicense(at(item, "license"));
  if (!license) return { skipped: "no open licence" };
  const size = sizeOf(item);
  if (!size) return { skipped: "no media file" };
  const owner = textAt(item, "owner")?.trim();
  if (owner === undefined) return { skipped: "no creator page" };
  const creatorUrl = `${PAGE_OF_PEOPLE}${owner}`;
  const id = textAt(item, "id")?.trim();
  return [
    {
      media_type: "image",
      provider: "flickr",
      source: subProviders.sourceOf({ provider: "flickr", creator_url: creatorUrl }).source,
      foreign_identifier: id,
      foreign_landing_url: `${creatorUrl}/${id}`,
      url: textAt(item, `url_${size}`),
      width: at(item, `width_${size}`),
      height: at(item, `height_${size}`),
      license: license.license,
      license_version: license.version,
      creator: textAt(item, "ownername"),
      creator_url: creatorUrl,
      title: textAt(item, "title"),
      meta_data: metaDataOf(item),
      tags: tagsOf(item),
      // 1 is a screenshot, 2 and 3 are everything else.
      category: textAt(item, "content_type") === "0" ? "photograph" : null,
    },
  ];
}

/** The letter of the largest size that an item has a URL for. */
export function sizeOf(item: JsonObject): string | undefined {
  return SIZES.find((name) => textAt(item, `url_${name}`) !== undefined);
}

/** The meta_data of an item; what Flickr does not say is left out. */
export function metaDataOf(item: JsonObject): Record<string, unknown> {
  const { text } = readHtml(textAt(item, "description", "_content") ?? "");
  return present({
    pub_date: at(item, "dateupload"),
    date_taken: at(item, "datetaken"),
    views: at(item, "views"),
    description: text === "" ? null : cutText(text, MOST_TEXT),
  });
}

/** The tags of an item, sorted and distinct. */
export function tagsOf(item: JsonObject, mostText = MOST_TEXT): string[] {
  const text = cutText(textAt(item, "tags")?.trim() ?? "", mostText);
  return [...new Set(text.split(/\s+/).filter(Boolean))].sort(byCodePoint);
}

/** The order of Unicode code points, which is that of the catalogue; JavaScript's own is that of UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
