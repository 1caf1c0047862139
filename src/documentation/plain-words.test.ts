import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../testing/run.js";
import { AVOIDED } from "./plain-words.js";

/** What people read: sources, pages, and the files at the top. The table of words itself has to name them. */
const TEXTS = /\.(?:ts|js|md|sh|1)$|^(?:Makefile|\.ci\/run)$/;
const LEFT_OUT =
  /^src\/documentation\/plain-words\.|^src\/bench\/.*\.py$|^docs\/licences\.md$|^src\/testing\/version-/;

function texts(): string[] {
  const below = (folder: string) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    );
  const top = readdirSync(PROJECT).filter((name) => TEXTS.test(name));
  return [...["src", "docs", "bin", "install"].flatMap(below), ...top, ".ci/run"].filter(
    (path) => TEXTS.test(path) && !LEFT_OUT.test(path),
  );
}

test("no page, comment or message has a word that makes a reader stumble", () => {
  const found = texts().flatMap((path) =>
    readFileSync(join(PROJECT, path), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        AVOIDED.filter(({ pattern }) => pattern.test(line)).map(
          ({ pattern, instead }) =>
            `${path}:${index + 1}: ${line.match(pattern)?.[0]} (${instead}): ${line.trim()}`,
        ),
      ),
  );
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});

test("the words are found where they stand", () => {
  const found = (line: string) => AVOIDED.some(({ pattern }) => pattern.test(line));
  for (const line of [
    "the byte behind the last",
    "times that are none",
    "so many rows",
    "the way back",
    "a Trouble",
  ])
    assert.ok(found(line), line);
  for (const line of [
    "undefined where there is none",
    "left behind by a run that died",
    "so much that it fails",
  ])
    assert.ok(!found(line), line);
});
