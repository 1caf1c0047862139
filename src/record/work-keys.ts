import { hash } from "node:crypto";
import { comparableUrl } from "./comparable-url.js";
import { identifierOf } from "./identifier.js";

/**
 * Keys of a work that stay the same however its identifier and the URL of its file are written: removed works are
 * compared by these two.
 */

/** Providers whose identifiers are numbers: `054785924845` and `54785924845` are one photo of Flickr. */
const NUMBERED: ReadonlySet<string> = new Set(
  (
    "aucklandmuseum_tamakipaengahira brooklynmuseum ccmixter clevelandmuseum flickr freesound inaturalist jamendo " +
    "nappy rawpixel wikimedia wikimedia_audio"
  ).split(" "),
);

/** How nearly every number is written. */
const USUAL = /^[1-9]\d*$/;
/** As tables, forms and keyboards write it: with a sign, leading zeros, zeros after a point, or in wide digits. */
const NUMBER = /^\+?(\p{Nd}+)(?:\.0*)?$/u;

/** Whether the identifiers of a provider are numbers. */
export function isNumbered(provider: string): boolean {
  return NUMBERED.has(comparableProvider(provider));
}

/** The form in which the names of two providers are compared: those that we know are in small letters. */
export function comparableProvider(provider: string): string {
  return provider.toLowerCase();
}

/** The form in which two identifiers of a provider are compared; what is no number is itself. */
export function comparableId(provider: string, id: string): string {
  if (USUAL.test(id) || !isNumbered(provider)) return id;
  const digits = NUMBER.exec(id.replace(/[\s\p{Cf}]+/gu, ""))?.[1];
  return digits === undefined ? id : digits.normalize("NFKC").replace(/^0+(?=\d)/, "");
}

/**
 * The same for works of any provider, as a UUID: the identifier of the record where provider and number are written as usual.
 * That is taken from `identifier` where it is known.
 */
export function workKey(provider: string, id: string, identifier?: string): string {
  const [name, form] = [comparableProvider(provider), comparableId(provider, id)];
  const isUsual = name === provider && form === id;
  return isUsual && identifier !== undefined ? identifier : identifierOf(name, form);
}

/** SHA-256, in lower-case hex, of the UTF-8 bytes of the comparable form of an address: it names a file, and does not show it. */
export function fileHash(url: string): string {
  return hash("sha256", comparableUrl(url), "hex");
}
