import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { heldSecrets, holdSecrets, Secrets, SHORTEST_SECRET } from "./secrets.js";
import { isReadable, WAYS } from "./secrets.test.util.js";

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
      const text = `before ${quote(key)} after`;
      assert.equal(secrets.areIn(text), true);
      const hidden = secrets.hide(text);
      assert.match(hidden, /^before .*….* after$/s);
      assert.equal(secrets.areIn(hidden), false);
      assert.equal(isReadable(key, hidden), false, hidden);
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

  test("of a message that ends in a secret, what there is of it goes", () => {
    const secrets = new Secrets(["0123secret/key&more"]);
    for (const [way, quote] of Object.entries(WAYS)) {
      const whole = quote("0123secret/key&more");
      for (let length = 0; length < whole.length; length++) {
        const text = `"${whole.slice(0, length)}…" (cut off)`;
        const hidden = secrets.hideBegun(text);
        assert.equal(isReadable("0123secret", hidden), false, `${way}: ${hidden}`);
        assert.ok(hidden.endsWith('…" (cut off)'));
      }
    }
    assert.equal(secrets.hideBegun("0123sec and 0123secret"), "0123sec and …");
    assert.equal(secrets.hideBegun("0123secret is a word"), "0123secret is a word");
  });

  test("a secret is found across blanks where it is no two words, and words stay words", () => {
    assert.equal(new Secrets(["0123456789abcdef"]).hide("a 01234567 89abcdef b"), "a … b");
    assert.equal(new Secrets(["passwords"]).hide("pass words, pass\n words"), "pass words, …");
    assert.equal(new Secrets(["0123secret"]).hideBegun("x 0123secre\n    at y"), "x …\n    at y");
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
        (secret, way, before, after) => {
          const text = `${before} ${WAYS[way]?.(secret)} ${after}`;
          for (const hidden of [new Secrets([secret]).hide(text), new Secrets([secret]).cutWords(text)]) {
            assert.equal(isReadable(secret, hidden), false, hidden);
          }
        },
      ),
      { numRuns: 1000 },
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
        fc.pre(!isReadable(secret, ordinary));
        assert.equal(new Secrets([secret]).hide(ordinary), ordinary);
        assert.equal(new Secrets([secret]).cutWords(ordinary), ordinary);
      }),
    );
  });
});
