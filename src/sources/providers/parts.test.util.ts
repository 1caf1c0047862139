import assert from "node:assert/strict";
import type { Json, JsonObject } from "../../base/ndjson/index.js";
import { at, isObject, listAt, objectAt, textAt } from "../../base/ndjson/index.js";
import { windowOf } from "../engine/days.js";
import { itemsOf } from "../engine/page-shape.js";
import { cut, divide, type WindowRules } from "../engine/time-windows.js";
import { flickrLicense, photoSize } from "../flickr/index.js";
import { mergePages } from "../mediawiki/batches.js";
import * as brooklyn from "./brooklynmuseum.js";
import { type Case, documentOf } from "./catalog-cases.test.util.js";
import * as ccmixter from "./ccmixter.js";
import * as cleveland from "./clevelandmuseum.js";
import * as europeana from "./europeana.js";
import * as finna from "./finnishmuseums.js";
import * as flickr from "./flickr.js";
import * as freesound from "./freesound.js";
import * as inaturalist from "./inaturalist.js";
import { isNewer } from "./inaturalist-tables.js";
import { findProvider } from "./index.js";
import * as jamendo from "./jamendo.js";
import * as met from "./met.js";
import * as victoria from "./museumsvictoria.js";
import * as nappy from "./nappy.js";
import * as nypl from "./nypl.js";
import * as phylopic from "./phylopic.js";
import * as rawpixel from "./rawpixel.js";
import * as science from "./sciencemuseum.js";
import * as smithsonian from "./smithsonian.js";
import * as smk from "./smk.js";
import * as stocksnap from "./stocksnap.js";
import * as wikimedia from "./wikimedia.js";
import * as wordpress from "./wordpress.js";

/** Makes of an input what a case expects. */
type Part = (input: JsonObject, one: Case) => unknown;

export const NONE = null;
const list = (input: unknown) => input as readonly unknown[];

