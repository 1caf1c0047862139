#!/usr/bin/env bash
# Runs the built tests on another version of Node, whose binary and headers come from npm's `node` package.
# usage: on-node.sh VERSION FOLDER [TESTS or folders of them, below the project]...
set -euo pipefail
version=$1
folder=$2
shift 2
[ $# -gt 0 ] || set -- dist
mkdir -p "$folder/runtime"
npm install --prefix "$folder/runtime" --no-save --loglevel=error "node@$version"
runtime=$(dirname "$(find "$PWD/$folder/runtime/node_modules" -path '*/include/node/node.h' | head -n 1)")
runtime=${runtime%/include/node}
project=$folder/project
rm -rf "$project"
mkdir -p "$project"
tar -c --exclude=./node_modules --exclude=./build --exclude=./.git . | tar -x -C "$project"
# Some tests read a folder beside the project, where there is one.
[ ! -d ../shared ] || ln -sfn "$PWD/../shared" "$folder/shared"
# Hard links: only the native module is built again, and a rebuild replaces files, it does not write into them.
cp -al node_modules "$project/node_modules"
cd "$project"
export PATH="$runtime/bin:$PATH"
node --version
npm_config_nodedir=$runtime npm rebuild --loglevel=error better-sqlite3
at_once=$(node -p "os.availableParallelism() + 1")
find "$@" -name "*.test.js" | sort -u | xargs node --test --test-reporter=./dist/testing/reporter.js --test-concurrency="$at_once"
