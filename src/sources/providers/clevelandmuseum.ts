import {
  at,
  givenAt,
  isObject,
  type JsonObject,
  numberAt,
  objectAt,
  objectsAt,
  present,
  textAt,
  textsAt,
} from "../../base/ndjson/index.js";
import { type Found, orLacking, type Provider, type Skipped, walkNumbered } from "../engine/index.js";

const LIMIT = 1000;

/** Image sizes from the most to the least useful: the full ones are TIFF files of many megabytes. */
const SIZES = ["web", "print", "full"] as const;

/** Members of an artwork that go into meta_data, under the catalogue's names. */
const META_DATA: readonly (readonly [name: string, member: string])[] = [
  ["accession_number", "accession_number"],
  ["technique", "technique"],
  ["date", "creation_date"],
  ["credit_line", "creditline"],
  ["classification", "type"],
  ["tombstone", "tombstone"],
];

/** The Cleveland Museum of Art: works of the collection that are CC0 and have an image. */
export const clevelandmuseum: Provider = {
  name: "clevelandmuseum",
  title: "Cleveland Museum of Art",
  media: ["image"],
  baseUrl: "https://openaccess-api.clevelandart.org/api/artworks/",
  documentation: "https://openaccess-api.clevelandart.org/",
  coverage: "full",
  licenses: "CC0",
  delay: 5,
  checked: "2023",
  differences: ["Of a work only the main image is taken, as in the catalogue; the others are counted."],
  walk: walkNumbered({
    first: 0,
    // The answer says which limit was applied; a server may allow less than was asked for.
    step: (answer) => {
      const applied = numberAt(answer, "info", "parameters", "limit") ?? LIMIT;
      return applied >= 1 && applied <= LIMIT ? Math.trunc(applied) : LIMIT;
    },
    query: (skip) => ({ cc: "1", has_image: "1", limit: LIMIT, skip }),
  }),
  page: { list: ["data"], total: (answer) => at(answer, "info", "total") },
  itemMembers: ["share_license_status", "creditline", "creation_date"],
  hasIds: true,
  recordsOf,
};

function recordsOf(item: JsonObject): Found {
  if (textAt(item, "share_license_status")?.trim().toUpperCase() !== "CC0") {
    return { skipped: "no open licence" };
  }
  const image = imageOf(at(item, "images"));
  return [
    orLacking({
      media_type: "image",
      provider: "clevelandmuseum",
      foreign_identifier: at(item, "id"),
      foreign_landing_url: textAt(item, "url"),
      url: at(image, "url"),
      width: givenAt(image, "width"),
      height: givenAt(image, "height"),
      // Some are "1.2 MB" and the like.
      filesize: givenAt(image, "filesize"),
      license: "cc0",
      license_version: "1.0",
      creator: givenAt(item, "creators", 0, "description"),
      title: at(item, "title"),
      meta_data: metaDataOf(item),
    }),
    ...objectsAt(item, "alternate_images").map((): Skipped => ({ skipped: "further views left out" })),
  ];
}

/** The meta_data of an artwork; what the museum does not know is left out. */
export function metaDataOf(item: JsonObject): Record<string, unknown> {
  return present({
    ...Object.fromEntries(META_DATA.map(([name, member]) => [name, at(item, member)])),
    culture: textsAt(item, "culture").join(",") || null,
  });
}

/** The best size of an artwork's `images` that has a URL. */
export function imageOf(images: unknown): JsonObject | undefined {
  const size = SIZES.find((name) => textAt(images, name, "url") !== undefined);
  return size && isObject(images) ? objectAt(images, size) : undefined;
}
