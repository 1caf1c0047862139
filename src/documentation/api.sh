#!/usr/bin/env bash
# Writes docs/api.md, what `import "ov-tools"` gives, from the declarations of the build. typedoc reads them with a compiler
# that has an interface for programs, which ours no longer has: both are installed under build/ for this alone.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=build/typedoc
mkdir -p "$tools"
if [ ! -d "$tools/node_modules/typedoc" ]; then
  echo '{"private":true}' > "$tools/package.json"
  npm install --prefix "$tools" --loglevel=error typedoc@0.28.20 typedoc-plugin-markdown@4.14.1 typescript@5.9.3
fi
cat > "$tools/tsconfig.json" <<'JSON'
{
  "extends": "../../tsconfig.json",
  "compilerOptions": { "noEmit": true, "rootDir": "../..", "types": ["node"], "typeRoots": ["../../node_modules/@types"] },
  "typedocOptions": {
    "tableColumnSettings": {
      "hideDefaults": true, "hideInherited": true, "hideModifiers": true, "hideOverrides": true, "hideSources": true
    }
  },
  "include": [],
  "exclude": [],
  "files": ["../../dist/index.d.ts"]
}
JSON
"$tools/node_modules/.bin/typedoc" --tsconfig "$tools/tsconfig.json" --entryPoints dist/index.d.ts --out "$tools/out" \
  --plugin typedoc-plugin-markdown --name 'import "ov-tools"' --readme none --outputFileStrategy modules --disableSources \
  --hideBreadcrumbs --hidePageHeader --interfacePropertiesFormat table --classPropertiesFormat table \
  --parametersFormat table --typeDeclarationFormat table --excludeExternals --logLevel Error
{
  echo '<!-- Made by `make api` from the declarations. -->'
  echo
  cat "$tools/out/README.md"
} > docs/api.md
