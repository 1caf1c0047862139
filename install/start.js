import { existsSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

/** Runs a command of `src/commands`, for the executables in `bin`. */

const DIST = new URL("../dist/", import.meta.url);

/** Below this the engine ends while it reads the modules: aborted, with a page of its own insides. */
const LEAST_HEAP_MB = 16;
/** Exit codes and words, as src/base/failure.ts has them: that is what cannot be read yet. */
const UNEXPECTED = 1;
const TEMPORARY = 75;
const SHORTAGES = {
  EMFILE: "too many open files: allow more with ulimit -n",
  ENFILE: "the machine has too many open files: try again when it has less to do",
  ENOMEM: "out of memory: allow the command more, or let the machine do less at once",
};

/** Runs the command that a file of `src/commands` exports under this name; install/build.sh bundles what the two name. */
export async function start(_file, name) {
  const heap = heapAllowed();
  if (heap < LEAST_HEAP_MB) {
    return end(
      TEMPORARY,
      `${heap} MB are too little for the engine: allow it more with --max-old-space-size`,
    );
  }
  if (!existsSync(DIST)) {
    const { build } = await import("./first-use.js");
    build();
  }
  // What asks a command to end waits until it can be answered: it would end us without a word while modules are read.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const { main, command } = bundle(name) ?? {};
  await main?.(command);
}

/** Reads the bundle of the command: one file, as hundreds take longer and are more than some may open. */
function bundle(name) {
  const require = createRequire(import.meta.url);
  try {
    return require(fileURLToPath(new URL(`run/${name}.cjs`, DIST)));
  } catch (error) {
    const shortage = SHORTAGES[error.code];
    if (shortage) end(TEMPORARY, shortage);
    else end(UNEXPECTED, `its own files cannot be read, install ov-tools again: ${error.message}`);
  }
}

/** The megabytes that the person allows the engine; there is no end to them where nothing is said. */
function heapAllowed() {
  const options = [process.env.NODE_OPTIONS ?? "", ...process.execArgv].join(" ");
  const [megabytes] = [...options.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)]
    .map(([, size]) => Number(size))
    .slice(-1);
  return megabytes || Number.POSITIVE_INFINITY;
}

function end(code, message) {
  process.exitCode = code;
  try {
    writeSync(2, `${basename(process.argv[1] ?? "ov-tools", ".js")}: ${message}\n`);
  } catch {
    // Nobody reads it; the code says what it is.
  }
}
