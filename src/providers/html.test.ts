import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readHtml } from "./html.js";

describe("readHtml", () => {
  for (const [html, text, shown, link] of [
    ["", "", "", undefined],
    ["plain &amp; simple", "plain & simple", "plain & simple", undefined],
    ['<a href="/x?a=1&amp;b=2">A<b>da</b></a> Bo', "A da  Bo", "Ada Bo", "/x?a=1&b=2"],
    ["one<br>two<p>three", "one two three", "one two three", undefined],
    ["a<!-- no -->b", "a b", "ab", undefined],
    ["a<script>alert('x')</script><style>p{}</style>b", "a b", "a   b", undefined],
    ["<a name=x>a</a><a href=1>b</a><a href=2>c</a>", "a b c", "abc", "1"],
    ["1 < 2 and <", "1 < 2 and <", "1 < 2 and <", undefined],
    ["<a href='never closed", "", "", undefined],
    [" \n<b> x </b>\n ", "x", "x", undefined],
  ] as const) {
    test(JSON.stringify(html), () => {
      const found = readHtml(html);
      assert.equal(found.text, text);
      assert.equal(found.shown.replace(/ +/g, " "), shown.replace(/ +/g, " "));
      assert.equal(found.link, link);
    });
  }
});
