import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { errorCode, Failure, OUTCOMES, systemReason } from "./failure.js";

test("the exit codes are those that shells and scripts rely on", () => {
  const exits = Object.fromEntries(Object.entries(OUTCOMES).map(([name, { exit }]) => [name, exit]));
  assert.deepEqual(exits, {
    done: 0,
    unexpected: 1,
    usage: 2,
    bad_input: 65,
    no_input: 66,
    refused: 69,
    no_output: 73,
    temporary: 75,
    no_permission: 77,
    interrupted: 130,
  });
});

test("only what a second run can cure is retryable", () => {
  const retryable = Object.entries(OUTCOMES).filter(([, outcome]) => outcome.retryable);
  assert.deepEqual(
    retryable.map(([name]) => name),
    ["temporary", "interrupted"],
  );
});

test("a failure carries its exit code, its place and its cause", () => {
  const cause = new Error("the socket closed");
  const failure = new Failure("temporary", "try again", { place: { file: "a.ndjson", line: 7 }, cause });
  assert.equal(failure.exit, 75);
  assert.equal(failure.retryable, true);
  assert.deepEqual(failure.place, { file: "a.ndjson", line: 7 });
  assert.equal(failure.cause, cause);
  assert.equal(String(failure), "Failure: try again");
});

test("a failure without a cause does not pretend to have one", () => {
  assert.equal("cause" in new Failure("usage", "no such flag"), false);
});

test("a system error is told in words", () => {
  const reason = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return systemReason(error);
    }
    return assert.fail("it did not throw");
  };
  assert.equal(
    reason(() => readFileSync("/nowhere/at/all")),
    "no such file or folder",
  );
  assert.equal(
    reason(() => readFileSync("/")),
    "it is a folder",
  );
  assert.equal(
    reason(() => readFileSync("/dev/null/x")),
    "a part of the path is not a folder",
  );
  assert.equal(
    reason(() => readFileSync(`/${"x".repeat(300)}`)),
    "the name is too long",
  );
});

test("an error that is not the system's keeps its own words", () => {
  assert.equal(systemReason(new Error("odd")), "odd");
  assert.equal(systemReason(Object.assign(new Error("odd"), { code: "EODD" })), "odd");
  assert.equal(systemReason("thrown text"), "thrown text");
});

test("only a text is an error code", () => {
  assert.equal(errorCode(Object.assign(new Error(), { code: "EPIPE" })), "EPIPE");
  for (const other of [new Error(), { code: 12 }, null, undefined, "EPIPE", 5]) {
    assert.equal(errorCode(other), undefined);
  }
});
