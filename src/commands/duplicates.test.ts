import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { counted } from "../base/counted.js";
import { linesOf, run, temporaryFolder } from "../testing/run.js";
import { ndjson, sampleRecord } from "../testing/samples.js";

type Sample = Record<string, unknown>;

/** Shards of some lines. The manifest is that of a folder of one name, so that two can be compared. */
async function shardsOf(t: TestContext, files: readonly string[], ...options: string[]) {
  const cwd = temporaryFolder(t);
  const names = files.map((text, i) => {
    writeFileSync(join(cwd, `${i}.ndjson`), text);
    return `${i}.ndjson`;
  });
  const result = await run(["ov-to-parquet", "--out", "shards", ...options, ...names], { cwd });
  const rejects = join(cwd, "rejects.ndjson");
  return {
    ...result,
    rejects: existsSync(rejects) ? linesOf(readFileSync(rejects, "utf8")) : undefined,
    left: readdirSync(cwd).filter((name) => !/^\d\.ndjson$/.test(name)),
  };
}

const record = (id: number, change: Sample = {}) =>
  sampleRecord({ foreign_identifier: String(id), ...change });
/** Of a record whose identifier is no part of an address. */
const ADDRESSES = { foreign_landing_url: "https://example.com/1", url: "https://example.com/1.jpg" };
const audio = (id: number, change: Sample = {}) =>
  record(id, { media_type: "audio", url: `https://a.example.org/${id}.mp3`, ...change });
const nameOf = ({ media_type, provider, foreign_identifier }: Sample) =>
  `${media_type} ${provider} ${foreign_identifier}`;

test("the later of two rows with one identifier is refused, and told with the line of the first", async (t) => {
  const cases: [what: string, files: Sample[][], error: string][] = [
    [
      "in order",
      [[record(1), record(2), record(2), record(3)]],
      "0.ndjson:3: flickr 2 is there already, in line 2",
    ],
    [
      "out of order",
      [[record(3), record(1), record(2), record(3)]],
      "0.ndjson:4: flickr 3 is there already, in line 1",
    ],
    [
      "whose name has more than a line",
      [
        [
          record(1, { foreign_identifier: "a\nb", ...ADDRESSES }),
          record(1, { foreign_identifier: " a b", ...ADDRESSES }),
        ],
      ],
      "0.ndjson:2: flickr a b is there already, in line 1",
    ],
    [
      "in another file",
      [[record(1)], [record(2), record(1)]],
      "1.ndjson:2: flickr 1 is there already, in 0.ndjson:1",
    ],
    [
      "in another subset",
      [[record(1), record(2), record(1, { license: "by-sa" })]],
      "0.ndjson:3: flickr 1 is there already, in line 1",
    ],
  ];
  for (const [what, files, error] of cases) {
    for (const options of [[], ["--partition-by", "license"], ["--sort", "title"]]) {
      const { stderr, stdout, code, left } = await shardsOf(t, files.map(ndjson), ...options);
      assert.equal(stderr, `ov-to-parquet: ${error}; --duplicates last keeps the last one\n`, what);
      assert.deepEqual([stdout, code, left], ["", 65, []], what);
    }
  }
});

test("an image and a sound may have one identifier, and so may two providers", async (t) => {
  const records = [record(1), audio(1), record(1, { provider: "wikimedia" })];
  const { code, stderr } = await shardsOf(t, [ndjson(records)]);
  assert.equal(code, 0, stderr);
});

/** Records of few names, in any order, each with a title of its own; some lines take the slow way. */
const anyRecords = fc
  .array(
    fc.record({
      id: fc.integer({ min: 1, max: 9 }),
      isAudio: fc.boolean(),
      license: fc.constantFrom("by", "by-sa"),
      isSlow: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 30,
    },
  )
  .map((list) =>
    list.map(({ id, isAudio, license, isSlow }, i) => {
      const title = isSlow ? `  Work\t${i}  ` : `Work ${i}`;
      return (isAudio ? audio : record)(id, { title, license });
    }),
  );

test("what is kept is what a naive filter of the lines keeps, to the byte, and the rest is told", async (t) => {
  const options = fc.constantFrom(
    [],
    ["--partition-by", "license"],
    ["--stable", "--rows-per-shard", "4"],
    ["--sort", "license"],
  );
  const property = fc.asyncProperty(anyRecords, options, async (records, more) => {
    const seen = new Map<string, number>();
    const isFirst = records.map((one, i) => !seen.has(nameOf(one)) && seen.set(nameOf(one), i).size > 0);
    const isLast = records.map(
      (one, i) => records.findLastIndex((other) => nameOf(other) === nameOf(one)) === i,
    );
    const part = (keeps: readonly boolean[]) => ndjson(records.filter((_, i) => keeps[i]));

    const refused = await shardsOf(t, [ndjson(records)], ...more, "--rejects", "rejects.ndjson");
    assert.equal(refused.code, 0, refused.stderr);
    assert.equal(refused.stdout, (await shardsOf(t, [part(isFirst)], ...more)).stdout);
    assert.deepEqual(
      refused.rejects?.map(({ line, code, input }) => [line, code, input]),
      records.flatMap((one, i) => (isFirst[i] ? [] : [[i + 1, "duplicate", JSON.stringify(one)]])),
    );

    const last = await shardsOf(t, [ndjson(records)], ...more, "--duplicates", "last");
    assert.equal(last.code, 0, last.stderr);
    assert.equal(last.stdout, (await shardsOf(t, [part(isLast)], ...more)).stdout);
    const left = isLast.filter((is) => !is).length;
    const told = left > 0 ? `, ${left} left out that a later one replaces` : "";
    assert.match(
      last.stderr,
      new RegExp(
        `^ov-to-parquet: shards: ${counted(records.length - left, "record")} in \\d+ shards?${told}, 0 rejected\n$`,
      ),
    );
    assert.deepEqual(last.left, ["shards"]);
  });
  await fc.assert(property, { numRuns: Number(process.env.OV_PIPES ?? 4) });
});
