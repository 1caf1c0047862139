import type { JsonObject } from "../../base/ndjson/index.js";
import { convertItem } from "./convert.js";
import * as list from "./list.js";
import { itemsOf } from "./page-shape.js";
import type { Provider } from "./provider.js";

/** Whose answer or item a saved value is: files of one provider are easily given to another, and read as nothing. */

/** Members of a provider's items that hardly any other provider's have. */
const OWN_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  aucklandmuseum: ["_source"],
  brooklynmuseum: ["rights_type", "object_date", "credit_line"],
  ccmixter: ["upload_id", "upload_name"],
  clevelandmuseum: ["share_license_status", "creditline", "creation_date"],
  europeana: ["edmIsShownAt", "edmIsShownBy", "guid"],
  finnishmuseums: ["imageRights", "buildings"],
  flickr: ["owner", "ownername", "datetaken", "dateupload"],
  freesound: ["previews", "num_downloads", "username"],
  inaturalist: ["photo_id"],
  jamendo: ["license_ccurl", "musicinfo", "artist_name"],
  justtakeitfree: ["page_link", "full_image_link"],
  met: ["objectID", "isPublicDomain"],
  museumsvictoria: ["displayTitle", "media"],
  nappy: ["foreign_identifier", "saves"],
  nypl: ["uuid", "apiUri", "details"],
  openverse: ["indexed_on", "detail_url", "related_url"],
  phylopic: ["uuid", "_links"],
  rawpixel: ["style_uri", "artist_names"],
  sciencemuseum: ["attributes"],
  smithsonian: ["unitCode", "docSignature"],
  smk: ["object_number", "image_native", "production"],
  stocksnap: ["img_id", "favorites_raw"],
  wikimedia: ["pageid", "imageinfo"],
  wordpress: ["slug", "_embedded"],
};

/** Whose items have an `id`, and nothing else that is sure to be there. */
const HAVE_ID = new Set(
  "brooklynmuseum clevelandmuseum europeana finnishmuseums flickr freesound jamendo museumsvictoria openverse rawpixel smithsonian smk".split(
    " ",
  ),
);

/** So many items of an answer are tried: one that gives a record is proof enough. */
const TRIED = 5;

/** Whether a value may be an item of a provider, by its members. */
export function mayBeItem(provider: Provider, value: JsonObject): boolean {
  return ownMembers(provider, value) > 0 || (HAVE_ID.has(provider.name) && "id" in value);
}

function ownMembers({ name }: Provider, value: JsonObject): number {
  return (OWN_MEMBERS[name] ?? []).filter((member) => member in value).length;
}

/** Whether a value is a record already; the catalogue's names are also those of some items. */
export function isRecord(value: JsonObject): boolean {
  return "foreign_identifier" in value && RECORD_MEMBERS.some((member) => member in value);
}

const RECORD_MEMBERS = ["media_type", "provider", "license_url", "license_version", "meta_data"];

/** Whether any of some items gives a record. */
export async function givesRecords(provider: Provider, items: readonly JsonObject[]): Promise<boolean> {
  for (const item of items.slice(0, TRIED)) {
    const { records } = await convertItem(provider, item, {});
    if (records.length > 0) return true;
  }
  return false;
}

/** The other provider that makes records of a value, or whose items it looks like and this one's it does not. */
export async function otherProvider(provider: Provider, value: JsonObject): Promise<Provider | undefined> {
  const others = Object.values(list).filter((other) => other !== provider);
  for (const other of others) {
    if (await givesRecords(other, itemsOf(other, value) ?? [value])) return other;
  }
  const least = likeness(provider, value);
  const alike = others
    .map((other) => ({ other, members: likeness(other, value) }))
    .filter(({ members }) => members > least)
    .sort((a, b) => b.members - a.members);
  const [first, second] = alike;
  if (first && first.members !== second?.members) return first.other;
  if (mayBeItem(provider, value) || itemsOf(provider, value) !== undefined) return undefined;
  const knowing = others.filter((other) => itemsOf(other, value) !== undefined);
  return knowing.length === 1 ? knowing[0] : undefined;
}

/** How many of its own members a provider finds in an item, or in the first one of an answer. */
function likeness(provider: Provider, value: JsonObject): number {
  const [item] = itemsOf(provider, value) ?? [value];
  return item === undefined ? 0 : ownMembers(provider, item);
}

/** The other provider whose answers are not quite JSON, and who can read a text that is none. */
export function otherSyntax(provider: Provider, text: string): Provider | undefined {
  return Object.values(list).find(
    (other) => other !== provider && other.repair !== undefined && canParse(other, text),
  );
}

function canParse(provider: Provider, text: string): boolean {
  try {
    return provider.repair !== undefined && typeof JSON.parse(provider.repair(text)) === "object";
  } catch {
    return false;
  }
}
