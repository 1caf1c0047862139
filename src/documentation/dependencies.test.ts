import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
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

/** Those that the project was founded with, which the page speaks of even where they are not used. */
const FOUNDING = [
  "commander",
  "undici",
  "better-sqlite3",
  "ndjson",
  "parquet-wasm",
  "apache-arrow",
  "hyperlink-ts",
  "cli-progress",
  "node:test",
];

test("docs/dependencies.md says of each package that the project was founded with what it is for, or why not", () => {
  const page = read("docs/dependencies.md");
  const listed = new Set(
    [...page.matchAll(/^\| `(\S+)` \||^- \*\*(\S+)\*\*:/gm)].flatMap(([, ...names]) => names),
  );
  assert.deepEqual(
    FOUNDING.filter((name) => !listed.has(name)),
    [],
  );
});

/** An import of a package, but not of its types alone; what Node brings has a colon. */
const IMPORT =
  /(?:^(?:import (?!type)[^"]*|} )from |\bimport\(|createRequire\(import\.meta\.url\)\()"([^."][^:"]*)"/gm;

function packageOf([, path = ""]: RegExpExecArray): string {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}

test("what is imported at run time is a dependency, and each dependency is imported", () => {
  const { dependencies } = JSON.parse(read("package.json"));
  const files = readdirSync(join(PROJECT, "src"), { recursive: true, encoding: "utf8" });
  const atRunTime = files.filter((file) => /^(?!bench|testing).*(?<!\.test(?:\.util)?)\.ts$/.test(file));
  const imports = atRunTime.flatMap((file) => [...read(join("src", file)).matchAll(IMPORT)].map(packageOf));
  const imported = new Set(imports);
  assert.deepEqual([...imported].sort(), Object.keys(dependencies).sort());
});
