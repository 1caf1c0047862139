import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseFlickrUrl } from "./parse.js";

/** What URLs mean that the Python library refuses or takes for something else. */

const USER = { user_url: "https://www.flickr.com/photos/u/", user_id: null };
const NSID = "35408001@N04";
const BY_NSID = { user_url: `https://www.flickr.com/photos/${NSID}/`, user_id: NSID };
const GROUP = { group_url: "https://www.flickr.com/groups/g", group_id: null };
const PHOTO = {
  type: "single_photo",
  photo_id: "1",
  user_url: "https://www.flickr.com/photos/u/",
  user_id: null,
};
const FILE = {
  type: "single_photo",
  photo_id: "53381630964",
  user_url: null,
  user_id: null,
  secret: "63d765ee92",
};

type Row = readonly [url: string, meaning: Readonly<Record<string, unknown>>];
const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "tags before photos and users": [
    ["www.flickr.com/photos/tags/2012", { type: "tag", tag: "2012", page: 1 }],
    ["www.flickr.com/photos/tags/2012/page2", { type: "tag", tag: "2012", page: 2 }],
    ["www.flickr.com/photos/tags", { type: "tag_list" }],
    ["www.flickr.com/photos/tags/albums/123", { type: "tag", tag: "albums" }],
    ["www.flickr.com/photos/tags/new%20york,%20ny", { type: "tag", tag: "new york, ny" }],
    ["www.flickr.com/tags/cat", { type: "tag", tag: "cat" }],
  ],
  "reserved words": [
    ["www.flickr.com/photos/me/1", { error: "UnrecognisedUrl" }],
    ["www.flickr.com/people/me", { error: "UnrecognisedUrl" }],
    ["www.flickr.com/photos/recommendations", { error: "UnrecognisedUrl" }],
    ["www.flickr.com/groups/new", { error: "UnrecognisedUrl" }],
    ["commons.flickr.org/members/tags", { error: "UnrecognisedUrl" }],
  ],
  "an NSID in any case": [
    [`www.flickr.com/photos/${NSID.toLowerCase()}`, { type: "user", ...BY_NSID }],
    [`www.flickr.com/photos/${NSID.toLowerCase()}/sets/7`, { type: "album", ...BY_NSID }],
    [`www.flickr.com/groups/2995418@n23`, { type: "group", group_id: "2995418@N23" }],
    [`www.flickr.com/photos/${NSID.replace("@", "%40")}/1`, { type: "single_photo", ...BY_NSID }],
  ],
  "a user's lists": [
    ["www.flickr.com/photos/u/sets", { type: "user", form: "albums", page: 1, ...USER }],
    ["www.flickr.com/photos/u/albums/page2", { type: "user", form: "albums", page: 2 }],
    ["www.flickr.com/photos/u/albums/with/7", { type: "user", form: "albums" }],
    ["www.flickr.com/photos/u/galleries/page2", { type: "gallery_list", page: 2, featuring: false, ...USER }],
    ["www.flickr.com/photos/u/galleries/in/page2", { type: "gallery_list", page: 2, featuring: true }],
    ["www.flickr.com/photos/u/tags", { type: "user_tag_list", ...USER }],
    ["www.flickr.com/photos/u/tags/cat/page4", { type: "user_tag", tag: "cat", page: 4, ...USER }],
    ["www.flickr.com/photos/u/tags/cat/show/with/5", { type: "user_tag", tag: "cat", photo_id: "5" }],
    ["www.flickr.com/photos/u/favourites/page3", { type: "favorites", page: 3, ...USER }],
    ["www.flickr.com/photos/u/faves/with/5", { type: "favorites", photo_id: "5" }],
    [
      `www.flickr.com/photos/u/favorites/from/${NSID}`,
      { type: "favorites", from_user_url: BY_NSID.user_url, from_user_id: NSID },
    ],
    ["www.flickr.com/photos/u/collections", { type: "collection_list", ...USER }],
    [
      "www.flickr.com/photos/u/collections/1-72157600000000000",
      { type: "collection", collection_id: "1-72157600000000000" },
    ],
    ["www.flickr.com/photos/u/archives", { type: "archive", by: null, date: null, ...USER }],
    [
      "www.flickr.com/photos/u/archives/date-taken/2007/7/4",
      { type: "archive", by: "date-taken", date: "2007-07-04" },
    ],
    [
      "www.flickr.com/photos/u/archives/date-posted/2007/calendar",
      { type: "archive", by: "date-posted", date: "2007" },
    ],
    ["www.flickr.com/photos/u/popular-views/page2", { type: "popular", by: "views", page: 2, ...USER }],
    ["www.flickr.com/photos/u/with/5/lightbox", { type: "user", photo_id: "5", ...USER }],
    ["www.flickr.com/photos/u/page2/lightbox", { type: "user", page: 2 }],
    ["www.flickr.com/photos/u/show/with/5", { type: "user", form: "slideshow", photo_id: "5" }],
    ["www.flickr.com/photos/u/shares/8sKd73", { type: "shared_items", share_code: "8sKd73", ...USER }],
    ["www.flickr.com/photos/u/map", { type: "map", latitude: null, ...USER }],
    ["www.flickr.com/people/u/groups", { type: "group_list", ...USER }],
    ["www.flickr.com/people/u", { type: "user", form: "profile", ...USER }],
  ],
  "albums and galleries opened at a photo": [
    [
      "www.flickr.com/photos/u/sets/7/with/5",
      { type: "album", album_id: "7", photo_id: "5", page: 1, ...USER },
    ],
    ["www.flickr.com/photos/u/albums/7/page2/with/5", { type: "album", page: 2, photo_id: "5" }],
    ["www.flickr.com/photos/u/albums/7/show/with/5", { type: "album", photo_id: "5" }],
    [
      "www.flickr.com/photos/u/galleries/7/page2/with/5",
      { type: "gallery", gallery_id: "7", page: 2, photo_id: "5", ...USER },
    ],
  ],
  groups: [
    ["www.flickr.com/groups/g/about", { type: "group", form: "about", ...GROUP }],
    ["www.flickr.com/groups/g/rules", { type: "group", form: "rules" }],
    ["www.flickr.com/groups/g/members/page2", { type: "group_members", page: 2, ...GROUP }],
    ["www.flickr.com/groups/g/pool/page2/with/5", { type: "group", page: 2, photo_id: "5", ...GROUP }],
    [`www.flickr.com/groups/g/pool/${NSID}/page2`, { type: "group", page: 2, ...BY_NSID }],
    ["www.flickr.com/groups/g/pool/tags/cat", { type: "group", tag: "cat" }],
    [
      "www.flickr.com/groups/g/discuss/7/page2",
      { type: "group_discussion", topic_id: "7", reply_id: null, page: 2, ...GROUP },
    ],
    [
      "www.flickr.com/groups/g/discuss/7/8",
      { type: "group_discussion", topic_id: "7", reply_id: "8", page: 1 },
    ],
    [
      "www.flickr.com/groups_pool.gne?id=2995418@N23",
      { type: "group", form: "gne", group_id: "2995418@N23" },
    ],
  ],
  "the site": [
    ["www.flickr.com/explore", { type: "explore", date: null }],
    ["www.flickr.com/photos", { type: "explore", date: null }],
    ["www.flickr.com/explore/2024/08/04/with/5", { type: "explore", date: "2024-08-04", photo_id: "5" }],
    ["www.flickr.com/explore/interesting/2024/08/", { type: "explore", date: "2024-08" }],
    ["www.flickr.com/explore/interesting/2007/07/04/", { type: "explore", date: "2007-07-04" }],
    ["www.flickr.com/explore/nonsense", { error: "UnrecognisedUrl" }],
    ["www.flickr.com/commons/with/5", { type: "commons", photo_id: "5" }],
    [
      "www.flickr.com/search/?q=red+panda",
      { type: "search", scope: "photos", text: "red panda", tags: null, user: null },
    ],
    ["www.flickr.com/search/people/?text=a%26b", { type: "search", scope: "people", text: "a&b" }],
    [`www.flickr.com/search?user_id=${NSID}&tags=cat`, { type: "search", tags: "cat", user: NSID }],
    ["www.flickr.com/map/?&photo=5", { type: "map", photo_id: "5", user_url: null }],
    [
      "www.flickr.com/map/?fLat=48.2&fLon=-16.37&zl=12",
      { type: "map", latitude: 48.2, longitude: -16.37, zoom: 12 },
    ],
    ["www.flickr.com/places/United+States/California", { type: "place", place: "United+States/California" }],
    ["www.flickr.com/geo", { type: "map", latitude: null }],
  ],
  "other hosts": [
    ["m.flickr.com/photos/u/1", { ...PHOTO, form: "page" }],
    ["m.flickr.com/#/photos/u/1/", PHOTO],
    ["m.flickr.com/photostream.gne?id=266047", { type: "photostream", photostream_id: "266047" }],
    [`m.flickr.com/photostream.gne?id=${NSID}`, { type: "user", ...BY_NSID }],
    ["secure.flickr.com/photos/u/1", PHOTO],
    [
      "embedr.flickr.com/photos/53381630964",
      { type: "single_photo", photo_id: "53381630964", form: "embed", user_url: null },
    ],
    [
      `embedr.flickr.com/photos/${NSID}/1/in/dateposted-public`,
      { type: "single_photo", form: "embed", ...BY_NSID },
    ],
    ["embedr.flickr.com/photosets/7", { type: "album", album_id: "7", user_url: null, form: "embed" }],
    ["embedr.flickr.com/groups/2995418@N23", { type: "group", group_id: "2995418@N23", form: "embed" }],
    [`embedr.flickr.com/photostreams/${NSID}`, { type: "user", form: "embed", ...BY_NSID }],
    ["de.flickr.com/photos/u/1", { error: "NotAFlickrUrl" }],
    ["www.flickr.com.evil.com/photos/u/1", { error: "NotAFlickrUrl" }],
    ["https://evil.com\\@www.flickr.com/photos/u/1", { error: "NotAFlickrUrl" }],
  ],
  feeds: [
    [
      `api.flickr.com/services/feeds/photos_public.gne?id=${NSID}&lang=en-us`,
      { type: "user", form: "feed", ...BY_NSID },
    ],
    [
      "api.flickr.com/services/feeds/photos_public.gne?tags=cat&format=rss_200",
      { type: "tag", tag: "cat", form: "feed" },
    ],
    [
      `www.flickr.com/services/feeds/photoset.gne?set=7&nsid=${NSID}`,
      { type: "album", album_id: "7", form: "feed", ...BY_NSID },
    ],
    [
      "feed://api.flickr.com/services/feeds/groups_discuss.gne?id=2995418@N23",
      { type: "group", form: "feed" },
    ],
    [
      `api.flickr.com/services/feeds/photos_faves.gne?nsid=${NSID}`,
      { type: "favorites", form: "feed", ...BY_NSID },
    ],
    [
      "api.flickr.com/services/feeds/photos_public.gne",
      { type: "feed", feed: "photos_public", form: "feed" },
    ],
    ["api.flickr.com/services/rest", { error: "UnrecognisedUrl" }],
  ],
  "slide shows and players": [
    [
      `www.flickr.com/slideShow/index.gne?user_id=${NSID}&set_id=7`,
      { type: "album", album_id: "7", form: "slideshow", ...BY_NSID },
    ],
    ["www.flickr.com/slideShow/index.gne?set_id=7", { type: "album", user_url: null }],
    ["www.flickr.com/slideShow/index.gne?group_id=2995418@N23", { type: "group", form: "slideshow" }],
    [`www.flickr.com/slideShow/index.gne?user_id=${NSID}`, { type: "user", form: "slideshow" }],
    ["www.flickr.com/slideShow/index.gne?tags=cat", { type: "tag", tag: "cat", form: "slideshow" }],
    [
      "www.flickr.com/apps/slideshow/show.swf?v=109615&page_show_url=%2Fphotos%2Fu%2Fsets%2F7%2Fshow%2F",
      { type: "album", album_id: "7", form: "swf", ...USER },
    ],
    ["www.flickr.com/apps/slideshow/show.swf?v=109615", { error: "UnrecognisedUrl" }],
    [
      "www.flickr.com/apps/video/stewart.swf.v123?photo_id=5",
      { type: "single_photo", photo_id: "5", form: "swf" },
    ],
  ],
  files: [
    [
      "live.staticflickr.com/65535/53381630964_63d765ee92_b.jpg",
      { ...FILE, server: "65535", size: "b", format: "jpg", form: "jpeg" },
    ],
    ["live.staticflickr.com/65535/53381630964_63d765ee92.jpg?zz=1", { ...FILE, size: null }],
    [
      "live.staticflickr.com/65535/53381630964_63d765ee92_3k_d.png",
      { ...FILE, size: "3k", format: "png", form: "png" },
    ],
    ["live.staticflickr.com/65535/53381630964_63d765ee92_d.gif", { ...FILE, size: null, form: "gif" }],
    ["live.staticflickr.com/5/65535/53381630964_63d765ee92.jpg", { ...FILE, server: "65535" }],
    ["c8.staticflickr.com/6/5159/53381630964_63d765ee92_b.jpg", { ...FILE, server: "5159", size: "b" }],
    ["photos12.flickr.com/53381630964_63d765ee92_b.jpg", { ...FILE, server: "12", size: "b" }],
    [
      "photos1.flickr.com/12/345_abc.jpg",
      { type: "single_photo", photo_id: "345", server: "1", secret: "abc" },
    ],
    [
      "photos1.flickr.com/345",
      { type: "single_photo", photo_id: "345", secret: null, format: null, form: "file" },
    ],
    [
      "live.staticflickr.com/video/5/346a41e5a9/1080p.mp4?s=ey",
      {
        type: "single_photo",
        photo_id: "5",
        secret: "346a41e5a9",
        size: "1080p",
        format: "mp4",
        form: "video",
        server: null,
      },
    ],
    ["live.staticflickr.com/video/5", { type: "single_photo", photo_id: "5", secret: null, size: null }],
    [`farm1.static.flickr.com/buddyicons/${NSID}.jpg?1`, { type: "user", form: "buddy_icon", ...BY_NSID }],
    [
      `live.staticflickr.com/65535/buddyicons/${NSID}_r.jpg`,
      { type: "user", form: "buddy_icon", ...BY_NSID },
    ],
    [
      `live.staticflickr.com/65535/coverphoto/${NSID}_h.jpg`,
      { type: "user", form: "cover_photo", ...BY_NSID },
    ],
  ],
  "addresses inside of addresses": [
    ["www.flickr.com/x/t/0096009/photos/u/1/", PHOTO],
    [
      "https://web.archive.org/web/20230321184118/http://www.flickr.com/photos/u/1/",
      { ...PHOTO, form: "page", captured_at: "2023-03-21T18:41:18.000Z" },
    ],
    [
      "https://web.archive.org/web/2012id_/http://static.flickr.com/63/53381630964_63d765ee92.jpg",
      { ...FILE, form: "jpeg", captured_at: "2012-01-01T00:00:00.000Z" },
    ],
    ["https://web.archive.org/web/*/https://www.flickr.com/photos/u/1/*", { ...PHOTO, captured_at: null }],
    ["https://web.archive.org/web/http:/www.flickr.com/photos/u/1", { ...PHOTO, captured_at: null }],
    ["https://web.archive.org/web/20230321184118/http://example.org/", { error: "NotAFlickrUrl" }],
    ["https://web.archive.org/web/20230321184118/http://www.flickr.com/help", { error: "UnrecognisedUrl" }],
    ["https://web.archive.org/", { error: "NotAFlickrUrl" }],
    [
      `https://web.archive.org/web/${"2012/https://web.archive.org/web/".repeat(5)}2012/flickr.com/photos/u/1`,
      { error: "UnrecognisedUrl" },
    ],
    ["http://http://www.flickr.com/photos/u/1", PHOTO],
    ["httphttps://www.flickr.com/photos/u/1", PHOTO],
    ["ftp://www.flickr.com/photos/u/1", { error: "NotAFlickrUrl" }],
  ],
  "short URLs": [
    [
      "www.flickr.com/short_urls.gne?photoset=aHsjybZ5ZD",
      { type: "short_url", of: "album", code: "aHsjybZ5ZD", form: "short" },
    ],
    ["www.flickr.com/short_urls.gne?photostream=ZVcni", { type: "short_url", of: "user", code: "ZVcni" }],
    ["flic.kr/s/aHsjybZ5ZD", { error: "UnrecognisedUrl" }],
    ["flic.kr/p/2p4QbKN", { type: "single_photo", photo_id: "53208249252", form: "short" }],
  ],
  "copies with flaws": [
    ["www.flickr.com/photo_zoom.gne?size=m&amp;id=12", { type: "single_photo", photo_id: "12", form: "gne" }],
    ["www.flickr.com/photos/u/1%0A", PHOTO],
    ["  https://www.flickr.com/photos/u/1\n", PHOTO],
    ["https://www.flickr.com/photos/u/1\n2", { error: "UnrecognisedUrl" }],
    ["flickr.com//photos//u//1", PHOTO],
    ["www.flickr.com/photo.gne?short=", { error: "UnrecognisedUrl" }],
    ["https://www.flickr.com:99999/photos/u/1", PHOTO],
    ["www.flickr.com/photos/%ff/1", { type: "single_photo", user_url: "https://www.flickr.com/photos/%ff/" }],
    [
      "www.flickr.com/photos/a%2Fb/1",
      { type: "single_photo", user_url: "https://www.flickr.com/photos/a%2Fb/" },
    ],
    [`www.flickr.com/photos/u/page${"9".repeat(400)}`, { error: "UnrecognisedUrl" }],
  ],
};

