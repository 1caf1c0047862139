import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boundsIn } from "./bounds.js";
import { type LineCutter, OwnCutter, SizedCutter, ViewCutter } from "./cutter.js";
import { decodeLine } from "./decode.js";

/** The rules of lines, which hold for every policy: what a line is, and what becomes of one that cannot be read. */

const POLICIES: Readonly<Record<string, (maxBytes: number) => LineCutter>> = {
  views: (maxBytes) => new ViewCutter(maxBytes),
  "lines of their own": (maxBytes) => new OwnCutter(maxBytes),
  "blocks of 8 bytes": (maxBytes) => new SizedCutter(8, maxBytes),
  "blocks of 64 bytes": (maxBytes) => new SizedCutter(64, maxBytes),
};

type Seen = readonly [number: number, text: string, fault: string | undefined];

/** The lines that a cutter finds in chunks, each of which is used for something else once it has been added. */
function seen(cutter: LineCutter, chunks: readonly Uint8Array[], maxBytes: number): Seen[] {
  const found: Seen[] = [];
  let before = 0;
  const read = (blocks: readonly Buffer[]) => {
    for (const block of blocks) {
      assert.equal(block.at(-1), 0x0a, "a block ends with a line end");
      const { bounds, offsets, count } = boundsIn(block, maxBytes);
      for (const [i, offset] of offsets.entries()) {
        const { text, fault } = decodeLine(block.subarray(bounds[2 * i], bounds[2 * i + 1]), maxBytes);
        found.push([before + offset + 1, text, fault]);
      }
      before += count;
    }
  };
  for (const bytes of chunks) {
    const chunk = Buffer.from(bytes);
    read(cutter.add(chunk));
    chunk.fill(0x21);
  }
  read(cutter.end());
  return found;
}

/** The same by the rules alone: all bytes at once, and nothing of the cutter's. */
function expected(bytes: Buffer, maxBytes: number): Seen[] {
  const text = bytes.toString("latin1").replace(/^\xef\xbb\xbf/, "");
  return text.split("\n").flatMap((written, i): Seen[] => {
    const line = Buffer.from(written.replace(/\r$/, ""), "latin1");
    if (line.length > maxBytes) {
      const kept = new TextDecoder("utf-8", { ignoreBOM: true }).decode(line.subarray(0, maxBytes), {
        stream: true,
      });
      return [[i + 1, kept, `the line is longer than ${maxBytes} bytes`]];
    }
    if (line.toString().trim() === "") return [];
    return [[i + 1, line.toString(), decodeLine(line, maxBytes).fault]];
  });
}

const PIECE = fc.oneof(
  fc.constantFrom("\n", "\r\n", "\r", "\ufeff", "é", "😀", "a", " ", "{}", "\u2028", "\u00a0", "x".repeat(9)),
  fc.constantFrom("\xe9", "\xff", "\xf0\x9f", "\xef\xbb").map((bytes) => Buffer.from(bytes, "latin1")),
);
const BYTES = fc
  .array(PIECE, { maxLength: 30 })
  .map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))));
const CUTS = fc.array(fc.nat(80), { maxLength: 12 });

function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

