import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryFolder } from "../../testing/run.js";
import { IDENTIFIER_WORDS, Identifiers } from "./identifiers.js";

/** Few values, so that many numbers are the same in part or whole. */
const identifier = fc
  .tuple(...[3, 2, 1, 1].map((max) => fc.integer({ min: 0, max })))
  .map((words) => words.map((word) => word * 0x3fffffff));

for (const replaces of [false, true]) {
  test(`identifiers that came before are found as a map finds them, ${replaces ? "the last" : "the first"} place of each`, (t) => {
    const folder = temporaryFolder(t);
    let run = 0;
    fc.assert(
      fc.property(
        fc.uniqueArray(identifier, { selector: String, maxLength: 30 }),
        fc.array(identifier, { maxLength: 60 }),
        (inOrder, others) => {
          const path = join(folder, String(run++));
          // Runs of four: a handful of them, with a few in memory.
          const identifiers = new Identifiers(path, "shards", 4);
          const places = new Map<string, number>();
          for (const [place, words] of inOrder.entries()) {
            identifiers.add(Uint32Array.from(words), () => place);
            places.set(String(words), place);
          }
          for (const [i, words] of others.entries()) {
            const place = inOrder.length + i;
            assert.equal(
              identifiers.put(Uint32Array.from(words), 0, place, replaces),
              places.get(String(words)),
            );
            if (replaces || !places.has(String(words))) places.set(String(words), place);
          }
          identifiers.close();
          assert.equal(existsSync(path), false);
        },
      ),
      { numRuns: 300 },
    );
  });
}

test("many identifiers are told apart, and each is found again", (t) => {
  const identifiers = new Identifiers(join(temporaryFolder(t), "identifiers"), "shards", 2 ** 14);
  t.after(() => identifiers.close());
  const count = 200_000;
  const words = new Uint32Array(count * IDENTIFIER_WORDS);
  let state = 1;
  for (let i = 0; i < words.length; i++) {
    // xorshift32: no value comes twice in its period.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  for (let i = 0; i < count; i++)
    assert.equal(identifiers.put(words, i * IDENTIFIER_WORDS, i, false), undefined);
  for (let i = 0; i < count; i += 7) assert.equal(identifiers.put(words, i * IDENTIFIER_WORDS, 0, false), i);
});
