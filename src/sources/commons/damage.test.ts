import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { temporaryFolder } from "../../testing/run.js";
import { type ParallelOptions, readGzipFile } from "./parallel.js";
import { collect, entityText, photoId, snapshotText } from "./samples.test.util.js";
import { ALL_ENTITIES } from "./selection.js";
import { readStream } from "./stream.js";

/**
 * Every member of a file damaged in turn, in every way: what is given is what lies outside the damage, in one run and
 * those that continue after it, and nothing else.
 */

const entities = Array.from({ length: 24 }, (_, i) =>
  entityText(i, photoId(String(1000 + i)), "x".repeat(i)),
);
const text = Buffer.from(snapshotText(entities));

/** How the text is divided into members: where each of them ends. */
const FRAMINGS: Readonly<Record<string, readonly number[]>> = {
  "members as they are published": publishedEnds(4),
  "members that cut lines": Array.from({ length: Math.ceil(text.length / 517) }, (_, i) => (i + 1) * 517),
  "a member for each line": [...text].flatMap((byte, at) => (byte === 0x0a ? [at + 1] : [])),
};

/** The bracket, batches without their last line end, what stands between them, the bracket. */
function publishedEnds(batch: number): number[] {
  const ends = [2];
  for (let i = batch; i < entities.length; i += batch) {
    const at = text.indexOf(entities[i] as string);
    ends.push(at - 2, at);
  }
  return [...ends, text.length - 3, text.length];
}

/** What is done to a member; what lies in others stays. */
interface Kind {
  readonly what: string;
  readonly make: (member: Buffer) => Buffer;
  /** The text of the member stays as well. */
  readonly isHarmless?: true;
}

const flipped = (at: (member: Buffer) => number) => (member: Buffer) => {
  const bytes = Buffer.from(member);
  bytes[at(bytes)] = (bytes[at(bytes)] as number) ^ 0x55;
  return bytes;
};

const KINDS: readonly Kind[] = [
  { what: "a byte of the data", make: flipped(({ length }) => 10 + ((length - 18) >> 1)) },
  { what: "the first byte", make: flipped(() => 0) },
  { what: "the method", make: flipped(() => 2) },
  { what: "the flags", make: flipped(() => 3) },
  { what: "the checksum", make: flipped(({ length }) => length - 6) },
  { what: "the length", make: flipped(({ length }) => length - 1) },
  {
    what: "zeros in the middle",
    make: (member) =>
      Buffer.from(member).fill(0, member.length >> 1, Math.min(member.length, (member.length >> 1) + 40)),
  },
  { what: "zeros for all of it", make: (member) => Buffer.alloc(member.length) },
  {
    what: "its middle is missing",
    make: (member) =>
      Buffer.concat([member.subarray(0, member.length / 3), member.subarray((member.length * 2) / 3)]),
  },
  { what: "its end is missing", make: (member) => member.subarray(0, member.length - 5) },
  { what: "its beginning is missing", make: (member) => member.subarray(5) },
  {
    what: "bytes in front of it",
    make: (member) => Buffer.concat([Buffer.from("some bytes"), member]),
    isHarmless: true,
  },
  {
    what: "a byte in front of it",
    make: (member) => Buffer.concat([Buffer.from("x"), member]),
    isHarmless: true,
  },
  {
    what: "the first bytes of a member in front of it",
    make: (member) => Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), member]),
    isHarmless: true,
  },
  {
    what: "zeros in front of it",
    make: (member) => Buffer.concat([Buffer.alloc(600), member]),
    isHarmless: true,
  },
];

/** The entities of which every byte lies outside a part of the text. */
function outside(from: number, to: number): string[] {
  return entities.filter((entity) => {
    const start = text.indexOf(entity);
    return start + entity.length <= from || start >= to;
  });
}

/** One after the other, so that each is tried with every kind. */
const MODES: readonly ParallelOptions[] = [
  { threads: 1, range: 1e6 },
  { threads: 1, range: 300 },
];

const linesOf = (output: string) => output.split("\n").slice(0, -1);

