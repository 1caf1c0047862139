import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Builds a package that came from a git URL, when a command of it is used for the first time. A `prepare` script is the
 * usual way, but `npm install --global` of a git URL with one leaves a broken package behind
 * (https://github.com/npm/cli/issues/8440).
 */

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const DIST = join(ROOT, "dist");
/** What a build without a check of types needs, of the devDependencies. */
const TOOLS = ["typescript", "assemblyscript"];
/** Exit codes, as src/failure.ts has them: that is what is not built yet. */
const TEMPORARY = 75;
const NO_PERMISSION = 77;

/** Makes `dist`, whole or not at all; several commands of one pipe may do so at once. */
export function build() {
  say("this package came from a git URL; it is built now, once, which takes a minute");
  const folder = openFolder();
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const dependencies = Object.fromEntries(TOOLS.map((name) => [name, devDependencies[name]]));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }));
  const dist = join(folder, "dist");
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    env: { ...process.env, npm_config_global: "", npm_config_location: "project", npm_config_prefix: "" },
  });
  run("sh", [join(ROOT, "install", "build.sh")], {
    env: { ...process.env, TOOLS: folder, DIST: dist, TSC_OPTIONS: "--noCheck --declaration false" },
  });
  try {
    renameSync(dist, DIST);
  } catch (error) {
    if (!existsSync(DIST)) throw error;
  }
  rmSync(folder, { recursive: true, force: true });
}

/** A folder beside what it makes, so that this can be renamed. */
function openFolder() {
  try {
    return mkdtempSync(join(ROOT, ".build-"));
  } catch {
    say(`${ROOT} cannot be written: let its owner run any of the commands once`);
    process.exit(NO_PERMISSION);
  }
}

/** Runs a program; stdout stays free for data. */
function run(program, args, options) {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", 2, 2], ...options });
  if (status === 0) return;
  say(`building failed: ${error?.message ?? `${program} ended with ${status}`}; run the same command again`);
  process.exit(TEMPORARY);
}

function say(message) {
  process.stderr.write(`ov-tools: ${message}\n`);
}
