import { htmlAt, textOfHtml } from "../../base/html/index.js";
import type { JsonObject } from "../../base/ndjson/index.js";
import { at, givenAt, objectAt, objectsAt, present, textAt, textsAt } from "../../base/ndjson/index.js";
import { licenseOfUrl } from "../../record/index.js";
import { type Found, type Provider, walkNumbered } from "../engine/index.js";

const SITE = "https://collections.museumsvictoria.com.au";
const PER_PAGE = 100;

/** The API finds works by one licence at a time. */
const LICENSES = ["public domain", "cc by", "cc by-nc", "cc by-nc-sa", "cc by-nc-nd", "cc by-sa"];

/** Sizes of an image from large to small. */
const SIZES = ["large", "medium", "small"];

/** Museums Victoria: objects, species, specimens and articles of the museums of Melbourne. */
export const museumsvictoria: Provider = {
  name: "museumsvictoria",
  title: "Museums Victoria",
  media: ["image"],
  baseUrl: `${SITE}/api/search`,
  documentation: `${SITE}/developers`,
  coverage: "full",
  licenses: "CC BY, BY-SA, BY-NC, BY-NC-SA and BY-NC-ND 4.0, Public Domain Mark",
  delay: 5,
  checked: "2023",
  differences: [
    "A work with images under two licences comes twice; the catalogue remembers all ids of a run instead. Staging merges the two.",
    "Titles of species, names and descriptions are HTML (`<em>Litoria raniformis</em>`); they are read as text.",
  ],
  walk: walkNumbered({
    parts: () => LICENSES,
    first: 0,
    query: (page, imagelicense) => ({ hasimages: "yes", perpage: PER_PAGE, imagelicense, page }),
  }),
  page: { list: [] },
  itemMembers: ["displayTitle", "media"],
  hasIds: true,
  recordsOf,
};

function recordsOf(item: JsonObject): Found {
  const media = objectsAt(item, "media");
  const images = media.filter((file) => !isOther(file) && imageOf(file) !== undefined);
  if (images.length === 0) return { skipped: "no media file" };
  if (images.every((image) => licenseOf(image) === undefined)) return { skipped: "no open licence" };
  const id = textAt(item, "id");
  if (id === undefined) return { skipped: "no landing page" };
  const shared = {
    media_type: "image",
    foreign_landing_url: `${SITE}/${id}`,
    title: htmlAt(item, "displayTitle"),
    meta_data: metaDataOf(item),
  };
  return media.map((file) => {
    const image = imageOf(file);
    const license = licenseOf(file);
    if (isOther(file)) return { skipped: "other media" };
    if (!image) return { skipped: "no media file" };
    if (license === undefined) return { skipped: "no open licence" };
    const { url, width, height } = image;
    const own = { foreign_identifier: textAt(file, "id"), license_url: license, creator: creatorOf(file) };
    return { ...shared, ...own, url, width, height };
  });
}

/** Videos and sounds are shown by an image, too. */
function isOther(media: JsonObject): boolean {
  const type = textAt(media, "type");
  return type !== undefined && type !== "image";
}

/** The largest size of an image. */
export function imageOf(media: JsonObject) {
  const size = SIZES.find((name) => textAt(media, name, "uri") !== undefined);
  if (size === undefined) return undefined;
  const file = objectAt(media, size);
  return {
    url: textAt(file, "uri"),
    height: at(file, "height"),
    width: at(file, "width"),
    filesize: at(file, "size"),
  };
}

export function licenseOf(media: JsonObject): string | undefined {
  const uri = textAt(media, "licence", "uri");
  return licenseOfUrl(uri) && uri;
}

export function creatorOf(media: JsonObject): string {
  return textsAt(media, "creators")
    .map((name) => textOfHtml(name))
    .filter(Boolean)
    .join(", ");
}

export function metaDataOf(item: JsonObject): Record<string, unknown> {
  return present({
    datemodified: givenAt(item, "dateModified"),
    category: givenAt(item, "category"),
    description: htmlAt(item, "physicalDescription"),
    keywords: textsAt(item, "keywords").join(",") || null,
    classifications: textsAt(item, "classifications").join(",") || null,
  });
}
