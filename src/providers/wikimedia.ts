import type { JsonObject } from "../ndjson/index.js";
import { at, isObject, listAt, objectAt, present, textAt } from "../ndjson/index.js";
import { licenseOfUrl } from "../record/index.js";
import { readHtml } from "./html.js";
import type { Complaint, Provider, RawRecord, Skipped } from "./provider.js";
import { audioColumns } from "./wikimedia-audio.js";
import { walkCommons } from "./wikimedia-walk.js";

/** The API's media types that we take; documents, videos and the rest are left out. */
const MEDIA = new Map([
  ["BITMAP", "image"],
  ["DRAWING", "image"],
  ["AUDIO", "audio"],
] as const);

/** Errors of the API that pass by themselves; they come with status 200. */
const BUSY_CODES = /^(?:maxlag|ratelimited|readonly|internal_api_error|timeout)/;

/** Wikimedia Commons: images and sounds, by the day of their upload. */
export const wikimedia: Provider = {
  name: "wikimedia",
  title: "Wikimedia Commons",
  media: ["image", "audio"],
  baseUrl: "https://commons.wikimedia.org/w/api.php",
  documentation: "https://www.mediawiki.org/wiki/API:Allimages",
  coverage: "dated",
  licenses: "every Creative Commons licence, CC0, Public Domain Mark",
  delay: 1,
  checked: "2023",
  walk: (session) => walkCommons(wikimedia, session),
  itemsOf,
  complaintOf,
  recordsOf,
};

function complaintOf(answer: JsonObject): Complaint | undefined {
  if (!isObject(answer.error)) return undefined;
  const code = textAt(answer, "error", "code") ?? "";
  const words = textAt(answer, "error", "info") ?? code;
  return { means: BUSY_CODES.test(code) ? "busy" : "refused", words };
}

function itemsOf(answer: JsonObject): JsonObject[] | undefined {
  if (!["query", "batchcomplete", "continue"].some((member) => member in answer)) return undefined;
  return Object.values(objectAt(answer, "query", "pages")).filter(isObject);
}

function recordsOf(page: JsonObject): RawRecord[] | Skipped {
  const info = objectAt(page, "imageinfo", 0);
  const media = MEDIA.get((textAt(info, "mediatype") ?? "") as "BITMAP");
  if (media === undefined) return { skipped: "other media" };
  const licenseUrl = textAt(info, "extmetadata", "LicenseUrl", "value")?.trim();
  if (!licenseOfUrl(licenseUrl)) return { skipped: "no open licence" };
  const url = textAt(info, "url");
  if (url === undefined) return { skipped: "no media file" };
  const landing = textAt(info, "descriptionshorturl");
  if (landing === undefined) return { skipped: "no landing page" };
  const artist = readHtml(textAt(info, "extmetadata", "Artist", "value") ?? "");
  const filetype = url.slice(url.lastIndexOf(".") + 1);
  const record = {
    media_type: media,
    foreign_identifier: at(page, "pageid"),
    foreign_landing_url: landing,
    url,
    filetype,
    filesize: at(info, "size"),
    license_url: licenseUrl,
    creator: artist.shown,
    creator_url: artist.link,
    title: titleOf(info, page),
  };
  const metaData = metaDataOf(page);
  if (media === "audio") {
    return [{ ...record, provider: "wikimedia_audio", ...audioColumns(info, metaData) }];
  }
  return [
    {
      ...record,
      provider: "wikimedia",
      width: at(info, "width"),
      height: at(info, "height"),
      category: filetype.toLowerCase() === "svg" ? "illustration" : null,
      meta_data: metaData,
    },
  ];
}

/** The object's name, which is the file's name in most records; so what only belongs to a file goes. */
export function titleOf(info: JsonObject, page: JsonObject = {}): string | undefined {
  const title =
    textAt(info, "extmetadata", "ObjectName", "value") ?? textAt(info, "title") ?? textAt(page, "title");
  return title?.replace(/^\s*File:/, "").replace(/\.(?:png|jpe?g|ogg|wav)\s*$/i, "");
}

/** The meta_data of a page. Dates and categories are always there, as in the catalogue, even when empty. */
export function metaDataOf(page: JsonObject): Record<string, unknown> {
  const details = objectAt(page, "imageinfo", 0, "extmetadata");
  const detail = (name: string) => textAt(details, name, "value");
  return {
    global_usage_count: listAt(page, "globalusage").length,
    date_originally_created: detail("DateTimeOriginal") ?? null,
    last_modified_at_source: detail("DateTime") ?? null,
    categories: (detail("Categories") ?? "").split("|"),
    ...present({ description: readHtml(detail("ImageDescription") ?? "").text || null }),
  };
}
