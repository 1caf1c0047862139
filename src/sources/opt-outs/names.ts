import { addressKey, textOf } from "../../record/index.js";
import { originalOf } from "./archives.js";
import { flickrNames, isOfFlickr, photoName } from "./flickr-names.js";

/** What a rule names, and what of records it is compared with. */
export type RuleKind = "provider" | "domain" | "url" | "flickr_account" | "flickr_alias" | "flickr_photo";

/** All columns that rules look at. */
export const NAMED_COLUMNS = [
  "provider",
  "foreign_identifier",
  "foreign_landing_url",
  "url",
  "creator_url",
] as const;

/** The addresses of a record that rules are about. */
const ADDRESSES = ["creator_url", "foreign_landing_url", "url"];

/** Takes a name of a record, and the column that has it. A host stands for every domain that it lies in. */
type OnName = (kind: RuleKind, value: string, column: string) => void;

/** Calls `onName` with everything that a rule may call a media record by; it may be raw or cleaned. */
export function forEachName(record: Readonly<Record<string, unknown>>, onName: OnName): void {
  const provider = providerName(record.provider);
  if (provider !== undefined) onName("provider", provider, "provider");
  if (provider === "flickr") {
    const photo = textOf(record.foreign_identifier);
    if (photo !== null) onName("flickr_photo", photoName(photo), "foreign_identifier");
  }
  for (const column of ADDRESSES) {
    const address = record[column];
    if (typeof address === "string") forEachNameOfAddress(address, column, onName);
  }
}

function forEachNameOfAddress(address: string, column: string, onName: OnName): void {
  const key = addressKey(address);
  if (key === undefined) return;
  forEachNameOfKey(key, address, column, onName);
  const original = originalOf(key);
  if (typeof original === "string") forEachNameOfKey(original, address, column, onName);
}

function forEachNameOfKey(key: string, address: string, column: string, onName: OnName): void {
  onName("url", key, column);
  const host = hostOf(key);
  onName("domain", host, column);
  if (!isOfFlickr(host)) return;
  const { photo, account, alias } = flickrNames(key, fragmentOf(address));
  if (account !== undefined) onName("flickr_account", account, column);
  if (alias !== undefined) onName("flickr_alias", alias, column);
  if (photo !== undefined) onName("flickr_photo", photo, column);
}

/** The host of a key (`addressKey`). */
export function hostOf(key: string): string {
  const end = key.search(/[/?]|:\d+(?=[/?]|$)/);
  return end === -1 ? key : key.slice(0, end);
}

/** What follows `#`, with it: the old mobile site of Flickr kept its paths there. */
export function fragmentOf(address: string): string {
  const at = address.indexOf("#");
  return at === -1 ? "" : address.slice(at);
}

/** The name of a provider as rules compare it. */
export function providerName(value: unknown): string | undefined {
  return textOf(value)?.normalize("NFC").toLowerCase();
}
