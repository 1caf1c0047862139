import { groupOf, ownerOf, pageTail, SITE, showing, tail } from "./address.js";
import type { Form } from "./form.js";
import { isName, isUser, pageOf } from "./ids.js";
import type { Gives, Match } from "./pattern.js";
import type { Album, SinglePhoto } from "./result.js";
import { encode } from "./text.js";

/** Results of the seven types that the Python library knows, from pages of the site. */

/** Only the bare site: with parameters or a fragment it can be anything. */
export const homepage: Gives = ({ parts: { query, fragment }, form }) =>
  query === "" && fragment === "" ? { type: "homepage", form, canonical_url: SITE } : undefined;

export const photo: Gives = (match) => {
  const photo_id = match.get("photo");
  const { user_url, user_id, base } = ownerOf(match.get("user"));
  const canonical_url = `${base}${photo_id}/`;
  return { type: "single_photo", photo_id, user_url, user_id, form: match.form, canonical_url };
};

/** A photo whose owner is not known. */
export function lonePhoto(photo_id: string, form: Form): SinglePhoto {
  const canonical_url = photoUrl(photo_id);
  return { type: "single_photo", photo_id, user_url: null, user_id: null, form, canonical_url };
}

export const photoOfNobody: Gives = (match) => lonePhoto(match.get("photo"), match.form);

/** The address of a photo whose owner is not known. */
export function photoUrl(photo_id: string): string {
  return `${SITE}photo.gne?id=${photo_id}`;
}

export const album: Gives = (match) => {
  const album_id = match.get("album");
  const { user_url, user_id, base } = ownerOf(match.get("user"));
  const { page, form } = match;
  const canonical_url = `${base}albums/${album_id}/${tail(match)}`;
  return showing(match, { type: "album", user_url, album_id, page, user_id, form, canonical_url });
};

/** An album whose owner is not known; the site itself has no address for it. */
export function loneAlbum(album_id: string, { page, form }: Pick<Match, "page" | "form">, end = ""): Album {
  const canonical_url = `https://embedr.flickr.com/photosets/${album_id}/${end}`;
  return { type: "album", user_url: null, album_id, page, user_id: null, form, canonical_url };
}

export const albumOfNobody: Gives = (match) =>
  showing(match, loneAlbum(match.get("album"), match, tail(match)));

export const user: Gives = (match) => {
  const { user_url, user_id, base } = ownerOf(match.get("user"));
  const { page, form } = match;
  // Pages of the list of albums are not those of the photostream.
  const canonical_url = `${base}${form === "albums" ? "albums/" : ""}${tail(match)}`;
  return showing(match, { type: "user", page, user_url, user_id, form, canonical_url });
};

export const group: Gives = (match) => {
  const { base, ...names } = groupOf(match.get("group"));
  return { type: "group", ...names, page: 1, form: match.form, canonical_url: base };
};

/** Words that stand where a pool names a user. */
const POOL_WORDS = ["add", "discuss", "geo", "lightbox", "map", "show", "tags", "with"];

/** A group's pool, all of it or what a user or a tag has in it. */
export const pool: Gives = (match) => {
  const { group_url, group_id, base } = groupOf(match.get("group"));
  const { page, form } = match;
  const [first, second] = match.rest;
  const whole = { type: "group", group_url, group_id, page } as const;
  if (first === "tags" && second !== undefined && isName(second)) {
    const canonical_url = `${base}pool/tags/${encode(second)}/${tail(match)}`;
    return showing(match, { ...whole, tag: second, form, canonical_url });
  }
  if (first !== undefined && pageOf(first) === undefined && !POOL_WORDS.includes(first) && isUser(first)) {
    const { user_url, user_id } = ownerOf(first);
    const canonical_url = `${base}pool/${encode(user_id ?? first)}/${tail(match)}`;
    return showing(match, { ...whole, user_url, user_id, form, canonical_url });
  }
  const path = tail(match);
  const canonical_url = path === "" ? base : `${base}pool/${path}`;
  return showing(match, { type: "group", group_url, group_id, page, form, canonical_url });
};

export const gallery: Gives = (match) => {
  const gallery_id = match.get("gallery");
  const { user_url, user_id, base } = ownerOf(match.get("user"));
  const { page, form } = match;
  const canonical_url = `${base}galleries/${gallery_id}/${tail(match)}`;
  return showing(match, { type: "gallery", gallery_id, page, user_url, user_id, form, canonical_url });
};

export const tag: Gives = (match) => {
  const name = match.get("tag");
  const canonical_url = `${SITE}photos/tags/${encode(name)}/${pageTail(match.page)}`;
  return { type: "tag", tag: name, page: match.page, form: match.form, canonical_url };
};