/** Parts of records against what the catalogue makes of the same input, by `provider: what`. */
export const PARTS: Readonly<Record<string, Part>> = {
  "brooklynmuseum: image -> (height,width) or sizes": (image) => heightFirst(brooklyn.sizeOf(image)),
  "brooklynmuseum: item -> licence URL": (rights) => brooklyn.licenseOf(rights) ?? NONE,
  "brooklynmuseum: item -> meta_data": brooklyn.metaDataOf,
  "brooklynmuseum: item -> creator": brooklyn.creatorOf,
  "brooklynmuseum: response -> list of items": (answer) => itemsOf(findProvider("brooklynmuseum"), answer),
  "cc_mixter: duration text -> milliseconds": (text) => ccmixter.durationOf(String(text)),
  "cc_mixter: repair of numbers with leading zeros in the API JSON": (text) =>
    JSON.parse(ccmixter.repair(String(text))),
  "cc_mixter: tag text -> set of tags": (text) => ccmixter.tagsOf(String(text)).sort(),
  "cc_mixter: main file and alternatives (smallest audio file is main; archives ignored)": mainAndOthers,
  "clevelandmuseum: images object -> chosen image": (images) => cleveland.imageOf(images) ?? NONE,
  "clevelandmuseum: item -> meta_data": cleveland.metaDataOf,
  "clevelandmuseum: meta_data.culture": (item) => cleveland.metaDataOf(item).culture,
  "europeana: response -> list of items (null = stop)": (answer) => itemsOrNull("europeana", answer),
  "europeana: filetype from the web resource (newest)": (resource) =>
    europeana.columnsOf(resource).filetype ?? NONE,
  "europeana: dimensions and size from the web resource (newest)": europeana.columnsOf,
  "europeana: dimensions from the web resource (newest)": europeana.columnsOf,
  "europeana: query of a dated run": (day) => europeana.queryOf(windowOf({ since: String(day) })).query,
  "finnishmuseums: response -> list of items (null = stop)": (answer) =>
    itemsOrNull("finnishmuseums", answer),
  "finnishmuseums: image -> URL": (path) => finna.urlOf(String(path)),
  "finnishmuseums: image-rights object -> licence URL": (item) => finna.licenseOf(item) ?? NONE,
  "finnishmuseums: authors object -> creator": finna.creatorOf,
  "flickr: item -> letter of the biggest usable size (l > m > s)": (item) => photoSize(item)?.letter ?? NONE,
  "flickr: item -> licence": (item) => licenseOf(item),
  "flickr: Flickr numeric licence id": (item) => licenseOf(item),
  "flickr: item -> meta_data": flickr.metaDataOf,
  "flickr: item -> raw tags (sorted, distinct)": (item, { options }) => {
    const tags = flickr.tagsOf(item, Number(options?.max_tag_string_length));
    return tags.length > 0 ? tags : NONE;
  },
  "flickr: response -> list of items (null = stop)": (answer) => itemsOrNull("flickr", answer),
  "freesound: response -> list of items (null = stop)": (answer) =>
    itemsOf(findProvider("freesound"), answer) ?? NONE,
  "freesound: item -> (creator, creator URL)": (item) => Object.values(freesound.creatorOf(item)),
  "freesound: item -> (main file, alternative files)": async (item) => {
    const found = await findProvider("freesound").recordsOf(item, {});
    return Array.isArray(found) ? found : [NONE, NONE];
  },
  "inaturalist: iNaturalist licence code -> (licence, version)": (code) =>
    inaturalist.licenseOf(String(code)) ?? NONE,
  "inaturalist: run or skip": ({ last_success, s3_last_modified }) =>
    isNewer(textAt(last_success), Object.values(objectAt(s3_last_modified)).map(String)) ? "run" : "skip",
  "jamendo: (url, parameter) -> url without it": (input) => {
    const [url, name] = list(input);
    return jamendo.withoutParameter(String(url), String(name));
  },
  "jamendo: response -> list of items (null = stop)": (answer) => itemsOrNull("jamendo", answer),
  "jamendo: item -> raw tags": jamendo.tagsOf,
  "jamendo: url -> url with trailing slash": (url) =>
    jamendo.pathBeforeQuery(url === null ? undefined : String(url)),
  "met: response -> list of items (null = stop)": (answer) =>
    answer === null ? NONE : met.idsOf(listAt(answer, "objectIDs")),
  "met: item -> meta_data": (item) => orNull(met.metaDataOf(item)),
  "met: item -> raw tags": met.tagsOf,
  "met: item -> title": (item) => met.titleOf(item) ?? NONE,
  "met: object -> creator": (item) => textAt(item, "artistDisplayName") ?? NONE,
  "museumsvictoria: images object -> chosen image": (image) =>
    valuesOf(victoria.imageOf(image), ["url", "height", "width", "filesize"]),
  "museumsvictoria: item -> licence": (media) => urlOrNull(victoria.licenseOf(media)),
  "museumsvictoria: item -> meta_data": victoria.metaDataOf,
  "museumsvictoria: item -> creator": victoria.creatorOf,
  "nappy: response -> list of items (null = stop)": (answer) => itemsOrNull("nappy", answer),
  "nappy: human size -> bytes": (text) => nappy.bytesOf(String(text)),
  "nypl: response -> list of items (null = stop)": (answer) => itemsOrNull("nypl", answer),
  "nypl: item -> creator": (names) => nypl.creatorOf(list(names).filter(isObject)),
  "nypl: item -> meta_data": nypl.metaDataOf,
  "nypl: (dict or list, keys) -> first value found": (input) => {
    const [value, keys] = list(input);
    return nypl.first(value, keys as string[]) ?? NONE;
  },
  "phylopic: item -> creator": (contributor) => Object.values(phylopic.creatorOf(contributor)),
  "phylopic: image -> (height,width) or sizes": (links) => {
    const { width, height } = phylopic.sizeOf(links);
    return [width, height];
  },
  "rawpixel: request parameters -> HMAC signature": (query, { options }) =>
    rawpixel.signatureOf(query as Record<string, string>, String(options?.api_key)),
  "rawpixel: image -> URL": (input) => {
    const [item, style] = list(input);
    return rawpixel.urlOf(item as JsonObject, String(style)) ?? NONE;
  },
  "rawpixel: item -> image properties": (item) => Object.values(rawpixel.sizeOf(item)),
  "rawpixel: item -> title": rawpixel.titleOf,
  "rawpixel: item -> creator": rawpixel.creatorOf,
  "rawpixel: item -> raw tags": (item) => rawpixel.tagsOf(listAt(item, "popular_keywords") as string[]),
  "rawpixel: item -> category": (item) => rawpixel.categoryOf(listAt(item, "popular_keywords") as string[]),
  "sciencemuseum: final year -> list of [from,to] year slices": (year) => science.yearRanges(Number(year)),
  "sciencemuseum: attributes -> creator": (attributes) => science.creatorOf(attributes) ?? NONE,
  "sciencemuseum: processed media -> (url,height,width,…)": (processed) =>
    valuesOf(science.imageOf(processed) ?? {}, ["url", "height", "width", "filetype"]),
  "sciencemuseum: relative or absolute location -> URL": (location) =>
    location === null ? NONE : science.urlOf(String(location)),
  "sciencemuseum: measurements -> (height,width)": (file) => heightFirst(science.dimensionsOf(file)),
  "sciencemuseum: media entry -> licence": (media) => pairOf(science.licenseOf(media)),
  "sciencemuseum: item -> meta_data": science.metaDataOf,
  "sciencemuseum: licence text -> (licence, version)": (text) =>
    pairOf(science.licenseOf({ legal: { rights: [{ licence: text }] } })),
  "smithsonian: item -> creator": (item) => smithsonian.creatorOf(item) ?? NONE,
  "smithsonian: item -> meta_data": smithsonian.metaDataOf,
  "smithsonian: item -> raw tags": smithsonian.tagsOf,
  "smk: item -> landing URL": smk.landingOf,
  "smk: item -> title": (item) => textAt(item, "titles", 0, "title") ?? NONE,
  "smk: item -> meta_data": smk.metaDataOf,
  "smk: image -> URL": (id) => smk.imageOf({ image_iiif_id: id })?.url,
  "smk: item -> list of image parts": (item) => [
    renamed(smk.imageOf(item), { url: "image_url", foreign_identifier: "id", thumbnail: "thumbnail_url" }),
  ],
  "smk: image parts of an item without IIIF id (newest)": (item) =>
    renamed(smk.imageOf(item), { thumbnail: "thumbnail_url" }),
  "smk: image parts of an item with IIIF id (newest)": (item) =>
    renamed(smk.imageOf(item), { thumbnail: "thumbnail_url" }),
  "stocksnap: item -> (creator, creator URL)": (item) => Object.values(stocksnap.creatorOf(item)),
  "stocksnap: item -> raw tags": (item) => listAt(item, "keywords"),
  "stocksnap: response -> list of items (null = stop)": (answer) => itemsOrNull("stocksnap", answer),
  "time-windows: windows for one day": windowsOfDay,
  "time-windows: windows for one day; counts = whole day, then each hour": windowsOfDay,
  "time-windows: length of each part in minutes": (input) => minutesOfPart(input),
  "time-windows: division of one hour": (input) => {
    assert.throws(() => minutesOfPart(input), /do not divide evenly/);
    return { error: "does not divide evenly" };
  },
  "time-windows: window constants": (name) =>
    constantsOf(String(name) === "flickr" ? flickr.WINDOWS : finna.WINDOWS),
  "wikimedia: (left page, right page) -> merged page": (pages) => {
    const [left = {}, right = {}] = documentOf(pages as unknown as Json) as JsonObject[];
    return mergePages(left, right);
  },
  "wikimedia: day -> [start,end] UNIX seconds": (day) => {
    const [start, end] = windowOf({ since: String(day) });
    return [String(start), String(end)];
  },
  "wikimedia: item -> meta_data": wikimedia.metaDataOf,
  "wikimedia: media info -> (creator, creator URL)": (info) => Object.values(wikimedia.creatorOf(info)),
  "wikimedia: media info -> title": (info) => wikimedia.titleOf(info),
  "wikimedia: response -> list of items (null = stop)": (answer) => itemsOrNull("wikimedia", answer),
  "wordpress: item -> title": wordpress.titleOf,
  "wordpress: media details -> (url,height,width,filesize)": (details) =>
    valuesOf(wordpress.fileOf(details), ["url", "height", "width", "filesize"]),
  "wordpress: item -> (creator, creator URL)": (item) => Object.values(wordpress.creatorOf(item)),
  "wordpress: item -> meta_data": (input) => {
    const [item, details] = documentOf(input as unknown as Json) as [JsonObject, JsonObject];
    const { metaData, tags } = wordpress.termsOf(item);
    return [{ ...wordpress.cameraOf(details), ...metaData }, tags];
  },
};

