import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../failure.js";
import { errorOf, plainFailure } from "./plain-failure.js";

test("a failure stays one on its way through a port, with its place and without its stack in the message", () => {
  const failure = new Failure("bad_input", "not UTF-8", { place: { file: "a.ndjson", line: 7 } });
  const there = errorOf(structuredClone(plainFailure(failure)));
  assert.ok(there instanceof Failure);
  assert.deepEqual([there.outcome, there.message, there.place], ["bad_input", "not UTF-8", failure.place]);
  assert.equal(there.stack, failure.stack);
});

test("what nobody thought of is no failure on the other side, too, and keeps where it happened", () => {
  const bug = new TypeError("x is not a function");
  const there = errorOf(structuredClone(plainFailure(bug)));
  assert.ok(!(there instanceof Failure));
  assert.deepEqual([there.message, there.stack], [bug.message, bug.stack]);
});

test("what a thread lacks is a failure with words", () => {
  const short = plainFailure(
    Object.assign(new Error("EMFILE: too many open files, open 'x'"), { code: "EMFILE" }),
  );
  assert.deepEqual(
    [short.outcome, short.message],
    ["temporary", "too many open files: allow more with ulimit -n"],
  );
});

test("its cause comes with it, and that of an error that is its own cause ends", () => {
  const failure = new Failure("no_input", "cannot read a", { cause: new Error("EIO") });
  const { cause } = errorOf(structuredClone(plainFailure(failure)));
  assert.ok(cause instanceof Error && cause.message === "EIO");
  const own = new Error("own");
  own.cause = own;
  assert.equal(errorOf(structuredClone(plainFailure(own))).message, "own");
});

test("of an error that nobody wrote for people, the message is its first line", () => {
  const there = errorOf(plainFailure(new Error("Cannot find module 'x'\nRequire stack:\n- /a.js")));
  assert.equal(there.message, "Cannot find module 'x'");
  assert.match(String(there.stack), /Require stack/);
  assert.equal(errorOf(plainFailure("a text\nof two lines")).message, "a text");
});
