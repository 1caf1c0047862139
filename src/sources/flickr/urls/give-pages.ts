import { groupOf, pageTail, queryOf, SITE, showing, tail } from "./address.js";
import { dateOf } from "./dates.js";
import { isDigits, nsidOf } from "./ids.js";
import type { Gives } from "./pattern.js";
import type { Search } from "./result.js";
import { encode } from "./text.js";

/** Results for pages of the site as a whole and of groups that the Python library does not know. */

/** Today, `2007/07/04`, or `interesting/2007/07`. */
export const explore: Gives = (match) => {
  const rest = match.rest[0] === "interesting" ? match.rest.slice(1) : match.rest;
  const [word] = rest;
  const date = dateOf(rest);
  const isKnown =
    word === undefined || word === "lightbox" || match.shown !== undefined || (date?.length ?? 0) > 4;
  if (!isKnown) return undefined;
  // The site has a month's page under `interesting` only.
  const path = date === null ? "" : `${date.length === 7 ? "interesting/" : ""}${date.replaceAll("-", "/")}/`;
  const canonical_url = `${SITE}explore/${path}${tail(match)}`;
  return showing(match, { type: "explore", date, form: match.form, canonical_url });
};

export const commons: Gives = (match) =>
  showing(match, { type: "commons", form: match.form, canonical_url: `${SITE}commons/${tail(match)}` });

export const discussion: Gives = (match) => {
  const { base, ...names } = groupOf(match.get("group"));
  const { page, form } = match;
  const topic_id = match.get("topic");
  const reply_id = match.find("reply") ?? null;
  const canonical_url = `${base}discuss/${topic_id}/${reply_id === null ? "" : `${reply_id}/`}${pageTail(page)}`;
  return { type: "group_discussion", ...names, topic_id, reply_id, page, form, canonical_url };
};

export const members: Gives = (match) => {
  const { base, ...names } = groupOf(match.get("group"));
  const { page, form } = match;
  return { type: "group_members", ...names, page, form, canonical_url: `${base}members/${pageTail(page)}` };
};

const SCOPES = new Set(["groups", "people", "commons"]);
/** Searches for photos by other names. */
const PHOTO_SEARCHES = new Set(["show", "advanced"]);

export const search: Gives = (match) => {
  const [word] = match.rest;
  if (word !== undefined && !SCOPES.has(word) && !PHOTO_SEARCHES.has(word)) return undefined;
  const scope = word !== undefined && SCOPES.has(word) ? (word as Search["scope"]) : "photos";
  const user = match.parameter("user_id") ?? null;
  const asked = {
    text: match.parameter("text") ?? match.parameter("q") ?? null,
    tags: match.parameter("tags") ?? null,
    user: user === null ? null : (nsidOf(user) ?? user),
  };
  const [text, tags, user_id] = Object.values(asked).map((value) => value && encode(value));
  const canonical_url = `${SITE}search/${scope === "photos" ? "" : `${scope}/`}${queryOf({ text, tags, user_id })}`;
  return { type: "search", scope, ...asked, form: match.form, canonical_url };
};

/** The map of the world: at a photo, at a place, or anywhere. */
export const map: Gives = (match) => {
  const photo = match.parameter("photo");
  const photo_id = photo !== undefined && isDigits(photo) ? photo : undefined;
  const position = [match.parameter("fLat"), match.parameter("fLon"), match.parameter("zl")].map(numberOf);
  const [latitude = null, longitude = null, zoom = null] = position;
  return {
    type: "map",
    user_url: null,
    user_id: null,
    latitude,
    longitude,
    zoom,
    ...(photo_id !== undefined && { photo_id }),
    form: match.form,
    canonical_url: `${SITE}map/${queryOf({ photo: photo_id, fLat: latitude, fLon: longitude, zl: zoom })}`,
  };
};

/** A decimal number of ordinary size; null for everything else. Zero has no sign. */
function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^-?\d{1,3}(?:\.\d{1,12})?$/.test(text) ? Number(text) + 0 : null;
}

export const place: Gives = (match) => {
  const names = [match.get("name"), ...match.rest];
  if (match.get("name") === "info") return undefined;
  const canonical_url = `${SITE}geo/${names.map(encode).join("/")}/`;
  return { type: "place", place: names.join("/"), form: match.form, canonical_url };
};

/** A feed of no one subject. */
export const feed: Gives = (match) => {
  const name = match.get("name");
  if (!/^\w+\.gne$/.test(name)) return undefined;
  const canonical_url = `${SITE}services/feeds/${name}`;
  return { type: "feed", feed: name.slice(0, -".gne".length), form: match.form, canonical_url };
};
