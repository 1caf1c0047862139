import type { Form } from "./form.js";
import {
  decoded,
  mobilePage,
  photoOfCode,
  photostream,
  shortTarget,
  shownPage,
  tracked,
  wayback,
} from "./give-detours.js";
import { file, numberedFile, picture, video } from "./give-files.js";
import {
  archive,
  collection,
  collectionList,
  favorites,
  galleryList,
  groupList,
  popular,
  sharedItems,
  tagList,
  userMap,
  userTag,
  userTagList,
} from "./give-lists.js";
import { commons, discussion, explore, feed, map, members, place, search } from "./give-pages.js";
import {
  album,
  albumOfNobody,
  gallery,
  group,
  homepage,
  photo,
  photoOfNobody,
  pool,
  tag,
  user,
} from "./give-subjects.js";
import type { HostClass } from "./hosts.js";
import type { Rule } from "./pattern.js";

/**
 * Everything that a Flickr URL can be, by what its host serves. In each list the first rule that matches wins; the
 * order is that of the site's own router (its route table of October 2023). `docs/flickr-urls.md` shows these lists,
 * and a test tries every example.
 */

/** Rules, and their examples, that begin with the same text, and have the same form. */
function startingWith(start: string, rules: readonly Rule[], form: Form): Rule[] {
  return rules.map(([path, gives, example]) => [start + path, gives, start + example, form]);
}

const FEEDS: readonly Rule[] = startingWith(
  "services/feeds/",
  [
    ["photoset.gne?set={album}&nsid={user}", album, "photoset.gne?set=7215&nsid=92132055@N00"],
    ["photoset.gne?set={album}", albumOfNobody, "photoset.gne?set=7215"],
    ["photos_public.gne?id={user}&tags={tag}", userTag, "photos_public.gne?id=92132055@N00&tags=cat"],
    ["photos_public.gne?id={user}", user, "photos_public.gne?id=92132055@N00"],
    ["photos_public.gne?tags={tag}", tag, "photos_public.gne?tags=cat"],
    ["photos_faves.gne?id={user}", favorites, "photos_faves.gne?id=92132055@N00"],
    ["photos_faves.gne?nsid={user}", favorites, "photos_faves.gne?nsid=92132055@N00"],
    ["groups_*.gne?id={group}", group, "groups_pool.gne?id=2995418@N23"],
    ["{name}", feed, "photos_public.gne"],
  ],
  "feed",
);

/** The targets of short URLs. */
const SHORT_TARGETS: readonly Rule[] = startingWith(
  "short_urls.gne?",
  [
    ["photoset={base58}", shortTarget("album", "photoset"), "photoset=aHsjybZ5ZD"],
    ["gallery={base58}", shortTarget("gallery", "gallery"), "gallery=2Xry4Jt"],
    ["photostream={base58}", shortTarget("user", "photostream"), "photostream=ZVcni"],
    ["favorites={base58}", shortTarget("favorites", "favorites"), "favorites=ZVcni"],
    ["group={base58}", shortTarget("group", "group"), "group=stemc"],
    ["grouppool={base58}", shortTarget("group", "grouppool"), "grouppool=8WJtR"],
  ],
  "short",
);

const SLIDESHOWS: readonly Rule[] = startingWith(
  "slideShow/index.gne?",
  [
    ["set_id={album}&user_id={user}", album, "user_id=35408001@N04&set_id=7215"],
    ["set_id={album}", albumOfNobody, "set_id=7215"],
    ["group_id={group}", group, "group_id=2995418@N23"],
    ["user_id={user}&tags={tag}", userTag, "user_id=35408001@N04&tags=cat"],
    ["user_id={user}", user, "user_id=35408001@N04"],
    ["tags={tag}", tag, "tags=cat"],
  ],
  "slideshow",
);

