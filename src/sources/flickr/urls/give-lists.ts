import { ownerOf, SITE, showing, tail } from "./address.js";
import { dateOf } from "./dates.js";
import { isUser } from "./ids.js";
import type { Gives } from "./pattern.js";
import type { Archive, Popular } from "./result.js";
import { encode } from "./text.js";

/** Results for lists that the Python library does not know. */

export const userTag: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  const tag = match.get("tag");
  return showing(match, {
    type: "user_tag",
    user_url: url,
    user_id: id,
    tag,
    page: match.page,
    form: match.form,
    canonical_url: `${base}tags/${encode(tag)}/${tail(match)}`,
  });
};

export const userTagList: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  return {
    type: "user_tag_list",
    user_url: url,
    user_id: id,
    form: match.form,
    canonical_url: `${base}tags/`,
  };
};

export const tagList: Gives = ({ form }) => ({
  type: "tag_list",
  form,
  canonical_url: `${SITE}photos/tags/`,
});

/** A user's favourites, all or those by one photographer (`from/{user}`). */
export const favorites: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  const [word, by] = match.rest;
  const from = word === "from" && by !== undefined && isUser(by) ? ownerOf(by) : undefined;
  const filter = from ? `from/${encode(from.id ?? (by as string))}/` : "";
  return showing(match, {
    type: "favorites",
    user_url: url,
    user_id: id,
    page: match.page,
    ...(from && { from_user_url: from.url, from_user_id: from.id }),
    form: match.form,
    canonical_url: `${base}favorites/${filter}${tail(match)}`,
  });
};

export const collection: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  const collection_id = match.get("collection");
  return {
    type: "collection",
    user_url: url,
    user_id: id,
    collection_id,
    form: match.form,
    canonical_url: `${base}collections/${collection_id}/`,
  };
};

export const collectionList: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  return {
    type: "collection_list",
    user_url: url,
    user_id: id,
    form: match.form,
    canonical_url: `${base}collections/`,
  };
};

/** The galleries of a user, or with `in` first those that show the user's photos. */
export const galleryList: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  const featuring = match.parts.segments[3] === "in";
  const page = match.page === 1 ? "" : `page${match.page}/`;
  return {
    type: "gallery_list",
    user_url: url,
    user_id: id,
    featuring,
    page: match.page,
    form: match.form,
    canonical_url: `${base}galleries/${featuring ? "in/" : ""}${page}`,
  };
};

export const groupList: Gives = (match) => {
  const user = match.get("user");
  const { url, id } = ownerOf(user);
  const canonical_url = `${SITE}people/${encode(id ?? user)}/groups/`;
  return { type: "group_list", user_url: url, user_id: id, form: match.form, canonical_url };
};

/** `archives/date-taken/2007/07/04/`: the order, then as much of a date as there is; the view is of no account. */
export const archive: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  const [order, ...rest] = match.rest;
  const by = order === "date-taken" || order === "date-posted" ? order : null;
  const date = by === null ? null : dateOf(rest);
  const path = [by, ...(date?.split("-") ?? [])].filter((part) => part !== null);
  const page = match.page === 1 ? [] : [`page${match.page}`];
  return {
    type: "archive",
    user_url: url,
    user_id: id,
    by,
    date,
    page: match.page,
    form: match.form,
    canonical_url: `${base}${["archives", ...path, ...page].join("/")}/`,
  } satisfies Archive;
};

export const popular: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  const word = match.parts.segments[2] as string;
  return {
    type: "popular",
    user_url: url,
    user_id: id,
    by: word.slice("popular-".length) as Popular["by"],
    page: match.page,
    form: match.form,
    canonical_url: `${base}${word}/${match.page === 1 ? "" : `page${match.page}/`}`,
  };
};

export const sharedItems: Gives = (match) => {
  const { url, id, base } = ownerOf(match.get("user"));
  const share_code = match.get("name");
  return {
    type: "shared_items",
    user_url: url,
    user_id: id,
    share_code,
    form: match.form,
    canonical_url: `${base}shares/${encode(share_code)}/`,
  };
};
