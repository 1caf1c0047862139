import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../testing/run.js";

test("docs/api.md describes everything that scripts can import, and nothing else", () => {
  const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");
  const exported = [...read("src/index.ts").matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names]) =>
    (names as string).split(",").map((name) => name.replace("type", "").trim()),
  );
  const described = [...read("docs/api.md").matchAll(/^### ([\w\\]+)/gm)].map(([, name]) =>
    (name as string).replaceAll("\\", ""),
  );
  assert.deepEqual(described.sort(), exported.filter((name) => name !== "").sort());
});
