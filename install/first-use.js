import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Builds a package that came from a git URL, when a command of it is used for the first time. A `prepare` script is the
 * usual way, but `npm install --global` of a git URL with one leaves a broken package
 * (https://github.com/npm/cli/issues/8440).
 */

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const DIST = join(ROOT, "dist");
/** Beside what it makes, so that this can be renamed. */
const FOLDER = join(ROOT, `.build-${process.pid}`);
/** Below the package's folder, for its path may hold spaces. */
const TYPES = `.build-${process.pid}/node_modules/@types`;
/** Whose turn it is: a link that leads to nothing but names a process, for that is made whole in one step. */
const TURN = join(ROOT, ".build");
/** What a build without a check of types needs, of the devDependencies. */
const TOOLS = ["typescript", "assemblyscript", "esbuild", "@types/node"];
/** Exit codes, as src/base/failure.ts has them: that is what is not built yet. */
const UNEXPECTED = 1;
const TEMPORARY = 75;
const NO_PERMISSION = 77;

/** Makes `dist`, whole or not at all; of several commands of one pipe, one makes it and the others wait. */
export function build() {
  if (existsSync(join(ROOT, ".git"))) {
    say(`this checkout is not built yet: run make build in ${ROOT}`);
    process.exit(UNEXPECTED);
  }
  if (!takeTurn()) return;
  process.on("exit", tidy);
  mkdirSync(FOLDER);
  say("this package came from a git URL; it is built now, once, which takes a minute");
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const dependencies = Object.fromEntries(TOOLS.map((name) => [name, devDependencies[name]]));
  writeFileSync(join(FOLDER, "package.json"), JSON.stringify({ private: true, dependencies }));
  const dist = join(FOLDER, "dist");
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], {
    cwd: FOLDER,
    env: { ...process.env, npm_config_global: "", npm_config_location: "project", npm_config_prefix: "" },
  });
  run("sh", [join(ROOT, "install", "build.sh")], {
    env: {
      ...process.env,
      TOOLS: FOLDER,
      DIST: dist,
      TSC_OPTIONS: `--noCheck --declaration false --typeRoots ${TYPES}`,
    },
  });
  if (!existsSync(DIST)) renameSync(dist, DIST);
  tidy();
}

function tidy() {
  rmSync(FOLDER, { recursive: true, force: true });
  rmSync(TURN, { force: true });
}

/** Whether the building is ours to do; false when another process has done it meanwhile. */
function takeTurn() {
  while (!existsSync(DIST)) {
    try {
      symlinkSync(String(process.pid), TURN);
      return true;
    } catch (error) {
      if (error.code !== "EEXIST") {
        say(`${ROOT} cannot be written: let its owner run any of the commands once`);
        process.exit(NO_PERMISSION);
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    giveUpDead();
  }
  return false;
}

/** Takes the turn from a process that died with it, and what it left. */
function giveUpDead() {
  try {
    const pid = readlinkSync(TURN);
    if (isAlive(Number(pid))) return;
    rmSync(join(ROOT, `.build-${pid}`), { recursive: true, force: true });
    rmSync(TURN, { force: true });
  } catch {
    // It is done meanwhile.
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive, too.
    return error.code === "EPERM";
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
