import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { escapeText, table, yamlText } from "./markdown.js";

const HOSTILE = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "|",
      "\\",
      "`",
      "<",
      ">",
      "[",
      "]",
      "(",
      "_",
      "*",
      "#",
      "\n",
      "a",
      "&",
      ";",
      '"',
      "'",
      ":",
      "-",
    ),
  }),
);

test("names stay what they are where nothing in them is markup", () => {
  assert.equal(escapeText("wikimedia_audio"), "wikimedia_audio");
  assert.equal(escapeText("Musée d’Orsay – 東京"), "Musée d’Orsay – 東京");
  assert.equal(escapeText("bio-diversity"), "bio-diversity");
});

test("markup becomes text", () => {
  assert.equal(escapeText("a|b"), "a&#124;b");
  assert.equal(escapeText("<img src=x>"), "&#60;img src&#61;x&#62;");
  assert.equal(escapeText("[x](javascript:y)"), "&#91;x&#93;&#40;javascript&#58;y&#41;");
  assert.equal(
    escapeText("`a` *b* _c_ # &amp; \\|"),
    "&#96;a&#96; &#42;b&#42; &#95;c&#95; &#35; &#38;amp&#59; &#92;&#124;",
  );
  assert.equal(
    escapeText("www.example.org me@example.org"),
    "www&#46;example&#46;org me&#64;example&#46;org",
  );
  assert.equal(escapeText("a\nb\u202ec\ud800"), "a\ufffdb\ufffdc\ufffd");
});

test("escaped text holds no punctuation but that of references, and reads back", () => {
  fc.assert(
    fc.property(HOSTILE, (text) => {
      const escaped = escapeText(text);
      assert.doesNotMatch(escaped.replace(/&#\d+;/g, ""), /[!-,./:-@[-^`{-~\p{Cc}\u202a-\u202e]/u);
      const back = escaped.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      assert.equal([...back].length, [...text.toWellFormed()].length);
      for (const [i, mark] of [...back].entries())
        if (mark !== "\ufffd") assert.equal(mark, [...text.toWellFormed()][i]);
    }),
  );
});

test("a YAML string is one line, in quotes, and holds the text", () => {
  assert.equal(yamlText('a "b": c # d'), '"a \\"b\\": c # d"');
  assert.equal(yamlText("\u0085\u2028\ufeff\u007f"), '"\\u0085\\u2028\\ufeff\\u007f"');
  fc.assert(
    fc.property(HOSTILE, (text) => {
      const yaml = yamlText(text);
      assert.match(yaml, /^"[^\p{Cc}\u2028\u2029]*"$/u);
      assert.equal(parse(yaml), text.toWellFormed());
    }),
  );
});

test("numbers stand right in a table", () => {
  assert.equal(
    table(
      ["Name", "Records"],
      [
        ["a", 1000],
        ["b", 2],
      ],
    ),
    "| Name | Records |\n| --- | ---: |\n| a | 1,000 |\n| b | 2 |",
  );
});
