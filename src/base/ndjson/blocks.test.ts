import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Block, readBlocks } from "./blocks.js";
import { linesIn } from "./byte-lines.js";

/** The blocks of one input whose bytes come in these chunks. */
async function blocksOf(chunks: readonly Uint8Array[], size: number, maxBytes?: number): Promise<Block[]> {
  async function* inputs() {
    yield {
      name: "input",
      bytes: (async function* () {
        yield* chunks;
      })(),
    };
  }
  const blocks: Block[] = [];
  for await (const block of readBlocks(inputs(), size, maxBytes)) blocks.push(block);
  return blocks;
}

/** Cuts bytes at places that are shares of their length. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => Math.floor(place * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

const text = (blocks: readonly Block[]) => blocks.map(({ bytes }) => Buffer.from(bytes).toString("latin1"));

test("blocks hold all lines, whole and in order, wherever chunks end", async () => {
  const lines = fc.array(
    fc.string({ maxLength: 40 }).map((line) => line.replaceAll("\n", "")),
    { maxLength: 30 },
  );
  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.boolean(),
      places,
      fc.integer({ min: 1, max: 64 }),
      async (some, ends, at, size) => {
        const input = Buffer.from(some.join("\n") + (ends && some.length > 0 ? "\n" : ""));
        const blocks = await blocksOf(cut(input, at), size);
        assert.deepEqual(text(blocks), text(await blocksOf([input], size)));
        const whole =
          input.length === 0 || input.at(-1) === 0x0a ? input : Buffer.concat([input, Buffer.from("\n")]);
        assert.equal(text(blocks).join(""), whole.toString("latin1"));
        assert.ok(blocks.every(({ bytes }) => bytes.at(-1) === 0x0a));
        assert.deepEqual(
          blocks.map(({ isFirst }) => isFirst),
          blocks.map((_, i) => i === 0),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test("a block ends with the last line that fits into its size; longer lines have one to themselves", async () => {
  const input = Buffer.from("aa\nbb\ncc\nlonger than eight\nd\n");
  assert.deepEqual(text(await blocksOf([input], 8)), ["aa\nbb\n", "cc\n", "longer than eight\nd\n"]);
});

for (const length of [21, 31, 32, 33, 100, 1_000]) {
  test(`of a line of ${length} bytes where 20 may be, a little is held, and what comes after it is whole`, async () => {
    const input = Buffer.from(`before\n${"x".repeat(length)}\nafter\n`);
    for (const chunk of [1, 7, input.length]) {
      const chunks = cut(
        input,
        Array.from({ length: Math.ceil(input.length / chunk) }, (_, i) => (i * chunk) / input.length),
      );
      const blocks = await blocksOf(chunks, 8, 20);
      assert.ok(blocks.every(({ bytes }) => bytes.length <= 64));
      const found = blocks.map((block) => linesIn(block, 0, 20));
      assert.deepEqual(
        found.flatMap(({ lines }) => lines.map(({ text }) => text)),
        ["before", "after"],
      );
      assert.deepEqual(
        found.flatMap(({ bad }) => bad.map(({ code }) => code)),
        ["too_long"],
      );
      assert.equal(
        found.reduce((sum, { count }) => sum + count, 0),
        3,
      );
    }
  });
}