const SITE: readonly Rule[] = [
  ["", homepage, ""],
  ["photos|explore", explore, "explore"],
  ["explore/...", explore, "explore/2024/08/04/"],
  ["photos/tags|tags-day|tags-week", tagList, "photos/tags/"],
  ["photos/tags/{tag}/...", tag, "photos/tags/fluorspar/page5"],
  ["tags", tagList, "tags"],
  ["tags/{tag}/...", tag, "tags/cat"],
  ["photos|photo/{user}/{photo}/...", photo, "photos/coast_guard/32812033543/in/pool-ships"],
  ["photos/{user}/albums|sets/{album}/...", album, "photos/cat_tac/albums/72157666833379009/page2"],
  ["photos|people/{user}/albums", user, "photos/blueminds/albums", "albums"],
  ["photos/{user}/sets", user, "photos/blueminds/sets/", "albums"],
  ["photos/{user}/albums|sets/{page}", user, "photos/blueminds/albums/page2", "albums"],
  [
    "photos/{user}/albums|sets/with/{album}",
    user,
    "photos/blueminds/albums/with/72157666833379009",
    "albums",
  ],
  ["photos/{user}/gallery|galleries/{gallery}/...", gallery, "photos/flickr/galleries/72157722096057728/"],
  ["photos/{user}/galleries/in/...", galleryList, "photos/flickr/galleries/in/page2"],
  ["photos/{user}/galleries", galleryList, "photos/flickr/galleries/"],
  ["photos/{user}/galleries/{page}", galleryList, "photos/flickr/galleries/page2"],
  ["photos/{user}/galleries/with/{gallery}", galleryList, "photos/flickr/galleries/with/72157722096057728"],
  ["photos/{user}/tags|alltags", userTagList, "photos/blueminds/tags"],
  ["photos/{user}/tags/{tag}/...", userTag, "photos/blueminds/tags/cat/page2"],
  ["photos/{user}/faves|favorites|favourites/...", favorites, "photos/blueminds/favorites/page3"],
  ["photos/{user}/collections", collectionList, "photos/blueminds/collections/"],
  [
    "photos/{user}/collections/{collection}/...",
    collection,
    "photos/blueminds/collections/72157600000000000/",
  ],
  ["photos/{user}/archives/...", archive, "photos/blueminds/archives/date-taken/2007/07/04/"],
  [
    "photos/{user}/popular-interesting|popular-faves|popular-views|popular-comments/...",
    popular,
    "photos/blueminds/popular-faves/page2",
  ],
  ["photos/{user}/shares/{name}", sharedItems, "photos/blueminds/shares/8sKd73"],
  ["photos/{user}/map|geo/...", userMap, "photos/blueminds/map"],
  ["photos/{user}", user, "photos/blueminds/"],
  ["photos/{user}/with/{shown}/...", user, "photos/blueminds/with/32812033543"],
  ["photos/{user}/show/...", user, "photos/blueminds/show/with/32812033543", "slideshow"],
  ["photos/{user}/lightbox|edit|stats/...", user, "photos/blueminds/lightbox"],
  ["photos/{user}/{page}/...", user, "photos/blueminds/page3"],
  ["people/{user}", user, "people/blueminds/", "profile"],
  ["people/{user}/{page}", user, "people/blueminds/page3", "profile"],
  ["people/{user}/groups", groupList, "people/blueminds/groups/"],
  ["groups/{group}", group, "groups/slovenia/"],
  ["groups/{group}/about", group, "groups/slovenia/about", "about"],
  ["groups/{group}/rules", group, "groups/slovenia/rules", "rules"],
  ["groups/{group}/members/...", members, "groups/slovenia/members/page2"],
  ["groups/{group}/pool/...", pool, "groups/slovenia/pool/page30/with/32812033543"],
  ["groups/{group}/discuss/{topic}", discussion, "groups/slovenia/discuss/72157600268349602/"],
  ["groups/{group}/discuss/{topic}/{page}", discussion, "groups/slovenia/discuss/72157600268349602/page2"],
  [
    "groups/{group}/discuss/{topic}/{reply}",
    discussion,
    "groups/slovenia/discuss/72157600268349602/72157600268355170",
  ],
  ["commons", commons, "commons"],
  ["commons/with/{shown}", commons, "commons/with/32812033543"],
  ["search/...", search, "search/?text=red%20panda&user_id=92132055@N00"],
  ["map", map, "map/?photo=32812033543"],
  ["geo", map, "geo"],
  ["geo|places/{name}/...", place, "places/United+States/California"],
  // The number is a user's: the rule below would take it for a photo's.
  ["photostream.gne?id={name}", photostream, "photostream.gne?id=266047", "gne"],
  ["photo*.gne|video*.gne?id={photo}", photoOfNobody, "photo_zoom.gne?id=196155401&size=m", "gne"],
  ["photo.gne?short={base58}", photoOfCode, "photo.gne?short=2ouuqFT", "gne"],
  ["groups_pool.gne?id={group}", group, "groups_pool.gne?id=2995418@N23", "gne"],
  ...SHORT_TARGETS,
  ...SLIDESHOWS,
  [
    "apps/video/stewart.swf*?photo_id={photo}",
    photoOfNobody,
    "apps/video/stewart.swf?v=2968162862&photo_id=53262935176",
    "swf",
  ],
  [
    "apps/slideshow/show.swf?page_show_url={name}",
    shownPage,
    "apps/slideshow/show.swf?page_show_url=/photos/cat_tac/sets/7215/show/",
  ],
  ["apps/slideshow/show.swf?set_id={album}", albumOfNobody, "apps/slideshow/show.swf?set_id=7215", "swf"],
  ["x/t/{number}/...", tracked, "x/t/0096009/photos/coast_guard/32812033543/"],
  ...FEEDS,
];

