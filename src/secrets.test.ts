import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Secrets } from "./secrets.js";

describe("secrets", () => {
  const secrets = new Secrets(["0123 secret/key&more", undefined, "tiny"]);
  for (const [text, hidden] of [
    ["a 0123 secret/key&more b", "a … b"],
    ["x=0123%20secret%2Fkey%26more&y=1", "x=…&y=1"],
    ["x=0123+secret%2fkey%26more", "x=…"],
    ["next=https%3A%2F%2Fa%3Fk%3D0123%2520secret%252Fkey%2526more", "next=https%3A%2F%2Fa%3Fk%3D…"],
    ["<a>0123 SECRET/key&amp;more</a>", "<a>…</a>"],
    // A short one only as a word of its own.
    ["tiny, destiny, Tiny=tiny5", "…, destiny, …=tiny5"],
    ["nothing", "nothing"],
  ] as const) {
    test(text, () => {
      assert.equal(secrets.hide(text), hidden);
      assert.equal(secrets.areIn(text), text !== hidden);
    });
  }

  test("a value of three characters is a word like others, and none is no secret", () => {
    assert.equal(new Secrets(["key"]).hide("the key"), "the key");
    assert.equal(new Secrets([undefined, ""]).areIn("anything"), false);
  });

  test("no secret is left, whatever it is and however it is written", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), fc.string(), (secret, text) => {
        const any = new Secrets([secret]);
        for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
          assert.ok(!any.hide(`${text}${form}${text}`, "").includes(form) || text.includes(form));
        }
      }),
    );
  });
});
