/** A module and its host are written in two languages: what one offers is what the other says of it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PROJECT } from "../../testing/run.js";
import { moduleAt } from "./index.js";

interface Described {
  /** The host, with the interface that it has of the module's exports. */
  readonly host: string;
  readonly exports: string;
  readonly wasm: string;
  /** What the module imports from it: the interface there, and the declarations of the module. */
  readonly imports?: readonly [name: string, declared: string];
}

const MODULES: readonly Described[] = [
  {
    host: "record/decoder/decoder.ts",
    exports: "DecoderModule",
    wasm: "record/decoder/decoder.wasm",
    imports: ["DecoderHost", "record/decoder/assembly/host.ts"],
  },
  {
    host: "release/parquet/encoder/module.ts",
    exports: "PagesModule",
    wasm: "release/parquet/encoder/pages.wasm",
  },
  {
    host: "release/parquet/lines/module.ts",
    exports: "LinesModule",
    wasm: "release/parquet/lines/lines.wasm",
    imports: ["LinesHost", "release/parquet/lines/assembly/host.ts"],
  },
  { host: "sources/commons/scan.ts", exports: "ScanModule", wasm: "sources/commons/scan.wasm" },
];

/** How many parameters each function has. */
type Arities = Readonly<Record<string, number>>;

const source = (file: string) => readFileSync(join(PROJECT, "src", file), "utf8");

const fileAt = (wasm: string) => pathToFileURL(join(PROJECT, "dist", wasm));

/** The functions that a text declares: `name(a: x, b: y): z`. */
function aritiesIn(text: string): Arities {
  const found = text.matchAll(/^\s*(?:export declare function )?(\w+)\(([^)]*)\):/gm);
  return Object.fromEntries(
    [...found].map(([, name, parameters]) => [name, parameters?.match(/:/g)?.length ?? 0]),
  );
}

function interfaceIn(file: string, name: string): string {
  const [, body] = new RegExp(`interface ${name} \\{\n(.*?)\n\\}`, "s").exec(source(file)) ?? [];
  assert.ok(body, `${file} has no interface ${name}`);
  return body;
}

function importsOf(wasm: string): string[] {
  const module = new WebAssembly.Module(readFileSync(fileAt(wasm)));
  return WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`);
}

for (const { host, exports, wasm, imports } of MODULES) {
  test(`${host} offers and expects what ${wasm} does`, () => {
    const described = imports ? aritiesIn(interfaceIn(host, imports[0])) : {};
    assert.deepEqual(described, imports ? aritiesIn(source(imports[1])) : {});
    const wanted = ["env.abort", ...Object.keys(described).map((name) => `host.${name}`)];
    assert.deepEqual(importsOf(wasm).sort(), wanted.sort());

    const functions = Object.fromEntries(Object.keys(described).map((name) => [name, () => 0]));
    const module = moduleAt<object>(fileAt(wasm), "the module")(functions);
    const offered = Object.entries(module).filter(([, value]) => typeof value === "function");
    assert.deepEqual(
      Object.fromEntries(offered.map(([name, value]) => [name, value.length])),
      aritiesIn(interfaceIn(host, exports)),
    );
  });
}

test("every module is described here, and what a module and its host share stands beside its folder", () => {
  const rows = [
    ...readFileSync(join(PROJECT, "install", "build.sh"), "utf8").matchAll(
      /^(\S+)\/assembly\/\S+ \w+ (\S+\.wasm)$/gm,
    ),
  ];
  assert.deepEqual(rows.map(([, , wasm]) => wasm).sort(), MODULES.map(({ wasm }) => wasm).sort());
  for (const [, folder] of rows) {
    const path = join("src", folder as string, "shared.ts");
    assert.ok(existsSync(join(PROJECT, path)), path);
  }
});

test("a module that runs out of memory says which one it is", () => {
  const pages = moduleAt<{ input(bytes: number): number }>(
    fileAt("release/parquet/encoder/pages.wasm"),
    "the encoder",
  )();
  assert.throws(() => pages.input(2 ** 31), { message: "the encoder is out of memory" });
});
