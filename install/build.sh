#!/bin/sh
# Makes dist from src, where it is older. What that needs is installed already: here, or in the folder that TOOLS names.
# With the word pack, a package that was packed before it was built is packed again.
set -eu
cd "$(dirname "$0")/.."
tools=${TOOLS-.}/node_modules/.bin
dist=${DIST-dist}

changed=$(find src bin install package.json tsconfig.json -type f -newer "$dist/.built" 2>&1 | head -n 1)
[ -n "$changed" ] || exit 0

rm -rf "$dist"
"$tools/tsc" -p . --outDir "$dist" ${TSC_OPTIONS-}

# What walks over bytes is compiled to WebAssembly: source, runtime, result.
while read -r source runtime result; do
  "$tools/asc" "src/$source" -O3 --noAssert --enable simd --enable bulk-memory --runtime "$runtime" -o "$dist/$result"
done <<'MODULES'
sources/commons/assembly/scan.ts stub sources/commons/scan.wasm
record/decoder/assembly/index.ts minimal record/decoder/decoder.wasm
release/parquet/encoder/assembly/index.ts minimal release/parquet/encoder/pages.wasm
release/parquet/lines/assembly/index.ts minimal release/parquet/lines/lines.wasm
MODULES

node install/bundle.cjs "$dist" "${TOOLS-.}"

# One rule for everything else that is not TypeScript (pages, styles, data): it lies in dist where it lies in src.
find src -type f ! -name '*.ts' ! -path 'src/testing/*' ! -path 'src/bench/*' | while read -r file; do
  mkdir -p "$dist/$(dirname "${file#src/}")"
  cp "$file" "$dist/${file#src/}"
done

touch "$dist/.built"
[ "${1-}" != pack ] || npm pack --ignore-scripts --loglevel=error
