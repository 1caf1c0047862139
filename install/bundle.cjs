const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join, resolve } = require("node:path");
const { spawnSync } = require("node:child_process");

/**
 * For the build: makes one file in dist/run of each command and of each thread, and keeps what Node compiles of a command for
 * its start. Reading 200 modules one by one takes as long as starting Node itself.
 *
 *     node install/bundle.cjs DIST FOLDER_OF_TOOLS
 */

const [dist, tools] = process.argv.slice(2).map((path) => resolve(path));
const { buildSync } = createRequire(join(tools, "package.json"))("esbuild");

/** Modules that threads run, and the names of their bundles. */
const THREADS = {
  encode: "release/parquet/thread",
  convert: "sources/providers/saved-worker",
  "read-ranges": "sources/commons/range-worker",
  prepare: "store/staging/prepare-worker",
};

/** Packages that stay what they are: native ones, and one that is large and rarely needed. */
const APART = ["better-sqlite3", "zstd-napi", "snappy", "lz4-napi", "@huggingface/hub"];

/** What asks servers is a bundle of its own, for most starts do without. */
const CLIENT = "undici";

/** The folders of the packages that bundles have parts of. */
const packages = new Set();

function bundle(name, entry, external = [...APART, CLIENT]) {
  const outfile = join(dist, "run", `${name}.cjs`);
  const { metafile } = buildSync({
    ...entry,
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external,
    // Compiled scripts have no import(): `require` loads what they ask for later.
    supported: { "dynamic-import": false },
    // All that a bundle cannot know is where it lies: base/own-files.ts.
    banner: { js: 'const ownUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { "import.meta.url": "ownUrl" },
    logLevel: "warning",
    metafile: true,
  });
  writeFileSync(
    outfile,
    readFileSync(outfile, "utf8").replaceAll(`require("${CLIENT}")`, `require("./${CLIENT}.cjs")`),
  );
  for (const path of Object.keys(metafile.inputs)) {
    const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(path)) ?? [];
    if (folder) packages.add(folder);
  }
}

bundle(CLIENT, { stdin: { contents: `module.exports = require("${CLIENT}");`, resolveDir: dist } }, APART);
for (const file of readdirSync("bin").filter((file) => file.endsWith(".js"))) {
  const [, module, name] = /start\("(.*)", "(.*)"\)/.exec(readFileSync(join("bin", file), "utf8"));
  const contents = `export { main } from "./base/cli/index.js"; export { ${name} as command } from "./commands/${module}.js";`;
  bundle(name, { stdin: { contents, resolveDir: dist } });
  spawnSync(process.execPath, ["install/compile.cjs", join(dist, "run", `${name}.cjs`)]);
}
for (const [name, module] of Object.entries(THREADS)) {
  bundle(name, { entryPoints: [join(dist, `${module}.js`)] });
}

const licenses = [...packages].sort().map((folder) => {
  const [file] = readdirSync(folder).filter((name) => /^licen[cs]e/i.test(name));
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8")}\n`;
});
writeFileSync(join(dist, "run", "LICENSES"), licenses.join("\n"));