for (const [what, rows] of Object.entries(ROWS)) {
  describe(what, () => {
    for (const [url, meaning] of rows) {
      test(url.length > 100 ? `${url.slice(0, 100)}…` : url, () => {
        const result: Record<string, unknown> = { ...parseFlickrUrl(url) };
        const known = Object.fromEntries(Object.keys(meaning).map((name) => [name, result[name]]));
        assert.deepEqual(known, meaning);
      });
    }
  });
}

/** Pairs of codes and ids that people have met (docs/flickr-urls.md, "Short URLs"). */
const DECODED: readonly Row[] = [
  ["flic.kr/s/aHsjybZ5ZD", { type: "album", album_id: "72157628959784871", user_url: null }],
  ["flic.kr/s/aHBqjB47HN", { type: "album", album_id: "72177720312835512" }],
  ["flic.kr/s/aHsmLCQa2e", { type: "album", album_id: "72157713265937611" }],
  ["flic.kr/s/aHBqjAES3i", { type: "album", album_id: "72177720308493661" }],
  ["flic.kr/y/2Xry4Jt", { type: "gallery", gallery_id: "72157690638331410", user_url: null }],
  ["flic.kr/y/2sfUimC", { type: "gallery", gallery_id: "72157671483451751" }],
  ["flic.kr/y/3NJtxNR", { type: "gallery", gallery_id: "72157722991312360" }],
  ["flic.kr/ps/ZVcni", { type: "user", user_id: "65541944@N07" }],
  ["flic.kr/ps/vubFe", { type: "user", user_id: "33367743@N05" }],
  ["flic.kr/g/stemc", { type: "group", group_id: "2995418@N23" }],
  ["flic.kr/go/8WJtR", { type: "group", group_id: "898944@N23" }],
  ["www.flickr.com/short_urls.gne?photoset=aHsjybZ5ZD", { type: "album", album_id: "72157628959784871" }],
];

describe("codes that are decoded when asked", () => {
  for (const [url, meaning] of DECODED) {
    test(url, () => {
      const result: Record<string, unknown> = { ...parseFlickrUrl(url, { decodeShort: true }) };
      const known = Object.fromEntries(Object.keys(meaning).map((name) => [name, result[name]]));
      assert.deepEqual(known, meaning);
      assert.equal(result.inferred, true);
    });
  }

  test("a code too small for an NSID is not understood", () => {
    assert.deepEqual(parseFlickrUrl("flic.kr/ps/12", { decodeShort: true }), { error: "UnrecognisedUrl" });
    assert.deepEqual(parseFlickrUrl("flic.kr/g/12", { decodeShort: true }), { error: "UnrecognisedUrl" });
  });

  test("the code of a photo is no guess", () => {
    assert.ok(!("inferred" in parseFlickrUrl("flic.kr/p/2p4QbKN", { decodeShort: true })));
  });
});
