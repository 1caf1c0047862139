import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { linesOf } from "../../testing/run.js";
import { entities, FIXTURE, stream, text } from "./stream.test.util.js";

/** `ov-snapshot-stream`: which entities come out, and in which form. */

/** The ids of the entities that a filter lets through. */
async function idsOf(...args: string[]): Promise<number[]> {
  const { stdout, stderr, code } = await stream([...args, "--keep", "ns", FIXTURE]);
  assert.equal(code, 0, stderr);
  return linesOf<{ pageid: number }>(stdout).map(({ pageid }) => pageid - 140000000);
}

describe("output", () => {
  test("entities come as they are, to the byte", async () => {
    const lines = text.split("\n").filter((line) => line.startsWith("{"));
    assert.equal(
      (await stream([FIXTURE])).stdout,
      `${lines.map((line) => line.replace(/,$/, "")).join("\n")}\n`,
    );
  });

  test("--flickr tells the photo of every file that comes from Flickr, and what is not clear", async () => {
    const { stdout } = await stream(["--flickr", FIXTURE]);
    const rows = linesOf(stdout).map((row) => [
      Number(row.page_id) - 140000000,
      row.flickr_photo_id ?? row.reason,
    ]);
    assert.deepEqual(rows, [
      [1, "53248015596"],
      [2, "50000000002"],
      [4, "several_photos"],
      [5, "not_a_photo"],
      [9, "50000000009"],
      [12, "53248015596"],
    ]);
    assert.deepEqual(linesOf(stdout)[1], {
      page_id: 140000002,
      title: "File:Harbour in fog.jpg",
      flickr_photo_id: "50000000002",
      url: "https://www.flickr.com/photos/examplealias/50000000002",
      found_in: ["P7482/P2699", "P7482/P973"],
    });
  });

  test("--keep cuts entities down", async () => {
    const { stdout } = await stream(["--keep", "P571,labels", FIXTURE]);
    const kept = linesOf(stdout);
    assert.deepEqual(kept[3], {
      ...{ id: "M140000004", pageid: 140000004, title: "File:Two photos in one.jpg", lastrevid: 900000004 },
      ...{ labels: {}, statements: {} },
    });
    const { P571 } = (entities[0] as { statements: Record<string, unknown> }).statements;
    assert.deepEqual(kept[0]?.statements, { P571 });
    const whole = linesOf((await stream(["--keep", "statements,type", FIXTURE])).stdout);
    assert.deepEqual(whole[0]?.statements, entities[0]?.statements);
    assert.deepEqual(whole[5]?.statements, {}, "an empty map is one, however it was written");
  });

  test("--simplify gives plain values, with qualifiers on request", async () => {
    const [, , third] = linesOf((await stream(["--simplify", FIXTURE])).stdout);
    assert.deepEqual(third?.labels, { en: "Market square" });
    assert.deepEqual(third?.statements, {
      ...{ P7482: ["Q66458942"], P180: ["Q5", "Q146"], P170: [null] },
      ...{ P571: ["1907"], P1259: [[52.5, 13.4]], P2048: [1200] },
    });
    const qualified = linesOf(
      (await stream(["--simplify", "--qualifiers", "--keep", "P170", FIXTURE])).stdout,
    );
    assert.deepEqual(qualified[2]?.statements, {
      P170: [{ value: null, qualifiers: { P2093: ["B. Baker"] } }],
    });
  });

  test("--count gives totals only", async () => {
    const { stdout, stderr } = await stream(["--count", FIXTURE]);
    const by_property = {
      P170: 2,
      P180: 2,
      P217: 1,
      P571: 3,
      P1259: 1,
      P1476: 1,
      P2048: 1,
      P7482: 8,
      P12120: 4,
    };
    assert.deepEqual(linesOf(stdout), [{ entities: 12, with_statements: 10, by_property }]);
    assert.match(stderr, /12 entities: 12 counted/);
  });
});

describe("--has and --not", () => {
  for (const [what, args, ids] of [
    ["a property", ["--has", "P12120"], [1, 4, 8, 12]],
    ["an item", ["--has", "P180=Q5"], [3, 11]],
    ["one of several items", ["--has", "P180=Q146,Q2"], [3]],
    ["a text with a comma", ["--has", "P217=1907\\,11/A"], [11]],
    ["a date", ["--has", "P571=2019-05-04"], [10]],
    ["a date in Wikibase's words", ["--has", "P571=+1907-00-00T00:00:00Z"], [3]],
    ["a number", ["--has", "P2048=1200"], [3]],
    ["a place", ["--has", "P1259=52.5/13.4"], [3]],
    ["a text of a language", ["--has", "P1476=Le café"], [10]],
    ["an unknown value", ["--has", "P12120=somevalue"], [8]],
    ["a qualifier", ["--has", "P7482/P2699"], [2]],
    ["a qualifier's value", ["--has", "P7482/P137=Q565"], [11]],
    ["two things", ["--has", "P180=Q5", "--has", "P217"], [11]],
    ["a thing and not another", ["--has", "P180=Q5", "--not", "P217"], [3]],
    ["none of two things", ["--not", "P7482", "--not", "P12120=somevalue"], [6, 7, 12]],
    ["nothing there is", ["--has", "P9999"], []],
  ] as const) {
    test(what, async () => assert.deepEqual(await idsOf(...args), ids));
  }

  test("they go with every output", async () => {
    const { stdout } = await stream(["--flickr", "--not", "P12120", "--has", "P7482/P137", FIXTURE]);
    assert.deepEqual(
      linesOf(stdout).map(({ page_id }) => Number(page_id) - 140000000),
      [2, 9],
    );
  });
});

test("an entity whose names have escapes keeps the bytes of its values, whole and in parts", async () => {
  const labels = '{"n":1.10,"x":1e400,"big":9007199254740993,"2":"\\u00e9","1":0,"1":1}';
  const given = `{"\\u0069d":"M1", "pageid":1,"l\\u0061bels":${labels}}`;
  for (const [args, expected] of [
    [[], `{"id":"M1", "pageid":1,"labels":${labels}}`],
    [["--keep", "labels"], `{"id":"M1","pageid":1,"labels":${labels}}`],
  ] as const) {
    const { stdout, stderr } = await stream(args, `${given}\n`);
    assert.equal(stdout, `${expected}\n`, stderr);
  }
});

test("a value of a condition that is left out is refused", async () => {
  const { stderr, code } = await stream(["--has", "P180=Q5,,Q6"], "");
  assert.match(
    stderr,
    /^ov-snapshot-stream: --has: 'P180=Q5,,Q6' is not valid: nothing stands between two commas\n/,
  );
  assert.equal(code, 2);
});
