import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../../testing/run.js";

const hasCompiler = existsSync(join(PROJECT, "node_modules", "assemblyscript"));

test("the module is what its source compiles to", {
  skip: hasCompiler ? false : "assemblyscript is not installed",
}, () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(PROJECT, "assembly/build.mjs"), "--print"],
    {
      encoding: "utf8",
    },
  );
  assert.equal(status, 0, stderr);
  const made = readFileSync(join(PROJECT, "src/parquet/lines/walker-wasm.ts"), "utf8");
  assert.equal(stdout, made, "run `make walker`");
});
