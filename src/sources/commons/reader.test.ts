import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EntityReader } from "./reader.js";
import { entityText, FLICKR, photoId, snapshotText } from "./samples.test.util.js";
import { ALL_ENTITIES, type Selection } from "./selection.js";

const [a, b, c] = [1, 2, 3].map((id) => entityText(id)) as [string, string, string];

/** Reads text in pieces of a size. */
function read(text: string | Buffer, selection: Selection = ALL_ENTITIES, size = 1e9) {
  const reader = new EntityReader(selection);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.add(bytes.subarray(at, at + size));
  reader.end();
  const lines = reader.output.take().toString().split("\n").slice(0, -1);
  return { lines, reader, faults: reader.takeFaults() };
}

describe("framing", () => {
  const FORMS: readonly (readonly [what: string, text: string])[] = [
    ["as it is published", snapshotText([a, b, c])],
    ["with CRLF", snapshotText([a, b, c]).replaceAll("\n", "\r\n")],
    ["without a last line end", `[\n${a},\n${b},\n${c}\n]`],
    ["with commas on lines of their own", `[\n${a}\n,\n${b}\n,\n\n${c}\n]\n`],
    ["with commas in front", `[\n${a}\n,${b}\n, ${c}\n]\n`],
    ["with the brackets beside the entities", `[${a},\n${b},\n${c}]\n`],
    ["with blank lines and blanks around", `\n[\n\n  ${a} ,\n\t${b},  \n \n${c}\n\n]\n\n`],
    ["with a byte order mark", `\ufeff${snapshotText([a, b, c])}`],
    ["as NDJSON", `${a}\n${b}\n${c}\n`],
    ["without the closing bracket", `[\n${a},\n${b},\n${c},\n`],
    ["without the closing bracket and line end", `[\n${a},\n${b},\n${c}`],
  ];
  for (const [what, text] of FORMS) {
    for (const size of [1e9, 7, 1]) {
      test(`${what}, in pieces of ${size}`, () => {
        const { lines, faults, reader } = read(text, ALL_ENTITIES, size);
        assert.deepEqual(lines, [a, b, c]);
        assert.deepEqual(faults, []);
        assert.equal(reader.counts.entities, 3);
        assert.equal(reader.opened && !reader.closed, /^without the closing/.test(what));
      });
    }
  }

  for (const text of ["", "[]", "[\n]\n", "[ ]", "\n\n"]) {
    test(`${JSON.stringify(text)} holds nothing`, () => {
      assert.deepEqual(read(text).lines, []);
      assert.deepEqual(read(text).faults, []);
    });
  }

  test("a line separator of Unicode ends no line, and raw UTF-8 stays as it is", () => {
    const odd = entityText(4, {}, " caf\u00e9 \u2028 \ud83d\udc26");
    for (const size of [1e9, 3])
      assert.deepEqual(read(snapshotText([a, odd]), ALL_ENTITIES, size).lines, [a, odd]);
  });

  test("an entity of many megabytes", () => {
    const long = entityText(4, {}, "x".repeat(5_000_000));
    assert.deepEqual(read(snapshotText([a, long, b]), ALL_ENTITIES, 65_536).lines, [a, long, b]);
  });
});