function licenseOf(item: JsonObject): unknown {
  const license = flickrLicense(item.license);
  return license ? { license: license.license, version: license.version } : NONE;
}

/** The catalogue stops at an answer without items, and at one that is an error. */
function itemsOrNull(name: string, answer: unknown): unknown {
  if (!isObject(answer)) return NONE;
  const provider = findProvider(name);
  const complaint = provider.complaintOf?.(answer);
  if (complaint) assert.fail(Object.assign(new Error(complaint.words), { outcome: complaint.means }));
  const items = itemsOf(provider, answer) ?? [];
  return items.length > 0 ? items : NONE;
}

function heightFirst({ width, height }: { width: unknown; height: unknown }): unknown[] {
  return [height, width];
}

function valuesOf(columns: object | undefined, names: readonly string[]): unknown[] {
  return names.map((name) => at(columns, name) ?? NONE);
}

function orNull(object: object): object | null {
  return Object.keys(object).length > 0 ? object : NONE;
}

function urlOrNull(url: string | undefined): string | null {
  return url ?? NONE;
}

function pairOf(license: { license: string; license_version: string } | undefined): unknown {
  return license ? [license.license, license.license_version] : NONE;
}

function renamed(columns: object | undefined, names: Readonly<Record<string, string>>): unknown {
  return Object.fromEntries(
    Object.entries(columns ?? {}).map(([name, value]) => [names[name] ?? name, value]),
  );
}

