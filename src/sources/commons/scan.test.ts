import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Members, Scanner } from "./scan.js";

const scanner = new Scanner("statements");

function scan(text: string) {
  const bytes = Buffer.from(text);
  return scanner.scan(bytes, 0, bytes.length);
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const TEXTS = [
  ...[
    "",
    "{}",
    " {} ",
    "{} {}",
    "[]",
    "null",
    "{",
    "}",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{,}",
    '{"a":1 "b":2}',
  ],
  ...[
    '{"a":01}',
    '{"a":-}',
    '{"a":-0}',
    '{"a":1.}',
    '{"a":.1}',
    '{"a":1e}',
    '{"a":1e+9}',
    '{"a":1E-9}',
    '{"a":+1}',
  ],
  ...['{"a":tru}', '{"a":true}', '{"a":nul}', '{"a":NaN}', '{"a":"\\x"}', '{"a":"\\u12"}', '{"a":"\\u12aF"}'],
  ...[
    '{"a":"\t"}',
    '{"a":"\u2028"}',
    '{"a":"\\""}',
    '{"a":"\\\\"}',
    '{"a":"\\"}',
    '{"a":[1,]}',
    '{"a":[,1]}',
  ],
  ...['{"a":[[[]]]}', '{"a":[}', '{"a":{"b":[{"c":null}]}}', "{'a':1}", '\u00a0{"a":1}', '{"a":1}\u0000'],
];

for (const text of TEXTS) {
  test(`${JSON.stringify(text)} is ${isObject(text) ? "an object" : "none"}`, () => {
    assert.equal(scan(text), isObject(text) ? "object" : "not_json");
  });
}

test("it takes what JSON.parse takes, and nothing else", () => {
  const json = fc.json({ maxDepth: 4 }).map((text) => `{"a":${text},"statements":{"P1":[${text}]}}`);
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat(2),
    insert: fc.constantFrom("", ...'{}[],:"\\0e.-tu \n'),
  });
  fc.assert(
    fc.property(json, fc.array(edit, { maxLength: 2 }), (text, edits) => {
      let edited = text;
      for (const { at, remove, insert } of edits) {
        const place = at % edited.length;
        edited = edited.slice(0, place) + insert + edited.slice(place + remove);
      }
      const scanned = scan(edited);
      if (scanned !== "escaped_names") assert.equal(scanned === "object", isObject(edited), edited);
      else assert.ok(isObject(edited));
    }),
    { numRuns: 3000 },
  );
});

test("members are found by name, the last of a repeated one, and so are those of the statements", () => {
  const text = '{"id":"M1", "statements" : {"P1":[1],"P2" : [2]},"id":"M2","x":{"P3":0}}';
  const bytes = Buffer.from(text);
  assert.equal(scanner.scan(bytes, 0, bytes.length), "object");
  const partNamed = (members: Members, name: string) => {
    const found = members.find(bytes, name);
    return found === -1 ? undefined : text.slice(members.start(found), members.end(found));
  };
  assert.equal(partNamed(scanner.members, "id"), '"M2"');
  assert.equal(partNamed(scanner.inner, "P2"), "[2]");
  assert.equal(partNamed(scanner.inner, "P3"), undefined);
  assert.equal(partNamed(scanner.inner, "id"), undefined);
});

test("of repeated statements the last count, also when they are no object", () => {
  scan('{"statements":{"P1":[]},"statements":[]}');
  assert.equal(scanner.inner.count, 0);
});

test("a name with an escape in it is told", () => {
  assert.equal(scan('{"\\u0069d":1}'), "escaped_names");
  assert.equal(scan('{"statements":{"P\\u0031":[]}}'), "escaped_names");
});
