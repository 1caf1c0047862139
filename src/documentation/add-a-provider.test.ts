import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { PROJECT, temporaryFolder } from "../testing/run.js";
import { consoleSteps, isInstalled } from "./console.test.util.js";

/** Does what docs/add-a-provider.md says, in a copy of the project. */

const PAGE = readFileSync(join(PROJECT, "docs/add-a-provider.md"), "utf8");

/** Files that the page has one save: their paths and what is in them. */
function savedFiles(): { path: string; text: string }[] {
  return [...PAGE.matchAll(/(?:as|this as)\s+`([^`]+)`:\n\n```\w+\n([\s\S]*?)```/g)].map(
    ([, path = "", text = ""]) => ({
      path,
      text,
    }),
  );
}

/** The lines that the page adds, each with the line that it follows. */
function addedLines(): { after: string; line: string }[] {
  return [...PAGE.matchAll(/```diff\n (.*)\n\+(.*)\n```/g)].map(([, after = "", line = ""]) => ({
    after,
    line,
  }));
}

const skip = isInstalled("jq") ? false : "jq is absent";

test("a provider is added as the page says", { skip }, (t) => {
  const copy = temporaryFolder(t);
  for (const name of ["src", "bin", "install", "package.json", "tsconfig.json"]) {
    cpSync(join(PROJECT, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(PROJECT, "node_modules"), join(copy, "node_modules"));

  const files = savedFiles();
  assert.deepEqual(
    files.map(({ path }) => path),
    ["fixtures/umbrellamuseum/page-1.json", "src/sources/providers/umbrellamuseum.ts"],
  );
  for (const { path, text } of files) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), text);
  }

  const list = join(copy, "src/sources/providers/list.ts");
  const added = addedLines();
  assert.equal(added.length, 1);
  const changed = added.reduce(
    (text, { after, line }) => {
      assert.equal(text.split(`\n${after}\n`).length, 2, `${after} stands there once`);
      return text.replace(`\n${after}\n`, `\n${after}\n${line}\n`);
    },
    readFileSync(list, "utf8"),
  );
  writeFileSync(list, changed);

  for (const { line, command, output } of consoleSteps(PAGE)) {
    const { stdout, status } = spawnSync("bash", ["-c", `{ ${command}; } 2>&1`], {
      cwd: copy,
      encoding: "utf8",
    });
    assert.equal(status, 0, `line ${line}: ${stdout}`);
    // What two commands of a pipe say comes in any order.
    assert.deepEqual(withoutNotes(stdout).sort(), withoutNotes(output).sort(), `line ${line}: ${command}`);
  }
});

/** Lines, without what npm says of its own settings. */
function withoutNotes(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("npm "));
}
