import type { JsonObject } from "../ndjson/index.js";
import { convertItem } from "./convert.js";
import * as list from "./list.js";
import type { Provider } from "./provider.js";

/** Whose answer or item a saved value is: files of one provider are easily given to another, and read as nothing. */

/** Members of an item by which it is known, any of them. Every item has one, or it could give no record. */
const ITEM_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  aucklandmuseum: ["_source"],
  ccmixter: ["upload_id"],
  inaturalist: ["photo_id"],
  justtakeitfree: ["page_link"],
  met: ["objectID"],
  nappy: ["foreign_identifier"],
  nypl: ["uuid", "details"],
  phylopic: ["uuid"],
  sciencemuseum: ["attributes"],
  stocksnap: ["img_id"],
  wikimedia: ["pageid", "imageinfo"],
  wordpress: ["slug"],
};
const USUAL_MEMBERS = ["id"];

/** So many items of an answer are tried: one that gives a record is proof enough. */
const TRIED = 5;

/** Whether a value may be an item of a provider, by its members. */
export function mayBeItem({ name }: Provider, value: JsonObject): boolean {
  return (ITEM_MEMBERS[name] ?? USUAL_MEMBERS).some((member) => member in value);
}

/** Whether any of some items gives a record. */
export async function givesRecords(provider: Provider, items: readonly JsonObject[]): Promise<boolean> {
  for (const item of items.slice(0, TRIED)) {
    const { records } = await convertItem(provider, item, {});
    if (records.length > 0) return true;
  }
  return false;
}

/** Whether a value is a record of ours; the members of some are those that a provider's items have. */
export function isRecord(value: JsonObject): boolean {
  return ["provider", "foreign_identifier", "foreign_landing_url"].every((name) => name in value);
}

/** The other provider that makes records of a value, or that alone knows it by its members. */
export async function otherProvider(provider: Provider, value: JsonObject): Promise<Provider | undefined> {
  const others = Object.values(list).filter((other) => other !== provider);
  for (const other of others) {
    if (await givesRecords(other, other.itemsOf(value) ?? [value])) return other;
  }
  if (mayBeItem(provider, value) || provider.itemsOf(value) !== undefined) return undefined;
  const knowing = others.filter(
    (other) => other.itemsOf(value) !== undefined || (other.name in ITEM_MEMBERS && mayBeItem(other, value)),
  );
  return knowing.length === 1 ? knowing[0] : undefined;
}

/** The other provider whose answers are not quite JSON, and who can read a text that is none. */
export function otherSyntax(provider: Provider, text: string): Provider | undefined {
  return Object.values(list).find(
    (other) => other !== provider && other.parse !== undefined && canParse(other, text),
  );
}

function canParse({ parse }: Provider, text: string): boolean {
  try {
    return typeof parse?.(text) === "object";
  } catch {
    return false;
  }
}
