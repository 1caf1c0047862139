import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at, givenAt, objectAt, objectsAt, present, textAt } from "../../base/ndjson/index.js";
import { readLicense } from "../../record/index.js";
import { type Found, type Provider, walkNumbered, withQuery } from "../engine/index.js";

const PAGE_SIZE = 100;
/** The API refuses pages after this one. */
const LAST_PAGE = 50;

/** Stretches of years with fewer works than the pages of one query hold: up to `to`, in steps of `step` years. */
const YEARS: readonly { readonly to: number; readonly step: number }[] = [
  { to: 200, step: 200 },
  { to: 1500, step: 1300 },
  { to: 1750, step: 250 },
  { to: 1825, step: 25 },
  { to: 1925, step: 10 },
  { to: Number.POSITIVE_INFINITY, step: 5 },
];

/** Where images lie whose location is relative: the second for answers of the newer shape. */
const IMAGES = [
  "https://coimages.sciencemuseumgroup.org.uk/images/",
  "https://coimages.sciencemuseumgroup.org.uk/",
];

/** The Science Museum Group: five museums of science, railways, media and industry. */
export const sciencemuseum: Provider = {
  name: "sciencemuseum",
  title: "Science Museum Group",
  media: ["image"],
  baseUrl: "https://collection.sciencemuseumgroup.org.uk/search/",
  documentation: "https://github.com/TheScienceMuseum/collectionsonline/wiki/Collections-Online-API",
  coverage: "full",
  licenses: "CC BY, BY-SA, BY-NC, BY-NC-SA and BY-NC-ND 4.0, CC0",
  delay: 5,
  checked: "2023",
  differences: [
    "A work that lies in two stretches of years comes twice; the catalogue remembers all ids of a run instead. Staging merges the two.",
    "Answers of both shapes are read: that of 2023 and the one that followed it.",
  ],
  walk: walkNumbered({
    parts: () => yearRanges(new Date().getUTCFullYear() + 1),
    first: 0,
    request: (page, [from, to], { baseUrl }) => ({
      url: withQuery(baseUrl, {
        has_image: 1,
        image_license: "CC",
        "page[size]": PAGE_SIZE,
        "page[number]": page,
        "date[from]": from,
        "date[to]": to,
      }),
      headers: { accept: "application/json" },
    }),
    hasNext: ({ answer, following }) => hasNextLink(answer) && following <= LAST_PAGE,
    warning: ({ answer, at: page }, [from, to]) =>
      page >= LAST_PAGE && hasNextLink(answer)
        ? `the years ${from} to ${to} have more works than the API serves of one query; the rest is missing`
        : undefined,
  }),
  page: { list: ["data"] },
  complaintOf: (answer) =>
    textAt(answer, "error") === undefined
      ? undefined
      : { means: "refused", words: textAt(answer, "message") ?? (textAt(answer, "error") as string) },
  itemMembers: ["attributes"],
  recordsOf,
};

function hasNextLink(answer: Json): boolean {
  return textAt(answer, "links", "next") !== undefined;
}

/** The stretches of years up to a last one. */
export function yearRanges(last: number): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  let from = 0;
  for (const { to, step } of YEARS) {
    while (from < to && from < last) {
      const end = Math.min(from + step, to, last);
      ranges.push([from, end]);
      from = end;
    }
  }
  return ranges;
}

function recordsOf(item: JsonObject): Found {
  const attributes = objectAt(item, "attributes");
  const files = objectsAt(attributes, "multimedia").map((one) => ({
    id: textAt(one, "@admin", "uid") ?? textAt(one, "admin", "uid"),
    image: imageOf(objectAt(one, "@processed"), 1) ?? imageOf(objectAt(one, "processed"), 0),
    license: licenseOf(one),
  }));
  const images = files.filter(({ image }) => image !== undefined);
  if (images.length === 0) return { skipped: "no media file" };
  if (images.every(({ license }) => license === undefined)) return { skipped: "no open licence" };
  const landing = textAt(item, "links", "self");
  if (landing === undefined) return { skipped: "no landing page" };
  const shared = {
    media_type: "image",
    foreign_landing_url: landing,
    creator: creatorOf(attributes),
    title:
      givenAt(attributes, "summary_title") ??
      givenAt(attributes, "summary", "title") ??
      givenAt(attributes, "title", 0, "value"),
    meta_data: metaDataOf(attributes),
  };
  return files.map(({ id, image, license }) => {
    if (!image) return { skipped: "no media file" };
    if (!license) return { skipped: "no open licence" };
    return { ...shared, ...image, ...license, foreign_identifier: id };
  });
}

/** The columns of the larger one of two sizes that has a location. */
export function imageOf(processed: JsonObject, shape: 0 | 1 = 0): Record<string, unknown> | undefined {
  const size = ["large", "medium"].find((name) => textAt(processed, name, "location") !== undefined);
  if (size === undefined) return undefined;
  const file = objectAt(processed, size);
  return {
    url: urlOf(textAt(file, "location") as string, shape),
    filetype: givenAt(file, "format"),
    filesize: at(file, "measurements", "filesize") ?? null,
    ...dimensionsOf(file),
  };
}

/** The address of an image from its location, which may be relative. */
export function urlOf(location: string, shape: 0 | 1 = 0): string {
  return /^https?:/.test(location) ? location : `${IMAGES[shape]}${location.replace(/^\/+/, "")}`;
}

/** Width and height where they are given in pixels. */
export function dimensionsOf(file: JsonObject): Record<"width" | "height", unknown> {
  const dimensions = objectsAt(file, "measurements", "dimensions");
  const of = (name: string) =>
    dimensions.find((one) => one.dimension === name && one.units === "pixels")?.value ?? null;
  return { width: of("width"), height: of("height") };
}

/** The licence of one image: `CC BY-NC-SA 4.0`, `CC-BY-NC-ND 4.0`, `CC0`. */
export function licenseOf(media: JsonObject): { license: string; license_version: string } | undefined {
  const terms =
    textAt(media, "legal", "rights", 0, "licence") ??
    textAt(media, "source", "legal", "rights", 0, "usage_terms");
  const read = readLicense({ license: terms });
  if ("error" in read) return undefined;
  return { license: read.license.license, license_version: read.license.version };
}

export function creatorOf(attributes: JsonObject): unknown {
  const maker =
    objectsAt(attributes, "lifecycle", "creation", 0, "maker")[0] ??
    objectsAt(attributes, "creation", "maker")[0];
  return givenAt(maker, "summary_title") ?? givenAt(maker, "summary", "title");
}

/** The meta_data of a work: the first value of each kind. */
export function metaDataOf(attributes: JsonObject): Record<string, unknown> {
  return present({
    "accession number": givenAt(attributes, "identifier", 0, "value"),
    name: givenAt(attributes, "name", 0, "value"),
    category: givenAt(attributes, "categories", 0, "value") ?? givenAt(attributes, "category", 0, "value"),
    description: givenAt(attributes, "description", 0, "value"),
    creditline: givenAt(attributes, "legal", "credit_line"),
  });
}