for (const [policy, cutterFor] of Object.entries(POLICIES)) {
  test(`${policy}: the lines are those of the bytes, whatever chunks they come in`, () => {
    fc.assert(
      fc.property(BYTES, CUTS, fc.constantFrom(12, 1000), (bytes, cuts, maxBytes) => {
        assert.deepEqual(
          seen(cutterFor(maxBytes), chunksOf(bytes, cuts), maxBytes),
          expected(bytes, maxBytes),
        );
      }),
      { numRuns: 1000 },
    );
  });

  // The mark and the CR are no part of the line: what is left out of a long line must not make it one of the right length.
  const LIMITS: readonly (readonly [what: string, chunks: readonly string[], isTooLong: boolean])[] = [
    ["as long as it may be", ["xxxxxxxxxxxx\n"], false],
    ["as long as it may be, with a mark and CRLF", ["\ufeffxxxxx", "xxxxxxx\r\n"], false],
    ["as long as it may be, without a line end", ["xxxxxxxxxxxx"], false],
    ["a byte longer", ["xxxxxxxxxxxxx\n"], true],
    ["a byte longer, after a CR within it", ["xxxxxxxxxxxx\r", "y\n"], true],
    ["longer, after a mark", ["\ufeffxxxxxxxxxx", "xxyy\n"], true],
    ["longer, in many chunks", [..."\ufeffxxxxxxxxxxxx\r\r\r\r\ry", "\n"], true],
    ["blank and longer", ["             \n"], true],
  ];
  for (const [what, chunks, isTooLong] of LIMITS) {
    test(`${policy}: a line ${what}`, () => {
      const [line, ...others] = seen(
        cutterFor(12),
        chunks.map((chunk) => Buffer.from(chunk)),
        12,
      );
      assert.deepEqual(
        [line?.[0], line?.[2]],
        [1, isTooLong ? "the line is longer than 12 bytes" : undefined],
      );
      assert.deepEqual(others, []);
    });
  }

  test(`${policy}: little is held of a line without end`, () => {
    const cutter = cutterFor(1000);
    const chunk = Buffer.alloc(100, "x");
    for (let i = 0; i < 10_000; i++) assert.deepEqual(cutter.add(chunk), []);
    const [block] = [...cutter.add(Buffer.from("\na\n")), ...cutter.end()];
    assert.ok((block?.length ?? 0) > 1000 && (block?.length ?? 0) < 2100, String(block?.length));
  });
}

test("blocks for threads lie alone in their memory", () => {
  for (const cutter of [new OwnCutter(), new SizedCutter(8)]) {
    const blocks = [...cutter.add(Buffer.from("aa\nbb\ncc\nd")), ...cutter.end()];
    const memories = blocks.map(({ buffer }) => buffer);
    assert.equal(new Set(memories).size, blocks.length);
    assert.ok(
      memories.every(({ byteLength }) => byteLength < 100),
      "not those of the pool of small buffers",
    );
  }
});

test("views come from their chunk, but for the line across its start", () => {
  const cutter = new ViewCutter();
  const [first, second] = ["a\nb", "c\nd\n"].map((text) => Buffer.from(text)) as [Buffer, Buffer];
  const blocks = [...cutter.add(first), ...cutter.add(second)];
  assert.deepEqual(blocks.map(String), ["a\n", "bc\n", "d\n"]);
  assert.deepEqual(
    blocks.map(({ buffer, byteOffset }) => buffer === second.buffer && byteOffset === second.byteOffset + 2),
    [false, false, true],
  );
});

test("views that are rolled back to a mark are as if nothing had come since", () => {
  fc.assert(
    fc.property(BYTES, BYTES, BYTES, CUTS, (before, forgotten, after, cuts) => {
      const cutter = new ViewCutter(12);
      const cutAll = (bytes: Buffer) =>
        chunksOf(bytes, cuts).flatMap((chunk) => cutter.add(chunk).map(String));
      const first = cutAll(before);
      const mark = cutter.mark();
      cutAll(forgotten);
      cutter.rollBack(mark);
      const all = [...first, ...cutAll(after), ...cutter.end().map(String)];
      const fresh = new ViewCutter(12);
      const whole = [before, after].flatMap((bytes) => chunksOf(bytes, cuts));
      assert.deepEqual(all, [...whole.flatMap((chunk) => fresh.add(chunk)), ...fresh.end()].map(String));
    }),
    { numRuns: 300 },
  );
});

test("what has no line end yet can be taken away", () => {
  const cutter = new ViewCutter();
  cutter.add(Buffer.from("a\nb"));
  cutter.add(Buffer.from("c"));
  assert.equal(cutter.takeRest().toString(), "bc");
  assert.deepEqual(cutter.end(), []);
});

test("a last line without its line end is a line of the block as well", () => {
  assert.deepEqual(boundsIn(Buffer.from("a\r\n\nbc")), { bounds: [0, 1, 4, 6], offsets: [0, 2], count: 3 });
});
