import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { PROJECT } from "../testing/run.js";

/**
 * The rules of docs/architecture.md: imports point down, from room to room only through a room's index, and no file leads
 * back to itself.
 */

/** Wings and their rooms, the lowest wing first; a wing without rooms is one. A file right in `base` is a room of its own. */
const WINGS: Readonly<Record<string, readonly string[]>> = {
  base: [
    "address-space",
    "counted",
    "failure",
    "nearest",
    "option",
    "own-files",
    "times",
    "visible",
    "cli",
    "files",
    "gzip",
    "html",
    "http",
    "ndjson",
    "secrets",
    "sqlite",
    "threads",
    "wasm",
  ],
  record: ["decoder"],
  sources: ["commons", "engine", "flickr", "mediawiki", "opt-outs", "providers", "sub-providers"],
  store: ["links", "staging"],
  release: ["parquet", "publishing"],
  commands: [],
  index: [],
  documentation: [],
  bench: [],
};

/** Wings that only what is beside them in this list may import. */
const KEPT_APART: Readonly<Record<string, readonly string[]>> = {
  commands: ["documentation"],
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

/** The wing that a file belongs to. */
const wingOf = (file: string) => (file.split("/")[0] as string).replace(/\.[jt]s$/, "");

/** The room that a file belongs to, by its wing and name; what lies right in a wing of rooms is the wing itself. */
function roomOf(file: string): string {
  const [wing, room = ""] = file.replace(/\.[jt]s$/, "").split("/");
  return WINGS[wing as string]?.includes(room) ? `${wing}/${room}` : (wing as string);
}

const imports = importsOf(join(PROJECT, "src"));
const across = imports.filter(({ file, target }) => roomOf(file) !== roomOf(target));
const show = ({ file, target }: Import) => `src/${file} imports ${target}`;

/** What can be followed from something back to itself, each circle once. */
function circlesIn(links: readonly (readonly [from: string, to: string])[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of links) next.set(from, (next.get(from) ?? new Set()).add(to));
  const circles: string[] = [];
  const done = new Set<string>();
  const follow = (name: string, path: readonly string[]) => {
    const start = path.indexOf(name);
    if (start >= 0) circles.push([...path.slice(start), name].join(" → "));
    if (start >= 0 || done.has(name)) return;
    for (const to of next.get(name) ?? []) follow(to, [...path, name]);
    done.add(name);
  };
  for (const name of next.keys()) follow(name, []);
  return circles;
}

test("the imports are found", () => {
  assert.ok(imports.length > 100);
  assert.ok(
    imports.some(
      ({ file, target }) => file === "commands/fetch/fetch.ts" && target === "sources/providers/index.js",
    ),
    "dynamic ones too",
  );
});

test("every file has its wing, and its room where the wing has rooms", () => {
  const files = new Set(imports.flatMap(({ file, target }) => [file, target.replace(/\.js$/, ".ts")]));
  const homeless = [...files].filter((file) => {
    const wing = wingOf(file);
    return (
      !(wing in WINGS) || (["base", "sources", "store", "release"].includes(wing) && roomOf(file) === wing)
    );
  });
  assert.deepEqual(homeless, []);
});

test("imports go from room to room through the room's index only", () => {
  // AssemblyScript is compiled into each module again: what modules share has a folder of its own.
  const door = /^(?:[\w/-]+\/index\.js|base\/[\w-]+\.js|base\/wasm\/assembly\/\w+)$/;
  const wrong = across.filter(({ target }) => !door.test(target) || target !== doorOf(target));
  assert.deepEqual(wrong.map(show), []);
});

/** What a command knows of a room before it runs: it has a door of its own, as the room takes long to load. */
const LIGHT_DOORS: readonly string[] = ["release/publishing/targets/index.js"];

/** The file that others may import of the room that a file lies in. */
function doorOf(target: string): string {
  const room = roomOf(target);
  if (LIGHT_DOORS.includes(target)) return target;
  return target === `${room}.js` || target.includes("/assembly/") ? target : `${room}/index.js`;
}

test("imports point down from wing to wing", () => {
  const order = Object.keys(WINGS);
  const wrong = across.filter(
    ({ file, target }) => order.indexOf(wingOf(file)) < order.indexOf(wingOf(target)),
  );
  assert.deepEqual(wrong.map(show), []);
});

test("nothing imports the commands, and no wing what all of them share with people", () => {
  const wrong = across.filter(
    ({ file, target }) =>
      KEPT_APART[wingOf(target)]?.includes(wingOf(file)) === false ||
      (roomOf(target) === "base/cli" && !["commands", "documentation"].includes(wingOf(file))),
  );
  assert.deepEqual(wrong.map(show), []);
});

test("rooms do not import each other in a circle", () => {
  assert.deepEqual(circlesIn(across.map(({ file, target }) => [roomOf(file), roomOf(target)])), []);
});

test("files do not import each other in a circle", () => {
  const named = (path: string) => path.replace(/\.[jt]s$/, "");
  assert.deepEqual(circlesIn(imports.map(({ file, target }) => [named(file), named(target)])), []);
});

test("the encoder of Parquet files knows no record, nor does what it imports", () => {
  const folder = "release/parquet/encoder/";
  const reached = new Set(imports.filter(({ file }) => file.startsWith(folder)).map(({ file }) => file));
  assert.ok(reached.size > 5);
  // A set goes on to what is added to it meanwhile.
  for (const file of reached)
    for (const one of imports) if (one.file === file) reached.add(one.target.replace(/\.js$/, ".ts"));
  const wrong = [...reached].filter((file) => !/^(?:base|release\/parquet)\//.test(file));
  // AssemblyScript is compiled into each module again.
  assert.deepEqual(
    wrong.filter((file) => !file.includes("/assembly/")),
    [],
  );
});

test("no index only hands on what is in another wing", () => {
  const indexes = [...new Set(imports.map(({ file }) => file))].filter((file) => file.endsWith("/index.ts"));
  const handingOn = indexes.filter((file) =>
    imports.filter((one) => one.file === file).every(({ target }) => wingOf(target) !== wingOf(file)),
  );
  assert.deepEqual(handingOn, []);
});

test("what the whole house shares stands in one room", () => {
  const rooms = (sign: RegExp) => {
    const files = [...new Set(imports.map(({ file }) => file))];
    return new Set(
      files.filter((file) => sign.test(readFileSync(join(PROJECT, "src", file), "utf8"))).map(roomOf),
    );
  };
  assert.deepEqual([...rooms(/\bnew (?:\w+\.)?Worker\(|\bparentPort\b/)], ["base/threads"]);
});

test("docs/architecture.md names every wing and room", () => {
  const page = readFileSync(join(PROJECT, "docs", "architecture.md"), "utf8");
  const wings = Object.keys(WINGS).map((wing) => (wing === "index" ? "src/index.ts" : `src/${wing}`));
  const rooms = [...wings, ...Object.values(WINGS).flat()];
  assert.deepEqual(
    rooms.filter((room) => !page.includes(room)),
    [],
  );
});