for (const [framing, ends] of Object.entries(FRAMINGS)) {
  const starts = [0, ...ends.slice(0, -1)];
  const members = ends.map((end, i) => gzipSync(text.subarray(starts[i], end)));
  // The first one tells that it is gzip at all, and nothing follows the last one that would show what it was.
  const inside = members.map((_, i) => i).slice(1, -1);
  const some = framing.includes("published") ? inside : inside.filter((i) => i % 4 === 1);
  for (const { what, make, isHarmless } of KINDS) {
    test(`${framing}: ${what}`, async (t) => {
      const path = join(temporaryFolder(t), "snapshot.json.gz");
      for (const broken of some) {
        const bytes = Buffer.concat(members.map((member, i) => (i === broken ? make(member) : member)));
        const at = members.slice(0, broken).reduce((sum, { length }) => sum + length, 0);
        writeFileSync(path, bytes);
        const [from = 0, to = 0] = [starts[broken], isHarmless ? starts[broken] : ends[broken]];
        const said = `member ${broken} of ${members.length}`;
        const mode = MODES[broken % MODES.length] as ParallelOptions;
        assert.deepEqual(await readOn(path, at, mode), outside(from, to), said);
        const pieces = [bytes.subarray(0, at + 11), bytes.subarray(at + 11)];
        const stream = readStream(asStream(pieces), ALL_ENTITIES, { stopAtFault: true });
        const { text: output, faults, ending } = await collect(stream);
        const before = outside(from, text.length);
        assert.deepEqual([linesOf(output), faults, ending.damage?.member], [before, [], at], said);
      }
    });
  }
}

/** The entities of a run, and of those that continue after the damage, the first of which is reported at a byte. */
async function readOn(path: string, damagedAt: number, mode: ParallelOptions): Promise<string[]> {
  const found: string[] = [];
  for (let startAt = 0, runs = 1; ; runs++) {
    const options = { ...mode, stopAtFault: true, startAt };
    const {
      text: output,
      faults,
      ending,
    } = await collect(readGzipFile(path, statSync(path).size, ALL_ENTITIES, options));
    found.push(...linesOf(output));
    assert.deepEqual(faults, []);
    if (runs === 1) assert.equal(ending.damage?.member, damagedAt);
    if (ending.damage === undefined) return found;
    const { next = 0 } = ending.damage;
    assert.ok(next > startAt && runs === 1, JSON.stringify(ending.damage));
    startAt = next;
  }
}

async function* asStream(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

test("several threads, with damage in two places", async (t) => {
  const path = join(temporaryFolder(t), "snapshot.json.gz");
  const ends = FRAMINGS["members as they are published"] as readonly number[];
  const members = ends.map((end, i) => gzipSync(text.subarray(ends[i - 1] ?? 0, end)));
  const flip = KINDS[0]?.make as Kind["make"];
  writeFileSync(
    path,
    Buffer.concat(members.map((member, i) => (i === 3 || i === 7 ? flip(member) : member))),
  );
  const found = new Set<string>();
  let startAt = 0;
  for (const isLast of [false, false, true]) {
    const options = { threads: 3, range: 300, startAt };
    const { text: output, ending } = await collect(
      readGzipFile(path, statSync(path).size, ALL_ENTITIES, options),
    );
    for (const line of linesOf(output)) found.add(line);
    assert.equal(ending.damage === undefined, isLast);
    startAt = ending.damage?.next ?? 0;
  }
  assert.deepEqual([...found], [...entities.slice(0, 4), ...entities.slice(8, 12), ...entities.slice(16)]);
});

test("zeros after the last member are padding if the array was closed, else the rest is missing", async (t) => {
  const path = join(temporaryFolder(t), "snapshot.json.gz");
  const closed = gzipSync(text);
  const open = gzipSync(text.subarray(0, -3));
  for (const [what, member, expected] of [
    ["closed", closed, undefined],
    ["open", open, open.length],
    ["NDJSON", gzipSync(`${entities.join("\n")}\n`), undefined],
  ] as const) {
    const bytes = Buffer.concat([member, Buffer.alloc(5000)]);
    writeFileSync(path, bytes);
    for (const results of [
      readGzipFile(path, bytes.length, ALL_ENTITIES),
      readStream(asStream([bytes.subarray(0, 99), bytes.subarray(99)]), ALL_ENTITIES),
    ]) {
      const { text: output, ending } = await collect(results);
      assert.deepEqual(linesOf(output), entities, what);
      assert.equal(ending.damage?.offset, expected, what);
    }
  }
});
