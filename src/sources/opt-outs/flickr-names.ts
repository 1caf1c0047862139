import { comparableId } from "../../record/index.js";
import { isFlickrHost, parseFlickrUrl } from "../flickr/index.js";

/** What an address of Flickr names, in the form in which opt-outs compare it. */
interface FlickrNames {
  /** Whether it is a photo's own address: of one of a list that opens at a photo, the owner is the subject. */
  readonly isPhoto?: boolean;
  readonly photo?: string;
  /** An NSID. */
  readonly account?: string;
  /** The name that an account has in addresses, where they do not have its NSID. */
  readonly alias?: string;
}

const NSID = /^\d+@n\d\d$/i;
const STUCK_NSID = /^(\d+@n\d\d)(?!\w)/i;
/** An NSID that stands for itself, wherever in an address. */
const LONE_NSID = /[/=](\d+@n\d\d)(?=[/?&#]|$)/i;
/** Where an account has its pages, whatever follows it. */
const BELOW_ACCOUNT = /^\/(?:photos|people)\/[^/?#]+/i;

/** Whether a host is Flickr's: those that the grammar knows, and every other one under its names. */
export function isOfFlickr(host: string): boolean {
  return isFlickrHost(host) || /(?:^|\.)(?:static)?flickr\.com$/.test(host);
}

/**
 * What the address with a key, followed by `fragment` (`#…`, or nothing), names. Pages that the grammar does not know are
 * those of the account that they lie below, or have in their parameters.
 */
export function flickrNames(key: string, fragment = ""): FlickrNames {
  const host = /^[^/?:]*/.exec(key)?.[0] as string;
  const path = key
    .slice(host.length)
    .replace(/^:\d+/, "")
    // Escaped twice (`%2540`), or a slash that was: no name on Flickr has one.
    .replace(/%25(?=[\dA-F]{2})/g, "%")
    .replaceAll("%2F", "/")
    .replaceAll("%40", "@")
    // The short address of a photo's file.
    .replace(/^\/p\/img\/(\w+?)_.*/, "/p/$1");
  const start = `https://${isFlickrHost(host) ? host : host.endsWith("staticflickr.com") ? "live.staticflickr.com" : "www.flickr.com"}`;
  const found = namesOf(start + path + fragment);
  if (found.photo ?? found.account ?? found.alias) return found;
  const nsid = LONE_NSID.exec(path)?.[1];
  if (nsid !== undefined) return { account: nsid.toUpperCase() };
  const below = BELOW_ACCOUNT.exec(path)?.[0];
  return below === undefined ? NOBODY : namesOf(start + below.toLowerCase());
}

const NOBODY: FlickrNames = {};

function namesOf(url: string): FlickrNames {
  const page = parseFlickrUrl(url, { decodeShort: true });
  if ("error" in page) return NOBODY;
  const { type, photo_id, user_id, user_url } = page as {
    readonly type: string;
    readonly photo_id?: string | null;
    readonly user_id?: string | null;
    readonly user_url?: string | null;
  };
  const given = user_id ?? user_url?.split("/")[4];
  const user = given === undefined || /^[\w@-]+$/.test(given) ? given : bareUser(given);
  const isNsid = user !== undefined && NSID.test(user);
  return {
    ...(type === "single_photo" && { isPhoto: true }),
    ...(photo_id && { photo: photoName(photo_id) }),
    ...(isNsid && { account: user.toUpperCase() }),
    ...(user && !isNsid && { alias: user.toLowerCase() }),
  };
}

/** Without what sticks to an NSID, in narrow characters: no alias has any of that. */
function bareUser(given: string): string {
  const user = given.normalize("NFKC");
  return STUCK_NSID.exec(user)?.[1] ?? user;
}

/** A photo's id is a number, whatever it was written as. */
export function photoName(id: string): string {
  return comparableId("flickr", id);
}
