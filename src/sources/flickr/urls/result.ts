import type { Form } from "./form.js";

/**
 * What a Flickr URL means. The first seven types and their first fields are those of the Python library
 * flickr-url-parser 1.12; everything else is added to them. A field that is not optional is always there, null where
 * the URL does not tell. Ids are texts, as they stand in the URL; pages are numbers.
 */
export type FlickrUrl =
  | Homepage
  | SinglePhoto
  | Album
  | User
  | Group
  | Gallery
  | Tag
  | UserTag
  | UserTagList
  | TagList
  | Favorites
  | AlbumCollection
  | CollectionList
  | GalleryList
  | GroupList
  | Archive
  | Popular
  | SharedItems
  | Explore
  | Commons
  | GroupDiscussion
  | GroupMembers
  | Search
  | FlickrMap
  | Place
  | Feed
  | Photostream
  | ShortUrl;

/** Why a text has no meaning here: it is on no host of Flickr, or Flickr has nothing there that we know. */
export type FlickrUrlError = { readonly error: "NotAFlickrUrl" | "UnrecognisedUrl" };

interface Result {
  readonly form: Form;
  /** The one address of the subject, on `www.flickr.com` wherever there is one. It parses to the same subject. */
  readonly canonical_url: string;
  /** ISO 8601 time of the copy, for addresses of the Wayback Machine; null where the address names none. */
  readonly captured_at?: string | null;
  /** The id is worked out from the code of a short URL by a rule that Flickr does not promise. */
  readonly inferred?: true;
}

interface Owned {
  /** `https://www.flickr.com/photos/{user}/` */
  readonly user_url: string;
  /** The NSID, where the URL has it and not an alias. */
  readonly user_id: string | null;
}

/** An owner that some forms do not name. */
interface MaybeOwned {
  readonly user_url: string | null;
  readonly user_id: string | null;
}

interface Paged {
  /** From 1; as typed, so 0 is possible. */
  readonly page: number;
}

interface Showing {
  /** The photo at which the list is opened (`with/{photo}`). */
  readonly photo_id?: string;
}

interface InGroup {
  /** `https://www.flickr.com/groups/{group}`, without a final slash. */
  readonly group_url: string;
  /** The NSID, where the URL has it and not an alias. */
  readonly group_id: string | null;
}

export interface Homepage extends Result {
  readonly type: "homepage";
}

/** A photo or video. The last four fields are there for files only. */
export interface SinglePhoto extends Result, MaybeOwned {
  readonly type: "single_photo";
  readonly photo_id: string;
  readonly server?: string | null;
  readonly secret?: string | null;
  /** The size suffix (`b`, `3k`, `o`; of videos `1080p`); null for none, which is the size of 500 pixels. */
  readonly size?: string | null;
  /** The file's extension. */
  readonly format?: string | null;
}

export interface Album extends Result, MaybeOwned, Paged, Showing {
  readonly type: "album";
  readonly album_id: string;
}

export interface User extends Result, Owned, Paged, Showing {
  readonly type: "user";
}

/** A group or its pool; a pool may be narrowed to the photos of a user or with a tag. */
export interface Group extends Result, InGroup, Paged, Showing {
  readonly type: "group";
  readonly user_url?: string;
  readonly user_id?: string | null;
  readonly tag?: string;
}

export interface Gallery extends Result, MaybeOwned, Paged, Showing {
  readonly type: "gallery";
  readonly gallery_id: string;
}

export interface Tag extends Result, Paged {
  readonly type: "tag";
  readonly tag: string;
}

/** The photos of one user with a tag. */
export interface UserTag extends Result, Owned, Paged, Showing {
  readonly type: "user_tag";
  readonly tag: string;
}

/** All tags of a user. */
export interface UserTagList extends Result, Owned {
  readonly type: "user_tag_list";
}

/** The tags of everybody. */
export interface TagList extends Result {
  readonly type: "tag_list";
}

