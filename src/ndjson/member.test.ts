import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { memberSetter } from "./member.js";

const ROWS: readonly (readonly [line: string, expected: string])[] = [
  ["{}", '{"new":1}'],
  ["{ }", '{ "new":1}'],
  ['{"a":1.0}', '{"a":1.0,"new":1}'],
  ['{"big":12345678901234567890} ', '{"big":12345678901234567890,"new":1} '],
  ['{"new":null,"a":1.0}', '{"new":1,"a":1.0}'],
  ['{"a":{"new":2},"new":{"x":[1,{"y":"},"}]}}', '{"a":{"new":2},"new":1}'],
  ['{"a":"new","new" : "\\"," }', '{"a":"new","new" :1}'],
  ['{"n\\u0065w":[1,2],"a":1}', '{"n\\u0065w":1,"a":1}'],
  ['{"new":3,"new":2}', '{"new":3,"new":1}'],
];

describe("a member set in a line", () => {
  for (const [line, expected] of ROWS) {
    test(line, () => assert.equal(memberSetter("new")(line, JSON.parse(line), "1"), expected));
  }

  test("is the only thing that changes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.string(), fc.constant("new")), fc.jsonValue()), (record) => {
        const line = JSON.stringify(record);
        const { new: added, ...others } = JSON.parse(
          memberSetter("new")(line, JSON.parse(line), '{"b":[1]}'),
        );
        const { new: _, ...before } = JSON.parse(line);
        assert.deepEqual([added, others], [{ b: [1] }, before]);
      }),
      { numRuns: 2000 },
    );
  });
});
