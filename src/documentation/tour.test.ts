import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROJECT, temporaryFolder } from "../testing/run.js";
import { consoleSteps, isInstalled, runSteps, withOutputs } from "./console.test.util.js";

/**
 * Every command of these pages prints what the page shows. Where a change is meant, the new outputs are written into
 * the pages by
 *
 *     OV_WRITE_OUTPUTS=1 node --test dist/documentation/tour.test.js
 */
const PAGES = ["README.md", "docs/tour.md", "docs/snapshots.md", "docs/staging.md"];

/** Programs a reader may not have; steps that use them are left out where they are absent. */
const OPTIONAL = ["jq", "sha256sum"].filter((program) => !isInstalled(program));

for (const path of PAGES) {
  test(`what ${path} shows is what the commands print`, async (t) => {
    const page = readFileSync(join(PROJECT, path), "utf8");
    const steps = consoleSteps(page);
    assert.ok(steps.length > 0, "the page has no console blocks");
    const outputs = runSteps(steps, temporaryFolder(t));
    if (process.env.OV_WRITE_OUTPUTS) {
      writeFileSync(join(PROJECT, path), withOutputs(page, outputs));
      return;
    }
    for (const [i, { line, command, output }] of steps.entries()) {
      const missing = OPTIONAL.find((program) => new RegExp(`\\b${program}\\b`).test(command));
      const skip = missing === undefined ? false : `${missing} is absent`;
      await t.test(`line ${line}: ${command.split("\n")[0]}`, { skip }, () =>
        assert.equal(outputs[i], output),
      );
    }
  });
}

test("the scripts of README.md print what they say", async (t) => {
  const page = readFileSync(join(PROJECT, "README.md"), "utf8");
  const scripts = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, script]) => script as string);
  assert.ok(scripts.length > 0, "the page has no scripts");
  for (const script of scripts) {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, "script.mjs"), script);
    const [output] = runSteps([{ line: 1, command: "node script.mjs", output: "", outputAt: 1 }], folder);
    const said = [...script.matchAll(/^\/\/ → (.*)$/gm)].map(([, line]) => `${line}\n`);
    assert.equal(output, said.join(""));
  }
});

test("steps are read from a page, and outputs written into it", () => {
  const page = [
    "# Page",
    "```console",
    "$ a |",
    "> b",
    "old",
    "",
    "$ c",
    "```",
    "```sh",
    "$ d",
    "```",
    "",
  ].join("\n");
  assert.deepEqual(
    consoleSteps(page).map(({ line, command, output }) => ({ line, command, output })),
    [
      { line: 3, command: "a |\nb", output: "old\n\n" },
      { line: 7, command: "c", output: "" },
    ],
  );
  const written = withOutputs(page, ["new\n", "x\ny\n"]);
  assert.deepEqual(
    consoleSteps(written).map(({ output }) => output),
    ["new\n", "x\ny\n"],
  );
  assert.equal(withOutputs(written, ["old\n\n", ""]), page);
});
