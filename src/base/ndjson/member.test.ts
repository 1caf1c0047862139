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

const BLANKS = fc.constantFrom("", " ", "\t ", " \n");
/** A value as sources write them: other digits than ours, names that come twice, names of digits, brackets in strings. */
const VALUE = fc.constantFrom(
  "1e400",
  "9007199254740993",
  "1.10",
  "-0",
  '"\\u0041,}]{[\\\\"',
  '{"2":1,"1":{"new":2},"2":[3]}',
  "[ ]",
  "null",
  '{"new" : "}"}',
);
const MEMBER = fc
  .tuple(
    fc.oneof(
      fc.string().map((name) => JSON.stringify(name)),
      fc.constantFrom('"1"', '"__proto__"', '"\\u0061"'),
    ),
    BLANKS,
    VALUE,
    BLANKS,
  )
  .map(([name, before, value, after]) => ({ name, before, value: `${before}${value}${after}` }));
const textOfMember = ({ name, before, value }: { name: string; before: string; value: string }) =>
  `${before}${name}${before}:${value}`;

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

  test("leaves all bytes of the other members, however they are written", () => {
    fc.assert(
      fc.property(
        fc.array(MEMBER),
        fc.option(MEMBER),
        fc.array(MEMBER),
        BLANKS,
        (before, own, after, blanks) => {
          const others = [...before, ...after].filter(({ name }) => JSON.parse(name) !== "new");
          const [first, last] = [others.slice(0, before.length), others.slice(before.length)];
          const written = (value: string) => `"n\\u0065w"${blanks}:${value}`;
          const textOf = (middle: readonly string[]) =>
            `${blanks}{${[...first.map(textOfMember), ...middle, ...last.map(textOfMember)].join(",")}}${blanks}`;
          const line = textOf(own ? [written(own.value)] : []);
          const set = memberSetter("new")(line, JSON.parse(line), "[1]");
          if (own) assert.equal(set, textOf([written("[1]")]));
          else
            assert.equal(
              set,
              line.replace(/\}\s*$/, (end) => `${others.length > 0 ? "," : ""}"new":[1]${end}`),
            );
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("stands after a string of millions of escapes", () => {
    const line = `{"a":"${"\\n".repeat(10_000_000)}","new":1}`;
    assert.ok(memberSetter("new")(line, { a: "", new: 1 }, "2").endsWith(',"new":2}'));
  });
});