describe("faulty lines", () => {
  const FAULTS: readonly (readonly [line: string | Buffer, error: RegExp, code: string])[] = [
    ['{"id":}', /^not valid JSON: unexpected `}`$/, "json"],
    ['{"id":"M1"', /^not valid JSON: the line ends too early$/, "json"],
    ["<html>", /^not valid JSON: unexpected `<`$/, "json"],
    ['"text"', /holds a text; a line must hold one JSON object/, "not_an_object"],
    [Buffer.from('{"id":"\xe9"}', "latin1"), /^not valid UTF-8/, "utf8"],
    ['{"success":1}', /^this object is no entity: it has no id such as M123$/, "not_an_entity"],
    ['{"id":17}', /^this object is no entity/, "not_an_entity"],
    ['{"id":"x1"}', /^this object is no entity/, "not_an_entity"],
    [
      '{"entities":{"M1":{"id":"M1"}}}',
      /^this is an answer of a Wikibase; for its entities pipe it through `jq -c '\.entities\[\]'`$/,
      "not_an_entity",
    ],
    ['{"id":"M7"} {"id":"M8"}', /^not valid JSON at column 13/, "json"],
    [`{"a":${"[".repeat(3000)}${"]".repeat(3000)}}`, /nested too deeply/, "json"],
  ];
  for (const [line, error, code] of FAULTS) {
    test(`${String(line).slice(0, 20)} is told with its place, and the rest is read`, () => {
      const text = Buffer.concat([Buffer.from(`[\n${a},\n`), Buffer.from(line), Buffer.from(`,\n${b}\n]\n`)]);
      const { lines, faults } = read(text);
      assert.deepEqual(lines, [a, b]);
      assert.equal(faults.length, 1);
      assert.match(faults[0]?.error ?? "", error);
      assert.deepEqual([faults[0]?.line, faults[0]?.code], [3, code]);
    });
  }

  test("a line of several entities is told, an array in one line as well, whole or cut off", () => {
    for (const [text, line] of [
      [`[${a},${b},${c}]`, 1],
      [`[${a} , ${b}, ${c.slice(0, 30)}`, 1],
      [`${a}\n${b},${c}\n`, 2],
      [`[\n${a},\n${b},${c}\n]\n`, 3],
    ] as const) {
      const { faults, reader } = read(text);
      assert.deepEqual(
        faults.map(({ line, error, code }) => [line, error, code]),
        [
          [
            line,
            "this line holds more than one entity; pipe the array through `jq -c '.[]'`",
            "not_an_object",
          ],
        ],
      );
      assert.equal(reader.cut, false);
    }
  });

  test("nothing after the first one is read where it ends the work", () => {
    const reader = new EntityReader(ALL_ENTITIES, { stopAtFault: true });
    reader.add(Buffer.from(snapshotText([a, "{]", b])));
    assert.equal(reader.output.take().toString(), `${a}\n`);
    assert.equal(reader.faults.length, 1);
  });

  test("an array that ends within an entity was cut off", () => {
    const { lines, reader, faults } = read(`[\n${a},\n${b.slice(0, 30)}`);
    assert.deepEqual([lines, faults, reader.cut], [[a], [], true]);
  });
});

describe("entities that cannot matter", () => {
  const flickr = entityText(5, photoId("77"));
  const source = (address: string) =>
    entityText(6, { P7482: [{ qualifiers: { P973: [{ datavalue: { value: address, type: "string" } }] } }] });

  test("they are counted, not read", () => {
    const { lines, reader, faults } = read(snapshotText([a, '{"no":JSON}', flickr]), FLICKR);
    assert.deepEqual([lines.length, faults, reader.counts.entities], [1, [], 3]);
  });

  test("but the first one is read: it shows what the file is", () => {
    const { faults } = read('{"batchcomplete":true}\n', FLICKR);
    assert.deepEqual(
      faults.map(({ code }) => code),
      ["not_an_entity"],
    );
  });

  for (const [what, entity] of [
    ["a photo id", flickr],
    ["a URL", source("https://www.flickr.com/photos/x/77")],
    ["a URL in capitals", source("HTTPS://WWW.FLICKR.COM/photos/x/77")],
    ["a URL of any case", source("https://fLiCkR.com/photos/x/77")],
    ["a short URL", source("https://flic.kr/p/2k")],
    ["an escaped URL", source("https://www.flickr.com/photos/x/77").replaceAll("f", "\\u0066")],
    ["PHP's slashes", source("https://www.flickr.com/photos/x/77").replaceAll("/", "\\/")],
    [
      "blanks",
      JSON.stringify(JSON.parse(source("https://www.flickr.com/photos/x/77")), null, " ").replaceAll(
        "\n",
        "",
      ),
    ],
  ] as const) {
    test(`${what} is not overlooked`, () =>
      assert.equal(read(snapshotText([a, entity, b]), FLICKR).lines.length, 1));
  }
});
