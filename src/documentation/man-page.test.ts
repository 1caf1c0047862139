import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { COMMANDS } from "../commands/index.js";
import { PROJECT } from "../testing/run.js";
import { isInstalled } from "./console.test.util.js";

const skip = isInstalled("groff") ? false : "groff is absent";

for (const { name, summary, examples } of COMMANDS) {
  test(`groff sets the manual page of ${name} without a warning`, { skip }, () => {
    const page = join(PROJECT, "docs", "man", `${name}.1`);
    const { status, stdout, stderr } = spawnSync("groff", ["-man", "-Tutf8", "-ww", "-K", "utf8", page], {
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    assert.equal(status, 0);
    // Without its bold letters, and with lines joined as they were before they were set.
    const text = stdout
      .replace(/\u001b\[[\d;]*m|.\u0008/g, "")
      .replace(/\u2010\n\s*/g, "")
      .replace(/\s+/g, " ");
    assert.ok(text.includes(`${name} - ${summary}`), "its name");
    for (const { line } of examples) assert.ok(text.includes(line.replace(/\s+/g, " ")), line);
  });
}
