import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Failure } from "../failure.js";
import {
  type BadLine,
  explainSyntaxError,
  type Input,
  parseObject,
  placeOf,
  readRecords,
  stopAtBadLine,
} from "./records.js";

async function* inputs(
  ...texts: (readonly [name: string, text: string | Uint8Array])[]
): AsyncGenerator<Input> {
  for (const [name, text] of texts) {
    yield {
      name,
      bytes: (async function* () {
        yield Buffer.from(text as string);
      })(),
    };
  }
}

const ARRAY = "this is a JSON array; pipe it through `jq -c '.[]'`";
const PRETTY = "this is JSON over several lines; pipe it through `jq -c .`";
const TOO_EARLY = "not valid JSON: the line ends too early";

test("a line that does not parse is explained, with the cure where there is one", () => {
  const lines: [text: string, error: string][] = [
    ["[", ARRAY],
    ['[{"a":1}', ARRAY],
    [" [1,2", ARRAY],
    ["{", PRETTY],
    [" { ", PRETTY],
    ['{"a":1', TOO_EARLY],
    ['{"a":', TOO_EARLY],
    ['{"a', TOO_EARLY],
    ['{"a":"x', TOO_EARLY],
    ['{"a":"x\\', TOO_EARLY],
    ['{"a":{"b":[1,', TOO_EARLY],
    ['{"a":1}x', "not valid JSON at column 8: unexpected non-whitespace character after the object"],
    ['{"a":1}{"b":2}', "not valid JSON at column 8: unexpected non-whitespace character after the object"],
    ['{"a":1 "b":2}', "not valid JSON at column 8: expected ',' or '}' after property value"],
    ["{a:1}", "not valid JSON at column 2: expected property name or '}'"],
    ['{"a":1,}', "not valid JSON at column 8: expected double-quoted property name"],
    ['{"a" 1}', "not valid JSON at column 6: expected ':' after property name"],
    ['{"a":"x\ty"}', "not valid JSON at column 8: bad control character in string literal"],
    ['{"a":"\\x"}', "not valid JSON at column 8: bad escaped character"],
    ['{"a":"\\u12"}', "not valid JSON at column 11: bad Unicode escape"],
    ["<!DOCTYPE html>", "not valid JSON: unexpected `<`"],
    ["id,title", "not valid JSON: unexpected `i`"],
    ['{"a":\u0001}', "not valid JSON: unexpected character U+0001"],
  ];
  for (const [text, error] of lines) {
    assert.deepEqual(parseObject(text), { error, code: "json" }, text);
  }
});

test("JSON that is no object is told from JSON that is broken", () => {
  const lines: [text: string, error: string][] = [
    ["[]", ARRAY],
    ['[{"a":1}]', ARRAY],
    ["null", "this line holds null; a line must hold one JSON object"],
    ["5", "this line holds a number; a line must hold one JSON object"],
    ["true", "this line holds a boolean; a line must hold one JSON object"],
    ['"text"', "this line holds a text; a line must hold one JSON object"],
  ];
  for (const [text, error] of lines)
    assert.deepEqual(parseObject(text), { error, code: "not_an_object" }, text);
});

test("a line of more than 500,000 values is refused before it is parsed", () => {
  const line = (values: number) => `{"a":[${"0,".repeat(values - 1)}0]}`;
  assert.ok("record" in parseObject(line(499_990)));
  const error = "the line holds more than 500000 values and names of members";
  assert.deepEqual(parseObject(line(500_001)), { error, code: "too_large" });
});

test("a good line gives its object, whatever its members are called", () => {
  assert.deepEqual(parseObject(' {"a":[1,{"b":null}]} '), { record: { a: [1, { b: null }] } });
  const odd = parseObject('{"__proto__":{"polluted":1},"constructor":2}');
  assert.ok("record" in odd);
  assert.deepEqual(Object.keys(odd.record), ["__proto__", "constructor"]);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test("words of engines that we do not know are not shown", () => {
  assert.equal(explainSyntaxError("x", new Error("JSON Parse error: secret line text")), "not valid JSON");
});

test("an explanation is one short line of visible characters, whatever the line holds", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.json().map((json) => json.slice(1)),
      ),
      (text) => {
        const parsed = parseObject(text);
        if ("record" in parsed) return;
        assert.match(parsed.error, /^[^\u0000-\u001f\u007f-\u009f]{5,120}$/);
      },
    ),
    { numRuns: 2000 },
  );
});