const FILES: readonly Rule[] = [
  ["buddyicons/{icon}", picture, "buddyicons/12345@N00.jpg", "buddy_icon"],
  ["{number}/buddyicons/{icon}", picture, "65535/buddyicons/12345@N00_r.jpg", "buddy_icon"],
  ["{number}/coverphoto/{icon}", picture, "65535/coverphoto/12345@N00_h.jpg", "cover_photo"],
  ["{number}/{number}/{file_name}/...", file, "5/65535/53381630964_63d765ee92.jpg"],
  ["{number}/{file}/...", file, "65535/53381630964_63d765ee92_s.jpg"],
];

/** The rules of every class of hosts, each with a host to try the examples on. */
export const GRAMMAR: Readonly<
  Record<HostClass, { readonly host: string; readonly rules: readonly Rule[] }>
> = {
  site: { host: "www.flickr.com", rules: SITE },
  mobile: { host: "m.flickr.com", rules: [["", mobilePage, "#/photos/coast_guard/32812033543"], ...SITE] },
  short: {
    host: "flic.kr",
    rules: [
      ["p/{base58}", photoOfCode, "p/2p4QbKN", "short"],
      ["s/{base58}", decoded("album"), "s/aHsjybZ5ZD", "short"],
      ["y/{base58}", decoded("gallery"), "y/2Xry4Jt", "short"],
      ["ps/{base58}", decoded("user"), "ps/ZVcni", "short"],
      ["g|go/{base58}", decoded("group"), "g/stemc", "short"],
    ],
  },
  live: {
    host: "live.staticflickr.com",
    rules: [["video/{photo}/...", video, "video/52868534222/346a41e5a9/1080p.mp4", "video"], ...FILES],
  },
  static: { host: "farm5.staticflickr.com", rules: FILES },
  photos: {
    host: "photos12.flickr.com",
    rules: [
      ["{number}/{file_name}/...", numberedFile, "12/16159487_3a6615a565_b.jpg"],
      ["{file}/...", numberedFile, "16159487_3a6615a565_b.jpg"],
    ],
  },
  numbered: {
    host: "c8.staticflickr.com",
    rules: [
      ["{number}/{number}/{file_name}", file, "6/5159/14288803431_7cf094b085_b.jpg"],
      ["{number}/{number}/buddyicons/{icon}", picture, "6/5159/buddyicons/12345@N00.jpg", "buddy_icon"],
    ],
  },
  embed: {
    host: "embedr.flickr.com",
    rules: [
      ["photos/{user}/{photo}/...", photo, "photos/191307898@N07/50694469291/in/dateposted-public", "embed"],
      ["photos/{photo}", photoOfNobody, "photos/53381630964", "embed"],
      ["photosets/{album}/...", albumOfNobody, "photosets/72177720316092109", "embed"],
      ["groups/{group}", group, "groups/2995418@N23", "embed"],
      ["photostreams/{user}", user, "photostreams/39017545@N02", "embed"],
    ],
  },
  api: { host: "api.flickr.com", rules: FEEDS },
  explorer: {
    host: "commons.flickr.org",
    rules: [["members/{user}", user, "members/swedish_heritage_board/", "commons_explorer"]],
  },
  archive: {
    host: "web.archive.org",
    rules: [["web/...", wayback, "web/20230321184118/http://www.flickr.com/photos/libertinus/171410082/"]],
  },
};
