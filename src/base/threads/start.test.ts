import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { shortageOf } from "../failure.js";
import { startThread } from "./start.js";

/** A thread that does this. */
const threadOf = (script: string) => new URL(`data:text/javascript,${encodeURIComponent(script)}`);

test("a thread that runs out of memory ends with words, and not the process", async () => {
  const worker = startThread(threadOf("const all = []; for (;;) all.push(Array(1000).fill({}));"), {
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  });
  const [error] = await once(worker, "error").catch((thrown: unknown) => [thrown]);
  assert.match(shortageOf(error)?.message ?? String(error), /^the engine is out of memory: allow it more/);
});