const MIXED = '{"n":1}\n\n{"n":2}\nbad\n{"n":3}\n5\n';

test("records come with their file, line number and text, and bad lines in their place among them", async () => {
  const order: unknown[] = [];
  const source = inputs(["a.ndjson", MIXED], ["stdin", '\ufeff{"n":4}\r\n[]']);
  for await (const entries of readRecords(source, (bad) => void order.push(bad))) order.push(...entries);
  assert.deepEqual(order, [
    { record: { n: 1 }, file: "a.ndjson", line: 1, text: '{"n":1}' },
    { record: { n: 2 }, file: "a.ndjson", line: 3, text: '{"n":2}' },
    { file: "a.ndjson", line: 4, input: "bad", error: "not valid JSON: unexpected `b`", code: "json" },
    { record: { n: 3 }, file: "a.ndjson", line: 5, text: '{"n":3}' },
    {
      file: "a.ndjson",
      line: 6,
      input: "5",
      error: "this line holds a number; a line must hold one JSON object",
      code: "not_an_object",
    },
    { record: { n: 4 }, file: "stdin", line: 1, text: '{"n":4}' },
    { file: "stdin", line: 2, input: "[]", error: ARRAY, code: "not_an_object" },
  ]);
});

test("bytes that are not UTF-8 make a bad line with a code of its own", async () => {
  const bad: BadLine[] = [];
  const source = inputs(["stdin", Buffer.from([...Buffer.from('{"a":"'), 0xe9, ...Buffer.from('"}\n{}\n')])]);
  const good: number[] = [];
  for await (const entries of readRecords(source, (line) => void bad.push(line))) {
    good.push(...entries.map(({ line }) => line));
  }
  assert.deepEqual(bad, [
    { file: "stdin", line: 1, input: '{"a":"\ufffd"}', error: "not valid UTF-8 at byte 7", code: "utf8" },
  ]);
  assert.deepEqual(good, [2]);
});

test("a bad line is waited for before the next record is read", async () => {
  const order: string[] = [];
  const source = inputs(["stdin", 'bad\n{"n":1}\n']);
  const slowly = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    order.push("rejected");
  };
  for await (const entries of readRecords(source, slowly)) order.push(...entries.map(({ text }) => text));
  assert.deepEqual(order, ["rejected", '{"n":1}']);
});

test("without a place for bad lines the first one ends the reading, after the records before it", async () => {
  const texts: string[] = [];
  const reading = async () => {
    for await (const entries of readRecords(inputs(["stdin", MIXED]), stopAtBadLine)) {
      texts.push(...entries.map(({ text }) => text));
    }
  };
  await assert.rejects(reading(), (error) => {
    assert.ok(error instanceof Failure);
    assert.equal(error.message, "not valid JSON: unexpected `b`");
    assert.deepEqual([error.outcome, error.place], ["bad_input", { file: "stdin", line: 4 }]);
    return true;
  });
  assert.deepEqual(texts, ['{"n":1}', '{"n":2}']);
});

test("an input that fails ends the reading with its own error", async () => {
  async function* failing() {
    yield Buffer.from('{"n":1}\n{"n":');
    throw new Error("disk on fire");
  }
  const texts: string[] = [];
  const reading = async () => {
    const source = (async function* () {
      yield { name: "stdin", bytes: failing() };
    })();
    for await (const entries of readRecords(source, stopAtBadLine))
      texts.push(...entries.map(({ text }) => text));
  };
  await assert.rejects(reading(), /disk on fire/);
  assert.deepEqual(texts, ['{"n":1}']);
});

test("a place is a file and line, or a file and item, or a file alone", () => {
  assert.deepEqual(placeOf({ file: "a", line: 3 }), { file: "a", line: 3 });
  assert.deepEqual(placeOf({ file: "a", item: 3 }), { file: "a item 3" });
  assert.deepEqual(placeOf({ file: "a" }), { file: "a" });
});
