import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromBase58, isBase58, MOST_BASE58, toBase58 } from "./base58.js";
import { captureTimeOf, dateOf } from "./dates.js";
import { hostClass, isFlickrHost } from "./hosts.js";
import { looksLikeFlickrPhotoId, looksLikeFlickrUserId, nsidOf } from "./ids.js";
import { encode, valuesOf } from "./text.js";

describe("base58", () => {
  for (const [code, digits] of [
    ["1", "0"],
    ["12", "1"],
    ["Z", "57"],
    ["21", "58"],
    ["2p4QbKN", "53208249252"],
    ["2ouuqFT", "52830949513"],
    ["8SPTwJ", "5169665786"],
    ["aHsjybZ5ZD", "72157628959784871"],
    ["ZZZZZZZZZZZZZZZZZZZZZZZZ", "2100254120907352485526230505830591911428095"],
  ] as const) {
    test(`${code} is ${digits}`, () => {
      assert.equal(fromBase58(code), digits);
      assert.equal(toBase58(digits), code.replace(/^1(?=.)/, ""));
    });
  }

  test("has no 0, O, I and l, no other characters, and an end", () => {
    for (const text of ["", "0", "O", "I", "l", "-", "é", "1".repeat(MOST_BASE58 + 1)])
      assert.ok(!isBase58(text), text);
    assert.ok(isBase58("1".repeat(MOST_BASE58)));
  });
});

describe("look-alikes", () => {
  test("photos", () => {
    for (const text of ["1", "123", "00", "99999999999999999999"])
      assert.ok(looksLikeFlickrPhotoId(text), text);
    for (const text of ["", "-1", "1.0", "１２", "123\n", " 1", "1a"])
      assert.ok(!looksLikeFlickrPhotoId(text), text);
  });

  test("users", () => {
    for (const text of ["12345@N00", "12345678901@N99"]) assert.ok(looksLikeFlickrUserId(text), text);
    for (const text of [
      ...["", "123", "1234@N00", "123456789012@N00", "12345@n00", "12345@N0", "12345@N000", "12345@M00"],
      ...["12345@N00\n", "a2345@N00", "12345N@00"],
    ]) {
      assert.ok(!looksLikeFlickrUserId(text), text);
    }
  });

  test("an NSID gets its capital N", () => {
    assert.equal(nsidOf("12037949632@n01"), "12037949632@N01");
    assert.equal(nsidOf("coast_guard"), null);
  });
});

test("dates", () => {
  assert.equal(dateOf(["2007", "7", "4"]), "2007-07-04");
  assert.equal(dateOf(["2007", "13", "4"]), "2007");
  assert.equal(dateOf(["2007", "07", "calendar"]), "2007-07");
  assert.equal(dateOf(["1807"]), null);
  assert.equal(dateOf([]), null);
});

test("times of the Wayback Machine", () => {
  assert.equal(captureTimeOf("20230321184118"), "2023-03-21T18:41:18.000Z");
  assert.equal(captureTimeOf("202303im_"), "2023-03-01T00:00:00.000Z");
  for (const stamp of ["*", "2023*", "", "202", "20230231000000", "20231301", "20230321184118x_"]) {
    assert.equal(captureTimeOf(stamp), null, stamp);
  }
});

test("hosts", () => {
  for (const host of [
    "farm5.staticflickr.com",
    "farm66.static.flickr.com",
    "live.staticflickr.com",
    "static.flickr.com",
  ]) {
    assert.ok(isFlickrHost(host), host);
  }
  for (const host of [
    ...[
      "farm.staticflickr.com",
      "c8.static.flickr.com",
      "photos.flickr.com",
      "www.flickr.com.",
      "flickr.com.evil.com",
    ],
    ...["evilflickr.com", "farm1x.staticflickr.com", "www.flic.kr", "web.archive.org", ""],
  ]) {
    assert.ok(!isFlickrHost(host), host);
  }
  assert.equal(hostClass("web.archive.org"), "archive");
});

test("parameters", () => {
  const query = "a=1&amp;b=2+3&a=%34&ab=5&b&c=%ff&";
  assert.deepEqual(valuesOf(query, "a"), ["1", "4"]);
  assert.deepEqual(valuesOf(query, "b"), ["2 3"]);
  assert.deepEqual(valuesOf(query, "c"), ["%ff"]);
  assert.deepEqual(valuesOf(query, "d"), []);
  assert.equal(encode("new york, é@N00"), "new%20york,%20%C3%A9@N00");
});
