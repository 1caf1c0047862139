import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { followableUrl } from "./followed.js";
import { parseFlickrUrl } from "./parse.js";

/** Processor time of the best of some runs, in milliseconds: other programs do not add to it. */
function time(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const started = process.cpuUsage();
    parseFlickrUrl(text, { decodeShort: true });
    followableUrl(text);
    const { user, system } = process.cpuUsage(started);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

describe("no URL takes more than linear time", () => {
  for (const [start, piece] of [
    ["https://flic.kr/p/", "Z"],
    ["https://www.flickr.com/", "/"],
    ["https://www.flickr.com/photos/a/", "1"],
    ["https://www.flickr.com/photos/tags/", "a/"],
    ["https://www.flickr.com/groups/g/pool/", "with/"],
    ["https://www.flickr.com/photos/a/1?", "&amp;id=1"],
    ["https://www.flickr.com/photo.gne?", "id=1&"],
    ["https://www.flickr.com/x/t/1/", "x/t/1/"],
    ["https://web.archive.org/web/2012/", "https://web.archive.org/web/2012/"],
    ["", "http://"],
    ["", "https"],
    ["http://", "a@"],
    ["http://", "a."],
    ["https://www.flickr.com/photos/", "%41"],
    ["https://www.flickr.com/photos/", "é/"],
    ["https://live.staticflickr.com/1/1_", "_"],
    ["https://www.flickr.com/", "photo"],
  ] as const) {
    test(`${start}${piece}${piece}…`, () => {
      const of = (length: number) => time(`${start}${piece.repeat(Math.ceil(length / piece.length))}`);
      of(100_000);
      // Eight times the length: a square would be 64 times the time.
      assert.ok(of(800_000) / Math.max(of(100_000), 0.5) < 32);
    });
  }
});
