import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_LINE_BYTES } from "./limits.js";
import { type Line, readLines } from "./lines.js";

type Bytes = string | readonly number[] | Uint8Array;

const bytesOf = (bytes: Bytes) => (typeof bytes === "string" ? Buffer.from(bytes) : Uint8Array.from(bytes));

async function* stream(chunks: readonly Bytes[]) {
  for (const chunk of chunks) yield bytesOf(chunk);
}

/** All lines of some chunks. */
async function lines(chunks: readonly Bytes[], maxBytes?: number): Promise<Line[]> {
  const found: Line[] = [];
  for await (const batch of readLines(stream(chunks), maxBytes)) {
    assert.ok(batch.length > 0, "an empty batch");
    found.push(...batch);
  }
  return found;
}

/** Lines as `number:text`, with the fault where there is one. */
const shown = (found: Line[]) =>
  found.map(({ number, text, fault }) => `${number}:${text}${fault ? ` !${fault}` : ""}`);
const read = async (chunks: readonly Bytes[], maxBytes?: number) => shown(await lines(chunks, maxBytes));

const TABLE: [what: string, bytes: Bytes, lines: string[]][] = [
  ["nothing gives no lines", "", []],
  ["a line ends with LF", "a\nb\n", ["1:a", "2:b"]],
  ["CRLF is one line end", "a\r\nb\r\n", ["1:a", "2:b"]],
  ["the last line needs no line end", "a\nb", ["1:a", "2:b"]],
  ["the last line may end with CR alone", "a\r\nb\r", ["1:a", "2:b"]],
  ["blank lines are skipped but counted", "\n\na\n \t\r\n\nb\n\n", ["3:a", "6:b"]],
  ["only blank lines give no lines", "\n \n\r\n", []],
  ["a byte order mark at the start is dropped", "\ufeffa\n\ufeffb\n", ["1:a", "2:\ufeffb"]],
  ["a byte order mark alone is a blank line", "\ufeff\na", ["2:a"]],
  ["a byte order mark before the last line end", "\ufeffa", ["1:a"]],
  ["a lone CR is a part of the line", "a\rb\nc", ["1:a\rb", "2:c"]],
  ["one CR goes with the line end, more stay", "a\r\r\n", ["1:a\r"]],
  ["U+2028 and U+2029 are parts of the line", "a\u2028b\u2029c\nd", ["1:a\u2028b\u2029c", "2:d"]],
  ["white space around a line stays", "  a \n", ["1:  a "]],
  ["NUL is a character like any other", "a\u0000b\n", ["1:a\u0000b"]],
];

for (const [what, bytes, expected] of TABLE) {
  test(`in lines, ${what}`, async () => {
    assert.deepEqual(await read([bytes]), expected);
  });
}

test("bytes that are not UTF-8 are reported with the position of the first wrong one, and only on their line", async () => {
  const latin1 = "; it looks like Windows-1252: convert the file with iconv -f WINDOWS-1252 -t UTF-8";
  const broken: [bytes: number[], position: number, advice?: string][] = [
    [[0xff], 1],
    [[0x61, 0xff, 0x61], 2],
    // Latin-1: é is taken for the start of a longer character that does not go on.
    [[0x63, 0x61, 0x66, 0xe9, 0x20, 0x61], 4, latin1],
    [[0xe9, 0x61], 1],
    // A character that the line end cuts off, after one, two or three of its bytes.
    [[0x61, 0xc3], 2],
    [[0x61, 0xe2, 0x82], 2],
    [[0x61, 0xf0, 0x9f, 0x98], 2],
    // A continuation with nothing before it, an overlong form, half a surrogate pair, beyond Unicode.
    [[0x61, 0x80], 2],
    [[0xc3, 0xa9, 0xc0, 0xaf], 3],
    [[0x61, 0xed, 0xa0, 0x80], 2],
    [[0xf4, 0x90, 0x80, 0x80], 1],
  ];
  for (const [bytes, position, advice = ""] of broken) {
    const found = await lines([[...bytesOf("good\n"), ...bytes, ...bytesOf("\né\n")]]);
    const faults = found.map(({ fault }) => fault);
    const fault = `not valid UTF-8 at byte ${position}${advice}`;
    assert.deepEqual(faults, [undefined, fault, undefined], String(bytes));
    assert.deepEqual([found[0]?.text, found[2]?.text], ["good", "é"]);
  }
});

