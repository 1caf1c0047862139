import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { temporaryFolder } from "../../testing/run.js";
import { type ParallelOptions, readGzipFile } from "./parallel.js";
import { collect, entityText, FLICKR, packed, photoId, snapshotText } from "./samples.test.util.js";
import { ALL_ENTITIES, type Selection } from "./selection.js";

const entities = Array.from({ length: 60 }, (_, i) =>
  entityText(i, i % 5 === 0 ? photoId(String(1000 + i)) : {}),
);
const allLines = `${entities.join("\n")}\n`;

/** Reads bytes as a file, in ranges of a few hundred bytes. */
function read(
  t: TestContext,
  bytes: Buffer,
  selection: Selection = ALL_ENTITIES,
  options: ParallelOptions = {},
) {
  const path = join(temporaryFolder(t), "snapshot.json.gz");
  writeFileSync(path, bytes);
  return collect(readGzipFile(path, statSync(path).size, selection, { threads: 3, range: 400, ...options }));
}

describe("the same lines in the same order, however the members lie", () => {
  const text = Buffer.from(snapshotText(entities));
  /** Members of a size that has nothing to do with lines. */
  const blocks = (size: number) =>
    Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
      gzipSync(text.subarray(i * size, (i + 1) * size)),
    );
  /** A member whose header holds a whole other member. */
  const nested = (plain: Buffer) => {
    const extra = gzipSync(Buffer.from(`${entityText(666)},\n`));
    const [head, member] = [Buffer.alloc(12), gzipSync(plain)];
    member.copy(head, 0, 0, 10);
    head[3] = 4;
    head.writeUInt16LE(extra.length, 10);
    return Buffer.concat([head, extra, member.subarray(10)]);
  };
  /** A member that holds another as it is, without compression. */
  const stored = () => {
    const [first, second] = [text.subarray(0, 5000), text.subarray(5000)];
    return Buffer.concat([gzipSync(first, { level: 0 }), nested(second)]);
  };

  for (const [what, bytes] of [
    ["as they are published", packed(entities)],
    ["one for each entity", packed(entities, 1)],
    ["one for all", gzipSync(text)],
    ["blocks of 100 bytes that cut lines", Buffer.concat(blocks(100))],
    ["blocks of 3,000 bytes", Buffer.concat(blocks(3000))],
    [
      "with another member inside the header of each",
      Buffer.concat([text.subarray(0, 9000), text.subarray(9000)].map(nested)),
    ],
    ["without compression", stored()],
    ["with zeros at the end", Buffer.concat([packed(entities), Buffer.alloc(700)])],
    [
      "with empty ones between",
      Buffer.concat([gzipSync(""), packed(entities.slice(0, 30)).subarray(0), gzipSync("")]),
    ],
  ] as const) {
    test(what, async (t) => {
      const expected = what.includes("empty") ? `${entities.slice(0, 30).join("\n")}\n` : allLines;
      for (const options of [{}, { threads: 1 }, { threads: 2 }, { range: 150 }, { range: 1e6 }]) {
        const { text: found, faults, ending } = await read(t, bytes, ALL_ENTITIES, options);
        assert.equal(found, expected);
        assert.deepEqual([faults, ending.damage, ending.isUnclosed], [[], undefined, false]);
        assert.equal(ending.counts.entities, expected === allLines ? 60 : 30);
      }
    });
  }
});

test("what is not wanted is counted only", async (t) => {
  const { text, ending } = await read(t, packed(entities), FLICKR);
  assert.equal(text.split("\n").length - 1, 12);
  assert.deepEqual([ending.counts.entities, ending.counts.matches], [60, 12]);
});

test("totals are those of all ranges", async (t) => {
  const { ending } = await read(t, packed(entities), { ...ALL_ENTITIES, output: { kind: "count" } });
  assert.deepEqual(ending.totals, { entities: 60, with_statements: 12, by_property: { P12120: 12 } });
});

test("faulty lines have the numbers that they have in the text", async (t) => {
  const some = entities.map((entity, i) => (i % 20 === 7 ? "{]" : entity));
  const numbers = snapshotText(some)
    .split("\n")
    .flatMap((line, i) => (line.startsWith("{]") ? [i + 1] : []));
  for (const batch of [1, 3, 100]) {
    const { faults } = await read(t, packed(some, batch));
    assert.deepEqual(
      faults.map(({ line }) => line),
      numbers,
    );
  }
});

test("nothing after the first faulty line is given where it ends the work", async (t) => {
  const some = entities.with(30, "{]");
  const { text, faults } = await read(t, packed(some), ALL_ENTITIES, { stopAtFault: true });
  assert.equal(text, `${entities.slice(0, 30).join("\n")}\n`);
  assert.equal(faults.length, 1);
});

describe("damage", () => {
  const whole = packed(entities);

  test("a file that is cut off gives what was there, and where to go on", async (t) => {
    for (const size of [whole.length - 5, whole.length >> 1, 300]) {
      const { text, ending } = await read(t, whole.subarray(0, size));
      const { damage } = ending;
      assert.ok(allLines.startsWith(text));
      assert.deepEqual([damage?.isCut, damage?.offset], [true, size]);
      assert.ok(text.split("\n").length >= (60 * size) / whole.length - 6, "all that is there");
      const { text: rest } = await read(t, whole, ALL_ENTITIES, { startAt: damage?.member ?? -1 });
      assert.ok(allLines.endsWith(rest) && text.length + rest.length >= allLines.length);
    }
  });

  test("a byte that is wrong ends it there, and what follows can be read from there on", async (t) => {
    const damaged = Buffer.from(whole);
    const at = whole.length >> 1;
    damaged.fill(0xff, at, at + 20);
    const { text, ending } = await read(t, damaged);
    const { damage } = ending;
    assert.ok(allLines.startsWith(text) && text.length > 0);
    assert.equal(damage?.isCut, false);
    assert.ok(damage && damage.member <= at && Math.abs(damage.offset - at) < 1200);
    const { text: rest } = await read(t, damaged, ALL_ENTITIES, { startAt: damage.offset + 1 });
    assert.ok(allLines.endsWith(rest) && rest.length > 0);
  });

  test("all of a long member up to the damage", async (t) => {
    const many = Array.from({ length: 3000 }, (_, i) => entityText(i));
    const member = gzipSync(snapshotText(many));
    const { text } = await read(t, member.subarray(0, member.length - 2000));
    const plain = `${many.join("\n")}\n`;
    assert.ok(plain.startsWith(text) && text.length > plain.length * 0.9);
    assert.ok(gunzipSync(member).length > text.length);
  });
});

test("a start after the last member gives nothing", async (t) => {
  const { text } = await read(t, packed(entities), ALL_ENTITIES, { startAt: packed(entities).length - 3 });
  assert.equal(text, "");
});

test("an aborted signal ends it with its reason", async (t) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(read(t, packed(entities), ALL_ENTITIES, { signal: controller.signal }), reason);
});
