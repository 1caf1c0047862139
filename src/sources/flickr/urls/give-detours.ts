import { groupOf, ownerOf, SITE } from "./address.js";
import { fromBase58, toBase58 } from "./base58.js";
import { captureTimeOf } from "./dates.js";
import type { Form } from "./form.js";
import { loneAlbum, lonePhoto } from "./give-subjects.js";
import { isDigits, nsidOf } from "./ids.js";
import { type Gives, Inner, type Match } from "./pattern.js";
import type { FlickrUrl, ShortUrl } from "./result.js";
import type { Parts } from "./split.js";
import { encode } from "./text.js";

/** Addresses that lead to their subject in some roundabout way: codes, and addresses inside of addresses. */

/** A photo by its number in base58: officially the same number. */
export const photoOfCode: Gives = (match) => lonePhoto(fromBase58(match.get("base58")), match.form);

/** The target of a short URL: known by its code alone, unless codes are decoded. */
export const shortTarget =
  (of: ShortUrl["of"], parameter: string): Gives =>
  (match) => {
    const code = match.get("base58");
    const canonical_url = `${SITE}short_urls.gne?${parameter}=${code}`;
    return decode(of, match) ?? { type: "short_url", of, code, form: match.form, canonical_url };
  };

/** What a code of `flic.kr` stands for, where codes are decoded. */
export const decoded =
  (of: ShortUrl["of"]): Gives =>
  (match) =>
    decode(of, match);

/** What galleries' codes are counted from. Found from one known pair, and it fits the others. */
const FIRST_GALLERY = 72157616180848087n;

function decode(of: ShortUrl["of"], match: Match): FlickrUrl | undefined {
  const result = match.decodeShort ? numbered(of, fromBase58(match.get("base58")), match.form) : undefined;
  return result && { ...result, inferred: true };
}

/** The subject that Flickr counts by a number. */
function numbered(of: ShortUrl["of"], number: string, form: Form): FlickrUrl | undefined {
  switch (of) {
    case "album":
      return loneAlbum(number, { page: 1, form });
    case "gallery": {
      const gallery_id = String(BigInt(number) + FIRST_GALLERY);
      const canonical_url = `https://flic.kr/y/${toBase58(number)}`;
      return { type: "gallery", gallery_id, page: 1, user_url: null, user_id: null, form, canonical_url };
    }
    case "user":
      // The digits before `@N0`, then the one after it: users are from @N00 to @N08.
      return userOf(nsidOf(`${number.slice(0, -1)}@N0${number.slice(-1)}`), form);
    case "group": {
      const nsid = groupNsid(number);
      if (nsid === null) return undefined;
      const { base, ...names } = groupOf(nsid);
      return { type: "group", ...names, page: 1, form, canonical_url: base };
    }
    default:
      return undefined;
  }
}

function userOf(nsid: string | null, form: Form): FlickrUrl | undefined {
  if (nsid === null) return undefined;
  const { base, ...names } = ownerOf(nsid);
  return { type: "user", page: 1, ...names, form, canonical_url: base };
}

/** Groups are @N20 and above, or of the old kind: @N00 and @N01, which lose their first digit. */
function groupNsid(number: string): string | null {
  return (
    (/2\d$/.test(number) ? nsidOf(`${number.slice(0, -2)}@N${number.slice(-2)}`) : null) ??
    (/[01]$/.test(number) ? nsidOf(`${number.slice(0, -1)}@N0${number.slice(-1)}`) : null)
  );
}

/** `photostream.gne?id=`: a user's NSID, or a number by which Flickr alone knows the user. */
export const photostream: Gives = (match) => {
  const id = match.get("name");
  const { form } = match;
  const user = userOf(nsidOf(id), form);
  if (user || !isDigits(id)) return user;
  const canonical_url = `${SITE}photostream.gne?id=${id}`;
  return { type: "photostream", photostream_id: id, form, canonical_url };
};

/** The old mobile site kept its paths in the fragment. */
export const mobilePage: Gives = ({ parts: { fragment } }) =>
  fragment.startsWith("/") ? new Inner(`${SITE}${fragment.slice(1)}`) : undefined;

/** Mails lead through `/x/t/{number}/` to the real path. */
export const tracked: Gives = ({ rest, parts }) => innerUrl(SITE, rest, parts);

/** The page that an old Flash player shows is named in its parameters. */
export const shownPage: Gives = (match) => {
  const path = match.get("name");
  return path.startsWith("/") ? new Inner(`${SITE}${path.slice(1)}`, { form: "swf" }) : undefined;
};

/** A copy in the Wayback Machine: the time, where it is named, then the URL as it was. */
export const wayback: Gives = ({ rest, parts }) => {
  const stamped = /^(?:[\d*]+)(?:[a-z]{2}_)?$/.test(rest[0] ?? "");
  const captured_at = stamped ? captureTimeOf(rest[0] as string) : null;
  const url = stamped ? rest.slice(1) : rest;
  // The splitting has taken the slashes of `http://` away.
  const start = url.findIndex((segment) => !/^(?:https?|feed):$/i.test(segment));
  return start === -1 ? undefined : innerUrl("//", url.slice(start), parts, { captured_at });
};

/** A URL made of segments that were decoded, with the query and fragment of the URL around it. */
export function innerUrl(
  start: string,
  path: readonly string[],
  { query, fragment }: Parts,
  adds: Inner["adds"] = {},
): Inner {
  const end = `${query === "" ? "" : `?${query}`}${fragment === "" ? "" : `#${fragment}`}`;
  return new Inner(`${start}${path.map(encode).join("/")}${end}`, adds);
}
