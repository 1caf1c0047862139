// Compiles this folder to WebAssembly and writes it down as a module of the program: `make walker`.
// With `--print` it goes to stdout instead.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const compiler = join(
  dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")),
  "bin/asc.js",
);
const options = "--runtime minimal -O3 --noAssert --enable simd --enable bulk-memory".split(" ");
const folder = mkdtempSync(join(tmpdir(), "ov-walker-"));
try {
  const file = join(folder, "walker.wasm");
  const { status } = spawnSync(process.execPath, [compiler, "index.ts", "-o", file, ...options], {
    cwd: here("."),
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
  const lines = readFileSync(file)
    .toString("base64")
    .match(/.{1,100}/g);
  const module = [
    "/** Made by `make walker` from assembly/, which is the source to read and to change. */",
    "export const WALKER_WASM =",
    `${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
  if (process.argv.includes("--print")) process.stdout.write(module);
  else writeFileSync(here("../src/parquet/lines/walker-wasm.ts"), module);
} finally {
  rmSync(folder, { recursive: true });
}
