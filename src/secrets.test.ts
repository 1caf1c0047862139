import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { heldSecrets, holdSecrets, Secrets, SHORTEST_SECRET } from "./secrets.js";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const inTwos = (text: string, form: (code: string) => string) =>
  [...text].map((character) => form(character.charCodeAt(0).toString(16).padStart(2, "0"))).join("");

/** Ways in which a server quotes what it was sent. */
const WAYS: Readonly<Record<string, (secret: string) => string>> = {
  "as it is": (secret) => secret,
  "in capitals": (secret) => secret.toUpperCase(),
  "in small letters": (secret) => secret.toLowerCase(),
  "in a longer word": (secret) => `id${secret}x`,
  "in an address": (secret) => encodeURIComponent(secret),
  "in an address in an address": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  "in a form": (secret) => new URLSearchParams({ k: secret }).toString(),
  "every character escaped in an address": (secret) => inTwos(secret, (code) => `%${code}`),
  "in JSON": (secret) => JSON.stringify({ secret }),
  "in JSON in JSON": (secret) => JSON.stringify(JSON.stringify({ secret })),
  "in JSON as PHP writes it": (secret) => JSON.stringify(secret).replaceAll("/", "\\/"),
  "every character escaped in JSON": (secret) => inTwos(secret, (code) => `\\u00${code.toUpperCase()}`),
  "every character escaped in a script": (secret) => inTwos(secret, (code) => `\\x${code}`),
  "in HTML": (secret) =>
    secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  "in numbers of HTML": (secret) => inTwos(secret, (code) => `&#x${code};`),
  "in decimal numbers of HTML": (secret) => inTwos(secret, (code) => `&#${Number.parseInt(code, 16)};`),
  "in an address in HTML in JSON": (secret) =>
    JSON.stringify(`<a href="?k=${encodeURIComponent(secret).replaceAll("%", "&#37;")}">`),
  "in base64": (secret) => base64(secret),
  "in base64 behind a user": (secret) => `Basic ${base64(`user:${secret}`)}`,
  "in base64 behind one character": (secret) => base64(`:${secret}`),
  "in base64 behind two characters": (secret) => base64(`a:${secret}`),
  "in base64 with more behind it": (secret) => base64(`{"token":"${secret}","more":true}`),
  "in base64 of addresses": (secret) => Buffer.from(`x${secret}yz`).toString("base64url"),
  "in base64 in an address": (secret) => encodeURIComponent(base64(`user:${secret}`)),
};

/** A text without the escapes and encodings that it may have, in all the ways to read it. */
function readings(text: string): string[] {
  const plain = (once: string): string =>
    once
      .replace(/%([0-9a-f]{2})|\\u00([0-9a-f]{2})|\\x([0-9a-f]{2})|&#x([0-9a-f]+);/gi, (_, a, b, c, d) =>
        String.fromCharCode(Number.parseInt(a ?? b ?? c ?? d, 16)),
      )
      .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
      .replace(/&(amp|lt|gt|quot);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name as "amp"])
      .replace(/\\(["\\/])/g, "$1");
  const all = [text];
  for (let depth = 0; depth < 4; depth++) all.push(plain(all.at(-1) as string));
  const words = all.flatMap((one) => one.match(/[\w+/-]{8,}/g) ?? []);
  const decoded = words.flatMap((word) =>
    [0, 1, 2, 3].map((from) => Buffer.from(word.slice(from), "base64").toString("latin1")),
  );
  return [...all, ...decoded].map((one) => one.toLowerCase());
}

/** What a secret is made of, by the rules of reading one. */
const SECRET = fc.string({
  unit: fc.constantFrom(...Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))),
  minLength: SHORTEST_SECRET,
  maxLength: 60,
});

describe("secrets", () => {
  const key = 'Ab0/+=k&y"<z>\\%41-_~';
  for (const [way, quote] of Object.entries(WAYS)) {
    test(`a secret ${way}`, () => {
      const secrets = new Secrets([key]);
      const text = `before ${quote(key)} behind`;
      assert.equal(secrets.areIn(text), true);
      const hidden = secrets.hide(text);
      assert.match(hidden, /^before .*….* behind$/s);
      assert.equal(secrets.areIn(hidden), false);
      assert.ok(readings(hidden).every((reading) => !reading.includes(key.toLowerCase())));
    });
  }

  for (const [text, hidden] of [
    ["a 0123secret/key&more b", "a … b"],
    ["x=0123secret%2Fkey%26more&y=1", "x=…&y=1"],
    ["next=https%3A%2F%2Fa%3Fk%3D0123secret%252Fkey%2526more", "next=https%3A%2F%2Fa%3Fk%3D…"],
    ["<a>0123SECRET/key&amp;more</a>", "<a>…</a>"],
    ['{"a":"0123secret\\/key\\u0026more"}', '{"a":"…"}'],
    ["0123secret/key&more0123secret/key&more", "…"],
    ["nothing", "nothing"],
  ] as const) {
    test(text, () => assert.equal(new Secrets(["0123secret/key&more", undefined]).hide(text), hidden));
  }

  test("of a text that is data the whole word goes", () => {
    const secrets = new Secrets(["0123secret"]);
    assert.equal(secrets.cutWords("Ponies, photo0123secretX (0123secret)"), "Ponies,  ()");
    assert.equal(secrets.cutWords("Ponies by äöü_0123secret, 2026", "…"), "Ponies by …, 2026");
    assert.equal(secrets.cutWords("Ponies"), "Ponies");
  });

  test("a value of seven characters is a word like others, and none is no secret", () => {
    assert.equal(new Secrets(["secrets"]).hide("the secrets"), "the secrets");
    assert.equal(new Secrets([undefined, ""]).areIn("anything"), false);
  });

  test("what is held is held until the process ends", () => {
    assert.equal(heldSecrets().hide("a held-secret"), "a held-secret");
    holdSecrets("held-secret", undefined, "short");
    holdSecrets("another-held-secret");
    assert.equal(heldSecrets().hide("a held-secret, another-held-secret, short"), "a …, …, short");
  });

  test("no secret is left, whatever it is, however it is written and whatever stands around it", () => {
    fc.assert(
      fc.property(
        SECRET,
        fc.constantFrom(...Object.keys(WAYS)),
        fc.string(),
        fc.string(),
        (secret, way, before, behind) => {
          const text = `${before} ${WAYS[way]?.(secret)} ${behind}`;
          for (const hidden of [new Secrets([secret]).hide(text), new Secrets([secret]).cutWords(text)]) {
            assert.ok(
              readings(hidden).every((reading) => !reading.includes(secret.toLowerCase())),
              hidden,
            );
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("ordinary text stays as it is", () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.webUrl({ withQueryParameters: true }),
      fc.json(),
    );
    fc.assert(
      fc.property(SECRET, text, (secret, ordinary) => {
        fc.pre(readings(ordinary).every((reading) => !reading.includes(secret.toLowerCase())));
        assert.equal(new Secrets([secret]).hide(ordinary), ordinary);
        assert.equal(new Secrets([secret]).cutWords(ordinary), ordinary);
      }),
    );
  });
});