function mainAndOthers({ file_formats }: JsonObject): unknown {
  const files = (file_formats as string[]).map((format, i, { length }) => ({
    download_url: `https://ccmixter.org/${i}.${format}`,
    // In the case the last one is the smallest.
    file_rawsize: length - i,
    file_format_info: { "media-type": format === "zip" ? "archive" : "audio", "default-ext": format },
  }));
  const [main, ...others] = ccmixter.filesOf({ files });
  return { main: main?.filetype ?? NONE, alt: others.map(({ filetype }) => filetype) };
}

/** The windows of a day, by the counts of the day and of its hours. */
function windowsOfDay(input: JsonObject): unknown {
  const rules: WindowRules = {
    mostResults: Number(input.max_records ?? 3000),
    threshold: Number(input.division_threshold ?? 10_000),
    fewParts: Number(input.min_divisions ?? 6),
    manyParts: Number(input.max_divisions ?? 12),
  };
  const [ofDay, ...ofHours] = listAt(input, "counts").map((count) =>
    count === "max_records - 1" ? rules.mostResults - 1 : Number(count),
  );
  const day = windowOf({ since: String(input.date ?? "2020-04-01") });
  const hours = divide(day, ofDay as number, rules);
  const windows =
    hours.length < 2 ? hours : hours.flatMap((hour, i) => [...divide(hour, ofHours[i] as number, rules)]);
  const time = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
  return windows.map((window) => window.map(time));
}

function minutesOfPart({ slice_minutes, divisions }: JsonObject): number {
  const [[start, end] = [0, 0]] = cut([0, Number(slice_minutes) * 60], Number(divisions));
  return (end - start) / 60;
}

function constantsOf({ mostResults, threshold, fewParts, manyParts }: WindowRules): unknown {
  return {
    max_records: mostResults,
    division_threshold: threshold,
    min_divisions: fewParts,
    max_divisions: manyParts,
  };
}
