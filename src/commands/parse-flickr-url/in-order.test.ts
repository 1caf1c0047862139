import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { LineWriter } from "../../base/ndjson/index.js";
import { InOrder } from "./in-order.js";

function collecting(): { output: InOrder; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      done();
    },
  });
  return { output: new InOrder(new LineWriter(stream, "stdout")), text: () => text };
}

test("lines that come late keep their place", async () => {
  const { output, text } = collecting();
  for (const line of ["a", wait(20, "b"), "c", wait(5, undefined), wait(1, "d"), undefined, "e"]) {
    await output.add(line as string | Promise<string>);
  }
  await output.end();
  assert.equal(text(), "a\nb\nc\nd\ne\n");
});

test("what is there is written while the next line is waited for", async () => {
  const { output, text } = collecting();
  output.add(wait(5, "a"));
  output.add("b");
  const late = deferred();
  output.add(late.promise);
  await wait(150);
  assert.equal(text(), "a\nb\n");
  late.resolve("c");
  await output.end();
  assert.equal(text(), "a\nb\nc\n");
});

function deferred(): { promise: Promise<string>; resolve: (line: string) => void } {
  let resolve: (line: string) => void = () => {};
  const promise = new Promise<string>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test("whoever adds has to wait while eight lines are still to come", async () => {
  const { output } = collecting();
  const first = deferred();
  const full = [first.promise, ...Array.from({ length: 7 }, () => Promise.resolve("x"))].map((line) =>
    output.add(line),
  );
  assert.deepEqual(full.slice(0, 7), Array(7).fill(undefined));
  assert.ok(full[7] instanceof Promise);
  first.resolve("first");
  await full[7];
  await output.end();
});

test("a line that fails ends it, after those before it", async () => {
  const { output, text } = collecting();
  output.add(wait(5, "a"));
  output.add(Promise.reject(new Error("no")));
  output.add("b");
  await assert.rejects(output.end(), /no/);
  await wait(80);
  assert.equal(text(), "a\n");
});
