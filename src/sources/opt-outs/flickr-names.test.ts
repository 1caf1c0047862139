import assert from "node:assert/strict";
import { test } from "node:test";
import { OptOuts } from "./list.js";
import { named } from "./named.test.util.js";
import { parseRule, type Rule } from "./rules.js";

/** What addresses of Flickr name, in rules and in records. */

/** Every address that an account or a photo has, and some that lie below no page we know. */
const OF_ACCOUNT = [
  ...["photos", "people"].flatMap((start) => [
    `https://www.flickr.com/${start}/24662369@N07`,
    `https://m.flickr.com/${start}/24662369@N07/`,
    `https://flickr.com/${start}/24662369%40N07?rb=1`,
    `https://secure.flickr.com:443/${start}/24662369@n07/page3`,
    `https://www.flickr.com./${start}/24662369@N07/groups/`,
  ]),
  ...["albums", "albums/72157", "sets/72157/", "albums/72157/page2", "galleries", "galleries/72157/"].map(
    (page) => `https://www.flickr.com/photos/24662369@N07/${page}`,
  ),
  ...["favorites", "favorites/page2", "collections/72157", "tags/cat", "archives/date-taken/2007", "map"].map(
    (page) => `https://www.flickr.com/photos/24662369@N07/${page}`,
  ),
  ...["popular-views", "show", "with/54785924845", "54785924845/sizes/l", "what/ever", "relationship"].map(
    (page) => `https://www.flickr.com/photos/24662369@N07/${page}`,
  ),
  "https://m.flickr.com/#/photos/24662369@N07/",
  "https://beta.flickr.com/photos/24662369@N07/",
  "https://www.flickr.com/gp/24662369@N07/aB3xY9",
  "https://www.flickr.com/groups/stones/pool/24662369@N07/",
  "https://www.flickr.com/search/?text=cat&user_id=24662369@N07",
  "https://www.flickr.com/services/feeds/photos_public.gne?lang=en-us&id=24662369%40N07",
  "https://api.flickr.com/services/rest/?method=flickr.people.getInfo&user_id=24662369@N07",
  "https://www.flickr.com/photostream.gne?id=24662369@N07",
  "https://live.staticflickr.com/65535/buddyicons/24662369@N07_r.jpg",
  "https://farm9.staticflickr.com/8123/buddyicons/24662369@N07.jpg",
  "https://embedr.flickr.com/photostreams/24662369@N07",
  "https://commons.flickr.org/members/24662369@N07/",
  "https://www.flickr.com/x/t/0096009/photos/24662369@N07/",
  "https://web.archive.org/web/2019/https://www.flickr.com/photos/24662369@N07/albums",
  "https://identity.flickr.com/sign-in?redir=%2Fphotos%2F24662369%2540N07",
  "https://www.flickr.com/photos/24662369@N07&ref=x",
  "https://www.flickr.com/photos/２４６６２３６９＠Ｎ０７/",
];
const OF_PHOTO = [
  "https://www.flickr.com/photos/24662369@N07/54785924845/in/photostream",
  "https://www.flickr.com/photos/nasahq/054785924845",
  "https://m.flickr.com/#/photos/24662369@N07/54785924845/",
  "https://www.flickr.com/photo.gne?id=54785924845",
  "https://www.flickr.com/photo_zoom.gne?id=54785924845&size=m",
  "https://flic.kr/p/2rtfbK8",
  "https://www.flic.kr/p/2rtfbK8/",
  "https://flic.kr/p/img/2rtfbK8_m.jpg",
  "https://live.staticflickr.com/65535/54785924845_0a1b2c3d4e_b.jpg",
  "https://live.staticflickr.com/video/54785924845/346a41e5a9/1080p.mp4",
  "http://farm66.static.flickr.com/65535/54785924845_0a1b2c3d4e.jpg",
  "http://farm66.staticflickr.com/65535/54785924845_0a1b2c3d4e_o_d.png?zz=1",
  "https://c1.staticflickr.com/1/65535/54785924845_0a1b2c3d4e.jpg",
  "https://static.flickr.com/65535/54785924845_0a1b2c3d4e.jpg",
  "http://photos12.flickr.com/54785924845_0a1b2c3d4e.jpg",
  "https://embedr.flickr.com/photos/54785924845",
  "https://www.flickr.com/apps/video/stewart.swf?photo_id=54785924845",
  "https://web.archive.org/web/2019im_/https://live.staticflickr.com/65535/54785924845_0a1b2c3d4e_b.jpg",
];

test("an account and a photo of Flickr are known by every address, as rules and in records", () => {
  for (const address of OF_ACCOUNT) {
    assert.ok(named("24662369@N07", address), address);
    if (!/\/54785924845\//.test(address)) {
      assert.ok(named(address, "https://www.flickr.com/people/24662369@N07/"), `${address} as a rule`);
    }
    assert.ok(!named("24662369@N08", address) && !named("4662369@N07", address), address);
  }
  for (const address of OF_PHOTO) {
    assert.ok(named("https://www.flickr.com/photos/nasahq/54785924845/", address), address);
    assert.ok(named(address, "https://flic.kr/p/2rtfbK8", "foreign_landing_url"), `${address} as a rule`);
    assert.ok(!named("https://www.flickr.com/photos/nasahq/5478592484/", address), address);
  }
});

test("a photo of Flickr is known by its id, however it is written, and only there", () => {
  const list = new OptOuts();
  list.add(parseRule("https://flic.kr/p/2rtfbK8") as Rule, 1);
  const isNamed = (provider: string, foreign_identifier: unknown) =>
    list.ruleFor({ provider, foreign_identifier }) !== undefined;
  for (const id of [
    "54785924845",
    54785924845,
    5.4785924845e10,
    "054785924845",
    " 00054785924845\n",
    "５４７８５９２４８４５",
  ]) {
    assert.ok(isNamed("flickr", id) && isNamed(" Flickr", id), String(id));
    assert.ok(!isNamed("my_museum", id), String(id));
  }
  for (const id of ["x54785924845", "547859248450", 5478592484, "", null, ["54785924845"]]) {
    assert.ok(!isNamed("flickr", id), String(id));
  }
});
