import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Failure, shortageOf } from "../failure.js";
import { errorOf, plainFailure, startThread } from "./threads.js";

/** A thread that does this. */
const threadOf = (script: string) => new URL(`data:text/javascript,${encodeURIComponent(script)}`);

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

test("a thread that runs out of memory ends with words, and not the process", async () => {
  const worker = startThread(threadOf("const all = []; for (;;) all.push(Array(1000).fill({}));"), {
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  });
  const [error] = await once(worker, "error").catch((thrown: unknown) => [thrown]);
  assert.match(shortageOf(error)?.message ?? String(error), /^the engine is out of memory: allow it more/);
});
