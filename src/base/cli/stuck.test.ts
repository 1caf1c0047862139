import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

test("a command that waits for what will never come does not end as if all were done", () => {
  const program = JSON.stringify(new URL("./program.js", import.meta.url).href);
  const script = `import { main } from ${program};
    await main({ name: "ov-stuck", summary: "", options: [], run: () => new Promise(() => {}) }, []);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  assert.equal(
    stderr,
    "ov-stuck: unexpected failure: the command waits for something that will never come; please report this " +
      "(--debug shows where it happened)\n",
  );
  assert.deepEqual([status, stdout], [1, ""]);
});
