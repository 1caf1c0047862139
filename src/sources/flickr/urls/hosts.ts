/** What the hosts of Flickr serve; each class has its own table in the grammar. */
export type HostClass =
  | "site"
  | "mobile"
  | "short"
  | "live"
  | "static"
  | "photos"
  | "numbered"
  | "embed"
  | "api"
  | "explorer"
  | "archive";

/**
 * Hosts by their names. Flickr has no hosts by country, and no `www.flic.kr`. `m.`, `secure.`, `embedr.`, `api.` and
 * the Wayback Machine are unknown to the Python library.
 */
const BY_NAME: readonly (readonly [host: string, serves: HostClass])[] = [
  ["www.flickr.com", "site"],
  ["flickr.com", "site"],
  ["m.flickr.com", "mobile"],
  ["secure.flickr.com", "site"],
  ["flic.kr", "short"],
  ["live.staticflickr.com", "live"],
  ["static.flickr.com", "static"],
  ["embedr.flickr.com", "embed"],
  ["api.flickr.com", "api"],
  ["commons.flickr.org", "explorer"],
  ["web.archive.org", "archive"],
];

/** Hosts with a number of the server or the farm in their names. */
const BY_NUMBER: readonly (readonly [RegExp, HostClass])[] = [
  [/^farm\d+\.static\.?flickr\.com$/, "static"],
  [/^photos\d+\.flickr\.com$/, "photos"],
  [/^c\d+\.staticflickr\.com$/, "numbered"],
];

/** What a host serves, by its name in small letters; undefined where it is not of Flickr. */
export function hostClass(host: string): HostClass | undefined {
  // A few comparisons cost less than the hash of a string that has none yet.
  for (let i = 0; i < BY_NAME.length; i++) if (BY_NAME[i]?.[0] === host) return BY_NAME[i]?.[1];
  if (!host.endsWith("flickr.com")) return undefined;
  return BY_NUMBER.find(([pattern]) => pattern.test(host))?.[1];
}

/** Whether a host is one of Flickr's own. */
export function isFlickrHost(host: string): boolean {
  const served = hostClass(host);
  return served !== undefined && served !== "archive";
}
