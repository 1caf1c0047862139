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
dist=$(cd "$dist" && pwd)

# What walks over bytes is compiled to WebAssembly: source, runtime, result.
while read -r source runtime result; do
  "$tools/asc" "src/$source" -O3 --noAssert --enable simd --enable bulk-memory --runtime "$runtime" -o "$dist/$result"
done <<'MODULES'
sources/commons/assembly/scan.ts stub sources/commons/scan.wasm
record/decoder/assembly/index.ts minimal record/decoder/decoder.wasm
release/parquet/encoder/assembly/index.ts minimal release/parquet/encoder/pages.wasm
MODULES

# What runs is bundled, each command and each thread into one file: a command that opens 200 modules takes twice as long to start.
# So are the packages that every start needs; the others stay what they are. Their own place is all that bundles cannot know
# (base/own-files.ts), and `import()`, which compiled scripts have none of: `require` loads what they ask for.
aliases=
mkdir -p "$dist/run"
for name in commander uuid; do
  path=./$(node -p "path.relative('.', require.resolve('$name'))")
  aliases="$aliases --alias:$name=$path"
  cat "${path%/node_modules/"$name"/*}/node_modules/$name"/LICENSE* >> "$dist/run/LICENSES"
done
bundle() {
  name=$1
  shift
  "$tools/esbuild" "$@" --bundle --platform=node --target=node20 --format=cjs --packages=external $aliases --log-level=warning \
    --supported:dynamic-import=false --banner:js='const ownUrl = require("node:url").pathToFileURL(__filename).href;' --define:import.meta.url=ownUrl \
    --outfile="$dist/run/$name.cjs"
}
sed -n 's/^start("\(.*\)", "\(.*\)");/\1 \2/p' bin/*.js | while read -r file name; do
  echo "export { main } from '$dist/base/cli/index.js'; export { $name as command } from '$dist/commands/$file.js';" |
    bundle "$name"
  node install/compile.cjs "$dist/run/$name.cjs" > /dev/null
done
while read -r module name; do
  bundle "$name" "$dist/$module.js"
done <<'THREADS'
release/parquet/thread encode
sources/providers/saved-worker convert
sources/commons/range-worker read-ranges
store/staging/prepare-worker prepare
THREADS

# One rule for everything else that is not TypeScript (pages, styles, data): it lies in dist where it lies in src.
find src -type f ! -name '*.ts' ! -path 'src/testing/*' ! -path 'src/bench/*' | while read -r file; do
  mkdir -p "$dist/$(dirname "${file#src/}")"
  cp "$file" "$dist/${file#src/}"
done

touch "$dist/.built"
[ "${1-}" != pack ] || npm pack --ignore-scripts --loglevel=error
