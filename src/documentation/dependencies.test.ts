import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../testing/run.js";

const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");

interface Package {
  readonly version: string;
  readonly license: string;
}

test("docs/dependencies.md has every dependency with its version and licence, and no other", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Package> };
  const expected = Object.keys({ ...dependencies, ...devDependencies }).map((name) => {
    const { version, license } = packages[`node_modules/${name}`] as Package;
    return `${name} ${version} ${license}`;
  });
  const rows = read("docs/dependencies.md").matchAll(/^\| `(\S+)` \| (\S+) \| ([^|]+?) \|/gm);
  const listed = [...rows].map(([, name, version, license]) => `${name} ${version} ${license}`);
  assert.deepEqual(listed.sort(), expected.sort());
});