/** What a user likes, all of it or what one photographer made. */
export interface Favorites extends Result, Owned, Paged, Showing {
  readonly type: "favorites";
  readonly from_user_url?: string;
  readonly from_user_id?: string | null;
}

/** A user's collection of albums. */
export interface AlbumCollection extends Result, Owned {
  readonly type: "collection";
  readonly collection_id: string;
}

export interface CollectionList extends Result, Owned {
  readonly type: "collection_list";
}

export interface GalleryList extends Result, Owned, Paged {
  readonly type: "gallery_list";
  /** Whether these are the galleries that show the user's photos, not those that the user made. */
  readonly featuring: boolean;
}

/** The groups of a user. */
export interface GroupList extends Result, Owned {
  readonly type: "group_list";
}

/** A user's photos by date. */
export interface Archive extends Result, Owned, Paged {
  readonly type: "archive";
  readonly by: "date-taken" | "date-posted" | null;
  /** `2007`, `2007-07` or `2007-07-04`. */
  readonly date: string | null;
}

/** A user's photos, the best first. */
export interface Popular extends Result, Owned, Paged {
  readonly type: "popular";
  readonly by: "interesting" | "faves" | "views" | "comments";
}

/** Photos that a user shares by a secret link. Only Flickr knows which. */
export interface SharedItems extends Result, Owned {
  readonly type: "shared_items";
  readonly share_code: string;
}

/** What Flickr finds interesting. */
export interface Explore extends Result, Showing {
  readonly type: "explore";
  /** `2007-07` or `2007-07-04`; null for now. */
  readonly date: string | null;
}

/** The Flickr Commons. */
export interface Commons extends Result, Showing {
  readonly type: "commons";
}

export interface GroupDiscussion extends Result, InGroup, Paged {
  readonly type: "group_discussion";
  readonly topic_id: string;
  readonly reply_id: string | null;
}

export interface GroupMembers extends Result, InGroup, Paged {
  readonly type: "group_members";
}

export interface Search extends Result {
  readonly type: "search";
  readonly scope: "photos" | "people" | "groups" | "commons";
  readonly text: string | null;
  readonly tags: string | null;
  /** NSID or alias, as it is asked for. */
  readonly user: string | null;
}

export interface FlickrMap extends Result, MaybeOwned, Showing {
  readonly type: "map";
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly zoom: number | null;
}

export interface Place extends Result {
  readonly type: "place";
  /** Its name or number: `United+States/California`. */
  readonly place: string;
}

/** A feed of everybody's photos, or of several users'. Feeds of one subject have that subject's type. */
export interface Feed extends Result {
  readonly type: "feed";
  /** `photos_public` */
  readonly feed: string;
}

/** A user who is only known by a number of Flickr's own, which is no NSID. */
export interface Photostream extends Result {
  readonly type: "photostream";
  readonly photostream_id: string;
}

/** The target of a short URL before Flickr has looked it up. */
export interface ShortUrl extends Result {
  readonly type: "short_url";
  readonly of: "album" | "gallery" | "user" | "favorites" | "group";
  readonly code: string;
}

/** Every type, in the order of the union. */
export const FLICKR_URL_TYPES = [
  ...(["homepage", "single_photo", "album", "user", "group", "gallery", "tag", "user_tag"] as const),
  ...(["user_tag_list", "tag_list", "favorites", "collection", "collection_list", "gallery_list"] as const),
  ...(["group_list", "archive", "popular", "shared_items", "explore", "commons"] as const),
  ...(["group_discussion", "group_members", "search", "map", "place", "feed"] as const),
  ...(["photostream", "short_url"] as const),
] as const satisfies readonly FlickrUrl["type"][];

// Does not compile when a type is missing in the list above.
type Missing = Exclude<FlickrUrl["type"], (typeof FLICKR_URL_TYPES)[number]>;
const _complete: [Missing] extends [never] ? true : Missing = true;
void _complete;
