const { existsSync, readFileSync, writeFileSync, writeSync } = require("node:fs");
const { createRequire, wrap } = require("node:module");
const { basename, dirname, join } = require("node:path");
const { Script } = require("node:vm");
const { crc32 } = require("node:zlib");

/** Runs a command of `src/commands`, for the executables in `bin`. */

const DIST = join(__dirname, "../dist");

/** Of two checksums. */
const HEAD_BYTES = 8;

/** Below this the engine ends while it reads the modules: aborted, with a page about its own internals. */
const LEAST_HEAP_MB = 16;
/** Exit codes and words, as src/base/failure.ts has them: that is what cannot be read yet. */
const UNEXPECTED = 1;
const TEMPORARY = 75;
const SHORTAGES = {
  EMFILE: "too many open files: allow more with ulimit -n",
  ENFILE: "the machine has too many open files: try again when it has less to do",
  ENOMEM: "out of memory: allow the command more, or let the machine do less at once",
};

/** Runs the command that a file of `src/commands` exports under this name; install/bundle.cjs bundles what the two name. */
exports.start = async (_file, name) => {
  const heap = heapAllowed();
  if (heap < LEAST_HEAP_MB) {
    return end(TEMPORARY, `${heap} MB is too little for the engine: allow it more with --max-old-space-size`);
  }
  if (!existsSync(DIST)) {
    const { build } = await import("./first-use.js");
    build();
  }
  // What asks a command to end waits until it can be answered: it would end us without a word while modules are read.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  let bundle;
  try {
    bundle = load(join(DIST, "run", `${name}.cjs`));
  } catch (error) {
    const shortage = SHORTAGES[error.code];
    if (shortage) return end(TEMPORARY, shortage);
    return end(UNEXPECTED, `its own files cannot be read, install ov-tools again: ${error.message}`);
  }
  await bundle.main(bundle.command);
};

/**
 * Reads the bundle of a command, as `require` does, but compiled already where it was built for this version of Node: that takes
 * a fifth off the time of a start. The engine believes what it is given, so it is compared with checksums first. It also
 * keeps the name of the file for its traces: without a path, which would be that of the machine that built it.
 */
function load(file) {
  const source = readFileSync(file);
  const script = new Script(wrap(source.toString()), {
    filename: basename(file),
    cachedData: compiledFor(file, source),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  if (module.exports.main === undefined) throw new Error(`${file} is damaged`);
  const keep = () => writeFileSync(compiledFile(file), withChecksums(source, script.createCachedData()));
  return { keep, ...module.exports };
}

/** Where the build leaves what this version of Node has compiled. */
const compiledFile = (file) => `${file}.${process.version}-${process.arch}`;

/** What is compiled, after the checksums of its source and of itself. */
function withChecksums(source, compiled) {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(crc32(source));
  head.writeUInt32LE(crc32(compiled), 4);
  return Buffer.concat([head, compiled]);
}

/** What was compiled of a source; undefined where there is none, or none that can be trusted: it is compiled again then. */
function compiledFor(file, source) {
  try {
    const bytes = readFileSync(compiledFile(file));
    const compiled = bytes.subarray(HEAD_BYTES);
    return bytes.readUInt32LE() === crc32(source) && bytes.readUInt32LE(4) === crc32(compiled)
      ? compiled
      : undefined;
  } catch {
    return undefined;
  }
}

exports.load = load;

/** The megabytes that the engine is allowed; without a limit where none is set. */
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
