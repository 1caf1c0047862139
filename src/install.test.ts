import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { COMMANDS } from "./commands/index.js";
import { PROJECT, temporaryFolder } from "./testing/run.js";

/**
 * Installs the package as docs/install.md says, without root, into empty folders: minutes of work. Native modules are
 * not compiled again: their packages are handed those of this checkout, as they would be handed prebuilt ones.
 */

const MODULES = {
  "better-sqlite3": "build/Release/better_sqlite3.node",
  "zstd-napi": "build/Release/binding.node",
};
const NAMES = COMMANDS.map(({ name }) => name).sort();
const isOnline = spawnSync("npm", ["ping", "--fetch-retries=0"]).status === 0;
const skip = isOnline ? false : "npm's registry is out of reach";

/** The environment of npm: no settings of `make`, and nothing asked of the registry that lies in the cache. */
function environment(folder: string): NodeJS.ProcessEnv {
  const { npm_config_build_from_source: _, ...env } = process.env;
  const prebuilds = join(folder, "prebuilds");
  mkdirSync(prebuilds, { recursive: true });
  for (const [name, file] of Object.entries(MODULES)) {
    const from = join(PROJECT, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
    const abi = name === "zstd-napi" ? "napi-v8" : `node-v${process.versions.modules}`;
    const archive = join(prebuilds, `${name}-v${version}-${abi}-${process.platform}-${process.arch}.tar.gz`);
    execFileSync("tar", ["-czf", archive, "-C", from, file]);
    env[`npm_config_${name.replace("-", "_")}_local_prebuilds`] = prebuilds;
  }
  // What npx installs stays in the cache of npm, so it gets one of its own that shares the downloads.
  const cache = execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim();
  mkdirSync(join(cache, "_cacache"), { recursive: true });
  mkdirSync(join(folder, "cache"), { recursive: true });
  symlinkSync(join(cache, "_cacache"), join(folder, "cache", "_cacache"));
  return { ...env, npm_config_cache: join(folder, "cache"), npm_config_prefer_offline: "true", TERM: "dumb" };
}

/** A checkout that was not built; one file more shows what becomes of those that are not TypeScript. */
function checkout(folder: string): string {
  const to = join(folder, "checkout");
  const isLeftOut = /^(?:node_modules|build|dist|\.git)(?:\/|$)/;
  cpSync(PROJECT, to, {
    recursive: true,
    filter: (file) => !isLeftOut.test(file.slice(PROJECT.length)),
  });
  writeFileSync(join(to, "src", "release", "publishing", "example.css"), "p {}\n");
  return to;
}

function runIn(cwd: string, env: NodeJS.ProcessEnv, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${stdout}\n${stderr}`);
  return stdout;
}

/** What lies below a folder, files only. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.filter((entry) => statSync(join(folder, entry)).isFile());
}

/** From saved answers to a dataset, by the commands of a prefix, in a folder elsewhere. */
function makeDataset(prefix: string, folder: string, env: NodeJS.ProcessEnv): void {
  const PATH = `${join(prefix, "bin")}:${process.env.PATH}`;
  mkdirSync(folder);
  const line =
    'ov-fetch flickr --input "$(ov-tools --where)"/fixtures/flickr/*.json | ov-subprovider | ov-stage load && ' +
    "ov-stage dump | ov-to-parquet --out shards | ov-publish folder:dataset";
  runIn(folder, { ...env, PATH }, "bash", "-o", "pipefail", "-c", line);
  assert.ok(existsSync(join(folder, "dataset", "README.md")));
}

function prepare(t: TestContext) {
  const folder = temporaryFolder(t);
  const env = environment(folder);
  return { folder, env, source: checkout(folder), prefix: join(folder, "prefix") };
}

test("a packed tarball holds what the commands need, is installed, and says by npx what there is", {
  skip,
}, (t) => {
  const { folder, env, source, prefix } = prepare(t);
  symlinkSync(join(PROJECT, "node_modules"), join(source, "node_modules"));
  runIn(source, env, "npm", "pack", "--pack-destination", folder);
  const [tarball = ""] = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  assert.match(tarball, /^ov-tools-\d/);

  runIn(folder, env, "npm", "install", "--global", "--prefix", prefix, join(folder, tarball));
  const installed = join(prefix, "lib", "node_modules", "ov-tools");
  const built = filesBelow(join(source, "dist"));
  const expected = built.filter((file) => !/\.test\.|^testing\/|^bench\/|^\.built$/.test(file));
  assert.deepEqual(filesBelow(join(installed, "dist")).sort(), expected.sort());
  assert.ok(expected.includes("release/publishing/example.css"), "what is not TypeScript comes along");
  assert.ok(expected.filter((file) => file.endsWith(".wasm")).length >= 3);
  const scripts = expected.filter((name) => /\.c?js$/.test(name));
  const opened = scripts.flatMap((file) => {
    const text = readFileSync(join(installed, "dist", file), "utf8");
    return [...text.matchAll(/builtFile\("([^"]+)"\)/g)].map(([, path = ""]) => path);
  });
  assert.ok(new Set(opened).size >= 7, "modules of WebAssembly and threads");
  for (const path of opened) assert.ok(existsSync(join(installed, "dist", path)), path);
  for (const part of ["docs", "fixtures"]) {
    assert.deepEqual(filesBelow(join(installed, part)).sort(), filesBelow(join(source, part)).sort());
  }
  assert.deepEqual(readdirSync(join(prefix, "bin")).sort(), NAMES);
  assert.deepEqual(
    readdirSync(join(prefix, "share", "man", "man1")).sort(),
    NAMES.map((name) => `${name}.1`),
  );
  makeDataset(prefix, join(folder, "elsewhere"), env);

  const said = runIn(folder, env, "npx", "--yes", `./${tarball}`);
  for (const name of NAMES.filter((one) => one !== "ov-tools"))
    assert.match(said, new RegExp(`^ {2}${name} `, "m"));
});

test("a checkout that is not built says how", async (t) => {
  const folder = temporaryFolder(t);
  for (const name of ["bin", "install", "package.json", ".git"]) {
    if (name === ".git") mkdirSync(join(folder, name));
    else cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
  }
  const { status, stderr } = spawnSync(process.execPath, [join(folder, "bin", "ov-stage.js")], {
    encoding: "utf8",
  });
  assert.equal(stderr, `ov-tools: this checkout is not built yet: run make build in ${folder}/\n`);
  assert.equal(status, 1);
});

test("a git URL is installed, and built when it is used first", { skip }, (t) => {
  const { folder, env, source, prefix } = prepare(t);
  const git = (...args: string[]) =>
    runIn(source, env, "git", "-c", "user.name=t", "-c", "user.email=t@example.org", ...args);
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "all");
  runIn(folder, env, "npm", "install", "--global", "--prefix", prefix, `git+file://${source}`);
  rmSync(source, { recursive: true });
  // Three commands of the pipe find that nothing is built; one builds.
  makeDataset(prefix, join(folder, "elsewhere"), env);
  const installed = join(prefix, "lib", "node_modules", "ov-tools");
  assert.ok(existsSync(join(installed, "dist", "release", "publishing", "example.css")));
  assert.deepEqual(
    readdirSync(installed).filter((name) => name.startsWith(".")),
    [],
    `nothing is left behind in ${basename(installed)}`,
  );
});
