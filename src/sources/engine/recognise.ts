import type { JsonObject } from "../../base/ndjson/index.js";
import { convertItem } from "./convert.js";
import { itemsOf } from "./page-shape.js";
import type { Provider } from "./provider.js";

/** Whose answer or item a saved value is: files of one provider are easily given to another, and would give no records. */

/** How many items of an answer are tried: one that gives a record is proof enough. */
const TRIED = 5;

/** Whether a value may be an item of a provider, by its members. */
export function mayBeItem(provider: Provider, value: JsonObject): boolean {
  return ownMembers(provider, value) > 0 || (provider.hasIds === true && "id" in value);
}

function ownMembers({ itemMembers = [] }: Provider, value: JsonObject): number {
  return itemMembers.filter((member) => member in value).length;
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
export async function otherProvider(
  provider: Provider,
  value: JsonObject,
  others: readonly Provider[],
): Promise<Provider | undefined> {
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

/** The other provider that can repair a text which is not quite JSON. */
export function otherSyntax(text: string, others: readonly Provider[]): Provider | undefined {
  return others.find((other) => other.repair !== undefined && canParse(other, text));
}

function canParse(provider: Provider, text: string): boolean {
  try {
    return provider.repair !== undefined && typeof JSON.parse(provider.repair(text)) === "object";
  } catch {
    return false;
  }
}
