import { nsidOf } from "./ids.js";
import type { Match } from "./pattern.js";
import type { FlickrUrl } from "./result.js";
import { encode } from "./text.js";

/** The pieces that results and canonical addresses are made of. Canonical addresses end with a slash, as Flickr's do. */

export const SITE = "https://www.flickr.com/";

/**
 * A user by alias or NSID as results name them, and the start of canonical addresses below them. The address is under `/photos/` even where the URL said `/people/`, and keeps odd
 * characters as they are; an NSID gets its capital N.
 */
export function ownerOf(user: string): { user_url: string; user_id: string | null; base: string } {
  const user_id = nsidOf(user);
  const name = user_id ?? user;
  const user_url = `${SITE}photos/${name}/`;
  const encoded = encode(name);
  return { user_url, user_id, base: encoded === name ? user_url : `${SITE}photos/${encoded}/` };
}

/** A group by alias or NSID; its address has no final slash. */
export function groupOf(group: string): { group_url: string; group_id: string | null; base: string } {
  const id = nsidOf(group);
  const name = id ?? group;
  return { group_url: `${SITE}groups/${name}`, group_id: id, base: `${SITE}groups/${encode(name)}/` };
}

/** The end of a canonical address: the page. */
export function pageTail(page: number): string {
  return page === 1 ? "" : `page${page}/`;
}

/** The end of a canonical address: the page, and the photo at which a list is opened. */
export function tail({ page, shown }: Match): string {
  return `${pageTail(page)}${shown === undefined ? "" : `with/${shown}/`}`;
}

/** A query of the parameters that have a value, with its `?`; "" without any. Values are encoded already. */
export function queryOf(parameters: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined);
  return given.length === 0 ? "" : `?${given.map(([name, value]) => `${name}=${value}`).join("&")}`;
}

/** A result with the photo at which its list is opened, where there is one. */
export function showing<T extends FlickrUrl>({ shown }: Match, result: T): T {
  return shown === undefined ? result : { ...result, photo_id: shown };
}
