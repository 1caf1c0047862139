import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readHtml } from "./html.js";

describe("readHtml", () => {
  for (const [html, text, link] of [
    ["", "", undefined],
    ["plain &amp; simple", "plain & simple", undefined],
    ['<a href="/x?a=1&amp;b=2">A<b>da</b></a> Bo', "Ada Bo", "/x?a=1&b=2"],
    ["one<br>two<p>three", "one two three", undefined],
    ["a<!-- no -->b", "ab", undefined],
    ["a<script>alert('x')</script><style>p{}</style>b", "a b", undefined],
    ["<a name=x>a</a><a href=1>b</a><a href=2>c</a>", "abc", "1"],
    ["1 < 2 and <", "1 < 2 and <", undefined],
    ["<a href='never closed", "", undefined],
    [" \n<b> x </b>\n ", "x", undefined],
    // Entities: by name, by number, at the end of a sentence, and none.
    ["1750&ndash;1790, &Eacute;tienne &#233; &#xE9;&nbsp;e", "1750–1790, Étienne é é e", undefined],
    ["R&D, AT&T, a & b; 5 &euros", "R&D, AT&T, a & b; 5 &euros", undefined],
    // Escaped twice.
    ["Tom &amp;amp; Ada, 1750&amp;ndash;1790, it&amp;#039;s", "Tom & Ada, 1750–1790, it's", undefined],
    // An escaped tag is text.
    ["&lt;b&gt;, &amp;lt;i&amp;gt;", "<b>, <i>", undefined],
    // What is hidden.
    ['Ada<span style="display: none;">Ada</span>', "Ada", undefined],
    ["Ada<div style='color:red; DISPLAY:none !important'><b>A</b><br>da<img></div> Bo", "Ada Bo", undefined],
    ["<span hidden><a href=1>x</a></span><a href=2>y</a>", "y", "2"],
    ['<span class="a hidden b">x</span>y<span class="hiddenish">z</span>', "yz", undefined],
    ["<p style=display:none>a<p>b", "b", undefined],
    ["<ul><li style=visibility:hidden>a<li>b</ul>c", "b c", undefined],
  ] as const) {
    test(JSON.stringify(html), () => assert.deepEqual(readHtml(html), { text, link }));
  }
});
