import { ownerOf, pageTail, SITE, showing, tail } from "./address.js";
import { dateOf } from "./dates.js";
import { isUser } from "./ids.js";
import type { Gives, Match } from "./pattern.js";
import type { Archive, FlickrUrl, Popular } from "./result.js";
import { encode } from "./text.js";

/** Results for lists that the Python library does not know. */

/** The results that name a user. */
type OfUser = Extract<FlickrUrl, { readonly user_url: string | null; readonly user_id: string | null }>;

/** The fields of a result beside its user, and the path of its canonical address below the user's. */
type Own<Result extends FlickrUrl> = readonly [
  path: string,
  fields?: Omit<Result, "type" | "user_url" | "user_id" | "form" | "canonical_url">,
];

/** Gives a page of a user. */
function ofUser<Type extends OfUser["type"]>(
  type: Type,
  own: (match: Match) => Own<Extract<OfUser, { readonly type: Type }>>,
): Gives {
  return (match) => {
    const { base, ...names } = ownerOf(match.get("user"));
    const [path, fields] = own(match);
    const { form } = match;
    return { type, ...names, ...fields, form, canonical_url: `${base}${path}` } as unknown as FlickrUrl;
  };
}

/** The same list, opened at a photo where the URL says so. */
function shown(gives: Gives): Gives {
  return (match) => showing(match, gives(match) as FlickrUrl);
}

const tagged = ofUser("user_tag", (match) => {
  const tag = match.get("tag");
  return [`tags/${encode(tag)}/${tail(match)}`, { tag, page: match.page }];
});

export const userTag = shown(tagged);

export const userTagList = ofUser("user_tag_list", () => ["tags/"]);

export const tagList: Gives = ({ form }) => ({
  type: "tag_list",
  form,
  canonical_url: `${SITE}photos/tags/`,
});

const liked = ofUser("favorites", (match) => {
  const { page } = match;
  const [word, by] = match.rest;
  if (word !== "from" || by === undefined || !isUser(by)) return [`favorites/${tail(match)}`, { page }];
  const from = ownerOf(by);
  const path = `favorites/from/${encode(from.user_id ?? by)}/${tail(match)}`;
  return [path, { page, from_user_url: from.user_url, from_user_id: from.user_id }];
});

/** A user's favourites, all or those by one photographer (`from/{user}`). */
export const favorites = shown(liked);

export const collection = ofUser("collection", (match) => {
  const collection_id = match.get("collection");
  return [`collections/${collection_id}/`, { collection_id }];
});

export const collectionList = ofUser("collection_list", () => ["collections/"]);

/** The galleries of a user, or with `in` first those that show the user's photos. */
export const galleryList = ofUser("gallery_list", ({ parts, page }) => {
  const featuring = parts.segments[3] === "in";
  return [`galleries/${featuring ? "in/" : ""}${pageTail(page)}`, { featuring, page }];
});

export const groupList: Gives = (match) => {
  const user = match.get("user");
  const { user_url, user_id } = ownerOf(user);
  const canonical_url = `${SITE}people/${encode(user_id ?? user)}/groups/`;
  return { type: "group_list", user_url, user_id, form: match.form, canonical_url };
};

/** `archives/date-taken/2007/07/04/`: the order, then as much of a date as there is; the view does not count. */
export const archive = ofUser("archive", ({ rest: [order, ...rest], page }) => {
  const by: Archive["by"] = order === "date-taken" || order === "date-posted" ? order : null;
  const date = by === null ? null : dateOf(rest);
  const path = ["archives", by, ...(date?.split("-") ?? [])].filter((part) => part !== null);
  return [`${path.join("/")}/${pageTail(page)}`, { by, date, page }];
});

export const popular = ofUser("popular", ({ parts, page }) => {
  const word = parts.segments[2] as string;
  return [`${word}/${pageTail(page)}`, { by: word.slice("popular-".length) as Popular["by"], page }];
});

export const sharedItems = ofUser("shared_items", (match) => {
  const share_code = match.get("name");
  return [`shares/${encode(share_code)}/`, { share_code }];
});

/** Where a user's photos were taken. */
export const userMap = ofUser("map", () => ["map/", { latitude: null, longitude: null, zoom: null }]);