test("the same bytes give the same lines wherever they are split", async () => {
  const piece = fc.oneof(
    fc
      .constantFrom("\n", "\r\n", "\r", "\ufeff", "é", "😀", "a", " ", "{}", "\u2028", "xxxxxxxxxxxxxxxxxxxx")
      .map(bytesOf),
    fc.constantFrom([0xe9], [0xff], [0xf0, 0x9f], [0xa9]).map(bytesOf),
  );
  const given = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.concat(pieces));
  await fc.assert(
    fc.asyncProperty(
      given,
      fc.array(fc.nat(60)),
      fc.constantFrom(12, 1000),
      async (bytes, cuts, maxBytes) => {
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        assert.deepEqual(await lines(chunks, maxBytes), await lines([bytes], maxBytes));
      },
    ),
    { numRuns: 2000 },
  );
});

test("the lines of a text are those that splitting it gives", async () => {
  const text = fc.array(fc.constantFrom("a", "é", "😀", "\n", "\r\n", " ", "\r", '"'), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, async (parts) => {
      const expected = parts
        .join("")
        .split(/\r?\n/)
        .map((line, i, all) => [i + 1, i === all.length - 1 ? line.replace(/\r$/, "") : line] as const)
        .filter(([, line]) => line.trim() !== "")
        .map(([number, line]) => `${number}:${line}`);
      assert.deepEqual(await read(parts), expected);
    }),
  );
});

test("a line over the limit is reported by its number, and lines after it are still right", async () => {
  const long = "x".repeat(30);
  const start = `${"x".repeat(20)} !the line is longer than 20 bytes`;
  const expected = ["1:a", `2:${start}`, "3:b", `4:${start}`];
  const text = `a\n${long}\nb\n${long}`;
  assert.deepEqual(await read([text], 20), expected);
  assert.deepEqual(await read([...text], 20), expected);
  assert.deepEqual(await read(["a\nxxx", "x".repeat(27), "\nb\n", long], 20), expected);
});

test("the limit counts bytes, and a line may be as long as it", async () => {
  assert.deepEqual(await read([`${"é".repeat(10)}\n`], 20), [`1:${"é".repeat(10)}`]);
  assert.deepEqual(await read([`${"é".repeat(10)}x\n`], 20), [
    `1:${"é".repeat(10)} !the line is longer than 20 bytes`,
  ]);
});

test("of an over-long line only its start is kept, and no character is cut through", async () => {
  const [line] = await lines([`x${"😀".repeat(5000)}\n`], 2000);
  assert.equal(line?.text, `x${"😀".repeat(249)}`);
});

test("the limit is told in MiB where it is one", async () => {
  assert.equal(MAX_LINE_BYTES, 16 * 1024 * 1024);
  const [line] = await lines(["x".repeat(2 * 1024 * 1024 + 1)], 2 * 1024 * 1024);
  assert.equal(line?.fault, "the line is longer than 2 MiB");
});

test("an endless line is not held in memory", async () => {
  const chunk = Buffer.alloc(1024 * 1024, 0x78);
  let most = 0;
  async function* endless() {
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 400; i++) {
      // A chunk of its own each time, as a file or a pipe gives it.
      yield Buffer.from(chunk);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    yield bytesOf("\n{}\n");
  }
  const found: Line[] = [];
  for await (const batch of readLines(endless(), 8 * 1024 * 1024)) found.push(...batch);
  assert.deepEqual(
    found.map(({ number, fault }) => [number, fault]),
    [
      [1, "the line is longer than 8 MiB"],
      [2, undefined],
    ],
  );
  assert.ok(most < 250 * 1024 * 1024, `${most} bytes were held`);
});

test("lines come as soon as their chunk has, not when the input ends", async () => {
  const order: string[] = [];
  async function* slow() {
    for (const chunk of ["a\nb\nc", "d\n", "e"]) {
      order.push(`chunk ${JSON.stringify(chunk)}`);
      yield bytesOf(chunk);
    }
  }
  for await (const batch of readLines(slow())) order.push(...shown(batch));
  assert.deepEqual(order, ['chunk "a\\nb\\nc"', "1:a", "2:b", 'chunk "d\\n"', "3:cd", 'chunk "e"', "4:e"]);
});
