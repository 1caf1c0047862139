import type { JsonObject } from "../../base/ndjson/index.js";
import { at, givenAt, objectsAt, present, textAt, textsAt } from "../../base/ndjson/index.js";
import { type Found, orLacking, type Provider, type Skipped, walkNumbered } from "../engine/index.js";

const ROWS = 2000;

/** SMK, the National Gallery of Denmark: works in the public domain that have an image. */
export const smk: Provider = {
  name: "smk",
  title: "SMK, National Gallery of Denmark",
  media: ["image"],
  baseUrl: "https://api.smk.dk/api/v1/art/search/",
  documentation: "https://api.smk.dk/api/v1/docs/",
  coverage: "full",
  licenses: "CC0",
  delay: 5,
  checked: "2023",
  differences: ["Of a work only the main image is taken, as in the catalogue; the others are counted."],
  walk: walkNumbered({
    first: 0,
    step: ROWS,
    query: (offset) => ({
      keys: "*",
      filters: "[has_image:true],[public_domain:true]",
      offset,
      rows: ROWS,
      lang: "en",
    }),
  }),
  page: { list: ["items"], total: ({ found }) => found },
  itemMembers: ["object_number", "image_native", "production"],
  hasIds: true,
  recordsOf,
};

function recordsOf(item: JsonObject): Found {
  const image = imageOf(item);
  if (!image) return { skipped: "no media file" };
  return [
    orLacking({
      media_type: "image",
      ...image,
      foreign_landing_url: landingOf(item),
      license_url: textAt(item, "rights"),
      creator: givenAt(item, "production", 0, "creator"),
      title: givenAt(item, "titles", 0, "title"),
      meta_data: metaDataOf(item),
    }),
    ...objectsAt(item, "alternative_images").map((): Skipped => ({ skipped: "further views left out" })),
  ];
}

/** The columns of the image: served by IIIF at up to 2048 pixels of height, or, from older records, as it is. */
export function imageOf(item: JsonObject): Record<string, unknown> | undefined {
  const iiif = textAt(item, "image_iiif_id");
  const native = textAt(item, "image_native");
  if (iiif === undefined && native === undefined) return undefined;
  return {
    foreign_identifier: iiif ?? textAt(item, "id"),
    url: iiif === undefined ? native : `${iiif}/full/!2048,/0/default.jpg`,
    thumbnail: givenAt(item, "image_thumbnail"),
    width: at(item, "image_width"),
    height: at(item, "image_height"),
    filesize: at(item, "image_size") ?? at(item, "size"),
  };
}

export function landingOf(item: JsonObject): string | undefined {
  const number = textAt(item, "object_number");
  if (number === undefined) return undefined;
  const path = number.toWellFormed().split("/").map(encodeURIComponent).join("/");
  return `https://open.smk.dk/en/artwork/image/${path}`;
}

export function metaDataOf(item: JsonObject): Record<string, unknown> {
  return present({
    created_date: givenAt(item, "created"),
    collection: textsAt(item, "collection").join(",") || null,
    techniques: textsAt(item, "techniques").join(",") || null,
    colors: textsAt(item, "colors").join(",") || null,
  });
}
