import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { visible, visibleJson } from "./visible.js";

/** What must reach no terminal, as the Unicode standard lists it; written apart from the rule that is tested. */
const RANGES: readonly (readonly [from: number, to: number])[] = [
  ...([
    [0x00, 0x1f],
    [0x7f, 0x9f],
    [0xad, 0xad],
    [0x34f, 0x34f],
    [0x61c, 0x61c],
    [0x115f, 0x1160],
  ] as const),
  ...([
    [0x200b, 0x200f],
    [0x2028, 0x202e],
    [0x2060, 0x206f],
    [0x3164, 0x3164],
    [0xfeff, 0xfeff],
  ] as const),
  ...([
    [0xd800, 0xdfff],
    [0xfff9, 0xfffb],
    [0xe0000, 0xe007f],
    [0xe01f0, 0xe0fff],
  ] as const),
];
const isForbidden = (code: number) => RANGES.some(([from, to]) => code >= from && code <= to);
const CODES = RANGES.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

test("every character that nobody sees is shown by its number", () => {
  for (const code of CODES) {
    const shown = visible(`a${String.fromCodePoint(code)}b`);
    assert.equal(shown, `a\\u{${code.toString(16)}}b`);
  }
});

test("what people write stays as it is", () => {
  for (const text of [
    "Ärger, naïve, Žižek … – ‘’ “” © № \u00a0 ~ \\",
    "東京タワー はるか写真帖 선영 배 \u1112\u1161\u11ab",
    "نور القاضي می\u200cخواهم", // Persian: "I want", of two parts
    "क्\u200dष श्री กำ",
    "👨\u200d👩\u200d👧\u200d👦 🧑🏽\u200d🤝\u200d🧑🏻 🏳️\u200d🌈 👩\u200d⚕️ ❤️ 1️⃣ 🇩🇪",
    "葛\u{e0100}飾",
    "e\u0301 a\u0308\u0323",
  ]) {
    assert.equal(visible(text), text);
  }
});

test("they are in their place there only", () => {
  assert.equal(visible("a\u200db \u200d 👩\u200d"), "a\\u{200d}b \\u{200d} 👩\\u{200d}");
  assert.equal(visible("a\u200cb"), "a\\u{200c}b");
  assert.equal(visible("\ufe0fa\ufe0f\ufe0f\u{e0101}"), "\\u{fe0f}a\ufe0f\\u{fe0f}\\u{e0101}");
});

test("whatever the text, none gets through, and JSON says the same", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...CODES).map((code) => String.fromCodePoint(code)),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      fc.constantFrom("a", "\\", '"', "👩", "\u200d", "\ufe0f"),
    ),
  });
  const shownIn = (shown: string) =>
    [...shown].filter((one, i, all) => isForbidden(one.codePointAt(0) as number) && !isJoined(all, i));
  fc.assert(
    fc.property(text, (text) => {
      assert.deepEqual(shownIn(visible(text)), []);
      const json = JSON.stringify({ text });
      assert.deepEqual(shownIn(visibleJson(json)), []);
      assert.deepEqual(JSON.parse(visibleJson(json)), { text });
    }),
  );
});

/** Whether this is what joins two emoji, or parts of a word. */
function isJoined(characters: readonly string[], i: number): boolean {
  const neighbours = /\p{ExtPict}|\p{EMod}|\ufe0f|\p{sc=Arabic}|\p{M}/u;
  return /[\u200c\u200d]/.test(characters[i] as string) && neighbours.test(characters[i - 1] ?? "");
}

test("JSON keeps its lines, and stays JSON where white space stands between its values", () => {
  const json = '{"a":\t1}\r\n[\r2]\n';
  assert.equal(visibleJson(json), '{"a":\t1} \n[ 2]\n');
});
