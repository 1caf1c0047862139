/** A Flickr licence id and what it means. */
export interface FlickrLicense {
  /** The id in the API's `license` member. */
  readonly id: number;
  /** The licence in the record's terms: `by-nc-sa`, `cc0`, `pdm`. */
  readonly license: string;
  /** Its version: `2.0`. */
  readonly version: string;
}

/**
 * Licences that are open, by their ids (`flickr.photos.licenses.getInfo`). Not open are 0 (all rights reserved),
 * 7 (no known copyright restrictions: a statement, no licence) and 8 (US government work: free in the US only).
 * 11 to 16 are offered since June 2025.
 */
export const FLICKR_LICENSES: readonly FlickrLicense[] = [
  { id: 1, license: "by-nc-sa", version: "2.0" },
  { id: 2, license: "by-nc", version: "2.0" },
  { id: 3, license: "by-nc-nd", version: "2.0" },
  { id: 4, license: "by", version: "2.0" },
  { id: 5, license: "by-sa", version: "2.0" },
  { id: 6, license: "by-nd", version: "2.0" },
  { id: 9, license: "cc0", version: "1.0" },
  { id: 10, license: "pdm", version: "1.0" },
  { id: 11, license: "by", version: "4.0" },
  { id: 12, license: "by-sa", version: "4.0" },
  { id: 13, license: "by-nd", version: "4.0" },
  { id: 14, license: "by-nc", version: "4.0" },
  { id: 15, license: "by-nc-sa", version: "4.0" },
  { id: 16, license: "by-nc-nd", version: "4.0" },
];

const byId = new Map(FLICKR_LICENSES.map((license) => [String(license.id), license]));

/** The open licence of an id, given as a number or as its digits; undefined for any other id. */
export function flickrLicense(id: unknown): FlickrLicense | undefined {
  if (typeof id === "number") return byId.get(String(id));
  return typeof id === "string" ? byId.get(id.trim()) : undefined;
}
