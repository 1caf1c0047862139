import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../testing/run.js";

/** The rule of docs/architecture.md: imports point one way, and from folder to folder only through its door. */

/** Folders by layer, the lowest first. A folder imports its own layer and those below it, without going in circles. */
const LAYERS: readonly (readonly string[])[] = [
  ["counted", "failure", "nearest", "escapes", "secrets", "credentials", "times"],
  ["files", "ndjson", "record", "http", "lines"],
  [
    "flickr",
    "commons",
    "sub-providers",
    "opt-outs",
    "providers",
    "staging",
    "parquet",
    "publishing",
    "command-line",
  ],
  ["commands", "index"],
  ["documentation", "bench"],
];

/** Folders that only what is beside them in this list may import. */
const KEPT_APART: Readonly<Record<string, readonly string[]>> = {
  commands: ["documentation"],
  "command-line": ["commands", "documentation"],
  documentation: [],
  bench: [],
  index: [],
  testing: [],
};

interface Import {
  /** The importing file, below src. */
  readonly file: string;
  /** The imported file, below src. */
  readonly target: string;
}

const isForTests = (file: string) => /\.test(?:\.util)?\.ts$/.test(file) || file.startsWith("testing/");

/** Every import of one file of the project by another, tests left out. */
function importsOf(source: string): Import[] {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return files
    .filter((file) => !isForTests(file))
    .flatMap((file) => {
      // Comments hold examples of imports.
      const text = readFileSync(join(source, file), "utf8").replace(/\/\*.*?\*\/|^\s*\/\/.*$/gms, "");
      const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.[^"]+)"/g);
      return [...found].map(([, path]) => ({ file, target: normalize(join(dirname(file), path as string)) }));
    });
}

/** The folder that a file belongs to; a file right below src is one of its own. */
function folderOf(file: string): string {
  return (file.split("/")[0] as string).replace(/\.[jt]s$/, "");
}

const layerOf = (folder: string) => LAYERS.findIndex((layer) => layer.includes(folder));

const imports = importsOf(join(PROJECT, "src"));
const across = imports.filter(({ file, target }) => folderOf(file) !== folderOf(target));
const show = ({ file, target }: Import) => `src/${file} imports ${target}`;

test("the imports are found", () => {
  assert.ok(imports.length > 100);
  assert.ok(
    imports.some(({ file, target }) => file === "commands/fetch.ts" && target === "providers/index.js"),
    "dynamic ones too",
  );
});

test("every folder has its layer", () => {
  const folders = new Set(imports.flatMap(({ file, target }) => [folderOf(file), folderOf(target)]));
  assert.deepEqual(
    [...folders].filter((folder) => layerOf(folder) === -1),
    [],
  );
});

test("imports go from folder to folder through the folder's index only", () => {
  // AssemblyScript is compiled into each module anew: what modules share has a file of its own.
  const wrong = across.filter(
    ({ target }) =>
      !/^(?:(?:[\w-]+\/index|counted|failure|nearest|escapes|secrets|credentials|times)\.js|lines\/assembly\/memory)$/.test(
        target,
      ),
  );
  assert.deepEqual(wrong.map(show), []);
});

test("imports point down", () => {
  const wrong = across.filter(({ file, target }) => layerOf(folderOf(file)) < layerOf(folderOf(target)));
  assert.deepEqual(wrong.map(show), []);
});

test("nothing imports the commands, and no feature what commands share", () => {
  const wrong = across.filter(
    ({ file, target }) => KEPT_APART[folderOf(target)]?.includes(folderOf(file)) === false,
  );
  assert.deepEqual(wrong.map(show), []);
});

test("folders do not import each other in a circle", () => {
  const below = new Map<string, Set<string>>();
  for (const { file, target } of across) {
    below.set(folderOf(file), (below.get(folderOf(file)) ?? new Set()).add(folderOf(target)));
  }
  const circles: string[] = [];
  const follow = (folder: string, path: readonly string[]) => {
    const start = path.indexOf(folder);
    if (start >= 0) circles.push([...path.slice(start), folder].join(" → "));
    else for (const next of below.get(folder) ?? []) follow(next, [...path, folder]);
  };
  for (const folder of below.keys()) follow(folder, []);
  assert.deepEqual(circles, []);
});

test("docs/architecture.md names every folder", () => {
  const page = readFileSync(join(PROJECT, "docs", "architecture.md"), "utf8");
  const folders = readdirSync(join(PROJECT, "src"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  assert.deepEqual(
    folders.map(({ name }) => `src/${name}`).filter((folder) => !page.includes(folder)),
    [],
  );
});
