import { readHtml, textOfHtml } from "../../base/html/index.js";
import type { JsonObject } from "../../base/ndjson/index.js";
import { at, isObject, listAt, objectAt, present, textAt, textsAt } from "../../base/ndjson/index.js";
import { licenseOfUrl } from "../../record/index.js";
import {
  endingOf,
  type Found,
  type Provider,
  walkCursors,
  withoutEnding,
  withoutTracking,
} from "../engine/index.js";
import { type BatchQuery, mediaWikiComplaint, QUERY_PAGES, readBatch } from "../mediawiki/index.js";
import { audioColumns } from "./wikimedia-audio.js";

/** The API's media types that we take; documents, videos and the rest are left out. */
const MEDIA = new Map([
  ["BITMAP", "image"],
  ["DRAWING", "image"],
  ["AUDIO", "audio"],
] as const);

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
  differences: [
    "Artists, titles, dates and descriptions are read as the HTML that they are: what a browser does not show (`display:none`, which Commons puts copies of names and data into) is left out, and entities are characters.",
    "A title loses the ending of any type of file, not of five.",
    "What is tracked (`utm_…`) is cut off from the addresses of files and pages.",
    "A file whose ending is that of a video or a document gives no record, whatever `mediatype` says.",
  ],
  // The cursor is the API's own `continue` object.
  walk: walkCursors(async (session, [start, end], cursor) => {
    const query = { ...FILES, parameters: { ...PARAMETERS, gaistart: start, gaiend: end } };
    const begin = isObject(cursor) ? cursor : undefined;
    const { pages, next } = await readBatch(session, { query, begin });
    return { items: pages, cursor: next };
  }),
  page: QUERY_PAGES,
  itemMembers: ["pageid", "imageinfo"],
  complaintOf: mediaWikiComplaint,
  recordsOf,
};

/** What is asked about every file: https://www.mediawiki.org/wiki/API:Allimages */
const FILES: Omit<BatchQuery, "parameters"> = {
  generator: "gai",
  asked: {
    prop: ["imageinfo", "globalusage"],
    iiprop: ["url", "user", "dimensions", "extmetadata", "mediatype", "size", "metadata"],
  },
  giveUp: [
    { token: "gucontinue", list: "prop", member: "globalusage" },
    { token: "iicontinue", list: "iiprop", member: "metadata" },
  ],
};

const PARAMETERS = {
  action: "query",
  generator: "allimages",
  gaisort: "timestamp",
  gaidir: "newer",
  gailimit: 250,
  gulimit: 250,
  gunamespace: 0,
  format: "json",
};

function recordsOf(page: JsonObject): Found {
  const info = objectAt(page, "imageinfo", 0);
  const media = MEDIA.get((textAt(info, "mediatype") ?? "") as "BITMAP");
  if (media === undefined) return { skipped: "other media" };
  const licenseUrl = detailOf(info, "LicenseUrl")?.trim();
  if (!licenseOfUrl(licenseUrl)) return { skipped: "no open licence" };
  const url = textAt(info, "url");
  if (url === undefined) return { skipped: "no media file" };
  const landing = textAt(info, "descriptionshorturl");
  if (landing === undefined) return { skipped: "no landing page" };
  const filetype = endingOf(url);
  const record = {
    media_type: media,
    foreign_identifier: at(page, "pageid"),
    foreign_landing_url: withoutTracking(landing),
    url: withoutTracking(url),
    filetype,
    filesize: at(info, "size"),
    license_url: licenseUrl,
    ...creatorOf(info),
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

/** Whom to credit, and the page that their name leads to. */
export function creatorOf(info: JsonObject): { creator: string | null; creator_url: string | null } {
  const { text, link = null } = readHtml(detailOf(info, "Artist") ?? "");
  // Links from page to page of Commons have no host.
  const url = link !== null && /^\/(?!\/)/.test(link) ? `https://commons.wikimedia.org${link}` : link;
  return { creator: text || null, creator_url: url };
}

/** The object's name, which is the file's name in most records; so what only belongs to a file goes. */
export function titleOf(info: JsonObject, page: JsonObject = {}): string | undefined {
  const title = textOfHtml(detailOf(info, "ObjectName")) ?? textAt(info, "title") ?? textAt(page, "title");
  return title && withoutEnding(title.replace(/^\s*File:/, ""));
}

/** The meta_data of a page. Dates and categories are always there, as in the catalogue, even when empty. */
export function metaDataOf(page: JsonObject): Record<string, unknown> {
  const info = objectAt(page, "imageinfo", 0);
  return {
    global_usage_count: listAt(page, "globalusage").length,
    date_originally_created: textOfHtml(detailOf(info, "DateTimeOriginal")),
    last_modified_at_source: textOfHtml(detailOf(info, "DateTime")),
    categories: (detailOf(info, "Categories") ?? "").split("|"),
    ...present({ description: textOfHtml(detailOf(info, "ImageDescription")) }),
  };
}

/**
 * What Commons knows of a file under a name, as HTML. Where it was asked for all languages: English, or the first; a
 * file that names several people has a list of them: https://www.mediawiki.org/wiki/Extension:CommonsMetadata
 */
function detailOf(info: JsonObject, name: string): string | undefined {
  const value = at(info, "extmetadata", name, "value");
  if (!isObject(value)) return textsAt(value).join("; ") || undefined;
  const { _type, ...members } = value;
  const texts = textsAt(Object.values(members));
  if (_type === "ul" || _type === "ol") return texts.join("; ") || undefined;
  return textAt(members, "en") ?? texts[0];
}
